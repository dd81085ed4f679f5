//! What a document should be after its changes, as a tree.
//!
//! Made from the old document and the changes alone, by rules of its own, so that it can judge the text that
//! the editor made. Never looks at text.

use std::collections::BTreeMap;

use super::context::Context;
use super::layout::{Child, child_at, count_of};
use super::plan::{Position, place_of, position};
use super::{Change, Fresh, FreshScalar};
use crate::{NodeId, NodeKind};

/// The tree wanted. Nodes below `old_count` are those of the document, at the same positions.
#[derive(Debug)]
pub(super) struct Intent {
    pub(super) nodes: Vec<Wanted>,
    pub(super) old_count: usize,
    pub(super) root: Option<usize>,
    /// Anchored nodes in whose place another one stands, under the same anchor.
    pub(super) successors: BTreeMap<usize, usize>,
}

/// A node wanted.
#[derive(Debug)]
pub(super) enum Wanted {
    /// A scalar or alias of the document, as it is.
    Kept(NodeId),
    /// A new scalar.
    Scalar(FreshScalar),
    /// A mapping or sequence.
    Collection(Collection),
}

/// A collection wanted.
#[derive(Debug, Default)]
pub(super) struct Collection {
    pub(super) is_mapping: bool,
    children: Vec<WantedChild>,
    before: BTreeMap<usize, Vec<WantedChild>>,
    after: BTreeMap<usize, Vec<WantedChild>>,
}

/// A child wanted: positions of its key, if it is an entry, and its value.
#[derive(Debug, Clone, Copy)]
pub(super) struct WantedChild {
    pub(super) key: Option<usize>,
    pub(super) value: usize,
    is_gone: bool,
}

impl WantedChild {
    fn new(key: Option<usize>, value: usize) -> Self {
        Self { key, value, is_gone: false }
    }
}

impl Collection {
    /// The children that are to be there, in order.
    pub(super) fn wanted(&self) -> Vec<WantedChild> {
        let mut wanted = Vec::with_capacity(self.children.len());
        for index in 0..self.children.len().max(1) {
            wanted.extend(self.before.get(&index).into_iter().flatten());
            wanted.extend(self.children.get(index).filter(|child| !child.is_gone));
            wanted.extend(self.after.get(&index).into_iter().flatten());
        }
        wanted
    }
}

