//! The kustomization that Flux generates for a folder that has none.

use std::collections::BTreeSet;

use text::Track;

use super::made_file;
use crate::kustomization::{Kustomization, Text};
use crate::load::{KUSTOMIZATION_NAMES, LoadedText, Loader};
use crate::{Failure, Work};

/// The namespace that a kustomization over no file names, so that it says something.
const PLACEHOLDER: &str = "_placeholder";

/// A kustomization over all files of objects below the folder, in the order of a walk, and the folders that have a
/// kustomization of their own.
pub(super) fn generate<T: Track>(
    work: &mut Work<T>,
    loader: &Loader,
) -> Result<(LoadedText, Kustomization<T::Origin>), Failure> {
    let file = made_file(work, loader);
    let origin = T::written(text::whole_of(file.id));
    let text = |text: &str| Text { text: text.into(), origin, content: None };
    let mut kustomization = Kustomization::empty(origin);
    for path in resources(&work.files.list_below(loader.root())) {
        if path.is_file {
            // One file that is none of Kubernetes' fails the whole, by name.
            loader.load_objects::<T>(&mut work.files, &path.path)?;
        }
        kustomization.resources.push(text(&format!("./{}", path.path)));
    }
    if kustomization.resources.is_empty() {
        kustomization.namespace = Some(text(PLACEHOLDER));
    }
    Ok((file, kustomization))
}

/// Something that becomes a resource, by its path seen from the folder.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Resource {
    path: String,
    is_file: bool,
}

/// What becomes of files seen from the folder. A walk goes through names in order and down at once.
fn resources(files: &[String]) -> Vec<Resource> {
    let mut paths: Vec<Vec<&str>> = files.iter().map(|path| path.split('/').collect()).collect();
    paths.sort_unstable();
    let of_own: BTreeSet<&[&str]> = paths
        .iter()
        .filter_map(|path| path.split_last())
        .filter(|(name, _)| KUSTOMIZATION_NAMES.contains(*name))
        .map(|(_, folder)| folder)
        .collect();
    let mut resources: Vec<Resource> = Vec::new();
    for path in &paths {
        let folder =
            (1..path.len()).filter_map(|length| path.get(..length)).find(|folder| of_own.contains(folder));
        let resource = match (folder, path.last()) {
            (Some(folder), _) => Resource { path: folder.join("/"), is_file: false },
            (None, Some(name)) if name.ends_with(".yaml") || name.ends_with(".yml") => {
                Resource { path: path.join("/"), is_file: true }
            }
            (None, _) => continue,
        };
        // All files of such a folder follow each other.
        if resources.last() != Some(&resource) {
            resources.push(resource);
        }
    }
    resources
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_walk_takes_files_and_folders_of_their_own() {
        let files = [
            "b.yaml",
            "a/x.yml",
            "a.yaml",
            "c/Kustomization",
            "c/d/y.yaml",
            "c/e.yaml",
            "n.txt",
            "d/e/f/kustomization.yml",
        ];
        let files: Vec<String> = files.iter().map(|path| (*path).to_owned()).collect();
        let found: Vec<_> = resources(&files).into_iter().map(|resource| resource.path).collect();
        assert_eq!(found, ["a/x.yml", "a.yaml", "b.yaml", "c", "d/e/f"]);
    }
}
