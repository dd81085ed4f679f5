//! What was rendered, by names that say of what: small files with their own digest, of which the oldest go when there are too many.
//!
//! Nothing is waited for: a file that a crash has torn fails its digest, and counts as one that is not there.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::name::{content_digest, is_digest};
use crate::{Store, UseStore, read};

/// Bytes of one render. The largest chart of definitions that is known renders ten million; the bound is six times that.
pub const RENDER_BYTES_MAX: u64 = 64 << 20;

/// Bytes of all renders that are kept, about. Those of the largest repository known are five million; the bound has room for a hundred of
/// its like.
pub const RENDERS_BYTES_MAX: u64 = 512 << 20;

/// Bytes of the digest before the content, and the line end between them.
const DIGEST_BYTES: usize = 65;

/// How often it is noted that a render was used.
const NOTED_EVERY: Duration = Duration::from_hours(12);

impl Store {
    /// The render of a name of 64 hexadecimal digits, at one of its places; none if none is kept, or it is not whole. Notes that it was
    /// used `now`.
    #[must_use]
    pub fn render(&self, name: &str, variant: usize, now: SystemTime) -> Option<Vec<u8>> {
        let path = self.render_path(name, variant)?;
        let mut bytes = read(&path, RENDER_BYTES_MAX + DIGEST_BYTES as u64).ok()??;
        let (head, content) = bytes.split_at_checked(DIGEST_BYTES)?;
        let digest = head.strip_suffix(b"\n")?;
        if content_digest(content).as_bytes() != digest {
            return None;
        }
        bytes.drain(..DIGEST_BYTES);
        note_use(&path, now);
        Some(bytes)
    }

    /// Keeps a render, in place of what was there.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn keep_render(&self, name: &str, variant: usize, content: &[u8]) -> Result<(), UseStore> {
        let Some(path) = self.render_path(name, variant) else { return Ok(()) };
        if content.len() as u64 > RENDER_BYTES_MAX {
            return Ok(());
        }
        let digest = content_digest(content);
        self.put(&path, &[digest.as_bytes(), b"\n", content].concat())
    }

    /// Takes away the renders that were not used for longest, until those that stay have three quarters of `bytes_max`; none if all have
    /// no more than `bytes_max`. What cannot be taken away stays.
    pub fn trim_renders(&self, bytes_max: u64) {
        let mut kept = files_below(&self.root.join("renders"));
        let mut bytes: u64 = kept.iter().map(|(_, bytes, _)| bytes).sum();
        if bytes <= bytes_max {
            return;
        }
        kept.sort();
        for (_, size, path) in kept {
            if bytes <= bytes_max / 4 * 3 {
                break;
            }
            #[expect(clippy::disallowed_methods, reason = "the store is no working tree of somebody's")]
            let removed = fs::remove_file(path);
            // Another process may be at it as well.
            if removed.is_ok() {
                bytes = bytes.saturating_sub(size);
            }
        }
    }

    fn render_path(&self, name: &str, variant: usize) -> Option<PathBuf> {
        let (folder, rest) = name.split_at_checked(2).filter(|_| is_digest(name))?;
        Some(self.root.join("renders").join(folder).join(format!("{rest}-{variant}")))
    }
}

/// Notes that a file was used, if that was not noted lately.
fn note_use(path: &Path, now: SystemTime) {
    let modified = fs::metadata(path).and_then(|metadata| metadata.modified());
    let age = modified.ok().and_then(|modified| now.duration_since(modified).ok());
    if age.is_some_and(|age| age > NOTED_EVERY) {
        // Where that is refused, the file goes before its time.
        let _ = File::open(path).and_then(|file| file.set_modified(now));
    }
}

/// The files in the folders of a folder: when each was used last, its bytes, its path.
fn files_below(folder: &Path) -> Vec<(SystemTime, u64, PathBuf)> {
    let entries = |folder: &Path| fs::read_dir(folder).into_iter().flatten().flatten();
    let files = entries(folder).flat_map(|inner| entries(&inner.path()));
    let of_file = |entry: fs::DirEntry| {
        let metadata = entry.metadata().ok().filter(fs::Metadata::is_file)?;
        Some((metadata.modified().ok()?, metadata.len(), entry.path()))
    };
    files.filter_map(of_file).collect()
}
