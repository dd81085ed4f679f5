//! From folders and addresses to everything that builds of them need.
//!
//! Walks kustomizations as a build does, but takes what each names instead of carrying it out. A repository is fetched
//! before its kustomizations are walked in turn. One that cannot be fetched or read is told, and the others go on.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use helm::sources::WantedChart;
use kustomize::load::remote::{CheckoutKey, RepositoryAddress, is_remote_file, masked};
use kustomize::load::{Files, Loader, Restriction};
use kustomize::{Reference, Work, holds_objects, references};
use text::NoOrigins;
use tree::Tree;

use crate::cached::Cached;
use crate::chart_walk::{ChartFolder, ChartWalk};
use crate::charts::{Charts, FetchArtifact, FetchChart, GetBytes, is_artifact};
use crate::checkout::{self, FetchRepository, FetchedRepository, Means};
use crate::file::{self, FetchFile};

/// Kustomizations that one run walks through, those in checkouts included. The largest repositories have some ten
/// thousand; the bound ends a chain of repositories that name each other at ever new references.
const KUSTOMIZATIONS_MAX: usize = 1_000_000;

/// How long a repository may take that is asked for without an address that says so: as long as by default in one.
const REPOSITORY_TIMEOUT: Duration = Duration::from_secs(27);

/// Kustomizations that lead to one: what a build follows.
const DEPTH_MAX: usize = 256;

/// Something that a run has to tell.
#[derive(Debug)]
pub enum Event {
    /// A repository is at hand.
    Repository {
        /// Its address without the folder and without credentials.
        address: String,
        /// At which commit.
        commit: String,
        /// Whether it was there already.
        was_known: bool,
    },
    /// An artifact of a registry that holds manifests is at hand.
    Artifact {
        /// Its address, and the tag or range by which it was asked for.
        address: String,
        /// The digest of its manifest.
        digest: String,
        /// Whether it was there already.
        was_known: bool,
    },
    /// An artifact was not fetched.
    ArtifactFailed(FetchArtifact),
    /// A file is at hand.
    File {
        /// Its address, without credentials.
        address: String,
        /// How large it is.
        bytes: usize,
    },
    /// A repository was not fetched.
    RepositoryFailed {
        /// Why it was not to be had as a file either, if it was tried as one.
        of_file: Option<FetchFile>,
        /// Why.
        source: FetchRepository,
    },
    /// A file was not fetched.
    FileFailed(FetchFile),
    /// A chart is at hand.
    Chart {
        /// The name that it has for itself.
        name: String,
        /// Its version.
        version: String,
        /// Where its archive came from, without credentials.
        address: String,
        /// The digest of the archive, as `sha256:` and digits, or the commit that holds it, as `commit` and digits.
        identity: String,
        /// Whether it was there already.
        was_known: bool,
    },
    /// A chart was not fetched.
    ChartFailed(FetchChart),
    /// A schema was not fetched.
    SchemaFailed(GetBytes),
    /// A chart has a lock that was made of other dependencies, so that their ranges counted.
    LockOutOfSync {
        /// The folder of the chart.
        folder: String,
    },
    /// A file could not be kept.
    KeepFailed(store::UseStore),
    /// A kustomization or a chart could not be read, so that nobody knows what it needs.
    NotRead {
        /// Its folder or address.
        folder: String,
        /// Why.
        reason: String,
    },
}

/// Fetches, and remembers what it has fetched.
pub struct Fetcher {
    means: Means,
    charts: ChartWalk,
    /// Repositories that were asked for, and whether they are at hand.
    repositories: BTreeMap<CheckoutKey, bool>,
    /// Files that were kept, and whether they hold objects.
    files: BTreeMap<String, bool>,
    /// Kustomizations that were walked through, by the checkout that they are in and their folder.
    walked: BTreeSet<(Option<CheckoutKey>, String)>,
}

impl Fetcher {
    pub(crate) fn new(means: Means, charts: Charts) -> Self {
        let charts = ChartWalk::new(charts);
        Self { means, charts, repositories: BTreeMap::new(), files: BTreeMap::new(), walked: BTreeSet::new() }
    }

