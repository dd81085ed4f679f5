//! A text of one document, and the ranges of its nodes.

use std::ops::Range;

use manifest::{Document, NodeId};
use text::TextId;

/// The document that a text is; none if it is broken.
pub(crate) fn parsed(text: &str) -> Option<Document<'_>> {
    manifest::parse(TextId(0), text.as_bytes(), 0..text.len(), None).ok()
}

/// The bytes that a node stands at.
pub(crate) fn range_of(document: &Document<'_>, node: NodeId) -> Range<u32> {
    let span = document.span(node);
    span.start..span.end
}
