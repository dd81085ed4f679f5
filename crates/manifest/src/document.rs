//! One YAML or JSON document as an arena of nodes with byte spans.
//!
//! Nodes stand in document order, so walking the arena is walking the text. A node's [`Span`] covers its
//! value as written (quotes, block header and brackets included; anchor and tag not). Duplicate keys
//! keep all their entries, and aliases stay aliases: who reads the document decides what they mean.

use std::collections::BTreeMap;
use std::ops::Range;

use text::{Span, TextId};

use crate::Mask;
use crate::mask::Reach;

/// How many merges within merges may still be followed, and what those followed before brought.
type Merges<'s> = (usize, &'s mut BTreeMap<NodeId, Option<Entry>>);

/// A node of one document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub(crate) u32);

impl NodeId {
    /// The position in the arena, for tables kept beside it.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// How a scalar is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ScalarStyle {
    /// Without quotes; an empty value (`key:`) is a plain scalar of no bytes.
    Plain,
    /// In `'`.
    SingleQuoted,
    /// In `"`. Every JSON string.
    DoubleQuoted,
    /// A block scalar with `|`.
    Literal,
    /// A block scalar with `>`.
    Folded,
}

/// How a collection is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Structure {
    /// By indentation.
    Block,
    /// In brackets. Every JSON collection.
    Flow,
}

/// The syntax that a document was read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Syntax {
    /// YAML.
    Yaml,
    /// JSON, as kubectl chooses it: the first byte that is no white space is `{`.
    Json,
}

/// What a node is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NodeKind {
    /// A scalar. Its text is [`Document::text`].
    Scalar {
        /// How it is written.
        style: ScalarStyle,
    },
    /// A mapping. Its entries are [`Document::entries`].
    Mapping {
        /// How it is written.
        structure: Structure,
    },
    /// A sequence. Its items are [`Document::items`].
    Sequence {
        /// How it is written.
        structure: Structure,
    },
    /// An alias; the target is the latest definition of its anchor before it, none if there is none.
    Alias {
        /// The node that carries the anchor.
        target: Option<NodeId>,
    },
}

/// A node: what it is, where it stands, what it stands in.
#[derive(Debug, Clone)]
pub struct Node {
    /// What it is.
    pub kind: NodeKind,
    pub(crate) start: u32,
    pub(crate) end: u32,
    /// The collection that holds it as key, value or item; none at the root.
    pub parent: Option<NodeId>,
    /// For scalars where the text is, for collections where the children are.
    pub(crate) payload: Payload,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Payload {
    None,
    /// Text that stands in the source as it is.
    Source(u32, u32),
    /// Text that had to be decoded, in `Document::decoded`.
    Decoded(u32, u32),
    /// First child and count, in `Document::entries` or `Document::items`.
    Children(u32, u32),
}

/// A key and its value in a mapping.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// The key, a node of any kind.
    pub key: NodeId,
    /// The value.
    pub value: NodeId,
}

/// A comment as written, `#` included and line end left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Comment {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

/// One document of a text.
#[derive(Debug)]
pub struct Document<'t> {
    pub(crate) text: TextId,
    pub(crate) bytes: &'t [u8],
    pub(crate) range: Range<u32>,
    pub(crate) syntax: Syntax,
    pub(crate) nodes: Vec<Node>,
    pub(crate) entries: Vec<Entry>,
    pub(crate) items: Vec<NodeId>,
    pub(crate) decoded: String,
    pub(crate) anchors: Vec<(NodeId, Range<u32>)>,
    pub(crate) tags: Vec<(NodeId, Range<u32>, String)>,
    pub(crate) comments: Vec<Comment>,
    pub(crate) mask: Option<&'t Mask>,
}

impl<'t> Document<'t> {
    /// The text that it is a part of.
    #[must_use]
    pub fn text_id(&self) -> TextId {
        self.text
    }

