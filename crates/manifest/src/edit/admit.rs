//! Whether a change may be made at all, looked at by itself.
//!
//! Takes a document and one change; gives the reason why not. Looks at no other change.

use super::context::Context;
use super::layout::{Child, count_of};
use super::plan::place_of;
use super::{Change, Fresh, Reason};
use crate::{Document, NodeId, NodeKind};

const EXPLICIT_KEY: Reason = Reason::MeetRareSyntax { what: "a key after '?' or without ':'" };

/// Checks one change.
pub(super) fn admit(context: &Context<'_, '_>, change: &Change) -> Result<(), Reason> {
    let is_wanted_everywhere = matches!(change, Change::AtEveryUse(_));
    let mut change = change;
    while let Change::AtEveryUse(inner) = change {
        change = inner;
    }
    let admission = Admission { context, is_wanted_everywhere };
    admission.known_nodes(change)?;
    nodes_of(change).into_iter().try_for_each(|node| admission.not_within_key(node))?;
    match change {
        Change::SetScalar { node, value: _ } => admission.scalar(*node),
        Change::RenameKey { key, to } => admission.rename(*key, to),
        Change::RemoveEntry { key } => admission.remove_entry(*key),
        Change::RemoveItem { item } => admission.remove_item(*item),
        Change::InsertEntry { mapping, place: _, key: _, value } => {
            admission.growing(*mapping, Growing::Mapping)?;
            admission.fresh(value, Some(*mapping))
        }
        Change::AppendItem { sequence, value } => {
            admission.growing(*sequence, Growing::Sequence)?;
            admission.fresh(value, Some(*sequence))
        }
        Change::ReplaceValue { node, value } => admission.replace(*node, value),
        Change::ReplaceEntries { keys, key: _, value } => admission.replace_entries(keys, value),
        Change::AtEveryUse(_) => Ok(()),
    }
}

#[derive(Debug, Clone, Copy)]
enum Growing {
    Mapping,
    Sequence,
}

struct Admission<'w, 'd, 't> {
    context: &'w Context<'d, 't>,
    is_wanted_everywhere: bool,
}