    /// Fetches what the kustomizations in some folders of a tree need.
    pub fn fetch_folders(
        &mut self,
        tree: &Arc<dyn Tree + Send>,
        folders: &[String],
        tell: &mut dyn FnMut(Event),
    ) {
        let mut work = self.work(tree);
        for folder in folders {
            match Loader::at(&work.files, folder) {
                Ok(loader) => self.walk(&mut work, loader, tell),
                Err(error) => {
                    tell(Event::NotRead { folder: folder.clone(), reason: error.to_string() });
                }
            }
        }
    }

    /// Fetches what the charts in some folders of a tree name.
    pub fn fetch_charts(&mut self, tree: &dyn Tree, folders: &[ChartFolder], tell: &mut dyn FnMut(Event)) {
        for folder in folders {
            self.charts.folder(tree, folder, tell);
        }
    }

    /// Fetches a chart.
    pub fn fetch_chart(&mut self, wanted: &WantedChart, tell: &mut dyn FnMut(Event)) {
        self.charts.chart(wanted, tell);
    }

    /// Fetches a repository or an artifact of a registry, and nothing that its kustomizations name.
    pub fn fetch_checkout(&mut self, key: &CheckoutKey, tell: &mut dyn FnMut(Event)) {
        if is_artifact(key) {
            return self.fetch_artifact(key, tell);
        }
        let shown = masked(&key.url);
        let shown =
            key.reference.as_ref().map_or(shown.clone(), |reference| format!("{shown}?ref={reference}"));
        self.fetch_key(key.clone(), (&shown, REPOSITORY_TIMEOUT), (None, false), tell);
    }

    fn fetch_artifact(&mut self, key: &CheckoutKey, tell: &mut dyn FnMut(Event)) {
        if self.repositories.contains_key(key) {
            return;
        }
        let fetched = self.charts.artifact(key);
        self.repositories.insert(key.clone(), fetched.is_ok());
        tell(match fetched {
            Ok(FetchedRepository { checkout, was_known }) => {
                let reference = key.reference.as_deref().unwrap_or_default();
                let address = format!("{} at {reference}", masked(&key.url));
                Event::Artifact { address, digest: format!("sha256:{}", checkout.commit), was_known }
            }
            Err(error) => Event::ArtifactFailed(error),
        });
    }

    /// Fetches what stands behind an address: a file, a repository, or both where nobody can tell which is meant.
    pub fn fetch_address(&mut self, address: &str, tell: &mut dyn FnMut(Event)) {
        let repository = RepositoryAddress::parse(address).ok();
        let of_file = is_remote_file(address).then(|| file::fetch(&self.means, address));
        let (of_file, was_file) = match of_file {
            Some(Ok(bytes)) => {
                self.keep_file(address, &bytes, tell);
                (None, true)
            }
            Some(Err(error)) => (Some(error), false),
            None => (None, false),
        };
        match repository {
            Some(repository) if self.files.get(address) != Some(&true) => {
                let tree: Arc<dyn Tree + Send> = Arc::new(tree::Memory::new());
                let mut work = self.work(&tree);
                if self.fetch_repository(&repository, of_file, was_file, tell) {
                    self.enter(&mut work, repository, tell);
                }
            }
            _ => of_file.into_iter().for_each(|error| tell(Event::FileFailed(error))),
        }
    }

    fn enter(&mut self, work: &mut Work<NoOrigins>, address: RepositoryAddress, tell: &mut dyn FnMut(Event)) {
        let shown = address.to_string();
        match Loader::at_repository(&mut work.files, address) {
            Ok(loader) => self.walk(work, loader, tell),
            Err(error) => tell(Event::NotRead { folder: shown, reason: error.to_string() }),
        }
    }

    fn work(&self, tree: &Arc<dyn Tree + Send>) -> Work<NoOrigins> {
        let cached = Cached::new(self.means.store.clone()).locked(Arc::clone(&self.means.lock));
        let cached = Arc::new(cached);
        Work::new(Files::new(Arc::clone(tree), Restriction::None, Some(cached)))
    }

    /// Walks through a kustomization and all that it leads to.
    fn walk(&mut self, work: &mut Work<NoOrigins>, first: Loader, tell: &mut dyn FnMut(Event)) {
        let mut open = vec![first];
        while let Some(loader) = open.pop() {
            let is_new = self.walked.len() < KUSTOMIZATIONS_MAX && self.walked.insert(loader.identity());
            if !is_new || loader.depth() > DEPTH_MAX {
                continue;
            }
            let named = match references(work, &loader) {
                Ok(named) => named,
                Err(failure) => {
                    let reason = text::with_causes(&failure);
                    tell(Event::NotRead { folder: loader.shown_root(), reason });
                    continue;
                }
            };
            for reference in named {
                let entered = self.follow(work, &loader, &reference, tell);
                open.extend(entered);
            }
        }
    }

