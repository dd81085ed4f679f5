//! What changes objects: one file for each transformer, each a piece of data that can be applied.
//!
//! The fields of a kustomization and the configuration of a builtin plugin become the same values; [`Transformer`] lists
//! them all. A transformer changes objects of the map in their order and tells the map which it changed.

mod affix;
mod annotations;
mod entry;
mod image;
mod image_tag;
mod json6902;
mod label;
mod namespace;
mod patch;
mod plugin;
mod replica_count;
mod strategic_merge;
mod value_add;

use text::Track;

use crate::kustomization::{FieldSpec, Text, TextMap};
use crate::provenance::BUILD_METADATA;
use crate::replacement::ReplacementTransform;
use crate::res_map::ResMap;
use crate::{Failure, Work};

pub(crate) use affix::{AffixTransformer, Side};
pub(crate) use annotations::AnnotationsTransformer;
pub(crate) use image::SetImage;
pub(crate) use image_tag::ImageTagTransformer;
pub(crate) use json6902::UseJsonPatch;
pub(crate) use json6902::{JsonPatchArguments, JsonPatchTransform};
pub(crate) use label::LabelTransformer;
pub(crate) use namespace::SetNamespace;
pub(crate) use namespace::{NamespaceTransformer, SubjectMode};
pub(crate) use patch::PatchTransform;
pub(crate) use patch::UsePatch;
pub(crate) use plugin::ConfigurePlugin;
pub(crate) use replica_count::CountReplicas;
pub(crate) use replica_count::ReplicaCountTransformer;
pub(crate) use strategic_merge::{ApplyPatches, StrategicMergePatches};
pub(crate) use value_add::LoadValueAdd;
pub(crate) use value_add::ValueAddTransformer;

/// One transformer, ready to be applied.
#[derive(Debug, Clone)]
pub(crate) enum Transformer<O> {
    /// `namePrefix`, `nameSuffix`.
    Affix(AffixTransformer<O>),
    /// `commonAnnotations`.
    Annotations(AnnotationsTransformer<O>),
    /// `images`.
    ImageTag(ImageTagTransformer<O>),
    /// `labels`, `commonLabels`.
    Label(LabelTransformer<O>),
    /// `namespace`.
    Namespace(NamespaceTransformer<O>),
    /// `replicas`.
    ReplicaCount(ReplicaCountTransformer<O>),
    /// One entry of `patchesJson6902`.
    JsonPatch(JsonPatchTransform<O>),
    /// One entry of `patches`.
    Patch(PatchTransform<O>),
    /// `replacements`.
    Replacements(ReplacementTransform<O>),
    /// `patchesStrategicMerge`.
    StrategicMergePatches(StrategicMergePatches<O>),
    /// The hashes of generated objects before their time.
    Hash,
    /// A value in fields.
    ValueAdd(ValueAddTransformer<O>),
}

impl<O: Copy> Transformer<O> {
    /// What `managedByLabel` asks for: the name of the original and its version.
    pub(crate) fn managed_by<T: Track<Origin = O>>(work: &mut Work<T>, declared: O, version: &str) -> Self {
        let origin = work.tracker.made(BUILD_METADATA, declared, &[]);
        let text = |text: &str| Text { text: text.into(), origin, content: None };
        let labels = vec![(text("app.kubernetes.io/managed-by"), text(&format!("kustomize-{version}")))];
        Self::Label(LabelTransformer { labels, specs: vec![label::METADATA_LABELS].into() })
    }

    /// Labels in the metadata of all objects, nowhere else.
    pub(crate) fn metadata_labels(labels: &TextMap<O>) -> Self {
        Self::Label(LabelTransformer { labels: labels.clone(), specs: vec![label::METADATA_LABELS].into() })
    }

    /// Annotations in the metadata of all objects, nowhere else.
    pub(crate) fn metadata_annotations(annotations: &TextMap<O>) -> Self {
        let path = compact_str::CompactString::const_new("metadata/annotations");
        let specs = vec![FieldSpec { path, ..label::METADATA_LABELS }].into();
        Self::Annotations(AnnotationsTransformer { annotations: annotations.clone(), specs })
    }

    /// What the configuration object of a builtin plugin asks for, one after the other as one step; none if its kind is
    /// none of those that change fields.
    pub(crate) fn of_plugin<T: Track<Origin = O>>(
        work: &mut Work<T>,
        loader: &crate::load::Loader,
        configuration: (&str, &manifest::mutable::Graph<O>),
    ) -> Result<Option<Vec<Self>>, Failure> {
        plugin::of_plugin(work, loader, configuration)
    }

    /// The name of the builtin plugin that does the same.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Affix(AffixTransformer { side: Side::Before, .. }) => "PrefixTransformer",
            Self::Affix(AffixTransformer { side: Side::Behind, .. }) => "SuffixTransformer",
            Self::Annotations(_) => "AnnotationsTransformer",
            Self::ImageTag(_) => "ImageTagTransformer",
            Self::Label(_) => "LabelTransformer",
            Self::Namespace(_) => "NamespaceTransformer",
            Self::ReplicaCount(_) => "ReplicaCountTransformer",
            Self::JsonPatch(_) => "PatchJson6902Transformer",
            Self::Patch(_) => "PatchTransformer",
            Self::Replacements(_) => "ReplacementTransformer",
            Self::StrategicMergePatches(_) => "PatchStrategicMergeTransformer",
            Self::Hash => "HashTransformer",
            Self::ValueAdd(_) => "ValueAddTransformer",
        }
    }

    /// Applies it to all objects.
    pub(crate) fn transform<T: Track<Origin = O>>(
        &self,
        work: &mut Work<T>,
        map: &mut ResMap<O>,
    ) -> Result<(), Failure> {
        match self {
            Self::Affix(transformer) => transformer.transform(work, map),
            Self::Annotations(transformer) => transformer.transform(work, map),
            Self::ImageTag(transformer) => transformer.transform(work, map),
            Self::Label(transformer) => transformer.transform(work, map),
            Self::Namespace(transformer) => transformer.transform(work, map),
            Self::ReplicaCount(transformer) => transformer.transform(work, map),
            Self::JsonPatch(patch) => patch.transform(work, map),
            Self::Patch(patch) => patch.transform(work, map),
            Self::Replacements(replacements) => replacements.transform(work, map),
            Self::StrategicMergePatches(patches) => patches.transform(work, map),
            Self::Hash => crate::generate::append_hashes(work, map),
            Self::ValueAdd(value) => value.transform(work, map),
        }
    }
}
