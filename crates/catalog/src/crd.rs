//! Versions of custom resources: which version of which add-on brought, deprecated and dropped each.

use std::fmt;

use resource::GroupVersionKind;
use version::AddonVersion;

use crate::row::{CRDS, CrdRow, VersionRow, equal_range, gvk};

/// One version of one custom resource, as one add-on ships it.
#[derive(Clone, Copy)]
pub struct CrdApi(&'static CrdRow);

/// How an add-on's newest examined version treats the version of the custom resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CrdState {
    /// Served, with no warning.
    Served,
    /// Served, with a deprecation.
    Deprecated,
    /// In the CRD, but not served.
    Unserved,
    /// No longer in the CRD.
    Removed,
}

/// A version of an add-on as the project writes it, perhaps with a channel (`stable-2.12.0`,
/// `<=0.7.0`), and its numbers.
#[derive(Clone, Copy)]
pub struct VersionText(VersionRow);

impl VersionText {
    /// As the project writes it.
    #[must_use]
    pub fn text(self) -> &'static str {
        self.0.text.get()
    }

    /// The numbers, for comparing.
    #[must_use]
    pub fn version(self) -> AddonVersion {
        let [major, minor, patch] = self.0.numbers.map(u64::from);
        AddonVersion::new(major, minor, patch)
    }
}

impl fmt::Debug for VersionText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

impl CrdApi {
    /// The group, version and kind.
    #[must_use]
    pub fn gvk(self) -> GroupVersionKind<'static> {
        GroupVersionKind { group: self.0.group.get(), version: self.0.version.get(), kind: self.0.kind.get() }
    }

    /// The add-on, with its channel where it has several: `gateway-api(standard)`.
    #[must_use]
    pub fn addon(self) -> &'static str {
        self.0.addon.get()
    }

    /// The first version of the add-on that serves it.
    #[must_use]
    pub fn introduced(self) -> Option<VersionText> {
        self.0.introduced.map(VersionText)
    }

    /// The first version of the add-on that stores objects as it.
    #[must_use]
    pub fn storage_from(self) -> Option<VersionText> {
        self.0.storage_from.map(VersionText)
    }

    /// The first version of the add-on that calls it deprecated.
    #[must_use]
    pub fn deprecated(self) -> Option<VersionText> {
        self.0.deprecated.map(VersionText)
    }

    /// The first version of the add-on that has it but does not serve it.
    #[must_use]
    pub fn unserved(self) -> Option<VersionText> {
        self.0.unserved.map(VersionText)
    }

    /// The first version of the add-on that does not have it.
    #[must_use]
    pub fn removed(self) -> Option<VersionText> {
        self.0.removed.map(VersionText)
    }

    /// What takes its place, perhaps in another group (`traefik.containo.us` → `traefik.io`).
    #[must_use]
    pub fn replacement(self) -> Option<GroupVersionKind<'static>> {
        gvk(self.0.replacement)
    }

    /// How the newest examined version of the add-on treats it.
    #[must_use]
    pub fn state(self) -> CrdState {
        self.0.state
    }

    /// Whether the add-on at this version serves it. None if the row does not say since when.
    #[must_use]
    pub fn served_by(self, version: &AddonVersion) -> Option<bool> {
        let introduced = self.introduced()?.version();
        let gone = [self.unserved(), self.removed()].into_iter().flatten().map(VersionText::version).min();
        Some(*version >= introduced && gone.is_none_or(|gone| *version < gone))
    }

    /// Field changes, traps, and what was corrected in the row.
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

impl fmt::Debug for CrdApi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CrdApi({} of {})", self.gvk(), self.addon())
    }
}

/// The rows of a custom resource's version: one per add-on or channel that ships it, sorted by add-on.
#[must_use]
pub fn crd_api(gvk: GroupVersionKind<'_>) -> impl ExactSizeIterator<Item = CrdApi> + Clone {
    let rows = equal_range(&CRDS, |row| {
        (row.group.get(), row.kind.get(), row.version.get()).cmp(&(gvk.group, gvk.kind, gvk.version))
    });
    rows.iter().map(CrdApi)
}

/// All versions of all custom resources, sorted by group, kind, version and add-on.
pub fn crd_apis() -> impl ExactSizeIterator<Item = CrdApi> + Clone {
    CRDS.iter().map(CrdApi)
}

/// Whether a known add-on owns the group.
#[must_use]
pub fn is_crd_group(group: &str) -> bool {
    !equal_range(&CRDS, |row| row.group.get().cmp(group)).is_empty()
}
