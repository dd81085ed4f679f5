//! What the bytes of a place say, and how one of them is changed.

use super::build::Contents;
use super::cases::Random;
use super::field::Place;
use manifest::resolve::{Dialect, Meaning, resolve};
use manifest::{ScalarStyle, parse_first};
use std::ops::Range;
use text::{Exactness, PieceMap, Span, TextId};

/// Bytes of a file put in place of others.
#[derive(Debug, Clone)]
pub(super) struct Change {
    pub(super) path: String,
    pub(super) range: Range<usize>,
    pub(super) bytes: Vec<u8>,
}

impl Change {
    pub(super) fn apply(&self, files: &Contents) -> Contents {
        let mut files = files.clone();
        if let Some(bytes) = files.get_mut(&self.path) {
            bytes.splice(self.range.clone(), self.bytes.iter().copied());
        }
        files
    }

    /// Where a place that holds the change is afterwards.
    pub(super) fn moved(&self, place: &Place) -> Place {
        let end = place.range.end + self.bytes.len() - self.range.len();
        Place { range: place.range.start..end, ..place.clone() }
    }
}

/// How the bytes of a place are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    /// As they are.
    Raw,
    /// As the YAML scalar that they are.
    Scalar,
}

/// What a scalar says, and where each byte of that stands in the file.
pub(super) struct Content {
    pub(super) text: String,
    map: PieceMap,
}

/// What stands at a place.
pub(super) fn content(files: &Contents, place: &Place, reading: Reading) -> Option<Content> {
    let bytes = files.get(&place.path)?.get(place.range.clone())?;
    let text = TextId(0);
    let start = u32::try_from(place.range.start).ok()?;
    if reading == Reading::Raw {
        let whole = Span::new(text, start..start + u32::try_from(bytes.len()).ok()?);
        let mut map = PieceMap::new();
        map.push(whole.len(), whole, Exactness::Verbatim);
        return Some(Content { text: std::str::from_utf8(bytes).ok()?.to_owned(), map });
    }
    // The line feed that ends a block scalar stands behind the place.
    let is_block = bytes.starts_with(b"|") || bytes.starts_with(b">");
    let end = place.range.end + usize::from(is_block);
    let bytes = files.get(&place.path)?.get(place.range.start..end).unwrap_or(bytes);
    let document = parse_first(text, bytes, 0..bytes.len()).ok()?;
    let scalar = document.root()?;
    let inner = document.content_map(scalar)?;
    let mut map = PieceMap::new();
    for offset in 0..inner.len() {
        let (origin, exactness) = inner.resolve(offset..offset + 1)?;
        map.push(1, Span::new(text, origin.start + start..origin.end + start), exactness);
    }
    Some(Content { text: document.text(scalar)?.to_owned(), map })
}

/// The reading by which a place says a text, and what it says.
pub(super) fn reading_of(files: &Contents, place: &Place, text: &str) -> Option<(Reading, Content)> {
    [Reading::Raw, Reading::Scalar].into_iter().find_map(|reading| {
        let content = content(files, place, reading)?;
        let says_it = content.text == text || means_the_same(&content.text, text);
        says_it.then_some((reading, content))
    })
}

/// Whether two texts mean the same number or nothing, however they are written.
fn means_the_same(one: &str, other: &str) -> bool {
    let meaning = |text| resolve(Dialect::GoYaml3, text, ScalarStyle::Plain, None).ok();
    match (meaning(one), meaning(other)) {
        (Some(Meaning::Null), Some(Meaning::Null)) => true,
        (Some(one), Some(other)) => number(&one).is_some_and(|one| number(&other) == Some(one)),
        _ => false,
    }
}

#[expect(clippy::cast_precision_loss, reason = "Go's JSON rounds numbers to floats as well")]
fn number(meaning: &Meaning<'_>) -> Option<f64> {
    match meaning {
        Meaning::Int(value) => Some(*value as f64),
        Meaning::Unsigned(value) => Some(*value as f64),
        Meaning::Float(value) => Some(*value),
        _ => None,
    }
}

/// A change of what a place says to something else of the same kind; none if nothing in it can be changed so.
pub(super) fn change(random: &mut Random, place: &Place, content: &Content) -> Option<Change> {
    let path = place.path.clone();
    let flipped = match content.text.as_str() {
        "true" => Some("false"),
        "false" => Some("true"),
        _ => None,
    };
    let at = |range: Range<usize>| {
        let range = u32::try_from(range.start).ok()?..u32::try_from(range.end).ok()?;
        let (span, exactness) = content.map.resolve(range)?;
        (exactness == Exactness::Verbatim).then(|| span.range())
    };
    if let Some(flipped) = flipped {
        return Some(Change { path, range: at(0..content.text.len())?, bytes: flipped.as_bytes().to_vec() });
    }
    let is_number = number_of(&content.text).is_some();
    let can_change = |byte: u8| if is_number { byte.is_ascii_digit() } else { byte.is_ascii_alphanumeric() };
    let bytes = content.text.as_bytes();
    let offsets: Vec<_> = (0..bytes.len())
        .filter(|offset| can_change(bytes[*offset]) && at(*offset..offset + 1).is_some())
        .collect();
    let offset = *offsets.get(random.below(offsets.len()))?;
    let byte = match bytes[offset] {
        b'9' | b'0' => b'1',
        digit if digit.is_ascii_digit() => digit + 1,
        b'q' => b'w',
        b'Q' => b'W',
        letter if letter.is_ascii_lowercase() => b'q',
        _ => b'Q',
    };
    Some(Change { path, range: at(offset..offset + 1)?, bytes: vec![byte] })
}

fn number_of(text: &str) -> Option<f64> {
    let meaning = resolve(Dialect::GoYaml3, text, ScalarStyle::Plain, None).ok()?;
    number(&meaning)
}
