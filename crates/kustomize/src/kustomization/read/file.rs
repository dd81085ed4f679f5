//! A kustomization file as a whole.

use std::collections::BTreeMap;

use manifest::mutable::Graph;
use manifest::{Document, NodeId};
use text::{Span, Track};

use super::arguments::{INCLUDE_VOLUME_CLAIM_TEMPLATES, read_unless_empty};
use super::generators::{ObjectMeta, WithEnv, WithType};
use super::helm::OldHelmChart;
use super::value::{Fault, Read, Rules, Value, field_of, read_map, refuse_later_field};
use super::{ReadKustomization, take};
use crate::kustomization::{HelmGlobals, Image, Kustomization, LegacyOrder, SortOptions, Text, TextMap};
use crate::load::LoadedText;
use crate::{Failure, Work};

/// The kind of a file that names none.
const KUSTOMIZATION: &str = "Kustomization";
/// The other kind.
const COMPONENT: &str = "Component";
const KUSTOMIZATION_VERSION: &str = "kustomize.config.k8s.io/v1beta1";
const COMPONENT_VERSION: &str = "kustomize.config.k8s.io/v1alpha1";

/// Deprecated fields, in the order in which the original warns of them, with what takes their place.
const DEPRECATED: [(&str, &str); 6] = [
    ("bases", "resources"),
    ("commonLabels", "labels"),
    ("imageTags", "images"),
    ("patchesJson6902", "patches"),
    ("patchesStrategicMerge", "patches"),
    ("vars", "replacements"),
];

/// What the original says of a deprecated field.
pub(crate) fn deprecation(field: &str) -> String {
    let instead = DEPRECATED.iter().find(|(name, _)| *name == field).map_or("", |(_, instead)| instead);
    let experimental = if field == "vars" { "[EXPERIMENTAL] " } else { "" };
    format!(
        "# Warning: '{field}' is deprecated. Please use '{instead}' instead. \
         {experimental}Run 'kustomize edit fix' to update your Kustomization automatically."
    )
}

impl<O: Copy> Kustomization<O> {
    /// Reads a kustomization file.
    ///
    /// # Errors
    /// If it is broken, says nothing, holds an unknown field or a value of another type, or is of another kind or version.
    pub fn read<T: Track<Origin = O>>(work: &mut Work<T>, file: &LoadedText) -> Result<Self, Failure> {
        let nothing = || Failure::new(ReadKustomization::SayNothing).at(text::whole_of(file.id));
        let Some((document, graph)) = take::<T>(file.id, &file.bytes)? else { return Err(nothing()) };
        let read = Value::whole(&graph, Rules::STRICT).get::<FileFields<_>>();
        let read = read.map_err(|fault| fault.into_failure(&work.tracker))?;
        if !work.follows_5_8_3() {
            refuse_later_fields(&graph).map_err(|fault| fault.into_failure(&work.tracker))?;
        }
        if says_nothing(&graph) {
            return Err(nothing());
        }
        Self::of_fields(work, read, (&document, &graph))
    }

    /// Reads a kustomization file as Flux's generator reads it, which writes it anew from what it has understood: unknown
    /// fields are passed over, `imageTags` among them, scalars are taken for texts, and one that names no resources says
    /// in its objects where they came from.
    ///
    /// # Errors
    /// If it is broken, holds a value of another type, or is of another kind or version.
    pub(crate) fn read_as_flux<T: Track<Origin = O>>(
        work: &mut Work<T>,
        file: &LoadedText,
    ) -> Result<Self, Failure> {
        let origin = T::written(text::whole_of(file.id));
        let Some((document, graph)) = take::<T>(file.id, &file.bytes)? else {
            let mut nothing = Self::empty(origin);
            nothing.build_metadata = vec![origin_annotations(origin)];
            return Ok(nothing);
        };
        let read = Value::whole(&graph, Rules::LENIENT).get::<FileFields<_>>();
        let mut read = read.map_err(|fault| fault.into_failure(&work.tracker))?;
        read.image_tags.clear();
        if read.read.resources.is_empty() {
            read.read.build_metadata = vec![origin_annotations(graph.origin(graph.root()))];
        }
        Self::of_fields(work, read, (&document, &graph))
    }

