//! Walks a document's lines with a stack of indentations, as a block mapping or sequence nests them.
//!
//! Every line that is neither blank nor a comment is an entry, a key, the start of a value that is due, or
//! the continuation of a plain scalar; its column against the stack says which. Scalars and flow
//! collections are read by the neighbouring modules and move the place behind them.

use memchr::memchr;

use super::super::bytes::leading_spaces;
use super::super::split::{BYTE_ORDER_MARK, Marker, is_blank, is_break, marker};
use super::scalar::PlainEnd;
use super::{Reason, Step, Stop, invalid};

/// Block collections inside each other. Deeper ones are left to the full parser, whose own limit
/// (256 nodes, granit-parser's 255 block levels) is more than twice this, because a level here can
/// stand for two of its: a mapping and the sequence at its indentation.
const LEVELS_MAX: usize = 64;
/// Anchors remembered by name. More are left to the full parser: each alias looks through all of them.
const ANCHORS_MAX: usize = 64;
/// Comments in a row. granit-parser gives up at 97 in front of some nodes.
const COMMENTS_IN_A_ROW_MAX: usize = 90;
/// Bytes of a key. granit-parser (like YAML) allows 1,024 characters up to the colon.
pub(super) const KEY_BYTES_MAX: usize = 1_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Mapping,
    Sequence,
    /// A mapping whose last key has a sequence at the mapping's own indentation.
    MappingInEntries,
}

#[derive(Debug, Clone, Copy)]
struct Level {
    column: usize,
    kind: Kind,
    /// Whether the last key or entry still waits for a value on a line of its own.
    is_pending: bool,
}

/// Whether a node may turn out to be the first key of a mapping that starts here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum AsKey {
    Allowed,
    /// Behind `key: `, where a colon is a fault.
    Forbidden,
    /// Behind an anchor or a tag, which would belong to the key: the full parser decides.
    Unclear,
}

#[derive(Debug)]
struct Line {
    /// Offset of its first byte that is no space.
    at: usize,
    column: usize,
}

/// The state of one pass over a document.
pub(super) struct Walk<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) at: usize,
    levels: [Level; LEVELS_MAX],
    depth: usize,
    is_root_pending: bool,
    /// Whether the last value is a plain scalar that the next line may continue.
    is_plain_open: bool,
    comments_in_a_row: usize,
    /// Ranges of the names of the anchors so far.
    anchors: Vec<(usize, usize)>,
}

impl<'a> Walk<'a> {
    pub(super) const fn over(document: &'a [u8]) -> Self {
        let level = Level { column: 0, kind: Kind::Mapping, is_pending: false };
        Self {
            bytes: document,
            at: 0,
            levels: [level; LEVELS_MAX],
            depth: 0,
            is_root_pending: true,
            is_plain_open: false,
            comments_in_a_row: 0,
            anchors: Vec::new(),
        }
    }

    pub(super) fn run(&mut self) -> Step<()> {
        self.skip_prefix()?;
        while let Some(line) = self.next_line()? {
            self.close_deeper_than(line.column);
            self.read_line(&line)?;
        }
        Ok(())
    }

    /// Moves behind the byte order mark, leading comments and the `---` line.
    fn skip_prefix(&mut self) -> Step<()> {
        if self.bytes.starts_with(BYTE_ORDER_MARK) {
            self.at = BYTE_ORDER_MARK.len();
        }
        loop {
            let rest = self.rest();
            match rest.first() {
                Some(b'%' | b'\t' | 0xef) => return Err(Stop::Unsure),
                Some(b'.') if marker(rest).is_some() => return Err(Stop::Unsure),
                Some(b'-') if marker(rest) == Some(Marker::Start) => {
                    self.at += 3;
                    return if self.skip_to_line_end()? { Ok(()) } else { Err(Stop::Unsure) };
                }
                Some(b'#' | b'\n' | b'\r') => self.skip_line(),
                Some(_) | None => return Ok(()),
            }
        }
    }

    /// The next line with content. Ends at the document's end or its `...`.
    fn next_line(&mut self) -> Step<Option<Line>> {
        loop {
            let rest = self.rest();
            let column = leading_spaces(rest);
            match rest.get(column) {
                None => return Ok(None),
                Some(b'\n' | b'\r') => self.skip_line(),
                Some(b'#') => self.skip_comment_line()?,
                Some(b'\t') if self.is_blank_from_here() => self.skip_line(),
                Some(b'\t') => return Err(Stop::Unsure),
                Some(b'%') if column == 0 => return Err(Stop::Unsure),
                Some(b'-' | b'.') if column == 0 && marker(rest).is_some() => {
                    return self.read_end().map(|()| None);
                }
                Some(_) => {
                    self.comments_in_a_row = 0;
                    return Ok(Some(Line { at: self.at + column, column }));
                }
            }
        }
    }

