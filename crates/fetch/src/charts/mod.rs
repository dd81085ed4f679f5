//! Charts from repositories, registries and folders, into the store.
//!
//! Takes what is wanted; finds out which version is meant, fetches its archive, and keeps it together with what led to
//! it, under the names that charts give it. An archive that is no chart is not kept. Prints nothing.

mod artifact;
mod challenge;
mod credentials;
mod failure;
mod folder;
mod git;
mod listing;
mod mirror;
mod refusal;
mod registry;
mod request;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use helm::chart::Chart;
use helm::sources::{
    ChooseVersion, Digest, FindChart, Index, OciReference, Offer, WantedChart, choose, resolve,
    versions_of_tags, without_user,
};
use kustomize::load::remote::CheckoutKey;
use lock::Lock;
use store::{ARCHIVE_BYTES_MAX, Store};
use text::Texts;

pub use artifact::FetchArtifact;
pub use credentials::{Credentials, ReadCredentials};
pub use failure::FetchChart;
pub use folder::ReadFolder;
pub use mirror::{Mirror, ReadMirror, UseMirror};
pub use refusal::AskRegistry;
pub use request::{GetBytes, Patience};

use crate::client::Client;
use crate::locked;
pub(crate) use artifact::is_artifact;
pub(crate) use folder::read as read_file;
pub(crate) use git::checkout_key;
pub(crate) use listing::{address, place, read as read_listing};
use mirror::Source;
pub(crate) use mirror::{address as mirrored, git_address, is_server};
use registry::{Registries, digest_of};
pub(crate) use request::{Headers, Requests};

/// Bytes of one index. The largest that was ever public had 20 MB; the bound is that of what `manifest` reads.
const INDEX_BYTES_MAX: u64 = manifest::limits::FILE_BYTES_MAX;

/// How charts are fetched.
#[derive(Debug, Clone, Default)]
pub struct ChartOptions {
    /// Who asks.
    pub credentials: Credentials,
    /// Where to ask instead.
    pub mirrors: Vec<Mirror>,
    /// Whether registries are asked without TLS.
    pub is_plain_http: bool,
    /// How long servers are waited for.
    pub patience: Patience,
    /// Who asks them.
    pub client: Client,
    /// What was fetched before: what has the same version has to have the same digest.
    pub lock: Arc<Lock>,
    /// Whether the newest counts where the lock says something older.
    pub does_update: bool,
}

impl ChartOptions {
    /// The lock whose versions and commits count.
    pub(crate) fn pinned(&self) -> Arc<Lock> {
        if self.does_update { Arc::default() } else { Arc::clone(&self.lock) }
    }
}

/// A chart that is at hand.
#[derive(Debug)]
pub(crate) struct FetchedChart {
    /// The chart itself.
    pub(crate) chart: Chart,
    /// Where its archive came from, without credentials.
    pub(crate) address: String,
    /// The digest of the archive, as `sha256:` and digits, or the commit, as `commit` and digits.
    pub(crate) identity: String,
    /// Whether it was there already.
    pub(crate) was_known: bool,
}

/// Fetches charts, and remembers what servers said in this run.
pub(crate) struct Charts {
    pub(crate) store: Store,
    pub(crate) options: ChartOptions,
    pub(crate) requests: Requests,
    /// Indexes by the URLs of their repositories.
    indexes: BTreeMap<String, Vec<u8>>,
    authorizations: RefCell<BTreeMap<(String, String), String>>,
    /// Checkouts that were asked for in this run, and whether they were there already.
    checkouts: BTreeMap<CheckoutKey, bool>,
}

/// An archive that is to be had, before it is.
enum Location {
    /// Behind a URL of a repository.
    Url { repository: String, url: String },
    /// In a registry.
    Registry(OciReference),
    /// On this machine.
    File(PathBuf),
}

/// Which archive is meant.
struct Chosen {
    location: Location,
    /// The addresses under which it is kept.
    addresses: Vec<String>,
    /// What the index says of its bytes.
    digest: Option<Digest>,
    /// The version that was chosen; none where the address alone says which archive it is.
    version: Option<String>,
}

