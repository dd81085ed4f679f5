//! What was fetched, for builds and renders: the store behind the ports of the engines.

use std::sync::Arc;

use helm::schema::Remotes;
use helm::sources::{
    ChartSource, FindChart, FoundChart, GitAddress, OciReference, Offer, WantedChart, choose, without_user,
};
use kustomize::load::remote::{CheckoutKey, FetchRemote, Remote, masked};
use store::{CheckoutName, Store, UseStore};
use tree::{Directory, OpenDirectory, Tree};

use crate::charts;

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

impl Remotes for Cached {
    fn text(&self, address: &str) -> Option<Arc<str>> {
        let bytes = self.0.file(address).ok().flatten()?;
        Some(String::from_utf8_lossy(&bytes).into())
    }
}

impl ChartSource for Cached {
    fn archive(&self, wanted: &WantedChart) -> Result<FoundChart, FindChart> {
        if let WantedChart::Git { address, .. } = wanted {
            return self.folder_of_checkout(wanted, address);
        }
        match charts::address(wanted) {
            Some(address) => self.archive_at(wanted, &address),
            None => self.archive_of_list(wanted),
        }
    }
}

impl Cached {
    /// The folder of a chart in Git.
    fn folder_of_checkout(
        &self,
        wanted: &WantedChart,
        address: &GitAddress,
    ) -> Result<FoundChart, FindChart> {
        let CheckoutKey { url, reference, submodules } = charts::checkout_key(address);
        let name = CheckoutName { url: &url, reference: reference.as_deref(), submodules };
        let kept = self.0.checkout(&name).map_err(|error| damaged(wanted, &error))?;
        let checkout = kept.ok_or_else(|| FindChart::Offline(Box::new(wanted.clone())))?;
        let unreadable = |error: OpenDirectory| FindChart::Read {
            chart: wanted.shown(),
            reason: text::with_causes(&error),
        };
        let tree = Directory::open(&checkout.folder, 1).map_err(unreadable)?.everything_in("");
        let folder = wanted.folder_in(&tree)?;
        let address = GitAddress { folder: folder.clone(), ..address.clone() }.shown();
        Ok(FoundChart::Folder { tree: Arc::new(tree), folder, address, commit: checkout.commit })
    }

    /// The archive that an address led to.
    fn archive_at(&self, wanted: &WantedChart, address: &str) -> Result<FoundChart, FindChart> {
        let digest = self.0.archive_at(address).map_err(|error| damaged(wanted, &error))?;
        self.archive_with(wanted, digest.as_deref(), address)
    }

    /// The archive of the version that is meant, of those that were there when somebody asked last.
    fn archive_of_list(&self, wanted: &WantedChart) -> Result<FoundChart, FindChart> {
        let offline = || FindChart::Offline(Box::new(wanted.clone()));
        let place = charts::place(wanted).ok_or_else(offline)?;
        let bytes = self.0.versions(&place).map_err(|error| damaged(wanted, &error))?;
        let offers = charts::read_listing(&bytes.ok_or_else(offline)?).ok_or_else(offline)?;
        let range = match wanted {
            WantedChart::Repository { range, .. } | WantedChart::Registry { range, .. } => range,
            WantedChart::Archive { .. } | WantedChart::Git { .. } => "",
        };
        let chosen = choose(&offers, range, |offer| &offer.version);
        let chosen = chosen.map_err(|source| charts::not_found(wanted, source))?;
        let Offer { version, url, digest } = chosen;
        let shown = match wanted {
            WantedChart::Registry { reference, .. } => {
                OciReference { version: Some(version.clone()), ..reference.bare() }.to_string()
            }
            _ => url.clone().unwrap_or_else(|| wanted.shown()),
        };
        match (digest, url) {
            (Some(digest), _) => self.archive_with(wanted, Some(digest.digits()), &shown),
            (None, Some(url)) => self.archive_at(wanted, url),
            (None, None) => Err(FindChart::FindUrl { chart: wanted.named() }),
        }
    }

    fn archive_with(
        &self,
        wanted: &WantedChart,
        digest: Option<&str>,
        address: &str,
    ) -> Result<FoundChart, FindChart> {
        let offline = || FindChart::Offline(Box::new(wanted.clone()));
        let kept = self.0.archive(digest.ok_or_else(offline)?).map_err(|error| damaged(wanted, &error))?;
        Ok(FoundChart::Archive { bytes: kept.ok_or_else(offline)?, address: without_user(address) })
    }
}

fn damaged(wanted: &WantedChart, error: &UseStore) -> FindChart {
    FindChart::Read { chart: wanted.shown(), reason: text::with_causes(error) }
}
