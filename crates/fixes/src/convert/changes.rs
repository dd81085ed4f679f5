//! What is common to all changes: where they are made, and that equal ones are made once.

use std::collections::BTreeMap;

use manifest::NodeId;
use manifest::edit::Change;

/// The nodes that a change is made at.
pub(crate) fn targets(change: &Change) -> Vec<NodeId> {
    match change {
        Change::SetScalar { node, .. } | Change::ReplaceValue { node, .. } => vec![*node],
        Change::RenameKey { key, .. } | Change::RemoveEntry { key } => vec![*key],
        Change::RemoveItem { item } => vec![*item],
        Change::InsertEntry { mapping, .. } => vec![*mapping],
        Change::AppendItem { sequence, .. } => vec![*sequence],
        Change::ReplaceEntries { keys, .. } => keys.clone(),
        Change::AtEveryUse(change) => targets(change),
    }
}

/// The change itself, without the word that it is wanted at every use.
pub(crate) fn bare(change: &Change) -> &Change {
    match change {
        Change::AtEveryUse(change) => bare(change),
        other => other,
    }
}

/// The changes with equal ones made once: two users of one anchor want the same.
pub(crate) fn without_repeats(changes: Vec<Change>) -> Vec<Change> {
    let mut kept: Vec<Change> = Vec::with_capacity(changes.len());
    let mut by_target: BTreeMap<Option<NodeId>, Vec<usize>> = BTreeMap::new();
    for change in changes {
        let same_place = by_target.entry(targets(&change).first().copied()).or_default();
        if same_place.iter().all(|index| kept.get(*index) != Some(&change)) {
            same_place.push(kept.len());
            kept.push(change);
        }
    }
    kept
}