impl<'d, 't> Admission<'_, 'd, 't> {
    fn document(&self) -> &'d Document<'t> {
        self.context.document
    }

    /// Ids of another document are refused rather than trusted.
    fn known_nodes(&self, change: &Change) -> Result<(), Reason> {
        let last = self.document().node_ids().next_back();
        let is_known = nodes_of(change).iter().all(|node| Some(*node) <= last);
        if is_known { Ok(()) } else { Err(Reason::MisfitNode { expected: "node of this document" }) }
    }

    /// Where the lines of a collection that is a key begin is not to be seen from its own.
    fn not_within_key(&self, node: NodeId) -> Result<(), Reason> {
        let document = self.document();
        let mut inner = document.node(node).parent;
        while let Some(collection) = inner {
            let Some(outer) = document.node(collection).parent else { return Ok(()) };
            let is_key = document.entry_at(outer, collection).is_some_and(|entry| entry.key == collection);
            if is_key {
                return Err(EXPLICIT_KEY);
            }
            inner = Some(outer);
        }
        Ok(())
    }

    fn scalar(&self, node: NodeId) -> Result<(), Reason> {
        self.value_place(node)?;
        match self.document().node(node).kind {
            NodeKind::Scalar { .. } | NodeKind::Alias { .. } => self.editable(node),
            NodeKind::Mapping { .. } | NodeKind::Sequence { .. } => {
                Err(Reason::MisfitNode { expected: "scalar" })
            }
        }
    }

    fn replace(&self, node: NodeId, value: &Fresh) -> Result<(), Reason> {
        self.value_place(node)?;
        self.editable(node)?;
        self.fresh(value, self.document().node(node).parent)
    }

    /// A value that is reached by a colon, a dash or a bracket; not a key.
    fn value_place(&self, node: NodeId) -> Result<(), Reason> {
        let document = self.document();
        let Some(parent) = document.node(node).parent else { return Ok(()) };
        if document.is_sequence(parent) {
            return Ok(());
        }
        let entry = document.entry_at(parent, node).ok_or(Reason::MisfitNode { expected: "value" })?;
        if entry.value != node {
            return Err(Reason::MisfitNode { expected: "value" });
        }
        self.context.layout.colon_end(entry).map(|_| ()).ok_or(EXPLICIT_KEY)
    }

    fn rename(&self, key: NodeId, to: &str) -> Result<(), Reason> {
        let document = self.document();
        let entry = self.entry(key)?;
        let parent = document.node(key).parent.ok_or(Reason::MisfitNode { expected: "key" })?;
        let text = document.text(key).ok_or(Reason::MeetRareSyntax { what: "a key that is no text" })?;
        if document.is_merge_key(key) {
            return Err(Reason::MeetRareSyntax { what: "a merge key" });
        }
        if document.tag(key).is_some() {
            return Err(Reason::MeetRareSyntax { what: "a key with a tag" });
        }
        self.not_opaque(key)?;
        self.unshared(key)?;
        self.single(parent, text)?;
        self.not_merged(parent, text)?;
        // v2 lets a merge key after the entry win, v3 the entry.
        let follows = self.context.last_merge_of(parent, to).is_some_and(|merge| {
            document.entries(parent).get(merge).is_some_and(|merge| merge.key > entry.key)
        });
        if follows { Err(Reason::UncoverMergedKey { key: to.to_owned() }) } else { Ok(()) }
    }

    fn remove_entry(&self, key: NodeId) -> Result<(), Reason> {
        let entry = self.entry(key)?;
        let parent = self.document().node(key).parent.ok_or(Reason::MisfitNode { expected: "key" })?;
        self.editable_child(Child::Entry(entry))?;
        self.shrinking(parent)?;
        if let Some(text) = self.document().text(key) {
            self.single(parent, text)?;
            self.not_merged(parent, text)?;
        }
        Ok(())
    }

    fn remove_item(&self, item: NodeId) -> Result<(), Reason> {
        let (sequence, _) = place_of(self.context, item)?;
        if !self.document().is_sequence(sequence) {
            return Err(Reason::MisfitNode { expected: "item" });
        }
        self.editable_child(Child::Item(item))?;
        self.shrinking(sequence)
    }

    /// A collection that loses its only child is written as an empty one, in its place.
    fn shrinking(&self, collection: NodeId) -> Result<(), Reason> {
        if count_of(self.document(), collection) == 1 {
            self.value_place(collection)?;
        }
        self.unshared(collection)
    }

    fn replace_entries(&self, keys: &[NodeId], value: &Fresh) -> Result<(), Reason> {
        let document = self.document();
        let mut place = None;
        for key in keys {
            let entry = self.entry(*key)?;
            self.editable_child(Child::Entry(entry))?;
            let parent = document.node(*key).parent.ok_or(Reason::MisfitNode { expected: "key" })?;
            self.unshared(parent)?;
            if let Some(text) = document.text(*key) {
                self.single(parent, text)?;
                self.not_merged(parent, text)?;
            }
            place = Some(parent);
        }
        match place {
            Some(place) => self.fresh(value, Some(place)),
            None => Err(Reason::MisfitNode { expected: "entry" }),
        }
    }

    fn growing(&self, collection: NodeId, growing: Growing) -> Result<(), Reason> {
        let document = self.document();
        let fits = match growing {
            Growing::Mapping => document.is_mapping(collection),
            Growing::Sequence => document.is_sequence(collection),
        };
        if !fits && !self.context.layout.is_null(collection) {
            let expected = match growing {
                Growing::Mapping => "mapping",
                Growing::Sequence => "sequence",
            };
            return Err(Reason::MisfitNode { expected });
        }
        if document.node(collection).parent.is_some() {
            self.value_place(collection)?;
        }
        // Where its other keys begin is not to be seen from such a one.
        let begins_with = document.entries(collection).first().map(|entry| entry.key);
        if begins_with.is_some_and(|key| document.is_mapping(key) || document.is_sequence(key)) {
            return Err(EXPLICIT_KEY);
        }
        let is_marked = document.tag(collection).is_some()
            || (document.anchor(collection).is_some() && !self.context.is_shared(collection));
        if is_marked && count_of(document, collection) == 0 {
            return Err(Reason::MeetRareSyntax { what: "an anchor or a tag on an empty value" });
        }
        self.editable(collection)
    }

    /// What moves must be there, clear, and not around `holder`, the collection that it moves into.
    fn fresh(&self, value: &Fresh, holder: Option<NodeId>) -> Result<(), Reason> {
        match value {
            Fresh::Scalar(_) | Fresh::TextOf { .. } => Ok(()),
            Fresh::Mapping(entries) => {
                let mut keys: Vec<&str> = entries.iter().map(|(key, _)| key.as_str()).collect();
                keys.sort_unstable();
                if let Some([key, _]) = keys.array_windows::<2>().find(|[one, two]| one == two) {
                    return Err(Reason::RepeatKey { key: (*key).to_owned() });
                }
                entries.iter().try_for_each(|(_, value)| self.fresh(value, holder))
            }
            Fresh::Sequence(items) => items.iter().try_for_each(|value| self.fresh(value, holder)),
            Fresh::Moved(node) => self.movable(*node, holder),
            // Whose comments come along is no reason to refuse what was wanted.
            Fresh::InsteadOf { of: _, value } => self.fresh(value, holder),
        }
    }

    fn movable(&self, node: NodeId, holder: Option<NodeId>) -> Result<(), Reason> {
        let document = self.document();
        self.value_place(node)?;
        self.not_opaque(node)?;
        if document.node(node).parent.is_none() {
            return Err(Reason::MisfitNode { expected: "part of a collection" });
        }
        if self.context.ends_with_blanks(node) {
            return Err(Reason::MeetRareSyntax { what: "blanks at the end of a file's last block scalar" });
        }
        if self.context.layout.is_pair_without_braces(node) {
            return Err(Reason::MeetRareSyntax { what: "a pair without braces" });
        }
        let is_within = |holder| document.ancestors(holder).any(|outer| outer == node);
        if holder.is_some_and(is_within) { Err(Reason::MoveIntoItself) } else { Ok(()) }
    }

    /// The entry of a key that can be edited.
    fn entry(&self, key: NodeId) -> Result<crate::Entry, Reason> {
        let document = self.document();
        let (mapping, _) = place_of(self.context, key)?;
        let entry = document.entry_at(mapping, key).filter(|entry| entry.key == key);
        let entry = entry.ok_or(Reason::MisfitNode { expected: "key" })?;
        self.context.layout.colon_end(entry).map(|_| entry).ok_or(EXPLICIT_KEY)
    }

    fn editable(&self, node: NodeId) -> Result<(), Reason> {
        self.not_opaque(node)?;
        self.unshared(node)
    }

    /// Entries and items that are clear may go even where others are not, but not out of brackets, whose commas
    /// belong to all.
    fn editable_child(&self, child: Child) -> Result<(), Reason> {
        if let Some(parent) = self.document().node(child.value()).parent
            && self.context.layout.is_flow(parent)
        {
            self.not_opaque(parent)?;
        }
        if let Child::Entry(entry) = child {
            self.not_opaque(entry.key)?;
        }
        self.not_opaque(child.value())
    }

    fn not_opaque(&self, node: NodeId) -> Result<(), Reason> {
        if self.document().is_opaque(node) { Err(Reason::TouchTemplate) } else { Ok(()) }
    }

    fn unshared(&self, node: NodeId) -> Result<(), Reason> {
        match self.context.shared_anchor(node) {
            Some(anchor) if !self.is_wanted_everywhere => Err(Reason::ChangeEveryUse { anchor }),
            _ => Ok(()),
        }
    }

    fn single(&self, mapping: NodeId, key: &str) -> Result<(), Reason> {
        let document = self.document();
        let same = document.entries(mapping).iter().filter(|entry| document.text(entry.key) == Some(key));
        if same.count() > 1 { Err(Reason::FindKeyTwice { key: key.to_owned() }) } else { Ok(()) }
    }

    fn not_merged(&self, mapping: NodeId, key: &str) -> Result<(), Reason> {
        match self.context.last_merge_of(mapping, key) {
            Some(_) => Err(Reason::UncoverMergedKey { key: key.to_owned() }),
            None => Ok(()),
        }
    }
}

