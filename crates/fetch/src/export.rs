//! A commit as files: what `git checkout` would put into a folder that was empty.
//!
//! Takes a repository and a commit, writes files and links below one folder and nowhere else. Line ends and encodings are
//! converted as `.gitattributes` says; programs that people have configured as filters are not run.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fs::{self, DirBuilder};
use std::io::Write;
use std::path::{Path, PathBuf};

use gix::ObjectId;
use gix::bstr::{BStr, BString, ByteSlice};
use gix::filter::plumbing::driver::apply::Delay;
use gix::filter::plumbing::pipeline::convert::ToWorktreeOutcome;
use gix::filter::plumbing::pipeline::convert::to_worktree;
use gix::index::entry::Mode;
use gix::worktree::stack::state::attributes::Source;

/// Files of one checkout. The largest repositories that people deploy from have some ten thousand.
const FILES_MAX: usize = 500_000;

/// Bytes of one checkout. Twice what an answer of a server may have, because that is compressed.
const BYTES_MAX: u64 = 4 << 30;

/// Why a commit cannot be written as files.
#[derive(Debug, thiserror::Error)]
pub enum Export {
    /// An object of it is missing or broken.
    #[error("the commit cannot be read: {0}")]
    ReadCommit(String),
    /// A name in it leads out of it, or means something else to Git or the system.
    #[error("the repository has a file with the name '{0}'")]
    NameFile(String),
    /// More files than anybody deploys from.
    #[error("more than {FILES_MAX} files")]
    HoldTooManyFiles,
    /// More bytes than anybody deploys from.
    #[error("more than {BYTES_MAX} bytes")]
    HoldTooMuch,
    /// The system refuses a file.
    #[error("cannot write '{path}'")]
    Write {
        /// Its path in the repository.
        path: String,
        /// The system's reason.
        #[source]
        source: std::io::Error,
    },
}

/// A repository within a repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Gitlink {
    /// Where it belongs.
    pub(crate) path: BString,
    /// At which commit.
    pub(crate) commit: ObjectId,
}

/// What is left of the limits of one checkout, whose submodules share them.
#[derive(Debug)]
pub(crate) struct Allowance {
    files: usize,
    bytes: u64,
}

impl Default for Allowance {
    fn default() -> Self {
        Self { files: FILES_MAX, bytes: BYTES_MAX }
    }
}

impl Allowance {
    fn take(&mut self, bytes: u64) -> Result<(), Export> {
        self.files = self.files.checked_sub(1).ok_or(Export::HoldTooManyFiles)?;
        self.bytes = self.bytes.checked_sub(bytes).ok_or(Export::HoldTooMuch)?;
        Ok(())
    }
}

/// Writes the files of a commit into a folder, which is there and empty. Gives the repositories within it.
pub(crate) fn export(
    repository: &gix::Repository,
    commit: ObjectId,
    folder: &Path,
    allowance: &mut Allowance,
) -> Result<Vec<Gitlink>, Export> {
    let refused = |error: gix::Error| Export::ReadCommit(error.to_string());
    let tree = repository.find_commit(commit).and_then(|commit| Ok(commit.tree_id()?.detach()));
    let index = repository.index_from_tree(&tree.map_err(refused)?).map_err(refused)?;
    let attributes = repository.attributes_only(&index, Source::IdMapping).map_err(refused)?;
    let mut filters = gix::filter::Pipeline::new(repository, attributes.detach()).map_err(refused)?;
    let mut writer = Writer { folder, made: BTreeSet::new() };
    let (mut links, mut within) = (Vec::new(), Vec::new());
    for entry in index.entries() {
        let path = entry.path(&index);
        check_name(path)?;
        if entry.mode == Mode::COMMIT {
            within.push(Gitlink { path: path.to_owned(), commit: entry.id });
            continue;
        }
        // Asked before it is unpacked: a small object can be a large file.
        allowance.take(repository.find_header(entry.id).map_err(refused)?.size())?;
        let blob = repository.find_object(entry.id).map_err(refused)?;
        if entry.mode == Mode::SYMLINK {
            links.push((path.to_owned(), blob.detach().data));
            continue;
        }
        let options = to_worktree::Options { can_delay: Delay::Forbid, ..to_worktree::Options::default() };
        let converted = filters.convert_to_worktree(&blob.data, path, options).map_err(refused)?;
        match converted {
            ToWorktreeOutcome::Unchanged(bytes) | ToWorktreeOutcome::Buffer(bytes) => {
                writer.file(path, bytes)?
            }
            // No filter is configured that would be a program.
            ToWorktreeOutcome::Process(_) => writer.file(path, &blob.data)?,
        }
    }
    within.iter().try_for_each(|gitlink| writer.folder(gitlink.path.as_bstr()))?;
    // Links come last, so that nothing is written through one.
    links.iter().try_for_each(|(path, target)| writer.link(path.as_bstr(), target))?;
    Ok(within)
}

/// Refuses names that lead elsewhere. `gix` does as well; this is the one that counts, because it stands before the write.
fn check_name(path: &BStr) -> Result<(), Export> {
    let is_plain = |part: &[u8]| {
        !part.is_empty()
            && part != b"."
            && part != b".."
            && !part.eq_ignore_ascii_case(b".git")
            && !part.contains(&0)
    };
    if path.split_str("/").all(is_plain) { Ok(()) } else { Err(Export::NameFile(path.to_string())) }
}

/// A path as the system takes it.
pub(crate) fn path_of(path: &BStr) -> Result<Cow<'_, Path>, Export> {
    gix::path::from_bstr(path).map_err(|_| Export::NameFile(path.to_string()))
}

struct Writer<'f> {
    folder: &'f Path,
    /// Folders that are there.
    made: BTreeSet<PathBuf>,
}

impl Writer<'_> {
    fn place(&mut self, path: &BStr) -> Result<PathBuf, Export> {
        let place = self.folder.join(path_of(path)?);
        let parent = place.parent().unwrap_or(self.folder).to_owned();
        if !self.made.contains(&parent) {
            DirBuilder::new().recursive(true).create(&parent).map_err(|source| refuse(path, source))?;
            self.made.insert(parent);
        }
        Ok(place)
    }

    fn file(&mut self, path: &BStr, bytes: &[u8]) -> Result<(), Export> {
        let place = self.place(path)?;
        let file = fs::File::options().write(true).create_new(true).open(place);
        file.and_then(|mut file| file.write_all(bytes)).map_err(|source| refuse(path, source))
    }

    fn link(&mut self, path: &BStr, target: &[u8]) -> Result<(), Export> {
        let place = self.place(path)?;
        let target = path_of(target.as_bstr())?;
        link(&target, &place).map_err(|source| refuse(path, source))
    }

    fn folder(&mut self, path: &BStr) -> Result<(), Export> {
        let place = self.place(path)?;
        DirBuilder::new().recursive(true).create(place).map_err(|source| refuse(path, source))
    }
}

#[cfg(unix)]
fn link(target: &Path, place: &Path) -> std::io::Result<()> {
    std::os::unix::fs::symlink(target, place)
}

/// Where there are no links, a file holds the text, as Git does it.
#[cfg(not(unix))]
fn link(target: &Path, place: &Path) -> std::io::Result<()> {
    let mut file = fs::File::options().write(true).create_new(true).open(place)?;
    file.write_all(target.to_string_lossy().as_bytes())
}

fn refuse(path: &BStr, source: std::io::Error) -> Export {
    Export::Write { path: path.to_string(), source }
}
