//! A Flux Kustomization and its source, as data with origins.
//!
//! Reads the objects of a file that a person keeps them in. Fields that have nothing to do with building are passed over.

use std::collections::BTreeMap;

use compact_str::CompactString;
use manifest::emit::{self, Layout};
use manifest::mutable::Graph;
use manifest::{Document, NodeId};
use text::{Span, TextId, Track};

use super::BuildAsFlux;
use super::merge::placed;
use crate::kustomization::read::{Fault, Read, Rules, Value, read_map, take_part};
use crate::kustomization::{Image, Patch, Selector, Text, TextMap};
use crate::load::{ReadObjects, documents};
use crate::{Failure, Gvk, Work};

/// What a Flux Kustomization says of building its folder.
#[derive(Debug, Clone)]
pub struct FluxKustomization<O> {
    /// Its name.
    pub name: CompactString,
    /// The folder that it names, seen from the root of its source.
    pub path: CompactString,
    /// Kind and name of its source.
    pub source: (CompactString, CompactString),
    /// Whether it asks for variables to be substituted in what was built.
    pub substitutes: bool,
    pub(super) target_namespace: Option<Text<O>>,
    pub(super) name_prefix: Option<Text<O>>,
    pub(super) name_suffix: Option<Text<O>>,
    pub(super) patches: Vec<Patch<O>>,
    pub(super) patches_strategic_merge: Vec<Text<O>>,
    pub(super) patches_json6902: Vec<Patch<O>>,
    pub(super) images: Vec<Image<O>>,
    pub(super) components: Vec<Text<O>>,
    pub(super) ignores_missing_components: bool,
    pub(super) build_metadata: Vec<Text<O>>,
    pub(super) common_labels: TextMap<O>,
    pub(super) common_annotations: TextMap<O>,
}

/// What a source leaves out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FluxSource {
    /// Its kind.
    pub kind: CompactString,
    /// Its name.
    pub name: CompactString,
    /// The lines of its field `ignore`; none if it has none, which is another thing than no line.
    pub ignore: Option<CompactString>,
}

/// The Flux Kustomizations and sources of a file.
pub type FluxObjects<O> = (Vec<FluxKustomization<O>>, Vec<FluxSource>);

/// The group of Flux Kustomizations.
const KUSTOMIZE_GROUP: &str = "kustomize.toolkit.fluxcd.io";
/// The group of sources.
const SOURCE_GROUP: &str = "source.toolkit.fluxcd.io";

/// All Flux Kustomizations and sources of a file. Other objects are passed over.
///
/// # Errors
/// If the file is broken, or a field that matters to building is of another type.
pub fn read_objects<T: Track>(work: &mut Work<T>, path: &str) -> Result<FluxObjects<T::Origin>, Failure> {
    let file = work.files.read(path)?;
    read_text(work, file.id, &file.bytes)
}

/// The same for a text that stands in no file of its own: an object that another build made. `text` is what it was
/// registered as.
///
/// # Errors
/// As [`read_objects`].
pub fn read_text<T: Track>(
    work: &mut Work<T>,
    text: TextId,
    bytes: &[u8],
) -> Result<FluxObjects<T::Origin>, Failure> {
    let ranges = documents::split(bytes).map_err(|error| {
        let offset = u32::try_from(error.offset).unwrap_or(u32::MAX);
        Failure::new(ReadObjects::from(error)).at(Span::new(text, offset..offset))
    })?;
    let (mut kustomizations, mut sources) = (Vec::new(), Vec::new());
    for range in ranges {
        let Some((document, graph)) = take_part::<T>(text, bytes, range)? else { continue };
        let failed = |fault: Fault<T::Origin>, work: &Work<T>| fault.into_failure(&work.tracker);
        let value = Value::whole(&graph, Rules::LENIENT_FIELDS);
        let head = value.get::<Head>().map_err(|fault| failed(fault, work))?;
        let Head { api_version, kind, metadata: Metadata { name } } = head;
        match (Gvk::new(&api_version, &kind).group.as_str(), kind.as_str()) {
            (KUSTOMIZE_GROUP, "Kustomization") => {
                let object = value.get::<Object<Spec<_>>>().map_err(|fault| failed(fault, work))?;
                kustomizations.push(object.spec.named(name, work, &document)?);
            }
            (SOURCE_GROUP, _) => {
                let object = value.get::<Object<SourceSpec>>().map_err(|fault| failed(fault, work))?;
                sources.push(FluxSource { kind, name, ignore: object.spec.ignore });
            }
            _ => {}
        }
    }
    Ok((kustomizations, sources))
}

