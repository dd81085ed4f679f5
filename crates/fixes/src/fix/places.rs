//! The nodes of a document that findings are about, looked up by their spans, and its objects.
//!
//! Made once for all findings of a document: a list may hold thousands of objects with a finding each.

use std::collections::BTreeMap;

use checks::{Finding, FixAction};
use manifest::{Document, NodeId, Object, objects};
use text::Span;

use super::locate::place_of;

/// The places of one document.
pub(super) struct Places<'d> {
    document: &'d Document<'d>,
    /// The nodes with the spans that somebody asked for, in the order of the arena.
    nodes: BTreeMap<(u32, u32), Vec<NodeId>>,
    objects: BTreeMap<NodeId, Object<'d>>,
}

impl<'d> Places<'d> {
    /// The places of the findings at these positions.
    pub(super) fn of(document: &'d Document<'_>, findings: &[Finding], wanted: &[usize]) -> Self {
        let spans = wanted.iter().filter_map(|index| place_of(findings.get(*index)?));
        let mut nodes: BTreeMap<(u32, u32), Vec<NodeId>> =
            spans.map(|span| ((span.start, span.end), Vec::new())).collect();
        for node in document.node_ids() {
            let span = document.span(node);
            if let Some(found) = nodes.get_mut(&(span.start, span.end)) {
                found.push(node);
            }
        }
        let objects = objects(document).into_iter().map(|object| (object.node, object)).collect();
        Self { document, nodes, objects }
    }

    pub(super) fn document(&self) -> &'d Document<'d> {
        self.document
    }

    /// The object at a node.
    pub(super) fn object(&self, node: NodeId) -> Option<Object<'d>> {
        self.objects.get(&node).copied()
    }

    /// The node that an action at this span is for. A block mapping and its first key begin alike, but end apart;
    /// where several nodes share a span, the action says which kind it wants.
    pub(super) fn node(&self, span: Span, action: &FixAction) -> Option<NodeId> {
        let nodes = self.nodes.get(&(span.start, span.end))?;
        let fits = |node: &NodeId| match action {
            FixAction::Convert { .. }
            | FixAction::Rewrite { .. }
            | FixAction::ReplaceVars { .. }
            | FixAction::RenameCharts { .. } => self.document.is_mapping(*node),
            FixAction::TakeChart { .. } => false,
            FixAction::ReplaceScalar { .. } | FixAction::ReplaceWithin { .. } => {
                self.document.text(*node).is_some()
            }
            FixAction::RenameKey { .. } | FixAction::RemoveEntry => self.is_key(*node),
            FixAction::RemoveItem | FixAction::InsertItems { .. } => self.is_item(*node),
        };
        nodes.iter().copied().find(fits)
    }

    fn is_key(&self, node: NodeId) -> bool {
        let parent = self.document.node(node).parent;
        parent.is_some_and(|parent| {
            self.document.entries(parent).binary_search_by_key(&node, |entry| entry.key).is_ok()
        })
    }

    fn is_item(&self, node: NodeId) -> bool {
        self.document.node(node).parent.is_some_and(|parent| self.document.is_sequence(parent))
    }
}
