//! Lines of `KEY=value`, in which `\n` stands for the end of a line.

use text::{Span, TextId};

use super::{PrintStore, ReadStore, plain_text};
use crate::tree::{Branch, Data, Item, Key, Value};
use crate::{Clear, Format};

/// Reads the lines. Empty ones are dropped; what begins with `#` is a comment.
pub(super) fn read(text: TextId, bytes: &[u8]) -> Result<Branch, ReadStore> {
    let mut branch = Branch::default();
    let mut start = 0;
    for (index, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
        let at = start;
        start += line.len() + 1;
        if let Some(comment) = line.strip_prefix(b"#") {
            branch.push_comment(Clear::new(comment.to_vec()), false);
        } else if !line.is_empty() {
            let equals = line.iter().position(|byte| *byte == b'=');
            let what = "no assignment";
            let equals = equals.ok_or(ReadStore::ReadLine { line: index + 1, what })?;
            let key = std::str::from_utf8(&line[..equals]).map_err(|_| ReadStore::ReadText)?;
            let value = replaced(&line[equals + 1..], b"\\n", b"\n");
            let value_span = span(text, at + equals + 1..at + line.len());
            let value = Value::new(Data::Text(Clear::new(value)), value_span);
            branch.push(key, span(text, at..at + equals), value);
        }
    }
    Ok(branch)
}

/// Prints one line for each comment and value.
pub(super) fn print(branch: &Branch) -> Result<Clear, PrintStore> {
    let mut printed = Vec::new();
    for item in &branch.items {
        match item {
            Item::Comment(comment) => {
                printed.push(b'#');
                printed.extend_from_slice(comment.text.expose());
            }
            Item::Entry(entry) => {
                let Key::Text(key) = &entry.key else { continue };
                let hold = || PrintStore::HoldValue { format: Format::Dotenv.name(), key: key.clone() };
                let value = plain_text(&entry.value.data).ok_or_else(hold)?;
                printed.extend_from_slice(key.as_bytes());
                printed.push(b'=');
                printed.extend(replaced(&value, b"\n", b"\\n"));
            }
        }
        printed.push(b'\n');
    }
    Ok(Clear::new(printed))
}

/// Replaces all of `old`, from left to right.
fn replaced(bytes: &[u8], old: &[u8], new: &[u8]) -> Vec<u8> {
    let mut replaced = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some(first) = rest.first() {
        if let Some(behind) = rest.strip_prefix(old) {
            replaced.extend_from_slice(new);
            rest = behind;
        } else {
            replaced.push(*first);
            rest = &rest[1..];
        }
    }
    replaced
}

/// A range of a text. Texts are bounded far below what a span holds.
pub(super) fn span(text: TextId, range: std::ops::Range<usize>) -> Span {
    let offset = |at| u32::try_from(at).unwrap_or(u32::MAX);
    Span::new(text, offset(range.start)..offset(range.end))
}
