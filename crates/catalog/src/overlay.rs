//! Whether a cluster of a minor serves an API: the facts, seen through what its platform and its
//! owner turn on.

use resource::{GroupVersion, GroupVersionKind};
use version::Minor;

use crate::{Api, DefaultOn, Form, HORIZON, OLDEST};

/// Who runs the control plane.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Platform {
    /// Nobody who changes defaults.
    #[default]
    Upstream,
    /// Amazon EKS: some betas are on, nothing can be turned on by its owner.
    Eks,
}

/// What a cluster serves beyond the defaults of Kubernetes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Overlay {
    /// Who runs the control plane.
    pub platform: Platform,
    /// What its owner turned on (`--runtime-config`, feature gates).
    pub enabled: Vec<Enabled>,
}

/// An API that a cluster's owner turned on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enabled {
    /// The group; empty for the core group.
    pub group: String,
    /// The version.
    pub version: String,
    /// One kind of it; none for all.
    pub kind: Option<String>,
    /// The first minor at which it is on; none for every minor.
    pub since: Option<Minor>,
}

impl Enabled {
    /// A whole group and version, on at every minor.
    #[must_use]
    pub fn group_version(group_version: GroupVersion<'_>) -> Self {
        Self {
            group: group_version.group.to_owned(),
            version: group_version.version.to_owned(),
            kind: None,
            since: None,
        }
    }

    /// Reads `group/version` or `group/version/Kind`, as `.liftlock.yaml` writes them. None for any
    /// other form. The core group cannot be turned on or off, so it has no spelling here.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('/');
        let (group, version) = (parts.next()?, parts.next()?);
        let kind = parts.next();
        let is_name = |part: &str| !part.is_empty() && part.trim() == part;
        let well_formed = [group, version].into_iter().chain(kind).all(is_name) && parts.next().is_none();
        well_formed.then(|| Self {
            group: group.to_owned(),
            version: version.to_owned(),
            kind: kind.map(str::to_owned),
            since: None,
        })
    }

    fn covers(&self, gvk: GroupVersionKind<'_>) -> bool {
        self.group == gvk.group
            && self.version == gvk.version
            && self.kind.as_deref().is_none_or(|kind| kind == gvk.kind)
    }
}

impl Overlay {
    /// A cluster with the defaults of Kubernetes.
    #[must_use]
    pub fn upstream() -> Self {
        Self::default()
    }

    /// A cluster with the defaults of EKS.
    #[must_use]
    pub fn eks() -> Self {
        Self { platform: Platform::Eks, enabled: Vec::new() }
    }

    /// The first minor at which the owner turned the API on.
    fn enabled_since(&self, api: Api) -> Option<Minor> {
        let gvk = api.gvk();
        let switches = self.enabled.iter().filter(|enabled| enabled.covers(gvk));
        switches.map(|enabled| enabled.since.unwrap_or(OLDEST)).min()
    }

    /// The first minor at which the API is on, whoever turned it on.
    fn on_since(&self, api: Api) -> Option<Minor> {
        let by_default = match (api.default_on(), self.platform) {
            (DefaultOn::Yes, _) => Some(OLDEST),
            (DefaultOn::EksSince(minor), Platform::Eks) => Some(minor),
            (DefaultOn::EksSince(_), Platform::Upstream) | (DefaultOn::No, _) => None,
        };
        [by_default, self.enabled_since(api)].into_iter().flatten().min()
    }
}

/// Whether a cluster serves an API. For a configuration file: whether its component reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Served {
    /// Yes.
    Yes,
    /// It exists at this minor, but is off and nobody turned it on.
    OffByDefault,
    /// A later minor brings it.
    NotYet,
    /// An earlier minor, or this one, took it away.
    Removed,
    /// The minor lies outside of the data.
    Unknown,
}

/// Whether a cluster of this minor serves the API.
#[must_use]
pub fn served(api: Api, minor: Minor, overlay: &Overlay) -> Served {
    if minor < OLDEST || minor > HORIZON {
        return Served::Unknown;
    }
    if last_known(api, overlay).is_none_or(|last| minor > last) {
        return Served::Removed;
    }
    if api.introduced().is_some_and(|introduced| minor < introduced) {
        return Served::NotYet;
    }
    let turned_on = if api.removed().is_some_and(|removed| minor >= removed) {
        overlay.enabled_since(api)
    } else {
        overlay.on_since(api)
    };
    match turned_on {
        Some(since) if minor >= since => Served::Yes,
        _ => Served::OffByDefault,
    }
}

/// The first and the last minor that serve the API, within the data. Between them nothing is left out.
#[must_use]
pub fn served_span(api: Api, overlay: &Overlay) -> Option<(Minor, Minor)> {
    let is_served = |minor: &Minor| served(api, *minor, overlay) == Served::Yes;
    let mut minors = (OLDEST.number()..=HORIZON.number()).map(Minor::new);
    let first = minors.clone().find(is_served)?;
    minors.rfind(is_served).map(|last| (first, last))
}

/// The last minor at which the API can be on at all; the horizon if it is not removed by then.
fn last_known(api: Api, overlay: &Overlay) -> Option<Minor> {
    let Some(removed) = api.removed() else { return Some(HORIZON) };
    let by_default = removed.previous();
    let by_switch = match overlay.enabled_since(api) {
        Some(_) => api.enableable_until(),
        None => None,
    };
    by_switch.max(by_default).map(|last| last.min(HORIZON))
}

impl Form {
    /// Whether the API server answers for it, so that discovery and Helm's capabilities list it.
    #[must_use]
    pub fn is_in_discovery(self) -> bool {
        matches!(self, Self::Object | Self::Request)
    }
}
