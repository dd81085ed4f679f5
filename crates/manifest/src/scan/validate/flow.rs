//! Reads over flow collections: `[a, b]`, `{a: b}` and JSON-like ones over several lines.
//!
//! Left to the full parser: explicit keys, pairs inside sequences, collections as keys, keys and plain
//! scalars over several lines, anchors, aliases and tags.

use super::super::bytes::leading_spaces;
use super::super::split::{is_break, marker};
use super::block::KEY_BYTES_MAX;
use super::sink::{Collection, Scalar, Sink};
use super::walk::{Walk, is_separator};
use super::{Step, Stop};

/// Flow collections inside each other, one bit each; deeper ones are left to the full parser.
const LEVELS_MAX: u32 = 64;

/// The open collections: one bit each, set for a mapping, the innermost lowest.
#[derive(Debug, Clone, Copy)]
struct Open {
    is_mapping: u64,
    count: u32,
}

impl Open {
    fn push(&mut self, is_mapping: bool) -> Step<()> {
        if self.count == LEVELS_MAX {
            return Err(Stop::Unsure);
        }
        self.is_mapping = self.is_mapping << 1 | u64::from(is_mapping);
        self.count += 1;
        Ok(())
    }

    fn pop(&mut self) {
        self.is_mapping >>= 1;
        self.count -= 1;
    }

    const fn is_in_mapping(self) -> bool {
        self.is_mapping & 1 == 1
    }
}

/// What the innermost collection expects next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    /// An entry or the end.
    EntryOrEnd,
    /// A value behind a key's colon; none at all is allowed.
    Value,
    /// A comma or the end.
    CommaOrEnd,
}

