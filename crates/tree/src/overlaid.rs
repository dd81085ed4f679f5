//! A tree of which some files say something else, or that has some more.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::{Listing, Place, ReadFile, Tree};

/// A tree with files over it.
pub struct Overlaid {
    /// The tree.
    pub tree: Arc<dyn Tree + Send>,
    /// The bytes of files, by their own paths.
    pub files: BTreeMap<String, Vec<u8>>,
}

impl std::fmt::Debug for Overlaid {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Overlaid").field("files", &self.files.len()).finish_non_exhaustive()
    }
}

impl Tree for Overlaid {
    fn list(&self, relevant: &(dyn Fn(&str) -> bool + Sync)) -> Listing {
        let Listing { mut files, obstacles } = self.tree.list(relevant);
        files.extend(self.files.keys().filter(|path| relevant(path)).cloned());
        files.sort_unstable();
        files.dedup();
        Listing { files, obstacles }
    }

    fn read(&self, path: &str, bytes_max: u64) -> Result<Vec<u8>, ReadFile> {
        match self.files.get(path) {
            Some(bytes) if bytes.len() as u64 > bytes_max => Err(ReadFile::TooLarge { bytes_max }),
            Some(bytes) => Ok(bytes.clone()),
            None => self.tree.read(path, bytes_max),
        }
    }

    fn locate(&self, path: &str) -> Result<Place, ReadFile> {
        if self.files.contains_key(path) { Ok(Place::File(path.to_owned())) } else { self.tree.locate(path) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Memory;

    #[test]
    fn files_over_a_tree_are_listed_found_and_read_within_the_limit() {
        let tree: Memory = [("a.yaml", "one"), ("b.yaml", "two")].into_iter().collect();
        let files = [("b.yaml", "other"), ("c.yaml", "more")];
        let files = files.into_iter().map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()));
        let over = Overlaid { tree: Arc::new(tree), files: files.collect() };
        assert_eq!(over.list(&|path| path != "a.yaml").files, ["b.yaml", "c.yaml"]);
        let read = |path: &str| over.read(path, 5).ok();
        assert_eq!(read("a.yaml").as_deref(), Some(b"one".as_slice()));
        assert_eq!(read("b.yaml").as_deref(), Some(b"other".as_slice()));
        assert!(matches!(over.read("b.yaml", 4), Err(ReadFile::TooLarge { bytes_max: 4 })));
        assert!(matches!(over.locate("c.yaml"), Ok(Place::File(path)) if path == "c.yaml"));
        assert!(over.locate("d.yaml").is_err());
    }
}
