//! The order in which the objects of a build are printed: `sortOptions`, or what the command's flag says.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use compact_str::CompactString;
use text::Track;

use crate::identity::{Gvk, Id, KINDS_FIRST, KINDS_LAST};
use crate::kustomization::{LegacyOrder, SortOptions};
use crate::res_map::ResMap;
use crate::resource::Resource;
use crate::{Failure, Order, Work};

/// Why objects cannot be sorted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SortObjects {
    /// An order that there is not.
    #[error("the field 'sortOptions.order' must be one of [fifo, legacy]")]
    NameOther,
    /// Kinds for an order that does not look at them.
    #[error(
        "the field 'sortOptions.legacySortOptions' is set but the selected sort order is 'fifo', not 'legacy'"
    )]
    OrderNothing,
}

/// Sorts the objects of a build. What the kustomization says counts more than the flag.
pub(crate) fn sort<T: Track>(
    work: &Work<T>,
    map: &mut ResMap<T::Origin>,
    (asked, otherwise): (Option<&SortOptions>, Order),
) -> Result<(), Failure> {
    let default = LegacyOrder {
        first: KINDS_FIRST.iter().map(|kind| CompactString::from(*kind)).collect(),
        last: KINDS_LAST.iter().map(|kind| CompactString::from(*kind)).collect(),
    };
    let order = match (asked, otherwise) {
        (None, Order::AsRead) => return Ok(()),
        (None, Order::Legacy) => &default,
        (Some(SortOptions { order, legacy }), _) => match (order.as_str(), legacy) {
            ("fifo", None) => return Ok(()),
            ("fifo", Some(_)) => return Err(SortObjects::OrderNothing.into()),
            ("legacy", legacy) => legacy.as_ref().unwrap_or(&default),
            _ => return Err(SortObjects::NameOther.into()),
        },
    };
    let ranks = ranks(order);
    map.reorder(|resources| {
        let taken = std::mem::take(resources).into_iter();
        let mut keyed: Vec<_> =
            taken.map(|resource| (Key::of(&resource.current_id(&work.schema), &ranks), resource)).collect();
        keyed.sort_by(|(one, _), (other, _)| one.cmp(other));
        resources.extend(keyed.into_iter().map(|(_, resource): (Key, Resource<_>)| resource));
    });
    Ok(())
}

/// The ranks of the kinds that are named: below zero for those that come first, above for those that come last. Of a kind
/// that is named twice the last place counts.
fn ranks(order: &LegacyOrder) -> BTreeMap<&str, isize> {
    let position = |position: usize| isize::try_from(position).unwrap_or(isize::MAX);
    let LegacyOrder { first, last } = order;
    let before =
        first.iter().enumerate().map(|(at, kind)| (kind.as_str(), position(at) - position(first.len())));
    let behind = last.iter().enumerate().map(|(at, kind)| (kind.as_str(), 1 + position(at)));
    before.chain(behind).collect()
}

/// What objects are compared by.
#[derive(Debug, PartialEq, Eq)]
struct Key {
    rank: isize,
    gvk: Gvk,
    /// Group, version and kind, missing ones behind all others.
    kind: String,
    /// The same in the way ids are printed, with namespace and name.
    object: String,
}

impl Key {
    fn of(id: &Id, ranks: &BTreeMap<&str, isize>) -> Self {
        let Id { gvk, name, namespace, .. } = id;
        let or = |text: &CompactString, missing: &str| {
            if text.is_empty() { missing.to_owned() } else { text.to_string() }
        };
        Self {
            rank: ranks.get(gvk.kind.as_str()).copied().unwrap_or(0),
            kind: gvk.sort_text(),
            object: [gvk.to_string(), or(namespace, "~X"), or(name, "~N")].join("|"),
            gvk: gvk.clone(),
        }
    }

    fn cmp(&self, other: &Self) -> Ordering {
        if self.gvk == other.gvk {
            return self.object.cmp(&other.object);
        }
        let by_kind = self.kind.cmp(&other.kind);
        let are_namespaces = self.gvk.kind == "Namespace" && other.gvk.kind == "Namespace";
        // Namespaces of the core group come before those that others may have made up.
        let is_turned = are_namespaces && (self.gvk.group.is_empty() || other.gvk.group.is_empty());
        self.rank.cmp(&other.rank).then(if is_turned { by_kind.reverse() } else { by_kind })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(order: &LegacyOrder, ids: &[(&str, &str, &str)], expected: &[usize]) {
        let ranks = ranks(order);
        let id = |(api_version, kind, name): &(&str, &str, &str)| {
            let (namespace, name) = name.split_once('/').unwrap_or(("", name));
            let gvk = Gvk::new(api_version, kind);
            Id { gvk, name: name.into(), namespace: namespace.into(), is_cluster_scoped: false }
        };
        let mut keys: Vec<_> =
            ids.iter().enumerate().map(|(at, one)| (Key::of(&id(one), &ranks), at)).collect();
        keys.sort_by(|(one, _), (other, _)| one.cmp(other));
        assert_eq!(keys.iter().map(|(_, at)| *at).collect::<Vec<_>>(), expected);
    }

    fn kinds(first: &[&str], last: &[&str]) -> LegacyOrder {
        let list = |kinds: &[&str]| kinds.iter().map(|kind| CompactString::from(*kind)).collect();
        LegacyOrder { first: list(first), last: list(last) }
    }

    #[test]
    fn named_kinds_come_first_and_last_and_the_others_by_group() {
        let ids = [
            ("v1", "B", "x"),
            ("apps/v1", "Z", "x"),
            ("v1", "A", "x"),
            ("v1", "L", "x"),
            ("v1", "F", "b"),
            ("v1", "F", "a"),
            ("v1", "F", "n/a"),
            ("v2", "A", "x"),
        ];
        check(&kinds(&["F"], &["L"]), &ids, &[6, 5, 4, 1, 2, 0, 7, 3]);
        check(&kinds(&["F", "F", "L"], &["F"]), &ids, &[3, 1, 2, 0, 7, 6, 5, 4]);
    }

    #[test]
    fn namespaces_of_the_core_group_come_before_others() {
        let ids = [("a/v1", "Namespace", "x"), ("v1", "Namespace", "y"), ("b/v1", "Namespace", "z")];
        check(&kinds(&["Namespace"], &[]), &ids, &[1, 0, 2]);
    }
}
