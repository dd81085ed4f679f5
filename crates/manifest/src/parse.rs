//! From text to arenas, through the events of the scanner underneath.
//!
//! Reads one document (a range that a splitter found) or all of a text. A document in the part of YAML that
//! nearly all manifests are written in is read by the front of the scan; this is for the others. Resolves nothing: scalars keep
//! their text and style. A text that is broken gives an error with its place, never half a tree.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use granit_parser::{Event, Options, Parser, ScanError, StructureStyle, Tag};
use text::TextId;

use crate::document::{Document, NodeId, ScalarStyle, Structure, Syntax};
use crate::limits::{DEPTH_MAX, FILE_BYTES_MAX, FILE_DOCUMENTS_MAX};
use crate::offset::offset;
use crate::{Builder, Mask};

/// Why a text is no readable YAML. Offsets are bytes in the whole text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseDocument {
    /// A byte sequence that is no UTF-8.
    #[error("not UTF-8 at byte {offset}")]
    NotUtf8 {
        /// The first bad byte.
        offset: u32,
    },
    /// The YAML is broken.
    #[error("{reason}")]
    Malformed {
        /// Where.
        offset: u32,
        /// What is wrong, in the scanner's words.
        reason: String,
    },
    /// An alias whose anchor is not defined before it.
    #[error("alias '*{name}' has no anchor before it")]
    DanglingAlias {
        /// Where the alias is.
        offset: u32,
        /// Its name.
        name: String,
    },
    /// More bytes than [`FILE_BYTES_MAX`].
    #[error("larger than {FILE_BYTES_MAX} bytes")]
    TooLarge,
    /// More nesting than [`DEPTH_MAX`].
    #[error("nested deeper than {DEPTH_MAX} levels")]
    TooDeep {
        /// Where the limit is passed.
        offset: u32,
    },
    /// More documents than [`FILE_DOCUMENTS_MAX`].
    #[error("more than {FILE_DOCUMENTS_MAX} documents")]
    TooManyDocuments,
}

impl ParseDocument {
    /// The byte where it went wrong, if it is one place.
    #[must_use]
    pub fn offset(&self) -> Option<u32> {
        match self {
            Self::NotUtf8 { offset }
            | Self::Malformed { offset, .. }
            | Self::DanglingAlias { offset, .. }
            | Self::TooDeep { offset } => Some(*offset),
            Self::TooLarge | Self::TooManyDocuments => None,
        }
    }
}

/// Parses the document in `range` of `bytes`. With a mask, its bytes are parsed in place of the text's.
/// A range without any content gives a document without a root.
///
/// # Errors
/// If the range is broken YAML, holds more than one document or passes a limit.
pub fn parse<'t>(
    text: TextId,
    bytes: &'t [u8],
    range: Range<usize>,
    mask: Option<&'t Mask>,
) -> Result<Document<'t>, ParseDocument> {
    let is_bounded = mask.is_none() && range.len() as u64 <= FILE_BYTES_MAX;
    match is_bounded.then(|| crate::scan::read_document(text, bytes, range.clone())).flatten() {
        Some(document) => Ok(document),
        None => parse_in_full(text, bytes, range, mask),
    }
}

/// As [`parse`], for what is rare, masked or broken: by the scanner underneath, and where that refuses what kubectl
/// takes, by the front's lenient walk.
pub(crate) fn parse_in_full<'t>(
    text: TextId,
    bytes: &'t [u8],
    range: Range<usize>,
    mask: Option<&'t Mask>,
) -> Result<Document<'t>, ParseDocument> {
    match parse_strictly(text, bytes, range.clone(), mask) {
        Err(error @ ParseDocument::Malformed { .. }) => {
            crate::scan::read_leniently(text, bytes, range, mask).ok_or(error)
        }
        parsed => parsed,
    }
}