/// All nodes that a change names.
fn nodes_of(change: &Change) -> Vec<NodeId> {
    let mut nodes = Vec::new();
    match change {
        Change::SetScalar { node, value: _ } => nodes.push(*node),
        Change::RenameKey { key, to: _ } | Change::RemoveEntry { key } => nodes.push(*key),
        Change::RemoveItem { item } => nodes.push(*item),
        Change::InsertEntry { mapping, place, key: _, value } => {
            nodes.push(*mapping);
            match place {
                super::Place::Before(key) | super::Place::After(key) => nodes.push(*key),
                super::Place::Last => {}
            }
            named_nodes(value, &mut nodes);
        }
        Change::AppendItem { sequence: node, value } | Change::ReplaceValue { node, value } => {
            nodes.push(*node);
            named_nodes(value, &mut nodes);
        }
        Change::ReplaceEntries { keys, key: _, value } => {
            nodes.extend(keys);
            named_nodes(value, &mut nodes);
        }
        Change::AtEveryUse(inner) => nodes.extend(nodes_of(inner)),
    }
    nodes
}

/// All nodes that a new value names.
fn named_nodes(value: &Fresh, nodes: &mut Vec<NodeId>) {
    match value {
        Fresh::Scalar(_) => {}
        Fresh::Moved(node) | Fresh::TextOf { node, value: _ } => nodes.push(*node),
        Fresh::Mapping(entries) => entries.iter().for_each(|(_, value)| named_nodes(value, nodes)),
        Fresh::Sequence(items) => items.iter().for_each(|value| named_nodes(value, nodes)),
        Fresh::InsteadOf { of, value } => {
            nodes.extend(of);
            named_nodes(value, nodes);
        }
    }
}