/// What every object says of itself.
#[derive(Default)]
struct Head {
    api_version: CompactString,
    kind: CompactString,
    metadata: Metadata,
}

impl<O: Copy> Read<O> for Head {
    const NAMES: &'static [&'static str] = &["apiVersion", "kind", "metadata"];

    fn absent(_: O) -> Self {
        Self::default()
    }

    fn field(&mut self, name: &'static str, value: Value<'_, O>) -> Result<(), Fault<O>> {
        match name {
            "apiVersion" => self.api_version.read(value),
            "kind" => self.kind.read(value),
            _ => self.metadata.read(value),
        }
    }
}

#[derive(Default)]
struct Metadata {
    name: CompactString,
}

impl<O: Copy> Read<O> for Metadata {
    const NAMES: &'static [&'static str] = &["name"];

    fn absent(_: O) -> Self {
        Self::default()
    }

    fn field(&mut self, _: &'static str, value: Value<'_, O>) -> Result<(), Fault<O>> {
        self.name.read(value)
    }
}

struct Object<S> {
    spec: S,
}

impl<O: Copy, S: Read<O>> Read<O> for Object<S> {
    const NAMES: &'static [&'static str] = &["spec"];

    fn absent(origin: O) -> Self {
        Self { spec: S::absent(origin) }
    }

    fn field(&mut self, _: &'static str, value: Value<'_, O>) -> Result<(), Fault<O>> {
        self.spec.read(value)
    }
}

#[derive(Default)]
struct SourceSpec {
    ignore: Option<CompactString>,
}

impl<O: Copy> Read<O> for SourceSpec {
    const NAMES: &'static [&'static str] = &["ignore"];

    fn absent(_: O) -> Self {
        Self::default()
    }

    fn field(&mut self, _: &'static str, value: Value<'_, O>) -> Result<(), Fault<O>> {
        self.ignore.read(value)
    }
}

/// `sourceRef` and `commonMetadata`, each with the two fields that matter.
struct SourceReference {
    kind: CompactString,
    name: CompactString,
}

impl<O: Copy> Read<O> for SourceReference {
    const NAMES: &'static [&'static str] = &["kind", "name"];

    fn absent(_: O) -> Self {
        Self { kind: CompactString::default(), name: CompactString::default() }
    }

    fn field(&mut self, name: &'static str, value: Value<'_, O>) -> Result<(), Fault<O>> {
        match name {
            "kind" => self.kind.read(value),
            _ => self.name.read(value),
        }
    }
}

struct CommonMetadata<O> {
    labels: TextMap<O>,
    annotations: TextMap<O>,
}

impl<O: Copy> Read<O> for CommonMetadata<O> {
    const NAMES: &'static [&'static str] = &["labels", "annotations"];

    fn absent(_: O) -> Self {
        Self { labels: TextMap::new(), annotations: TextMap::new() }
    }

    fn field(&mut self, name: &'static str, value: Value<'_, O>) -> Result<(), Fault<O>> {
        match name {
            "labels" => read_map(&mut self.labels, value),
            _ => read_map(&mut self.annotations, value),
        }
    }
}

/// A value as it stands there.
struct Raw<O> {
    graph: Option<Graph<O>>,
    origin: O,
}

impl<O: Copy> Read<O> for Raw<O> {
    fn absent(origin: O) -> Self {
        Self { graph: None, origin }
    }

    fn read(&mut self, value: Value<'_, O>) -> Result<(), Fault<O>> {
        self.origin = value.origin();
        self.graph = (!value.is_null()).then(|| value.graph.below(value.node));
        Ok(())
    }
}

impl<O: Copy> Raw<O> {
    /// It as a text of YAML.
    fn text<T: Track<Origin = O>>(&self, work: &Work<T>) -> Result<Text<O>, Failure> {
        let value = self.graph.as_ref().and_then(|graph| graph.value().ok());
        let printed = value.and_then(|value| emit::marshal(&value, Layout::KUSTOMIZE).ok());
        let failure = || placed(work, Failure::new(BuildAsFlux::PrintPatch), self.origin);
        Ok(Text { text: printed.ok_or_else(failure)?.into(), origin: self.origin, content: None })
    }
}

/// One entry of `patchesJson6902`.
struct JsonPatch<O> {
    patch: Raw<O>,
    target: Option<Selector>,
}

impl<O: Copy> Read<O> for JsonPatch<O> {
    const NAMES: &'static [&'static str] = &["patch", "target"];

    fn absent(origin: O) -> Self {
        Self { patch: Raw::absent(origin), target: None }
    }

    fn field(&mut self, name: &'static str, value: Value<'_, O>) -> Result<(), Fault<O>> {
        match name {
            "patch" => self.patch.read(value),
            _ => self.target.read(value),
        }
    }
}

