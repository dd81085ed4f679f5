//! What lies outside of the tree: repositories and files that a kustomization names by URL.

use std::fmt;

/// Gives checkouts and files that somebody has fetched before. A build never fetches anything itself.
pub trait Remote: Send + Sync {
    /// The folder of the tree in which the address' folder is checked out.
    ///
    /// # Errors
    /// If it was not fetched.
    fn checkout(&self, address: &RepositoryAddress) -> Result<String, FetchRemote>;

    /// The bytes of a file.
    ///
    /// # Errors
    /// If it was not fetched.
    fn file(&self, url: &str) -> Result<Vec<u8>, FetchRemote>;
}

/// Why something remote is not at hand.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FetchRemote {
    /// It was not fetched.
    #[error("'{address}' is remote and not in the cache")]
    FindInCache {
        /// Its address.
        address: String,
    },
}

impl FetchRemote {
    /// It is not in the cache.
    #[must_use]
    pub fn offline(address: &str) -> Self {
        Self::FindInCache { address: address.to_owned() }
    }
}

/// The address of a folder in a Git repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepositoryAddress {
    /// As it was written.
    raw: String,
}

impl RepositoryAddress {
    /// Reads an address; none if the text is no address of a repository but a path.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let beginnings =
            ["https://", "http://", "ssh://", "git::", "git@", "file://", "github.com/", "github.com:"];
        let lower = text.to_ascii_lowercase();
        beginnings.iter().any(|beginning| lower.starts_with(beginning)).then(|| Self { raw: text.to_owned() })
    }
}

impl fmt::Display for RepositoryAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.raw)
    }
}

/// Whether a path is the URL of a file.
pub(super) fn is_remote_file(path: &str) -> bool {
    path.starts_with("http://") || path.starts_with("https://")
}
