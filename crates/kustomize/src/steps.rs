//! What a kustomization's fields ask for, as transformers in the order of the original, whatever their order in the file.

use text::Track;

use crate::configuration::Configuration;
use crate::kustomization::{Kustomization, Text, TextMap};
use crate::load::Loader;
use crate::replacement::ReplacementTransform;
use crate::transform::{
    AffixTransformer, AnnotationsTransformer, ImageTagTransformer, JsonPatchArguments, JsonPatchTransform,
    LabelTransformer, NamespaceTransformer, PatchTransform, ReplicaCountTransformer, Side,
    StrategicMergePatches, SubjectMode, Transformer,
};
use crate::{Failure, Work};

/// A transformer and what asked for it.
pub(crate) type Step<O> = (Transformer<O>, O);

/// Reads what has to be read for them, and gives the transformers of a kustomization. With `tells`, each step that the
/// original would name among an object's transformations is one of its own.
pub(crate) fn transformers<T: Track>(
    work: &mut Work<T>,
    loader: &Loader,
    kustomization: &Kustomization<T::Origin>,
    (configuration, tells): (&Configuration, bool),
) -> Result<Vec<Step<T::Origin>>, Failure> {
    let mut steps = merge_patches(work, loader, kustomization)?;
    steps.extend(kustomization.namespace.as_ref().map(|namespace| {
        let transformer = NamespaceTransformer {
            namespace: namespace.clone(),
            specs: configuration.namespace.clone(),
            unset_only: false,
            subjects: SubjectMode::default(),
        };
        (Transformer::Namespace(transformer), namespace.origin)
    }));
    steps.extend(affixes(kustomization, configuration));
    steps.extend(labels(work, kustomization, configuration)?);
    steps.extend(json_patches(work, loader, kustomization)?);
    steps.extend(kustomization.replicas.iter().map(|replica| {
        let specs = configuration.replicas.clone();
        let transformer = ReplicaCountTransformer { replica: replica.clone(), specs };
        (Transformer::ReplicaCount(transformer), replica.origin)
    }));
    // All images in one step, unless each step is to tell of itself.
    let images_together = if tells { 1 } else { kustomization.images.len().max(1) };
    for images in kustomization.images.chunks(images_together) {
        let origin = images.first().map_or(kustomization.origin, |image| image.origin);
        let (images, specs) = (images.to_vec(), configuration.images.clone());
        steps.push((Transformer::ImageTag(ImageTagTransformer { images, specs }), origin));
    }
    if !kustomization.replacements.is_empty() {
        let replacements = ReplacementTransform::load(work, loader, &kustomization.replacements)?;
        steps.push((Transformer::Replacements(replacements), kustomization.origin));
    }
    Ok(steps)
}

/// `patchesStrategicMerge`, then `patches`.
fn merge_patches<T: Track>(
    work: &mut Work<T>,
    loader: &Loader,
    kustomization: &Kustomization<T::Origin>,
) -> Result<Vec<Step<T::Origin>>, Failure> {
    let mut steps = Vec::new();
    if let Some(first) = kustomization.patches_strategic_merge.first() {
        let patches =
            StrategicMergePatches::load(work, loader, (&kustomization.patches_strategic_merge, None))
                .map_err(|failure| failure.at_origin(&work.tracker, first.origin))?;
        steps.push((Transformer::StrategicMergePatches(patches), first.origin));
    }
    for patch in &kustomization.patches {
        let loaded = PatchTransform::load(work, loader, patch)
            .map_err(|failure| failure.at_origin(&work.tracker, patch.origin))?;
        steps.push((Transformer::Patch(loaded), patch.origin));
    }
    Ok(steps)
}

/// `labels`, `commonLabels`, `commonAnnotations`.
fn labels<T: Track>(
    work: &Work<T>,
    kustomization: &Kustomization<T::Origin>,
    configuration: &Configuration,
) -> Result<Vec<Step<T::Origin>>, Failure> {
    let mut steps = Vec::new();
    let origin_of =
        |map: &TextMap<T::Origin>| map.first().map_or(kustomization.origin, |(key, _)| key.origin);
    for label in &kustomization.labels {
        let origin = origin_of(&label.pairs);
        let transformer = LabelTransformer::of(label, configuration)
            .map_err(|cause| Failure::new(cause).at_origin(&work.tracker, origin))?;
        steps.push((Transformer::Label(transformer), origin));
    }
    // Entries of `labels` bring the step of `commonLabels` along, which tells of itself where steps do.
    let common = &kustomization.common_labels;
    if !common.is_empty() || !kustomization.labels.is_empty() {
        let transformer = LabelTransformer::common(common, configuration);
        steps.push((Transformer::Label(transformer), origin_of(common)));
    }
    let annotations = &kustomization.common_annotations;
    if !annotations.is_empty() {
        let transformer = AnnotationsTransformer::common(annotations, configuration);
        steps.push((Transformer::Annotations(transformer), origin_of(annotations)));
    }
    Ok(steps)
}

/// `patchesJson6902`.
fn json_patches<T: Track>(
    work: &mut Work<T>,
    loader: &Loader,
    kustomization: &Kustomization<T::Origin>,
) -> Result<Vec<Step<T::Origin>>, Failure> {
    let mut steps = Vec::new();
    for patch in &kustomization.patches_json6902 {
        let arguments = JsonPatchArguments {
            target: patch.target.as_ref(),
            path: patch.path.as_ref(),
            operations: patch.patch.as_ref(),
        };
        let loaded = JsonPatchTransform::load(work, loader, &arguments)
            .map_err(|failure| failure.at_origin(&work.tracker, patch.origin))?;
        steps.push((Transformer::JsonPatch(loaded), patch.origin));
    }
    Ok(steps)
}

/// The prefix first, then the suffix.
fn affixes<O: Copy>(
    kustomization: &Kustomization<O>,
    configuration: &Configuration,
) -> impl Iterator<Item = Step<O>> {
    let affix = |text: &Option<Text<O>>, side, specs: &crate::configuration::FieldSpecs| {
        let text = text.clone()?;
        let origin = text.origin;
        Some((Transformer::Affix(AffixTransformer { text, side, specs: specs.clone() }), origin))
    };
    let prefix = affix(&kustomization.name_prefix, Side::Before, &configuration.name_prefix);
    let suffix = affix(&kustomization.name_suffix, Side::Behind, &configuration.name_suffix);
    [prefix, suffix].into_iter().flatten()
}
