//! Files of a build: found from the folder of a kustomization, within the restrictions, each read once.
//!
//! A [`Loader`] stands at the root of one kustomization and remembers who led to it, so that circles are refused. What is
//! read is kept in [`Files`], and so are the objects that were read from it: overlays that share a base share them until
//! one changes them. Remote files and repositories come through [`Remote`], and without one they are refused by name.

pub(crate) mod documents;
mod objects;
mod path;
pub mod remote;

use std::collections::BTreeMap;
use std::sync::Arc;

use manifest::mutable::Graph;
use manifest::{Document, NodeId};
use text::{Source, TextId, Texts};
use tree::{Place, ReadFile, Tree};

pub use objects::ReadObjects;
pub(crate) use objects::{is_kept, objects_of_text};
pub(crate) use path::join;
use remote::{FetchRemote, Remote, RepositoryAddress};

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
    /// A folder that led here.
    #[error("cycle detected: candidate root '{candidate}' contains visited root '{visited}'")]
    GoInCircles {
        /// The folder that is to be entered.
        candidate: String,
        /// The folder in or below it that led to it.
        visited: String,
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

/// Bytes of one file. Generators take files of some MiB; four times the largest manifest that is read leaves room, and
/// what is larger is refused by name.
const FILE_BYTES_MAX: u64 = 4 * manifest::limits::FILE_BYTES_MAX;

/// A file that was read.
#[derive(Debug)]
pub struct LoadedText {
    /// Its id among the texts of the build.
    pub id: TextId,
    /// Its path in the tree.
    pub path: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Objects as they stand in a file, shared until somebody changes one.
type Objects<O> = Arc<[Arc<Graph<O>>]>;

/// The files of builds that share what they read.
pub struct Files<O> {
    tree: Arc<dyn Tree + Send>,
    remote: Option<Arc<dyn Remote>>,
    restriction: Restriction,
    texts: Texts,
    loaded: BTreeMap<String, Arc<LoadedText>>,
    objects: BTreeMap<TextId, Objects<O>>,
    /// The objects of longer texts are not kept.
    kept_bytes_max: usize,
}

/// A text of more bytes is read again where one build names it twice, which hardly any does: to keep its objects beside
/// what becomes of them would double the memory that the largest builds take.
const KEPT_BYTES_MAX: usize = 256 << 10;

impl<O> std::fmt::Debug for Files<O> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Files").field("texts", &self.texts.len()).finish_non_exhaustive()
    }
}

impl<O: Copy> Files<O> {
    /// The files of a tree.
    #[must_use]
    pub fn new(
        tree: Arc<dyn Tree + Send>,
        restriction: Restriction,
        remote: Option<Arc<dyn Remote>>,
    ) -> Self {
        let (texts, loaded, objects) = (Texts::new(), BTreeMap::new(), BTreeMap::new());
        Self { tree, remote, restriction, texts, loaded, objects, kept_bytes_max: KEPT_BYTES_MAX }
    }

    /// The same for several builds one after the other: what one has read, the next ones need not.
    #[must_use]
    pub fn kept_for_others(self) -> Self {
        Self { kept_bytes_max: usize::MAX, ..self }
    }

    /// The texts that spans point into.
    #[must_use]
    pub fn texts(&self) -> &Texts {
        &self.texts
    }

    /// Registers a text that is derived from others or was given.
    pub fn add_text(&mut self, source: Source) -> TextId {
        self.texts.add(source)
    }

    /// Registers the content of a scalar as a text of its own, so that what is read out of it has places in the file.
    /// None if the node is no scalar.
    pub fn embed(&mut self, document: &Document<'_>, scalar: NodeId, name: &str) -> Option<TextId> {
        let pieces = document.content_map(scalar)?;
        Some(self.texts.add(Source::Derived { name: name.to_owned(), pieces }))
    }

    /// Whether there is a folder at a path of the tree.
    pub(crate) fn has_folder(&self, path: &str) -> bool {
        matches!(self.tree.locate(path), Ok(Place::Folder(_)))
    }

    /// A file by its path in the tree, read once.
    pub(crate) fn read(&mut self, path: &str) -> Result<Arc<LoadedText>, LoadFile> {
        if let Some(text) = self.loaded.get(path) {
            return Ok(Arc::clone(text));
        }
        let bytes = self.tree.read(path, FILE_BYTES_MAX);
        let bytes = bytes.map_err(|source| LoadFile::Read { path: path.to_owned(), source })?;
        Ok(self.keep(Source::File { path: path.to_owned() }, path, bytes))
    }

    fn keep(&mut self, source: Source, name: &str, bytes: Vec<u8>) -> Arc<LoadedText> {
        let id = self.texts.add(source);
        let text = Arc::new(LoadedText { id, path: name.to_owned(), bytes });
        self.loaded.insert(name.to_owned(), Arc::clone(&text));
        text
    }

    fn read_remote(&mut self, url: &str) -> Result<Arc<LoadedText>, LoadFile> {
        if let Some(text) = self.loaded.get(url) {
            return Ok(Arc::clone(text));
        }
        let Some(remote) = &self.remote else { return Err(FetchRemote::offline(url).into()) };
        let bytes = remote.file(url)?;
        Ok(self.keep(Source::Given { name: url.to_owned() }, url, bytes))
    }