    fn of_fields<T: Track<Origin = O>>(
        work: &mut Work<T>,
        read: FileFields<O>,
        (document, graph): (&Document<'_>, &Graph<O>),
    ) -> Result<Self, Failure> {
        let mut kustomization =
            read.into_kustomization().map_err(|fault| fault.into_failure(&work.tracker))?;
        kustomization.deprecated = deprecated_of(graph);
        work.warnings.extend(kustomization.deprecated.iter().map(|field| deprecation(field)));
        embed_texts(work, document, &mut kustomization);
        Ok(kustomization)
    }
}

/// What Flux's generator asks for where a kustomization names no resources, so that it says something.
fn origin_annotations<O: Copy>(origin: O) -> Text<O> {
    Text { text: "originAnnotations".into(), origin, content: None }
}

/// Whether nothing is set that has an effect of its own. An empty list that is no deprecated field counts as something.
fn says_nothing<O: Copy>(graph: &Graph<O>) -> bool {
    let is_something = |name: &str, value: Value<'_, O>| match name {
        "kind" | "apiVersion" => false,
        "namePrefix" | "nameSuffix" | "namespace" => !graph.text(value.node).is_empty(),
        "bases" | "imageTags" | "helmChartInflationGenerator" => !graph.items(value.node).is_empty(),
        _ => true,
    };
    !fields_of(graph).any(|(name, value)| is_something(name, value))
}

/// What 5.8.2 has added to `labels`.
fn refuse_later_fields<O: Copy>(graph: &Graph<O>) -> Result<(), Fault<O>> {
    let labels = fields_of(graph).filter(|(name, _)| *name == "labels");
    labels
        .flat_map(|(_, value)| graph.items(value.node))
        .try_for_each(|item| refuse_later_field(graph, *item, INCLUDE_VOLUME_CLAIM_TEMPLATES))
}

/// The fields that are there and not null.
fn fields_of<O: Copy>(graph: &Graph<O>) -> impl Iterator<Item = (&'static str, Value<'_, O>)> {
    graph.entries(graph.root()).iter().filter_map(move |entry| {
        let name = field_of(&entry.key.text, FileFields::<O>::NAMES)?;
        let value = Value { graph, node: entry.value, rules: Rules::STRICT };
        (!value.is_null()).then_some((name, value))
    })
}

fn deprecated_of<O: Copy>(graph: &Graph<O>) -> Vec<&'static str> {
    let names: Vec<_> = fields_of(graph).map(|(name, _)| name).collect();
    DEPRECATED.iter().map(|(name, _)| *name).filter(|name| names.contains(name)).collect()
}

/// Registers the texts in which documents may stand, so that what is read out of them has places in the file.
fn embed_texts<T: Track>(
    work: &mut Work<T>,
    document: &Document<'_>,
    kustomization: &mut Kustomization<T::Origin>,
) {
    let Kustomization { config_maps, secrets, patches, patches_json6902, .. } = kustomization;
    let arguments = config_maps.iter_mut().chain(secrets);
    let pairs = arguments.flat_map(|arguments| arguments.literals.iter_mut().chain(&mut arguments.files));
    let patches = patches.iter_mut().chain(patches_json6902).filter_map(|patch| patch.patch.as_mut());
    let Kustomization { patches_strategic_merge, generators, transformers, validators, .. } = kustomization;
    // A document holds a colon; a path rarely does.
    let documents = [patches_strategic_merge, generators, transformers, validators].into_iter().flatten();
    let documents = documents.filter(|text| text.text.contains(':'));
    let texts: Vec<_> = patches.chain(documents).chain(pairs).collect();
    if texts.is_empty() {
        return;
    }
    let scalars = document.node_ids().filter(|node| document.text(*node).is_some());
    let scalars: BTreeMap<Span, NodeId> = scalars.map(|node| (document.span(node), node)).collect();
    for text in texts {
        let span = work.tracker.place(text.origin);
        if let Some(node) = span.and_then(|span| scalars.get(&span)) {
            text.content = work.files.embed(document, *node, "document");
        }
    }
}

/// What stands in the file.
struct FileFields<O> {
    read: Kustomization<O>,
    kind: Text<O>,
    api_version: Text<O>,
    openapi: TextMap<O>,
    bases: Vec<Text<O>>,
    image_tags: Vec<Image<O>>,
    config_maps: Vec<WithEnv<O>>,
    secrets: Vec<WithType<O>>,
    helm_globals: Option<HelmGlobals>,
    old_charts: Vec<OldHelmChart<O>>,
}

impl<O: Copy> FileFields<O> {
    /// Brings deprecated fields into today's form, and refuses other kinds and versions.
    fn into_kustomization(self) -> Result<Kustomization<O>, Fault<O>> {
        let Self { read, kind, api_version, openapi, .. } = self;
        let kind_text = if kind.text.is_empty() { KUSTOMIZATION } else { &kind.text };
        if kind_text != KUSTOMIZATION && kind_text != COMPONENT {
            return Err(Fault { cause: ReadKustomization::BeOtherKind, origin: kind.origin });
        }
        let is_component = kind_text == COMPONENT;
        let expected = if is_component { COMPONENT_VERSION } else { KUSTOMIZATION_VERSION };
        if !api_version.text.is_empty() && api_version.text != expected {
            let cause = ReadKustomization::BeOtherVersion { kind: kind_text.to_owned(), expected };
            return Err(Fault { cause, origin: api_version.origin });
        }
        let mut kustomization = read;
        kustomization.is_component = is_component;
        kustomization.resources.extend(self.bases);
        kustomization.images.extend(self.image_tags);
        kustomization.config_maps = self.config_maps.into_iter().map(WithEnv::joined).collect();
        kustomization.secrets = self.secrets.into_iter().map(|WithType(secret)| secret.joined()).collect();
        let (charts, globals) = OldHelmChart::convert(self.old_charts);
        kustomization.helm_globals = self.helm_globals.unwrap_or(globals);
        kustomization.helm_charts.extend(charts);
        for (key, text) in openapi {
            match key.text.as_str() {
                "path" => kustomization.openapi_path = Some(text),
                "version" => kustomization.openapi_version = Some(text),
                _ => {}
            }
        }
        Ok(kustomization)
    }
}