    fn skip_comment_line(&mut self) -> Step<()> {
        self.is_plain_open = false;
        self.count_comment()?;
        self.skip_line();
        Ok(())
    }

    pub(super) fn count_comment(&mut self) -> Step<()> {
        self.comments_in_a_row += 1;
        if self.comments_in_a_row > COMMENTS_IN_A_ROW_MAX { Err(Stop::Unsure) } else { Ok(()) }
    }

    /// Reads from a marker line to the end, where only comments may follow.
    fn read_end(&mut self) -> Step<()> {
        while let Some(first) = self.byte() {
            if first == b'#' {
                self.skip_line();
                continue;
            }
            if marker(self.rest()) == Some(Marker::End) {
                self.at += 3;
            }
            self.expect_line_end(Stop::Unsure)?;
        }
        Ok(())
    }

    fn close_deeper_than(&mut self, column: usize) {
        while let Some(level) = self.top()
            && level.column > column
        {
            self.depth -= 1;
            self.is_plain_open = false;
        }
    }

    fn read_line(&mut self, line: &Line) -> Step<()> {
        self.at = line.at;
        let Some(top) = self.top() else {
            return self.read_root(line);
        };
        if line.column > top.column {
            if self.is_plain_open {
                return self.read_continuation();
            }
            if !top.is_pending {
                return Err(invalid(line.at, Reason::WrongIndentation));
            }
            return self.read_pending(line);
        }
        self.is_plain_open = false;
        if self.is_indicator(b'-') {
            return self.read_entry_at_level(top, line);
        }
        match top.kind {
            Kind::Sequence => Err(invalid(line.at, Reason::EntryExpected)),
            Kind::Mapping | Kind::MappingInEntries => self.read_key_at_level(line),
        }
    }

    fn read_root(&mut self, line: &Line) -> Step<()> {
        if !self.is_root_pending {
            return Err(invalid(line.at, Reason::SecondRoot));
        }
        self.is_root_pending = false;
        self.read_pending(line)?;
        // A root that is a scalar follows rules of its own about its indentation.
        if self.depth == 0 { self.read_behind_root() } else { Ok(()) }
    }

    /// Behind a root flow collection. `read_node` leaves every root scalar to the full parser.
    fn read_behind_root(&mut self) -> Step<()> {
        match self.next_line()? {
            None => Ok(()),
            Some(_) => Err(Stop::Unsure),
        }
    }

    /// Reads the first line of a value that stands below its key or dash.
    fn read_pending(&mut self, line: &Line) -> Step<()> {
        if self.is_indicator(b'-') {
            self.open(Kind::Sequence, line.column)?;
            return self.read_behind_dash(line.column);
        }
        if matches!(self.byte(), Some(b'&' | b'*' | b'!')) {
            return Err(Stop::Unsure);
        }
        self.read_node(line.column, AsKey::Allowed)
    }

    fn read_entry_at_level(&mut self, top: Level, line: &Line) -> Step<()> {
        match top.kind {
            Kind::Sequence | Kind::MappingInEntries => {}
            Kind::Mapping if top.is_pending => self.set_kind(Kind::MappingInEntries),
            Kind::Mapping => return Err(invalid(line.at, Reason::EntryNotAllowed)),
        }
        self.read_behind_dash(line.column)
    }

    fn read_key_at_level(&mut self, line: &Line) -> Step<()> {
        self.set_kind(Kind::Mapping);
        match self.byte() {
            Some(quote @ (b'"' | b'\'')) => {
                let is_one_line = self.read_quoted(quote, Some(line.column))?;
                if !self.is_key_end(line.at) || !is_one_line {
                    // Over several lines or without a colon; both are refused, for different reasons.
                    return Err(Stop::Unsure);
                }
            }
            Some(b'[' | b'{' | b'}' | b']' | b',' | b'&' | b'*' | b'!' | b'|' | b'>') => {
                return Err(Stop::Unsure);
            }
            Some(b'@' | b'`' | b'%') => return Err(invalid(line.at, Reason::ReservedIndicator)),
            Some(b'?' | b':') if self.is_indicator_here() => return Err(Stop::Unsure),
            _ => {
                if self.read_plain() != PlainEnd::Colon {
                    return Err(invalid(line.at, Reason::KeyWithoutColon));
                }
                self.check_key_length(line.at)?;
            }
        }
        self.read_behind_colon()
    }

    /// From a dash on: the entry's value on the same line, or nothing.
    fn read_behind_dash(&mut self, column: usize) -> Step<()> {
        let mut column = column;
        loop {
            let dash = self.at;
            self.at += 1;
            self.set_pending(true);
            if self.skip_to_line_end()? {
                return Ok(());
            }
            column += self.at - dash;
            if !self.is_indicator(b'-') {
                break;
            }
            self.open(Kind::Sequence, column)?;
        }
        self.read_value(column, AsKey::Allowed)
    }