impl Charts {
    pub(crate) fn new(store: Store, options: ChartOptions) -> Self {
        let requests = Requests { client: options.client.clone(), patience: options.patience };
        let (indexes, authorizations, checkouts) = Default::default();
        Self { store, options, requests, indexes, authorizations, checkouts }
    }

    /// Fetches a chart and keeps it.
    pub(crate) fn fetch(&mut self, wanted: &WantedChart) -> Result<FetchedChart, FetchChart> {
        if let WantedChart::Git { address, .. } = wanted {
            return self.fetch_of_git(wanted, address);
        }
        let chosen = self.choose(wanted)?;
        let (bytes, was_known) = self.bytes(wanted, &chosen)?;
        let address = chosen.location.shown();
        let loaded = Chart::of_archive(&bytes, &address, &mut Texts::new());
        let chart = loaded.map_err(|source| FetchChart::LoadChart {
            chart: wanted.shown(),
            address: address.clone(),
            source: Box::new(source),
        })?;
        self.check_lock(wanted, &chosen, (&chart, &digest_of(&bytes)))?;
        let addresses: Vec<&str> = chosen.addresses.iter().map(String::as_str).collect();
        let digest = self.store.keep_archive(&addresses, &bytes)?;
        Ok(FetchedChart { chart, address, identity: format!("sha256:{digest}"), was_known })
    }

    /// Finds out which archive is meant, and keeps which versions there are where that was asked.
    fn choose(&mut self, wanted: &WantedChart) -> Result<Chosen, FetchChart> {
        let source = mirror::source(&self.options.mirrors, wanted);
        let source = source.map_err(|source| FetchChart::UseMirror { chart: wanted.shown(), source })?;
        let asked_for = address(wanted);
        let exact = |location| Chosen {
            location,
            addresses: asked_for.iter().cloned().collect(),
            digest: None,
            version: version_of(wanted),
        };
        match &source {
            Source::File(path) => Ok(exact(Location::File(path.clone()))),
            Source::Server(WantedChart::Archive { url }) => {
                Ok(exact(Location::Url { repository: url.clone(), url: url.clone() }))
            }
            // Whoever fetches asks for it elsewhere.
            Source::Server(WantedChart::Git { .. }) => Ok(exact(Location::File(PathBuf::new()))),
            Source::Server(WantedChart::Registry { reference, .. }) if listing::is_exact(reference) => {
                Ok(exact(Location::Registry(reference.clone())))
            }
            Source::Server(WantedChart::Registry { reference, range }) => {
                let offers = self.offers_of_registry(wanted, reference)?;
                let chosen = self.keep_and_choose(wanted, &offers, range)?;
                let reference = OciReference { version: Some(chosen.version.clone()), ..reference.clone() };
                Ok(with_addresses(wanted, chosen, Location::Registry(reference)))
            }
            Source::Server(WantedChart::Repository { url, name, range }) => {
                let offers = self.offers_of_repository(wanted, url, name)?;
                let chosen = self.keep_and_choose(wanted, &offers, range)?;
                let archive =
                    chosen.url.clone().ok_or_else(|| FindChart::FindUrl { chart: wanted.named() })?;
                let location = self.location_of(url, &archive);
                Ok(with_addresses(wanted, chosen, location))
            }
            Source::Folder { path, name, range } => {
                let archives = folder::archives(path, name)
                    .map_err(|source| FetchChart::ReadFolder { chart: wanted.shown(), source })?;
                let offers: Vec<Offer> = archives.iter().map(|(offer, _)| offer.clone()).collect();
                let chosen = self.keep_and_choose(wanted, &offers, range)?;
                let file = archives.iter().find(|(offer, _)| offer == chosen).map(|(_, file)| file.clone());
                Ok(with_addresses(wanted, chosen, Location::File(file.unwrap_or_default())))
            }
        }
    }

