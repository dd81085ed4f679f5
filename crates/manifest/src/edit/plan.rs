//! What the changes of one document come to, collection by collection.
//!
//! Takes changes that are admissible each by itself; gives for every collection what becomes of its children,
//! and for every value what comes in its place. Refuses changes that contradict each other.

use std::collections::{BTreeMap, BTreeSet};

use super::context::Context;
use super::layout::{Child, child_at, count_of, index_of};
use super::{Change, Fresh, FreshScalar, Place, Reason, Refusal};
use crate::NodeId;

/// The changes of one document, sorted by what they work on.
#[derive(Debug, Default)]
pub(super) struct Plan<'c> {
    pub(super) collections: BTreeMap<NodeId, Collection<'c>>,
    pub(super) values: BTreeMap<NodeId, Replacement<'c>>,
    pub(super) keys: BTreeMap<NodeId, (usize, &'c str)>,
}

/// What comes in place of a value.
#[derive(Debug)]
pub(super) enum Replacement<'c> {
    /// A scalar with the quotes of the old one.
    Scalar(usize, &'c FreshScalar),
    /// Any value.
    Value(usize, &'c Fresh),
}

/// What becomes of the children of a collection. Positions are those of the old children.
#[derive(Debug, Default)]
pub(super) struct Collection<'c> {
    /// Children that go, with the change that says so.
    pub(super) removed: BTreeMap<usize, usize>,
    /// Entries in whose place another comes.
    pub(super) replaced: BTreeMap<usize, Addition<'c>>,
    /// What comes before a child; before position 0 of an empty collection if it has none.
    pub(super) before: BTreeMap<usize, Vec<Addition<'c>>>,
    /// What comes after a child.
    pub(super) after: BTreeMap<usize, Vec<Addition<'c>>>,
}

/// A new child.
#[derive(Debug, Clone, Copy)]
pub(super) struct Addition<'c> {
    pub(super) change: usize,
    /// The key of an entry; none for an item.
    pub(super) key: Option<&'c str>,
    pub(super) value: &'c Fresh,
}

/// Where among the old children something new goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Position {
    /// Before the child at this position.
    Before(usize),
    /// After the child at this position.
    After(usize),
}

