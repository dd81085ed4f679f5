//! The values of an item's merge keys.

use std::collections::BTreeSet;

use compact_str::CompactString;
use manifest::mutable::{Graph, NodeIndex};

use super::RefuseMerge;

/// The values of the merge keys of one item, in the order of the keys; empty where it has none.
pub(super) type Tuple = Vec<CompactString>;

/// The value of one key of an item. The key without a name stands for the item itself.
pub(super) fn value_of<'g, O: Copy>(graph: &'g Graph<O>, item: NodeIndex, key: &str) -> &'g str {
    let value = if key.is_empty() { Some(item) } else { graph.get(item, key) };
    match value {
        Some(value) if key.is_empty() || !graph.is_null(value) => graph.text(value),
        _ => "",
    }
}

/// The values of the items of several lists, each once, in the order in which they first appear.
pub(super) fn distinct<O: Copy>(
    graph: &Graph<O>,
    items: impl Iterator<Item = NodeIndex>,
    keys: &[&str],
) -> Vec<Tuple> {
    let mut seen = BTreeSet::new();
    let mut tuples = Vec::new();
    for item in items {
        let tuple: Tuple = keys.iter().map(|key| value_of(graph, item, key).into()).collect();
        if seen.insert(tuple.clone()) {
            tuples.push(tuple);
        }
    }
    tuples
}

/// Brings together values of which one lacks keys that the other has: both become what they say together. Each is
/// compared with all; what it fits last decides about it.
pub(super) fn complete(tuples: &mut [Tuple], steps_left: &mut usize) -> Result<(), RefuseMerge> {
    let lacks = |tuple: &Tuple| tuple.iter().map(CompactString::is_empty).collect::<Vec<_>>();
    let mut all_lacks = tuples.iter().map(lacks);
    let first = all_lacks.next();
    // Different values that lack the same keys never fit.
    if all_lacks.all(|other| Some(&other) == first.as_ref()) {
        return Ok(());
    }
    for position in 0..tuples.len() {
        let own = tuples[position].clone();
        *steps_left = steps_left.checked_sub(tuples.len()).ok_or(RefuseMerge::ScanTooMuch)?;
        for other in 0..tuples.len() {
            if let Some(together) = together(&own, &tuples[other]) {
                tuples[position].clone_from(&together);
                tuples[other] = together;
            }
        }
    }
    Ok(())
}

/// What two tuples say together, if one key at least is the same and none contradicts.
fn together(one: &Tuple, other: &Tuple) -> Option<Tuple> {
    let mut has_common = false;
    for (one, other) in one.iter().zip(other) {
        has_common |= one == other;
        if one != other && !one.is_empty() && !other.is_empty() {
            return None;
        }
    }
    let either = |(one, other): (&CompactString, &CompactString)| {
        if one.is_empty() { other.clone() } else { one.clone() }
    };
    has_common.then(|| one.iter().zip(other).map(either).collect())
}

/// Which keys any item has a value of; all of them where none has any.
pub(super) fn used_keys(tuples: &[Tuple], count: usize) -> Vec<usize> {
    let is_used =
        |key: &usize| tuples.iter().any(|tuple| tuple.get(*key).is_some_and(|value| !value.is_empty()));
    let used: Vec<usize> = (0..count).filter(is_used).collect();
    if used.is_empty() { (0..count).collect() } else { used }
}
