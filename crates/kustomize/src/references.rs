//! What a kustomization names, without carrying it out: for whoever has to have everything at hand before a build.

use text::Track;

use crate::kustomization::{GeneratorArguments, Kustomization, ReplacementSource, Text};
use crate::load::{Loader, objects_of_text};
use crate::{Failure, Work};

/// Something that a kustomization names by a path or an address.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reference {
    /// A file of objects, or else another kustomization.
    Resource(String),
    /// A kustomization.
    Component(String),
    /// A file.
    File(String),
}

/// What the kustomization at a loader names, in the order in which a build asks for it.
///
/// # Errors
/// If it cannot be read.
pub fn references<T: Track>(work: &mut Work<T>, loader: &Loader) -> Result<Vec<Reference>, Failure> {
    let file = loader.load_kustomization(&mut work.files)?;
    let kustomization = Kustomization::read(work, &file)?;
    Ok(of_kustomization::<T>(&kustomization))
}

/// Whether a build takes a text for objects.
#[must_use]
pub fn holds_objects(bytes: &[u8]) -> bool {
    objects_of_text::<text::NoOrigins>(text::TextId(0), bytes).is_ok()
}

fn of_kustomization<T: Track>(kustomization: &Kustomization<T::Origin>) -> Vec<Reference> {
    let mut found = Vec::new();
    let resources = kustomization.resources.iter().map(text);
    found.extend(resources.map(Reference::Resource));
    found.extend(kustomization.openapi_path.iter().map(text).map(Reference::File));
    found.extend(kustomization.configurations.iter().map(text).map(Reference::File));
    found.extend(kustomization.crds.iter().map(text).map(Reference::File));
    let arguments = kustomization.config_maps.iter().chain(&kustomization.secrets);
    found.extend(arguments.flat_map(files_of).map(Reference::File));
    let values = kustomization
        .helm_charts
        .iter()
        .flat_map(|chart| chart.values_file.iter().chain(&chart.additional_values_files).map(text));
    found.extend(values.map(Reference::File));
    found.extend(kustomization.components.iter().map(text).map(Reference::Component));
    let merges = kustomization.patches_strategic_merge.iter().filter(|patch| !is_inline::<T>(patch));
    found.extend(merges.map(text).map(Reference::File));
    let patches = kustomization.patches.iter().chain(&kustomization.patches_json6902);
    found.extend(patches.filter_map(|patch| patch.path.as_ref()).map(text).map(Reference::File));
    let replacements = kustomization.replacements.iter().filter_map(|replacement| match replacement {
        ReplacementSource::Path(path) => Some(text(path)),
        ReplacementSource::Inline(_) | ReplacementSource::Both(_) => None,
    });
    found.extend(replacements.map(Reference::File));
    let plugins = [&kustomization.generators, &kustomization.transformers, &kustomization.validators];
    let plugins = plugins.into_iter().flatten().filter(|entry| !is_inline::<T>(entry));
    found.extend(plugins.map(text).map(Reference::Resource));
    found
}

fn text<O>(text: &Text<O>) -> String {
    text.text.to_string()
}

/// Whether objects stand in a text itself.
fn is_inline<T: Track>(entry: &Text<T::Origin>) -> bool {
    let id = entry.content.unwrap_or(text::TextId(u32::MAX));
    objects_of_text::<T>(id, entry.text.as_bytes()).is_ok_and(|objects| !objects.is_empty())
}

/// The paths behind `key=`.
fn files_of<O>(arguments: &GeneratorArguments<O>) -> Vec<String> {
    let path = |file: &Text<O>| match file.text.split_once('=') {
        Some((_, path)) => path.to_owned(),
        None => file.text.to_string(),
    };
    arguments.files.iter().map(path).chain(arguments.envs.iter().map(text)).collect()
}
