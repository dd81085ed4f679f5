//! Files of a build: found from the folder of a kustomization, within the restrictions, each read once.
//!
//! A [`Loader`] stands at the root of one kustomization and remembers who led to it, so that circles are refused. What is
//! read is kept in [`Files`], and so are the objects that were read from it: overlays that share a base share them until
//! one changes them. Remote files and repositories come through [`remote::Remote`], and without one they are refused by name.

pub(crate) mod documents;
mod files;
mod objects;
mod path;
pub mod remote;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use tree::{Place, ReadFile};

pub use files::{Files, LoadedText};
use files::{Objects, TreeIndex};
pub use objects::ReadObjects;
pub(crate) use objects::{is_kept, objects_of_text};
pub use path::join;
use remote::{CheckoutKey, FetchRemote, RepositoryAddress};

/// Whether files outside of a kustomization's own folder may be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Restriction {
    /// Files only in and below the folder: the original's default.
    #[default]
    RootOnly,
    /// Any file of the tree: as Flux builds.
    None,
}

/// Why a file or folder is not to be had.
#[derive(Debug, thiserror::Error)]
pub enum LoadFile {
    /// The tree refuses it.
    #[error("cannot read '{path}'")]
    Read {
        /// Its path.
        path: String,
        /// The tree's reason.
        #[source]
        source: ReadFile,
    },
    /// A folder where a file is needed.
    #[error("'{path}' must resolve to a file")]
    ReadFolder {
        /// Its path.
        path: String,
    },
    /// A file that the restriction keeps away.
    #[error("security; file '{path}' is not in or below '{root}'")]
    LeaveRoot {
        /// Its path.
        path: String,
        /// The kustomization's folder.
        root: String,
    },
    /// No folder.
    #[error("must build at directory: '{path}' is a file")]
    BuildAtFile {
        /// Its path.
        path: String,
    },
    /// An empty path.
    #[error("new root cannot be empty")]
    NameNothing,
    /// A path from the root of the machine.
    #[error("new root '{path}' cannot be absolute")]
    NameAbsolute {
        /// The path.
        path: String,
    },
    /// Two entries of a list that have become one text, which is refused since 5.8.2.
    #[error(
        "path \"{path}\" is ambiguous: resolves to \"{resolved}\" after normalization, which is likely not the intended target; check for YAML indentation errors in your kustomization file"
    )]
    NameAmbiguous {
        /// The path.
        path: String,
        /// What it leads to.
        resolved: String,
    },
    /// A folder that led here.
    #[error("cycle detected: candidate root '{candidate}' contains visited root '{visited}'")]
    GoInCircles {
        /// The folder that is to be entered.
        candidate: String,
        /// The folder in or below it that led to it.
        visited: String,
    },
    /// A repository that led here.
    #[error("cycle detected: URI '{candidate}' referenced by previous URI '{visited}'")]
    FetchInCircles {
        /// Its address.
        candidate: String,
        /// The address that led to it.
        visited: String,
    },
    /// A base outside of the repository that names it.
    #[error(
        "security; bases in kustomizations found in cloned git repos must be within the repo, but base '{path}' is outside of it"
    )]
    LeaveRepository {
        /// As it was written.
        path: String,
    },
    /// A folder without a kustomization.
    #[error(
        "unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in directory '{folder}'"
    )]
    FindKustomization {
        /// The folder.
        folder: String,
    },
    /// A folder with more than one.
    #[error("found multiple kustomization files under: {folder}")]
    FindSeveralKustomizations {
        /// The folder.
        folder: String,
    },
    /// Something that lies outside of the tree and is not at hand.
    #[error(transparent)]
    Fetch(#[from] FetchRemote),
}

/// What a kustomization file may be called.
pub const KUSTOMIZATION_NAMES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// What is done about a path such as `../base - ../other`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ambiguity {
    /// It is followed: up to 5.8.1.
    Taken,
    /// It is refused: since 5.8.2.
    Refused,
}

/// Whether a part of a path holds `..` among other characters, as it does where the entries of a list were indented into
/// one text.
fn is_ambiguous(path: &str) -> bool {
    path.split('/').any(|part| part.len() > 2 && part.contains(".."))
}

/// Where a kustomization stands, and who led to it.
#[derive(Debug, Clone)]
pub struct Loader {
    /// The folder, by its own path without links; empty for the tree's root.
    root: String,
    /// The roots that led here, outermost first.
    visited: Vec<Visited>,
    /// The checkout that the folder is in, if it is not of the tree itself.
    checkout: Option<Arc<Checkout>>,
}

/// A root that led to another one.
#[derive(Debug, Clone)]
struct Visited {
    root: String,
    /// How many checkouts it is within. Those that lead to one kustomization stand in one chain, so that the number tells
    /// them apart: the same repository fetched by two of them is two folders to the original.
    checkouts: usize,
}

