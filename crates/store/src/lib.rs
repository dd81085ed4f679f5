//! Checkouts, files and archives on disk, named by what they are of, so that builds need no network.
//!
//! Whoever fetches puts whole folders and files here, whoever builds reads them. Everything is written beside its place
//! and renamed, and nothing is changed afterwards: a process that is killed leaves what was there before, and two that
//! put the same thing here at once are both right. Never touches the network, never leaves its folder.

mod archives;
mod name;
mod renders;
#[cfg(test)]
mod tests;

use std::fs::{self, DirBuilder, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use tempfile::{NamedTempFile, TempDir};

pub use archives::{ARCHIVE_BYTES_MAX, VERSIONS_BYTES_MAX};
pub use name::{CheckoutName, content_digest};
use name::{digest, is_commit};
pub use renders::{RENDER_BYTES_MAX, RENDERS_BYTES_MAX};

/// A folder of what was fetched.
#[derive(Debug, Clone)]
pub struct Store {
    root: PathBuf,
}

/// A repository at a commit, as files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkout {
    /// The commit, in hexadecimal digits.
    pub commit: String,
    /// Where its files are.
    pub folder: PathBuf,
}

/// Why the store cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum UseStore {
    /// A file or folder of it cannot be read.
    #[error("cannot read '{path}'")]
    Read {
        /// Its path.
        path: PathBuf,
        /// The system's reason.
        #[source]
        source: io::Error,
    },
    /// A file or folder of it cannot be written.
    #[error("cannot write '{path}'")]
    Write {
        /// Its path.
        path: PathBuf,
        /// The system's reason.
        #[source]
        source: io::Error,
    },
    /// A file of it is not as it was written.
    #[error("'{path}' is damaged")]
    Damaged {
        /// Its path.
        path: PathBuf,
    },
}

/// Bytes of one file that is kept: what `kustomize` reads of one at most, so that nothing is kept that no build takes.
pub const FILE_BYTES_MAX: u64 = 256 << 20;

/// Bytes of a file that says which commit a reference is at: the longest name of a commit and a line end.
const POINTER_BYTES_MAX: u64 = 65;

/// How long a folder may be worked on before somebody else takes it for abandoned. Fetching ends after a day at most.
const ABANDONED_AFTER: Duration = Duration::from_hours(48);

/// The version of the layout. Another one is another folder, so that two versions of the program do not meet.
const LAYOUT: &str = "v1";

impl Store {
    /// The store in a folder, which need not be there yet.
    #[must_use]
    pub fn at(folder: &Path) -> Self {
        Self { root: folder.join(LAYOUT) }
    }

    /// What is kept of a repository; none if nothing is.
    ///
    /// # Errors
    /// If something is and cannot be read.
    pub fn checkout(&self, name: &CheckoutName<'_>) -> Result<Option<Checkout>, UseStore> {
        let path = self.pointer(name);
        let Some(bytes) = read(&path, POINTER_BYTES_MAX)? else { return Ok(None) };
        let commit = String::from_utf8(bytes).unwrap_or_default();
        let commit = commit.trim_end();
        if !is_commit(commit) {
            return Err(UseStore::Damaged { path });
        }
        Ok(self.at_commit(name, commit))
    }

    /// What is kept of a repository at a commit, whichever reference led to it.
    #[must_use]
    pub fn at_commit(&self, name: &CheckoutName<'_>, commit: &str) -> Option<Checkout> {
        let folder = self.folder(name, commit);
        let is_kept = is_commit(commit) && folder.is_dir();
        is_kept.then(|| Checkout { commit: commit.to_owned(), folder })
    }

    /// A folder to work in. It is gone when the value is, unless its content was kept.
    ///
    /// # Errors
    /// If it cannot be made.
    pub fn scratch(&self) -> Result<TempDir, UseStore> {
        let folder = self.made(&self.root.join("scratch"))?;
        TempDir::new_in(&folder).map_err(|source| UseStore::Write { path: folder, source })
    }

    /// Keeps a folder as what a reference is at. `folder` has to stand in a [`Store::scratch`]; it is moved.
    ///
    /// # Errors
    /// If it cannot be moved, or the reference not be written.
    pub fn keep_checkout(
        &self,
        name: &CheckoutName<'_>,
        commit: &str,
        folder: &Path,
    ) -> Result<Checkout, UseStore> {
        let place = self.folder(name, commit);
        self.made(place.parent().unwrap_or(&self.root))?;
        synchronise(folder).map_err(|source| UseStore::Write { path: folder.to_owned(), source })?;
        #[expect(clippy::disallowed_methods, reason = "the store is no working tree of somebody's")]
        if let Err(source) = fs::rename(folder, &place)
            && !place.is_dir()
        {
            return Err(UseStore::Write { path: place, source });
        }
        self.point(name, commit)?;
        Ok(Checkout { commit: commit.to_owned(), folder: place })
    }

