//! Files of a chart that are read once somebody asks for them.
//!
//! Takes bytes that are there, or the tree and the path to read them from; gives the content, read at most once. Whether
//! a file can be read at all is asked before, by whoever loads the chart: what fails here has changed since.

use std::fmt;
use std::sync::{Arc, OnceLock};

use text::{TextId, Texts};
use tree::{ReadFile, Tree};

use super::File;
use crate::limits::FILE_BYTES_MAX;

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// A file of a chart that may not be read yet. Clones share what is read.
#[derive(Clone)]
pub struct FileOnDemand {
    /// The text that it is.
    pub text: TextId,
    place: Place,
}

/// What a file holds.
#[derive(Clone)]
pub struct Content {
    /// Its bytes, without a byte order mark.
    pub bytes: Arc<[u8]>,
    /// How many bytes a byte order mark has that stood before them, and that the spans of the text count.
    pub bytes_skipped: u32,
}

#[derive(Clone)]
enum Place {
    Here(Content),
    InTree(Arc<InTree>),
}

struct InTree {
    tree: Arc<dyn Tree + Send>,
    path: String,
    content: OnceLock<Result<Content, ReadFile>>,
}

impl FileOnDemand {
    /// A file that was read.
    pub(super) fn here(text: TextId, bytes: &[u8]) -> Self {
        Self { text, place: Place::Here(Content::of(bytes)) }
    }

    /// A file at `path` in a tree, to be read when it is needed.
    pub(super) fn in_tree(text: TextId, tree: Arc<dyn Tree + Send>, path: String) -> Self {
        Self { text, place: Place::InTree(Arc::new(InTree { tree, path, content: OnceLock::new() })) }
    }

    /// Its content, which is read now if nobody asked for it before.
    ///
    /// # Errors
    /// If it cannot be read any longer.
    pub fn read(&self) -> Result<&Content, &ReadFile> {
        match &self.place {
            Place::Here(content) => Ok(content),
            Place::InTree(file) => file.content.get_or_init(|| file.read()).as_ref(),
        }
    }

    /// Its content, if somebody asked for it; it is not read for this.
    #[must_use]
    pub fn known(&self) -> Option<&Content> {
        match &self.place {
            Place::Here(content) => Some(content),
            Place::InTree(file) => file.content.get()?.as_ref().ok(),
        }
    }

    /// Why it cannot be read, if somebody asked for it in vain.
    #[must_use]
    pub fn refusal(&self) -> Option<&ReadFile> {
        match &self.place {
            Place::Here(_) => None,
            Place::InTree(file) => file.content.get()?.as_ref().err(),
        }
    }

    /// The same as a file that is needed in any case.
    pub(super) fn into_file(self, name: String, texts: &mut Texts) -> Result<File, ReadFile> {
        let content = match self.place {
            Place::Here(content) => content,
            Place::InTree(file) => file.read()?,
        };
        let Content { bytes, bytes_skipped } = content;
        texts.count_behind(self.text, bytes_skipped);
        Ok(File { name, text: self.text, bytes })
    }
}

impl From<&File> for FileOnDemand {
    fn from(file: &File) -> Self {
        let File { name: _, text, bytes } = file;
        // Its text counts from behind a byte order mark already.
        let content = Content { bytes: Arc::clone(bytes), bytes_skipped: 0 };
        Self { text: *text, place: Place::Here(content) }
    }
}

impl InTree {
    fn read(&self) -> Result<Content, ReadFile> {
        self.tree.read(&self.path, FILE_BYTES_MAX).map(|bytes| Content::of(&bytes))
    }
}

impl Content {
    /// The bytes with the byte order mark before them.
    #[must_use]
    pub fn whole(&self) -> Arc<[u8]> {
        match self.bytes_skipped {
            0 => Arc::clone(&self.bytes),
            _ => [BYTE_ORDER_MARK, &self.bytes].concat().into(),
        }
    }

    fn of(bytes: &[u8]) -> Self {
        match bytes.strip_prefix(BYTE_ORDER_MARK) {
            Some(rest) => Self { bytes: rest.into(), bytes_skipped: 3 },
            None => Self { bytes: bytes.into(), bytes_skipped: 0 },
        }
    }
}

impl fmt::Debug for FileOnDemand {
    // A file may hold a secret, so that it is shown by its text alone.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("FileOnDemand").field("text", &self.text).finish_non_exhaustive()
    }
}
