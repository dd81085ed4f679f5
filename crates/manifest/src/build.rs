//! Builds the arena from events, for every syntax in the same way.

use std::ops::Range;

use text::TextId;

use crate::document::{Document, Entry, Node, NodeId, NodeKind, Payload, ScalarStyle, Structure, Syntax};
use crate::offset::offset;
use crate::{Comment, Mask};

/// Bytes of text for each node: manifests have 10 to 20, with comments and long strings more.
const BYTES_PER_NODE: usize = 16;
/// Nodes that room is made for beforehand: past them growing costs little, and a file of one long string needs none.
const ROOM_NODES_MAX: usize = 4_096;

/// Collects the nodes of one document in the order of its text.
#[derive(Debug)]
pub struct Builder<'t> {
    document: Document<'t>,
    open: Vec<Open>,
    /// Children of the collections that are open, the innermost's last; moved out when it closes, so
    /// that the children of each stand together.
    pending: Vec<NodeId>,
}

#[derive(Debug)]
struct Open {
    node: NodeId,
    first_pending: usize,
}

impl<'t> Builder<'t> {
    /// Begins a document of `bytes`, the whole text.
    #[must_use]
    pub fn new(text: TextId, bytes: &'t [u8], syntax: Syntax, mask: Option<&'t Mask>) -> Self {
        let document = Document {
            text,
            bytes,
            range: 0..0,
            syntax,
            nodes: Vec::new(),
            entries: Vec::new(),
            items: Vec::new(),
            decoded: String::new(),
            anchors: Vec::new(),
            tags: Vec::new(),
            comments: Vec::new(),
            mask,
        };
        Self { document, open: Vec::new(), pending: Vec::new() }
    }

    /// Makes room for what a document of `bytes` bytes usually has.
    #[must_use]
    pub(crate) fn with_room(mut self, bytes: usize) -> Self {
        let nodes = (bytes / BYTES_PER_NODE).min(ROOM_NODES_MAX);
        self.document.nodes.reserve(nodes);
        self.document.entries.reserve(nodes / 2);
        self
    }

    /// How many collections are open.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.open.len()
    }

    /// Adds a scalar written in `span` whose text is the source's bytes `source`.
    pub fn source_scalar(&mut self, style: ScalarStyle, span: Range<u32>, source: Range<u32>) -> NodeId {
        self.add(NodeKind::Scalar { style }, span, Payload::Source(source.start, source.end))
    }

    /// Adds a scalar written in `span` whose text had to be decoded.
    pub fn decoded_scalar(&mut self, style: ScalarStyle, span: Range<u32>, text: &str) -> NodeId {
        let start = self.document.decoded.len();
        self.document.decoded.push_str(text);
        self.add(
            NodeKind::Scalar { style },
            span,
            Payload::Decoded(offset(start), offset(start + text.len())),
        )
    }

    /// Adds an alias written in `span`.
    pub fn alias(&mut self, target: Option<NodeId>, span: Range<u32>) -> NodeId {
        self.add(NodeKind::Alias { target }, span, Payload::None)
    }

    /// Opens a mapping that begins at `start`.
    pub fn open_mapping(&mut self, structure: Structure, start: u32) -> NodeId {
        self.open(NodeKind::Mapping { structure }, start)
    }

    /// Opens a sequence that begins at `start`.
    pub fn open_sequence(&mut self, structure: Structure, start: u32) -> NodeId {
        self.open(NodeKind::Sequence { structure }, start)
    }

    /// Closes the innermost collection. `end` is one past its closing bracket; for block collections it
    /// is ignored, since they end with their last child.
    pub fn close(&mut self, end: u32) {
        let Some(open) = self.open.pop() else { return };
        let mut pending = std::mem::take(&mut self.pending);
        let children = pending.get(open.first_pending..).unwrap_or_default();
        let end = self.end_of(open.node, children, end);
        let start = self.start_of(open.node, children);
        let payload = self.store_children(open.node, children);
        pending.truncate(open.first_pending);
        self.pending = pending;
        if let Some(node) = self.document.nodes.get_mut(open.node.index()) {
            node.start = start;
            node.end = end.max(start);
            node.payload = payload;
        }
    }

    /// Notes the anchor (`&name`, in `range`) of a node. Nodes must come in order.
    pub fn anchor(&mut self, node: NodeId, range: Range<u32>) {
        self.document.anchors.push((node, range));
    }

    /// Notes the explicit tag of a node. Nodes must come in order.
    pub fn tag(&mut self, node: NodeId, range: Range<u32>, tag: String) {
        self.document.tags.push((node, range, tag));
    }

    /// Notes a comment.
    pub fn comment(&mut self, range: Range<u32>) {
        self.document.comments.push(Comment { start: range.start, end: range.end });
    }

    /// Ends the document, which covers `range` of the text.
    #[must_use]
    pub fn finish(mut self, range: Range<u32>) -> Document<'t> {
        while !self.open.is_empty() {
            self.close(range.end);
        }
        self.document.range = range;
        self.document
    }

    fn open(&mut self, kind: NodeKind, start: u32) -> NodeId {
        let node = self.add(kind, start..start, Payload::None);
        self.open.push(Open { node, first_pending: self.pending.len() });
        node
    }

    fn add(&mut self, kind: NodeKind, span: Range<u32>, payload: Payload) -> NodeId {
        let id = NodeId(offset(self.document.nodes.len()));
        let parent = self.open.last().map(|open| open.node);
        self.document.nodes.push(Node { kind, start: span.start, end: span.end, parent, payload });
        if parent.is_some() {
            self.pending.push(id);
        }
        id
    }

    /// A block sequence begins at its first dash: back from the first item, past white space and comments.
    fn start_of(&self, node: NodeId, children: &[NodeId]) -> u32 {
        let given = self.document.node(node).start;
        let is_block =
            matches!(self.document.node(node).kind, NodeKind::Sequence { structure: Structure::Block });
        let Some(first) = children.first().filter(|_| is_block) else { return given };
        let mut at = self.document.full_span(*first).start;
        let mut comments = self.document.comments.partition_point(|comment| comment.end <= at);
        while let Some(before) = at.checked_sub(1) {
            let comment = comments.checked_sub(1).and_then(|index| self.document.comments.get(index));
            match (self.document.bytes.get(before as usize), comment) {
                (_, Some(comment)) if comment.end == at => {
                    at = comment.start;
                    comments -= 1;
                }
                (Some(b'-'), _) => return before,
                (Some(b' ' | b'\t' | b'\r' | b'\n'), _) => at = before,
                _ => return given,
            }
        }
        given
    }

    fn end_of(&self, node: NodeId, children: &[NodeId], end: u32) -> u32 {
        let structure = match self.document.node(node).kind {
            NodeKind::Mapping { structure } | NodeKind::Sequence { structure } => structure,
            NodeKind::Scalar { .. } | NodeKind::Alias { .. } => return end,
        };
        match (structure, children.last()) {
            (Structure::Block, Some(last)) => self.document.full_span(*last).end,
            _ => end,
        }
    }

    fn store_children(&mut self, node: NodeId, children: &[NodeId]) -> Payload {
        if self.document.is_mapping(node) {
            let first = self.document.entries.len();
            let entries = children.chunks_exact(2).filter_map(|pair| match pair {
                [key, value] => Some(Entry { key: *key, value: *value }),
                _ => None,
            });
            self.document.entries.extend(entries);
            return Payload::Children(offset(first), offset(self.document.entries.len() - first));
        }
        let first = self.document.items.len();
        self.document.items.extend_from_slice(children);
        Payload::Children(offset(first), offset(children.len()))
    }
}
