//! The text of scalars that do not stand in the source as they are: folded lines, escapes, block scalars.
//!
//! Takes what the walk has found to be well-formed. Gives none where the rules are intricate and the case is
//! rare, which leaves the document to the full parser.

use memchr::{memchr, memchr2};

use crate::ScalarStyle;

/// The text of a plain scalar over several lines, or of what stands between quotes.
pub(super) fn decode(written: &str, style: ScalarStyle) -> Option<String> {
    let mut text = String::with_capacity(written.len());
    let mut rest = written;
    // Blanks before a line break are dropped, but not those that an escape wrote.
    let mut kept = 0;
    while let Some(at) = next_special(rest, style) {
        text.push_str(rest.get(..at)?);
        let special = *rest.as_bytes().get(at)?;
        rest = rest.get(at + 1..)?;
        match special {
            b'\n' => {
                trim_blanks(&mut text, kept);
                rest = fold_break(rest, &mut text);
            }
            b'\\' => rest = unescape(rest, &mut text)?,
            // The first of two quotes, which stand for one.
            quote => {
                text.push(char::from(quote));
                rest = rest.get(1..)?;
            }
        }
        kept = text.len();
    }
    text.push_str(rest);
    Some(text)
}

fn next_special(rest: &str, style: ScalarStyle) -> Option<usize> {
    match style {
        ScalarStyle::DoubleQuoted => memchr2(b'\\', b'\n', rest.as_bytes()),
        ScalarStyle::SingleQuoted => memchr2(b'\'', b'\n', rest.as_bytes()),
        ScalarStyle::Plain | ScalarStyle::Literal | ScalarStyle::Folded => memchr(b'\n', rest.as_bytes()),
    }
}

fn trim_blanks(text: &mut String, kept: usize) {
    while text.len() > kept && text.ends_with([' ', '\t', '\r']) {
        text.pop();
    }
}

/// Behind a line break: one break is a space, and each blank line a line break. Gives the next line's text.
fn fold_break<'s>(after: &'s str, text: &mut String) -> &'s str {
    let mut rest = after;
    let mut blank_lines = 0;
    loop {
        rest = rest.trim_start_matches([' ', '\t']);
        match rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix('\n')) {
            Some(next) => rest = next,
            None => break,
        }
        blank_lines += 1;
        text.push('\n');
    }
    if blank_lines == 0 {
        text.push(' ');
    }
    rest
}

/// Behind a backslash. Gives what follows the escape.
fn unescape<'s>(after: &'s str, text: &mut String) -> Option<&'s str> {
    let digits = match after.as_bytes().first()? {
        b'x' => 2,
        b'u' => 4,
        letter => {
            text.push(escaped(*letter)?);
            return after.get(1..);
        }
    };
    let code = u32::from_str_radix(after.get(1..1 + digits)?, 16).ok()?;
    text.push(char::from_u32(code)?);
    after.get(1 + digits..)
}

fn escaped(letter: u8) -> Option<char> {
    Some(match letter {
        b'0' => '\0',
        b'a' => '\u{7}',
        b'b' => '\u{8}',
        b't' | b'\t' => '\t',
        b'n' => '\n',
        b'v' => '\u{b}',
        b'f' => '\u{c}',
        b'r' => '\r',
        b'e' => '\u{1b}',
        b' ' | b'"' | b'/' | b'\\' => char::from(letter),
        b'N' => '\u{85}',
        b'_' => '\u{a0}',
        b'L' => '\u{2028}',
        b'P' => '\u{2029}',
        _ => return None,
    })
}

/// The text of a block scalar. `header` begins with its indicator; `lines` end where the scalar does.
pub(super) fn decode_block(header: &str, lines: &str, indent: usize) -> Option<String> {
    let indicators = header.get(1..)?.split(|c: char| !matches!(c, '+' | '-' | '1'..='9')).next()?;
    if indicators.contains('+') {
        return None;
    }
    let mut text = String::with_capacity(lines.len());
    let is_folded = header.starts_with('>');
    for line in lines.split_inclusive('\n') {
        let content = content_of(line, indent)?;
        // Lines that are indented further are not folded.
        if is_folded && content.starts_with([' ', '\t']) {
            return None;
        }
        let follows_text = !text.is_empty() && !text.ends_with('\n');
        match (is_folded, content.is_empty()) {
            (false, _) | (true, true) => {
                text.push_str(content);
                text.push('\n');
            }
            (true, false) => {
                if follows_text {
                    text.push(' ');
                }
                text.push_str(content);
            }
        }
    }
    text.truncate(text.trim_end_matches('\n').len());
    if !indicators.contains('-') && ends_with_break(lines) {
        text.push('\n');
    }
    Some(text)
}

/// A line without its indentation and its end. None if it is blank and longer than the indentation: then its
/// blanks are text.
fn content_of(line: &str, indent: usize) -> Option<&str> {
    let line = line.strip_suffix('\n').map_or(line, |line| line.strip_suffix('\r').unwrap_or(line));
    let content = line.get(indent..).unwrap_or_default();
    let is_blank_text = !content.is_empty() && content.bytes().all(|byte| matches!(byte, b' ' | b'\t'));
    (!is_blank_text).then_some(content)
}

/// Whether the last line with text has an end, which the end of the source is not.
fn ends_with_break(lines: &str) -> bool {
    lines.trim_end_matches([' ', '\t']).ends_with('\n')
}
