//! Characters as Go has them: decoded one by one out of any bytes, letters by category, one for one in other cases.

use std::sync::LazyLock;

use regex::Regex;

/// What Go decodes of a byte that is no UTF-8.
const REPLACEMENT: char = char::REPLACEMENT_CHARACTER;

/// The first character of some bytes with its length, as `utf8.DecodeRune`: a byte that is no UTF-8 is a character of its
/// own. None of no bytes.
pub(super) fn first(bytes: &[u8]) -> Option<(char, usize)> {
    let byte = *bytes.first()?;
    if byte.is_ascii() {
        return Some((char::from(byte), 1));
    }
    let head = bytes.get(..bytes.len().min(4)).unwrap_or_default();
    let valid = head.utf8_chunks().next().and_then(|chunk| chunk.valid().chars().next());
    Some(valid.map_or((REPLACEMENT, 1), |character| (character, character.len_utf8())))
}

/// The characters of some bytes, each with its length.
pub(super) fn all(bytes: &[u8]) -> impl Iterator<Item = (char, usize)> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        let (character, length) = first(bytes.get(at..)?)?;
        at += length;
        Some((character, length))
    })
}

/// The characters in the other order. What is no UTF-8 becomes the replacement character, as in Go.
pub(super) fn reversed(bytes: &[u8]) -> Vec<u8> {
    if bytes.is_ascii() {
        return bytes.iter().rev().copied().collect();
    }
    let characters: Vec<char> = all(bytes).map(|(character, _)| character).collect();
    characters.into_iter().rev().collect::<String>().into_bytes()
}

/// Each character in another case.
pub(super) fn mapped(bytes: &[u8], case: fn(char) -> char) -> Vec<u8> {
    all(bytes).map(|(character, _)| case(character)).collect::<String>().into_bytes()
}

/// The first character in another case, the rest as it is.
pub(super) fn mapped_first(bytes: &[u8], case: fn(char) -> char) -> Vec<u8> {
    let Some((character, length)) = first(bytes) else { return Vec::new() };
    let mut out = case(character).to_string().into_bytes();
    out.extend(bytes.get(length..).unwrap_or_default());
    out
}

/// Whether a character may stand in a name: `unicode.IsLetter`, `unicode.IsDigit` or an underscore.
pub(super) fn is_of_name(character: char) -> bool {
    static CLASS: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"^[\p{L}\p{Nd}]$").ok());
    if character.is_ascii() {
        return character.is_ascii_alphanumeric() || character == '_';
    }
    let mut buffer = [0; 4];
    CLASS.as_ref().is_some_and(|class| class.is_match(character.encode_utf8(&mut buffer)))
}

/// `unicode.ToUpper`: one character for one. Greek letters with a subscript have a title case that counts as their upper one.
pub(super) fn to_upper(character: char) -> char {
    let title = match character {
        '\u{1f80}'..='\u{1f87}' | '\u{1f90}'..='\u{1f97}' | '\u{1fa0}'..='\u{1fa7}' => 8,
        '\u{1fb3}' | '\u{1fc3}' | '\u{1ff3}' => 9,
        _ => return only(character.to_uppercase()).unwrap_or(character),
    };
    char::from_u32(u32::from(character) + title).unwrap_or(character)
}

/// `unicode.ToLower`: one character for one.
pub(super) fn to_lower(character: char) -> char {
    if character == 'İ' { 'i' } else { only(character.to_lowercase()).unwrap_or(character) }
}

fn only(mut characters: impl Iterator<Item = char>) -> Option<char> {
    match (characters.next(), characters.next()) {
        (only, None) => only,
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_byte_that_is_no_utf_8_is_a_character_of_its_own() {
        let decoded = |bytes: &[u8]| all(bytes).collect::<Vec<_>>();
        assert_eq!(decoded("aé\u{1f600}".as_bytes()), [('a', 1), ('é', 2), ('\u{1f600}', 4)]);
        assert_eq!(decoded(b"\xe2\x82x"), [(REPLACEMENT, 1), (REPLACEMENT, 1), ('x', 1)]);
        assert_eq!(reversed(b"a\xa9b"), "b\u{fffd}a".as_bytes());
    }

    #[test]
    fn cases_map_one_character_to_one() {
        let upper: String = "aéßᾀǆı".chars().map(to_upper).collect();
        assert_eq!(upper, "AÉßᾈǄI");
        let lower: String = "AÉİΣ".chars().map(to_lower).collect();
        assert_eq!(lower, "aéiσ");
        assert_eq!(mapped_first("éa".as_bytes(), to_upper), "Éa".as_bytes());
    }

    #[test]
    fn names_hold_letters_and_digits_of_any_script_but_no_marks() {
        assert!("a_Z9éж中٣".chars().all(is_of_name));
        assert!(!"-.$ \u{301}½Ⅷ".chars().any(is_of_name));
    }
}
