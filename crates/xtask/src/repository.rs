//! Where the repository is and which files belong to it.
//!
//! Files are those Git tracks or would track: what is ignored (build output) is no part of the repository.

use anyhow::{Context, Result};
use std::path::{Path, PathBuf};

/// A file of the repository with its content, as the guards of the house read it.
#[derive(Debug, Clone)]
pub(crate) struct RepositoryFile {
    /// Path from the repository's root, with `/` between its parts.
    pub(crate) path: String,
    /// The content; bytes that are no UTF-8 are replaced, because guards only search it.
    pub(crate) content: String,
}

/// Returns the repository's root: two levels above this crate's own manifest.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap_or(Path::new(".")).to_path_buf()
}

/// Reads every file that Git tracks or would track, sorted by path.
///
/// Files deleted in the working tree but still in the index are left out.
pub(crate) fn files(root: &Path) -> Result<Vec<RepositoryFile>> {
    let listing = crate::shell::Program::new("git")
        .arguments(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .directory(root)
        .output()?;
    let mut paths: Vec<&str> = listing.split('\0').filter(|path| !path.is_empty()).collect();
    paths.sort_unstable();
    paths.dedup();
    let mut files = Vec::with_capacity(paths.len());
    for path in paths {
        let full = root.join(path);
        if !full.is_file() {
            continue;
        }
        let bytes = std::fs::read(&full).with_context(|| format!("cannot read '{path}'"))?;
        files.push(RepositoryFile {
            path: path.to_owned(),
            content: String::from_utf8_lossy(&bytes).into_owned(),
        });
    }
    Ok(files)
}