/// As [`parse_in_full`], by the scanner underneath alone.
pub(crate) fn parse_strictly<'t>(
    text: TextId,
    bytes: &'t [u8],
    range: Range<usize>,
    mask: Option<&'t Mask>,
) -> Result<Document<'t>, ParseDocument> {
    let (base, end) = (range.start, range.end);
    let documents = parse_range(Input { text, bytes, range, mask })?;
    let mut documents = documents.into_iter();
    match (documents.next(), documents.next()) {
        (Some(document), None) => Ok(document),
        (None, _) => Ok(Builder::new(text, bytes, Syntax::Yaml, mask).finish(offset(base)..offset(end))),
        (Some(_), Some(second)) => Err(ParseDocument::Malformed {
            offset: second.range.start,
            reason: "a second document begins inside the first".to_owned(),
        }),
    }
}

/// Parses the first document in `range` of `bytes` and looks at nothing behind it, as a decoder of Go does that is asked
/// once. A range without any content gives a document without a root.
///
/// # Errors
/// If the document is broken YAML or passes a limit.
pub fn parse_first<'t>(
    text: TextId,
    bytes: &'t [u8],
    range: Range<usize>,
) -> Result<Document<'t>, ParseDocument> {
    if range.len() as u64 <= FILE_BYTES_MAX
        && let Some(document) = crate::scan::read_document(text, bytes, range.clone())
    {
        return Ok(document);
    }
    let (start, end) = (offset(range.start), offset(range.end));
    let documents = read_range(Input { text, bytes, range, mask: None }, 1)?;
    let none = || Builder::new(text, bytes, Syntax::Yaml, None).finish(start..end);
    Ok(documents.into_iter().next().unwrap_or_else(none))
}

/// Parses all documents of `bytes`.
///
/// # Errors
/// If any of them is broken.
pub fn parse_all(text: TextId, bytes: &[u8]) -> Result<Vec<Document<'_>>, ParseDocument> {
    match parse_range(Input { text, bytes, range: 0..bytes.len(), mask: None }) {
        Err(error @ ParseDocument::Malformed { .. }) => parse_each(text, bytes).ok_or(error),
        parsed => parsed,
    }
}

/// The documents of `bytes`, each read by itself, so that what kubectl takes and the scanner underneath refuses is
/// read as well; none if one of them is broken.
fn parse_each(text: TextId, bytes: &[u8]) -> Option<Vec<Document<'_>>> {
    let ranges = crate::scan::split(bytes, FILE_DOCUMENTS_MAX).ok()?;
    ranges.into_iter().map(|range| parse(text, bytes, range, None).ok()).collect()
}

struct Input<'t> {
    text: TextId,
    bytes: &'t [u8],
    range: Range<usize>,
    mask: Option<&'t Mask>,
}