impl<O: Copy> Read<O> for FileFields<O> {
    const NAMES: &'static [&'static str] = &[
        "kind",
        "apiVersion",
        "metadata",
        "openapi",
        "namePrefix",
        "nameSuffix",
        "namespace",
        "commonLabels",
        "labels",
        "commonAnnotations",
        "patchesStrategicMerge",
        "patchesJson6902",
        "patches",
        "images",
        "imageTags",
        "replacements",
        "replicas",
        "vars",
        "sortOptions",
        "resources",
        "components",
        "crds",
        "bases",
        "configMapGenerator",
        "secretGenerator",
        "helmGlobals",
        "helmCharts",
        "helmChartInflationGenerator",
        "generatorOptions",
        "configurations",
        "generators",
        "transformers",
        "validators",
        "buildMetadata",
    ];

    fn absent(origin: O) -> Self {
        Self {
            read: Kustomization::empty(origin),
            kind: Text::absent(origin),
            api_version: Text::absent(origin),
            openapi: TextMap::new(),
            bases: Vec::new(),
            image_tags: Vec::new(),
            config_maps: Vec::new(),
            secrets: Vec::new(),
            helm_globals: None,
            old_charts: Vec::new(),
        }
    }

    fn field(&mut self, name: &'static str, value: Value<'_, O>) -> Result<(), Fault<O>> {
        let read = &mut self.read;
        match name {
            "kind" => self.kind.read(value),
            "apiVersion" => self.api_version.read(value),
            "metadata" => value.get::<Option<ObjectMeta<O>>>().map(drop),
            "openapi" => read_map(&mut self.openapi, value),
            "namePrefix" => read_unless_empty(&mut read.name_prefix, value),
            "nameSuffix" => read_unless_empty(&mut read.name_suffix, value),
            "namespace" => read_unless_empty(&mut read.namespace, value),
            "commonLabels" => read_map(&mut read.common_labels, value),
            "labels" => read.labels.read(value),
            "commonAnnotations" => read_map(&mut read.common_annotations, value),
            "patchesStrategicMerge" => read.patches_strategic_merge.read(value),
            "patchesJson6902" => read.patches_json6902.read(value),
            "patches" => read.patches.read(value),
            "images" => read.images.read(value),
            "imageTags" => self.image_tags.read(value),
            "replacements" => read.replacements.read(value),
            "replicas" => read.replicas.read(value),
            "vars" => read.vars.read(value),
            "sortOptions" => read.sort_options.read(value),
            "resources" => read.resources.read(value),
            "components" => read.components.read(value),
            "crds" => read.crds.read(value),
            "bases" => self.bases.read(value),
            "configMapGenerator" => self.config_maps.read(value),
            "secretGenerator" => self.secrets.read(value),
            "helmGlobals" => self.helm_globals.read(value),
            "helmCharts" => read.helm_charts.read(value),
            "helmChartInflationGenerator" => self.old_charts.read(value),
            "generatorOptions" => read.generator_options.read(value),
            "configurations" => read.configurations.read(value),
            "generators" => read.generators.read(value),
            "transformers" => read.transformers.read(value),
            "validators" => read.validators.read(value),
            _ => read.build_metadata.read(value),
        }
    }
}

impl<O: Copy> Read<O> for SortOptions {
    const NAMES: &'static [&'static str] = &["order", "legacySortOptions"];

    fn absent(_: O) -> Self {
        Self::default()
    }

    fn field(&mut self, name: &'static str, value: Value<'_, O>) -> Result<(), Fault<O>> {
        match name {
            "order" => self.order.read(value),
            _ => self.legacy.read(value),
        }
    }
}

impl<O: Copy> Read<O> for LegacyOrder {
    const NAMES: &'static [&'static str] = &["orderFirst", "orderLast"];

    fn absent(_: O) -> Self {
        Self::default()
    }

    fn field(&mut self, name: &'static str, value: Value<'_, O>) -> Result<(), Fault<O>> {
        match name {
            "orderFirst" => self.first.read(value),
            _ => self.last.read(value),
        }
    }
}
