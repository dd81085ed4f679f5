//! Rooted, read-only views of files.
//!
//! A [`Tree`] lists the files below its root and reads one at a time, within a limit. What it will not
//! read (links that lead out, devices, folders that refuse) it lists by name and reason instead of
//! leaving it out. Never leaves its root, never writes.

mod below;
mod directory;
mod memory;
mod name;
mod overlaid;
mod plain;
mod recorded;
mod remembered;

use std::sync::Arc;

pub use directory::{Directory, OpenDirectory};
pub use memory::Memory;
pub use overlaid::Overlaid;
pub use recorded::{Answer, Question, Recorded};
pub use remembered::Remembered;

/// A view of files below a root. Paths are relative to it, with `/` between their parts; bytes of a name that are no
/// UTF-8 are written as `\xff`, and such a path is read like every other.
pub trait Tree: Sync {
    /// Every file and every obstacle, sorted by path. `relevant` is asked for each file's path, so that
    /// what nobody wants costs nothing more; obstacles are listed if it wants them or they hide a folder.
    fn list(&self, relevant: &(dyn Fn(&str) -> bool + Sync)) -> Listing;

    /// The same of what is below `folder` alone; all of it if the name is empty.
    fn list_below(&self, folder: &str, relevant: &(dyn Fn(&str) -> bool + Sync)) -> Listing {
        self.list(&|path| is_below(path, folder) && relevant(path))
    }

    /// The bytes of a file, at most `bytes_max` of them.
    ///
    /// # Errors
    /// If it cannot be read whole and unchanged within the limit.
    fn read(&self, path: &str, bytes_max: u64) -> Result<Vec<u8>, ReadFile>;

    /// How many bytes a file has that [`Tree::read`] would give: what it refuses is refused here, as far as that can be
    /// told without reading.
    ///
    /// # Errors
    /// If it cannot be read within the limit.
    fn size(&self, path: &str, bytes_max: u64) -> Result<u64, ReadFile> {
        self.read(path, bytes_max).map(|bytes| bytes.len() as u64)
    }

    /// The same view, to read files later that are not needed yet; none where all is to be read while this one is there.
    fn kept(&self) -> Option<Arc<dyn Tree + Send>> {
        None
    }

    /// What `path` leads to once all links are followed.
    ///
    /// # Errors
    /// If there is nothing, or it leads out of the root.
    fn locate(&self, path: &str) -> Result<Place, ReadFile>;
}

/// What a path leads to, by its own path without links. The root is the empty path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A file, or something else that is no folder.
    File(String),
    /// A folder.
    Folder(String),
}

/// What a tree holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listing {
    /// Paths of regular files, sorted.
    pub files: Vec<String>,
    /// What stands in the way, sorted by path.
    pub obstacles: Vec<Obstacle>,
}

/// Something that is there and will not be read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Obstacle {
    /// Its path.
    pub path: String,
    /// Why.
    pub reason: ObstacleReason,
    /// The system's words, or where a link leads.
    pub detail: String,
}

/// Why something will not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ObstacleReason {
    /// A link that leads out of the root.
    OutsideRoot,
    /// A link to a folder that holds it.
    LinkLoop,
    /// A link to nothing.
    DanglingLink,
    /// A FIFO, socket or device.
    NotARegularFile,
    /// A folder that refuses to be listed.
    UnreadableFolder,
    /// A file whose name, written as text, is that of another one.
    AmbiguousName,
}

/// Why a file was not read.
#[derive(Debug, thiserror::Error)]
pub enum ReadFile {
    /// It is larger than the limit.
    #[error("larger than {bytes_max} bytes")]
    TooLarge {
        /// The limit.
        bytes_max: u64,
    },
    /// Its size when opened and the bytes that were read differ.
    #[error("changed while it was being read")]
    Changed,
    /// A FIFO, socket, device or folder.
    #[error("not a regular file")]
    NotARegularFile,
    /// The path leads out of the root.
    #[error("leads out of the root")]
    OutsideRoot,
    /// There is no such file.
    #[error("no such file")]
    Missing,
    /// The system refused.
    #[error("cannot be read")]
    Refused(#[source] std::io::Error),
}

/// Whether a path is below a folder, which is the root if its name is empty.
fn is_below(path: &str, folder: &str) -> bool {
    folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

/// Whether files that are kept sorted by their paths make up a folder: the root, or what the first of them from `folder/`
/// on stands in. `first_from` gives the first path that is not before a text.
pub fn has_folder<'p>(folder: &str, first_from: impl FnOnce(String) -> Option<&'p str>) -> bool {
    let below = format!("{folder}/");
    folder.is_empty() || first_from(below.clone()).is_some_and(|first| first.starts_with(&below))
}
