//! Builds the arena of a document that the walk can read whole.
//!
//! The same nodes, ranges and texts as the full parser gives, many times faster, for the part of YAML that
//! nearly all manifests are written in; none for every other document. A property test holds it to the parser.

use std::ops::Range;

use memchr::memchr;
use text::TextId;

use super::super::split::BYTE_ORDER_MARK;
use super::check_characters;
use super::decode::{decode, decode_block, keeps_blank_lines};
use super::sink::{BlockText, Collection, Scalar, Sink};
use super::walk::Walk;
use crate::parse::last_line_end;
use crate::{Builder, Document, Mask, NodeId, ScalarStyle, Structure, Syntax};

/// The document in `range` of `bytes`, which [`split`](super::super::split::split) gave; none if only the full
/// parser can read it, or nobody.
pub(crate) fn read_document(text: TextId, bytes: &[u8], range: Range<usize>) -> Option<Document<'_>> {
    // The parser counts a byte order mark where it is not looked for.
    if bytes.get(range.clone())?.starts_with(BYTE_ORDER_MARK) {
        return None;
    }
    read::<false>(Builder::new(text, bytes, Syntax::Yaml, None), bytes, range)
}

/// As [`read_document`], for a document that the full parser refuses: none unless libyaml, and so kubectl, takes
/// it all the same. With a mask, its bytes are read.
pub(crate) fn read_leniently<'t>(
    text: TextId,
    bytes: &'t [u8],
    range: Range<usize>,
    mask: Option<&'t Mask>,
) -> Option<Document<'t>> {
    let to_read = mask.map_or(bytes, Mask::bytes);
    read::<true>(Builder::new(text, bytes, Syntax::Yaml, mask), to_read, range)
}

fn read<'t, const IS_LENIENT: bool>(
    builder: Builder<'t>,
    bytes: &'t [u8],
    range: Range<usize>,
) -> Option<Document<'t>> {
    let source = std::str::from_utf8(bytes.get(range.clone())?).ok()?;
    check_characters(source.as_bytes()).ok()?;
    let sink = Arena::<IS_LENIENT> {
        source,
        base: u32::try_from(range.start).ok()?,
        builder: builder.with_room(source.len()),
        plain: None,
        due: 0,
        anchor: None,
        tag: None,
        anchors: Vec::new(),
        has_nodes: false,
        is_exact: true,
    };
    let mut arena = Walk::over(source.as_bytes(), sink).run().ok()?;
    if IS_LENIENT && !arena.has_nodes && arena.due > 0 {
        arena.empty();
    }
    let end = u32::try_from(range.end).ok()?;
    let is_read = arena.is_exact && (arena.has_nodes || IS_LENIENT);
    let start = arena.base;
    is_read.then(|| arena.builder.finish(start..end))
}

/// Turns what is told into nodes.
struct Arena<'t, const IS_LENIENT: bool> {
    source: &'t str,
    /// Where the source begins in the text.
    base: u32,
    builder: Builder<'t>,
    /// A plain scalar that may go on in the next line.
    plain: Option<Range<usize>>,
    due: usize,
    anchor: Option<Range<usize>>,
    tag: Option<Range<usize>>,
    /// Names, as ranges with the `&`, and their nodes; the walk bounds how many.
    anchors: Vec<(Range<usize>, NodeId)>,
    has_nodes: bool,
    /// Whether everything was told exactly.
    is_exact: bool,
}

impl<'t, const IS_LENIENT: bool> Arena<'t, IS_LENIENT> {
    fn slice(&self, range: Range<usize>) -> &'t str {
        self.source.get(range).unwrap_or_default()
    }

    fn absolute(&self, range: &Range<usize>) -> Range<u32> {
        self.offset(range.start)..self.offset(range.end)
    }

    /// Offsets fit: the range's end does.
    fn offset(&self, at: usize) -> u32 {
        self.base.saturating_add(u32::try_from(at).unwrap_or(u32::MAX))
    }

    /// Adds the plain scalar that is open: nothing continues it.
    fn end_plain(&mut self) {
        let Some(range) = self.plain.take() else { return };
        let written = self.slice(range.clone()).trim_end_matches([' ', '\t', '\r', '\n']);
        let range = range.start..range.start + written.len();
        self.add_scalar(ScalarStyle::Plain, &range, &range);
    }

    /// Adds a scalar whose text stands in `inner`, as it is or to be decoded.
    fn add_scalar(&mut self, style: ScalarStyle, range: &Range<usize>, inner: &Range<usize>) {
        let written = self.slice(inner.clone());
        let is_verbatim = match style {
            ScalarStyle::DoubleQuoted => memchr::memchr2(b'\\', b'\n', written.as_bytes()).is_none(),
            ScalarStyle::SingleQuoted => memchr::memchr2(b'\'', b'\n', written.as_bytes()).is_none(),
            ScalarStyle::Plain | ScalarStyle::Literal | ScalarStyle::Folded => {
                memchr(b'\n', written.as_bytes()).is_none()
            }
        };
        if is_verbatim {
            let node = self.builder.source_scalar(style, self.absolute(range), self.absolute(inner));
            return self.finish_node(node);
        }
        match decode(written, style) {
            Some(text) => self.add_decoded(style, range, &text),
            None => self.is_exact = false,
        }
    }

    fn add_decoded(&mut self, style: ScalarStyle, range: &Range<usize>, text: &str) {
        let node = self.builder.decoded_scalar(style, self.absolute(range), text);
        self.finish_node(node);
    }

    /// Gives a node the anchor and tag before it.
    fn finish_node(&mut self, node: NodeId) {
        self.has_nodes = true;
        if let Some(range) = self.tag.take() {
            self.builder.tag(node, self.absolute(&range), self.slice(range).to_owned());
        }
        if let Some(range) = self.anchor.take() {
            self.builder.anchor(node, self.absolute(&range));
            self.anchors.push((range, node));
        }
    }
}

