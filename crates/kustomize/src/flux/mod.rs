//! Builds as Flux builds: a folder without a kustomization becomes one over all its files, and what a Flux Kustomization
//! says is merged into the one that is there.
//!
//! Follows `fluxcd/pkg/kustomize`, the generator of Flux 2.9, and what its source controller leaves out of an artifact.
//! Takes the files as an [`Artifact`] shows them. Applies nothing, substitutes no variables and decrypts nothing.

mod artifact;
mod ignore;
mod merge;
mod object;
mod scan;

use std::sync::Arc;

use text::Track;

use crate::build::build_target;
use crate::kustomization::Kustomization;
use crate::load::{LoadedText, Loader};
use crate::target::Target;
use crate::transform::Transformer;
use crate::{Built, Failure, Options, Order, Program, Work};

pub use artifact::Artifact;
pub use object::{FluxKustomization, FluxObjects, FluxSource, read_objects, read_text};

/// Why a folder cannot be built as Flux builds.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BuildAsFlux {
    /// A component that is no folder of the same source.
    #[error("component path '{path}' must be local and relative")]
    NameOtherComponent {
        /// Its path.
        path: String,
    },
    /// A patch that is no mapping.
    #[error("a strategic merge patch is no mapping")]
    PatchWithOther,
    /// A patch that cannot be printed.
    #[error("a patch has no value")]
    PrintPatch,
}

/// Builds a folder as Flux does, with what a Flux Kustomization says of it.
///
/// # Errors
/// As [`crate::build()`]; where the folder has no kustomization, at the first of its files that holds something else
/// than objects.
pub fn build<T: Track>(
    work: &mut Work<T>,
    folder: &str,
    asked: Option<&FluxKustomization<T::Origin>>,
) -> Result<Built<T::Origin>, Failure> {
    let loader = Loader::at(&work.files, folder)?;
    let mut target = target(work, loader)?;
    if let Some(asked) = asked {
        merge::merge(work, &target.loader, &mut target.kustomization, asked)?;
    }
    let options = Options { order: Order::AsRead, program: Program::Flux, ..Options::default() };
    let mut built = build_target(work, target, &options)?;
    for transformer in asked.into_iter().flat_map(common_metadata) {
        transformer.transform(work, &mut built.map)?;
    }
    Ok(built)
}

/// The kustomization of the folder, or one over all its files.
fn target<T: Track>(work: &mut Work<T>, loader: Loader) -> Result<Target<T::Origin>, Failure> {
    if loader.has_kustomization(&work.files) {
        let file = loader.load_kustomization(&mut work.files)?;
        let kustomization = Kustomization::read_as_flux(work, &file)?;
        return Ok(Target::new(kustomization, loader, file));
    }
    let (file, kustomization) = scan::generate(work, &loader)?;
    Ok(Target::new(kustomization, loader, Arc::new(file)))
}

/// Labels and annotations that all objects get at the very end.
fn common_metadata<O: Copy>(asked: &FluxKustomization<O>) -> Vec<Transformer<O>> {
    let labels = Transformer::metadata_labels(&asked.common_labels);
    let annotations = Transformer::metadata_annotations(&asked.common_annotations);
    vec![labels, annotations]
}

/// The text of a kustomization that nobody wrote.
fn made_file<T: Track>(work: &mut Work<T>, loader: &Loader) -> LoadedText {
    let path = crate::load::join(loader.root(), "kustomization.yaml");
    let name = format!("{path}, as Flux generates it");
    let id = work.files.add_text(text::Source::Given { name });
    LoadedText { id, path, bytes: Vec::new() }
}

#[cfg(test)]
mod tests;
