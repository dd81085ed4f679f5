//! A repository with all that belongs to it, fetched and kept.
//!
//! Everything is done in a folder of the store's and moved to its place when it is whole. The time that fetching may take
//! is kept by somebody who waits beside it: a server that says nothing cannot be asked to stop.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use gix::bstr::ByteSlice;
use kustomize::load::remote::{CheckoutKey, masked};
use lock::Lock;
use store::{Checkout, CheckoutName, Store, UseStore};

use crate::charts::{Mirror, Patience, UseMirror, git_address};
use crate::client::Client;
use crate::export::{Allowance, Export, Gitlink, export, path_of};
use crate::locked;
use crate::repository::{FetchCommit, Found, Wanted, find};
use crate::submodule::{FindSubmodule, submodules};

/// Repositories within one checkout, those within others included.
const SUBMODULES_MAX: usize = 256;

/// Repositories within repositories. Three are rare.
const SUBMODULE_DEPTH_MAX: usize = 16;

/// Why a repository was not fetched.
#[derive(Debug, thiserror::Error)]
pub enum FetchRepository {
    /// A commit is not to be had.
    #[error("cannot fetch '{url}'")]
    FetchCommit {
        /// From where, without credentials.
        url: String,
        /// Why.
        #[source]
        source: FetchCommit,
    },
    /// Its mirror cannot be asked for it.
    #[error("cannot fetch '{url}' from a mirror")]
    UseMirror {
        /// From where, without credentials.
        url: String,
        /// Why.
        #[source]
        source: UseMirror,
    },
    /// The commit that counts is not to be had.
    #[error(
        "cannot fetch '{url}' at commit {commit}, which liftlock.lock says; `liftlock fetch --update` takes the newest"
    )]
    FindLocked {
        /// From where, without credentials.
        url: String,
        /// The commit.
        commit: String,
        /// Why.
        #[source]
        source: Box<FetchRepository>,
    },
    /// It took longer than it may.
    #[error("hit {seconds}s timeout fetching '{url}'; `timeout=` in the address gives it more")]
    TakeTooLong {
        /// From where, without credentials.
        url: String,
        /// How long.
        seconds: u64,
    },
    /// Its files cannot be written.
    #[error("cannot check out '{url}'")]
    Export {
        /// From where, without credentials.
        url: String,
        /// Why.
        #[source]
        source: Export,
    },
    /// What is within it cannot be found.
    #[error("cannot find the submodules of '{url}'; `submodules=false` in the address leaves them out")]
    FindSubmodule {
        /// From where, without credentials.
        url: String,
        /// Why.
        #[source]
        source: FindSubmodule,
    },
    /// More within it than anybody puts there.
    #[error("'{url}' has submodules without end; `submodules=false` in the address leaves them out")]
    HoldTooManySubmodules {
        /// From where, without credentials.
        url: String,
    },
    /// The store refuses.
    #[error("the cache cannot be used")]
    UseStore(#[from] UseStore),
}

/// What fetching a repository came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchedRepository {
    /// Where it is and at which commit.
    pub checkout: Checkout,
    /// Whether it was there already.
    pub was_known: bool,
}

/// What fetching needs besides the address.
#[derive(Debug, Clone)]
pub(crate) struct Means {
    pub(crate) client: Client,
    pub(crate) store: Store,
    /// How long servers of files are waited for between two tries.
    pub(crate) patience: Patience,
    /// Where to ask instead.
    pub(crate) mirrors: Vec<Mirror>,
    /// The commits that count where the reference leads elsewhere by now.
    pub(crate) lock: Arc<Lock>,
    /// Whether repositories within others may be on this machine. Git refuses that as well.
    pub(crate) may_submodules_be_local: bool,
}

/// Fetches a repository and keeps it.
pub(crate) fn fetch(
    means: &Means,
    key: &CheckoutKey,
    timeout: Duration,
) -> Result<FetchedRepository, FetchRepository> {
    let name =
        CheckoutName { url: &key.url, reference: key.reference.as_deref(), submodules: key.submodules };
    let locked = means.lock.repository(&locked::source_key(key)).map(str::to_owned);
    let reference = locked.clone().or_else(|| key.reference.clone());
    // A commit is the same today as it was when it was kept, and needs no server.
    if let Some(checkout) = reference.as_deref().and_then(|commit| means.store.at_commit(&name, commit)) {
        means.store.point(&name, &checkout.commit)?;
        return Ok(FetchedRepository { checkout, was_known: true });
    }
    let scratch = means.store.scratch()?;
    let tree = scratch.path().join("tree");
    let mut work = Checking {
        means,
        scratch: scratch.path(),
        timeout,
        allowance: Allowance::default(),
        submodules_left: SUBMODULES_MAX,
        has_submodules: key.submodules,
    };
    let wanted = Wanted { url: key.url.clone(), reference, timeout, may_be_local: true };
    let known = Known { store: means.store.clone(), key: key.clone() };
    let unlocked = |source| match locked.clone() {
        Some(commit) => {
            FetchRepository::FindLocked { url: masked(&key.url), commit, source: Box::new(source) }
        }
        None => source,
    };
    let commit = match work.found(wanted, Some(known)).map_err(unlocked)? {
        Found::Known(commit) => {
            means.store.point(&name, &commit)?;
            let kept = means.store.at_commit(&name, &commit);
            return kept
                .map(|checkout| FetchedRepository { checkout, was_known: true })
                .ok_or_else(|| UseStore::Damaged { path: scratch.path().to_owned() }.into());
        }
        Found::Commit { repository, commit } => {
            let repository = open(&repository, &key.url)?;
            work.check_out(&repository, commit, (&key.url, &tree), 0)?;
            commit.to_string()
        }
    };
    let checkout = means.store.keep_checkout(&name, &commit, &tree)?;
    Ok(FetchedRepository { checkout, was_known: false })
}

