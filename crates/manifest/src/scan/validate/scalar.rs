//! Reads over plain, quoted and block scalars, anchor names and tags.

use memchr::{memchr, memchr2, memchr3};

use super::super::bytes::{find_plain_stop, leading_spaces};
use super::super::split::{is_blank, is_break, marker};
use super::sink::{BlockText, Sink};
use super::walk::{Walk, is_separator};
use super::{Reason, Step, Stop, invalid};

/// What ended the part of a plain scalar that stands on one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PlainEnd {
    /// A colon with a separator behind it. The place is the colon.
    Colon,
    /// A comment. The place is its `#`.
    Comment,
    /// The line's end. The place is the next line's start.
    Line,
}

impl<S: Sink> Walk<'_, S> {
    /// Reads a plain scalar to its end or the line's end.
    #[inline]
    pub(super) fn read_plain(&mut self) -> PlainEnd {
        let start = self.at;
        loop {
            let Some(found) = find_plain_stop(self.rest()) else {
                self.at = self.bytes.len();
                return PlainEnd::Line;
            };
            self.at += found;
            match self.byte() {
                Some(b':') if self.is_indicator(b':') => return PlainEnd::Colon,
                Some(b'#') if self.at > start && self.is_behind_blank() => return PlainEnd::Comment,
                Some(b'\n') => {
                    self.at += 1;
                    return PlainEnd::Line;
                }
                _ => self.at += 1,
            }
        }
    }

    pub(super) fn is_behind_blank(&self) -> bool {
        let before = self.at.checked_sub(1).and_then(|index| self.bytes.get(index));
        before.is_some_and(|&byte| byte == b' ' || byte == b'\t')
    }

    /// Reads a quoted scalar whose continuation lines must be indented by more than `parent`; moves behind
    /// its closing quote. Whether it ends on the line it starts on.
    pub(super) fn read_quoted(&mut self, quote: u8, parent: Option<usize>) -> Step<bool> {
        let start = self.at;
        let mut is_one_line = true;
        self.at += 1;
        loop {
            let found = if quote == b'"' {
                memchr3(b'"', b'\\', b'\n', self.rest())
            } else {
                memchr2(b'\'', b'\n', self.rest())
            };
            self.at += found.ok_or(invalid(start, Reason::UnclosedQuote))?;
            match self.byte() {
                Some(b'\n') => {
                    is_one_line = false;
                    self.read_quoted_break(quote, parent)?;
                }
                Some(b'\\') => is_one_line &= !self.read_escape()?,
                Some(b'\'') if self.bytes.get(self.at + 1) == Some(&b'\'') => self.at += 2,
                _ => {
                    self.at += 1;
                    return Ok(is_one_line);
                }
            }
        }
    }

    /// From a line break in quotes to the first byte of the next line that is not blank.
    fn read_quoted_break(&mut self, quote: u8, parent: Option<usize>) -> Step<()> {
        loop {
            self.at += 1;
            if marker(self.rest()).is_some() {
                return Err(Stop::Unsure);
            }
            let column = leading_spaces(self.rest());
            self.at += column;
            if S::IS_LENIENT {
                self.at += self.rest().iter().take_while(|&&byte| is_blank(byte)).count();
            }
            match self.byte() {
                Some(b'\n') => {}
                Some(b'\r') => self.at += 1,
                Some(b'\t') => return Err(Stop::Unsure),
                Some(byte) if byte == quote || parent.is_none_or(|parent| column > parent) => return Ok(()),
                Some(_) if S::IS_LENIENT => return Ok(()),
                // A fault, but not to libyaml.
                Some(_) => return Err(Stop::Unsure),
                None => return Ok(()),
            }
        }
    }

    /// Reads an escape. Whether it is one of a line end.
    fn read_escape(&mut self) -> Step<bool> {
        let digits = match self.bytes.get(self.at + 1) {
            Some(
                b'0' | b'a' | b'b' | b't' | b'\t' | b'n' | b'v' | b'f' | b'r' | b'e' | b' ' | b'"' | b'/'
                | b'\\' | b'N' | b'_' | b'L' | b'P',
            ) => 0,
            Some(b'x') => 2,
            Some(b'u') => 4,
            Some(b'\'') if S::IS_LENIENT => 0,
            Some(b'U') if S::IS_LENIENT => 8,
            // Escaped breaks lift the rule about indentation; eight digits may name no character.
            Some(b'\n' | b'\r') if S::IS_LENIENT => return self.read_escaped_break().map(|()| true),
            // libyaml knows an escape more than YAML.
            Some(b'\n' | b'\r' | b'U' | b'\'') | None => return Err(Stop::Unsure),
            Some(_) => return Err(invalid(self.at, Reason::UnknownEscape)),
        };
        let hex = self.bytes.get(self.at + 2..self.at + 2 + digits).ok_or(Stop::Unsure)?;
        if !hex.iter().all(u8::is_ascii_hexdigit) {
            return Err(invalid(self.at, Reason::HexEscapeWithoutDigits));
        }
        if digits == 4 && matches!(hex, [b'd' | b'D', b'8' | b'9' | b'a'..=b'f' | b'A'..=b'F', ..]) {
            return Err(Stop::Unsure);
        }
        self.at += 2 + digits;
        Ok(false)
    }

    /// An escaped line end. The next line's blanks and blank lines are read as those behind any line end.
    fn read_escaped_break(&mut self) -> Step<()> {
        self.at += 1 + usize::from(self.bytes.get(self.at + 1) == Some(&b'\r'));
        self.read_quoted_break(b'"', None)
    }

    /// Reads a block scalar in a collection at column `parent`; moves to the first line behind it.
    pub(super) fn read_block_scalar(&mut self, parent: usize) -> Step<()> {
        let start = self.at;
        self.at += 1;
        let explicit = self.read_block_indicators()?;
        if !self.skip_to_line_end()? {
            return Err(invalid(start, Reason::BlockScalarHeader));
        }
        if self.byte() == Some(b'\t') {
            return Err(invalid(self.at, Reason::TabAsIndentation));
        }
        let first_line = self.at;
        let indent = self.find_block_indent(parent, explicit)?;
        if let Some(indent) = indent {
            self.skip_block_lines(indent);
        }
        self.sink.block_scalar(start, BlockText { lines: first_line..self.at, indent });
        Ok(())
    }

    /// The chomping and indentation indicators in either order; gives the latter.
    fn read_block_indicators(&mut self) -> Step<Option<usize>> {
        let mut has_chomping = false;
        let mut explicit = None;
        loop {
            match self.byte() {
                Some(b'+' | b'-') if !has_chomping => has_chomping = true,
                Some(digit @ b'1'..=b'9') if explicit.is_none() => explicit = Some(usize::from(digit - b'0')),
                Some(b'+' | b'-' | b'0'..=b'9') => return Err(Stop::Unsure),
                _ => return Ok(explicit),
            }
            self.at += 1;
        }
    }

    /// Skips blank lines before the text and gives the text's indentation; `None` if there is no text.
    fn find_block_indent(&mut self, parent: usize, explicit: Option<usize>) -> Step<Option<usize>> {
        let mut widest_blank = 0;
        loop {
            let rest = self.rest();
            let column = leading_spaces(rest);
            match rest.get(column) {
                None if S::IS_LENIENT && explicit.is_some_and(|indent| widest_blank > parent + indent) => {
                    return Err(Stop::Unsure);
                }
                None => {
                    self.at = self.bytes.len();
                    return Ok(None);
                }
                Some(&byte) if is_break(byte) => {
                    widest_blank = widest_blank.max(column);
                    self.skip_line();
                }
                Some(_) => {
                    let indent =
                        explicit.map_or(column.max(widest_blank).max(parent + 1), |indent| parent + indent);
                    return match column {
                        // libyaml takes a tab for a fault where it looks for the indentation.
                        _ if S::IS_LENIENT && explicit.is_none() && rest.get(column) == Some(&b'\t') => {
                            Err(Stop::Unsure)
                        }
                        _ if column >= indent => Ok(Some(indent)),
                        // Then a blank line wider than the indicator counts as text.
                        _ if widest_blank > indent => Err(Stop::Unsure),
                        // A fault, but to libyaml a scalar without text, behind which comments may stand.
                        _ if column > parent && !S::IS_LENIENT => Err(Stop::Unsure),
                        _ => Ok(None),
                    };
                }
            }
        }
    }

    fn skip_block_lines(&mut self, indent: usize) {
        loop {
            let rest = self.rest();
            let column = leading_spaces(rest.get(..indent).unwrap_or(rest));
            match rest.get(column) {
                None => {
                    self.at = self.bytes.len();
                    return;
                }
                Some(&byte) if column < indent && !is_break(byte) => return,
                Some(_) => self.at += memchr(b'\n', rest).map_or(rest.len(), |found| found + 1),
            }
        }
    }

    /// Reads an anchor's or alias's name, indicator included; gives the name's range.
    pub(super) fn read_name(&mut self) -> Step<(usize, usize)> {
        let from = self.at + 1;
        let length =
            self.bytes.get(from..).unwrap_or_default().iter().take_while(|&&byte| is_name_byte(byte)).count();
        self.at = from + length;
        self.expect_name_end(length)?;
        Ok((from, self.at))
    }

    /// Reads a tag of the forms `!`-name and `!!`-name.
    pub(super) fn read_tag(&mut self) -> Step<()> {
        self.at += 1;
        if self.byte() == Some(b'!') {
            self.at += 1;
        }
        let is_tag_byte = |byte: u8| is_name_byte(byte) || byte == b',' && S::IS_LENIENT;
        let length = self.rest().iter().take_while(|&&byte| is_tag_byte(byte)).count();
        self.at += length;
        self.expect_name_end(length)
    }

    fn expect_name_end(&self, length: usize) -> Step<()> {
        let is_end = self.byte().is_none_or(is_separator);
        if length > 0 && is_end { Ok(()) } else { Err(Stop::Unsure) }
    }
}

/// The part of what names may hold that real ones are made of.
const fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'/')
}
