//! What a lock says of charts and repositories, and what it will say of those that were used.
//!
//! Takes a lock and what is wanted; gives the version and digest that are meant. A range leads to the newest locked version
//! that is in it. Reads no file and asks no server.

use std::sync::{Arc, Mutex, PoisonError};

use helm::sources::{OciReference, WantedChart, choose, sort_newest_first, without_user};
use kustomize::load::remote::CheckoutKey;
use lock::{ChartKey, Lock, SourceKey};

/// The address under which a lock has a chart; none for charts in Git, whose repositories it has.
pub(crate) fn address(wanted: &WantedChart) -> Option<String> {
    match wanted {
        WantedChart::Repository { url, .. } => Some(without_user(url.trim_end_matches('/'))),
        WantedChart::Registry { reference, .. } => {
            // What a digest names has no version that was asked for.
            Some(OciReference { version: None, ..reference.clone() }.to_string())
        }
        WantedChart::Archive { url } => Some(without_user(url)),
        WantedChart::Git { .. } => None,
    }
}

/// The version that is wanted to the letter, or the range of versions; none where the address says all.
fn range_of(wanted: &WantedChart) -> Option<&str> {
    match wanted {
        WantedChart::Repository { range, .. } => Some(range),
        WantedChart::Registry { reference, .. } if reference.digest.is_some() => None,
        WantedChart::Registry { reference, range } => Some(reference.version.as_deref().unwrap_or(range)),
        WantedChart::Archive { .. } | WantedChart::Git { .. } => None,
    }
}

/// The name of a chart, where what is wanted says it.
fn name_of(wanted: &WantedChart) -> Option<&str> {
    match wanted {
        WantedChart::Repository { name, .. } => Some(name),
        WantedChart::Registry { reference, .. } => Some(reference.name()),
        WantedChart::Archive { .. } | WantedChart::Git { .. } => None,
    }
}

/// What a lock says of a chart: its version and its digest.
pub(crate) fn chart<'l>(lock: &'l Lock, wanted: &WantedChart) -> Option<(&'l ChartKey, &'l str)> {
    let address = address(wanted)?;
    let is_named = |key: &ChartKey| name_of(wanted).is_none_or(|name| name == key.name);
    let mut known: Vec<_> = lock.charts_at(&address).filter(|(key, _)| is_named(key)).collect();
    sort_newest_first(&mut known, |(key, _)| &key.version);
    match range_of(wanted) {
        Some(range) => known
            .iter()
            .find(|(key, _)| key.version == range)
            .or_else(|| choose(&known, range, |(key, _)| &key.version).ok())
            .copied(),
        None => known.first().copied(),
    }
}

/// The name under which a lock has a chart at a version. `name` is the one that the chart has for itself.
pub(crate) fn chart_key(wanted: &WantedChart, name: &str, version: &str) -> Option<ChartKey> {
    let name = name_of(wanted).unwrap_or(name).to_owned();
    Some(ChartKey { name, address: address(wanted)?, version: version.to_owned() })
}

/// The name under which a lock has a repository or an artifact.
pub(crate) fn source_key(key: &CheckoutKey) -> SourceKey {
    let reference = key.reference.clone().unwrap_or_default();
    SourceKey { address: without_user(&key.url), reference }
}

/// What renders took out of a store.
#[derive(Debug, Clone, Default)]
pub struct Used(Arc<Mutex<Taken>>);

/// The same, once they are done.
#[derive(Debug, Clone, Default)]
pub struct Taken {
    /// A lock of all of it.
    pub lock: Lock,
    /// The charts, as they were asked for.
    pub charts: Vec<WantedChart>,
    /// The checkouts, as they were asked for.
    pub checkouts: Vec<CheckoutKey>,
}

impl Used {
    /// What was taken so far.
    #[must_use]
    pub fn taken(&self) -> Taken {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn note(&self, note: impl FnOnce(&mut Taken)) {
        note(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}
