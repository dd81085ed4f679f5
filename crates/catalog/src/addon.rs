//! Which versions of an add-on go with which Kubernetes minors, and on what ground that is said.

use std::fmt;

use version::{AddonVersion, Minor};

use crate::row::{ADDONS, AddonRow, equal_range};
use crate::version_range;

/// One statement about versions of an add-on.
#[derive(Clone, Copy)]
pub struct AddonCompatibility(&'static AddonRow);

/// Whose versions a statement is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum VersionOf {
    /// The program's.
    Addon,
    /// The chart's.
    Chart,
}

impl AddonCompatibility {
    /// The add-on; EKS' own builds are told apart: `coredns (EKS add-on)`.
    #[must_use]
    pub fn addon(self) -> &'static str {
        self.0.addon.get()
    }

    /// The chart that installs it; empty if none is known.
    #[must_use]
    pub fn chart(self) -> &'static str {
        self.0.chart.get()
    }

    /// Whose versions it is about.
    #[must_use]
    pub fn version_of(self) -> VersionOf {
        self.0.version_of
    }

    /// The versions as the source writes them.
    #[must_use]
    pub fn version_range(self) -> &'static str {
        self.0.version_range.get()
    }

    /// The versions in the notation of the data files.
    pub(crate) fn versions(self) -> &'static str {
        self.0.versions.get()
    }

    /// Whether it is about this version.
    #[must_use]
    pub fn covers(self, version: &AddonVersion) -> bool {
        version_range::contains(self.0.versions.get(), version).unwrap_or(false)
    }

    /// The oldest minor it names; none if it names none, which is not "any".
    #[must_use]
    pub fn oldest(self) -> Option<Minor> {
        self.0.min_k8s
    }

    /// The newest minor it names; none if it names none, which is not "any".
    #[must_use]
    pub fn newest(self) -> Option<Minor> {
        self.0.max_k8s
    }

    /// On what ground: declared, tested, a chart's `kubeVersion`, a guess.
    #[must_use]
    pub fn basis(self) -> &'static str {
        self.0.basis.get()
    }

    /// Caveats.
    #[must_use]
    pub fn notes(self) -> &'static str {
        self.0.notes.get()
    }

    /// Where the row comes from.
    #[must_use]
    pub fn source(self) -> &'static str {
        self.0.source.get()
    }
}

impl fmt::Debug for AddonCompatibility {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AddonCompatibility({} {})", self.addon(), self.version_range())
    }
}

/// What is said about an add-on; empty if nothing is, which is unknown and never fine.
#[must_use]
pub fn addon_compatibility(addon: &str) -> impl ExactSizeIterator<Item = AddonCompatibility> + Clone {
    equal_range(&ADDONS, |row| row.addon.get().cmp(addon)).iter().map(AddonCompatibility)
}

/// The names of all add-ons, sorted, each once.
pub fn addons() -> impl Iterator<Item = &'static str> + Clone {
    ADDONS
        .chunk_by(|left, right| left.addon.get() == right.addon.get())
        .filter_map(|rows| rows.first().map(|row| row.addon.get()))
}
