//! Pieces of block YAML as goyaml v2 lays it out after JSON, written one by one by who walks something else than values.
//!
//! A text that needs no thought is written as it is; every other one by the functions that write scalars of documents.

use crate::ScalarStyle;
use crate::resolve::{Dialect, is_plain_string};

use super::comment::Pending;
use super::output::Output;
use super::scalar::{Allowed, Place};
use super::scalar_text::{self, Folding};
use super::value::{is_base_60, text_style};
use super::{EmitYaml, Layout, key_order, through_json};

/// The longest key that is taken for tame: what stands before its `:` on one line has at most 128 bytes.
const TAME_KEY_BYTES_MAX: usize = 120;

/// A key that stands twice.
pub(crate) struct StandTwice;

/// Sorts entries as goyaml v2 sorts keys.
pub(crate) fn sort_by_key<T: Copy>(entries: &mut Vec<T>, key: impl Fn(&T) -> &str) -> Result<(), StandTwice> {
    entries.sort_unstable_by(|one, other| key(one).cmp(key(other)));
    if entries.windows(2).any(|pair| key(&pair[0]) == key(&pair[1])) {
        return Err(StandTwice);
    }
    // Among letters and these signs the order of bytes is goyaml's.
    let is_ordered = |byte: u8| byte.is_ascii_alphabetic() || matches!(byte, b'.' | b'/' | b'-');
    if !entries.iter().all(|entry| key(entry).bytes().all(is_ordered)) {
        let taken = std::mem::take(entries);
        *entries = key_order::merge_sort(taken, &|one, other| {
            key_order::is_text_less(Dialect::GoYaml2, key(&one), key(&other))
        });
    }
    Ok(())
}

/// Whether a key is one of those that [`push_key`] can write.
pub(crate) fn is_tame_key(key: &str) -> bool {
    let is_tame = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'/' | b'-' | b'_');
    let begins_tame = key.bytes().next().is_some_and(|first| first.is_ascii_alphanumeric());
    begins_tame && key.len() <= TAME_KEY_BYTES_MAX && key.bytes().all(is_tame)
}

/// Writes a key, without its colon.
pub(crate) fn push_key(text: &mut String, key: &str) {
    let quotes = if is_plain(key) { "" } else { "\"" };
    text.push_str(quotes);
    text.push_str(key);
    text.push_str(quotes);
}

/// Writes a text behind a key's colon or a dash, with the line's end. `indent` is where further lines of it begin.
///
/// # Errors
/// If JSON cannot hold it.
pub(crate) fn push_text(text: &mut String, content: &str, indent: usize) -> Result<(), EmitYaml> {
    let tame = Tame::of(content);
    // Lines are broken at spaces only.
    let is_line = tame != Tame::No && (!content.contains(' ') || column(text) + content.len() < WIDTH);
    if is_line && tame == Tame::Plain && is_plain(content) {
        text.push(' ');
        text.push_str(content);
        text.push('\n');
        return Ok(());
    }
    if is_line && !is_plain(content) {
        text.push_str(" \"");
        text.push_str(content);
        text.push_str("\"\n");
        return Ok(());
    }
    push_any(text, &through_json::text(content.into())?, indent);
    Ok(())
}

/// Lines that stay below this many columns are not broken, two quotes and a space included.
const WIDTH: usize = 76;

fn column(text: &str) -> usize {
    let line = text.rfind('\n').map_or(0, |end| end + 1);
    text.len() - line
}

fn push_any(text: &mut String, content: &str, indent: usize) {
    let place = Place { in_flow: false, is_simple_key: false };
    let asked = text_style(content, Dialect::GoYaml2);
    let style = Allowed::by(content, Dialect::GoYaml2).style(asked, content, place);
    let mut output = Output::new(Layout::GOYAML2.width);
    output.column = column(text);
    output.indent = Some(indent);
    (output.whitespace, output.indention) = (false, false);
    let mut pending = Pending::default();
    match style {
        ScalarStyle::Plain => scalar_text::plain(&mut output, content, Folding::Allowed),
        ScalarStyle::SingleQuoted => scalar_text::single_quoted(&mut output, content, Folding::Allowed),
        ScalarStyle::DoubleQuoted => scalar_text::double_quoted(&mut output, content, Folding::Allowed),
        ScalarStyle::Literal | ScalarStyle::Folded => {
            scalar_text::literal(&mut output, content, Layout::GOYAML2.indent, &mut pending);
        }
    }
    text.push_str(&output.text);
    if output.column > 0 {
        text.push('\n');
    }
}

/// Whether a text of tame characters is one that needs no quotes to stay a text.
fn is_plain(content: &str) -> bool {
    is_plain_string(Dialect::GoYaml2, content) && !is_base_60(content)
}

/// What can be said of a text at a glance.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tame {
    /// Nothing in it is syntax.
    Plain,
    /// It can stand in double quotes as it is. Without them some of it would be syntax, or it is empty.
    Quoted,
    /// It has to be looked at.
    No,
}

impl Tame {
    fn of(content: &str) -> Self {
        let bytes = content.as_bytes();
        let is_printable = |byte: &u8| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\');
        if !bytes.iter().all(is_printable) {
            return Self::No;
        }
        let [first, rest @ ..] = bytes else { return Self::Quoted };
        let begins_plain = first.is_ascii_alphanumeric() || matches!(first, b'/' | b'$' | b'_' | b'(' | b'<');
        let begins_plain =
            begins_plain || matches!((first, rest), (b'-', [next, ..]) if *next != b' ' && *next != b'-');
        let is_syntax = |pair: &[u8]| matches!(pair, b": " | b" #");
        let ends_plain = !matches!(bytes.last(), Some(b' ' | b':'));
        if begins_plain && ends_plain && !bytes.windows(2).any(is_syntax) { Self::Plain } else { Self::No }
    }
}
