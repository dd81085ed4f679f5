//! Reads over flow collections: `[a, b]`, `{a: b}` and JSON-like ones over several lines.
//!
//! Left to the full parser: explicit keys, pairs inside sequences, collections as keys, keys and plain
//! scalars over several lines, anchors, aliases and tags.

use super::super::bytes::leading_spaces;
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
            self.sink.leave();
        }
    }

    /// A key of a flow mapping with its colon, if it has one on the same line.
    fn read_flow_key(&mut self) -> Step<Next> {
        let start = self.at;
        let is_quoted = matches!(self.byte(), Some(b'"' | b'\''));
        let is_one_line = self.read_flow_scalar()?;
        self.at += leading_spaces(self.rest());
        if self.byte() != Some(b':') {
            self.sink.leave();
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
                self.read_flow_plain()?;
                self.sink.scalar(Scalar::Plain, start..self.at);
                Ok(true)
            }
        }
    }

    /// Whether a dash here starts a plain scalar such as `-1` or `--flag`.
    fn is_dash_of_plain(&self) -> bool {
        matches!(self.rest(), [b'-', next, ..] if next.is_ascii_alphanumeric() || *next == b'-')
    }

    /// A plain scalar, which must end on its line at a comma, a bracket, a colon, a comment or the end.
    fn read_flow_plain(&mut self) -> Step<()> {
        loop {
            match self.byte() {
                None | Some(b'\n' | b'\r' | b',' | b']' | b'}') => return Ok(()),
                Some(b'[' | b'{') => return Err(Stop::Unsure),
                Some(b':') => {
                    let next = self.bytes.get(self.at + 1);
                    if next.is_none_or(|&byte| {
                        is_separator(byte) || matches!(byte, b',' | b'[' | b']' | b'{' | b'}')
                    }) {
                        return Ok(());
                    }
                }
                Some(b'#') if self.is_behind_blank() => return Ok(()),
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
                    if line_start != Some(self.at) && !self.is_behind_blank() {
                        return Err(Stop::Unsure);
                    }
                    self.take_comment(self.at)?;
                    self.skip_line();
                    line_start = Some(self.at);
                }
                Some(b'\t') => return Err(Stop::Unsure),
                _ => break,
            }
        }
        let is_in_first_column = line_start == Some(self.at);
        // A directive or a document marker ends a document even here.
        if is_in_first_column && matches!(self.byte(), Some(b'%' | b'-' | b'.')) {
            Err(Stop::Unsure)
        } else {
            Ok(())
        }
    }
}
