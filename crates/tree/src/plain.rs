//! Folders that stand below a root at their own paths: no part of the path is a link.
//!
//! What stands in one of them stays below the root unless it is a link itself, so that the system need not be asked about each part of each path.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::{PoisonError, RwLock};

/// The folders of which that is known, by their paths below the root.
#[derive(Debug, Default)]
pub(crate) struct PlainFolders(RwLock<BTreeSet<String>>);

impl PlainFolders {
    /// Whether a folder stands below the root at its own path; asked of the system once for each that does.
    pub(crate) fn contain(&self, root: &Path, folder: &str) -> bool {
        if folder.is_empty() || self.is_known(folder) {
            return true;
        }
        // A backslash stands for a byte that is no UTF-8.
        if folder.contains('\\') || folder.split('/').any(|part| matches!(part, "" | "." | "..")) {
            return false;
        }
        let ends = folder.match_indices('/').map(|(at, _)| at).chain([folder.len()]);
        let mut above = ends.filter_map(|end| folder.get(..end));
        above.all(|folder| self.is_known(folder) || self.is_folder(root, folder))
    }

    fn is_known(&self, folder: &str) -> bool {
        self.0.read().unwrap_or_else(PoisonError::into_inner).contains(folder)
    }

    /// Whether a path is a folder and no link; what is above it is known to be none.
    fn is_folder(&self, root: &Path, path: &str) -> bool {
        let is_folder = fs::symlink_metadata(root.join(path)).is_ok_and(|metadata| metadata.is_dir());
        if is_folder {
            self.0.write().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned());
        }
        is_folder
    }
}

#[cfg(all(test, unix))]
mod tests {
    #![expect(clippy::disallowed_methods, reason = "tests make what is looked at")]

    use super::*;

    #[test]
    fn links_are_in_no_plain_folder() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        fs::create_dir_all(root.join("a/b")).unwrap();
        fs::write(root.join("a/file"), "").unwrap();
        std::os::unix::fs::symlink("a", root.join("link")).unwrap();
        std::os::unix::fs::symlink("/", root.join("out")).unwrap();
        let plain = PlainFolders::default();
        for _ in 0..2 {
            for (path, expected) in [
                ("", true),
                ("a", true),
                ("a/b", true),
                ("a/file", false),
                ("a/none", false),
                ("link", false),
                ("link/b", false),
                ("out", false),
                ("out/tmp", false),
                ("a/../a", false),
                ("./a", false),
                ("a//b", false),
                ("a/", false),
                ("/a", false),
            ] {
                assert_eq!(plain.contain(root, path), expected, "{path}");
            }
        }
    }
}