    /// Says that a reference is at a commit that is kept.
    ///
    /// # Errors
    /// If that cannot be written.
    pub fn point(&self, name: &CheckoutName<'_>, commit: &str) -> Result<(), UseStore> {
        self.put_whole(&self.pointer(name), format!("{commit}\n").as_bytes())
    }

    /// What is kept of a file behind a URL; none if nothing is.
    ///
    /// # Errors
    /// If something is and cannot be read.
    pub fn file(&self, url: &str) -> Result<Option<Vec<u8>>, UseStore> {
        read(&self.file_path(url), FILE_BYTES_MAX)
    }

    /// Keeps a file behind a URL.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn keep_file(&self, url: &str, bytes: &[u8]) -> Result<(), UseStore> {
        self.put_whole(&self.file_path(url), bytes)
    }

    /// Takes away what processes have left behind that were killed. What cannot be taken away stays.
    pub fn sweep(&self, now: SystemTime) {
        let Ok(entries) = fs::read_dir(self.root.join("scratch")) else { return };
        for entry in entries.flatten() {
            let modified = entry.metadata().and_then(|metadata| metadata.modified());
            let age = modified.ok().and_then(|modified| now.duration_since(modified).ok());
            if age.is_some_and(|age| age > ABANDONED_AFTER) {
                // Another process may be at it as well.
                let _ = fs::remove_dir_all(entry.path());
            }
        }
    }

    fn pointer(&self, name: &CheckoutName<'_>) -> PathBuf {
        self.root.join("references").join(name.digest())
    }

    fn folder(&self, name: &CheckoutName<'_>, commit: &str) -> PathBuf {
        self.root.join("checkouts").join(name.repository_digest()).join(commit)
    }

    fn file_path(&self, url: &str) -> PathBuf {
        self.root.join("files").join(digest(&[url]))
    }

    /// Makes a folder that only its owner can enter: what was fetched may be private.
    fn made(&self, folder: &Path) -> Result<PathBuf, UseStore> {
        let mut builder = DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        let refused = |source| UseStore::Write { path: folder.to_owned(), source };
        builder.create(folder).map_err(refused)?;
        Ok(folder.to_owned())
    }

    /// Writes a file beside its place and renames it. After a power cut it may be empty or torn: for what is compared with a digest, or
    /// of a form that nothing torn has.
    fn put(&self, path: &Path, bytes: &[u8]) -> Result<(), UseStore> {
        self.put_then(path, bytes, |_| Ok(()))
    }

    /// The same for what nobody would see that it is torn.
    fn put_whole(&self, path: &Path, bytes: &[u8]) -> Result<(), UseStore> {
        self.put_then(path, bytes, File::sync_all)
    }

    fn put_then(
        &self,
        path: &Path,
        bytes: &[u8],
        then: impl FnOnce(&File) -> io::Result<()>,
    ) -> Result<(), UseStore> {
        let folder = self.made(path.parent().unwrap_or(&self.root))?;
        let put = || -> io::Result<()> {
            let mut file = NamedTempFile::new_in(&folder)?;
            file.write_all(bytes)?;
            then(file.as_file())?;
            file.persist(path)?;
            Ok(())
        };
        put().map_err(|source| UseStore::Write { path: path.to_owned(), source })
    }
}

fn read(path: &Path, bytes_max: u64) -> Result<Option<Vec<u8>>, UseStore> {
    let refused = |source| UseStore::Read { path: path.to_owned(), source };
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(refused(error)),
    };
    let length = file.metadata().map_or(0, |metadata| metadata.len()).min(bytes_max);
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or(0) + 1);
    file.take(bytes_max + 1).read_to_end(&mut bytes).map_err(refused)?;
    if bytes.len() as u64 > bytes_max {
        return Err(UseStore::Damaged { path: path.to_owned() });
    }
    Ok(Some(bytes))
}

/// Waits until the files are on the disk: what is named before its content is there would be empty after a power cut.
#[cfg(target_os = "linux")]
fn synchronise(folder: &Path) -> io::Result<()> {
    Ok(rustix::fs::syncfs(File::open(folder)?)?)
}

/// Other systems write in order, or have no such call.
#[cfg(not(target_os = "linux"))]
fn synchronise(_: &Path) -> io::Result<()> {
    Ok(())
}