    fn keep_and_choose<'o>(
        &self,
        wanted: &WantedChart,
        offers: &'o [Offer],
        range: &str,
    ) -> Result<&'o Offer, FetchChart> {
        if let Some(place) = place(wanted) {
            self.store.keep_versions(&place, listing::write(offers).as_bytes())?;
        }
        if let Some((key, _)) = locked::chart(&self.options.pinned(), wanted) {
            let version = key.version.clone();
            let offer = offers.iter().find(|offer| offer.version == version);
            return offer.ok_or_else(|| FetchChart::FindLocked { chart: wanted.shown(), version });
        }
        let chosen = choose(offers, range, |offer| &offer.version);
        Ok(chosen.map_err(|source| not_found(wanted, source))?)
    }

    /// Refuses an archive whose version had another digest before.
    fn check_lock(
        &self,
        wanted: &WantedChart,
        chosen: &Chosen,
        (chart, found): (&Chart, &Digest),
    ) -> Result<(), FetchChart> {
        let version = chosen.version.as_deref().unwrap_or(&chart.metadata.version);
        let key = locked::chart_key(wanted, chart.name(), version);
        let locked = key.as_ref().and_then(|key| self.options.lock.chart(key));
        let found = found.to_string();
        match locked.filter(|locked| **locked != found) {
            None => Ok(()),
            Some(locked) => Err(FetchChart::Lock {
                chart: wanted.shown(),
                version: version.to_owned(),
                found,
                locked: locked.to_owned(),
            }),
        }
    }

    /// The versions of a chart in a repository, with the addresses of their archives resolved.
    fn offers_of_repository(
        &mut self,
        wanted: &WantedChart,
        url: &str,
        name: &str,
    ) -> Result<Vec<Offer>, FetchChart> {
        if !self.indexes.contains_key(url) {
            let index = resolve(url, "index.yaml").unwrap_or_else(|| url.to_owned());
            let headers = self.headers(url, &index);
            let bytes = self.requests.bytes(&index, &headers, INDEX_BYTES_MAX);
            let refused = |source| FetchChart::ReachRepository { repository: without_user(url), source };
            self.indexes.insert(url.to_owned(), bytes.map_err(refused)?);
        }
        let bytes = self.indexes.get(url).map(Vec::as_slice).unwrap_or_default();
        let refused = |source| FetchChart::ReadIndex { repository: without_user(url), source };
        let offers = Index::read(bytes).and_then(|index| index.offers(name)).map_err(refused)?;
        let absent = || FindChart::Absent { chart: wanted.named(), place: repository_of(wanted) };
        let mut offers = offers.ok_or_else(absent)?;
        for offer in &mut offers {
            offer.url = offer.url.as_deref().and_then(|archive| resolve(url, archive));
        }
        Ok(offers)
    }

    fn offers_of_registry(
        &self,
        wanted: &WantedChart,
        reference: &OciReference,
    ) -> Result<Vec<Offer>, FetchChart> {
        let refused = |source| FetchChart::AskRegistry { chart: wanted.shown(), source };
        let tags = self.registries().tags(reference).map_err(refused)?;
        let offer = |version: String| {
            let reference = OciReference { version: Some(version.clone()), ..reference.bare() };
            Offer { version, url: Some(reference.to_string()), digest: None }
        };
        Ok(versions_of_tags(tags).into_iter().map(offer).collect())
    }

    fn registries(&self) -> Registries<'_> {
        Registries {
            requests: &self.requests,
            credentials: &self.options.credentials,
            is_plain: self.options.is_plain_http,
            authorizations: &self.authorizations,
        }
    }

    /// Where an archive is that an index names.
    fn location_of(&self, repository: &str, archive: &str) -> Location {
        let mirrored = mirror::of_archive(&self.options.mirrors, archive);
        let to = mirrored.clone().unwrap_or_else(|| archive.to_owned());
        if let Ok(reference) = OciReference::parse(&to)
            && to.starts_with(helm::sources::OCI_SCHEME)
        {
            return Location::Registry(reference);
        }
        if is_server(&to) {
            return Location::Url { repository: repository.to_owned(), url: to };
        }
        // An index may not name files of this machine; whoever gave a mirror may.
        match mirrored {
            Some(path) => Location::File(path.into()),
            None => Location::Url { repository: repository.to_owned(), url: to },
        }
    }

    /// The bytes of an archive, and whether they were there already.
    fn bytes(&self, wanted: &WantedChart, chosen: &Chosen) -> Result<(Vec<u8>, bool), FetchChart> {
        if let Some(known) = self.known(chosen.digest.as_ref()) {
            return Ok((known, true));
        }
        let chart = wanted.shown();
        let bytes = match &chosen.location {
            Location::File(path) => folder::read(path, ARCHIVE_BYTES_MAX)
                .map_err(|source| FetchChart::ReadFolder { chart: chart.clone(), source })?,
            Location::Url { repository, url } => {
                let mut headers = self.headers(repository, url);
                headers.push(("Accept".to_owned(), "application/gzip,application/octet-stream".to_owned()));
                let bytes = self.requests.bytes(url, &headers, ARCHIVE_BYTES_MAX);
                bytes.map_err(|source| FetchChart::GetArchive { chart: chart.clone(), source })?
            }
            Location::Registry(reference) => {
                let refused = |source| FetchChart::AskRegistry { chart: chart.clone(), source };
                let layer = self.registries().layer(reference).map_err(refused)?;
                if let Some(known) = self.known(Some(&layer.digest)) {
                    return Ok((known, true));
                }
                self.registries().blob(reference, &layer).map_err(refused)?
            }
        };
        match (&chosen.digest, digest_of(&bytes)) {
            (Some(wanted), found) if *wanted != found => {
                Err(FetchChart::Digest { chart, found, wanted: wanted.clone() })
            }
            _ => Ok((bytes, false)),
        }
    }

    fn known(&self, digest: Option<&Digest>) -> Option<Vec<u8>> {
        self.store.archive(digest?.digits()).ok().flatten()
    }

    pub(crate) fn headers(&self, repository: &str, url: &str) -> Headers {
        let header = self.options.credentials.header(repository, url);
        header.map(|value| ("Authorization".to_owned(), value)).into_iter().collect()
    }
}

