//! What was fetched, for builds and renders: the store behind the ports of the engines.

use std::sync::Arc;

use helm::chart::Chart;
use helm::schema::Remotes;
use helm::sources::{
    ChartSource, FindChart, FoundChart, GitAddress, OciReference, Offer, WantedChart, choose, without_user,
};
use kustomize::load::remote::{CheckoutKey, FetchRemote, Remote, masked};
use lock::{ChartKey, Lock};
use store::{Checkout, CheckoutName, Store, UseStore};
use text::Texts;
use tree::{Directory, OpenDirectory, Tree};

use crate::locked::Used;
use crate::{charts, locked};

/// Gives what is in a store. Asks no server.
#[derive(Debug, Clone)]
pub struct Cached {
    store: Store,
    /// Which versions and commits count.
    lock: Arc<Lock>,
    /// Where it is noted what was given.
    used: Option<Used>,
}

/// The archive that is meant.
struct Meant {
    /// Its digest, if it is known.
    digest: Option<String>,
    /// The version that was chosen; none where the address alone says which archive it is.
    version: Option<String>,
    /// Where it comes from.
    address: String,
}

impl Cached {
    /// What is in a store.
    #[must_use]
    pub fn new(store: Store) -> Self {
        Self { store, lock: Arc::default(), used: None }
    }

    /// The same by a lock: ranges lead to the versions that it says, and references to its commits.
    #[must_use]
    pub fn locked(self, lock: Arc<Lock>) -> Self {
        Self { lock, ..self }
    }

    /// The same, with a note of everything that is given.
    #[must_use]
    pub fn noting(self, used: Used) -> Self {
        Self { used: Some(used), ..self }
    }

    /// The checkout of a repository, at the commit that counts.
    fn kept(&self, key: &CheckoutKey) -> Result<Option<Checkout>, UseStore> {
        let CheckoutKey { url, reference, submodules } = key;
        let name = CheckoutName { url, reference: reference.as_deref(), submodules: *submodules };
        let locked = locked::source_key(key);
        let digest = self.lock.artifact(&locked).and_then(|digest| digest.strip_prefix("sha256:"));
        let kept = match self.lock.repository(&locked).or(digest) {
            Some(commit) => self.store.at_commit(&name, commit),
            None => self.store.checkout(&name)?,
        };
        if let (Some(used), Some(checkout)) = (&self.used, &kept) {
            used.note(|taken| {
                let commit = checkout.commit.clone();
                if charts::is_artifact(key) {
                    taken.lock.add_artifact(locked, format!("sha256:{commit}"));
                } else {
                    taken.lock.add_repository(locked, commit);
                }
                taken.checkouts.push(key.clone());
            });
        }
        Ok(kept)
    }
}

