//! What lies outside of the tree: repositories and files that a kustomization names by URL.
//!
//! Addresses, and the port through which a build gets what they stand for from whoever has fetched it before. Never
//! fetches.

mod address;
mod query;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use tree::Tree;

pub use address::{CheckoutKey, ParseAddress, RepositoryAddress, is_remote_file, masked};

/// Gives checkouts and files that somebody has fetched before. A build never fetches anything itself.
pub trait Remote: Send + Sync {
    /// The files that are checked out of a repository.
    ///
    /// # Errors
    /// If they were not fetched.
    fn checkout(&self, key: &CheckoutKey) -> Result<Arc<dyn Tree + Send>, FetchRemote>;

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
        /// Its address, without credentials.
        address: String,
    },
    /// It was fetched, and what is kept of it cannot be read.
    #[error("the cache cannot give '{address}': {reason}")]
    ReadCache {
        /// Its address, without credentials.
        address: String,
        /// What is wrong.
        reason: String,
    },
}

impl FetchRemote {
    /// It is not in the cache.
    #[must_use]
    pub fn offline(address: &str) -> Self {
        Self::FindInCache { address: masked(address) }
    }
}
