//! Numbers as goyaml reads them: Go's integer prefixes, YAML 1.1 octals, underscores anywhere, floats by pattern.

use super::{ByText, Dialect};

/// What a text that begins with a sign or a digit is: an integer, a float or, when nothing fits, a string.
pub(super) fn number(dialect: Dialect, text: &str) -> ByText {
    let digits = text.replace('_', "");
    integer(&digits)
        .or_else(|| if is_decimal_float(&digits) { finite(&digits).map(ByText::Float) } else { None })
        .or_else(|| signed_after_prefix(dialect, &digits))
        .unwrap_or(ByText::String)
}

/// The value of a text that begins with a dot. Here underscores must stand between two digits, as in Go.
pub(super) fn fraction(text: &str) -> Option<f64> {
    let is_digit = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_digit);
    let bytes = text.as_bytes();
    let separates =
        |index: usize| is_digit(bytes.get(index.wrapping_sub(1))) && is_digit(bytes.get(index + 1));
    if !text.match_indices('_').all(|(index, _)| separates(index)) {
        return None;
    }
    let digits = text.replace('_', "");
    if is_decimal_float(&digits) { finite(&digits) } else { None }
}

/// A number too large for 64 bits of floating point is no number at all.
fn finite(text: &str) -> Option<f64> {
    text.parse::<f64>().ok().filter(|value| value.is_finite())
}

/// An integer with Go's prefixes for its base; a bare leading zero means octal.
fn integer(text: &str) -> Option<ByText> {
    let (negative, unsigned) = match text.as_bytes().first() {
        Some(b'-') => (true, text.get(1..)?),
        Some(b'+') => (false, text.get(1..)?),
        _ => (false, text),
    };
    let magnitude = magnitude(unsigned)?;
    if negative {
        return 0_i64.checked_sub_unsigned(magnitude).map(ByText::Int);
    }
    match i64::try_from(magnitude) {
        Ok(value) => Some(ByText::Int(value)),
        // Only a text without a sign is tried once more without room for one.
        Err(_) if unsigned.len() == text.len() => Some(ByText::Unsigned(magnitude)),
        Err(_) => None,
    }
}

fn magnitude(text: &str) -> Option<u64> {
    let Some(rest) = text.strip_prefix('0') else {
        return parse_digits(text, 10);
    };
    let radix = match rest.as_bytes() {
        [] => return Some(0),
        [b'x' | b'X', _, ..] => 16,
        [b'o' | b'O', _, ..] => 8,
        [b'b' | b'B', _, ..] => 2,
        _ => return parse_digits(rest, 8),
    };
    parse_digits(rest.get(1..)?, radix)
}

/// Digits only: the standard parser would take a sign of its own.
fn parse_digits(text: &str, radix: u32) -> Option<u64> {
    if text.starts_with(['+', '-']) {
        return None;
    }
    u64::from_str_radix(text, radix).ok()
}

/// goyaml's last resort takes a sign behind the prefix: `0b-1` is -1. v3 does so for `0o` as well.
fn signed_after_prefix(dialect: Dialect, text: &str) -> Option<ByText> {
    let (rest, radix) = match (text.strip_prefix("0b"), text.strip_prefix("0o")) {
        (Some(rest), _) => (rest, 2),
        (None, Some(rest)) if dialect == Dialect::GoYaml3 => (rest, 8),
        (None, _) => return None,
    };
    i64::from_str_radix(rest, radix).ok().map(ByText::Int)
}

/// Whether a text is `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`.
fn is_decimal_float(text: &str) -> bool {
    let text = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (whole, rest) = split_digits(text);
    let (fraction, rest) = match rest.strip_prefix('.') {
        Some(rest) => split_digits(rest),
        None if whole.is_empty() => return false,
        None => ("", rest),
    };
    if whole.is_empty() && fraction.is_empty() {
        return false;
    }
    match rest.strip_prefix(['e', 'E']) {
        Some(exponent) => {
            let exponent = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
            !exponent.is_empty() && exponent.bytes().all(|byte| byte.is_ascii_digit())
        }
        None => rest.is_empty(),
    }
}

fn split_digits(text: &str) -> (&str, &str) {
    let end = text.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}
