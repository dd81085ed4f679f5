//! What several string functions share: searching bytes, Go's cases of characters, wrapping.
//!
//! Takes bytes or characters and gives the same. Knows no values and no origins.

use memchr::memmem;

/// Where `part` stands in `whole` without overlaps; an empty one stands before each character and at the end.
pub(super) fn occurrences(whole: &[u8], part: &[u8]) -> Vec<usize> {
    if part.is_empty() {
        return character_starts(whole).chain([whole.len()]).collect();
    }
    memmem::find_iter(whole, part).collect()
}

/// Where characters begin, as Go decodes them: a byte that is no UTF-8 is one of its own.
pub(super) fn character_starts(whole: &[u8]) -> impl Iterator<Item = usize> + '_ {
    let mut start = 0;
    whole.utf8_chunks().flat_map(move |chunk| {
        let first = start;
        start += chunk.valid().len() + chunk.invalid().len();
        let invalid = first + chunk.valid().len();
        let valid = chunk.valid().char_indices().map(move |(at, _)| first + at);
        valid.chain((0..chunk.invalid().len()).map(move |at| invalid + at)).collect::<Vec<_>>()
    })
}

/// `unicode.IsSpace`.
pub(super) fn is_space(character: char) -> bool {
    character.is_whitespace()
}

/// `unicode.ToUpper`: one character for one.
pub(super) fn to_upper(character: char) -> char {
    let mut upper = character.to_uppercase();
    match (upper.next(), upper.next()) {
        (Some(only), None) => only,
        _ => with_iota(character),
    }
}

/// The capital of a Greek letter with an iota below it, which whole texts write as two letters; any other stays.
fn with_iota(character: char) -> char {
    let distance = match character {
        '\u{1f80}'..='\u{1f87}' | '\u{1f90}'..='\u{1f97}' | '\u{1fa0}'..='\u{1fa7}' => 8,
        '\u{1fb3}' | '\u{1fc3}' | '\u{1ff3}' => 9,
        _ => 0,
    };
    char::from_u32(u32::from(character) + distance).unwrap_or(character)
}

/// `unicode.ToLower`: one character for one.
pub(super) fn to_lower(character: char) -> char {
    match character {
        'İ' => 'i',
        _ => {
            let mut lower = character.to_lowercase();
            match (lower.next(), lower.next()) {
                (Some(only), None) => only,
                _ => character,
            }
        }
    }
}

/// `unicode.ToTitle`: differs from upper case in four letters.
pub(super) fn to_title(character: char) -> char {
    match character {
        'Ǆ' | 'ǅ' | 'ǆ' => 'ǅ',
        'Ǉ' | 'ǈ' | 'ǉ' => 'ǈ',
        'Ǌ' | 'ǋ' | 'ǌ' => 'ǋ',
        'Ǳ' | 'ǲ' | 'ǳ' => 'ǲ',
        _ => to_upper(character),
    }
}

/// What wrapping does to a word that is longer than a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LongWords {
    /// It stays whole.
    Whole,
    /// It is cut.
    Cut,
}

/// Breaks lines of `length` bytes at spaces.
pub(super) fn wrap(text: &[u8], length: i64, separator: &[u8], long: LongWords) -> Vec<u8> {
    let length = usize::try_from(length.max(1)).unwrap_or(1);
    let mut out = Vec::with_capacity(text.len());
    let mut start = 0;
    while text.len() - start > length {
        let rest = text.get(start..).unwrap_or_default();
        if rest.first() == Some(&b' ') {
            start += 1;
            continue;
        }
        let line = rest.get(..=length).unwrap_or(rest);
        let cut = match (line.iter().rposition(|byte| *byte == b' '), long) {
            (Some(space), _) => Some((space, 1)),
            (None, LongWords::Cut) => Some((length, 0)),
            (None, LongWords::Whole) => {
                rest.iter().skip(length).position(|byte| *byte == b' ').map(|at| (at + length, 1))
            }
        };
        let Some((end, skipped)) = cut else { break };
        out.extend(rest.get(..end).unwrap_or_default());
        out.extend(separator);
        start += end + skipped;
    }
    out.extend(text.get(start..).unwrap_or_default());
    out
}
