//! The habits of a document: line ends, indentation, quotes, and how its brackets are laid out.
//!
//! Takes a document, gives what new text in it should look like.

use super::layout::Layout;
use crate::{Document, Entry, NodeId, NodeKind, ScalarStyle, Structure};

/// The habits of one document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Style {
    /// How lines end.
    pub(super) newline: &'static str,
    /// Columns from a key to the keys of the mapping that is its value.
    pub(super) step: usize,
    /// Columns from a key to the dashes of the sequence that is its value.
    pub(super) dash_step: usize,
    /// The quotes for new strings that need some.
    pub(super) quotes: ScalarStyle,
}

/// Steps wider than this are alignment, not habit.
const STEP_MAX: usize = 8;

impl Style {
    /// The habits that are the commonest in the document; prettier's where it shows none.
    pub(super) fn of(document: &Document<'_>) -> Self {
        let layout = Layout::new(document);
        let mut steps = [0_usize; STEP_MAX + 1];
        let mut dash_steps = [0_usize; STEP_MAX + 1];
        let mut quotes = [0_usize; 2];
        for node in document.node_ids() {
            match document.node(node).kind {
                NodeKind::Mapping { structure: Structure::Block } => count_step(layout, node, &mut steps),
                NodeKind::Sequence { structure: Structure::Block } => {
                    count_step(layout, node, &mut dash_steps)
                }
                NodeKind::Scalar { style: ScalarStyle::SingleQuoted } => quotes[0] += 1,
                NodeKind::Scalar { style: ScalarStyle::DoubleQuoted } => quotes[1] += 1,
                _ => {}
            }
        }
        let single = quotes[0] > quotes[1];
        Self {
            newline: newline_of(document.bytes()),
            step: commonest(&steps).unwrap_or(2),
            dash_step: commonest(&dash_steps).unwrap_or(2),
            quotes: if single { ScalarStyle::SingleQuoted } else { ScalarStyle::DoubleQuoted },
        }
    }
}

/// Counts how far a block collection stands right of the mapping that holds it.
fn count_step(layout: Layout<'_, '_>, node: NodeId, steps: &mut [usize]) {
    let document = layout.document;
    let Some(parent) = document.node(node).parent.filter(|parent| document.is_mapping(*parent)) else {
        return;
    };
    let column = layout.column(document.span(node).range().start);
    let outer = layout.column(layout.range(first_key(document, parent).unwrap_or(parent)).start);
    if let Some(count) = column.checked_sub(outer).and_then(|step| steps.get_mut(step)) {
        *count += 1;
    }
}

fn first_key(document: &Document<'_>, mapping: NodeId) -> Option<NodeId> {
    document.entries(mapping).first().map(|entry| entry.key)
}

fn commonest(counts: &[usize]) -> Option<usize> {
    let most = counts.iter().max().filter(|most| **most > 0)?;
    counts.iter().position(|count| count == most)
}

fn newline_of(bytes: &[u8]) -> &'static str {
    match memchr::memchr(b'\n', bytes) {
        Some(newline) if newline > 0 && bytes.get(newline - 1) == Some(&b'\r') => "\r\n",
        _ => "\n",
    }
}

/// How a collection in brackets is laid out, and so what is new in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FlowStyle {
    /// Whether keys and strings stand in double quotes, as in JSON.
    pub(super) is_json: bool,
    /// What follows a colon.
    pub(super) colon_gap: &'static str,
    /// What follows a comma on the same line.
    pub(super) comma_gap: &'static str,
    /// What stands inside of the brackets of a mapping on one line.
    pub(super) padding: &'static str,
    /// The indentation of the children, where each begins a line.
    pub(super) lines: Option<Lines>,
}

/// Indentation within brackets over several lines. Tabs are as good as spaces there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Lines {
    /// Before each child.
    pub(super) child: String,
    /// Before the closing bracket.
    pub(super) close: String,
    /// What a level adds.
    pub(super) step: String,
}