impl<const IS_LENIENT: bool> Sink for Arena<'_, IS_LENIENT> {
    const IS_LENIENT: bool = IS_LENIENT;

    fn open(&mut self, collection: Collection, at: usize) {
        self.end_plain();
        let start = self.offset(at);
        let node = match collection {
            Collection::BlockMapping => self.builder.open_mapping(Structure::Block, start),
            Collection::FlowMapping => self.builder.open_mapping(Structure::Flow, start),
            Collection::BlockSequence => self.builder.open_sequence(Structure::Block, start),
            Collection::FlowSequence => self.builder.open_sequence(Structure::Flow, start),
        };
        self.finish_node(node);
    }

    fn close(&mut self, end: usize) {
        self.end_plain();
        self.builder.close(self.offset(end));
    }

    fn scalar(&mut self, scalar: Scalar, range: Range<usize>) {
        self.end_plain();
        match scalar {
            Scalar::Plain => self.plain = Some(range),
            Scalar::Quoted => {
                let is_double = self.slice(range.clone()).starts_with('"');
                let style = if is_double { ScalarStyle::DoubleQuoted } else { ScalarStyle::SingleQuoted };
                self.add_scalar(style, &range, &(range.start + 1..range.end - 1));
            }
        }
    }

    fn plain_goes_on(&mut self, end: usize) {
        match &mut self.plain {
            Some(range) => range.end = end,
            None => self.is_exact = false,
        }
    }

    fn block_scalar(&mut self, header: usize, text: BlockText) {
        self.end_plain();
        let written = self.slice(header..text.lines.start);
        let lines = self.slice(text.lines.clone());
        // The parser gives these ranges of their own.
        self.is_exact &= IS_LENIENT || text.indent.is_some() && !keeps_blank_lines(written);
        // Without text, every line is blank.
        let Some(decoded) = decode_block(written, lines, text.indent.unwrap_or(usize::MAX)) else {
            self.is_exact = false;
            return;
        };
        let style = if written.starts_with('>') { ScalarStyle::Folded } else { ScalarStyle::Literal };
        let length = match keeps_blank_lines(written) {
            true => last_line_end(lines.as_bytes()),
            false => lines.trim_end_matches([' ', '\t', '\r', '\n']).len(),
        };
        let header_end = header + written.trim_end().len();
        let end = if length == 0 { header_end } else { text.lines.start + length };
        self.add_decoded(style, &(header..end), &decoded);
    }

    fn due(&mut self, at: usize) {
        self.end_plain();
        self.due = at;
    }

    fn empty(&mut self) {
        self.end_plain();
        // An empty value with an anchor or a tag stands behind them, by rules of its own.
        self.is_exact &= self.anchor.is_none() && self.tag.is_none() || IS_LENIENT;
        let properties = self.anchor.iter().chain(&self.tag).map(|range| range.end);
        self.due = properties.max().unwrap_or(self.due);
        let behind = self.source.get(self.due..).unwrap_or_default();
        let value = behind.trim_start_matches([' ', '\t']);
        // Behind a dash and a comment the parser puts it elsewhere if there are more comments.
        self.is_exact &= !value.starts_with('#') || IS_LENIENT;
        let comment = if value.starts_with('#') { comment_length(value) } else { 0 };
        let at = self.due + behind.len() - value.len() + comment;
        let range = at..at;
        self.add_scalar(ScalarStyle::Plain, &range, &range);
    }

    fn alias(&mut self, range: Range<usize>) {
        self.end_plain();
        let name = self.slice(range.start + 1..range.end);
        let is_named = |anchor: &Range<usize>| self.slice(anchor.start + 1..anchor.end) == name;
        let target = self.anchors.iter().rev().find(|(anchor, _)| is_named(anchor)).map(|(_, node)| *node);
        self.is_exact &= target.is_some();
        self.builder.alias(target, self.absolute(&range));
        self.has_nodes = true;
    }

    fn anchor(&mut self, range: Range<usize>) {
        self.end_plain();
        self.anchor = Some(range);
    }

    fn tag(&mut self, range: Range<usize>) {
        self.end_plain();
        self.tag = Some(range);
    }

    fn comment(&mut self, at: usize) {
        let length = comment_length(self.source.get(at..).unwrap_or_default());
        self.builder.comment(self.absolute(&(at..at + length)));
    }

    fn flow_empty(&mut self) {
        self.end_plain();
        // The parser's places follow rules of their own.
        self.is_exact &= IS_LENIENT;
        self.add_scalar(ScalarStyle::Plain, &(self.due..self.due), &(self.due..self.due));
    }
}

/// The length of the comment that `rest` begins with, its line end left out.
fn comment_length(rest: &str) -> usize {
    let line = rest.get(..memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len())).unwrap_or_default();
    line.strip_suffix('\r').unwrap_or(line).len()
}
