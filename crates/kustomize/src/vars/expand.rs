//! `$(NAME)` in texts: what stands where, byte for byte as the original expands it.
//!
//! `$$` is an escaped `$`; what is no var stays as it is, but for a character outside of ASCII behind a `$`, of which the
//! original takes the first byte for a character of its own.

use std::borrow::Cow;
use std::ops::Range;

/// A piece of an expanded text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece<'t> {
    /// Bytes that stay, and where in the text they stand.
    Bytes(Cow<'t, [u8]>, Range<usize>),
    /// `$(name)`, and where in the text it stands.
    Var(&'t str, Range<usize>),
}

/// The pieces of a text.
pub(super) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let bytes = text.as_bytes();
    let mut pieces = Vec::new();
    let (mut start, mut at) = (0, 0);
    while let Some(dollar) = memchr(b'$', bytes, at).filter(|dollar| dollar + 1 < bytes.len()) {
        if start < dollar {
            pieces.push(Piece::Bytes(Cow::Borrowed(&bytes[start..dollar]), start..dollar));
        }
        let behind = dollar + 1;
        at = behind + 1;
        match bytes[behind] {
            b'$' => pieces.push(Piece::Bytes(Cow::Borrowed(b"$"), behind..at)),
            b'(' => match memchr(b')', bytes, behind) {
                Some(end) => {
                    at = end + 1;
                    pieces.push(Piece::Var(&text[behind + 1..end], dollar..at));
                }
                None => pieces.push(Piece::Bytes(Cow::Borrowed(b"$("), dollar..at)),
            },
            byte => {
                let mut escaped = vec![b'$'];
                escaped.extend_from_slice(char::from(byte).encode_utf8(&mut [0; 2]).as_bytes());
                pieces.push(Piece::Bytes(Cow::Owned(escaped), dollar..at));
            }
        }
        start = at;
    }
    if start < bytes.len() {
        pieces.push(Piece::Bytes(Cow::Borrowed(&bytes[start..]), start..bytes.len()));
    }
    pieces
}

fn memchr(byte: u8, bytes: &[u8], from: usize) -> Option<usize> {
    bytes[from..].iter().position(|there| *there == byte).map(|position| from + position)
}

/// A float in the middle of a text, as Go prints it: with an exponent where it is far from 1.
pub(super) fn float_in_text(float: f64) -> String {
    let size = float.abs();
    if size == 0.0 || (1e-4..1e21).contains(&size) {
        return float.to_string();
    }
    let written = format!("{float:e}");
    match written.split_once('e') {
        Some((digits, exponent)) => match exponent.strip_prefix('-') {
            Some(exponent) => format!("{digits}e-{exponent:0>2}"),
            None => format!("{digits}e+{exponent:0>2}"),
        },
        None => written,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Vars become their name in angle brackets.
    fn check(text: &str, expected: &[u8]) {
        let mut expanded = Vec::new();
        for piece in pieces(text) {
            match piece {
                Piece::Bytes(bytes, _) => expanded.extend_from_slice(&bytes),
                Piece::Var(name, _) => expanded.extend_from_slice(format!("<{name}>").as_bytes()),
            }
        }
        assert_eq!(expanded, expected, "{text}");
    }

    #[test]
    fn vars_are_expanded_and_the_rest_stays() {
        check("", b"");
        check("a$(B)c$(D)", b"a<B>c<D>");
        check("$()", b"<>");
        check("$(a b)$(", b"<a b>$(");
        check("$(A", b"$(A");
        check("$", b"$");
        check("a$", b"a$");
        check("$a$", b"$a$");
        check("$(A$(B)", b"<A$(B>");
    }

    #[test]
    fn two_dollars_are_an_escaped_one() {
        check("$$(A)", b"$(A)");
        check("$$$(A)", b"$<A>");
        check("$$$$", b"$$");
        check("$$$", b"$$");
    }

    #[test]
    fn a_dollar_before_a_longer_character_breaks_it() {
        check("$\u{e9}", b"$\xc3\x83\xa9");
    }

    #[test]
    fn floats_are_printed_as_go_does() {
        let cases = [
            (0.0, "0"),
            (1.0, "1"),
            (-2.5, "-2.5"),
            (1e20, "100000000000000000000"),
            (1e21, "1e+21"),
            (1.5e-5, "1.5e-05"),
            (0.0001, "0.0001"),
            (1e300, "1e+300"),
        ];
        for (float, expected) in cases {
            assert_eq!(float_in_text(float), expected);
        }
    }
}
