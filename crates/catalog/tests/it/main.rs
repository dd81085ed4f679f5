//! Tests of the catalog through its public interface, and of the compiler of its data.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod addons;
mod behaviours;
mod calendar;
mod compiling;
mod crds;
mod facts;
mod listing;
mod routes;
mod searching;
mod serving;

use catalog::Api;
use resource::{GroupVersion, GroupVersionKind};
use version::{AddonVersion, Minor};

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

fn addon_version(text: &str) -> AddonVersion {
    text.parse().unwrap()
}

/// Every minor that the data covers.
fn minors() -> impl DoubleEndedIterator<Item = Minor> + Clone {
    (catalog::OLDEST.number()..=catalog::HORIZON.number()).map(Minor::new)
}

/// The rows of a data file as its text has them: column → cell.
fn csv_rows(text: &str) -> Vec<std::collections::BTreeMap<String, String>> {
    csv::Reader::from_reader(text.as_bytes()).deserialize().collect::<Result<_, _>>().unwrap()
}

/// A cell that may be empty, as the data files write it.
fn cell(value: Option<impl ToString>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}
