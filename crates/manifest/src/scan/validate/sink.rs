//! Who is told what the walk meets.
//!
//! Ranges are bytes of the document, in the order of its text. What is told is worth something only if the
//! walk comes to the document's end: a fault may show late.

use std::ops::Range;

/// How a collection is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Collection {
    BlockMapping,
    BlockSequence,
    FlowMapping,
    FlowSequence,
}

/// How a scalar that is no block scalar is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scalar {
    /// Without quotes. Its range may end with blanks and a line end.
    Plain,
    /// In quotes, which are part of the range.
    Quoted,
}

/// The lines of a block scalar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct BlockText {
    /// From behind the header's line to the line that ends the scalar, blank lines included.
    pub(super) lines: Range<usize>,
    /// The indentation of the text; none if there is no text.
    pub(super) indent: Option<usize>,
}

/// Hears what a document holds.
pub(super) trait Sink {
    /// Whether the walk takes what libyaml takes and YAML forbids. Only for documents that the full parser
    /// has refused already.
    const IS_LENIENT: bool = false;

    /// A collection begins.
    fn open(&mut self, _collection: Collection, _at: usize) {}
    /// The innermost collection ends; `end` counts for flow collections only.
    fn close(&mut self, _end: usize) {}
    /// A key, value or entry.
    fn scalar(&mut self, _scalar: Scalar, _range: Range<usize>) {}
    /// The plain scalar before has another line, which ends at `end`.
    fn plain_goes_on(&mut self, _end: usize) {}
    /// A block scalar whose header is at `header`.
    fn block_scalar(&mut self, _header: usize, _text: BlockText) {}
    /// From here on the value of a key or entry, or the root, may come: the place of a key's colon, or behind the
    /// dash or dashes.
    fn due(&mut self, _at: usize) {}
    /// The value that was due did not come.
    fn empty(&mut self) {}
    /// An alias, `*` included.
    fn alias(&mut self, _range: Range<usize>) {}
    /// The anchor of the next node, `&` included.
    fn anchor(&mut self, _range: Range<usize>) {}
    /// The tag of the next node.
    fn tag(&mut self, _range: Range<usize>) {}
    /// A comment, to the line's end.
    fn comment(&mut self, _at: usize) {}
    /// The value of a key in brackets did not come.
    fn flow_empty(&mut self) {}
}

/// Hears nothing: the verdict is all that is asked for.
pub(super) struct Nobody;

impl Sink for Nobody {}