    /// The bytes of the whole text, in which all spans are ranges.
    #[must_use]
    pub fn bytes(&self) -> &'t [u8] {
        self.bytes
    }

    /// The document's own part of the text, directives, marker and comments included.
    #[must_use]
    pub fn range(&self) -> Range<usize> {
        self.range.start as usize..self.range.end as usize
    }

    /// The syntax that it was read as.
    #[must_use]
    pub fn syntax(&self) -> Syntax {
        self.syntax
    }

    /// The root node; none if the document is empty or holds comments only.
    #[must_use]
    pub fn root(&self) -> Option<NodeId> {
        (!self.nodes.is_empty()).then_some(NodeId(0))
    }

    /// All nodes, in the order of the text.
    pub fn node_ids(&self) -> impl DoubleEndedIterator<Item = NodeId> + use<> {
        (0..u32::try_from(self.nodes.len()).unwrap_or(u32::MAX)).map(NodeId)
    }

    /// The nodes within `node` and not it itself, in the order of the text. Aliases are not followed. Takes time in
    /// the number of nodes that it gives, not of all there are.
    pub fn node_ids_within(&self, node: NodeId) -> impl Iterator<Item = NodeId> + use<'_> {
        let count = u32::try_from(self.nodes.len()).unwrap_or(u32::MAX);
        let following = (node.0.saturating_add(1)..count).map(NodeId);
        // Nodes stand behind their parents, so the first one whose parent stands before `node` is the first outside.
        following.take_while(move |below| self.node(*below).parent.is_some_and(|parent| parent >= node))
    }

    /// The node of `id`.
    ///
    /// # Panics
    /// Never for an id that this document gave; ids of another document are a fault of the caller.
    #[must_use]
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.index()]
    }

    /// The span of a node's value.
    #[must_use]
    pub fn span(&self, id: NodeId) -> Span {
        let node = self.node(id);
        Span::new(self.text, node.start..node.end)
    }

    /// The span of a node with its anchor and tag.
    #[must_use]
    pub fn full_span(&self, id: NodeId) -> Span {
        let mut span = self.span(id);
        for properties in [self.anchor_range(id), self.tag_range(id)].into_iter().flatten() {
            span.start = span.start.min(properties.start);
            span.end = span.end.max(properties.end);
        }
        span
    }

    /// A node's value exactly as written.
    #[must_use]
    pub fn raw(&self, id: NodeId) -> &'t [u8] {
        self.bytes.get(self.span(id).range()).unwrap_or_default()
    }

    /// The text of a scalar after quotes, escapes and folding; none for collections and aliases.
    #[must_use]
    pub fn text(&self, id: NodeId) -> Option<&str> {
        std::str::from_utf8(self.text_bytes(id)?).ok()
    }

    /// As [`text`](Self::text), and cheaper where it is only compared.
    fn text_bytes(&self, id: NodeId) -> Option<&[u8]> {
        match self.node(id).payload {
            Payload::Source(start, end) => self.bytes.get(start as usize..end as usize),
            Payload::Decoded(start, end) => self.decoded.as_bytes().get(start as usize..end as usize),
            Payload::None | Payload::Children(..) => None,
        }
    }

    /// How a scalar is written; none for collections and aliases.
    #[must_use]
    pub fn scalar_style(&self, id: NodeId) -> Option<ScalarStyle> {
        match self.node(id).kind {
            NodeKind::Scalar { style } => Some(style),
            _ => None,
        }
    }

    /// The entries of a mapping in written order, duplicates included; empty for other nodes.
    #[must_use]
    pub fn entries(&self, id: NodeId) -> &[Entry] {
        match (&self.node(id).kind, self.node(id).payload) {
            (NodeKind::Mapping { .. }, Payload::Children(first, count)) => {
                self.entries.get(first as usize..(first + count) as usize).unwrap_or_default()
            }
            _ => &[],
        }
    }

    /// The items of a sequence; empty for other nodes.
    #[must_use]
    pub fn items(&self, id: NodeId) -> &[NodeId] {
        match (&self.node(id).kind, self.node(id).payload) {
            (NodeKind::Sequence { .. }, Payload::Children(first, count)) => {
                self.items.get(first as usize..(first + count) as usize).unwrap_or_default()
            }
            _ => &[],
        }
    }

    /// Whether the node is a mapping.
    #[must_use]
    pub fn is_mapping(&self, id: NodeId) -> bool {
        matches!(self.node(id).kind, NodeKind::Mapping { .. })
    }

    /// Whether the node is a sequence.
    #[must_use]
    pub fn is_sequence(&self, id: NodeId) -> bool {
        matches!(self.node(id).kind, NodeKind::Sequence { .. })
    }

    /// The node and all that it stands in, innermost first.
    pub fn ancestors(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        std::iter::successors(Some(id), |node| self.node(*node).parent)
    }

    /// Follows an alias to the node that it stands for; other nodes and dangling aliases give themselves.
    #[must_use]
    pub fn dereference(&self, id: NodeId) -> NodeId {
        match self.node(id).kind {
            NodeKind::Alias { target: Some(target) } => target,
            _ => id,
        }
    }

    /// The entry of `key` that counts for kubectl: the last one written, where a merge key stands for
    /// the entries it brings. The value may be an alias; see [`Document::get`].
    #[must_use]
    pub fn entry(&self, mapping: NodeId, key: &str) -> Option<Entry> {
        self.entry_within(mapping, key, (crate::limits::LIST_DEPTH_MAX, &mut BTreeMap::new()))
    }

    fn entry_within(&self, mapping: NodeId, key: &str, (merges_left, seen): Merges<'_>) -> Option<Entry> {
        let mut found = None;
        for entry in self.entries(self.dereference(mapping)) {
            if self.text_bytes(entry.key) == Some(key.as_bytes()) {
                found = Some(*entry);
            } else if merges_left > 0 && self.is_merge_key(entry.key) {
                found = self.merged_entry(entry.value, key, (merges_left - 1, seen)).or(found);
            }
        }
        found
    }

    fn merged_entry(&self, merged: NodeId, key: &str, (merges_left, seen): Merges<'_>) -> Option<Entry> {
        let merged = self.dereference(merged);
        if self.is_sequence(merged) {
            // Earlier mappings of a merge list override later ones.
            return self
                .items(merged)
                .iter()
                .find_map(|item| self.source_entry(*item, key, (merges_left, seen)));
        }
        self.source_entry(merged, key, (merges_left, seen))
    }

    /// What one merged mapping brings. Each is looked at once for a key, since mappings that merge lists of mappings
    /// that merge lists would otherwise take exponential time.
    fn source_entry(&self, source: NodeId, key: &str, (merges_left, seen): Merges<'_>) -> Option<Entry> {
        let source = self.dereference(source);
        if let Some(known) = seen.get(&source) {
            return *known;
        }
        // Whoever comes back here on the way down goes in a circle and finds nothing.
        seen.insert(source, None);
        let found = self.entry_within(source, key, (merges_left, seen));
        seen.insert(source, found);
        found
    }

    /// Whether a key is the merge key: a plain `<<`.
    #[must_use]
    pub fn is_merge_key(&self, key: NodeId) -> bool {
        self.scalar_style(key) == Some(ScalarStyle::Plain) && self.text_bytes(key) == Some(b"<<")
    }

    /// The value of `key` with its alias followed; none if `mapping` is no mapping or has no such key.
    #[must_use]
    pub fn get(&self, mapping: NodeId, key: &str) -> Option<NodeId> {
        self.entry(mapping, key).map(|entry| self.dereference(entry.value))
    }

    /// The value at a path of keys.
    #[must_use]
    pub fn at(&self, mapping: NodeId, path: &[&str]) -> Option<NodeId> {
        path.iter().try_fold(mapping, |node, key| self.get(node, key))
    }

    /// The text of the scalar at a path of keys.
    #[must_use]
    pub fn text_at(&self, mapping: NodeId, path: &[&str]) -> Option<&str> {
        self.at(mapping, path).and_then(|node| self.text(node))
    }

    /// The entry that a value belongs to; none for keys, items and the root.
    #[must_use]
    pub fn entry_of(&self, value: NodeId) -> Option<Entry> {
        let parent = self.node(value).parent?;
        self.entries(parent).iter().find(|entry| entry.value == value).copied()
    }

    /// The entry of `mapping` that a key or a value belongs to. Entries stand in the order of the arena, so
    /// that it is found by halving.
    #[must_use]
    pub fn entry_at(&self, mapping: NodeId, key_or_value: NodeId) -> Option<Entry> {
        let entries = self.entries(mapping);
        let index = entries.partition_point(|entry| entry.key <= key_or_value).checked_sub(1)?;
        let entry = entries.get(index)?;
        (entry.key == key_or_value || entry.value == key_or_value).then_some(*entry)
    }

    /// The steps from `root` to `node` as a person would write them.
    #[must_use]
    pub fn path_from(&self, root: NodeId, node: NodeId) -> resource::FieldPath {
        let mut segments = Vec::new();
        let mut current = node;
        while current != root {
            let Some(parent) = self.node(current).parent else { break };
            segments.push(self.segment(parent, current));
            current = parent;
        }
        segments.reverse();
        resource::FieldPath(segments)
    }

    fn segment(&self, parent: NodeId, child: NodeId) -> resource::Segment {
        if let Some(index) = self.items(parent).iter().position(|item| *item == child) {
            return resource::Segment::Index(u32::try_from(index).unwrap_or(u32::MAX));
        }
        let entry = self.entries(parent).iter().find(|entry| entry.value == child || entry.key == child);
        let key = entry.and_then(|entry| self.text(entry.key)).unwrap_or("?");
        resource::Segment::Key(key.to_owned())
    }

    /// The range of `&name`, if the node defines an anchor.
    #[must_use]
    pub fn anchor_range(&self, id: NodeId) -> Option<Range<u32>> {
        let index = self.anchors.binary_search_by_key(&id, |(node, _)| *node).ok()?;
        self.anchors.get(index).map(|(_, range)| range.clone())
    }

    /// The name of the anchor that the node defines.
    #[must_use]
    pub fn anchor(&self, id: NodeId) -> Option<&str> {
        let range = self.anchor_range(id)?;
        let bytes = self.bytes.get(range.start as usize + 1..range.end as usize)?;
        std::str::from_utf8(bytes).ok()
    }

    /// Whether the document defines any anchor, so that an edit may be seen in several places.
    #[must_use]
    pub fn has_anchors(&self) -> bool {
        !self.anchors.is_empty()
    }

    /// Whether any node has an explicit tag.
    #[must_use]
    pub fn has_tags(&self) -> bool {
        !self.tags.is_empty()
    }

    /// The range of the node's explicit tag.
    #[must_use]
    pub fn tag_range(&self, id: NodeId) -> Option<Range<u32>> {
        self.tag_of(id).map(|(_, range, _)| range.clone())
    }

    /// The node's explicit tag in its short form (`!!str`, `!local`); none if it has none.
    #[must_use]
    pub fn tag(&self, id: NodeId) -> Option<&str> {
        self.tag_of(id).map(|(_, _, tag)| tag.as_str())
    }

    fn tag_of(&self, id: NodeId) -> Option<&(NodeId, Range<u32>, String)> {
        let index = self.tags.binary_search_by_key(&id, |(node, ..)| *node).ok()?;
        self.tags.get(index)
    }

    /// All comments, in the order of the text.
    #[must_use]
    pub fn comments(&self) -> &[Comment] {
        &self.comments
    }

    /// The mask through which the document was read.
    #[must_use]
    pub fn mask(&self) -> Option<&'t Mask> {
        self.mask
    }

    /// Whether the document was read through a mask: it has alternatives, so that absence, shape and
    /// duplicate keys must not be judged in it.
    #[must_use]
    pub fn is_masked(&self) -> bool {
        self.mask.is_some_and(|mask| mask.touches(self.range.clone()))
    }

    /// Whether a template action may have a part in the node, so that nobody may read its meaning or edit it.
    ///
    /// A scalar is opaque if an action stands in it, beside it, or apart from it on the same line; so `a` of
    /// `a: {{ b }}` is not, and its value is. An empty value and a block collection are also opaque if an action
    /// stands on the lines around, where its output would come in: in `a:` above a line of `{{ toYaml . }}` the
    /// value only looks empty, and a mapping followed by one may have any key. So absence, shape and duplicate
    /// keys may be judged in a collection that is not opaque, and in no other; its literal entries may be
    /// read where key and value are not opaque themselves.
    #[must_use]
    pub fn is_opaque(&self, id: NodeId) -> bool {
        let Some(mask) = self.mask else { return false };
        let span = self.full_span(id);
        if mask.touches_node(span.start..span.end) {
            return true;
        }
        let reach = match self.node(id).kind {
            NodeKind::Mapping { structure: Structure::Block }
            | NodeKind::Sequence { structure: Structure::Block } => Reach::Lines,
            NodeKind::Scalar { style: ScalarStyle::Literal | ScalarStyle::Folded }
                if self.text(id) != Some("") =>
            {
                return false;
            }
            NodeKind::Scalar { .. } if self.text(id) == Some("") => Reach::Lines,
            _ => Reach::Line,
        };
        // What has no bytes stands before its colon, and so does a collection that ends with it.
        let is_before_colon = reach == Reach::Lines && self.bytes.get(span.end as usize) == Some(&b':');
        let precedes = if span.is_empty() { Reach::Line } else { reach };
        mask.follows(span.end + u32::from(is_before_colon), reach) || mask.precedes(span.start, precedes)
    }
}
