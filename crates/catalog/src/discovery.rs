//! What the discovery of a plain kube-apiserver lists: the texts that Helm calls the API versions of a cluster.
//!
//! Unlike [`crate::served`], which answers for a kind that stands in a manifest, this knows which group and version a
//! *resource* is listed under: `pods/eviction` takes a `policy/v1` `Eviction`, and discovery lists it below `v1`. Knows no
//! platform and nothing that an owner turned on.

use resource::GroupVersionKind;
use version::Minor;

use crate::row::{SERVED, ServedRow};
use crate::{HORIZON, OLDEST};

/// Every kind that a kube-apiserver of the minor lists in discovery when nothing is turned on or off, each once, with the
/// group and version of the list that it stands in; sorted by group, version and kind. A kind that several resources of
/// one list have (`deployments` and `deployments/status`) is given once.
///
/// The list is that of the first release of the minor, `1.N.0`. None for a minor outside of the data.
#[must_use]
pub fn served_by_default(
    minor: Minor,
) -> Option<impl Iterator<Item = GroupVersionKind<'static>> + Clone + use<>> {
    let known = OLDEST <= minor && minor <= HORIZON;
    known.then(|| SERVED.iter().filter(move |row| row.first <= minor && minor <= row.last).map(listed))
}

fn listed(row: &'static ServedRow) -> GroupVersionKind<'static> {
    GroupVersionKind { group: row.group.get(), version: row.version.get(), kind: row.kind.get() }
}
