//! Which kustomizations of a tree are built on their own.
//!
//! Takes the paths of a tree; gives the folders whose kustomization no other one includes. Reads of each file only what
//! it includes, so that one that cannot be built is found all the same. Components are built by those who include them.

use std::collections::{BTreeMap, BTreeSet};

use kustomize::load::{KUSTOMIZATION_NAMES, join};
use manifest::limits::FILE_BYTES_MAX;
use manifest::{Document, NodeId};
use text::TextId;
use tree::{Place, Tree};

/// Fields that name files and folders that become a part of the output or of its making.
const INCLUDES: [&str; 6] = ["resources", "bases", "components", "generators", "transformers", "validators"];

/// The group of kustomizations. A file of the same name may hold another one's, such as Flux's.
const GROUP: &str = "kustomize.config.k8s.io/";

/// A kustomization that is built on its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Root {
    /// The folder; empty for the tree's root.
    pub(crate) folder: String,
    /// The position of its file in the listing.
    pub(crate) position: usize,
}

impl Root {
    /// The folder as people are shown it.
    pub(crate) fn shown(&self) -> &str {
        if self.folder.is_empty() { "." } else { &self.folder }
    }
}

/// A kustomization by what it includes.
#[derive(Debug, Default)]
struct Kustomization {
    position: usize,
    is_component: bool,
    /// The folders, by their own paths.
    includes: Vec<String>,
}

/// The kustomizations of a tree, by their folders.
#[derive(Debug)]
pub(crate) struct Kustomizations {
    found: BTreeMap<String, Kustomization>,
    /// The folders that include each folder.
    included_by: BTreeMap<String, Vec<String>>,
}

impl Kustomizations {
    /// Reads those among `files`.
    pub(crate) fn read(tree: &dyn Tree, files: &[String]) -> Self {
        let mut found: BTreeMap<String, Kustomization> = BTreeMap::new();
        for (position, path) in files.iter().enumerate() {
            let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
            if !KUSTOMIZATION_NAMES.contains(&name) {
                continue;
            }
            let Ok(Place::Folder(folder)) = tree.locate(folder) else { continue };
            if let Some(kustomization) = read(tree, path, &folder, position) {
                found.entry(folder).or_insert(kustomization);
            }
        }
        let mut included_by: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (folder, kustomization) in &found {
            for include in &kustomization.includes {
                included_by.entry(include.clone()).or_default().push(folder.clone());
            }
        }
        Self { found, included_by }
    }

    /// Those that no other one includes, in the order of their folders.
    pub(crate) fn roots(&self) -> Vec<Root> {
        let mut state = self.unreached();
        for include in self.found.values().flat_map(|kustomization| &kustomization.includes) {
            if let Some(is_included) = state.get_mut(include.as_str()) {
                *is_included = true;
            }
        }
        let mut roots: Vec<&str> =
            state.iter().filter(|(_, is_included)| !**is_included).map(|(folder, _)| *folder).collect();
        state = self.unreached();
        roots.iter().for_each(|root| self.reach(root, &mut state));
        // What is left includes itself by way of others: the first of each circle is built, to be refused by name.
        for folder in self.found.keys().map(String::as_str) {
            if state.get(folder) == Some(&false) {
                roots.push(folder);
                self.reach(folder, &mut state);
            }
        }
        roots.sort_unstable();
        let root = |folder: &str| {
            let kustomization = self.found.get(folder).filter(|kustomization| !kustomization.is_component)?;
            Some(Root { folder: folder.to_owned(), position: kustomization.position })
        };
        roots.into_iter().filter_map(root).collect()
    }

    /// The roots among `roots` that include the kustomization of `folder`, itself counted.
    pub(crate) fn over<'r>(&self, roots: &'r [Root], folder: &str) -> Vec<&'r str> {
        let mut above: BTreeSet<&str> = BTreeSet::new();
        let mut open = vec![folder];
        while let Some(folder) = open.pop() {
            if above.insert(folder) {
                let includers = self.included_by.get(folder).map(Vec::as_slice).unwrap_or_default();
                open.extend(includers.iter().map(String::as_str));
            }
        }
        let is_above = |root: &&Root| above.contains(root.folder.as_str());
        roots.iter().filter(is_above).map(|root| root.folder.as_str()).collect()
    }

    fn unreached(&self) -> BTreeMap<&str, bool> {
        self.found.keys().map(|folder| (folder.as_str(), false)).collect()
    }

    /// Marks a folder and all that it includes.
    fn reach<'f>(&'f self, from: &'f str, state: &mut BTreeMap<&'f str, bool>) {
        let mut open = vec![from];
        while let Some(folder) = open.pop() {
            if state.get_mut(folder).is_some_and(|is_reached| !std::mem::replace(is_reached, true)) {
                let includes = self.found.get(folder).map(|kustomization| kustomization.includes.iter());
                open.extend(includes.into_iter().flatten().map(String::as_str));
            }
        }
    }
}

