//! Built-in Kubernetes APIs: when each version of each kind came, was deprecated and went, and what
//! takes its place.

use std::fmt;

use resource::{GroupVersion, GroupVersionKind};
use version::Minor;

use crate::row::{API_FAMILIES, APIS, ApiRow, equal_range, gvk};

/// One version of one built-in kind.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Api(u16);

/// What an API's kind is used as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Form {
    /// Stored by the API server and found by discovery.
    Object,
    /// Sent to the API server, answered and not stored: reviews, subresources, evictions.
    Request,
    /// A configuration file that a component reads; the API server never serves it.
    File,
    /// Spoken between programs, as admission reviews are; no endpoint serves it.
    Protocol,
}

/// What moving an object to the replacement takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Conversion {
    /// Only `apiVersion` changes.
    Header,
    /// The fields stay, but a value or its absence means something else.
    Meaning,
    /// Fields move, change or become required.
    Fields,
    /// No conversion exists: the objects are deleted and written anew.
    Redesign,
}

/// Who serves a version without being told to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DefaultOn {
    /// Every cluster.
    Yes,
    /// No cluster: it must be turned on.
    No,
    /// EKS from this minor on, nobody else.
    EksSince(Minor),
}

impl Api {
    fn row(self) -> &'static ApiRow {
        // Handles are only made from indices of the table, which is not empty.
        APIS.get(usize::from(self.0)).unwrap_or(&APIS[0])
    }

    /// The group, version and kind; the core group is the empty text.
    #[must_use]
    pub fn gvk(self) -> GroupVersionKind<'static> {
        let row = self.row();
        GroupVersionKind { group: row.group.get(), version: row.version.get(), kind: row.kind.get() }
    }

    /// What the kind is used as.
    #[must_use]
    pub fn form(self) -> Form {
        self.row().form
    }

    /// The first minor that has it. None: it is older than the data, or never existed upstream and is
    /// known only because manifests carry it (the notes say so).
    #[must_use]
    pub fn introduced(self) -> Option<Minor> {
        self.row().introduced
    }

    /// The first minor in which it is deprecated. May lie beyond the horizon: then it is planned.
    #[must_use]
    pub fn deprecated(self) -> Option<Minor> {
        self.row().deprecated
    }

    /// The first minor that no longer serves it. May lie beyond the horizon: then it is planned.
    #[must_use]
    pub fn removed(self) -> Option<Minor> {
        self.row().removed
    }

    /// The last minor in which a cluster may still turn it on although it is removed.
    #[must_use]
    pub fn enableable_until(self) -> Option<Minor> {
        self.row().enableable_until
    }

    /// Who serves it without being told to.
    #[must_use]
    pub fn default_on(self) -> DefaultOn {
        self.row().default_on
    }

    /// What takes its place in the end. It need not be served at the same time: see [`crate::route()`].
    #[must_use]
    pub fn replacement(self) -> Option<GroupVersionKind<'static>> {
        gvk(self.row().replacement)
    }

    /// What moving to the replacement takes; none if there is no replacement or it is not known.
    #[must_use]
    pub fn conversion(self) -> Option<Conversion> {
        self.row().conversion
    }

    /// Field changes, traps, and what was corrected in the row.
    #[must_use]
    pub fn notes(self) -> &'static str {
        self.row().notes.get()
    }

    /// Where the row comes from.
    #[must_use]
    pub fn source(self) -> &'static str {
        self.row().source.get()
    }

    /// How final a version is: `v1` above `v1beta2` above `v1beta1` above `v2alpha1`, newer above older.
    /// The order in which Kubernetes itself prefers versions.
    #[must_use]
    pub fn maturity(self) -> (u8, u16, u16) {
        maturity(self.gvk().version)
    }
}

impl fmt::Debug for Api {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Api({})", self.gvk())
    }
}

impl fmt::Display for Api {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.gvk().fmt(f)
    }
}

/// Finds a version of a built-in kind. None in a built-in group (see [`is_builtin_group`]) means
/// unknown, not fine. A `List` kind is looked up by the kind of its items.
#[must_use]
pub fn api(gvk: GroupVersionKind<'_>) -> Option<Api> {
    let index = APIS
        .binary_search_by(|row| {
            (row.group.get(), row.kind.get(), row.version.get()).cmp(&(gvk.group, gvk.kind, gvk.version))
        })
        .ok()?;
    u16::try_from(index).ok().map(Api)
}

/// All versions of all built-in kinds, sorted by group, kind and version.
pub fn apis() -> impl ExactSizeIterator<Item = Api> + Clone {
    // The table has a few hundred rows: the build refuses more than an u16 counts.
    (0..u16::try_from(APIS.len()).unwrap_or(u16::MAX)).map(Api)
}

/// The versions of the same kind, the given one included, also in the group that it moved from or to.
pub fn family(api: Api) -> impl Iterator<Item = Api> + Clone {
    let wanted = API_FAMILIES.get(usize::from(api.0));
    API_FAMILIES.iter().zip(apis()).filter(move |(family, _)| Some(*family) == wanted).map(|(_, api)| api)
}

fn group_rows(group: &str) -> &'static [ApiRow] {
    equal_range(&APIS, |row| row.group.get().cmp(group))
}

/// Whether a kind of this group and version is known, at any minor.
#[must_use]
pub fn group_version_known(group_version: GroupVersion<'_>) -> bool {
    group_rows(group_version.group).iter().any(|row| row.version.get() == group_version.version)
}

/// Whether Kubernetes itself owns the group: an unknown kind in it is *unknown*, never a CRD.
#[must_use]
pub fn is_builtin_group(group: &str) -> bool {
    !group_rows(group).is_empty()
}

/// Splits `v2beta1` into level, major and number; a version of another form is below all.
pub(crate) fn maturity(version: &str) -> (u8, u16, u16) {
    let digits_end = |text: &str| text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let Some(rest) = version.strip_prefix('v') else { return (0, 0, 0) };
    let (major, rest) = rest.split_at(digits_end(rest));
    let Ok(major) = major.parse() else { return (0, 0, 0) };
    let (level, number) = if let Some(number) = rest.strip_prefix("alpha") {
        (1, number)
    } else if let Some(number) = rest.strip_prefix("beta") {
        (2, number)
    } else if rest.is_empty() {
        return (3, major, 0);
    } else {
        return (0, 0, 0);
    };
    number.parse().map_or((0, 0, 0), |number| (level, major, number))
}
