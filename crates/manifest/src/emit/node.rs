//! From nodes to events, as encoding a `yaml.Node` of goyaml v3 does: style, anchors, tags and comments are kept.

use text::{Exactness, PieceMap, Span};

use crate::comments::Comments as DocumentComments;
use crate::offset::offset;
use crate::{Document, NodeId, NodeKind, ScalarStyle};

use super::event::{Comments, Event, EventKind, Properties};
use super::{EmitYaml, Emitted, Layout, emit};

/// Prints a document as goyaml v3 does when it has read it as a node: the layout is new, all else stays.
///
/// `comments` are those of the document, or none to leave them out. A document without content prints as `null`.
///
/// # Errors
/// If an anchor has characters that goyaml refuses.
pub fn print_document(
    document: &Document<'_>,
    comments: Option<&DocumentComments>,
    layout: Layout,
) -> Result<String, EmitYaml> {
    let events = document_events(document, comments);
    emit(&events, layout).map(|emitted| emitted.text)
}

/// Prints a document as [`print_document`] does and says where each byte of the text comes from: scalars that are printed
/// as they were written are verbatim, and so are the lines of others that are only indented or quoted anew; the rest of a
/// scalar is computed, and what is between scalars comes from the collection around them.
///
/// # Errors
/// As [`print_document`].
pub fn print_document_with_pieces(
    document: &Document<'_>,
    comments: Option<&DocumentComments>,
    layout: Layout,
) -> Result<(String, PieceMap), EmitYaml> {
    let events = document_events(document, comments);
    let emitted = emit(&events, layout)?;
    let pieces = pieces(document, &events, &emitted);
    Ok((emitted.text, pieces))
}

/// The events that print a document, for those who change some of them.
#[must_use]
pub fn document_events<'a>(
    document: &'a Document<'_>,
    comments: Option<&'a DocumentComments>,
) -> Vec<Event<'a>> {
    let mut flattener = Flattener { document, comments, events: Vec::new() };
    let mut start = Event::new(EventKind::DocumentStart);
    let mut end = Event::new(EventKind::DocumentEnd);
    if let Some(comments) = comments {
        start.comments.head = &comments.head;
        end.comments.foot = &comments.foot;
    }
    flattener.events.push(start);
    match document.root() {
        Some(root) => flattener.node(root, ""),
        None => flattener.events.push(Event::new(EventKind::Scalar {
            text: "null",
            style: ScalarStyle::Plain,
            properties: Properties::default(),
        })),
    }
    flattener.events.push(end);
    flattener.events
}

struct Flattener<'a, 't> {
    document: &'a Document<'t>,
    comments: Option<&'a DocumentComments>,
    events: Vec<Event<'a>>,
}

impl<'a> Flattener<'a, '_> {
    /// `tail` is the foot of the entry before, if the node is a key.
    fn node(&mut self, node: NodeId, tail: &'a str) {
        let document = self.document;
        let properties = self.properties(node);
        let comments = self.comments_on(node);
        let own = Comments { tail, ..comments };
        let start = Comments { line: "", foot: "", ..own };
        let end = Comments { head: "", ..comments };
        match document.node(node).kind {
            NodeKind::Scalar { style } => {
                let text = document.text(node).unwrap_or_default();
                // A plain text over several lines has lost its line ends: only a block can hold them.
                let style = match style {
                    ScalarStyle::Plain if text.contains('\n') => ScalarStyle::Literal,
                    style => style,
                };
                self.push(EventKind::Scalar { text, style, properties }, own, node);
            }
            NodeKind::Alias { target } => {
                let name = target.and_then(|target| document.anchor(target)).unwrap_or_default();
                self.push(EventKind::Alias { name }, comments, node);
            }
            NodeKind::Sequence { structure } => {
                self.push(
                    EventKind::SequenceStart { structure, properties },
                    Comments { tail: "", ..start },
                    node,
                );
                for item in document.items(node) {
                    self.node(*item, "");
                }
                self.push(EventKind::SequenceEnd, end, node);
            }
            NodeKind::Mapping { structure } => {
                self.push(EventKind::MappingStart { structure, properties }, start, node);
                let tail = self.entries(node);
                self.push(EventKind::MappingEnd, Comments { tail, ..end }, node);
            }
        }
    }

    /// Gives the foot of the last entry. Each entry's foot is printed with what follows the entry.
    fn entries(&mut self, mapping: NodeId) -> &'a str {
        let document = self.document;
        let mut tail = "";
        for entry in document.entries(mapping) {
            self.node(entry.key, tail);
            tail = self.comments.and_then(|comments| comments.node(entry.key)).map_or("", |key| &key.foot);
            self.node(entry.value, "");
        }
        tail
    }

    fn push(&mut self, kind: EventKind<'a>, comments: Comments<'a>, node: NodeId) {
        self.events.push(Event { kind, comments, origin: Some(self.document.span(node)) });
    }

    fn comments_on(&self, node: NodeId) -> Comments<'a> {
        let Some(comments) = self.comments.and_then(|comments| comments.node(node)) else {
            return Comments::default();
        };
        let foot = if self.is_key(node) { "" } else { &comments.foot };
        Comments { head: &comments.head, line: &comments.line, foot, tail: "" }
    }

    fn is_key(&self, node: NodeId) -> bool {
        let parent = self.document.node(node).parent;
        parent.is_some_and(|parent| {
            self.document.entries(parent).binary_search_by_key(&node, |entry| entry.key).is_ok()
        })
    }

    /// Explicit tags stay. A plain `<<` gets one: goyaml takes it for a merge and then finds that its text alone is not.
    fn properties(&self, node: NodeId) -> Properties<'a> {
        let anchor = self.document.anchor(node).unwrap_or_default();
        let is_merge = self.document.is_merge_key(node);
        let tag = match self.document.tag(node) {
            Some("!") | None if is_merge => "!!merge",
            Some("!") | None => "",
            Some(tag) => tag,
        };
        Properties { anchor, tag }
    }
}

