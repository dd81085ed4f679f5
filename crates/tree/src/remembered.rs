//! A tree whose files are read from the disk once: what was read stays in memory, as long as there is room.
//!
//! Takes any tree; gives its answers unchanged, as long as nobody changes the files behind it: it is for one run that looks at the same files from many
//! sides. What is refused is asked again.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use crate::{Listing, Place, ReadFile, Tree};

/// How many places are remembered: those of a repository with ten times the files of the largest one that is known.
const PLACES_MAX: usize = 1_000_000;

/// A tree that remembers what was read of it.
pub struct Remembered {
    tree: Arc<dyn Tree + Send>,
    bytes_max: u64,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    files: BTreeMap<String, Arc<[u8]>>,
    /// Bytes of all files.
    bytes: u64,
    /// What paths lead to, and those that lead to nothing.
    places: BTreeMap<String, Option<Place>>,
}

impl fmt::Debug for Remembered {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Remembered").field("files", &self.lock().files.len()).finish_non_exhaustive()
    }
}

impl Remembered {
    /// A tree of which at most so many bytes are remembered; files that would be more are read again each time.
    #[must_use]
    pub fn new(tree: Arc<dyn Tree + Send>, bytes_max: u64) -> Self {
        Self { tree, bytes_max, known: Mutex::default() }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn file(&self, path: &str) -> Option<Arc<[u8]>> {
        self.lock().files.get(path).cloned()
    }
}

impl Known {
    fn keep(&mut self, path: &str, bytes: &[u8], bytes_max: u64) {
        let all = self.bytes.saturating_add(bytes.len() as u64);
        // Two threads may have read the same file.
        if all <= bytes_max && !self.files.contains_key(path) {
            self.bytes = all;
            self.files.insert(path.to_owned(), bytes.into());
        }
    }
}

impl Tree for Remembered {
    fn list(&self, relevant: &(dyn Fn(&str) -> bool + Sync)) -> Listing {
        self.tree.list(relevant)
    }

    fn list_below(&self, folder: &str, relevant: &(dyn Fn(&str) -> bool + Sync)) -> Listing {
        self.tree.list_below(folder, relevant)
    }

    fn read(&self, path: &str, bytes_max: u64) -> Result<Vec<u8>, ReadFile> {
        match self.file(path) {
            Some(bytes) if bytes.len() as u64 > bytes_max => Err(ReadFile::TooLarge { bytes_max }),
            Some(bytes) => Ok(bytes.to_vec()),
            None => {
                let bytes = self.tree.read(path, bytes_max)?;
                self.lock().keep(path, &bytes, self.bytes_max);
                Ok(bytes)
            }
        }
    }

    fn size(&self, path: &str, bytes_max: u64) -> Result<u64, ReadFile> {
        match self.file(path) {
            Some(bytes) if bytes.len() as u64 > bytes_max => Err(ReadFile::TooLarge { bytes_max }),
            Some(bytes) => Ok(bytes.len() as u64),
            None => self.tree.size(path, bytes_max),
        }
    }

    fn kept(&self) -> Option<Arc<dyn Tree + Send>> {
        self.tree.kept()
    }

    fn locate(&self, path: &str) -> Result<Place, ReadFile> {
        if let Some(known) = self.lock().places.get(path) {
            return known.clone().ok_or(ReadFile::Missing);
        }
        let place = self.tree.locate(path);
        let known = match &place {
            Ok(place) => Some(place.clone()),
            Err(ReadFile::Missing) => None,
            Err(_) => return place,
        };
        let mut all = self.lock();
        if all.places.len() < PLACES_MAX {
            all.places.insert(path.to_owned(), known);
        }
        drop(all);
        place
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::Memory;

    /// Counts what it is asked.
    struct Counting(Memory, AtomicUsize);

    impl Tree for Counting {
        fn list(&self, relevant: &(dyn Fn(&str) -> bool + Sync)) -> Listing {
            self.0.list(relevant)
        }

        fn read(&self, path: &str, bytes_max: u64) -> Result<Vec<u8>, ReadFile> {
            self.1.fetch_add(1, Ordering::Relaxed);
            self.0.read(path, bytes_max)
        }

        fn locate(&self, path: &str) -> Result<Place, ReadFile> {
            self.1.fetch_add(1, Ordering::Relaxed);
            self.0.locate(path)
        }
    }

    fn counted(bytes_max: u64) -> (Remembered, Arc<Counting>) {
        let files: Memory =
            [("a/one.yaml", "one"), ("a/two.yaml", "twos"), ("b.yaml", "b")].into_iter().collect();
        let counting = Arc::new(Counting(files, AtomicUsize::new(0)));
        (Remembered::new(Arc::<Counting>::clone(&counting), bytes_max), counting)
    }

    #[test]
    fn what_was_asked_is_answered_alike_and_asked_once() {
        let (tree, counting) = counted(100);
        for _ in 0..3 {
            assert_eq!(tree.read("a/one.yaml", 3).unwrap(), b"one");
            assert_eq!(tree.size("a/one.yaml", 3).unwrap(), 3);
            assert!(matches!(tree.locate("a").unwrap(), Place::Folder(path) if path == "a"));
            assert!(matches!(tree.locate("c"), Err(ReadFile::Missing)));
        }
        assert_eq!(counting.1.load(Ordering::Relaxed), 3);
        assert!(matches!(tree.read("a/one.yaml", 2), Err(ReadFile::TooLarge { bytes_max: 2 })));
        assert!(matches!(tree.size("a/one.yaml", 2), Err(ReadFile::TooLarge { bytes_max: 2 })));
        assert!(matches!(tree.read("c.yaml", 2), Err(ReadFile::Missing)));
    }

    #[test]
    fn a_file_that_has_no_room_is_read_again() {
        let (tree, counting) = counted(4);
        for _ in 0..3 {
            assert_eq!(tree.read("a/one.yaml", 9).unwrap(), b"one");
            assert_eq!(tree.read("a/two.yaml", 9).unwrap(), b"twos");
            assert_eq!(tree.read("b.yaml", 9).unwrap(), b"b");
        }
        // The second one never fits beside the first; the third does.
        assert_eq!(counting.1.load(Ordering::Relaxed), 1 + 3 + 1);
    }
}
