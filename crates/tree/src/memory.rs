//! A tree held in memory: embedded examples and tests.

use std::collections::BTreeMap;

use crate::{Listing, Place, ReadFile, Tree, has_folder};

/// Files by path.
#[derive(Debug, Clone, Default)]
pub struct Memory {
    files: BTreeMap<String, Vec<u8>>,
}

impl Memory {
    /// An empty tree.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds or replaces a file.
    pub fn insert(&mut self, path: impl Into<String>, bytes: impl Into<Vec<u8>>) {
        self.files.insert(path.into(), bytes.into());
    }
}

impl<P: Into<String>, B: Into<Vec<u8>>> FromIterator<(P, B)> for Memory {
    fn from_iter<I: IntoIterator<Item = (P, B)>>(files: I) -> Self {
        Self { files: files.into_iter().map(|(path, bytes)| (path.into(), bytes.into())).collect() }
    }
}

impl Tree for Memory {
    fn list(&self, relevant: &(dyn Fn(&str) -> bool + Sync)) -> Listing {
        let files = self.files.keys().filter(|path| relevant(path)).cloned().collect();
        Listing { files, obstacles: Vec::new() }
    }

    fn read(&self, path: &str, bytes_max: u64) -> Result<Vec<u8>, ReadFile> {
        let bytes = self.files.get(path).ok_or(ReadFile::Missing)?;
        if bytes.len() as u64 > bytes_max {
            return Err(ReadFile::TooLarge { bytes_max });
        }
        Ok(bytes.clone())
    }

    fn locate(&self, path: &str) -> Result<Place, ReadFile> {
        if self.files.contains_key(path) {
            return Ok(Place::File(path.to_owned()));
        }
        let first_from = |from: String| self.files.range(from..).next().map(|(file, _)| file.as_str());
        if has_folder(path, first_from) { Ok(Place::Folder(path.to_owned())) } else { Err(ReadFile::Missing) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_sorted_and_reads_within_the_limit() {
        let tree: Memory = [("b.yaml", "b: 1"), ("a.yaml", "a: 1"), ("c.txt", "c")].into_iter().collect();
        assert_eq!(tree.list(&|path| path.ends_with(".yaml")).files, ["a.yaml", "b.yaml"]);
        assert_eq!(tree.read("a.yaml", 10).unwrap(), b"a: 1");
        assert!(matches!(tree.read("a.yaml", 3), Err(ReadFile::TooLarge { bytes_max: 3 })));
        assert!(matches!(tree.read("nope", 3), Err(ReadFile::Missing)));
    }

    #[test]
    fn a_folder_is_where_files_are_below() {
        let tree: Memory = [("a/b.yaml", ""), ("ab.yaml", "")].into_iter().collect();
        assert_eq!(tree.locate("a").unwrap(), Place::Folder("a".to_owned()));
        assert_eq!(tree.locate("a/b.yaml").unwrap(), Place::File("a/b.yaml".to_owned()));
        assert_eq!(tree.locate("").unwrap(), Place::Folder(String::new()));
        assert!(matches!(tree.locate("ab"), Err(ReadFile::Missing)));
    }
}