fn pieces(document: &Document<'_>, events: &[Event<'_>], emitted: &Emitted) -> PieceMap {
    let whole =
        document.root().map_or_else(|| Span::new(document.text_id(), 0..0), |root| document.full_span(root));
    let enclosing = enclosing_spans(events, whole);
    let nodes = nodes_of_events(document, events);
    let mut pieces = PieceMap::new();
    let mut at = 0;
    for (position, range) in &emitted.scalars {
        let around = enclosing.get(*position).copied().unwrap_or(whole);
        pieces.push(offset(range.start - at), around, Exactness::Computed);
        let printed = emitted.text.get(range.clone()).unwrap_or_default();
        match nodes.get(*position).copied().flatten() {
            Some(node) => scalar_pieces(document, node, printed, &mut pieces),
            None => pieces.push(offset(printed.len()), around, Exactness::Computed),
        }
        at = range.end;
    }
    pieces.push(offset(emitted.text.len() - at), whole, Exactness::Computed);
    pieces
}

/// The node of each event; events come in the order of the arena.
fn nodes_of_events(document: &Document<'_>, events: &[Event<'_>]) -> Vec<Option<NodeId>> {
    let mut ids = document.node_ids();
    let node = |event: &Event<'_>| match event.kind {
        EventKind::DocumentStart
        | EventKind::DocumentEnd
        | EventKind::MappingEnd
        | EventKind::SequenceEnd => None,
        EventKind::MappingStart { .. }
        | EventKind::SequenceStart { .. }
        | EventKind::Scalar { .. }
        | EventKind::Alias { .. } => ids.next(),
    };
    events.iter().map(node).collect()
}

/// The pieces of one printed scalar: the whole if it is printed as it was written, else its content or the lines of it.
fn scalar_pieces(document: &Document<'_>, node: NodeId, printed: &str, pieces: &mut PieceMap) {
    let span = document.span(node);
    if document.raw(node) == printed.as_bytes() {
        return pieces.push(offset(printed.len()), span, Exactness::Verbatim);
    }
    let content = document.text(node).unwrap_or_default();
    let Some(map) = document.content_map(node).filter(|_| !content.is_empty()) else {
        return pieces.push(offset(printed.len()), span, Exactness::Computed);
    };
    let mut cursor = Printed { printed, at: 0, span, pieces };
    if printed.starts_with(['|', '>']) {
        // A block puts its indentation before each line.
        let header = printed.find('\n').map_or(printed.len(), |end| end + 1);
        cursor.computed(header);
        let mut content_at = 0;
        for line in content.split_inclusive('\n') {
            let bare = line.trim_end_matches('\n');
            cursor.find(bare, map.resolve(offset(content_at)..offset(content_at + bare.len())));
            content_at += line.len();
        }
    } else {
        // Every other style that does not change the content has it in one.
        cursor.find(content, map.resolve(0..offset(content.len())));
    }
    cursor.computed(printed.len() - cursor.at);
}

/// A printed scalar on the way to pieces.
struct Printed<'p> {
    printed: &'p str,
    at: usize,
    span: Span,
    pieces: &'p mut PieceMap,
}

impl Printed<'_> {
    fn computed(&mut self, bytes: usize) {
        self.pieces.push(offset(bytes), self.span, Exactness::Computed);
        self.at += bytes;
    }

    /// Puts the next place where `part` is printed down to its origin; what is before it is computed.
    fn find(&mut self, part: &str, origin: Option<(Span, Exactness)>) {
        if part.is_empty() {
            return;
        }
        let rest = self.printed.get(self.at..).unwrap_or_default();
        let (Some(found), Some((origin, exactness))) =
            (memchr::memmem::find(rest.as_bytes(), part.as_bytes()), origin)
        else {
            return;
        };
        // Only white space and quotes may stand before the content: anything else is a chance match.
        let before = rest.get(..found).unwrap_or_default();
        let line = before.rsplit('\n').next().unwrap_or_default();
        if !line.trim_matches([' ', '\'', '"']).is_empty() {
            return;
        }
        self.computed(found);
        self.pieces.push(offset(part.len()), origin, exactness);
        self.at += part.len();
    }
}

/// For each event the span of the collection that it stands in.
fn enclosing_spans(events: &[Event<'_>], whole: Span) -> Vec<Span> {
    let mut open = vec![whole];
    let mut spans = Vec::with_capacity(events.len());
    for event in events {
        if matches!(event.kind, EventKind::MappingEnd | EventKind::SequenceEnd) {
            open.pop();
        }
        spans.push(open.last().copied().unwrap_or(whole));
        if matches!(event.kind, EventKind::MappingStart { .. } | EventKind::SequenceStart { .. }) {
            open.push(event.origin.unwrap_or(whole));
        }
    }
    spans
}
