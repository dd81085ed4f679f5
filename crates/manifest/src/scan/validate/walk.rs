//! The state of a walk over one document: the place, the stack of indentations, what was counted.
//!
//! Moves over blanks, comments, whole lines and the document's frame (`---`, `...`); what stands in the lines
//! is for the neighbouring modules.

use memchr::memchr;

use super::super::bytes::leading_spaces;
use super::super::split::{BYTE_ORDER_MARK, Marker, is_blank, is_break, marker};
use super::sink::{Collection, Sink};
use super::{Step, Stop};

/// Block collections inside each other. Deeper ones are left to the full parser, whose own limit
/// ([`DEPTH_MAX`](crate::limits::DEPTH_MAX)) is more than three times this: a level here can stand for two of
/// its, a mapping and the sequence at its indentation, and flow collections add to both.
const LEVELS_MAX: usize = 64;
/// Anchors remembered by name. More are left to the full parser: each alias looks through all of them.
const ANCHORS_MAX: usize = 64;
/// Comments in a row. granit-parser gives up at 97 in front of some nodes.
const COMMENTS_IN_A_ROW_MAX: usize = 90;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Mapping,
    Sequence,
    /// A mapping whose last key has a sequence at the mapping's own indentation.
    MappingInEntries,
}

impl Kind {
    const fn collection(self) -> Collection {
        match self {
            Self::Mapping | Self::MappingInEntries => Collection::BlockMapping,
            Self::Sequence => Collection::BlockSequence,
        }
    }
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Level {
    pub(super) column: usize,
    pub(super) kind: Kind,
    /// Whether the last key or entry still waits for a value on a line of its own.
    pub(super) is_pending: bool,
}

#[derive(Debug)]
pub(super) struct Line {
    /// Offset of its first byte that is no space.
    pub(super) at: usize,
    pub(super) column: usize,
}

/// The state of one pass over a document.
pub(super) struct Walk<'a, S> {
    pub(super) bytes: &'a [u8],
    /// Who is told what is met.
    pub(super) sink: S,
    pub(super) at: usize,
    levels: [Level; LEVELS_MAX],
    pub(super) depth: usize,
    pub(super) is_root_pending: bool,
    /// Whether the last value is a plain scalar that the next line may continue.
    pub(super) is_plain_open: bool,
    comments_in_a_row: usize,
    /// Ranges of the names of the anchors so far.
    anchors: Vec<(usize, usize)>,
}

impl<'a, S: Sink> Walk<'a, S> {
    pub(super) fn over(document: &'a [u8], sink: S) -> Self {
        let level = Level { column: 0, kind: Kind::Mapping, is_pending: false };
        Self {
            bytes: document,
            sink,
            at: 0,
            levels: [level; LEVELS_MAX],
            depth: 0,
            is_root_pending: true,
            is_plain_open: false,
            comments_in_a_row: 0,
            anchors: Vec::new(),
        }
    }

    /// Moves behind the byte order mark, leading comments and the `---` line.
    pub(super) fn skip_prefix(&mut self) -> Step<()> {
        if self.bytes.starts_with(BYTE_ORDER_MARK) {
            self.at = BYTE_ORDER_MARK.len();
        }
        let mut has_version = false;
        loop {
            let rest = self.rest();
            match rest.first() {
                Some(b'%') if S::IS_LENIENT && !has_version => {
                    has_version = true;
                    self.skip_version()?;
                }
                Some(b'%' | b'\t' | 0xef) => return Err(Stop::Unsure),
                Some(b'.') if marker(rest).is_some() => return Err(Stop::Unsure),
                Some(b'-') if marker(rest) == Some(Marker::Start) => {
                    self.at += 3;
                    self.sink.due(self.at);
                    return if self.skip_to_line_end()? { Ok(()) } else { Err(Stop::Unsure) };
                }
                Some(b'#') => {
                    self.sink.comment(self.at);
                    self.skip_line();
                }
                Some(b'\n' | b'\r') => self.skip_line(),
                // A directive needs its `---`.
                Some(_) | None if has_version => return Err(Stop::Unsure),
                Some(_) | None => return Ok(()),
            }
        }
    }

    /// The next line with content. Ends at the document's end or its `...`.
    #[inline]
    pub(super) fn next_line(&mut self) -> Step<Option<Line>> {
        loop {
            let rest = self.rest();
            let column = leading_spaces(rest);
            match rest.get(column) {
                None => return Ok(None),
                Some(b'\n' | b'\r') => self.skip_line(),
                Some(b'#') => self.skip_comment_line(self.at + column)?,
                Some(b'\t') if self.is_blank_from_here() => self.skip_line(),
                Some(b'\t') => return Err(Stop::Unsure),
                Some(b'%') if column == 0 && S::IS_LENIENT => {
                    return self.read_trailing_directives().map(|()| None);
                }
                Some(b'%') if column == 0 => return Err(Stop::Unsure),
                Some(b'-' | b'.') if column == 0 && marker(rest).is_some() => {
                    // Whether a document without content may end here depends on what stands before it.
                    if self.is_root_pending {
                        return Err(Stop::Unsure);
                    }
                    return self.read_end().map(|()| None);
                }
                Some(_) => {
                    self.comments_in_a_row = 0;
                    return Ok(Some(Line { at: self.at + column, column }));
                }
            }
        }
    }

    fn skip_comment_line(&mut self, at: usize) -> Step<()> {
        self.is_plain_open = false;
        self.take_comment(at)?;
        self.skip_line();
        Ok(())
    }

