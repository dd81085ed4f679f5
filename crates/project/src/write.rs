//! Writes changed files, each whole or not at all.
//!
//! A file is written beside its place, synced and renamed over it, so that whoever is killed, runs out of
//! disk or loses power leaves the old file or the new one. Mode and links stay. A path that leads out of the root, or
//! a file that is no longer what was fixed, is refused.

#![expect(clippy::disallowed_methods, reason = "this is the one place that writes into a working tree")]

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use manifest::limits::FILE_BYTES_MAX;
use tree::{Directory, ReadFile, Tree};

/// Why a file was not written. Its bytes are as they were.
#[derive(Debug, thiserror::Error)]
pub enum WriteFile {
    /// It is not there, or its path leads out of the root.
    #[error("cannot find '{path}' again")]
    Locate {
        /// The path.
        path: String,
        /// Why.
        #[source]
        source: ReadFile,
    },
    /// Somebody changed it since it was read.
    #[error("'{path}' changed since it was read; run the command again")]
    Changed {
        /// The path.
        path: String,
    },
    /// The system refused, or the disk is full.
    #[error("cannot write '{path}'")]
    Refused {
        /// The path.
        path: String,
        /// The system's reason.
        #[source]
        source: io::Error,
    },
}

/// Writes `after` in place of `before` at `path`, which is relative to the root.
///
/// # Errors
/// If the file is not what it was, or the system refuses; the file is unchanged then.
pub fn replace(root: &Directory, path: &str, before: &[u8], after: &[u8]) -> Result<(), WriteFile> {
    let locate = |source| WriteFile::Locate { path: path.to_owned(), source };
    let target = root.resolve(path).map_err(locate)?;
    if root.read(path, FILE_BYTES_MAX).map_err(locate)? != before {
        return Err(WriteFile::Changed { path: path.to_owned() });
    }
    write_beside_and_rename(&target, after)
        .map_err(|source| WriteFile::Refused { path: path.to_owned(), source })
}

/// Writes `bytes` at `path` whatever stands there, to put a file back.
///
/// # Errors
/// If the file cannot be found or the system refuses.
pub fn restore(root: &Directory, path: &str, bytes: &[u8]) -> Result<(), WriteFile> {
    let target = root.resolve(path).map_err(|source| WriteFile::Locate { path: path.to_owned(), source })?;
    write_beside_and_rename(&target, bytes)
        .map_err(|source| WriteFile::Refused { path: path.to_owned(), source })
}

/// Writes `bytes` at the root under `name`, in place of what stands there, or as a new file.
///
/// # Errors
/// If what stands there leads out of the root, or the system refuses.
pub fn put(root: &Directory, name: &str, bytes: &[u8]) -> Result<(), WriteFile> {
    let target = match root.resolve(name) {
        Err(ReadFile::Missing) => root.root().join(name),
        found => found.map_err(|source| WriteFile::Locate { path: name.to_owned(), source })?,
    };
    write_beside_and_rename(&target, bytes)
        .map_err(|source| WriteFile::Refused { path: name.to_owned(), source })
}

/// Writes new files below `folder`, which must not exist yet.
///
/// # Errors
/// If the folder is there, or the system refuses.
pub fn create_all(folder: &Path, files: &[(&str, &str)]) -> Result<(), WriteFile> {
    let refused = |path: &Path, source| WriteFile::Refused { path: path.display().to_string(), source };
    fs::create_dir(folder).map_err(|source| refused(folder, source))?;
    for (path, text) in files {
        let target = folder.join(path);
        if let Some(parent) = target.parent() {
            fs::create_dir_all(parent).map_err(|source| refused(parent, source))?;
        }
        fs::write(&target, text).map_err(|source| refused(&target, source))?;
    }
    Ok(())
}

