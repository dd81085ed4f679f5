//! How versions and wildcards are written: reads one from the beginning of a text and says what is left.
//!
//! Each part ends where the next character cannot belong to it, so one pass without a way back finds what the original's
//! regular expressions find. Decides nothing about values.

/// A version as it is written. Absent parts are empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Written<'t> {
    /// All of it.
    pub(crate) whole: &'t str,
    /// What stands for major, minor and patch, without dots.
    pub(crate) segments: [&'t str; 3],
    /// What follows the dash.
    pub(crate) prerelease: &'t str,
    /// What follows the plus.
    pub(crate) metadata: &'t str,
}

/// What a segment of a version is made of.
pub(crate) fn is_digit(byte: u8) -> bool {
    byte.is_ascii_digit()
}

/// What a segment of a constraint is made of. The original's class holds the bar as well, by mistake, and `1|2` ends as
/// an error in other words than `1!2`.
pub(super) fn is_digit_or_wildcard(byte: u8) -> bool {
    byte.is_ascii_digit() || matches!(byte, b'x' | b'X' | b'*' | b'|')
}

/// What a dotted identifier is made of.
pub(super) fn is_identifier(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-'
}

/// What Go's `\s` stands for.
pub(super) fn is_blank(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\n' | '\x0c' | '\r')
}

/// Reads a version at the beginning of `text`, whose segments are made of what `is_segment` says; gives it and the rest.
pub(crate) fn read(text: &str, is_segment: fn(u8) -> bool) -> Option<(Written<'_>, &str)> {
    let bare = text.strip_prefix('v').unwrap_or(text);
    let (major, mut rest) = run(bare, is_segment)?;
    let mut segments = [major, "", ""];
    for segment in segments.iter_mut().skip(1) {
        let Some((found, after)) = rest.strip_prefix('.').and_then(|after| run(after, is_segment)) else {
            break;
        };
        (*segment, rest) = (found, after);
    }
    let (prerelease, rest) = identifiers(rest, '-');
    let (metadata, rest) = identifiers(rest, '+');
    let (whole, rest) = text.split_at_checked(text.len() - rest.len())?;
    Some((Written { whole, segments, prerelease, metadata }, rest))
}

/// Dotted identifiers after `mark`; empty where there are none.
fn identifiers(text: &str, mark: char) -> (&str, &str) {
    let Some((_, mut rest)) = text.strip_prefix(mark).and_then(|after| run(after, is_identifier)) else {
        return ("", text);
    };
    while let Some((_, after)) = rest.strip_prefix('.').and_then(|after| run(after, is_identifier)) {
        rest = after;
    }
    let found = text.get(1..text.len() - rest.len()).unwrap_or_default();
    (found, rest)
}

/// One or more of such bytes, all ASCII.
fn run(text: &str, is_part: fn(u8) -> bool) -> Option<(&str, &str)> {
    let length = text.bytes().take_while(|byte| is_part(*byte)).count();
    text.split_at_checked(length).filter(|(part, _)| !part.is_empty())
}
