//! What a kustomization's fields ask for, as transformers in the order of the original, whatever their order in the file.

use text::Track;

use crate::configuration::Configuration;
use crate::kustomization::{Kustomization, Text};
use crate::load::Loader;
use crate::replacement::ReplacementTransform;
use crate::transform::{
    AffixTransformer, AnnotationsTransformer, ImageTagTransformer, JsonPatchArguments, JsonPatchTransform,
    LabelTransformer, NamespaceTransformer, PatchTransform, ReplicaCountTransformer, Side,
    StrategicMergePatches, SubjectMode, Transformer,
};
use crate::{Failure, Work};

/// Reads what has to be read for them, and gives the transformers of a kustomization. With `tells`, each step that the
/// original would name among an object's transformations is one of its own.
pub(crate) fn transformers<T: Track>(
    work: &mut Work<T>,
    loader: &Loader,
    kustomization: &Kustomization<T::Origin>,
    (configuration, tells): (&Configuration, bool),
) -> Result<Vec<Transformer<T::Origin>>, Failure> {
    let mut steps = Vec::new();
    if !kustomization.patches_strategic_merge.is_empty() {
        let patches =
            StrategicMergePatches::load(work, loader, (&kustomization.patches_strategic_merge, None))?;
        steps.push(Transformer::StrategicMergePatches(patches));
    }
    for patch in &kustomization.patches {
        steps.push(Transformer::Patch(PatchTransform::load(work, loader, patch)?));
    }
    steps.extend(kustomization.namespace.as_ref().map(|namespace| {
        Transformer::Namespace(NamespaceTransformer {
            namespace: namespace.clone(),
            specs: configuration.namespace.clone(),
            unset_only: false,
            subjects: SubjectMode::default(),
        })
    }));
    steps.extend(affixes(kustomization, configuration));
    for label in &kustomization.labels {
        steps.push(Transformer::Label(LabelTransformer::of(label, configuration)?));
    }
    // Entries of `labels` bring the step of `commonLabels` along, which tells of itself where steps do.
    if !kustomization.common_labels.is_empty() || !kustomization.labels.is_empty() {
        steps.push(Transformer::Label(LabelTransformer::common(&kustomization.common_labels, configuration)));
    }
    if !kustomization.common_annotations.is_empty() {
        let annotations = &kustomization.common_annotations;
        steps.push(Transformer::Annotations(AnnotationsTransformer::common(annotations, configuration)));
    }
    for patch in &kustomization.patches_json6902 {
        let arguments = JsonPatchArguments {
            target: patch.target.as_ref(),
            path: patch.path.as_ref(),
            operations: patch.patch.as_ref(),
        };
        steps.push(Transformer::JsonPatch(JsonPatchTransform::load(work, loader, &arguments)?));
    }
    steps.extend(kustomization.replicas.iter().map(|replica| {
        let specs = configuration.replicas.clone();
        Transformer::ReplicaCount(ReplicaCountTransformer { replica: replica.clone(), specs })
    }));
    // All images in one step, unless each step is to tell of itself.
    let images_together = if tells { 1 } else { kustomization.images.len().max(1) };
    for images in kustomization.images.chunks(images_together) {
        let (images, specs) = (images.to_vec(), configuration.images.clone());
        steps.push(Transformer::ImageTag(ImageTagTransformer { images, specs }));
    }
    if !kustomization.replacements.is_empty() {
        let replacements = ReplacementTransform::load(work, loader, &kustomization.replacements)?;
        steps.push(Transformer::Replacements(replacements));
    }
    Ok(steps)
}

/// The prefix first, then the suffix.
fn affixes<O: Copy>(
    kustomization: &Kustomization<O>,
    configuration: &Configuration,
) -> impl Iterator<Item = Transformer<O>> {
    let affix = |text: &Option<Text<O>>, side, specs: &crate::configuration::FieldSpecs| {
        let text = text.clone()?;
        Some(Transformer::Affix(AffixTransformer { text, side, specs: specs.clone() }))
    };
    let prefix = affix(&kustomization.name_prefix, Side::Before, &configuration.name_prefix);
    let suffix = affix(&kustomization.name_suffix, Side::Behind, &configuration.name_suffix);
    [prefix, suffix].into_iter().flatten()
}