/// A repository that a kustomization named.
#[derive(Debug)]
struct Checkout {
    address: RepositoryAddress,
    tree: TreeIndex,
    /// The one whose kustomization named it.
    within: Option<Arc<Checkout>>,
    /// Its position in the chain, from 1.
    number: usize,
}

impl Loader {
    /// Stands at a folder of the tree.
    ///
    /// # Errors
    /// If there is no such folder.
    pub fn at<O: Copy>(files: &Files<O>, folder: &str) -> Result<Self, LoadFile> {
        let root = files.folder_at(TreeIndex::OWN, &path::clean(folder))?;
        Ok(Self { root, visited: Vec::new(), checkout: None })
    }

    /// Stands at a folder of a repository.
    ///
    /// # Errors
    /// If the repository is not at hand, or has no such folder.
    pub fn at_repository<O: Copy>(
        files: &mut Files<O>,
        address: RepositoryAddress,
    ) -> Result<Self, LoadFile> {
        Self::at_checkout(files, address, None)
    }

    fn at_checkout<O: Copy>(
        files: &mut Files<O>,
        address: RepositoryAddress,
        within: Option<Arc<Checkout>>,
    ) -> Result<Self, LoadFile> {
        let tree = files.checkout(&address)?;
        let root = files.folder_at(tree, &path::join("", address.folder()))?;
        let number = within.as_ref().map_or(0, |checkout| checkout.number) + 1;
        let checkout = Some(Arc::new(Checkout { address, tree, within, number }));
        Ok(Self { root, visited: Vec::new(), checkout })
    }

    /// The folder; empty for the tree's root.
    #[must_use]
    pub fn root(&self) -> &str {
        &self.root
    }

    /// The folder as people are shown it.
    #[must_use]
    pub fn shown_root(&self) -> String {
        match &self.checkout {
            Some(checkout) => checkout.address.shown_with(&self.root),
            None => path::shown(&self.root),
        }
    }

