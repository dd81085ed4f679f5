//! `liftlock.lock`: which charts, commits and artifacts the units of a repository use.
//!
//! Takes the text of the file, gives entries, or the first thing that is wrong with its place; makes the same text of the
//! same entries, sorted, with no time in it. Never reads a file, never decides which version is meant.

mod read;
#[cfg(test)]
mod tests;
mod write;

use std::collections::BTreeMap;

pub use read::{BYTES_MAX, ReadLock, read};

/// The name of the file at the root of a repository.
pub const FILE_NAME: &str = "liftlock.lock";

/// The version of the form that is read and written.
pub(crate) const FORMAT: &str = "1";

/// What is locked. The keys are what is asked for, the values what that was.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lock {
    charts: BTreeMap<ChartKey, String>,
    repositories: BTreeMap<SourceKey, String>,
    artifacts: BTreeMap<SourceKey, String>,
}

/// A chart at a version.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ChartKey {
    /// Its name.
    pub name: String,
    /// Its repository, or its own address where it has one; without credentials.
    pub address: String,
    /// The version.
    pub version: String,
}

/// A Git repository or an artifact, at what it was asked for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SourceKey {
    /// Its address, without credentials.
    pub address: String,
    /// The branch, tag, range or commit; empty for the default.
    pub reference: String,
}

/// What differs between two locks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Something is new.
    Added(String),
    /// Something is gone.
    Removed(String),
    /// Something is another one now.
    Changed(String),
}

impl Lock {
    /// Adds a chart with the digest of its archive: `sha256:` and 64 digits.
    pub fn add_chart(&mut self, key: ChartKey, digest: String) {
        self.charts.insert(key, digest);
    }

    /// Adds a Git repository with the commit that it is at.
    pub fn add_repository(&mut self, key: SourceKey, commit: String) {
        self.repositories.insert(key, commit);
    }

    /// Adds an artifact of a registry with the digest of its manifest.
    pub fn add_artifact(&mut self, key: SourceKey, digest: String) {
        self.artifacts.insert(key, digest);
    }

    /// The charts at an address: their names, versions and digests.
    pub fn charts_at(&self, address: &str) -> impl Iterator<Item = (&ChartKey, &str)> {
        let at = self.charts.iter().filter(move |(key, _)| key.address == address);
        at.map(|(key, digest)| (key, digest.as_str()))
    }

    /// The digest of a chart at a version.
    #[must_use]
    pub fn chart(&self, key: &ChartKey) -> Option<&str> {
        self.charts.get(key).map(String::as_str)
    }

    /// The commit of a repository.
    #[must_use]
    pub fn repository(&self, key: &SourceKey) -> Option<&str> {
        self.repositories.get(key).map(String::as_str)
    }

    /// The digest of an artifact.
    #[must_use]
    pub fn artifact(&self, key: &SourceKey) -> Option<&str> {
        self.artifacts.get(key).map(String::as_str)
    }

    /// How many charts, repositories and artifacts there are.
    #[must_use]
    pub fn counts(&self) -> [usize; 3] {
        [self.charts.len(), self.repositories.len(), self.artifacts.len()]
    }

    /// Adds what another one has and this one does not.
    pub fn keep(&mut self, other: &Self) {
        let Self { charts, repositories, artifacts } = other;
        for (key, digest) in charts {
            self.charts.entry(key.clone()).or_insert_with(|| digest.clone());
        }
        for (mine, theirs) in [(&mut self.repositories, repositories), (&mut self.artifacts, artifacts)] {
            for (key, value) in theirs {
                mine.entry(key.clone()).or_insert_with(|| value.clone());
            }
        }
    }

    /// What another one has that this one does not, and the other way round, in words.
    #[must_use]
    pub fn changes_to(&self, other: &Self) -> Vec<Change> {
        let (before, after) = (self.lines(), other.lines());
        let removed = before.keys().filter(|name| !after.contains_key(*name)).cloned().map(Change::Removed);
        let others = after.iter().filter_map(|(name, value)| match before.get(name) {
            None => Some(Change::Added(name.clone())),
            Some(known) if known != value => Some(Change::Changed(format!("{name}: {known} became {value}"))),
            Some(_) => None,
        });
        removed.chain(others).collect()
    }

    /// A name for people, and what it is, of each entry.
    fn lines(&self) -> BTreeMap<String, &str> {
        let chart = |(key, digest): (&ChartKey, _)| {
            (format!("chart {} {} of {}", key.name, key.version, key.address), digest)
        };
        let source = |kind: &'static str| {
            move |(key, value): (&SourceKey, _)| match key.reference.as_str() {
                "" => (format!("{kind} {}", key.address), value),
                reference => (format!("{kind} {} at {reference}", key.address), value),
            }
        };
        let charts = self.charts.iter().map(|(key, digest)| chart((key, digest.as_str())));
        let repositories = self.repositories.iter().map(|(key, value)| (key, value.as_str()));
        let artifacts = self.artifacts.iter().map(|(key, value)| (key, value.as_str()));
        charts
            .chain(repositories.map(source("repository")))
            .chain(artifacts.map(source("artifact")))
            .collect()
    }
}