impl Intent {
    /// The tree after `changes`, each admissible by itself and none contradicting another.
    pub(super) fn of<'c>(context: &Context<'_, '_>, changes: impl Iterator<Item = &'c Change>) -> Self {
        let document = context.document;
        let nodes: Vec<Wanted> = document.node_ids().map(|node| old(context, node)).collect();
        let root = document.root().map(NodeId::index);
        let mut intent = Self { old_count: nodes.len(), nodes, root, successors: BTreeMap::new() };
        for change in changes {
            intent.apply(context, change);
        }
        intent
    }

    fn apply(&mut self, context: &Context<'_, '_>, change: &Change) {
        match change {
            Change::SetScalar { node, value } => self.set(node.index(), Wanted::Scalar(value.clone())),
            Change::RenameKey { key, to } => {
                self.set(key.index(), Wanted::Scalar(FreshScalar::String(to.clone())));
            }
            Change::RemoveEntry { key: child } | Change::RemoveItem { item: child } => {
                self.with_child(context, *child, |child| child.is_gone = true);
            }
            Change::InsertEntry { mapping, place, key, value } => {
                let Ok(position) = position(context, *mapping, *place, key) else { return };
                let child = self.entry(key, value);
                self.insert(*mapping, true, position, child);
            }
            Change::AppendItem { sequence, value } => {
                let last = count_of(context.document, *sequence).checked_sub(1);
                let child = WantedChild::new(None, self.fresh(value));
                self.insert(*sequence, false, last.map_or(Position::Before(0), Position::After), child);
            }
            Change::ReplaceValue { node, value } => {
                let made = self.fresh(value);
                if context.is_shared(*node) {
                    self.successors.insert(node.index(), made);
                }
                if context.document.node(*node).parent.is_none() {
                    self.root = Some(made);
                }
                self.with_child(context, *node, |child| child.value = made);
            }
            Change::ReplaceEntries { keys, key, value } => {
                let made = self.entry(key, value);
                let first = keys.iter().min().copied();
                for key in keys {
                    let is_first = Some(*key) == first;
                    self.with_child(context, *key, |child| {
                        if is_first { *child = made } else { child.is_gone = true }
                    });
                }
            }
            Change::AtEveryUse(inner) => self.apply(context, inner),
        }
    }

    fn set(&mut self, index: usize, wanted: Wanted) {
        if let Some(node) = self.nodes.get_mut(index) {
            *node = wanted;
        }
    }

    /// Changes the child of a collection that `node`, a key, a value or an item, belongs to.
    fn with_child(&mut self, context: &Context<'_, '_>, node: NodeId, change: impl FnOnce(&mut WantedChild)) {
        let Some(parent) = context.document.node(node).parent else { return };
        let index = match place_of(context, node) {
            Ok((_, index)) => Some(index),
            Err(_) => super::layout::index_of(context.document, parent, node),
        };
        if let (Some(Wanted::Collection(collection)), Some(index)) =
            (self.nodes.get_mut(parent.index()), index)
            && let Some(child) = collection.children.get_mut(index)
        {
            change(child);
        }
    }

    fn insert(&mut self, collection: NodeId, is_mapping: bool, position: Position, child: WantedChild) {
        let Some(node) = self.nodes.get_mut(collection.index()) else { return };
        if !matches!(node, Wanted::Collection(_)) {
            *node = Wanted::Collection(Collection { is_mapping, ..Collection::default() });
        }
        let Wanted::Collection(collection) = node else { return };
        match position {
            Position::Before(index) => collection.before.entry(index).or_default().push(child),
            Position::After(index) => collection.after.entry(index).or_default().push(child),
        }
    }

    fn add(&mut self, wanted: Wanted) -> usize {
        self.nodes.push(wanted);
        self.nodes.len() - 1
    }

    fn entry(&mut self, key: &str, value: &Fresh) -> WantedChild {
        let key = self.add(Wanted::Scalar(FreshScalar::String(key.to_owned())));
        WantedChild::new(Some(key), self.fresh(value))
    }

    fn fresh(&mut self, value: &Fresh) -> usize {
        match value {
            Fresh::Scalar(scalar) | Fresh::TextOf { node: _, value: scalar } => {
                self.add(Wanted::Scalar(scalar.clone()))
            }
            Fresh::Moved(node) => node.index(),
            Fresh::InsteadOf { of: _, value } => self.fresh(value),
            Fresh::Mapping(entries) => {
                let children = entries.iter().map(|(key, value)| self.entry(key, value)).collect();
                self.add(Wanted::Collection(Collection {
                    is_mapping: true,
                    children,
                    ..Collection::default()
                }))
            }
            Fresh::Sequence(items) => {
                let children = items.iter().map(|value| WantedChild::new(None, self.fresh(value))).collect();
                self.add(Wanted::Collection(Collection {
                    is_mapping: false,
                    children,
                    ..Collection::default()
                }))
            }
        }
    }
}

fn old(context: &Context<'_, '_>, node: NodeId) -> Wanted {
    let document = context.document;
    let is_mapping = match document.node(node).kind {
        NodeKind::Scalar { .. } | NodeKind::Alias { .. } => return Wanted::Kept(node),
        NodeKind::Mapping { .. } => true,
        NodeKind::Sequence { .. } => false,
    };
    let children = (0..count_of(document, node)).filter_map(|index| child_at(document, node, index));
    let children = children.map(|child| match child {
        Child::Entry(entry) => WantedChild::new(Some(entry.key.index()), entry.value.index()),
        Child::Item(item) => WantedChild::new(None, item.index()),
    });
    Wanted::Collection(Collection { is_mapping, children: children.collect(), ..Collection::default() })
}
