//! How a byte of what was written is changed to another one of its kind.

use std::ops::Range;

use manifest::parse_first;
use text::{Exactness, TextId};

use super::case::Contents;
use super::leaf::Place;

/// Bytes put in place of as many others, or of `true` and `false`.
#[derive(Debug, Clone)]
pub(super) struct Change {
    pub(super) path: String,
    pub(super) range: Range<usize>,
    pub(super) bytes: Vec<u8>,
}

impl Change {
    pub(super) fn apply(&self, contents: &Contents) -> Contents {
        let mut contents = contents.clone();
        if let Some(bytes) = contents.get_mut(&self.path) {
            bytes.splice(self.range.clone(), self.bytes.iter().copied());
        }
        contents
    }

    /// What the bytes of a place that holds the change are afterwards.
    pub(super) fn applied(&self, place: &Place, contents: &Contents) -> Option<Vec<u8>> {
        let mut bytes = place.bytes(contents)?.to_vec();
        let range = self.range.start.checked_sub(place.start)?..self.range.end.checked_sub(place.start)?;
        bytes.get(range.clone())?;
        bytes.splice(range, self.bytes.iter().copied());
        Some(bytes)
    }
}

/// The bytes of a text that can be changed, by their offsets: digits of a number, letters and digits of anything else.
pub(super) fn changeable(text: &[u8]) -> Vec<usize> {
    let is_number = std::str::from_utf8(text).is_ok_and(|text| text.parse::<f64>().is_ok());
    let can_change = |byte: u8| if is_number { byte.is_ascii_digit() } else { byte.is_ascii_alphanumeric() };
    let is_open = |at: &usize| text.get(*at).is_some_and(|byte| can_change(*byte));
    (0..text.len()).filter(is_open).collect()
}

/// Another byte of the same kind.
pub(super) fn other(byte: u8) -> u8 {
    match byte {
        b'9' | b'0' => b'1',
        digit if digit.is_ascii_digit() => digit + 1,
        b'q' => b'w',
        b'Q' => b'W',
        letter if letter.is_ascii_lowercase() => b'q',
        _ => b'Q',
    }
}

/// Where a byte of what a YAML scalar says stands in the text; none where it is said in other words.
pub(super) fn byte_of_scalar(contents: &Contents, place: &Place, said: &str, offset: usize) -> Option<usize> {
    let bytes = contents.get(&place.path)?;
    // The line end of a block scalar stands behind its place.
    let end = (place.end + 1).min(bytes.len());
    let written = bytes.get(place.start..end)?;
    let document = parse_first(TextId(0), written, 0..written.len()).ok()?;
    let scalar = document.root()?;
    let content = document.text(scalar)?;
    let first = content.find(said)?;
    if content.get(first + 1..)?.contains(said) {
        return None;
    }
    let at = u32::try_from(first + offset).ok()?;
    let (span, exactness) = document.content_map(scalar)?.resolve(at..at + 1)?;
    (exactness == Exactness::Verbatim).then_some(place.start + span.range().start)
}
