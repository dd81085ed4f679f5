//! `--flux`: a folder built as Flux builds it, with the files that it would have of the repository.

use std::path::Path;
use std::sync::Arc;

use kustomize::Work;
use kustomize::flux::{Artifact, FluxKustomization, FluxSource};
use kustomize::load::{Files, Restriction};
use text::{Origin, Origins};
use tree::{Directory, Tree};

use super::{BuildArguments, compatibility, print_placed, told};
use crate::error::{CommandError, Outcome};
use crate::terminal;

/// Builds a folder of the machine; `file` holds the Flux Kustomization.
pub(super) fn build(
    tree: &Arc<dyn Tree + Send>,
    folder: &Path,
    (file, arguments): (Option<&Path>, &BuildArguments),
) -> Result<Outcome, CommandError> {
    // What is read of the file first is only what decides which files there are.
    let mut work: Work<Origins> =
        Work::new(Files::new(Arc::clone(tree), Restriction::None, None)).following(compatibility(arguments));
    let asked = file.map(|file| read(&mut work, file)).transpose()?;
    let ignore = asked.as_ref().and_then(|(_, ignore)| ignore.as_deref());
    work.files.set_tree(Arc::new(artifact(tree, folder, ignore)?));
    let folder = folder.to_string_lossy();
    let asked = asked.map(|(kustomization, _)| kustomization);
    if asked.as_ref().is_some_and(|asked| asked.substitutes) {
        terminal::tell("variables of 'postBuild' are not substituted");
    }
    let built = kustomize::flux::build(&mut work, &folder, asked.as_ref());
    let built = built.map_err(|failure| told(&failure, Some(&work.files)));
    print_placed(&work, built, arguments)
}

/// The only Flux Kustomization of a file, and what its source leaves out.
fn read(
    work: &mut Work<Origins>,
    file: &Path,
) -> Result<(FluxKustomization<Origin>, Option<String>), CommandError> {
    let shown = file.display();
    let path = file
        .canonicalize()
        .map_err(|error| CommandError::user(format!("cannot read '{shown}'")).because(error))?;
    let path = path.to_string_lossy();
    let read = kustomize::flux::read_objects(work, path.trim_start_matches('/'));
    let (kustomizations, sources) = read.map_err(|failure| told(&failure, Some(&work.files)))?;
    let count = kustomizations.len();
    let Ok([asked]) = <[_; 1]>::try_from(kustomizations) else {
        return Err(CommandError::user(format!(
            "'{shown}' holds {count} Flux Kustomizations instead of one"
        ))
        .hint("give a file with one object of kustomize.toolkit.fluxcd.io"));
    };
    let is_its = |source: &&FluxSource| (&source.kind, &source.name) == (&asked.source.0, &asked.source.1);
    let ignore = sources.iter().find(is_its).and_then(|source| source.ignore.as_ref());
    let ignore = ignore.map(ToString::to_string);
    Ok((asked, ignore))
}

/// What Flux has of the repository that a folder is in; of the folder alone where it is in none.
fn artifact(
    tree: &Arc<dyn Tree + Send>,
    folder: &Path,
    ignore: Option<&str>,
) -> Result<Artifact, CommandError> {
    let root = folder.ancestors().find(|ancestor| ancestor.join(".git").exists()).unwrap_or(folder);
    let directory = Directory::open(root, 0)
        .map_err(|error| CommandError::environment(error.to_string()).because(error))?;
    let listing = directory.list(&|_| true);
    let root = root.to_string_lossy();
    Artifact::new(Arc::clone(tree), root.trim_start_matches('/'), &listing.files, ignore)
        .map_err(|error| CommandError::environment("cannot read an ignore file of the source").because(error))
}