impl FlowStyle {
    /// The layout of a collection in brackets, taken from its children, or the nearest collection around it
    /// that has any.
    pub(super) fn of(layout: Layout<'_, '_>, collection: NodeId) -> Self {
        let document = layout.document;
        let model = first_with_children(layout, collection);
        let entry =
            with_entries(layout, collection).and_then(|mapping| document.entries(mapping).first().copied());
        let colon_gap = entry.map_or(" ", |entry| gap_after_colon(layout, entry));
        let is_json = is_json(layout, collection);
        let colon_gap = if is_json { colon_gap } else { " " };
        Self {
            is_json,
            colon_gap,
            comma_gap: gap_after_comma(layout, model).unwrap_or(colon_gap),
            padding: padding(layout, collection),
            lines: lines(layout, model, collection),
        }
    }
}

fn first_with_children(layout: Layout<'_, '_>, collection: NodeId) -> NodeId {
    let document = layout.document;
    let has_children = |node: &NodeId| super::layout::count_of(document, *node) > 0;
    let mut around = document.ancestors(collection).take_while(|node| layout.is_flow(*node));
    around.find(has_children).unwrap_or(collection)
}

fn with_entries(layout: Layout<'_, '_>, collection: NodeId) -> Option<NodeId> {
    let document = layout.document;
    document
        .ancestors(collection)
        .take_while(|node| layout.is_flow(*node))
        .find(|node| !document.entries(*node).is_empty())
}

/// Brackets are JSON if the document is, or if the keys nearest around all stand in double quotes.
pub(super) fn is_json(layout: Layout<'_, '_>, collection: NodeId) -> bool {
    let document = layout.document;
    if document.syntax() == crate::Syntax::Json {
        return true;
    }
    let quoted = |entry: &Entry| document.scalar_style(entry.key) == Some(ScalarStyle::DoubleQuoted);
    with_entries(layout, collection).is_some_and(|mapping| document.entries(mapping).iter().all(quoted))
}

fn gap_after_colon(layout: Layout<'_, '_>, entry: Entry) -> &'static str {
    match layout.colon_end(entry).and_then(|end| layout.byte(end)) {
        Some(b' ' | b'\t' | b'\r' | b'\n') | None => " ",
        Some(_) => "",
    }
}

/// None if there is no comma with a child after it on the same line.
fn gap_after_comma(layout: Layout<'_, '_>, collection: NodeId) -> Option<&'static str> {
    let document = layout.document;
    let first = super::layout::child_at(document, collection, 0)?;
    let comma = layout.comma_after(layout.range(first.value()).end)?;
    match layout.byte(comma + 1)? {
        b'\r' | b'\n' => None,
        b' ' | b'\t' => Some(" "),
        _ => Some(""),
    }
}

fn padding(layout: Layout<'_, '_>, collection: NodeId) -> &'static str {
    let start = layout.document.span(collection).range().start;
    match (layout.byte(start), layout.byte(start + 1)) {
        (Some(b'{'), Some(b' ')) => " ",
        _ => "",
    }
}

fn lines(layout: Layout<'_, '_>, model: NodeId, collection: NodeId) -> Option<Lines> {
    let document = layout.document;
    let first = super::layout::child_at(document, model, 0)?;
    let first = match first {
        super::layout::Child::Entry(entry) => layout.range(entry.key).start,
        super::layout::Child::Item(item) => layout.range(item).start,
    };
    if !layout.begins_line(first) {
        return None;
    }
    let open = layout.indentation(document.span(model).range().start);
    let child = layout.indentation(first);
    let step = child.strip_prefix(open).filter(|step| !step.is_empty()).unwrap_or(b"  ");
    let close = layout.indentation(document.span(collection).range().start);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let child = if model == collection { text(child) } else { text(close) + &text(step) };
    Some(Lines { child, close: text(close), step: text(step) })
}