/// What is kept already.
#[derive(Clone)]
struct Known {
    store: Store,
    key: CheckoutKey,
}

impl Known {
    fn has(&self, commit: &str) -> bool {
        let CheckoutKey { url, reference, submodules } = &self.key;
        let name = CheckoutName { url, reference: reference.as_deref(), submodules: *submodules };
        self.store.at_commit(&name, commit).is_some()
    }
}

/// One checkout in the making.
struct Checking<'c> {
    means: &'c Means,
    scratch: &'c Path,
    timeout: Duration,
    allowance: Allowance,
    submodules_left: usize,
    has_submodules: bool,
}

impl Checking<'_> {
    /// Writes the files of a commit, and of all repositories within it.
    fn check_out(
        &mut self,
        repository: &gix::Repository,
        commit: gix::ObjectId,
        (url, folder): (&str, &Path),
        depth: usize,
    ) -> Result<(), FetchRepository> {
        let refused = |source| FetchRepository::Export { url: masked(url), source };
        fs::DirBuilder::new()
            .recursive(true)
            .create(folder)
            .map_err(|source| refused(Export::Write { path: String::new(), source }))?;
        let gitlinks = export(repository, commit, folder, &mut self.allowance).map_err(refused)?;
        if self.has_submodules && !gitlinks.is_empty() {
            self.check_out_within(repository, (commit, &gitlinks), (url, folder), depth)?;
        }
        Ok(())
    }

    fn check_out_within(
        &mut self,
        repository: &gix::Repository,
        (commit, gitlinks): (gix::ObjectId, &[Gitlink]),
        (parent, folder): (&str, &Path),
        depth: usize,
    ) -> Result<(), FetchRepository> {
        let modules = modules_of(repository, commit);
        let found = submodules(gitlinks, &modules, parent)
            .map_err(|source| FetchRepository::FindSubmodule { url: masked(parent), source })?;
        for submodule in found {
            let without_end = || FetchRepository::HoldTooManySubmodules { url: masked(parent) };
            if depth >= SUBMODULE_DEPTH_MAX {
                return Err(without_end());
            }
            self.submodules_left = self.submodules_left.checked_sub(1).ok_or_else(without_end)?;
            let wanted = Wanted {
                url: submodule.url.clone(),
                reference: Some(submodule.commit.to_string()),
                timeout: self.timeout,
                may_be_local: self.means.may_submodules_be_local,
            };
            let Found::Commit { repository, commit } = self.found(wanted, None)? else { continue };
            let repository = open(&repository, &submodule.url)?;
            let refused = |source| FetchRepository::Export { url: masked(parent), source };
            let place = folder.join(path_of(submodule.path.as_bstr()).map_err(refused)?);
            self.check_out(&repository, commit, (&submodule.url, &place), depth + 1)?;
        }
        Ok(())
    }

    /// Finds a commit, and waits for it no longer than may be.
    fn found(&self, wanted: Wanted, known: Option<Known>) -> Result<Found, FetchRepository> {
        let wanted = self.mirrored(wanted)?;
        let url = masked(&wanted.url);
        let folder = self.scratch.join(format!("git-{}", SUBMODULES_MAX - self.submodules_left));
        let interrupt = Arc::new(AtomicBool::new(false));
        let (client, timeout) = (self.means.client.clone(), self.timeout);
        let (sender, receiver) = mpsc::channel();
        let stop = Arc::clone(&interrupt);
        thread::spawn(move || {
            let is_known = |commit: &str| known.as_ref().is_some_and(|known| known.has(commit));
            // Nobody listens any more if it took too long.
            let _ = sender.send(find(&client, &wanted, &folder, &is_known, &stop));
        });
        match receiver.recv_timeout(timeout) {
            Ok(Ok(found)) => Ok(found),
            Ok(Err(source)) => Err(FetchRepository::FetchCommit { url, source }),
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                interrupt.store(true, Ordering::Relaxed);
                Err(FetchRepository::TakeTooLong { url, seconds: timeout.as_secs() })
            }
        }
    }
}

impl Checking<'_> {
    /// The same at its mirror, which may be on this machine: a person says where it is.
    fn mirrored(&self, wanted: Wanted) -> Result<Wanted, FetchRepository> {
        let refused = |source| FetchRepository::UseMirror { url: masked(&wanted.url), source };
        match git_address(&self.means.mirrors, &wanted.url).map_err(refused)? {
            Some(url) => Ok(Wanted { url, may_be_local: true, ..wanted }),
            None => Ok(wanted),
        }
    }
}

/// Opens a repository without anybody's configuration, which could name programs to run.
fn open(folder: &Path, url: &str) -> Result<gix::Repository, FetchRepository> {
    gix::open_opts(folder, gix::open::Options::isolated()).map_err(|error| FetchRepository::Export {
        url: masked(url),
        source: Export::ReadCommit(error.to_string()),
    })
}

/// The text of `.gitmodules`; empty if there is none.
fn modules_of(repository: &gix::Repository, commit: gix::ObjectId) -> Vec<u8> {
    let tree = repository.find_commit(commit).ok().and_then(|commit| commit.tree().ok());
    let entry = tree.and_then(|tree| tree.lookup_entry_by_path(".gitmodules").ok().flatten());
    entry.and_then(|entry| entry.object().ok()).map(|object| object.detach().data).unwrap_or_default()
}
