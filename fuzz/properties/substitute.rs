//! Any bytes are substituted or refused: a text without variables alone stays as it is, each piece of the rest holds the
//! bytes that it names, and what is refused in a lenient substitution is refused in a strict one.

use gitops::substitute::{PieceSource, Strictness, substitute};

pub(crate) fn check(bytes: &[u8]) {
    let (text, values) = bytes.split_at(bytes.iter().rposition(|byte| *byte == b'\n').unwrap_or(bytes.len()));
    let lookup = |name: &str| match name {
        "a" => Some(values),
        "b" => Some(b"x/y.z".as_slice()),
        "e" => Some(b"".as_slice()),
        _ => None,
    };
    let strict = substitute(text, lookup, Strictness::Strict);
    let Ok(lenient) = substitute(text, lookup, Strictness::Lenient) else { return assert!(strict.is_err()) };
    if let Ok(strict) = strict {
        assert_eq!(strict, lenient);
    }
    if !lenient.is_changed() {
        return assert_eq!(lenient.text, text);
    }
    let mut at = 0;
    for piece in &lenient.pieces {
        let made = &lenient.text[at..at + piece.length];
        at += piece.length;
        match &piece.source {
            PieceSource::Input(range) => assert_eq!(made, &text[range.clone()]),
            PieceSource::Value { name, range, place } => {
                assert_eq!(made, &lookup(lenient.names[*name].name).unwrap_or_default()[range.clone()]);
                assert!(text[place.clone()].starts_with(b"${"));
            }
            PieceSource::Computed { place, .. } => assert!(text[place.clone()].starts_with(b"${")),
        }
    }
    assert_eq!(at, lenient.text.len());
}
