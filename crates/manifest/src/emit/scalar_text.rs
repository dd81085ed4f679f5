//! The five ways to write a scalar's content.

use super::comment::Pending;
use super::output::Output;
use super::scalar::{is_break, is_printable};

/// Whether long lines may be broken at a space: not in keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Folding {
    Allowed,
    Forbidden,
}

/// Writes content that needs no quotes. It has no line breaks and no space at its ends.
pub(super) fn plain(output: &mut Output, content: &str, folding: Folding) {
    if content.is_empty() {
        output.indention = false;
        return;
    }
    output.separate();
    let mut after_space = false;
    let mut characters = content.chars().peekable();
    while let Some(character) = characters.next() {
        let before_space = characters.peek() == Some(&' ');
        let breaks = folding == Folding::Allowed && !after_space && !before_space && output.is_past_width();
        if character == ' ' && breaks {
            output.write_indent();
        } else {
            output.put(character);
        }
        after_space = character == ' ';
    }
    output.whitespace = false;
    output.indention = false;
}

/// Writes content in `'`: quotes doubled, a line break as an empty line.
pub(super) fn single_quoted(output: &mut Output, content: &str, folding: Folding) {
    output.indicator("'");
    let mut after_space = false;
    let mut after_break = false;
    let mut is_first = true;
    let mut characters = content.chars().peekable();
    while let Some(character) = characters.next() {
        if character == ' ' {
            let inner = !is_first && characters.peek().is_some_and(|next| *next != ' ');
            if folding == Folding::Allowed && inner && !after_space && output.is_past_width() {
                output.write_indent();
            } else {
                output.put(' ');
            }
            after_space = true;
        } else if is_break(character) {
            if !after_break && character == '\n' {
                output.line_break();
            }
            output.broken_by(character);
            after_break = true;
        } else {
            if after_break {
                output.write_indent();
            }
            if character == '\'' {
                output.put('\'');
            }
            output.put(character);
            output.indention = false;
            after_space = false;
            after_break = false;
        }
        is_first = false;
    }
    output.attached("'");
}

/// Writes content in `"`: whatever cannot stand as it is becomes an escape.
pub(super) fn double_quoted(output: &mut Output, content: &str, folding: Folding) {
    output.indicator("\"");
    // goyaml asks the first character whether the present one is a byte order mark.
    let escapes_all = content.starts_with('\u{feff}');
    let mut after_space = false;
    let mut is_first = true;
    let mut characters = content.chars().peekable();
    while let Some(character) = characters.next() {
        if escapes_all || !is_printable(character) || is_break(character) || matches!(character, '"' | '\\') {
            escape(output, character);
            after_space = false;
        } else if character == ' ' {
            let inner = !is_first && characters.peek().is_some();
            if folding == Folding::Allowed && inner && !after_space && output.is_past_width() {
                output.write_indent();
                if characters.peek() == Some(&' ') {
                    output.put('\\');
                }
            } else {
                output.put(' ');
            }
            after_space = true;
        } else {
            output.put(character);
            after_space = false;
        }
        is_first = false;
    }
    output.attached("\"");
}

fn escape(output: &mut Output, character: char) {
    let short = match character {
        '\0' => '0',
        '\u{7}' => 'a',
        '\u{8}' => 'b',
        '\t' => 't',
        '\n' => 'n',
        '\u{b}' => 'v',
        '\u{c}' => 'f',
        '\r' => 'r',
        '\u{1b}' => 'e',
        '"' => '"',
        '\\' => '\\',
        '\u{85}' => 'N',
        '\u{a0}' => '_',
        '\u{2028}' => 'L',
        '\u{2029}' => 'P',
        _ => return output.put_text(&numeric_escape(character)),
    };
    output.put('\\');
    output.put(short);
}

fn numeric_escape(character: char) -> String {
    match u32::from(character) {
        code @ ..=0xff => format!("\\x{code:02X}"),
        code @ ..=0xffff => format!("\\u{code:04X}"),
        code => format!("\\U{code:08X}"),
    }
}

/// Writes content as a literal block.
pub(super) fn literal(output: &mut Output, content: &str, indent: usize, pending: &mut Pending<'_>) {
    header(output, '|', content, indent, pending);
    let mut after_break = true;
    for character in content.chars() {
        if is_break(character) {
            output.broken_by(character);
            after_break = true;
        } else {
            if after_break {
                output.write_indent();
            }
            output.put(character);
            output.indention = false;
            after_break = false;
        }
    }
}

/// Writes content as a folded block: a line break becomes an empty line, unless next to an indented line.
pub(super) fn folded(output: &mut Output, content: &str, indent: usize, pending: &mut Pending<'_>) {
    header(output, '>', content, indent, pending);
    // goyaml looks for the line after the break at the start of the content.
    let begins_blank = content
        .trim_start_matches(is_break)
        .chars()
        .next()
        .is_none_or(|first| matches!(first, ' ' | '\t' | '\0'));
    let mut after_break = true;
    let mut in_indented_line = true;
    let mut characters = content.chars().peekable();
    while let Some(character) = characters.next() {
        if is_break(character) {
            if !after_break && !in_indented_line && character == '\n' && !begins_blank {
                output.line_break();
            }
            output.broken_by(character);
            after_break = true;
            continue;
        }
        if after_break {
            output.write_indent();
            in_indented_line = matches!(character, ' ' | '\t');
        }
        let before_space = characters.peek() == Some(&' ');
        if character == ' ' && !after_break && !before_space && output.is_past_width() {
            output.write_indent();
        } else {
            output.put(character);
        }
        output.indention = false;
        after_break = false;
    }
}

/// Writes a block's indicator, the hints that its first and last lines need, and the rest of the header line.
fn header(output: &mut Output, indicator: char, content: &str, indent: usize, pending: &mut Pending<'_>) {
    let mut header = String::from(indicator);
    if content.starts_with(|first| first == ' ' || is_break(first)) {
        header.push_str(&indent.to_string());
    }
    header.push_str(chomping(content));
    output.indicator(&header);
    pending.end_header(output);
    output.indention = true;
    output.whitespace = true;
}

/// `-` drops the final line break, `+` keeps all of several; one is kept without being told.
fn chomping(content: &str) -> &'static str {
    let mut last = content.chars().rev();
    match (last.next().map(is_break), last.next().map(is_break)) {
        (Some(true), Some(false)) => "",
        (Some(true), _) => "+",
        _ => "-",
    }
}
