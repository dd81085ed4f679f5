//! A tree that remembers what it was asked, so that whoever keeps what was made of its answers can tell later whether the same would be made again.
//!
//! Takes any tree; gives its answers unchanged. An answer is kept as a digest of all that whoever asked could see of it: the bytes, the names, or why there are
//! none. Keeps nothing on disk.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::{Listing, Place, ReadFile, Tree};

/// Something that a tree was asked.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Question {
    /// The bytes of a file, at most so many.
    Read(String, u64),
    /// How many bytes a file has, at most so many.
    Size(String, u64),
    /// What a path leads to.
    Locate(String),
    /// What is below a folder; below the root if its name is empty.
    List(String),
}

/// What a tree answered, as a SHA-256 digest.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Answer([u8; 32]);

/// A tree with a note of all that it was asked.
pub struct Recorded {
    tree: Arc<dyn Tree + Send>,
    answers: Mutex<BTreeMap<Question, Answer>>,
}

impl fmt::Debug for Answer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

impl From<Answer> for String {
    fn from(answer: Answer) -> Self {
        format!("{answer:?}")
    }
}

impl fmt::Debug for Recorded {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Recorded").field("answers", &self.lock().len()).finish_non_exhaustive()
    }
}

impl Question {
    /// What a tree answers now.
    #[must_use]
    pub fn ask(&self, tree: &dyn Tree) -> Answer {
        match self {
            Self::Read(path, bytes_max) => Answer::of_read(&tree.read(path, *bytes_max)),
            Self::Size(path, bytes_max) => Answer::of_size(&tree.size(path, *bytes_max)),
            Self::Locate(path) => Answer::of_place(&tree.locate(path)),
            Self::List(folder) => Answer::of_listing(&tree.list_below(folder, &|_| true)),
        }
    }
}

impl Answer {
    /// Of parts, each behind its length, so that no two lists of parts are the same.
    pub fn of_parts<'p>(parts: impl IntoIterator<Item = &'p [u8]>) -> Self {
        let mut digest = Sha256::new();
        for part in parts {
            digest.update((part.len() as u64).to_le_bytes());
            digest.update(part);
        }
        Self(digest.finalize().into())
    }

    /// Of bytes, or of there being none.
    #[must_use]
    pub fn of_bytes(bytes: Option<&[u8]>) -> Self {
        match bytes {
            Some(bytes) => Self::of_parts([b"bytes", bytes]),
            None => Self::of_parts([b"none".as_slice()]),
        }
    }

    fn of_read(read: &Result<Vec<u8>, ReadFile>) -> Self {
        match read {
            Ok(bytes) => Self::of_bytes(Some(bytes)),
            Err(error) => Self::of_refusal(error),
        }
    }

    fn of_size(size: &Result<u64, ReadFile>) -> Self {
        match size {
            Ok(size) => Self::of_parts([b"size".as_slice(), &size.to_le_bytes()]),
            Err(error) => Self::of_refusal(error),
        }
    }

    fn of_place(place: &Result<Place, ReadFile>) -> Self {
        match place {
            Ok(Place::File(path)) => Self::of_parts([b"file", path.as_bytes()]),
            Ok(Place::Folder(path)) => Self::of_parts([b"folder", path.as_bytes()]),
            Err(error) => Self::of_refusal(error),
        }
    }

    fn of_listing(Listing { files, obstacles }: &Listing) -> Self {
        let files = files.iter().map(|path| path.as_bytes());
        let obstacles: Vec<String> = obstacles.iter().map(|obstacle| format!("{obstacle:?}")).collect();
        let parts = files.chain([b"obstacles:".as_slice()]);
        Self::of_parts(parts.chain(obstacles.iter().map(String::as_bytes)))
    }

    fn of_refusal(error: &ReadFile) -> Self {
        Self::of_parts([b"refused", format!("{error:?}").as_bytes()])
    }
}

impl Recorded {
    /// A tree of which nothing was asked yet.
    #[must_use]
    pub fn new(tree: Arc<dyn Tree + Send>) -> Self {
        Self { tree, answers: Mutex::default() }
    }

    /// The tree itself, which notes nothing.
    #[must_use]
    pub fn tree(&self) -> &Arc<dyn Tree + Send> {
        &self.tree
    }