fn unreadable(address: &str, error: &(dyn std::error::Error + 'static)) -> FetchRemote {
    FetchRemote::ReadCache { address: masked(address), reason: text::with_causes(error) }
}

impl Remote for Cached {
    fn checkout(&self, key: &CheckoutKey) -> Result<Arc<dyn Tree + Send>, FetchRemote> {
        let url = &key.url;
        let kept = self.kept(key).map_err(|error: UseStore| unreadable(url, &error))?;
        let checkout = kept.ok_or_else(|| FetchRemote::offline(url))?;
        let tree = Directory::open(&checkout.folder, 1).map_err(|error| unreadable(url, &error))?;
        Ok(Arc::new(tree))
    }

    fn file(&self, url: &str) -> Result<Vec<u8>, FetchRemote> {
        let kept = self.store.file(url).map_err(|error| unreadable(url, &error))?;
        kept.ok_or_else(|| FetchRemote::offline(url))
    }
}

impl Remotes for Cached {
    fn text(&self, address: &str) -> Option<Arc<str>> {
        let bytes = self.store.file(address).ok().flatten()?;
        Some(String::from_utf8_lossy(&bytes).into())
    }
}

impl ChartSource for Cached {
    fn archive(&self, wanted: &WantedChart) -> Result<FoundChart, FindChart> {
        if let WantedChart::Git { address, .. } = wanted {
            return self.folder_of_checkout(wanted, address);
        }
        let meant = self.meant(wanted)?;
        let offline = || FindChart::Offline(Box::new(wanted.clone()));
        let digest = meant.digest.as_deref().ok_or_else(offline)?;
        let kept = self.store.archive(digest).map_err(|error| damaged(wanted, &error))?;
        let bytes = kept.ok_or_else(offline)?;
        self.note(wanted, &meant, || Some(bytes.clone()));
        Ok(FoundChart::Archive { bytes, address: without_user(&meant.address) })
    }

    fn digest(&self, wanted: &WantedChart) -> Result<Option<String>, FindChart> {
        if let WantedChart::Git { .. } = wanted {
            return Ok(None);
        }
        let meant = self.meant(wanted)?;
        let digest = meant.digest.as_deref().filter(|digest| self.store.has_archive(digest));
        let digest = digest.ok_or_else(|| FindChart::Offline(Box::new(wanted.clone())))?;
        self.note(wanted, &meant, || self.store.archive(digest).ok().flatten());
        Ok(Some(digest.to_owned()))
    }
}

impl Cached {
    /// The archive that counts.
    fn meant(&self, wanted: &WantedChart) -> Result<Meant, FindChart> {
        Ok(match locked::chart(&self.lock, wanted) {
            Some((key, digest)) => self.of_lock(wanted, key, digest),
            None => match charts::address(wanted) {
                Some(address) => self.of_address(wanted, address)?,
                None => self.of_list(wanted)?,
            },
        })
    }

    /// The folder of a chart in Git.
    fn folder_of_checkout(
        &self,
        wanted: &WantedChart,
        address: &GitAddress,
    ) -> Result<FoundChart, FindChart> {
        let kept = self.kept(&charts::checkout_key(address)).map_err(|error| damaged(wanted, &error))?;
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

    /// The archive that the lock says.
    fn of_lock(&self, wanted: &WantedChart, key: &ChartKey, digest: &str) -> Meant {
        let digest = digest.strip_prefix("sha256:").unwrap_or(digest).to_owned();
        let version = key.version.clone();
        let listed = || self.listed(wanted).ok()?.into_iter().find(|offer| offer.version == version)?.url;
        let address = match wanted {
            WantedChart::Repository { .. } => listed().unwrap_or_else(|| wanted.shown()),
            _ => address_of(wanted, &version),
        };
        Meant { digest: Some(digest), version: Some(version), address }
    }

    /// The archive that an address led to.
    fn of_address(&self, wanted: &WantedChart, address: String) -> Result<Meant, FindChart> {
        let digest = self.store.archive_at(&address).map_err(|error| damaged(wanted, &error))?;
        Ok(Meant { digest, version: charts::version_of(wanted), address })
    }

    /// The archive of the version that is meant, of those that were there when somebody asked last.
    fn of_list(&self, wanted: &WantedChart) -> Result<Meant, FindChart> {
        let offers = self.listed(wanted)?;
        let range = match wanted {
            WantedChart::Repository { range, .. } | WantedChart::Registry { range, .. } => range,
            WantedChart::Archive { .. } | WantedChart::Git { .. } => "",
        };
        let chosen = choose(&offers, range, |offer| &offer.version);
        let Offer { version, url, digest } = chosen.map_err(|source| charts::not_found(wanted, source))?;
        let address = match (wanted, url) {
            (WantedChart::Repository { .. }, Some(url)) => url.clone(),
            _ => address_of(wanted, version),
        };
        let digest = match (digest, url) {
            (Some(digest), _) => Some(digest.digits().to_owned()),
            (None, Some(url)) => self.store.archive_at(url).map_err(|error| damaged(wanted, &error))?,
            (None, None) => return Err(FindChart::FindUrl { chart: wanted.named() }),
        };
        Ok(Meant { digest, version: Some(version.clone()), address })
    }

    /// The versions that there were when somebody asked last.
    fn listed(&self, wanted: &WantedChart) -> Result<Vec<Offer>, FindChart> {
        let offline = || FindChart::Offline(Box::new(wanted.clone()));
        let place = charts::place(wanted).ok_or_else(offline)?;
        let bytes = self.store.versions(&place).map_err(|error| damaged(wanted, &error))?;
        charts::read_listing(&bytes.ok_or_else(offline)?).ok_or_else(offline)
    }

    fn note(&self, wanted: &WantedChart, meant: &Meant, bytes: impl FnOnce() -> Option<Vec<u8>>) {
        let (Some(used), Some(digest)) = (&self.used, &meant.digest) else { return };
        // Where nobody asked for a version, the chart says its own.
        let key = match &meant.version {
            Some(version) => locked::chart_key(wanted, "", version),
            None => bytes()
                .and_then(|bytes| Chart::of_archive(&bytes, &meant.address, &mut Texts::new()).ok())
                .and_then(|chart| locked::chart_key(wanted, chart.name(), &chart.metadata.version)),
        };
        used.note(|taken| {
            taken.charts.push(wanted.clone());
            if let Some(key) = key {
                taken.lock.add_chart(key, format!("sha256:{digest}"));
            }
        });
    }
}

/// The address of a chart at a version, for people.
fn address_of(wanted: &WantedChart, version: &str) -> String {
    match wanted {
        WantedChart::Registry { reference, .. } if reference.digest.is_none() => {
            OciReference { version: Some(version.to_owned()), ..reference.bare() }.to_string()
        }
        WantedChart::Registry { reference, .. } => reference.to_string(),
        _ => wanted.shown(),
    }
}

fn damaged(wanted: &WantedChart, error: &UseStore) -> FindChart {
    FindChart::Read { chart: wanted.shown(), reason: text::with_causes(error) }
}