/// What the file at `path` includes; none if it is no kustomization of the builder. A broken one includes nothing.
fn read(tree: &dyn Tree, path: &str, folder: &str, position: usize) -> Option<Kustomization> {
    let mut kustomization = Kustomization { position, ..Kustomization::default() };
    let Ok(bytes) = tree.read(path, FILE_BYTES_MAX) else { return Some(kustomization) };
    let Ok(documents) = manifest::parse_all(TextId(0), &bytes) else { return Some(kustomization) };
    let Some((document, root)) = documents.first().and_then(|document| Some((document, document.root()?)))
    else {
        return Some(kustomization);
    };
    let api_version = document.text_at(root, &["apiVersion"]);
    if api_version.is_some_and(|api_version| !api_version.starts_with(GROUP)) {
        return None;
    }
    kustomization.is_component = document.text_at(root, &["kind"]) == Some("Component");
    let named = INCLUDES.iter().flat_map(|field| texts(document, root, field));
    let folders = named.filter_map(|include| match tree.locate(&join(folder, include)) {
        Ok(Place::Folder(folder)) => Some(folder),
        Ok(Place::File(_)) | Err(_) => None,
    });
    kustomization.includes = folders.collect();
    Some(kustomization)
}

fn texts<'d>(document: &'d Document<'_>, root: NodeId, field: &str) -> impl Iterator<Item = &'d str> {
    let list = document.get(root, field);
    let items = list.map(|list| document.items(document.dereference(list))).unwrap_or_default();
    items.iter().filter_map(|item| document.text(document.dereference(*item)))
}

#[cfg(test)]
mod tests {
    use tree::Memory;

    use super::*;

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        let tree: Memory = files.iter().copied().collect();
        let paths: Vec<String> = files.iter().map(|(path, _)| (*path).to_owned()).collect();
        Kustomizations::read(&tree, &paths).roots().into_iter().map(|root| root.folder).collect()
    }

    #[test]
    fn what_another_one_includes_is_no_root() {
        let files = [
            ("base/kustomization.yaml", "resources: [a.yaml]"),
            ("over/a/kustomization.yml", "bases: [../../base]"),
            ("over/b/Kustomization", "resources: [../../base/]\ncomponents: [../../part]"),
            ("part/kustomization.yaml", "kind: Component"),
            ("unused/kustomization.yaml", "kind: Component"),
        ];
        assert_eq!(found(&files), ["over/a", "over/b"]);
    }

    #[test]
    fn one_of_a_circle_is_a_root_and_a_broken_one_is() {
        let files = [
            ("a/kustomization.yaml", "resources: [../b]"),
            ("b/kustomization.yaml", "resources: [../a]"),
            ("c/kustomization.yaml", "resources: [../a"),
        ];
        assert_eq!(found(&files), ["a", "c"]);
    }

    #[test]
    fn the_roots_over_a_folder_are_those_that_include_it_at_any_depth() {
        let files = [
            ("a/kustomization.yaml", "resources: [../b]"),
            ("b/kustomization.yaml", "resources: [../c]"),
            ("c/kustomization.yaml", ""),
            ("d/kustomization.yaml", ""),
        ];
        let tree: Memory = files.iter().copied().collect();
        let paths: Vec<String> = files.iter().map(|(path, _)| (*path).to_owned()).collect();
        let found = Kustomizations::read(&tree, &paths);
        assert_eq!(found.over(&found.roots(), "c"), ["a"]);
        assert_eq!(found.over(&found.roots(), "d"), ["d"]);
    }

    #[test]
    fn a_kustomization_of_flux_is_none_of_the_builder() {
        let flux = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization";
        assert_eq!(found(&[("kustomization.yaml", flux), ("a/kustomization.yaml", "")]), ["a"]);
    }
}