impl<'c> Plan<'c> {
    /// Sorts `changes`, given with their positions among those that the caller gave.
    pub(super) fn of(
        context: &Context<'_, '_>,
        changes: impl Iterator<Item = (usize, &'c Change)>,
    ) -> Result<Self, Refusal> {
        let mut plan = Self::default();
        for (change, wanted) in changes {
            plan.add(context, change, wanted).map_err(|reason| Refusal { change, reason })?;
        }
        plan.check_gone(context)?;
        plan.check_quotes(context)?;
        for (mapping, collection) in &plan.collections {
            plan.check_keys(context, *mapping, collection)?;
        }
        Ok(plan)
    }

    fn add(&mut self, context: &Context<'_, '_>, change: usize, wanted: &'c Change) -> Result<(), Reason> {
        match wanted {
            Change::SetScalar { node, value } => self.replace(*node, Replacement::Scalar(change, value)),
            Change::ReplaceValue { node, value } => self.replace(*node, Replacement::Value(change, value)),
            Change::RenameKey { key, to } => {
                let mapping = parent_of(context, *key)?;
                self.collections.entry(mapping).or_default();
                unique(self.keys.insert(*key, (change, to)).is_none())
            }
            Change::RemoveEntry { key: child } | Change::RemoveItem { item: child } => {
                let (collection, index) = place_of(context, *child)?;
                self.remove(collection, index, change)
            }
            Change::InsertEntry { mapping, place, key, value } => {
                let position = position(context, *mapping, *place, key)?;
                self.insert(*mapping, position, Addition { change, key: Some(key), value });
                Ok(())
            }
            Change::AppendItem { sequence, value } => {
                let last = count_of(context.document, *sequence).checked_sub(1);
                let position = last.map_or(Position::Before(0), Position::After);
                self.insert(*sequence, position, Addition { change, key: None, value });
                Ok(())
            }
            Change::ReplaceEntries { keys, key, value } => {
                self.replace_entries(context, change, keys, Addition { change, key: Some(key), value })
            }
            Change::AtEveryUse(inner) => self.add(context, change, inner),
        }
    }

    fn replace(&mut self, node: NodeId, replacement: Replacement<'c>) -> Result<(), Reason> {
        unique(self.values.insert(node, replacement).is_none())
    }

    fn remove(&mut self, collection: NodeId, index: usize, change: usize) -> Result<(), Reason> {
        let collection = self.collections.entry(collection).or_default();
        let is_new =
            !collection.replaced.contains_key(&index) && collection.removed.insert(index, change).is_none();
        unique(is_new)
    }

    fn insert(&mut self, collection: NodeId, position: Position, addition: Addition<'c>) {
        let collection = self.collections.entry(collection).or_default();
        match position {
            Position::Before(index) => collection.before.entry(index).or_default().push(addition),
            Position::After(index) => collection.after.entry(index).or_default().push(addition),
        }
    }

    fn replace_entries(
        &mut self,
        context: &Context<'_, '_>,
        change: usize,
        keys: &[NodeId],
        addition: Addition<'c>,
    ) -> Result<(), Reason> {
        let mut sorted = keys.to_vec();
        sorted.sort_unstable();
        let Some((first, rest)) = sorted.split_first() else {
            return Err(Reason::MisfitNode { expected: "entry" });
        };
        let (mapping, index) = place_of(context, *first)?;
        for key in rest {
            let (other, index) = place_of(context, *key)?;
            if other != mapping {
                return Err(Reason::MisfitNode { expected: "entry of the same mapping" });
            }
            self.remove(mapping, index, change)?;
        }
        let collection = self.collections.entry(mapping).or_default();
        unique(
            !collection.removed.contains_key(&index) && collection.replaced.insert(index, addition).is_none(),
        )
    }

    /// The nodes that move somewhere.
    pub(super) fn moved(&self) -> Vec<NodeId> {
        let mut moved = Vec::new();
        for addition in self.collections.values().flat_map(Collection::additions) {
            moved_nodes(addition.value, &mut moved);
        }
        for replacement in self.values.values() {
            if let Replacement::Value(_, value) = replacement {
                moved_nodes(value, &mut moved);
            }
        }
        moved
    }

    /// What moves into brackets may get quotes there, which are chosen by its text as it was: that must not change.
    fn check_quotes(&self, context: &Context<'_, '_>) -> Result<(), Refusal> {
        let mut moves: Vec<(usize, &Fresh)> = Vec::new();
        for (_, plan) in self.collections.iter().filter(|(node, _)| context.layout.is_flow(**node)) {
            moves.extend(plan.additions().map(|addition| (addition.change, addition.value)));
        }
        for (node, replacement) in &self.values {
            if let Replacement::Value(change, value) = replacement
                && context.layout.is_in_flow(*node)
            {
                moves.push((*change, value));
            }
        }
        for (change, value) in moves {
            let mut moved = Vec::new();
            moved_nodes(value, &mut moved);
            for node in moved {
                if let Some(Replacement::Scalar(other, _)) = self.values.get(&node) {
                    return Err(Refusal { change: change.max(*other), reason: Reason::OverlapChange });
                }
            }
        }
        Ok(())
    }

    /// No change works within what another takes out, unless that moves; and nothing is added to what moves, since
    /// where it ends is where its neighbour begins.
    fn check_gone(&self, context: &Context<'_, '_>) -> Result<(), Refusal> {
        let gone = self.gone(context);
        let moved: BTreeSet<NodeId> = self.moved().into_iter().collect();
        let nothing = BTreeSet::new();
        for (collection, plan) in &self.collections {
            let is_entry = plan.additions().next().is_some_and(|addition| addition.key.is_some());
            if let Some(other) = plan.additions().find(|addition| addition.key.is_some() != is_entry) {
                return Err(Refusal { change: other.change, reason: Reason::OverlapChange });
            }
            for addition in plan.before.values().chain(plan.after.values()).flatten() {
                check_kept(context, *collection, addition.change, &gone, &nothing)?;
                if is_within(context, *collection, &moved) {
                    return Err(Refusal { change: addition.change, reason: Reason::OverlapChange });
                }
            }
            if let Some(change) = plan.removed.get(&0).filter(|_| moved.contains(collection)) {
                return Err(Refusal { change: *change, reason: Reason::OverlapChange });
            }
            // The comments above what a collection begins with stand outside of what moves.
            let takes_comments = |addition: &&Addition<'_>| matches!(addition.value, Fresh::InsteadOf { .. });
            if let Some(addition) = plan.replaced.get(&0).filter(takes_comments)
                && moved.contains(collection)
            {
                return Err(Refusal { change: addition.change, reason: Reason::OverlapChange });
            }
            let is_emptied = plan.removed.len() == count_of(context.document, *collection);
            if let Some(change) = plan.removed.values().max().filter(|_| is_emptied)
                && is_within(context, *collection, &moved)
            {
                return Err(Refusal { change: *change, reason: Reason::OverlapChange });
            }
            for change in plan.removed.values().chain(plan.replaced.values().map(|addition| &addition.change))
            {
                check_kept(context, *collection, *change, &gone, &moved)?;
            }
        }
        for (node, replacement) in &self.values {
            let (Replacement::Scalar(change, _) | Replacement::Value(change, _)) = replacement;
            let filling = self.collections.get(node).and_then(|plan| plan.additions().next());
            if let Some(addition) = filling {
                let change = addition.change.max(*change);
                return Err(Refusal { change, reason: Reason::OverlapChange });
            }
            // What is written in an empty place ends where that begins, and what moves is the old value.
            let is_exchanged = matches!(replacement, Replacement::Value(..)) && moved.contains(node);
            let is_empty = context.document.span(*node).is_empty();
            if is_empty && is_within(context, *node, &moved) {
                return Err(Refusal { change: *change, reason: Reason::OverlapChange });
            }
            check_kept(context, *node, *change, &gone, if is_exchanged { &nothing } else { &moved })?;
        }
        for (key, (change, _)) in &self.keys {
            check_kept(context, *key, *change, &gone, &moved)?;
        }
        Ok(())
    }

    /// The keys and values that changes take out, each with its change.
    fn gone(&self, context: &Context<'_, '_>) -> BTreeMap<NodeId, usize> {
        let mut gone = BTreeMap::new();
        for (collection, plan) in &self.collections {
            let replaced = plan.replaced.iter().map(|(index, addition)| (index, &addition.change));
            for (index, change) in plan.removed.iter().chain(replaced) {
                match child_at(context.document, *collection, *index) {
                    Some(Child::Entry(entry)) => gone.extend([(entry.key, *change), (entry.value, *change)]),
                    Some(Child::Item(item)) => gone.extend([(item, *change)]),
                    None => {}
                }
            }
        }
        for (node, replacement) in &self.values {
            if let Replacement::Value(change, _) = replacement {
                gone.entry(*node).or_insert(*change);
            }
        }
        gone
    }

    /// Every key of the new mapping must be new.
    fn check_keys(
        &self,
        context: &Context<'_, '_>,
        mapping: NodeId,
        collection: &Collection<'c>,
    ) -> Result<(), Refusal> {
        let document = context.document;
        let entries = document.entries(mapping);
        let mut fresh: Vec<(usize, &str)> =
            collection.additions().filter_map(|a| Some((a.change, a.key?))).collect();
        let mut kept: BTreeSet<&str> = BTreeSet::new();
        for (index, entry) in entries.iter().enumerate() {
            if collection.removed.contains_key(&index) || collection.replaced.contains_key(&index) {
                continue;
            }
            match (self.keys.get(&entry.key), document.text(entry.key)) {
                (Some((change, to)), _) => fresh.push((*change, to)),
                (None, Some(text)) => {
                    kept.insert(text);
                }
                (None, None) => {}
            }
        }
        fresh.sort_unstable();
        for (change, key) in fresh {
            if !kept.insert(key) {
                return Err(Refusal { change, reason: Reason::RepeatKey { key: key.to_owned() } });
            }
        }
        Ok(())
    }
}

impl<'c> Collection<'c> {
    /// All new children, in no particular order.
    pub(super) fn additions(&self) -> impl Iterator<Item = &Addition<'c>> {
        self.replaced.values().chain(self.before.values().flatten()).chain(self.after.values().flatten())
    }