impl Location {
    /// The place for people, without credentials.
    fn shown(&self) -> String {
        match self {
            Self::Url { url, .. } => without_user(url),
            Self::Registry(reference) => reference.to_string(),
            Self::File(path) => path.display().to_string(),
        }
    }
}

/// What was chosen, with all addresses that lead to it: those of the list, and the one by which a registry would be asked.
fn with_addresses(wanted: &WantedChart, chosen: &Offer, location: Location) -> Chosen {
    let mut addresses: Vec<String> = chosen.url.iter().cloned().collect();
    if let WantedChart::Registry { reference, .. } = wanted {
        let exact = OciReference { version: Some(chosen.version.clone()), ..reference.bare() };
        addresses.push(exact.to_string());
    }
    Chosen { location, addresses, digest: chosen.digest.clone(), version: Some(chosen.version.clone()) }
}

/// The version that a tag says.
pub(crate) fn version_of(wanted: &WantedChart) -> Option<String> {
    match wanted {
        WantedChart::Registry { reference, .. } if reference.digest.is_none() => reference.version.clone(),
        _ => None,
    }
}

/// Tells that there is no such version, as Helm does.
pub(crate) fn not_found(wanted: &WantedChart, source: ChooseVersion) -> FindChart {
    FindChart::Choose { chart: wanted.named(), place: repository_of(wanted), source }
}

fn repository_of(wanted: &WantedChart) -> String {
    match wanted {
        WantedChart::Repository { url, .. } | WantedChart::Archive { url } => without_user(url),
        WantedChart::Registry { reference, .. } => reference.registry.clone(),
        WantedChart::Git { address, .. } => address.shown(),
    }
}
