//! Fills the store with what a repository names: Git repositories, files behind URLs, and charts.
//!
//! Takes folders and addresses, walks the kustomizations and charts from there on, through what it fetches, and keeps all
//! of it, so that builds and renders find it through [`Cached`] without a network. The only crate that links one. Never renders, never prints,
//! and no credentials are in what it says.

mod cached;
mod chart_walk;
mod charts;
mod checkout;
mod client;
mod export;
mod file;
mod locked;
mod mask;
mod repository;
mod submodule;
mod tags;
mod transport;
mod walk;

use std::time::SystemTime;

pub use cached::Cached;
pub use chart_walk::ChartFolder;
pub use charts::{
    AskRegistry, ChartOptions, Credentials, FetchArtifact, FetchChart, GetBytes, Mirror, Patience,
    ReadCredentials, ReadFolder, ReadMirror, UseMirror,
};
pub use checkout::{FetchRepository, FetchedRepository};
pub use client::{Ask, Client, TrustAuthorities};
pub use export::Export;
pub use file::FetchFile;
pub use locked::{Taken, Used};
pub use repository::FetchCommit;
pub use submodule::FindSubmodule;
pub use tags::ChooseTag;
pub use walk::{Event, Fetcher};

use charts::Charts;
use checkout::Means;
use store::Store;

/// Makes what fetches into a store, and takes away what was left there half done.
#[must_use]
pub fn fetcher(store: Store, charts: ChartOptions, now: SystemTime) -> Fetcher {
    store.sweep(now);
    let client = charts.client.clone();
    let (mirrors, lock, patience) = (charts.mirrors.clone(), charts.pinned(), charts.patience);
    let charts = Charts::new(store.clone(), charts);
    Fetcher::new(Means { client, store, patience, mirrors, lock, may_submodules_be_local: false }, charts)
}
