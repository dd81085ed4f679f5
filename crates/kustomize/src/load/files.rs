//! The files that builds read, each once: of the tree, of checkouts, and those that a URL names.

use std::collections::BTreeMap;
use std::sync::Arc;

use manifest::mutable::Graph;
use manifest::{Document, NodeId};
use text::{Source, TextId, Texts};
use tree::{Place, ReadFile, Tree};

use super::remote::{CheckoutKey, FetchRemote, Remote, RepositoryAddress, masked};
use super::{LoadFile, Restriction, path};

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
pub(super) type Objects<O> = Arc<[Arc<Graph<O>>]>;

/// Which of the trees of a build: its own, or a checkout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TreeIndex(usize);

impl TreeIndex {
    /// The tree that is built from.
    pub(super) const OWN: Self = Self(0);
}

/// A tree and what was read of it.
struct Rooted {
    tree: Arc<dyn Tree + Send>,
    /// What it is a checkout of, if it is one.
    address: Option<RepositoryAddress>,
    loaded: BTreeMap<String, Arc<LoadedText>>,
}

/// The files of builds that share what they read.
pub struct Files<O> {
    /// The tree's own, then checkouts in the order in which they were asked for. Never empty.
    own: Rooted,
    checkouts: Vec<Rooted>,
    by_key: BTreeMap<CheckoutKey, TreeIndex>,
    remote: Option<Arc<dyn Remote>>,
    restriction: Restriction,
    texts: Texts,
    fetched: BTreeMap<String, Arc<LoadedText>>,
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
        Self {
            own: Rooted { tree, address: None, loaded: BTreeMap::new() },
            checkouts: Vec::new(),
            by_key: BTreeMap::new(),
            remote,
            restriction,
            texts: Texts::new(),
            fetched: BTreeMap::new(),
            objects: BTreeMap::new(),
            kept_bytes_max: KEPT_BYTES_MAX,
        }
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

    /// Reads from another tree from now on. What was read before stays known, so that spans into it keep their meaning.
    pub fn set_tree(&mut self, tree: Arc<dyn Tree + Send>) {
        self.own.tree = tree;
    }

    /// The bytes of a file that was read; none for other texts.
    #[must_use]
    pub fn bytes(&self, id: TextId) -> Option<&[u8]> {
        if let Some(path) = self.texts.path(id) {
            return self.own.loaded.get(path).map(|loaded| loaded.bytes.as_slice());
        }
        let checkouts = self.checkouts.iter().flat_map(|rooted| rooted.loaded.values());
        let mut fetched = checkouts.chain(self.fetched.values());
        fetched.find(|loaded| loaded.id == id).map(|loaded| loaded.bytes.as_slice())
    }

    /// The paths of the files of the tree's own that were read.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.own.loaded.keys().map(String::as_str)
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

    /// The files below a folder of the tree's own, by paths seen from it.
    pub(crate) fn list_below(&self, folder: &str) -> Vec<String> {
        let below = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let listing = self.own.tree.list_below(folder, &|_| true);
        listing.files.iter().filter_map(|path| path.strip_prefix(&below)).map(str::to_owned).collect()
    }

    pub(super) fn restriction(&self) -> Restriction {
        self.restriction
    }

    pub(super) fn objects_of(&self, text: TextId) -> Option<Objects<O>> {
        self.objects.get(&text).cloned()
    }

    pub(super) fn keep_objects(&mut self, text: &LoadedText, objects: &Objects<O>) {
        if text.bytes.len() <= self.kept_bytes_max {
            self.objects.insert(text.id, Arc::clone(objects));
        }
    }

    /// The tree in which an address is checked out, asked for once.
    pub(super) fn checkout(&mut self, address: &RepositoryAddress) -> Result<TreeIndex, LoadFile> {
        let key = address.key();
        if let Some(index) = self.by_key.get(&key) {
            return Ok(*index);
        }
        let Some(remote) = &self.remote else { return Err(FetchRemote::offline(address.raw()).into()) };
        let tree = remote.checkout(&key)?;
        self.checkouts.push(Rooted { tree, address: Some(address.clone()), loaded: BTreeMap::new() });
        let index = TreeIndex(self.checkouts.len());
        self.by_key.insert(key, index);
        Ok(index)
    }

    fn rooted(&self, index: TreeIndex) -> &Rooted {
        index.0.checked_sub(1).and_then(|position| self.checkouts.get(position)).unwrap_or(&self.own)
    }

    pub(super) fn locate(&self, index: TreeIndex, path: &str) -> Result<Place, ReadFile> {
        self.rooted(index).tree.locate(path)
    }

    pub(super) fn folder_at(&self, index: TreeIndex, path: &str) -> Result<String, LoadFile> {
        match self.locate(index, path) {
            Ok(Place::Folder(folder)) => Ok(folder),
            Ok(Place::File(_)) => Err(LoadFile::BuildAtFile { path: path::shown(path) }),
            Err(source) => Err(LoadFile::Read { path: path::shown(path), source }),
        }
    }

    /// A file by its path in the tree that is built from, read once.
    pub(crate) fn read(&mut self, path: &str) -> Result<Arc<LoadedText>, LoadFile> {
        self.read_in(TreeIndex::OWN, path)
    }

    /// A file by its path in a tree, read once.
    pub(super) fn read_in(&mut self, index: TreeIndex, path: &str) -> Result<Arc<LoadedText>, LoadFile> {
        let rooted = self.rooted(index);
        if let Some(text) = rooted.loaded.get(path) {
            return Ok(Arc::clone(text));
        }
        let bytes = rooted.tree.read(path, FILE_BYTES_MAX);
        let bytes = bytes.map_err(|source| LoadFile::Read { path: path.to_owned(), source })?;
        let source = match &rooted.address {
            Some(address) => Source::Fetched { address: address.shown_with(path) },
            None => Source::File { path: path.to_owned() },
        };
        let text = Arc::new(LoadedText { id: self.texts.add(source), path: path.to_owned(), bytes });
        let position = index.0.checked_sub(1);
        let rooted = position.and_then(|position| self.checkouts.get_mut(position)).unwrap_or(&mut self.own);
        rooted.loaded.insert(path.to_owned(), Arc::clone(&text));
        Ok(text)
    }

    /// A file that a URL names, read once.
    pub(super) fn read_remote(&mut self, url: &str) -> Result<Arc<LoadedText>, LoadFile> {
        if let Some(text) = self.fetched.get(url) {
            return Ok(Arc::clone(text));
        }
        let Some(remote) = &self.remote else { return Err(FetchRemote::offline(url).into()) };
        let bytes = remote.file(url)?;
        let id = self.texts.add(Source::Fetched { address: masked(url) });
        let text = Arc::new(LoadedText { id, path: url.to_owned(), bytes });
        self.fetched.insert(url.to_owned(), Arc::clone(&text));
        Ok(text)
    }
}
