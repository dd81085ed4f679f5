//! Tests of the catalog through its public interface, and of the compiler of its data.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod routes;

use catalog::Api;
use resource::{GroupVersion, GroupVersionKind};
use version::Minor;

/// Reads `policy/v1/PodDisruptionBudget` or `v1/Pod`.
fn gvk(text: &str) -> GroupVersionKind<'_> {
    let (api_version, kind) = text.rsplit_once('/').unwrap();
    GroupVersion::parse(api_version).unwrap().with_kind(kind)
}

fn api(text: &str) -> Api {
    catalog::api(gvk(text)).unwrap_or_else(|| panic!("{text} is not in the catalog"))
}

fn minor(text: &str) -> Minor {
    text.parse().unwrap()
}

/// Every minor that the data covers.
fn minors() -> impl DoubleEndedIterator<Item = Minor> + Clone {
    (catalog::OLDEST.number()..=catalog::HORIZON.number()).map(Minor::new)
}