fn write_beside_and_rename(target: &Path, bytes: &[u8]) -> io::Result<()> {
    let permissions = match fs::metadata(target) {
        Ok(metadata) => Some(metadata.permissions()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    let (temporary, mut file) = create_beside(target)?;
    let written = file
        .write_all(bytes)
        .and_then(|()| permissions.map_or(Ok(()), |permissions| file.set_permissions(permissions)))
        .and_then(|()| file.sync_all())
        .and_then(|()| fs::rename(&temporary, target));
    if written.is_err() {
        // The first error is the one to tell; the next scan names a file that is left over.
        let _ = fs::remove_file(&temporary);
    }
    written?;
    sync_folder(target)
}

/// How many names are tried for the file beside: more than one only after a crash or beside another run.
const NAMES_TRIED_MAX: u32 = 100;

fn create_beside(target: &Path) -> io::Result<(PathBuf, File)> {
    let name = target.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let process = std::process::id();
    for attempt in 0..NAMES_TRIED_MAX {
        let temporary = target.with_file_name(format!(".{name}.liftlock-{process}-{attempt}"));
        match OpenOptions::new().write(true).create_new(true).open(&temporary) {
            Ok(file) => return Ok((temporary, file)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::Error::new(io::ErrorKind::AlreadyExists, "too many left-over files of earlier runs"))
}

/// Makes the rename last. Systems that cannot sync a folder do without.
fn sync_folder(target: &Path) -> io::Result<()> {
    match target.parent().map(File::open) {
        Some(Ok(folder)) => folder.sync_all().or(Ok(())),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> (tempfile::TempDir, Directory) {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.yaml"), "a: 1\n").unwrap();
        let directory = Directory::open(folder.path(), 1).unwrap();
        (folder, directory)
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn replaces_the_file_and_leaves_nothing_beside_it() {
        let (folder, directory) = folder();
        replace(&directory, "a.yaml", b"a: 1\n", b"a: 2\n").unwrap();
        assert_eq!(fs::read(folder.path().join("a.yaml")).unwrap(), b"a: 2\n");
        assert_eq!(names(folder.path()), ["a.yaml"]);
    }

    #[test]
    fn refuses_a_file_that_changed_in_between() {
        let (folder, directory) = folder();
        let error = replace(&directory, "a.yaml", b"a: 0\n", b"a: 2\n").unwrap_err();
        assert!(matches!(error, WriteFile::Changed { .. }));
        assert_eq!(fs::read(folder.path().join("a.yaml")).unwrap(), b"a: 1\n");
    }

    #[cfg(unix)]
    #[test]
    fn keeps_mode_and_link() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let (folder, directory) = folder();
        let file = folder.path().join("a.yaml");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
        symlink("a.yaml", folder.path().join("link.yaml")).unwrap();
        replace(&directory, "link.yaml", b"a: 1\n", b"a: 2\n").unwrap();
        assert!(fs::symlink_metadata(folder.path().join("link.yaml")).unwrap().is_symlink());
        assert_eq!(fs::read(&file).unwrap(), b"a: 2\n");
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o640);
    }

    #[cfg(unix)]
    #[test]
    fn never_writes_through_a_link_that_leads_out() {
        let (folder, directory) = folder();
        let outside = tempfile::tempdir().unwrap();
        fs::write(outside.path().join("o.yaml"), "a: 1\n").unwrap();
        std::os::unix::fs::symlink(outside.path().join("o.yaml"), folder.path().join("o.yaml")).unwrap();
        assert!(matches!(replace(&directory, "o.yaml", b"a: 1\n", b"a: 2\n"), Err(WriteFile::Locate { .. })));
        assert_eq!(fs::read(outside.path().join("o.yaml")).unwrap(), b"a: 1\n");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_leaves_the_old_file() {
        // /dev/full refuses every write as a full disk does; writing beside it is not possible, so the write
        // itself is tried on it.
        let mut full = OpenOptions::new().write(true).open("/dev/full").unwrap();
        assert_eq!(
            full.write_all(b"x").and_then(|()| full.flush()).unwrap_err().kind(),
            io::ErrorKind::StorageFull
        );
        let (folder, directory) = folder();
        fs::set_permissions(folder.path(), std::os::unix::fs::PermissionsExt::from_mode(0o555)).unwrap();
        let outcome = replace(&directory, "a.yaml", b"a: 1\n", b"a: 2\n");
        fs::set_permissions(folder.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        let left = fs::read(folder.path().join("a.yaml")).unwrap();
        // The superuser may write anywhere; whoever may not must find the old bytes.
        assert_eq!(left, if outcome.is_ok() { b"a: 2\n" } else { b"a: 1\n" });
        assert_eq!(names(folder.path()), ["a.yaml"]);
    }
}
