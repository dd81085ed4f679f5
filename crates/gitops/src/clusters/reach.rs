//! The files that building a folder reads, told from kustomization files as they stand.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use kustomize::load::{Files, KUSTOMIZATION_NAMES, Loader, Restriction, join};
use kustomize::{Reference as Named, Work, references};
use text::NoOrigins;
use tree::Place;

use crate::limits::FOLDERS_MAX;
use crate::repository::{Repository, is_yaml};

/// The files that a folder reads, shared by all that read it.
pub(crate) type FolderFiles = Rc<BTreeSet<String>>;

/// The files of several folders, of which many may be the same one.
pub(crate) fn united(folders: impl Iterator<Item = FolderFiles>) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    let mut files = BTreeSet::new();
    for folder in folders.filter(|folder| seen.insert(Rc::as_ptr(folder))) {
        files.extend(folder.iter().cloned());
    }
    files
}

/// The files that building folders reads, each folder once.
pub(crate) struct Reach<'r> {
    repository: &'r Repository,
    work: Work<NoOrigins>,
    known: BTreeMap<String, FolderFiles>,
}

impl<'r> Reach<'r> {
    pub(crate) fn new(repository: &'r Repository) -> Self {
        let files = Files::new(Arc::clone(&repository.tree), Restriction::None, None);
        Self { repository, work: Work::new(files.kept_for_others()), known: BTreeMap::new() }
    }

    /// The files that a folder reads; none if it is no folder.
    pub(crate) fn below_existing(&mut self, folder: &str) -> FolderFiles {
        match self.repository.tree.locate(folder) {
            Ok(Place::Folder(folder)) => self.below(&folder),
            _ => FolderFiles::default(),
        }
    }

    /// The files that a folder reads.
    pub(super) fn below(&mut self, folder: &str) -> FolderFiles {
        if let Some(known) = self.known.get(folder) {
            return Rc::clone(known);
        }
        let mut files = BTreeSet::new();
        let mut seen = BTreeSet::new();
        let mut open = vec![folder.to_owned()];
        while let Some(folder) = open.pop() {
            if seen.len() >= FOLDERS_MAX || !seen.insert(folder.clone()) {
                continue;
            }
            match self.named(&folder) {
                Some(named) => self.follow(&folder, named, &mut files, &mut open),
                None => self.take_all(&folder, &mut files, &mut open),
            }
        }
        let files = Rc::new(files);
        self.known.insert(folder.to_owned(), Rc::clone(&files));
        files
    }

    /// What the kustomization of a folder names; none if it has none.
    fn named(&mut self, folder: &str) -> Option<Vec<Named>> {
        let has = |name: &&&str| self.repository.files.binary_search(&join(folder, name)).is_ok();
        KUSTOMIZATION_NAMES.iter().find(has)?;
        let loader = Loader::at(&self.work.files, folder).ok()?;
        Some(references(&mut self.work, &loader).unwrap_or_default())
    }

    fn follow(&self, folder: &str, named: Vec<Named>, files: &mut BTreeSet<String>, open: &mut Vec<String>) {
        for reference in named {
            let (Named::Resource(path) | Named::Component(path)) = reference else { continue };
            match self.repository.tree.locate(&join(folder, &path)) {
                Ok(Place::Folder(folder)) => open.push(folder),
                Ok(Place::File(file)) => {
                    files.insert(file);
                }
                Err(_) => {}
            }
        }
    }

    /// A folder without a kustomization is one over all its files, up to folders that have one.
    fn take_all(&self, folder: &str, files: &mut BTreeSet<String>, open: &mut Vec<String>) {
        let below = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let first = self.repository.files.partition_point(|path| path.as_str() < below.as_str());
        let inside = self.repository.files.iter().skip(first).take_while(|path| path.starts_with(&below));
        let mut of_own = BTreeSet::new();
        let mut taken = Vec::new();
        for path in inside {
            let (parent, name) = path.rsplit_once('/').unwrap_or(("", path));
            if KUSTOMIZATION_NAMES.contains(&name) {
                of_own.insert(parent.to_owned());
            } else if is_yaml(path) {
                taken.push(path);
            }
        }
        let is_of_own = |path: &str| {
            let slashes = path.match_indices('/').map(|(at, _)| at);
            slashes.filter_map(|at| path.get(..at)).any(|folder| of_own.contains(folder))
        };
        files.extend(taken.into_iter().filter(|path| !is_of_own(path)).cloned());
        open.extend(of_own);
    }
}
