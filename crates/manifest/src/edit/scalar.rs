//! How a scalar is written so that both dialects read what was meant.

use std::fmt::Write as _;

use super::FreshScalar;
use crate::ScalarStyle;
use crate::resolve::{Dialect, is_plain_string};

/// Where a scalar is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Surroundings {
    /// Lines and indentation.
    Block,
    /// YAML's brackets.
    Flow,
    /// JSON, or brackets that look like it: strings stand in double quotes.
    Json,
}

/// A scalar on one line, written in the style wanted if that can say it.
pub(super) fn write(value: &FreshScalar, style: ScalarStyle, surroundings: Surroundings) -> String {
    match value {
        FreshScalar::String(text) => write_string(text, style, surroundings),
        FreshScalar::Integer(number) => number.to_string(),
        FreshScalar::Boolean(value) => value.to_string(),
        FreshScalar::Null => "null".to_owned(),
    }
}

/// A string on one line. `style` says which quotes to use where any are needed; plain asks for none.
pub(super) fn write_string(text: &str, style: ScalarStyle, surroundings: Surroundings) -> String {
    match (style, surroundings) {
        (_, Surroundings::Json) => double_quoted(text),
        (ScalarStyle::SingleQuoted, _) if is_printable(text) => single_quoted(text),
        (ScalarStyle::Plain | ScalarStyle::Literal | ScalarStyle::Folded, _)
            if is_plain_safe(text, surroundings) =>
        {
            text.to_owned()
        }
        _ => double_quoted(text),
    }
}

/// Whether the text can stand without quotes and still be the same string to both dialects.
pub(super) fn is_plain_safe(text: &str, surroundings: Surroundings) -> bool {
    let in_flow = surroundings != Surroundings::Block;
    let starts_well = match text.as_bytes() {
        [] => false,
        [b'-' | b'?' | b':'] => false,
        [b'-' | b'?' | b':', second, ..] => {
            !(second.is_ascii_whitespace() || (in_flow && is_flow_indicator(*second)))
        }
        [first, ..] => !(b",[]{}#&*!|>'\"%@`=<~".contains(first) || first.is_ascii_whitespace()),
    };
    starts_well
        && is_printable(text)
        && !text.ends_with([' ', '\t', ':'])
        && !text.contains(['\t'])
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.starts_with("---")
        && !text.starts_with("...")
        && !(in_flow && text.bytes().any(is_flow_indicator))
        && is_plain_string(Dialect::GoYaml2, text)
        && is_plain_string(Dialect::GoYaml3, text)
}

fn is_flow_indicator(byte: u8) -> bool {
    b",[]{}".contains(&byte)
}

/// Whether every character may stand in a quoted scalar as it is, on one line.
pub(super) fn is_printable(text: &str) -> bool {
    text.chars().all(|character| !needs_escape(character))
}

fn needs_escape(character: char) -> bool {
    character.is_control() && character != '\t'
        || matches!(character, '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

fn single_quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// Double quotes with the escapes that JSON and YAML share.
pub(super) fn double_quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            _ if needs_escape(character) => {
                // Writing into a string cannot fail, and what needs an escape lies in the first plane.
                let _ = write!(quoted, "\\u{:04x}", u32::from(character));
            }
            _ => quoted.push(character),
        }
    }
    quoted.push('"');
    quoted
}

/// The header and the lines of a literal block scalar that says `text`; none if it cannot say it simply.
pub(super) fn literal_lines(text: &str) -> Option<(&'static str, Vec<&str>)> {
    let body = text.strip_suffix('\n').unwrap_or(text);
    let is_simple = body.contains('\n')
        && !body.starts_with([' ', '\t', '\n'])
        && !body.ends_with(['\n', ' ', '\t'])
        && body.chars().all(|character| character == '\n' || !needs_escape(character));
    let header = if body.len() == text.len() { "|-" } else { "|" };
    is_simple.then(|| (header, body.split('\n').collect()))
}