    /// The old children that something happens at, in order.
    pub(super) fn touched(&self) -> BTreeSet<usize> {
        let positions = self.removed.keys().chain(self.replaced.keys());
        positions.chain(self.before.keys()).chain(self.after.keys()).copied().collect()
    }
}

/// Adds the nodes that a new value moves to `nodes`.
pub(super) fn moved_nodes(value: &Fresh, nodes: &mut Vec<NodeId>) {
    match value {
        Fresh::Scalar(_) | Fresh::TextOf { .. } => {}
        Fresh::Moved(node) => nodes.push(*node),
        Fresh::Mapping(entries) => entries.iter().for_each(|(_, value)| moved_nodes(value, nodes)),
        Fresh::Sequence(items) => items.iter().for_each(|value| moved_nodes(value, nodes)),
        Fresh::InsteadOf { of: _, value } => moved_nodes(value, nodes),
    }
}

/// Refuses a change at `node` if another one takes out that or what holds it.
fn check_kept(
    context: &Context<'_, '_>,
    node: NodeId,
    change: usize,
    gone: &BTreeMap<NodeId, usize>,
    moved: &BTreeSet<NodeId>,
) -> Result<(), Refusal> {
    let mut around = Some(node);
    while let Some(node) = around.filter(|node| !moved.contains(node)) {
        match gone.get(&node) {
            Some(other) if *other != change => {
                return Err(Refusal { change: change.max(*other), reason: Reason::OverlapChange });
            }
            _ => around = context.document.node(node).parent,
        }
    }
    Ok(())
}

