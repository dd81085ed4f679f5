//! Several kustomizations in one process: on all cores, each thread with files of its own that its next builds find read.
//!
//! Gives what the builds one by one would give, in the order of the folders, and tells of every one that fails.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex};

use kustomize::load::Files;
use kustomize::{Failure, Work};
use rayon::prelude::*;
use text::NoOrigins;
use tree::Tree;

use super::{BuildArguments, Target, begin, explained, write_file};
use crate::error::{CommandError, Outcome};
use crate::terminal;

/// The files that one thread has read. Nobody else ever waits for them.
type Shelf = Mutex<Option<Files<()>>>;

/// What one folder came to: its text, and what is to be told beside it.
struct Rendered {
    text: Result<String, Failure>,
    warnings: Vec<String>,
}

pub(super) fn build(
    tree: &Arc<dyn Tree + Send>,
    arguments: &BuildArguments,
) -> Result<Outcome, CommandError> {
    let folders: Vec<PathBuf> = arguments.targets.iter().map(PathBuf::from).collect();
    let names = arguments.output.is_some().then(|| file_names(&folders)).transpose()?;
    let targets = arguments.targets.iter().map(|target| Target::read(target));
    let targets = targets.collect::<Result<Vec<_>, _>>()?;
    let shelves: Vec<Shelf> = (0..rayon::current_num_threads()).map(|_| Shelf::default()).collect();
    let rendered: Vec<Rendered> =
        targets.par_iter().map(|target| render(tree, target, &shelves, arguments)).collect();
    if let Some(folder) = &arguments.output {
        make_folder(folder)?;
    }
    let (mut failed, mut is_first) = (0, true);
    for (position, Rendered { text, warnings }) in rendered.into_iter().enumerate() {
        warnings.iter().for_each(|warning| terminal::tell(warning));
        match (text, &arguments.output, names.as_ref().and_then(|names| names.get(position))) {
            (Err(failure), ..) => {
                failed += 1;
                if let Some(target) = targets.get(position) {
                    explained(&failure, (tree, target), arguments).tell();
                }
            }
            (Ok(text), Some(folder), Some(name)) => write_file(&folder.join(name), &text)?,
            (Ok(text), ..) if text.is_empty() => {}
            (Ok(text), ..) => {
                if !std::mem::take(&mut is_first) {
                    terminal::print_bytes(b"---\n")?;
                }
                terminal::print_bytes(text.as_bytes())?;
            }
        }
    }
    match failed {
        0 => Ok(Outcome::Clean),
        _ => Err(CommandError::user(format!("{failed} of {} kustomizations cannot be built", folders.len()))),
    }
}

fn render(
    tree: &Arc<dyn Tree + Send>,
    target: &Target,
    shelves: &[Shelf],
    arguments: &BuildArguments,
) -> Rendered {
    let shelf = rayon::current_thread_index().and_then(|thread| shelves.get(thread));
    let kept = shelf.and_then(|shelf| shelf.lock().ok()?.take());
    let mut work: Work<NoOrigins> = begin(tree, arguments);
    work.files = kept.unwrap_or_else(|| work.files.kept_for_others());
    let text = target.build(&mut work, arguments).and_then(|built| built.print());
    if let Some(mut shelf) = shelf.and_then(|shelf| shelf.lock().ok()) {
        *shelf = Some(work.files);
    }
    Rendered { text, warnings: work.warnings }
}

/// A name for the file of each folder: its path as it was given, with `_` between its parts.
fn file_names(folders: &[PathBuf]) -> Result<Vec<String>, CommandError> {
    let mut taken: BTreeMap<String, &Path> = BTreeMap::new();
    let mut names = Vec::with_capacity(folders.len());
    for folder in folders {
        let parts = folder.components().filter_map(|part| match part {
            Component::Normal(part) => Some(part.to_string_lossy()),
            Component::Prefix(_) | Component::RootDir | Component::CurDir | Component::ParentDir => None,
        });
        let parts: Vec<_> = parts.collect();
        let name =
            if parts.is_empty() { "root.yaml".to_owned() } else { format!("{}.yaml", parts.join("_")) };
        if let Some(other) = taken.insert(name.clone(), folder) {
            let (one, two) = (other.display(), folder.display());
            return Err(CommandError::user(format!("'{one}' and '{two}' would both be written to '{name}'"))
                .hint("build them one after the other"));
        }
        names.push(name);
    }
    Ok(names)
}

#[expect(
    clippy::disallowed_methods,
    reason = "the output that was asked for is no working tree of somebody's"
)]
fn make_folder(folder: &Path) -> Result<(), CommandError> {
    std::fs::create_dir_all(folder).map_err(|error| {
        CommandError::environment(format!("cannot make '{}'", folder.display())).because(error)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_named_by_the_folders_as_they_were_given() {
        let names = |folders: &[&str]| {
            let folders: Vec<_> = folders.iter().map(PathBuf::from).collect();
            file_names(&folders)
        };
        let found = names(&["overlays/prod", "./overlays/test/", "../base", "."]);
        assert_eq!(
            found.ok().unwrap(),
            ["overlays_prod.yaml", "overlays_test.yaml", "base.yaml", "root.yaml"]
        );
        assert!(names(&["a/b", "./a/b"]).is_err());
        assert!(names(&["a/b", "a_b"]).is_err());
    }
}
