//! What was fetched, for builds: the store behind the port of the engine.

use std::sync::Arc;

use kustomize::load::remote::{CheckoutKey, FetchRemote, Remote, masked};
use store::{CheckoutName, Store, UseStore};
use tree::{Directory, Tree};

/// Gives what is in a store. Asks no server.
#[derive(Debug, Clone)]
pub struct Cached(Store);

impl Cached {
    /// What is in a store.
    #[must_use]
    pub fn new(store: Store) -> Self {
        Self(store)
    }
}

fn unreadable(address: &str, error: &(dyn std::error::Error + 'static)) -> FetchRemote {
    FetchRemote::ReadCache { address: masked(address), reason: text::with_causes(error) }
}

impl Remote for Cached {
    fn checkout(&self, key: &CheckoutKey) -> Result<Arc<dyn Tree + Send>, FetchRemote> {
        let CheckoutKey { url, reference, submodules } = key;
        let name = CheckoutName { url, reference: reference.as_deref(), submodules: *submodules };
        let kept = self.0.checkout(&name).map_err(|error: UseStore| unreadable(url, &error))?;
        let checkout = kept.ok_or_else(|| FetchRemote::offline(url))?;
        let tree = Directory::open(&checkout.folder, 1).map_err(|error| unreadable(url, &error))?;
        Ok(Arc::new(tree))
    }

    fn file(&self, url: &str) -> Result<Vec<u8>, FetchRemote> {
        let kept = self.0.file(url).map_err(|error| unreadable(url, &error))?;
        kept.ok_or_else(|| FetchRemote::offline(url))
    }
}