/// The fields that matter.
struct Spec<O> {
    read: FluxKustomization<O>,
    patches_strategic_merge: Vec<Raw<O>>,
    patches_json6902: Vec<JsonPatch<O>>,
    post_build: Option<Raw<O>>,
}

impl<O: Copy> Read<O> for Spec<O> {
    const NAMES: &'static [&'static str] = &[
        "path",
        "sourceRef",
        "postBuild",
        "targetNamespace",
        "namePrefix",
        "nameSuffix",
        "patches",
        "patchesStrategicMerge",
        "patchesJson6902",
        "images",
        "components",
        "ignoreMissingComponents",
        "buildMetadata",
        "commonMetadata",
    ];

    fn absent(_: O) -> Self {
        Self {
            read: FluxKustomization::empty(),
            patches_strategic_merge: Vec::new(),
            patches_json6902: Vec::new(),
            post_build: None,
        }
    }

    fn field(&mut self, name: &'static str, value: Value<'_, O>) -> Result<(), Fault<O>> {
        let read = &mut self.read;
        match name {
            "path" => read.path.read(value),
            "sourceRef" => {
                let SourceReference { kind, name } = value.get()?;
                read.source = (kind, name);
                Ok(())
            }
            "postBuild" => self.post_build.read(value),
            "targetNamespace" => read.target_namespace.read(value),
            "namePrefix" => read.name_prefix.read(value),
            "nameSuffix" => read.name_suffix.read(value),
            "patches" => read.patches.read(value),
            "patchesStrategicMerge" => self.patches_strategic_merge.read(value),
            "patchesJson6902" => self.patches_json6902.read(value),
            "images" => read.images.read(value),
            "components" => read.components.read(value),
            "ignoreMissingComponents" => read.ignores_missing_components.read(value),
            "buildMetadata" => read.build_metadata.read(value),
            _ => {
                let CommonMetadata { labels, annotations } = value.get()?;
                (read.common_labels, read.common_annotations) = (labels, annotations);
                Ok(())
            }
        }
    }
}

impl<O: Copy> Spec<O> {
    fn named<T: Track<Origin = O>>(
        self,
        name: CompactString,
        work: &mut Work<T>,
        document: &Document<'_>,
    ) -> Result<FluxKustomization<O>, Failure> {
        let mut read = FluxKustomization { name, substitutes: self.post_build.is_some(), ..self.read };
        for patch in &self.patches_strategic_merge {
            let is_mapping = patch.graph.as_ref().is_some_and(|graph| graph.is_mapping(graph.root()));
            if !is_mapping {
                return Err(placed(work, Failure::new(BuildAsFlux::PatchWithOther), patch.origin));
            }
            read.patches_strategic_merge.push(patch.text(work)?);
        }
        for JsonPatch { patch, target } in self.patches_json6902 {
            let text = patch.text(work)?;
            read.patches_json6902.push(Patch {
                path: None,
                patch: Some(text),
                target,
                allow_name_change: false,
                allow_kind_change: false,
                origin: patch.origin,
            });
        }
        embed_patches(work, document, &mut read.patches);
        Ok(read)
    }
}

impl<O> FluxKustomization<O> {
    /// One that asks for nothing.
    fn empty() -> Self {
        Self {
            name: CompactString::default(),
            path: CompactString::default(),
            source: (CompactString::default(), CompactString::default()),
            substitutes: false,
            target_namespace: None,
            name_prefix: None,
            name_suffix: None,
            patches: Vec::new(),
            patches_strategic_merge: Vec::new(),
            patches_json6902: Vec::new(),
            images: Vec::new(),
            components: Vec::new(),
            ignores_missing_components: false,
            build_metadata: Vec::new(),
            common_labels: TextMap::new(),
            common_annotations: TextMap::new(),
        }
    }
}

/// Registers the texts of patches, so that what they put into objects has places in the file.
fn embed_patches<T: Track>(work: &mut Work<T>, document: &Document<'_>, patches: &mut [Patch<T::Origin>]) {
    if patches.is_empty() {
        return;
    }
    let scalars = document.node_ids().filter(|node| document.text(*node).is_some());
    let scalars: BTreeMap<Span, NodeId> = scalars.map(|node| (document.span(node), node)).collect();
    for text in patches.iter_mut().filter_map(|patch| patch.patch.as_mut()) {
        let span = work.tracker.place(text.origin);
        if let Some(node) = span.and_then(|span| scalars.get(&span)) {
            text.content = work.files.embed(document, *node, "patch");
        }
    }
}
