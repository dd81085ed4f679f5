//! Classes of characters, as Go's package `unicode` has them.
//!
//! The standard library's own are wider: its letters hold marks, its numbers more than digits.

use std::sync::LazyLock;

use regex::Regex;

/// A general category of Unicode, as Go's package `unicode` asks for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    /// `unicode.IsLetter`.
    Letter,
    /// `unicode.IsUpper`.
    Upper,
    /// `unicode.IsLower`.
    Lower,
    /// `unicode.IsTitle`.
    Title,
    /// `unicode.IsNumber`.
    Number,
    /// `unicode.IsDigit`.
    Digit,
    /// `unicode.IsPunct`.
    Punctuation,
}

/// Whether a character is of a class.
pub(crate) fn is(class: Class, character: char) -> bool {
    static CLASSES: LazyLock<Vec<Option<Regex>>> = LazyLock::new(|| {
        [r"\p{L}", r"\p{Lu}", r"\p{Ll}", r"\p{Lt}", r"\p{N}", r"\p{Nd}", r"\p{P}"]
            .iter()
            .map(|class| Regex::new(&format!("^{class}$")).ok())
            .collect()
    });
    let mut buffer = [0; 4];
    let text = character.encode_utf8(&mut buffer);
    CLASSES.get(class as usize).and_then(Option::as_ref).is_some_and(|regex| regex.is_match(text))
}
