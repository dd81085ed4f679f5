//! What comes from other places: what was fetched of them, and keys. Fetches nothing itself.

use std::sync::Arc;

use helm::schema::{NoRemotes, Remotes};
use helm::sources::{ChartSource, FindChart, FoundChart, WantedChart};
use kustomize::load::remote::{CheckoutKey, FetchRemote, Remote};
use tree::Tree;

use crate::decryption::Keys;
use crate::kept::KeptRenders;

/// What was fetched of other places.
#[derive(Clone)]
pub struct Ports<'p> {
    /// Git repositories and files.
    pub remote: Arc<dyn Remote>,
    /// Charts.
    pub charts: &'p (dyn ChartSource + Sync),
    /// Schemas.
    pub schemas: &'p (dyn Remotes + Sync),
    /// Keys that decrypt what SOPS encrypted; none to leave it as it is.
    pub keys: Option<Arc<dyn Keys>>,
    /// What was rendered in earlier runs; none to render everything anew, and to keep nothing.
    pub kept: Option<&'p (dyn KeptRenders + Sync)>,
}

/// What renders of charts need of other places.
#[derive(Clone, Copy)]
pub(crate) struct ChartPorts<'p> {
    pub(crate) charts: &'p (dyn ChartSource + Sync),
    pub(crate) schemas: &'p (dyn Remotes + Sync),
}

impl<'p> Ports<'p> {
    pub(crate) fn of_charts(&self) -> ChartPorts<'p> {
        ChartPorts { charts: self.charts, schemas: self.schemas }
    }
}

impl Ports<'static> {
    /// Those of a world in which nothing was fetched, and where no key is at hand.
    #[must_use]
    pub fn offline() -> Self {
        Self { remote: Arc::new(Nothing), charts: &Nothing, schemas: &NoRemotes, keys: None, kept: None }
    }
}

/// A world in which nothing was fetched.
struct Nothing;

impl Remote for Nothing {
    fn checkout(&self, key: &CheckoutKey) -> Result<Arc<dyn Tree + Send>, FetchRemote> {
        Err(FetchRemote::offline(&key.url))
    }

    fn file(&self, url: &str) -> Result<Vec<u8>, FetchRemote> {
        Err(FetchRemote::offline(url))
    }
}

impl ChartSource for Nothing {
    fn archive(&self, wanted: &WantedChart) -> Result<FoundChart, FindChart> {
        Err(FindChart::Offline(Box::new(wanted.clone())))
    }
}