    fn folder_at(&self, path: &str) -> Result<String, LoadFile> {
        match self.tree.locate(path) {
            Ok(Place::Folder(folder)) => Ok(folder),
            Ok(Place::File(_)) => Err(LoadFile::BuildAtFile { path: path::shown(path) }),
            Err(source) => Err(LoadFile::Read { path: path::shown(path), source }),
        }
    }
}

/// Where a kustomization stands, and who led to it.
#[derive(Debug, Clone)]
pub struct Loader {
    /// The folder, by its own path without links; empty for the tree's root.
    root: String,
    /// The roots that led here, outermost first.
    visited: Vec<String>,
    /// The checkout that the folder is in, if it is not of the tree itself.
    checkout: Option<Arc<RepositoryAddress>>,
}

impl Loader {
    /// Stands at a folder of the tree.
    ///
    /// # Errors
    /// If there is no such folder.
    pub fn at<O: Copy>(files: &Files<O>, folder: &str) -> Result<Self, LoadFile> {
        let root = files.folder_at(&path::clean(folder))?;
        Ok(Self { root, visited: Vec::new(), checkout: None })
    }

    /// The folder; empty for the tree's root.
    #[must_use]
    pub fn root(&self) -> &str {
        &self.root
    }

    /// The folder as people are shown it.
    #[must_use]
    pub fn shown_root(&self) -> String {
        path::shown(&self.root)
    }

    /// How many kustomizations led here.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.visited.len()
    }

    /// The loader of a folder that this kustomization names.
    ///
    /// # Errors
    /// If it is none, leaves the tree, or led here itself.
    pub fn enter<O: Copy>(&self, files: &Files<O>, path: &str) -> Result<Self, LoadFile> {
        if path.is_empty() {
            return Err(LoadFile::NameNothing);
        }
        let (root, checkout) = match RepositoryAddress::parse(path) {
            Some(address) => {
                let remote = files.remote.as_ref();
                let remote = remote.ok_or_else(|| FetchRemote::offline(&address.to_string()))?;
                (files.folder_at(&remote.checkout(&address)?)?, Some(Arc::new(address)))
            }
            None if path.starts_with('/') => {
                return Err(LoadFile::NameAbsolute { path: path.to_owned() });
            }
            None => (files.folder_at(&path::join(&self.root, path))?, self.checkout.clone()),
        };
        self.refuse_circle(&root)?;
        let mut visited = self.visited.clone();
        visited.push(self.root.clone());
        Ok(Self { root, visited, checkout })
    }

    fn refuse_circle(&self, candidate: &str) -> Result<(), LoadFile> {
        let visited = self.visited.iter().chain([&self.root]).rev();
        match visited.into_iter().find(|visited| path::is_in_or_below(visited, candidate)) {
            None => Ok(()),
            Some(visited) => {
                let (candidate, visited) = (path::shown(candidate), path::shown(visited));
                Err(LoadFile::GoInCircles { candidate, visited })
            }
        }
    }

    /// A file that this kustomization names.
    ///
    /// # Errors
    /// If it is none, or the restriction keeps it away.
    pub fn load<O: Copy>(&self, files: &mut Files<O>, path: &str) -> Result<Arc<LoadedText>, LoadFile> {
        if remote::is_remote_file(path) {
            return files.read_remote(path);
        }
        let joined = if path.starts_with('/') { path::clean(path) } else { path::join(&self.root, path) };
        let shown = || path::shown(&joined);
        let place = files.tree.locate(&joined);
        let Place::File(real) = place.map_err(|source| LoadFile::Read { path: shown(), source })? else {
            return Err(LoadFile::ReadFolder { path: shown() });
        };
        let is_restricted = files.restriction == Restriction::RootOnly || self.checkout.is_some();
        if is_restricted && !path::is_in_or_below(path::folder_of(&real), &self.root) {
            return Err(LoadFile::LeaveRoot { path: shown(), root: path::shown(&self.root) });
        }
        files.read(&real)
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
        if let Some(objects) = files.objects.get(&text.id) {
            return Ok(Arc::clone(objects));
        }
        let objects = objects_of_text::<T>(text.id, &text.bytes)?;
        let objects: Objects<_> = objects.into_iter().map(Arc::new).collect();
        if text.bytes.len() <= files.kept_bytes_max {
            files.objects.insert(text.id, Arc::clone(&objects));
        }
        Ok(objects)
    }

    /// The kustomization file of the folder.
    ///
    /// # Errors
    /// If there is none, or more than one.
    pub(crate) fn load_kustomization<O: Copy>(
        &self,
        files: &mut Files<O>,
    ) -> Result<Arc<LoadedText>, LoadFile> {
        let names = ["kustomization.yaml", "kustomization.yml", "Kustomization"];
        let mut found = names.into_iter().filter_map(|name| self.load(files, name).ok());
        let folder = || path::shown(&self.root);
        let first = found.next().ok_or_else(|| LoadFile::FindKustomization { folder: folder() })?;
        match found.next() {
            None => Ok(first),
            Some(_) => Err(LoadFile::FindSeveralKustomizations { folder: folder() }),
        }
    }
}