fn parse_range(input: Input<'_>) -> Result<Vec<Document<'_>>, ParseDocument> {
    read_range(input, usize::MAX)
}

/// Parses until there are `documents_wanted`.
fn read_range(input: Input<'_>, documents_wanted: usize) -> Result<Vec<Document<'_>>, ParseDocument> {
    if input.range.len() as u64 > FILE_BYTES_MAX {
        return Err(ParseDocument::TooLarge);
    }
    let base = input.range.start;
    let to_parse = input.mask.map_or(input.bytes, Mask::bytes).get(input.range.clone()).unwrap_or_default();
    let source = std::str::from_utf8(to_parse)
        .map_err(|error| ParseDocument::NotUtf8 { offset: offset(base + error.valid_up_to()) })?;
    if base == 0
        && input.mask.is_none()
        && let Some(at) = crate::scan::stray_end(source.as_bytes())
    {
        let reason = "a '...' ends a document that has not begun".to_owned();
        return Err(ParseDocument::Malformed { offset: offset(at), reason });
    }
    let mut reader = Reader {
        input,
        source,
        builder: None,
        documents: Vec::new(),
        anchors: BTreeMap::new(),
        last: None,
        token_end: 0,
    };
    for event in Parser::new_from_str_with_options(source, options()) {
        let (event, span) = event.map_err(|error| failure(&error, base))?;
        let range = span.byte_range().unwrap_or_default();
        let tag = span.tag_span().and_then(|tag| tag.byte_range());
        reader.event(event, range, tag)?;
        if reader.documents.len() >= documents_wanted {
            break;
        }
    }
    Ok(reader.finish())
}

fn options() -> Options {
    granit_parser::options! {
        emit_anchor_events: true,
        emit_unresolved_aliases: true,
        flow_nesting_limit: DEPTH_MAX,
        block_nesting_limit: DEPTH_MAX,
        // Kubernetes keys are short, but values in flow style are looked through for a `:` as well.
        simple_key_max_lookahead: 1024,
        // Long licence headers and commented-out blocks are ordinary; the file's size bounds them.
        max_buffered_comment_events: usize::MAX,
    }
}

fn failure(error: &ScanError, base: usize) -> ParseDocument {
    let at = offset(base + error.marker().byte_offset().unwrap_or(0));
    let reason = error.info().to_owned();
    if reason.contains("nesting") || reason.contains("recursion") {
        return ParseDocument::TooDeep { offset: at };
    }
    ParseDocument::Malformed { offset: at, reason }
}

/// Turns events into documents. Event ranges are relative to `source`; nodes get ranges of the text.
struct Reader<'t, 's> {
    input: Input<'t>,
    source: &'s str,
    builder: Option<Builder<'t>>,
    documents: Vec<Document<'t>>,
    /// The node of each anchor id of the open document.
    anchors: BTreeMap<usize, NodeId>,
    /// The node that an anchor event belongs to.
    last: Option<NodeId>,
    /// Where the last token ended, from which a block scalar's header is looked for.
    token_end: usize,
}

impl<'t> Reader<'t, '_> {
    fn event(
        &mut self,
        event: Event<'_>,
        range: Range<usize>,
        tag: Option<Range<usize>>,
    ) -> Result<(), ParseDocument> {
        match event {
            Event::StreamStart | Event::StreamEnd => {}
            Event::DocumentStart(explicit, _) => self.start_document(explicit.then_some(range.end))?,
            Event::DocumentEnd => self.end_document(range.end),
            Event::Comment(..) => {
                let range = self.absolute(&range);
                self.builder().comment(range);
            }
            Event::Scalar(text, style, anchor, resolved) => {
                let is_last = range.end >= self.source.len();
                let text = if is_last { without_break_past_end(&text, style, self.source) } else { &text };
                let node = self.scalar(text, style, range, tag.as_ref());
                self.properties(node, anchor, tag, resolved);
            }
            Event::MappingStart(style, anchor, resolved) => {
                let start = self.absolute(&range).start;
                let node = self.builder().open_mapping(structure(style), start);
                self.token_end = range.end.max(self.token_end);
                self.properties(node, anchor, tag, resolved);
            }
            Event::SequenceStart(style, anchor, resolved) => {
                let start = self.absolute(&range).start;
                let node = self.builder().open_sequence(structure(style), start);
                self.token_end = range.end.max(self.token_end);
                self.properties(node, anchor, tag, resolved);
            }
            Event::MappingEnd | Event::SequenceEnd => {
                let end = self.absolute(&range).end;
                self.builder().close(end);
                if !range.is_empty() {
                    self.token_end = range.end;
                }
            }
            Event::Alias(id) => {
                let target = self.anchors.get(&id).copied();
                let absolute = self.absolute(&range);
                self.builder().alias(target, absolute);
                self.token_end = range.end;
            }
            Event::UnresolvedAlias(name) => {
                return Err(ParseDocument::DanglingAlias {
                    offset: self.absolute(&range).start,
                    name: name.into_owned(),
                });
            }
            Event::Anchor(_, _) => {
                let absolute = self.absolute(&range);
                if let Some(node) = self.last {
                    self.builder().anchor(node, absolute);
                }
            }
            // The enum is open to additions; a kind of event that we do not know holds no node.
            _ => {}
        }
        Ok(())
    }

    fn scalar(
        &mut self,
        text: &str,
        style: granit_parser::ScalarStyle,
        range: Range<usize>,
        tag: Option<&Range<usize>>,
    ) -> NodeId {
        let style = scalar_style(style);
        let from = tag.map_or(self.token_end, |tag| tag.end.max(self.token_end));
        let written = match style {
            ScalarStyle::Literal | ScalarStyle::Folded => self.block_scalar_range(from, &range),
            _ => range.clone(),
        };
        self.token_end = written.end.max(self.token_end);
        let absolute = self.absolute(&written);
        if range.is_empty() && style == ScalarStyle::Plain {
            return self.builder().source_scalar(style, absolute.clone(), absolute);
        }
        match self.verbatim(text, style, &written) {
            Some(source) => {
                let source = self.absolute(&source);
                self.builder().source_scalar(style, absolute, source)
            }
            None => self.builder().decoded_scalar(style, absolute, text),
        }
    }

    /// Where `text` stands in the source as it is: the scalar's own bytes or those between its quotes.
    fn verbatim(&self, text: &str, style: ScalarStyle, written: &Range<usize>) -> Option<Range<usize>> {
        let inner = match style {
            ScalarStyle::Plain => written.clone(),
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => {
                written.start + 1..written.end.saturating_sub(1).max(written.start + 1)
            }
            ScalarStyle::Literal | ScalarStyle::Folded => return None,
        };
        (self.source.get(inner.clone()) == Some(text)).then_some(inner)
    }

    /// A block scalar with its header; blank lines after it are left out unless `+` keeps them.
    fn block_scalar_range(&self, from: usize, content: &Range<usize>) -> Range<usize> {
        let bytes = self.source.as_bytes();
        let start = header_start(bytes, from).unwrap_or(content.start);
        let header = bytes.get(start..).unwrap_or_default();
        let header_end = start + memchr::memchr2(b'\n', b'\r', header).unwrap_or(header.len());
        let keeps = bytes.get(start..header_end).unwrap_or_default().iter().take(3).any(|byte| *byte == b'+');
        let mut end = content.end.max(start + 1);
        let is_trailing =
            |byte: &u8| if keeps { false } else { matches!(byte, b'\n' | b'\r' | b' ' | b'\t') };
        while end > header_end && end > start + 1 && bytes.get(end - 1).is_some_and(is_trailing) {
            end -= 1;
        }
        if keeps && end > header_end {
            end = last_line_end(bytes.get(..end).unwrap_or_default()).max(header_end);
        }
        let header_text_end = start + trimmed_length(bytes.get(start..header_end).unwrap_or_default());
        start..end.max(header_text_end)
    }

    fn properties(
        &mut self,
        node: NodeId,
        anchor: usize,
        range: Option<Range<usize>>,
        tag: Option<Cow<'_, Tag>>,
    ) {
        self.last = Some(node);
        if anchor != 0 {
            self.anchors.insert(anchor, node);
        }
        if let (Some(range), Some(tag)) = (range, tag) {
            let absolute = self.absolute(&range);
            let short = short_tag(&tag);
            self.builder().tag(node, absolute, short);
        }
    }

    fn start_document(&mut self, marker_end: Option<usize>) -> Result<(), ParseDocument> {
        if self.documents.len() >= FILE_DOCUMENTS_MAX {
            return Err(ParseDocument::TooManyDocuments);
        }
        self.anchors.clear();
        self.last = None;
        if let Some(end) = marker_end {
            self.token_end = end;
        }
        self.builder();
        Ok(())
    }

    fn end_document(&mut self, end: usize) {
        if let Some(builder) = self.builder.take() {
            let start =
                self.documents.last().map_or(offset(self.input.range.start), |document| document.range.end);
            let end = offset(self.input.range.start + end).max(start);
            self.documents.push(builder.finish(start..end));
        }
    }

    fn finish(mut self) -> Vec<Document<'t>> {
        let end = offset(self.input.range.end);
        let trailing = self.builder.take();
        if let Some(last) = self.documents.last_mut() {
            // Comments after the last document belong to its range.
            last.range.end = end;
            if let Some(trailing) = trailing {
                last.comments.extend(trailing.finish(end..end).comments);
            }
        } else if let Some(only_comments) = trailing {
            self.documents.push(only_comments.finish(offset(self.input.range.start)..end));
        }
        self.documents
    }

    fn builder(&mut self) -> &mut Builder<'t> {
        let input = &self.input;
        self.builder.get_or_insert_with(|| Builder::new(input.text, input.bytes, Syntax::Yaml, input.mask))
    }

    fn absolute(&self, range: &Range<usize>) -> Range<u32> {
        let base = self.input.range.start;
        offset(base + range.start)..offset(base + range.end)
    }
}