    /// All that was asked so far, with the answers.
    #[must_use]
    pub fn answers(&self) -> BTreeMap<Question, Answer> {
        self.lock().clone()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<Question, Answer>> {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, question: Question, answer: Answer) {
        self.lock().insert(question, answer);
    }

    fn note_listing(&self, folder: &str) {
        let question = Question::List(folder.to_owned());
        // Whoever asks twice gets the same files, if by another choice of them.
        if !self.lock().contains_key(&question) {
            let answer = question.ask(&*self.tree);
            self.note(question, answer);
        }
    }
}

impl Tree for Recorded {
    fn list(&self, relevant: &(dyn Fn(&str) -> bool + Sync)) -> Listing {
        self.note_listing("");
        self.tree.list(relevant)
    }

    fn list_below(&self, folder: &str, relevant: &(dyn Fn(&str) -> bool + Sync)) -> Listing {
        self.note_listing(folder);
        self.tree.list_below(folder, relevant)
    }

    fn read(&self, path: &str, bytes_max: u64) -> Result<Vec<u8>, ReadFile> {
        let read = self.tree.read(path, bytes_max);
        self.note(Question::Read(path.to_owned(), bytes_max), Answer::of_read(&read));
        read
    }

    fn size(&self, path: &str, bytes_max: u64) -> Result<u64, ReadFile> {
        let size = self.tree.size(path, bytes_max);
        self.note(Question::Size(path.to_owned(), bytes_max), Answer::of_size(&size));
        size
    }

    fn locate(&self, path: &str) -> Result<Place, ReadFile> {
        let place = self.tree.locate(path);
        self.note(Question::Locate(path.to_owned()), Answer::of_place(&place));
        place
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Memory;

    const FILES: [(&str, &str); 3] = [("a/one.yaml", "1"), ("a/two.yaml", "2"), ("b.yaml", "3")];

    fn tree(files: &[(&str, &str)]) -> Memory {
        files.iter().copied().collect()
    }

    /// What is answered otherwise of these files than of [`FILES`], of all that was asked of those.
    fn changed(files: &[(&str, &str)]) -> Vec<Question> {
        let recorded = Recorded::new(Arc::new(tree(&FILES)));
        recorded.read("a/one.yaml", 9).unwrap();
        recorded.read("c.yaml", 9).unwrap_err();
        recorded.size("b.yaml", 9).unwrap();
        recorded.locate("a").unwrap();
        recorded.locate("c").unwrap_err();
        assert_eq!(recorded.list_below("a", &|path| path.ends_with("two.yaml")).files, ["a/two.yaml"]);
        let other = tree(files);
        let answers = recorded.answers();
        assert_eq!(answers.len(), 6);
        answers
            .into_iter()
            .filter(|(question, answer)| question.ask(&other) != *answer)
            .map(|(question, _)| question)
            .collect()
    }

    #[test]
    fn what_is_answered_otherwise_is_told() {
        let read = |path: &str| Question::Read(path.to_owned(), 9);
        let locate = |path: &str| Question::Locate(path.to_owned());
        let list = || Question::List("a".to_owned());
        let [one, two, b] = FILES;
        assert_eq!(changed(&FILES), []);
        assert_eq!(changed(&[("a/one.yaml", "4"), two, b]), [read("a/one.yaml")]);
        assert_eq!(changed(&[one, ("a/two.yaml", "4"), b]), [], "nobody has read it");
        assert_eq!(changed(&[one, two, ("b.yaml", "4")]), [], "its size is the same");
        assert_eq!(changed(&[one, two, ("b.yaml", "44")]), [Question::Size("b.yaml".to_owned(), 9)]);
        assert_eq!(changed(&[one, two, b, ("c.yaml", "")]), [read("c.yaml")]);
        assert_eq!(changed(&[one, two, b, ("c/d.yaml", "")]), [locate("c")]);
        assert_eq!(changed(&[one, two, b, ("a/three.yaml", "")]), [list()]);
        assert_eq!(changed(&[two, b]), [read("a/one.yaml"), list()]);
    }

    #[test]
    fn a_list_of_everything_is_asked_of_the_root() {
        let recorded = Recorded::new(Arc::new(tree(&FILES)));
        assert_eq!(recorded.list(&|path| path == "b.yaml").files, ["b.yaml"]);
        assert_eq!(recorded.answers().into_keys().collect::<Vec<_>>(), [Question::List(String::new())]);
    }
}
