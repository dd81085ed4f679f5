//! Says whether a document is well-formed YAML, many times faster than parsing it.
//!
//! Takes one document's bytes and gives a [`Verdict`]. It knows the part of YAML that nearly all manifests
//! are written in; whatever is outside of it is [`Verdict::Unsure`], and then the full parser decides. So
//! its `Valid` and `Invalid` must always be what the full parser says, which a property test holds it to;
//! being unsure is never wrong, only slow. A verdict builds nothing and allocates nothing; no meaning is known.
//!
//! `walk` moves through the lines with a stack of indentations; `block`, `flow` and `scalar` read what
//! stands in them. What they meet they tell to a `sink`, which for a verdict is nobody, and for
//! [`read_document`] one that builds the document's arena.

mod arena;
mod block;
mod decode;
mod directive;
mod flow;
mod scalar;
mod sink;
mod walk;

use std::fmt;

use memchr::memchr;

use super::characters::Unusual;
pub(crate) use arena::{read_document, read_leniently};
use sink::Nobody;
use walk::Walk;

/// What can be said about a document without parsing it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The full parser accepts it.
    Valid,
    /// The full parser refuses it.
    Invalid {
        /// Byte offset within the document where the fault shows.
        offset: usize,
        /// What is wrong.
        reason: Reason,
    },
    /// Only the full parser can tell.
    Unsure,
}

/// Why a document is not well-formed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// Bytes that are not UTF-8.
    NotUtf8,
    /// A quoted scalar that does not end.
    UnclosedQuote,
    /// A backslash in double quotes before a character that it cannot escape.
    UnknownEscape,
    /// A backslash escape without its hexadecimal digits.
    HexEscapeWithoutDigits,
    /// `a: b: c`, or a colon in a scalar that runs over several lines.
    ValueNotAllowed,
    /// A `- ` where no sequence may start.
    EntryNotAllowed,
    /// A line where a key is due that has no colon.
    KeyWithoutColon,
    /// A line in a sequence that is no entry.
    EntryExpected,
    /// A line that fits no indentation before it.
    WrongIndentation,
    /// Something stands behind the end of a quoted scalar or flow collection.
    TextBehindNode,
    /// An alias that names no anchor before it.
    UnknownAnchor,
    /// `@`, a backtick or `%` at the start of a scalar.
    ReservedIndicator,
    /// Text behind the header of a block scalar.
    BlockScalarHeader,
    /// A tab where a block scalar's indentation is due.
    TabAsIndentation,
    /// Content after the end of the root node.
    SecondRoot,
}

impl fmt::Display for Reason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::NotUtf8 => "bytes that are not UTF-8",
            Self::UnclosedQuote => "a quoted scalar that is not closed",
            Self::UnknownEscape => "an unknown escape in a double-quoted scalar",
            Self::HexEscapeWithoutDigits => "an escape without its hexadecimal digits",
            Self::ValueNotAllowed => "a mapping value is not allowed here",
            Self::EntryNotAllowed => "a sequence entry is not allowed here",
            Self::KeyWithoutColon => "a key without a colon",
            Self::EntryExpected => "a sequence entry was expected",
            Self::WrongIndentation => "an indentation that fits no line above",
            Self::TextBehindNode => "text behind the end of a value",
            Self::UnknownAnchor => "an alias to an unknown anchor",
            Self::ReservedIndicator => "a reserved character at the start of a scalar",
            Self::BlockScalarHeader => "text behind the header of a block scalar",
            Self::TabAsIndentation => "a tab used as indentation",
            Self::SecondRoot => "content behind the end of the document's root",
        })
    }
}

/// Why the walk ended before the document did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stop {
    Unsure,
    Invalid { offset: usize, reason: Reason },
}

type Step<T> = Result<T, Stop>;

/// Gives the stop for a fault at `offset`.
const fn invalid(offset: usize, reason: Reason) -> Stop {
    Stop::Invalid { offset, reason }
}

/// The verdict on one document, whose bytes are a range that [`split`](super::split::split) gave.
#[must_use]
pub fn validate(document: &[u8]) -> Verdict {
    let verdict = check_characters(document).and_then(|()| Walk::over(document, Nobody).run().map(drop));
    match verdict {
        Ok(()) => Verdict::Valid,
        Err(Stop::Unsure) => Verdict::Unsure,
        Err(Stop::Invalid { offset, reason }) => Verdict::Invalid { offset, reason },
    }
}

/// Whether every character of `bytes` is one that YAML allows anywhere.
pub(super) fn has_readable_characters(bytes: &[u8]) -> bool {
    check_characters(bytes).is_ok()
}

/// Leaves every text to the full parser that holds a character which YAML forbids anywhere or whose
/// treatment depends on the place, so that the walk need not look at characters again.
fn check_characters(document: &[u8]) -> Step<()> {
    let Unusual { control, non_ascii, carriage_return } = Unusual::of(document);
    if control {
        return Err(Stop::Unsure);
    }
    if non_ascii {
        let text =
            std::str::from_utf8(document).map_err(|error| invalid(error.valid_up_to(), Reason::NotUtf8))?;
        if has_special_character(text) {
            return Err(Stop::Unsure);
        }
    }
    if carriage_return && has_lone_carriage_return(document) {
        return Err(Stop::Unsure);
    }
    Ok(())
}

/// C1 controls, byte order marks behind the start, and the two non-characters of the first plane.
fn has_special_character(text: &str) -> bool {
    let bytes = text.as_bytes();
    let has_c1 =
        memchr::memchr_iter(0xc2, bytes).any(|at| bytes.get(at + 1).is_some_and(|&next| next < 0xa0));
    has_c1
        || memchr::memchr_iter(0xef, bytes).any(|at| {
            matches!(bytes.get(at + 1..at + 3), Some([0xbf, 0xbe | 0xbf]))
                || (at > 0 && bytes.get(at + 1..at + 3) == Some(&[0xbb, 0xbf]))
        })
}

/// Whether a line ends as on old Macs.
pub(crate) fn has_lone_carriage_return(document: &[u8]) -> bool {
    let mut rest = document;
    while let Some(at) = memchr(b'\r', rest) {
        if rest.get(at + 1) != Some(&b'\n') {
            return true;
        }
        rest = rest.get(at + 2..).unwrap_or_default();
    }
    false
}

#[cfg(test)]
mod tests;
