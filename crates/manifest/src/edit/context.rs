//! What the parts of the editor share about one document.

use std::cell::OnceCell;
use std::ops::Range;

use super::layout::{Child, Extent, Layout, child_at, child_of, count_of};
use super::scalar::literal_lines;
use super::style::Style;
use crate::{Document, NodeId, NodeKind, ScalarStyle};

/// A document with its habits and the uses of its anchors.
#[derive(Debug)]
pub(super) struct Context<'d, 't> {
    pub(super) document: &'d Document<'t>,
    pub(super) layout: Layout<'d, 't>,
    style: OnceCell<Style>,
    /// Pairs of an anchored node and an alias of it, sorted.
    uses: Vec<(NodeId, NodeId)>,
}

impl<'d, 't> Context<'d, 't> {
    pub(super) fn new(document: &'d Document<'t>) -> Self {
        let mut uses = Vec::new();
        if document.has_anchors() {
            uses.extend(document.node_ids().filter_map(|node| match document.node(node).kind {
                NodeKind::Alias { target: Some(target) } => Some((target, node)),
                _ => None,
            }));
            uses.sort_unstable();
        }
        Self { document, layout: Layout::new(document), style: OnceCell::new(), uses }
    }

    /// The document's habits, found when first asked for.
    pub(super) fn style(&self) -> &Style {
        self.style.get_or_init(|| Style::of(self.document))
    }

    /// The anchor through which aliases show the node or something that holds it.
    pub(super) fn shared_anchor(&self, node: NodeId) -> Option<String> {
        if self.uses.is_empty() {
            return None;
        }
        let mut around = self.document.ancestors(node);
        let shared =
            around.find(|node| self.uses.binary_search_by_key(node, |(anchored, _)| *anchored).is_ok())?;
        self.document.anchor(shared).map(str::to_owned)
    }

    /// All pairs of an anchored node and an alias of it, in the order of the anchored nodes.
    pub(super) fn uses(&self) -> &[(NodeId, NodeId)] {
        &self.uses
    }

    /// The column of the key or dash that holds a value; 0 at the root.
    pub(super) fn holder_column(&self, value: NodeId) -> usize {
        let holder = child_of(self.document, value).and_then(|child| self.layout.first_of(child));
        holder.map_or(0, |first| self.layout.column(first))
    }

    /// The column in which the children of a block collection begin.
    pub(super) fn column_of(&self, collection: NodeId) -> usize {
        self.layout.column(self.document.span(collection).range().start)
    }

    /// What belongs to a child of a block collection. Comments above the first entry of a document are the document's.
    pub(super) fn extent(&self, child: Child) -> Option<Extent> {
        let collection = self.document.node(child.value()).parent;
        let is_document_head = collection.is_some()
            && collection == self.document.root()
            && collection.and_then(|root| child_at(self.document, root, 0)) == Some(child);
        self.layout.extent(child, is_document_head)
    }

    /// A block scalar that ends with the file and has no final line end must not gain one from what follows it. Gives
    /// what its header takes for that, if `node` ends with such a scalar.
    pub(super) fn header_of_unbroken(&self, node: NodeId) -> Option<(Range<usize>, &'static str)> {
        let last = self.last_block_scalar(node)?;
        let is_unbroken = |text: &str| !text.is_empty() && !text.ends_with('\n');
        if !self.document.text(last).is_some_and(is_unbroken) {
            return None;
        }
        let header_end = self.document.span(last).range().start + 1;
        let header = self.layout.bytes(header_end..header_end + 2);
        match header.iter().position(|byte| matches!(byte, b'+' | b'-')) {
            Some(keep) if header.get(keep) == Some(&b'+') => {
                Some((header_end + keep..header_end + keep + 1, "-"))
            }
            Some(_) => None,
            None => Some((header_end..header_end, "-")),
        }
    }

    /// Whether the node ends with a block scalar whose last line is blank and has no end: nothing can follow it.
    pub(super) fn ends_with_blanks(&self, node: NodeId) -> bool {
        let text = self.last_block_scalar(node).and_then(|last| self.document.text(last));
        let is_open = self.document.bytes().ends_with(b" ") || self.document.bytes().ends_with(b"\t");
        // Readers add the end of the last line where the file lacks it.
        let text = text.map(|text| text.strip_suffix('\n').unwrap_or(text));
        let last_line = text.and_then(|text| text.rsplit('\n').next()).unwrap_or_default();
        is_open && !last_line.is_empty() && last_line.trim_matches([' ', '\t']).is_empty()
    }

    /// Whether the node ends with a block scalar whose text ends its last line.
    pub(super) fn ends_with_broken_line(&self, node: NodeId) -> bool {
        let text = self.last_block_scalar(node).and_then(|last| self.document.text(last));
        text.is_some_and(|text| text.ends_with('\n'))
    }

    /// Whether the node ends with a block scalar.
    pub(super) fn ends_with_block_scalar(&self, node: NodeId) -> bool {
        self.last_block_scalar(node).is_some()
    }

    /// The block scalar that a node ends with.
    fn last_block_scalar(&self, node: NodeId) -> Option<NodeId> {
        let document = self.document;
        let last_child = |node: NodeId| child_at(document, node, count_of(document, node).checked_sub(1)?);
        let last = std::iter::successors(Some(node), |node| last_child(*node).map(Child::value)).last()?;
        matches!(document.scalar_style(last), Some(ScalarStyle::Literal | ScalarStyle::Folded))
            .then_some(last)
    }

    /// The header and the lines of a literal block scalar that says `text`; none if it cannot say it simply, or if
    /// it might end a file that has no final line end.
    pub(super) fn literal_lines<'s>(&self, text: &'s str) -> Option<(&'static str, Vec<&'s str>)> {
        self.document.bytes().ends_with(b"\n").then(|| literal_lines(text)).flatten()
    }

    /// Where the text of a value begins: after its colon or dash. None at the root and where the syntax is out of reach.
    pub(super) fn gap_start(&self, value: NodeId) -> Option<usize> {
        match child_of(self.document, value)? {
            Child::Entry(entry) => self.layout.colon_end(entry),
            Child::Item(item) => self.layout.dash_end(item),
        }
    }

    /// One past the anchor and tag of a value, or past its colon or dash.
    pub(super) fn properties_end(&self, value: NodeId, gap_start: usize) -> usize {
        let properties = [self.document.anchor_range(value), self.document.tag_range(value)];
        properties.into_iter().flatten().fold(gap_start, |end, range| end.max(range.end as usize))
    }

    /// Whether aliases show the node itself.
    pub(super) fn is_shared(&self, node: NodeId) -> bool {
        self.uses.binary_search_by_key(&node, |(anchored, _)| *anchored).is_ok()
    }

    /// The position of the last merge key into the mapping through a merge key, by entries from `first` on.
    pub(super) fn last_merge_of(&self, mapping: NodeId, key: &str) -> Option<usize> {
        let entries = self.document.entries(mapping);
        let brings = |value: NodeId| {
            let value = self.document.dereference(value);
            let in_list =
                self.document.items(value).iter().any(|item| self.document.entry(*item, key).is_some());
            in_list || self.document.entry(value, key).is_some()
        };
        entries.iter().rposition(|entry| self.document.is_merge_key(entry.key) && brings(entry.value))
    }
}
