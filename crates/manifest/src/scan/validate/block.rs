//! Reads the lines of block mappings and sequences against the stack of indentations.
//!
//! Every line that is neither blank nor a comment is an entry, a key, the start of a value that is due, or
//! the continuation of a plain scalar; its column against the stack says which. Scalars and flow
//! collections are read by the neighbouring modules and move the place behind them.

use std::ops::Range;

use super::super::bytes::leading_spaces;
use super::scalar::PlainEnd;
use super::sink::{Collection, Scalar, Sink};
use super::walk::{Kind, Level, Line, Walk};
use super::{Reason, Step, Stop, invalid};

/// Bytes of a key. granit-parser (like YAML) allows 1,024 characters up to the colon.
pub(super) const KEY_BYTES_MAX: usize = 1_000;

/// Whether a node may turn out to be the first key of a mapping that starts here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum AsKey {
    Allowed,
    /// Behind `key: `, where a colon is a fault.
    Forbidden,
    /// Behind an anchor or a tag, which would belong to the key: the full parser decides.
    Unclear,
}

impl<S: Sink> Walk<'_, S> {
    /// Reads to the document's end and gives back who was told.
    pub(super) fn run(mut self) -> Step<S> {
        self.skip_prefix()?;
        while let Some(line) = self.next_line()? {
            self.close_deeper_than(line.column);
            self.read_line(&line)?;
        }
        self.close_all();
        Ok(self.sink)
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
            Kind::Mapping | Kind::MappingInEntries => {
                self.end_entry(top);
                self.read_key_at_level(line)
            }
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
            self.open(Kind::Sequence, line.column, line.at)?;
            return self.read_behind_dash(line.column);
        }
        if S::IS_LENIENT && self.depth == 0 && self.byte() == Some(b'!') && !self.read_properties()? {
            return self.read_node(line.column, AsKey::Unclear);
        }
        if matches!(self.byte(), Some(b'&' | b'*' | b'!')) {
            return Err(Stop::Unsure);
        }
        self.read_node(line.column, AsKey::Allowed)
    }

    fn read_entry_at_level(&mut self, top: Level, line: &Line) -> Step<()> {
        match top.kind {
            Kind::Sequence | Kind::MappingInEntries if top.is_pending => self.sink.empty(),
            Kind::Sequence | Kind::MappingInEntries => {}
            Kind::Mapping if top.is_pending => {
                self.sink.open(Collection::BlockSequence, line.at);
                self.set_kind(Kind::MappingInEntries);
            }
            Kind::Mapping => return Err(invalid(line.at, Reason::EntryNotAllowed)),
        }
        self.read_behind_dash(line.column)
    }

    fn read_key_at_level(&mut self, line: &Line) -> Step<()> {
        self.set_kind(Kind::Mapping);
        match self.byte() {
            Some(quote @ (b'"' | b'\'')) => {
                let is_one_line = self.read_quoted(quote, Some(line.column))?;
                self.sink.scalar(Scalar::Quoted, line.at..self.at);
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
                self.sink.scalar(Scalar::Plain, line.at..self.at);
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
            self.sink.due(self.at);
            if S::IS_LENIENT && self.has_tab_behind_dash() {
                return Err(Stop::Unsure);
            }
            if self.skip_to_line_end()? {
                return Ok(());
            }
            column += self.at - dash;
            if !self.is_indicator(b'-') {
                break;
            }
            self.open(Kind::Sequence, column, self.at)?;
        }
        self.read_value(column, AsKey::Allowed)
    }

    fn has_tab_behind_dash(&self) -> bool {
        self.rest().iter().find(|&&byte| byte != b' ') == Some(&b'\t')
    }

    /// From a key's colon on: the value on the same line, or nothing.
    fn read_behind_colon(&mut self) -> Step<()> {
        self.sink.due(self.at);
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
                AsKey::Allowed if is_one_line => self.read_first_key(column, Scalar::Quoted, start..end),
                AsKey::Forbidden if is_one_line => Err(invalid(end, Reason::ValueNotAllowed)),
                _ => Err(Stop::Unsure),
            };
        }
        if parent.is_none() && !S::IS_LENIENT || self.byte() == Some(b':') {
            return Err(Stop::Unsure);
        }
        self.sink.scalar(Scalar::Quoted, start..end);
        self.set_pending(false);
        self.expect_line_end(invalid(end, Reason::TextBehindNode))
    }

    fn read_plain_node(&mut self, column: usize, as_key: AsKey) -> Step<()> {
        let start = self.at;
        let end = self.read_plain();
        match (end, as_key) {
            (PlainEnd::Colon, AsKey::Allowed) => {
                self.check_key_length(start)?;
                self.read_first_key(column, Scalar::Plain, start..self.at)
            }
            (PlainEnd::Colon, AsKey::Forbidden) => Err(invalid(self.at, Reason::ValueNotAllowed)),
            (PlainEnd::Colon, AsKey::Unclear) => Err(Stop::Unsure),
            (PlainEnd::Comment | PlainEnd::Line, _) if self.depth == 0 => Err(Stop::Unsure),
            (PlainEnd::Comment, _) => {
                self.sink.scalar(Scalar::Plain, start..self.at);
                self.set_pending(false);
                self.take_comment(self.at)?;
                self.skip_line();
                Ok(())
            }
            (PlainEnd::Line, _) => {
                self.sink.scalar(Scalar::Plain, start..self.at);
                self.set_pending(false);
                self.is_plain_open = true;
                Ok(())
            }
        }
    }

    fn read_continuation(&mut self) -> Step<()> {
        let end = self.read_plain();
        self.sink.plain_goes_on(self.at);
        match end {
            PlainEnd::Colon => Err(invalid(self.at, Reason::ValueNotAllowed)),
            PlainEnd::Comment => {
                self.is_plain_open = false;
                self.take_comment(self.at)?;
                self.skip_line();
                Ok(())
            }
            PlainEnd::Line => Ok(()),
        }
    }

    /// A mapping opens at its first key, whose colon is here.
    fn read_first_key(&mut self, column: usize, scalar: Scalar, key: Range<usize>) -> Step<()> {
        self.open(Kind::Mapping, column, key.start)?;
        self.sink.scalar(scalar, key);
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
                    self.sink.anchor(name.0 - 1..name.1);
                    self.remember_anchor(name)?;
                }
                Some(b'!') if !has_tag => {
                    has_tag = true;
                    let start = self.at;
                    self.read_tag()?;
                    self.sink.tag(start..self.at);
                }
                Some(b'&' | b'!') => return Err(Stop::Unsure),
                _ => return Ok(false),
            }
            if self.skip_to_line_end()? {
                return Ok(true);
            }
        }
    }

    fn read_alias(&mut self) -> Step<()> {
        let start = self.at;
        let name = self.read_name()?;
        self.sink.alias(start..self.at);
        if self.has_anchor(name) { Ok(()) } else { Err(invalid(start, Reason::UnknownAnchor)) }
    }
}