/// Whether a node or what holds it is one of `nodes`.
fn is_within(context: &Context<'_, '_>, node: NodeId, nodes: &BTreeSet<NodeId>) -> bool {
    let mut around = context.document.ancestors(node);
    !nodes.is_empty() && around.any(|node| nodes.contains(&node))
}

fn unique(is_unique: bool) -> Result<(), Reason> {
    if is_unique { Ok(()) } else { Err(Reason::OverlapChange) }
}

fn parent_of(context: &Context<'_, '_>, node: NodeId) -> Result<NodeId, Reason> {
    context.document.node(node).parent.ok_or(Reason::MisfitNode { expected: "part of a collection" })
}

/// The collection and the position of an entry, given by its key, or an item.
pub(super) fn place_of(context: &Context<'_, '_>, child: NodeId) -> Result<(NodeId, usize), Reason> {
    let document = context.document;
    let collection = parent_of(context, child)?;
    let index = index_of(document, collection, child);
    let is_child = index.is_some_and(|index| match child_at(document, collection, index) {
        Some(Child::Entry(entry)) => entry.key == child,
        Some(Child::Item(item)) => item == child,
        None => false,
    });
    match index {
        Some(index) if is_child => Ok((collection, index)),
        _ => Err(Reason::MisfitNode { expected: "key or item" }),
    }
}

/// Where a new entry goes. A merge key that brings the same key must stand before it: v2 lets the later one win.
pub(super) fn position(
    context: &Context<'_, '_>,
    mapping: NodeId,
    place: Place,
    key: &str,
) -> Result<Position, Reason> {
    let within = |key: NodeId| match place_of(context, key)? {
        (found, index) if found == mapping => Ok(index),
        _ => Err(Reason::MisfitNode { expected: "key of the mapping" }),
    };
    let position = match place {
        Place::Before(key) => Position::Before(within(key)?),
        Place::After(key) => Position::After(within(key)?),
        Place::Last => match count_of(context.document, mapping).checked_sub(1) {
            Some(last) => Position::After(last),
            None => Position::Before(0),
        },
    };
    let follows = |merge: usize| match position {
        Position::Before(index) => index > merge,
        Position::After(index) => index >= merge,
    };
    match context.last_merge_of(mapping, key) {
        Some(merge) if !follows(merge) => Ok(Position::After(merge)),
        _ => Ok(position),
    }
}
