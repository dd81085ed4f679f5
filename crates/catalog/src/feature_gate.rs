//! Feature gates that are gone: a component that is told of one exits at start.

use std::fmt;

use version::Minor;

use crate::row::{GATES, GateRow};

/// A feature gate that a minor removed.
#[derive(Clone, Copy)]
pub struct FeatureGate(&'static GateRow);

impl FeatureGate {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.0.gate.get()
    }

    /// The first minor that does not know it.
    #[must_use]
    pub fn removed(self) -> Minor {
        self.0.removed_in
    }

    /// How the fact was found.
    #[must_use]
    pub fn basis(self) -> &'static str {
        self.0.basis.get()
    }

    /// The pull request of kubernetes/kubernetes that removed it.
    #[must_use]
    pub fn pull_request(self) -> Option<u32> {
        self.0.pr
    }

    /// Where to read about it.
    #[must_use]
    pub fn source(self) -> &'static str {
        self.0.url.get()
    }
}

impl fmt::Debug for FeatureGate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FeatureGate({})", self.name())
    }
}

/// Finds a removed gate by its name. None does not say that the gate exists: only removed ones are known.
#[must_use]
pub fn feature_gate(name: &str) -> Option<FeatureGate> {
    let index = GATES.binary_search_by(|row| row.gate.get().cmp(name)).ok()?;
    GATES.get(index).map(FeatureGate)
}

/// All removed gates, sorted by name.
pub fn feature_gates() -> impl ExactSizeIterator<Item = FeatureGate> + Clone {
    GATES.iter().map(FeatureGate)
}