    /// Fetches what a reference names, and gives the kustomization that it leads to.
    fn follow(
        &mut self,
        work: &mut Work<NoOrigins>,
        loader: &Loader,
        reference: &Reference,
        tell: &mut dyn FnMut(Event),
    ) -> Option<Loader> {
        let (path, may_be_file, may_be_folder) = match reference {
            Reference::File(path) => (path, true, false),
            Reference::Resource(path) => (path, true, true),
            Reference::Component(path) => (path, false, true),
        };
        let mut of_file = None;
        if may_be_file && is_remote_file(path) {
            match self.follow_file(path, may_be_folder, tell) {
                Ok(is_done) if is_done || !may_be_folder => return None,
                Ok(_) => {}
                Err(error) if may_be_folder => of_file = Some(error),
                Err(error) => {
                    tell(Event::FileFailed(error));
                    return None;
                }
            }
        } else if may_be_file && loader.leads_to_file(&work.files, path) {
            return None;
        }
        if !may_be_folder {
            return None;
        }
        match RepositoryAddress::parse(path) {
            Ok(address) => {
                let is_there = self.fetch_repository(&address, of_file, false, tell);
                let entered = is_there.then(|| loader.enter(&mut work.files, path))?;
                entered
                    .map_err(|error| {
                        tell(Event::NotRead { folder: address.to_string(), reason: error.to_string() });
                    })
                    .ok()
            }
            Err(_) => {
                of_file.into_iter().for_each(|error| tell(Event::FileFailed(error)));
                // What is wrong with a path in the tree is told by whoever builds it.
                loader.enter(&mut work.files, path).ok()
            }
        }
    }

    /// Fetches a file. Whether that is all: of what may be a repository as well only objects are kept.
    fn follow_file(
        &mut self,
        url: &str,
        may_be_folder: bool,
        tell: &mut dyn FnMut(Event),
    ) -> Result<bool, FetchFile> {
        if self.files.get(url).is_some_and(|holds_objects| *holds_objects || !may_be_folder) {
            return Ok(true);
        }
        let bytes = file::fetch(&self.means, url)?;
        let is_kept = !may_be_folder || holds_objects(&bytes) || RepositoryAddress::parse(url).is_err();
        if is_kept {
            self.keep_file(url, &bytes, tell);
        }
        Ok(is_kept)
    }

    fn keep_file(&mut self, url: &str, bytes: &[u8], tell: &mut dyn FnMut(Event)) {
        self.files.insert(url.to_owned(), holds_objects(bytes));
        match self.means.store.keep_file(url, bytes) {
            Ok(()) => tell(Event::File { address: masked(url), bytes: bytes.len() }),
            Err(error) => tell(Event::KeepFailed(error)),
        }
    }

    /// Fetches a repository once in a run. Whether it is at hand.
    fn fetch_repository(
        &mut self,
        address: &RepositoryAddress,
        of_file: Option<FetchFile>,
        is_optional: bool,
        tell: &mut dyn FnMut(Event),
    ) -> bool {
        let (shown, timeout) = (address.shown_without_folder(), address.timeout());
        self.fetch_key(address.key(), (&shown, timeout), (of_file, is_optional), tell)
    }

    fn fetch_key(
        &mut self,
        key: CheckoutKey,
        (shown, timeout): (&str, Duration),
        (of_file, is_optional): (Option<FetchFile>, bool),
        tell: &mut dyn FnMut(Event),
    ) -> bool {
        if let Some(is_at_hand) = self.repositories.get(&key) {
            return *is_at_hand;
        }
        let fetched = checkout::fetch(&self.means, &key, timeout);
        self.repositories.insert(key, fetched.is_ok());
        match fetched {
            Ok(FetchedRepository { checkout, was_known }) => {
                let (address, commit) = (shown.to_owned(), checkout.commit);
                tell(Event::Repository { address, commit, was_known });
                true
            }
            Err(_) if is_optional => false,
            Err(source) => {
                tell(Event::RepositoryFailed { of_file, source });
                false
            }
        }
    }
}
