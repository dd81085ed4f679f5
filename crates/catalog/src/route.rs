//! Which version to use hop by hop on the way from one minor to another, and which version several
//! clusters can share.
//!
//! A file can be moved to another version only at a minor that serves both, so that what is applied
//! stays valid before and after the edit. Where no such minor exists, the gap is named.

use resource::GroupVersionKind;
use version::Minor;

use crate::overlay::served_span;
use crate::{Api, HORIZON, OLDEST, Overlay, Served, api, family, served};

/// The versions to use on the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// The edits, in order. Empty: the version as written stays.
    pub steps: Vec<Step>,
    /// How it ends.
    pub end: End,
}

/// One edit: from a version to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// The version before.
    pub from: Api,
    /// The version after. The same as before only across a gap in which the version as written is not
    /// served yet.
    pub to: Api,
    /// At which minors of the cluster the edit can be applied.
    pub when: When,
}

/// At which minors of the cluster an edit can be applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Both versions are served from `earliest` to `latest`: merge while the cluster is at one of
    /// these, that is before the hop to the minor after `latest`.
    Between {
        /// The first minor that serves both, not before the start.
        earliest: Minor,
        /// The last minor that still serves the old version.
        latest: Minor,
    },
    /// The version as written is not served at the start: it cannot be applied today.
    Overdue {
        /// The start, which serves the new version.
        at: Minor,
    },
    /// No minor serves both: delete before the hop, write anew after it.
    Gap {
        /// The last minor on the way that serves the old version; none if the start does not.
        last_served: Option<Minor>,
        /// The first minor that serves the new version.
        first_served: Minor,
    },
}

/// How a route ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The last version is served at every minor to the target.
    Arrives,
    /// The last version is not served at the target, and nothing takes its place by then: it goes on
    /// the way, or it is not there yet ([`served`] tells which).
    NoSuccessor {
        /// The last minor on the way that serves it; none if the start does not.
        last_served: Option<Minor>,
    },
    /// The data does not reach far enough.
    Unknown(Unknown),
}

/// Why a question cannot be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unknown {
    /// The group, version and kind are not in the catalog.
    Kind,
    /// The start is older than the data.
    BeforeData,
    /// The target is newer than the data; steps up to the horizon are given.
    BeyondHorizon,
}

impl Step {
    /// The hop before which the edit must be merged, if it can be made ahead of one.
    #[must_use]
    pub fn must_precede_hop_to(&self) -> Option<Minor> {
        match self.when {
            When::Between { latest, .. } => Some(latest.next()),
            When::Overdue { .. } | When::Gap { .. } => None,
        }
    }
}

impl Route {
    /// Whether the version as written is served all the way.
    #[must_use]
    pub fn keeps(&self) -> bool {
        self.steps.is_empty() && self.end == End::Arrives
    }

    /// The first step across a gap, where old and new are served at no common minor.
    #[must_use]
    pub fn gap(&self) -> Option<&Step> {
        self.steps.iter().find(|step| matches!(step.when, When::Gap { .. }))
    }

    /// The version in use in the end, if it is not the one as written.
    #[must_use]
    pub fn last(&self) -> Option<Api> {
        self.steps.last().map(|step| step.to)
    }
}

/// The versions to use hop by hop for a file that says `gvk`, on a cluster that goes from `start` to
/// `target`. Takes the fewest edits; of equals the version that is served longest, then the most
/// mature. A target before the start counts as the start.
#[must_use]
pub fn route(gvk: GroupVersionKind<'_>, start: Minor, target: Minor, overlay: &Overlay) -> Route {
    let unknown = |reason| Route { steps: Vec::new(), end: End::Unknown(reason) };
    let Some(written) = api(gvk) else { return unknown(Unknown::Kind) };
    if start < OLDEST {
        return unknown(Unknown::BeforeData);
    }
    if start > HORIZON {
        return unknown(Unknown::BeyondHorizon);
    }
    let way = Way { candidates: candidates(written, overlay), target: target.max(start).min(HORIZON) };
    let mut route = way.walk(written, start, overlay);
    if target > HORIZON && route.end == End::Arrives {
        route.end = End::Unknown(Unknown::BeyondHorizon);
    }
    route
}

/// A version that may be used, and the first and last minor that serve it.
#[derive(Clone, Copy)]
struct Candidate {
    api: Api,
    first: Minor,
    last: Minor,
}

struct Way {
    candidates: Vec<Candidate>,
    target: Minor,
}

