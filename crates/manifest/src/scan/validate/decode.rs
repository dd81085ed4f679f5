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
    let length = text.len();
    let rest = take_blank_lines(after, text);
    if text.len() == length {
        text.push(' ');
    }
    rest
}

/// Writes a line break for each blank line; gives the text of the first other line.
fn take_blank_lines<'s>(after: &'s str, text: &mut String) -> &'s str {
    let mut rest = after;
    loop {
        rest = rest.trim_start_matches([' ', '\t']);
        let Some(next) = without_break(rest) else { return rest };
        rest = next;
        text.push('\n');
    }
}

/// What follows the line break that `rest` begins with.
fn without_break(rest: &str) -> Option<&str> {
    rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix('\n'))
}

/// Behind a backslash. Gives what follows the escape.
fn unescape<'s>(after: &'s str, text: &mut String) -> Option<&'s str> {
    let digits = match after.as_bytes().first()? {
        b'x' => 2,
        b'u' => 4,
        b'U' => 8,
        b'\n' | b'\r' => return without_break(after).map(|rest| take_blank_lines(rest, text)),
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
        b' ' | b'"' | b'\'' | b'/' | b'\\' => char::from(letter),
        b'N' => '\u{85}',
        b'_' => '\u{a0}',
        b'L' => '\u{2028}',
        b'P' => '\u{2029}',
        _ => return None,
    })
}

/// The text of a block scalar. `header` begins with its indicator; `lines` end where the scalar does.
pub(super) fn decode_block(header: &str, lines: &str, indent: usize) -> Option<String> {
    let indicators = indicators(header);
    let is_folded = header.starts_with('>');
    let mut text = String::with_capacity(lines.len());
    // The break behind the last line of text, then those of blank lines since.
    let (mut text_break, mut blank_breaks) = ("", 0);
    let mut was_further = false;
    for line in lines.split_inclusive('\n') {
        let bare = without_end(line);
        let Some(content) = bare.get(indent..).filter(|content| !content.is_empty()) else {
            blank_breaks += usize::from(bare.len() < line.len());
            continue;
        };
        // Lines that are indented further are not folded, nor are the breaks beside them.
        let is_further = content.starts_with([' ', '\t']);
        if is_folded && !was_further && !is_further && !text_break.is_empty() {
            text_break = if blank_breaks == 0 { " " } else { "" };
        }
        text.push_str(text_break);
        text.extend(std::iter::repeat_n('\n', blank_breaks));
        text.push_str(content);
        text_break = if bare.len() < line.len() { "\n" } else { "" };
        (blank_breaks, was_further) = (0, is_further);
    }
    if !indicators.contains('-') {
        text.push_str(text_break);
    }
    if indicators.contains('+') {
        text.extend(std::iter::repeat_n('\n', blank_breaks));
    }
    Some(text)
}

/// Whether a block scalar with this header ends with its blank lines.
pub(super) fn keeps_blank_lines(header: &str) -> bool {
    indicators(header).contains('+')
}

/// What stands between a block scalar's first byte and blanks, comment or line end.
fn indicators(header: &str) -> &str {
    let behind = header.get(1..).unwrap_or_default();
    behind.split(|c: char| !matches!(c, '+' | '-' | '1'..='9')).next().unwrap_or_default()
}

fn without_end(line: &str) -> &str {
    line.strip_suffix('\n').map_or(line, |line| line.strip_suffix('\r').unwrap_or(line))
}