impl<S: Sink> Walk<'_, S> {
    /// Reads a flow collection and moves behind its end.
    pub(super) fn read_flow(&mut self) -> Step<()> {
        let mut open = Open { is_mapping: 0, count: 0 };
        let mut next = Next::EntryOrEnd;
        loop {
            self.skip_flow_blanks()?;
            let byte = self.byte().ok_or(Stop::Unsure)?;
            next = match (byte, next) {
                (b'[' | b'{', Next::EntryOrEnd | Next::Value) => {
                    if next == Next::EntryOrEnd && open.count > 0 && open.is_in_mapping() {
                        return Err(Stop::Unsure);
                    }
                    open.push(byte == b'{')?;
                    let is_mapping = byte == b'{';
                    self.sink.open(
                        if is_mapping { Collection::FlowMapping } else { Collection::FlowSequence },
                        self.at,
                    );
                    self.at += 1;
                    Next::EntryOrEnd
                }
                (b']' | b'}', _) => {
                    if open.is_in_mapping() != (byte == b'}') {
                        return Err(Stop::Unsure);
                    }
                    open.pop();
                    self.at += 1;
                    self.end_flow_value(next);
                    self.sink.close(self.at);
                    if open.count == 0 {
                        return Ok(());
                    }
                    Next::CommaOrEnd
                }
                (b',', Next::CommaOrEnd | Next::Value) => {
                    self.end_flow_value(next);
                    self.at += 1;
                    Next::EntryOrEnd
                }
                (_, Next::CommaOrEnd) | (b',', Next::EntryOrEnd) => return Err(Stop::Unsure),
                (_, Next::EntryOrEnd) if open.is_in_mapping() => self.read_flow_key()?,
                (_, Next::EntryOrEnd | Next::Value) => {
                    self.read_flow_scalar()?;
                    Next::CommaOrEnd
                }
            };
        }
    }

    /// A value that is due and does not come has its place by rules of its own.
    fn end_flow_value(&mut self, next: Next) {
        if next == Next::Value {
            self.sink.flow_empty();
        }
    }

    /// A key of a flow mapping with its colon, if it has one on the same line.
    fn read_flow_key(&mut self) -> Step<Next> {
        let start = self.at;
        let is_quoted = matches!(self.byte(), Some(b'"' | b'\''));
        let is_one_line = self.read_flow_scalar()?;
        self.at += leading_spaces(self.rest());
        self.sink.due(self.at);
        if self.byte() != Some(b':') {
            self.sink.flow_empty();
            return Ok(Next::CommaOrEnd);
        }
        let is_end = self
            .bytes
            .get(self.at + 1)
            .is_none_or(|&byte| is_separator(byte) || matches!(byte, b',' | b']' | b'}'));
        if !is_one_line || !(is_end || is_quoted) || self.at - start > KEY_BYTES_MAX {
            return Err(Stop::Unsure);
        }
        self.at += 1;
        self.sink.due(self.at);
        Ok(Next::Value)
    }

    /// A scalar or alias. Whether it ends on the line it starts on.
    fn read_flow_scalar(&mut self) -> Step<bool> {
        match self.byte() {
            Some(quote @ (b'"' | b'\'')) => {
                let start = self.at;
                let is_one_line = self.read_quoted(quote, None)?;
                self.sink.scalar(Scalar::Quoted, start..self.at);
                Ok(is_one_line)
            }
            Some(b'&' | b'*' | b'!' | b'|' | b'>' | b'%' | b'@' | b'`' | b'?' | b':' | b'#' | b'-')
                if !self.is_dash_of_plain() =>
            {
                Err(Stop::Unsure)
            }
            _ => {
                let start = self.at;
                let is_one_line = self.read_flow_plain()?;
                self.sink.scalar(Scalar::Plain, start..self.at);
                Ok(is_one_line)
            }
        }
    }

    /// Whether a dash here starts a plain scalar such as `-1` or `--flag`.
    fn is_dash_of_plain(&self) -> bool {
        let is_plain =
            |next: u8| next.is_ascii_alphanumeric() || next == b'-' || S::IS_LENIENT && !is_separator(next);
        matches!(self.rest(), [b'-', next, ..] if is_plain(*next))
    }

    /// A plain scalar, which must end on its line at a comma, a bracket, a colon, a comment or the end.
    /// Whether it does.
    fn read_flow_plain(&mut self) -> Step<bool> {
        let mut is_one_line = true;
        loop {
            match self.byte() {
                Some(b'\n' | b'\r') if S::IS_LENIENT && self.goes_on_in_next_line()? => is_one_line = false,
                None | Some(b'\n' | b'\r' | b',' | b']' | b'}') => return Ok(is_one_line),
                Some(b'[' | b'{') => return Err(Stop::Unsure),
                Some(b':') => {
                    let next = self.bytes.get(self.at + 1);
                    if next.is_none_or(|&byte| {
                        is_separator(byte) || matches!(byte, b',' | b'[' | b']' | b'{' | b'}')
                    }) {
                        return Ok(is_one_line);
                    }
                }
                Some(b'#') if self.is_behind_blank() => return Ok(is_one_line),
                Some(_) => {}
            }
            self.at += 1;
        }
    }

    /// Skips blanks, breaks and comments between the parts of a flow collection.
    fn skip_flow_blanks(&mut self) -> Step<()> {
        let mut line_start = None;
        loop {
            match self.byte() {
                Some(b' ') => self.at += 1,
                Some(b'\n') => {
                    self.at += 1;
                    line_start = Some(self.at);
                }
                Some(b'\r') => self.at += 1,
                Some(b'#') => {
                    if line_start != Some(self.at) && !self.is_behind_blank() && !S::IS_LENIENT {
                        return Err(Stop::Unsure);
                    }
                    self.take_comment(self.at)?;
                    self.skip_line();
                    line_start = Some(self.at);
                }
                Some(b'\t') if S::IS_LENIENT => self.at += 1,
                Some(b'\t') => return Err(Stop::Unsure),
                _ => break,
            }
        }
        let is_in_first_column = line_start == Some(self.at);
        if is_in_first_column && self.may_end_document() { Err(Stop::Unsure) } else { Ok(()) }
    }

    /// Whether what stands here in the first column is a directive or a document marker, which end a document even
    /// in brackets; when in doubt it is.
    fn may_end_document(&self) -> bool {
        match self.byte() {
            Some(b'%') => true,
            Some(b'-' | b'.') => !S::IS_LENIENT || marker(self.rest()).is_some(),
            _ => false,
        }
    }

    /// From a line end in a plain scalar: moves to the scalar's next line, if there is one.
    fn goes_on_in_next_line(&mut self) -> Step<bool> {
        let blanks = |byte: &u8| is_separator(*byte);
        let next = self.at + self.rest().iter().take_while(|byte| blanks(byte)).count();
        let is_line_start = self.bytes.get(next.wrapping_sub(1)).is_some_and(|&byte| is_break(byte));
        // libyaml takes a tab for a fault where a scalar without quotes goes on.
        let has_tab = self.bytes.get(self.at..next).is_some_and(|blanks| blanks.contains(&b'\t'));
        match self.bytes.get(next) {
            None | Some(b',' | b']' | b'}' | b'#') => Ok(false),
            Some(b'[' | b'{' | b':' | b'?' | b'%') => Err(Stop::Unsure),
            Some(_) if has_tab => Err(Stop::Unsure),
            Some(b'-' | b'.')
                if is_line_start && marker(self.bytes.get(next..).unwrap_or_default()).is_some() =>
            {
                Err(Stop::Unsure)
            }
            Some(_) => {
                self.at = next;
                Ok(true)
            }
        }
    }
}