    /// Counts and tells the comment at `at`.
    pub(super) fn take_comment(&mut self, at: usize) -> Step<()> {
        self.sink.comment(at);
        self.comments_in_a_row += 1;
        if self.comments_in_a_row > COMMENTS_IN_A_ROW_MAX && !S::IS_LENIENT {
            Err(Stop::Unsure)
        } else {
            Ok(())
        }
    }

    /// Reads from a marker line to the end, where only comments may follow.
    pub(super) fn read_end(&mut self) -> Step<()> {
        while let Some(first) = self.byte() {
            if first == b'#' {
                self.sink.comment(self.at);
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

    #[inline]
    pub(super) fn close_deeper_than(&mut self, column: usize) {
        while let Some(level) = self.top()
            && level.column > column
        {
            self.close(level);
        }
    }

    /// Closes what is open at the document's end.
    pub(super) fn close_all(&mut self) {
        while let Some(level) = self.top() {
            self.close(level);
        }
    }

    #[inline]
    fn close(&mut self, level: Level) {
        self.end_entry(level);
        self.sink.close(self.at);
        self.depth -= 1;
        self.is_plain_open = false;
    }

    /// Before the next key of a level, or its end: the value that is still due is empty, and entries at the
    /// mapping's own indentation end.
    #[inline]
    pub(super) fn end_entry(&mut self, level: Level) {
        if level.is_pending {
            self.sink.empty();
        }
        if level.kind == Kind::MappingInEntries {
            self.sink.close(self.at);
        }
    }

    /// Keeps the range of an anchor's name.
    pub(super) fn remember_anchor(&mut self, name: (usize, usize)) -> Step<()> {
        if self.anchors.len() == ANCHORS_MAX {
            return Err(Stop::Unsure);
        }
        self.anchors.push(name);
        Ok(())
    }

    /// Whether an anchor before has the name in this range.
    pub(super) fn has_anchor(&self, (from, to): (usize, usize)) -> bool {
        let name = self.bytes.get(from..to);
        self.anchors.iter().any(|&(from, to)| self.bytes.get(from..to) == name)
    }

    #[inline]
    pub(super) fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    #[inline]
    pub(super) fn byte(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// Whether `indicator` stands here with a blank, a break or the end behind it.
    #[inline]
    pub(super) fn is_indicator(&self, indicator: u8) -> bool {
        self.byte() == Some(indicator) && self.is_indicator_here()
    }

    #[inline]
    pub(super) fn is_indicator_here(&self) -> bool {
        self.bytes.get(self.at + 1).is_none_or(|&byte| is_separator(byte))
    }

    #[inline]
    pub(super) fn skip_line(&mut self) {
        self.at = memchr(b'\n', self.rest()).map_or(self.bytes.len(), |found| self.at + found + 1);
    }

    /// Skips spaces and then, if nothing else is left of the line, the line with its comment.
    #[inline]
    pub(super) fn skip_to_line_end(&mut self) -> Step<bool> {
        let start = self.at;
        // Nearly always one space, for which a plain loop is the fastest.
        while self.byte() == Some(b' ') || S::IS_LENIENT && self.byte() == Some(b'\t') {
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
            Some(b'#') if self.at > start || S::IS_LENIENT => {
                self.take_comment(self.at)?;
                self.skip_line();
                Ok(true)
            }
            // Right behind a quote, a bracket or a block scalar's header.
            Some(b'#') => Err(Stop::Unsure),
            Some(b'\t') if self.is_blank_from_here() => {
                self.skip_line();
                Ok(true)
            }
            // Whether a tab separates or is a fault depends on what stands around it.
            Some(b'\t') => Err(Stop::Unsure),
            Some(_) => Ok(false),
        }
    }

    pub(super) fn is_blank_from_here(&self) -> bool {
        self.rest().iter().find(|&&byte| !is_blank(byte)).is_none_or(|&byte| is_break(byte))
    }

    #[inline]
    pub(super) fn expect_line_end(&mut self, otherwise: Stop) -> Step<()> {
        if self.skip_to_line_end()? { Ok(()) } else { Err(otherwise) }
    }

    #[inline]
    pub(super) fn top(&self) -> Option<Level> {
        self.levels.get(self.depth.checked_sub(1)?).copied()
    }

    #[inline]
    pub(super) fn top_mut(&mut self) -> Option<&mut Level> {
        self.levels.get_mut(self.depth.checked_sub(1)?)
    }

    /// Column of the innermost block collection; `None` at the root.
    #[inline]
    pub(super) fn parent_column(&self) -> Option<usize> {
        self.top().map(|level| level.column)
    }

    /// Opens a block collection whose first byte is at `at`.
    #[inline]
    pub(super) fn open(&mut self, kind: Kind, column: usize, at: usize) -> Step<()> {
        self.sink.open(kind.collection(), at);
        self.set_pending(false);
        *self.levels.get_mut(self.depth).ok_or(Stop::Unsure)? = Level { column, kind, is_pending: true };
        self.depth += 1;
        Ok(())
    }

    #[inline]
    pub(super) fn set_pending(&mut self, is_pending: bool) {
        if let Some(level) = self.top_mut() {
            level.is_pending = is_pending;
        }
    }

    #[inline]
    pub(super) fn set_kind(&mut self, kind: Kind) {
        if let Some(level) = self.top_mut() {
            level.kind = kind;
        }
    }
}

/// What ends an indicator: `-`, `?`, `:` count as one only in front of these.
pub(super) const fn is_separator(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t') || is_break(byte)
}
