//! The files that Flux has of a source: what is listed below its root, but for what its ignore rules leave out and links.

use std::collections::BTreeSet;
use std::sync::Arc;

use tree::{Listing, Place, ReadFile, Tree, has_folder};

use super::ignore::Ignore;

/// Bytes of one `.sourceignore` file. People's have some hundred lines; a megabyte is far past what is one.
const IGNORE_FILE_BYTES_MAX: u64 = 1 << 20;

/// A tree that shows what Flux's source controller packs.
pub struct Artifact {
    tree: Arc<dyn Tree + Send>,
    root: String,
    files: BTreeSet<String>,
}

impl Artifact {
    /// The artifact of a source: `root` is its folder in the tree, `files` what stands there, by paths seen from the root,
    /// and `ignore` the source's own field of that name.
    ///
    /// # Errors
    /// If a `.sourceignore` file cannot be read.
    pub fn new(
        tree: Arc<dyn Tree + Send>,
        root: &str,
        files: &[String],
        ignore: Option<&str>,
    ) -> Result<Self, ReadFile> {
        let mut ignore_files = Vec::new();
        for path in files {
            let mut folder: Vec<String> = path.split('/').map(str::to_owned).collect();
            if folder.pop().is_some_and(|name| name == ".sourceignore") {
                let bytes = tree.read(&crate::load::join(root, path), IGNORE_FILE_BYTES_MAX)?;
                ignore_files.push((folder, String::from_utf8_lossy(&bytes).into_owned()));
            }
        }
        ignore_files.sort();
        let ignore = Ignore::new(&ignore_files, ignore);
        let kept = files.iter().filter(|path| !ignore.leaves_out(path));
        let files = kept.map(|path| crate::load::join(root, path)).collect();
        Ok(Self { tree, root: crate::load::join(root, ""), files })
    }

    fn has_folder(&self, path: &str) -> bool {
        let is_above_root = || self.root.starts_with(&format!("{path}/"));
        let first_from = |from: String| self.files.range(from..).next().map(String::as_str);
        path == self.root || has_folder(path, first_from) || is_above_root()
    }
}

impl Tree for Artifact {
    fn list(&self, relevant: &(dyn Fn(&str) -> bool + Sync)) -> Listing {
        let files = self.files.iter().filter(|path| relevant(path)).cloned().collect();
        Listing { files, obstacles: Vec::new() }
    }

    fn list_below(&self, folder: &str, relevant: &(dyn Fn(&str) -> bool + Sync)) -> Listing {
        if folder.is_empty() {
            return self.list(relevant);
        }
        let below = format!("{folder}/");
        let files = self.files.range(below.clone()..).take_while(|path| path.starts_with(&below));
        let files = files.filter(|path| relevant(path)).cloned().collect();
        Listing { files, obstacles: Vec::new() }
    }

    fn read(&self, path: &str, bytes_max: u64) -> Result<Vec<u8>, ReadFile> {
        if !self.files.contains(path) {
            return Err(ReadFile::Missing);
        }
        self.tree.read(path, bytes_max)
    }

    fn locate(&self, path: &str) -> Result<Place, ReadFile> {
        if self.files.contains(path) {
            return Ok(Place::File(path.to_owned()));
        }
        if self.has_folder(path) { Ok(Place::Folder(path.to_owned())) } else { Err(ReadFile::Missing) }
    }
}