    /// From a key's colon on: the value on the same line, or nothing.
    fn read_behind_colon(&mut self) -> Step<()> {
        self.at += 1;
        self.set_pending(true);
        if self.skip_to_line_end()? {
            return Ok(());
        }
        if self.is_indicator(b'-') {
            return Err(invalid(self.at, Reason::EntryNotAllowed));
        }
        self.read_value(0, AsKey::Forbidden)
    }

    /// A value that starts on the line of its key or dash, with its anchor and tag.
    fn read_value(&mut self, column: usize, as_key: AsKey) -> Step<()> {
        match self.byte() {
            Some(b'*') => {
                self.read_alias()?;
                self.set_pending(false);
                self.expect_line_end(Stop::Unsure)
            }
            Some(b'&' | b'!') => {
                if self.read_properties()? {
                    return Ok(());
                }
                if matches!(self.byte(), Some(b'*')) || self.is_indicator(b'-') {
                    return Err(Stop::Unsure);
                }
                self.read_node(column, if as_key == AsKey::Allowed { AsKey::Unclear } else { as_key })
            }
            _ => self.read_node(column, as_key),
        }
    }

    /// A scalar, a flow collection or the first key of a mapping at `column`.
    fn read_node(&mut self, column: usize, as_key: AsKey) -> Step<()> {
        let start = self.at;
        match self.byte() {
            Some(quote @ (b'"' | b'\'')) => self.read_quoted_node(quote, column, as_key),
            Some(b'[' | b'{') => {
                self.set_pending(false);
                self.read_flow()?;
                self.expect_line_end(Stop::Unsure)
            }
            Some(b'|' | b'>') => {
                let parent = self.parent_column().ok_or(Stop::Unsure)?;
                self.set_pending(false);
                self.read_block_scalar(parent)
            }
            Some(b'@' | b'`' | b'%') => Err(invalid(start, Reason::ReservedIndicator)),
            Some(b']' | b'}' | b',' | b'&' | b'*' | b'!') => Err(Stop::Unsure),
            Some(b'-' | b'?' | b':') if self.is_indicator_here() => Err(Stop::Unsure),
            _ => self.read_plain_node(column, as_key),
        }
    }

    fn read_quoted_node(&mut self, quote: u8, column: usize, as_key: AsKey) -> Step<()> {
        let start = self.at;
        let parent = self.parent_column();
        let is_one_line = self.read_quoted(quote, parent)?;
        let end = self.at;
        if self.is_key_end(start) {
            return match as_key {
                AsKey::Allowed if is_one_line => self.read_first_key(column),
                AsKey::Forbidden if is_one_line => Err(invalid(end, Reason::ValueNotAllowed)),
                _ => Err(Stop::Unsure),
            };
        }
        if parent.is_none() || self.byte() == Some(b':') {
            return Err(Stop::Unsure);
        }
        self.set_pending(false);
        self.expect_line_end(invalid(end, Reason::TextBehindNode))
    }

    fn read_plain_node(&mut self, column: usize, as_key: AsKey) -> Step<()> {
        let start = self.at;
        let end = self.read_plain();
        match (end, as_key) {
            (PlainEnd::Colon, AsKey::Allowed) => {
                self.check_key_length(start)?;
                self.read_first_key(column)
            }
            (PlainEnd::Colon, AsKey::Forbidden) => Err(invalid(self.at, Reason::ValueNotAllowed)),
            (PlainEnd::Colon, AsKey::Unclear) => Err(Stop::Unsure),
            (PlainEnd::Comment | PlainEnd::Line, _) if self.depth == 0 => Err(Stop::Unsure),
            (PlainEnd::Comment, _) => {
                self.set_pending(false);
                self.count_comment()?;
                self.skip_line();
                Ok(())
            }
            (PlainEnd::Line, _) => {
                self.set_pending(false);
                self.is_plain_open = true;
                Ok(())
            }
        }
    }

    fn read_continuation(&mut self) -> Step<()> {
        match self.read_plain() {
            PlainEnd::Colon => Err(invalid(self.at, Reason::ValueNotAllowed)),
            PlainEnd::Comment => {
                self.is_plain_open = false;
                self.count_comment()?;
                self.skip_line();
                Ok(())
            }
            PlainEnd::Line => Ok(()),
        }
    }

    /// A mapping opens at its first key, whose colon is here.
    fn read_first_key(&mut self, column: usize) -> Step<()> {
        self.open(Kind::Mapping, column)?;
        self.read_behind_colon()
    }