/// Finds the `|` or `>` that begins a block scalar, from the end of the token before it: past
/// indicators, white space, comments, anchors and tags.
fn header_start(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        match bytes.get(at)? {
            b'|' | b'>' => return Some(at),
            b'#' => at += memchr::memchr2(b'\n', b'\r', bytes.get(at..)?)?,
            b'&' | b'!' => at += bytes.get(at..)?.iter().position(|byte| byte.is_ascii_whitespace())?,
            b' ' | b'\t' | b'\r' | b'\n' | b':' | b'-' | b'?' => at += 1,
            // A byte order mark or a `...` before the document.
            0xef | 0xbb | 0xbf | b'.' => at += 1,
            _ => return None,
        }
    }
}

/// Where the last line of `text` ends, its line end left out; the indentation of whatever comes next is no line of it.
pub(crate) fn last_line_end(text: &[u8]) -> usize {
    let blanks = text.iter().rev().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let lines = text.get(..text.len() - blanks).unwrap_or_default();
    match lines.strip_suffix(b"\n") {
        Some(line) => line.strip_suffix(b"\r").unwrap_or(line).len(),
        None => text.len(),
    }
}

/// A block scalar whose last line ends with the source has no line break there; the scanner gives it one all the same.
fn without_break_past_end<'s>(text: &'s str, style: granit_parser::ScalarStyle, source: &str) -> &'s str {
    let is_block = matches!(style, granit_parser::ScalarStyle::Literal | granit_parser::ScalarStyle::Folded);
    let last_line = source.rsplit(['\n', '\r']).next().unwrap_or_default();
    match text.strip_suffix('\n') {
        Some(unbroken) if is_block && !last_line.trim().is_empty() => unbroken,
        _ => text,
    }
}

fn trimmed_length(line: &[u8]) -> usize {
    line.iter().rposition(|byte| !byte.is_ascii_whitespace()).map_or(0, |last| last + 1)
}

fn short_tag(tag: &Tag) -> String {
    match tag.handle() {
        "tag:yaml.org,2002:" => format!("!!{}", tag.suffix()),
        handle => format!("{handle}{}", tag.suffix()),
    }
}

fn scalar_style(style: granit_parser::ScalarStyle) -> ScalarStyle {
    match style {
        granit_parser::ScalarStyle::Plain => ScalarStyle::Plain,
        granit_parser::ScalarStyle::SingleQuoted => ScalarStyle::SingleQuoted,
        granit_parser::ScalarStyle::DoubleQuoted => ScalarStyle::DoubleQuoted,
        granit_parser::ScalarStyle::Literal => ScalarStyle::Literal,
        granit_parser::ScalarStyle::Folded => ScalarStyle::Folded,
    }
}

fn structure(style: StructureStyle) -> Structure {
    match style {
        StructureStyle::Block => Structure::Block,
        StructureStyle::Flow => Structure::Flow,
    }
}