impl Way {
    /// Goes as far as each version reaches, then changes to the one that reaches furthest.
    fn walk(&self, written: Api, start: Minor, overlay: &Overlay) -> Route {
        let mut steps: Vec<Step> = Vec::new();
        let (mut current, mut at) = (written, start);
        loop {
            let reach = self.reach(current, at, overlay);
            if reach.is_some_and(|last| last >= self.target) {
                return Route { steps, end: End::Arrives };
            }
            let Some((next, when)) = self.next(current, at, reach) else {
                return Route { steps, end: End::NoSuccessor { last_served: reach } };
            };
            at = match when {
                When::Between { earliest, .. } => earliest,
                When::Overdue { at } => at,
                When::Gap { first_served, .. } => first_served,
            };
            // Ends: each step reaches a later minor than the one before it.
            steps.push(Step { from: current, to: next.api, when });
            current = next.api;
        }
    }

    /// The last minor of the way that serves the version, if `at` does.
    fn reach(&self, current: Api, at: Minor, overlay: &Overlay) -> Option<Minor> {
        let (first, last) = served_span(current, overlay)?;
        (first <= at && at <= last).then_some(last)
    }

    fn next(&self, current: Api, at: Minor, reach: Option<Minor>) -> Option<(Candidate, When)> {
        let window_end = reach.unwrap_or(at);
        let overlapping = self.candidates.iter().filter(|candidate| {
            candidate.api != current
                && candidate.first <= window_end
                && candidate.last >= at
                && reach.is_none_or(|last| candidate.last > last)
        });
        if let Some(next) = overlapping.max_by_key(|candidate| Self::preference(current, candidate)) {
            let when = match reach {
                Some(latest) => When::Between { earliest: next.first.max(at), latest },
                None => When::Overdue { at },
            };
            return Some((*next, when));
        }
        let later = self
            .candidates
            .iter()
            .filter(|candidate| candidate.first > window_end && candidate.first <= self.target);
        let soonest = later.clone().map(|candidate| candidate.first).min()?;
        let next = later
            .filter(|candidate| candidate.first == soonest)
            .max_by_key(|candidate| Self::preference(current, candidate))?;
        Some((*next, When::Gap { last_served: reach, first_served: soonest }))
    }

    /// Furthest first, then the same kind, since another is not the same object, then the most mature.
    fn preference(current: Api, candidate: &Candidate) -> (Minor, bool, (u8, u16, u16)) {
        let same_kind = candidate.api.gvk().kind == current.gvk().kind;
        (candidate.last, same_kind, candidate.api.maturity())
    }
}

/// Every version that a file may move to: those of its kind, and those of the kinds that replace it.
fn candidates(written: Api, overlay: &Overlay) -> Vec<Candidate> {
    let mut apis: Vec<Api> = family(written).collect();
    let mut index = 0;
    // Ends: an API is added once, and there are as many as the catalog has rows.
    while let Some(member) = apis.get(index).copied() {
        index += 1;
        let Some(replacement) = member.replacement().and_then(api) else { continue };
        if replacement.gvk().kind != member.gvk().kind && !apis.contains(&replacement) {
            apis.extend(family(replacement));
        }
    }
    let spans = apis
        .into_iter()
        .filter_map(|api| served_span(api, overlay).map(|(first, last)| Candidate { api, first, last }));
    spans.collect()
}

/// A cluster at a minor, for asking what several can share.
#[derive(Debug, Clone, Copy)]
pub struct ClusterAt<'a> {
    /// Its minor.
    pub minor: Minor,
    /// What it serves beyond the defaults.
    pub overlay: &'a Overlay,
}

/// Which version several clusters that share a file can use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Common {
    /// The version as written is served by all.
    AsWritten(Api),
    /// These are served by all, the best first. A version less mature or older than the one as written
    /// may not know all of its fields: [`Api::maturity`] tells.
    Versions(Vec<Api>),
    /// No version is served by all: the clusters need files of their own.
    NoneServed,
    /// The data does not reach far enough.
    Unknown(Unknown),
}

/// The version of the kind that every one of the clusters serves. Give each minor that each cluster
/// will have while the file is shared.
#[must_use]
pub fn common_version(gvk: GroupVersionKind<'_>, clusters: &[ClusterAt<'_>]) -> Common {
    let Some(written) = api(gvk) else { return Common::Unknown(Unknown::Kind) };
    for cluster in clusters {
        if cluster.minor < OLDEST {
            return Common::Unknown(Unknown::BeforeData);
        }
        if cluster.minor > HORIZON {
            return Common::Unknown(Unknown::BeyondHorizon);
        }
    }
    let by_all = |api: &Api| {
        clusters.iter().all(|cluster| served(*api, cluster.minor, cluster.overlay) == Served::Yes)
    };
    if by_all(&written) {
        return Common::AsWritten(written);
    }
    let mut versions: Vec<Api> = family(written).filter(by_all).collect();
    versions.sort_by_key(|api| std::cmp::Reverse((written.replacement() == Some(api.gvk()), api.maturity())));
    if versions.is_empty() { Common::NoneServed } else { Common::Versions(versions) }
}