    fn check_key_length(&self, start: usize) -> Step<()> {
        if self.at - start > KEY_BYTES_MAX { Err(Stop::Unsure) } else { Ok(()) }
    }

    /// Skips spaces. Whether a key that started at `start` ends there with its colon.
    fn is_key_end(&mut self, start: usize) -> bool {
        let blanks = leading_spaces(self.rest());
        let has_colon = self.bytes.get(self.at + blanks) == Some(&b':');
        if has_colon {
            self.at += blanks;
        }
        self.is_indicator(b':') && self.at - start <= KEY_BYTES_MAX
    }

    /// Reads anchors and tags. True if nothing else stands on the line, so that the value is still due.
    fn read_properties(&mut self) -> Step<bool> {
        let (mut has_anchor, mut has_tag) = (false, false);
        loop {
            match self.byte() {
                Some(b'&') if !has_anchor => {
                    has_anchor = true;
                    let name = self.read_name()?;
                    if self.anchors.len() == ANCHORS_MAX {
                        return Err(Stop::Unsure);
                    }
                    self.anchors.push(name);
                }
                Some(b'!') if !has_tag => {
                    has_tag = true;
                    self.read_tag()?;
                }
                Some(b'&' | b'!') => return Err(Stop::Unsure),
                _ => return Ok(false),
            }
            if self.skip_to_line_end()? {
                return Ok(true);
            }
        }
    }

    pub(super) fn read_alias(&mut self) -> Step<()> {
        let start = self.at;
        let (from, to) = self.read_name()?;
        let name = self.bytes.get(from..to);
        if self.anchors.iter().any(|&(from, to)| self.bytes.get(from..to) == name) {
            Ok(())
        } else {
            Err(invalid(start, Reason::UnknownAnchor))
        }
    }

    // Places and levels.

    pub(super) fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    pub(super) fn byte(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// Whether `indicator` stands here with a blank, a break or the end behind it.
    pub(super) fn is_indicator(&self, indicator: u8) -> bool {
        self.byte() == Some(indicator) && self.is_indicator_here()
    }

    fn is_indicator_here(&self) -> bool {
        self.bytes.get(self.at + 1).is_none_or(|&byte| is_separator(byte))
    }

    pub(super) fn skip_line(&mut self) {
        self.at = memchr(b'\n', self.rest()).map_or(self.bytes.len(), |found| self.at + found + 1);
    }

    /// Skips spaces and then, if nothing else is left of the line, the line with its comment.
    pub(super) fn skip_to_line_end(&mut self) -> Step<bool> {
        let start = self.at;
        // Nearly always one space, for which a plain loop is the fastest.
        while self.byte() == Some(b' ') {
            self.at += 1;
        }
        match self.byte() {
            None => Ok(true),
            Some(b'\n') => {
                self.at += 1;
                Ok(true)
            }
            Some(b'\r') => {
                self.skip_line();
                Ok(true)
            }
            Some(b'#') if self.at > start => {
                self.count_comment()?;
                self.skip_line();
                Ok(true)
            }
            Some(b'\t') if self.is_blank_from_here() => {
                self.skip_line();
                Ok(true)
            }
            // Whether a tab separates or is a fault depends on what stands around it.
            Some(b'\t') => Err(Stop::Unsure),
            Some(_) => Ok(false),
        }
    }

    fn is_blank_from_here(&self) -> bool {
        self.rest().iter().find(|&&byte| !is_blank(byte)).is_none_or(|&byte| is_break(byte))
    }

    fn expect_line_end(&mut self, otherwise: Stop) -> Step<()> {
        if self.skip_to_line_end()? { Ok(()) } else { Err(otherwise) }
    }

    fn top(&self) -> Option<Level> {
        self.levels.get(self.depth.checked_sub(1)?).copied()
    }

    fn top_mut(&mut self) -> Option<&mut Level> {
        self.levels.get_mut(self.depth.checked_sub(1)?)
    }

    /// Column of the innermost block collection; `None` at the root.
    fn parent_column(&self) -> Option<usize> {
        self.top().map(|level| level.column)
    }

    fn open(&mut self, kind: Kind, column: usize) -> Step<()> {
        self.set_pending(false);
        *self.levels.get_mut(self.depth).ok_or(Stop::Unsure)? = Level { column, kind, is_pending: true };
        self.depth += 1;
        Ok(())
    }

    fn set_pending(&mut self, is_pending: bool) {
        if let Some(level) = self.top_mut() {
            level.is_pending = is_pending;
        }
    }

    fn set_kind(&mut self, kind: Kind) {
        if let Some(level) = self.top_mut() {
            level.kind = kind;
        }
    }
}

/// What ends an indicator: `-`, `?`, `:` count as one only in front of these.
pub(super) const fn is_separator(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t') || is_break(byte)
}
