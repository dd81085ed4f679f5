//! Fixes that depend on others: items of one typed list, and values that several objects share through an anchor.

use std::collections::{BTreeMap, BTreeSet};

use manifest::{Document, NodeId, objects};

use super::action::Action;
use super::{FileFix, NotFixed};
use crate::convert::shared::Uses;

/// Rounds in which a fix that falls out may take others with it. Each round drops at least one; real files need one.
const ROUNDS_MAX: usize = 8;

/// Takes out the fixes that cannot be made without others that are not made.
pub(super) fn hold_back(document: &Document<'_>, actions: &mut Vec<Action>, fix: &mut FileFix) {
    hold_lists(document, actions, fix);
    let uses = Uses::of(document);
    for round in 0..ROUNDS_MAX {
        let followed: BTreeSet<NodeId> =
            actions.iter().flat_map(|action| action.conversion.aliases.iter().copied()).collect();
        let before = actions.len();
        actions.retain(|action| match uses.check(document, action.node, &action.conversion, &followed) {
            Ok(()) => true,
            Err(refusal) => {
                refuse(action, NotFixed::Refused(refusal), fix);
                false
            }
        });
        if actions.len() == before {
            break;
        }
        if round + 1 == ROUNDS_MAX && document.has_anchors() {
            actions.drain(..).for_each(|action| refuse(&action, NotFixed::Held, fix));
        }
    }
    hold_lists(document, actions, fix);
    actions.iter_mut().for_each(|action| uses.mark(document, &mut action.conversion.changes));
}

/// The header of a typed list changes only if all of its items do.
fn hold_lists(document: &Document<'_>, actions: &mut Vec<Action>, fix: &mut FileFix) {
    let headers: BTreeSet<NodeId> = actions.iter().filter_map(|action| action.conversion.list).collect();
    if headers.is_empty() {
        return;
    }
    // By the mapping that is the list, so that an object finds the lists around it without asking each of them.
    let lists = headers.into_iter().filter_map(|header| Some((document.node(header).parent?, header)));
    let lists: BTreeMap<NodeId, NodeId> = lists.collect();
    let mut items: BTreeMap<NodeId, usize> = BTreeMap::new();
    for object in objects(document) {
        for header in document.ancestors(object.node).skip(1).filter_map(|around| lists.get(&around)) {
            *items.entry(*header).or_default() += 1;
        }
    }
    let mut converted: BTreeMap<NodeId, usize> = BTreeMap::new();
    for list in actions.iter().filter_map(|action| action.conversion.list) {
        *converted.entry(list).or_default() += 1;
    }
    actions.retain(|action| match action.conversion.list {
        Some(list) if items.get(&list) != converted.get(&list) => {
            refuse(action, NotFixed::Held, fix);
            false
        }
        _ => true,
    });
}

fn refuse(action: &Action, reason: NotFixed, fix: &mut FileFix) {
    fix.refused.extend(action.findings.iter().map(|finding| (*finding, reason.clone())));
}