    /// How many kustomizations led here.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.visited.len()
    }

    /// Whether the folder is in a repository that was named with a prefix that means nothing.
    pub(crate) fn forces_git(&self) -> bool {
        self.checkout.as_ref().is_some_and(|checkout| checkout.address.forces_git())
    }

    /// Whether there is a folder at a path of the tree that this kustomization is in.
    pub(crate) fn has_folder<O: Copy>(&self, files: &Files<O>, path: &str) -> bool {
        matches!(files.locate(self.tree(), path), Ok(Place::Folder(_)))
    }

    /// What tells the kustomization from all others: what it is a checkout of, and its folder there.
    #[must_use]
    pub fn identity(&self) -> (Option<CheckoutKey>, String) {
        (self.checkout.as_ref().map(|checkout| checkout.address.key()), self.root.clone())
    }

    /// Whether a path that this kustomization names is that of a file, without reading it.
    #[must_use]
    pub fn leads_to_file<O: Copy>(&self, files: &Files<O>, path: &str) -> bool {
        matches!(files.locate(self.tree(), &path::join(&self.root, path)), Ok(Place::File(_)))
    }

    fn tree(&self) -> TreeIndex {
        self.checkout.as_ref().map_or(TreeIndex::OWN, |checkout| checkout.tree)
    }

    fn checkouts(&self) -> usize {
        self.checkout.as_ref().map_or(0, |checkout| checkout.number)
    }

    /// The loader of a folder that this kustomization names.
    ///
    /// # Errors
    /// If it is none, leaves the tree, or led here itself.
    pub fn enter<O: Copy>(&self, files: &mut Files<O>, path: &str) -> Result<Self, LoadFile> {
        self.enter_under(files, path, Ambiguity::Taken)
    }

    /// The same, where paths of two entries that have become one may be refused.
    pub(crate) fn enter_under<O: Copy>(
        &self,
        files: &mut Files<O>,
        path: &str,
        ambiguity: Ambiguity,
    ) -> Result<Self, LoadFile> {
        if path.is_empty() {
            return Err(LoadFile::NameNothing);
        }
        let mut entered = match RepositoryAddress::parse(path) {
            Ok(address) => {
                self.refuse_known_repository(&address)?;
                Self::at_checkout(files, address, self.checkout.clone())?
            }
            Err(_) if path.starts_with('/') => {
                return Err(LoadFile::NameAbsolute { path: path.to_owned() });
            }
            Err(_) if ambiguity == Ambiguity::Refused && is_ambiguous(path) => {
                return Err(LoadFile::NameAmbiguous { path: path.to_owned(), resolved: path::clean(path) });
            }
            Err(_) => self.at_neighbour(files, path)?,
        };
        entered.visited.clone_from(&self.visited);
        entered.visited.push(Visited { root: self.root.clone(), checkouts: self.checkouts() });
        Ok(entered)
    }

    fn at_neighbour<O: Copy>(&self, files: &Files<O>, path: &str) -> Result<Self, LoadFile> {
        let folder = path::join(&self.root, path);
        if self.checkout.is_some() && path::leaves_root(&folder) {
            return Err(LoadFile::LeaveRepository { path: path.to_owned() });
        }
        let root = files.folder_at(self.tree(), &folder)?;
        self.refuse_circle(&root)?;
        Ok(Self { root, visited: Vec::new(), checkout: self.checkout.clone() })
    }

    fn refuse_circle(&self, candidate: &str) -> Result<(), LoadFile> {
        let checkouts = self.checkouts();
        let here = self.visited.iter().filter(|visited| visited.checkouts == checkouts);
        let mut visited = here.map(|visited| &visited.root).chain([&self.root]).rev();
        match visited.find(|visited| path::is_in_or_below(visited, candidate)) {
            None => Ok(()),
            Some(visited) => {
                let (candidate, visited) = (path::shown(candidate), path::shown(visited));
                Err(LoadFile::GoInCircles { candidate, visited })
            }
        }
    }

    /// Repositories are told apart by their addresses as they are written: the one that is to be entered is known if the
    /// address of one that led here begins with its.
    fn refuse_known_repository(&self, candidate: &RepositoryAddress) -> Result<(), LoadFile> {
        let mut checkout = self.checkout.as_ref();
        while let Some(visited) = checkout {
            if visited.address.raw().starts_with(candidate.raw()) {
                let (candidate, visited) = (candidate.to_string(), visited.address.to_string());
                return Err(LoadFile::FetchInCircles { candidate, visited });
            }
            checkout = visited.within.as_ref();
        }
        Ok(())
    }

    /// A file that this kustomization names.
    ///
    /// # Errors
    /// If it is none, or the restriction keeps it away.
    pub fn load<O: Copy>(&self, files: &mut Files<O>, path: &str) -> Result<Arc<LoadedText>, LoadFile> {
        if remote::is_remote_file(path) {
            return files.read_remote(path);
        }
        if self.checkout.is_some() && path.starts_with('/') {
            return Err(LoadFile::LeaveRoot { path: path.to_owned(), root: path::shown(&self.root) });
        }
        let joined = if path.starts_with('/') { path::clean(path) } else { path::join(&self.root, path) };
        let shown = || path::shown(&joined);
        let place = files.locate(self.tree(), &joined);
        let Place::File(real) = place.map_err(|source| LoadFile::Read { path: shown(), source })? else {
            return Err(LoadFile::ReadFolder { path: shown() });
        };
        let is_restricted = files.restriction() == Restriction::RootOnly || self.checkout.is_some();
        if is_restricted && !path::is_in_or_below(path::folder_of(&real), &self.root) {
            return Err(LoadFile::LeaveRoot { path: shown(), root: path::shown(&self.root) });
        }
        files.read_in(self.tree(), &real)
    }

    /// The objects of a file that this kustomization names, as they were read.
    ///
    /// # Errors
    /// As [`Loader::load`], or if the file holds something else than objects.
    pub(crate) fn load_objects<T: text::Track>(
        &self,
        files: &mut Files<T::Origin>,
        path: &str,
    ) -> Result<Objects<T::Origin>, crate::Failure> {
        let text = self.load(files, path)?;
        if let Some(objects) = files.objects_of(text.id) {
            return Ok(objects);
        }
        let objects = objects_of_text::<T>(text.id, &text.bytes)?;
        let objects: Objects<_> = objects.into_iter().map(Arc::new).collect();
        files.keep_objects(&text, &objects);
        Ok(objects)
    }

    /// Whether the folder has a kustomization file.
    pub(crate) fn has_kustomization<O: Copy>(&self, files: &Files<O>) -> bool {
        KUSTOMIZATION_NAMES.into_iter().any(|name| self.leads_to_file(files, name))
    }

    /// The kustomization file of the folder.
    ///
    /// # Errors
    /// If there is none, or more than one.
    pub(crate) fn load_kustomization<O: Copy>(
        &self,
        files: &mut Files<O>,
    ) -> Result<Arc<LoadedText>, LoadFile> {
        let mut found = KUSTOMIZATION_NAMES.into_iter().filter_map(|name| self.load(files, name).ok());
        let folder = || self.shown_root();
        let first = found.next().ok_or_else(|| LoadFile::FindKustomization { folder: folder() })?;
        match found.next() {
            None => Ok(first),
            Some(_) => Err(LoadFile::FindSeveralKustomizations { folder: folder() }),
        }
    }
}
