//! What changes its meaning at a minor although its API stays: annotations, labels, fields, volume
//! plugins, kubelet flags, defaults.

use std::fmt;

use jiff::civil::Date;
use version::Minor;

use crate::Platform;
use crate::row::{BEHAVIOURS, BehaviourRow};

/// A change of behaviour.
#[derive(Clone, Copy)]
pub struct BehaviourChange(&'static BehaviourRow);

/// How sure the row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// From memory or from sources that disagree.
    Low,
    /// From one source that is not the code or its release notes.
    Medium,
    /// From the release notes or the code.
    High,
}

/// What the change does to who relies on the old behaviour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Nothing to do.
    Info,
    /// A warning; it works on.
    Warn,
    /// It goes on without an error and does something else.
    Silent,
    /// It fails.
    Breaks,
}

/// How far a change has come at a minor, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Milestone {
    /// Called deprecated; works as before.
    Deprecated,
    /// In effect in part, or the first of a series.
    Partial,
    /// In effect.
    Effective,
    /// In effect, with no switch to go back.
    Locked,
}

impl BehaviourChange {
    /// The id, which never changes: `ANN-SECCOMP`.
    #[must_use]
    pub fn id(self) -> &'static str {
        self.0.id.get()
    }

    /// The area: annotation, label, volume plugin, kubelet flag and so on.
    #[must_use]
    pub fn area(self) -> &'static str {
        self.0.area.get()
    }

    /// What changes.
    #[must_use]
    pub fn change(self) -> &'static str {
        self.0.change.get()
    }

    /// When, in words; for changes that are bound to no minor it says to what.
    #[must_use]
    pub fn effective_text(self) -> &'static str {
        self.0.effective_version.get()
    }

    /// The minor of a milestone.
    #[must_use]
    pub fn minor(self, milestone: Milestone) -> Option<Minor> {
        match milestone {
            Milestone::Deprecated => self.0.deprecated,
            Milestone::Partial => self.0.partial,
            Milestone::Effective => self.0.effective,
            Milestone::Locked => self.0.locked,
        }
    }

    /// The milestones that have a minor, in their order.
    pub fn milestones(self) -> impl Iterator<Item = (Milestone, Minor)> {
        let all = [Milestone::Deprecated, Milestone::Partial, Milestone::Effective, Milestone::Locked];
        all.into_iter().filter_map(move |milestone| Some((milestone, self.minor(milestone)?)))
    }

    /// How far the change has come at a minor; none if it has not begun or is bound to no minor.
    #[must_use]
    pub fn reached_at(self, minor: Minor) -> Option<Milestone> {
        self.milestones().filter(|(_, since)| *since <= minor).map(|(milestone, _)| milestone).max()
    }

    /// What begins to hold on the way: the milestones after `start`, up to and with `target`.
    pub fn crossed(self, start: Minor, target: Minor) -> impl Iterator<Item = (Milestone, Minor)> {
        self.milestones().filter(move |(_, minor)| start < *minor && *minor <= target)
    }

    /// The day of a change that is bound to the calendar and not to a minor.
    #[must_use]
    pub fn effective_on(self) -> Option<Date> {
        self.0.effective_on
    }

    /// The platform that alone has the change; none for all.
    #[must_use]
    pub fn platform(self) -> Option<Platform> {
        self.0.platform
    }

    /// How to see it in manifests.
    #[must_use]
    pub fn detect(self) -> &'static str {
        self.0.detect_manifest.get()
    }

    /// How to see it in a cluster.
    #[must_use]
    pub fn detect_live(self) -> &'static str {
        self.0.detect_live.get()
    }

    /// What to do.
    #[must_use]
    pub fn fix(self) -> &'static str {
        self.0.fix.get()
    }

    /// What was settled or corrected in the row.
    #[must_use]
    pub fn notes(self) -> &'static str {
        self.0.notes.get()
    }

    /// Where the row comes from.
    #[must_use]
    pub fn source(self) -> &'static str {
        self.0.source.get()
    }

    /// How sure the row is.
    #[must_use]
    pub fn confidence(self) -> Confidence {
        self.0.confidence
    }

    /// What the change does to who relies on the old behaviour.
    #[must_use]
    pub fn severity(self) -> Severity {
        self.0.severity
    }
}

impl fmt::Debug for BehaviourChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BehaviourChange({})", self.id())
    }
}

/// Finds a change by its id.
#[must_use]
pub fn behaviour(id: &str) -> Option<BehaviourChange> {
    let index = BEHAVIOURS.binary_search_by(|row| row.id.get().cmp(id)).ok()?;
    BEHAVIOURS.get(index).map(BehaviourChange)
}

/// All changes, sorted by id.
pub fn behaviours() -> impl ExactSizeIterator<Item = BehaviourChange> + Clone {
    BEHAVIOURS.iter().map(BehaviourChange)
}
