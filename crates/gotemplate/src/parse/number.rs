//! Constants of numbers and characters, each read as all kinds of number that it can be.

use super::node::Number;
use super::token::TokenKind;
use crate::format;

/// Reads a constant.
///
/// # Errors
/// In Go's words, if it is none.
pub(super) fn read(text: &str, kind: TokenKind) -> Result<Number, String> {
    match kind {
        TokenKind::CharConstant => character(text),
        TokenKind::Complex => complex(text).ok_or_else(|| illegal(text)),
        _ => match text.strip_suffix('i') {
            Some(imaginary) if !text.starts_with("0x") => {
                let imaginary = float(imaginary).ok_or_else(|| illegal(text))?;
                Ok(simplified((0.0, imaginary)))
            }
            _ => real(text),
        },
    }
}

fn illegal(text: &str) -> String {
    format!("illegal number syntax: {}", format::quote(text.as_bytes()))
}

#[expect(clippy::cast_precision_loss, reason = "Go converts integers to floats the same way")]
fn character(text: &str) -> Result<Number, String> {
    let rune = format::unquote_rune(text.as_bytes()).ok_or_else(|| match text {
        "''" => "invalid syntax".to_owned(),
        _ => format!("malformed character constant: {text}"),
    })?;
    let (int, uint) = (i64::from(rune), u64::from(rune));
    Ok(Number { int: Some(int), uint: Some(uint), float: Some(int as f64), complex: None })
}

fn complex(text: &str) -> Option<Number> {
    let split = text.char_indices().skip(1).filter(|(at, sign)| {
        matches!(sign, '+' | '-') && !matches!(text.as_bytes().get(at - 1), Some(b'e' | b'E' | b'p' | b'P'))
    });
    let (at, _) = split.last()?;
    let real = float(text.get(..at)?)?;
    let imaginary = float(text.get(at..)?.strip_suffix('i')?)?;
    Some(simplified((real, imaginary)))
}

/// A complex number, which is also a real one if it has no imaginary part.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "whether the number is whole is what is asked"
)]
fn simplified((re, im): (f64, f64)) -> Number {
    let float = (im == 0.0).then_some(re);
    let int = float.map(|float| float as i64).filter(|int| Some(*int as f64) == float);
    let uint = float
        .filter(|float| *float >= 0.0)
        .map(|float| float as u64)
        .filter(|uint| Some(*uint as f64) == float);
    Number { int, uint, float, complex: Some((re, im)) }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "whether the number is whole is what is asked"
)]
fn real(text: &str) -> Result<Number, String> {
    let mut uint = unsigned(text);
    let mut int = signed(text);
    if int == Some(0) {
        // "-0" is unsigned, too.
        uint = Some(0);
    }
    let number_float = match (int, uint) {
        (Some(int), _) => Some(int as f64),
        (None, Some(uint)) => Some(uint as f64),
        (None, None) => float(text),
    };
    if int.is_none()
        && uint.is_none()
        && let Some(float) = number_float
    {
        if !text.contains(['.', 'e', 'E', 'p', 'P']) {
            return Err(format!("integer overflow: {}", format::quote(text.as_bytes())));
        }
        int = Some(float as i64).filter(|int| *int as f64 == float);
        uint = Some(float as u64).filter(|uint| *uint as f64 == float);
    }
    match (int, uint, number_float) {
        (None, None, None) => Err(illegal(text)),
        (int, uint, float) => Ok(Number { int, uint, float, complex: None }),
    }
}

/// A whole number with its sign, in the base that its beginning names.
pub(crate) fn signed(text: &str) -> Option<i64> {
    let (is_negative, digits) = match text.as_bytes().first() {
        Some(b'-') => (true, text.get(1..)?),
        Some(b'+') => (false, text.get(1..)?),
        _ => (false, text),
    };
    let size = unsigned(digits)?;
    if is_negative { 0_i64.checked_sub_unsigned(size) } else { i64::try_from(size).ok() }
}

/// A whole number in the base that its beginning names.
fn unsigned(text: &str) -> Option<u64> {
    // Most numbers of templates are one or two digits.
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit());
    if is_plain && (!text.starts_with('0') || text.len() == 1) {
        return text.parse().ok();
    }
    let lower = text.to_ascii_lowercase();
    let (base, digits) = match lower.as_bytes() {
        [b'0', b'x', ..] => (16, lower.get(2..)?),
        [b'0', b'b', ..] => (2, lower.get(2..)?),
        [b'0', b'o', ..] => (8, lower.get(2..)?),
        [b'0', _, ..] => (8, lower.get(1..)?),
        _ => (10, lower.as_str()),
    };
    if !are_separated(digits, base != 10) {
        return None;
    }
    let digits = digits.replace('_', "");
    if digits.is_empty() || digits.starts_with(['+', '-']) {
        None
    } else {
        u64::from_str_radix(&digits, base).ok()
    }
}

/// Whether each underscore stands between digits, or behind the prefix of a base.
fn are_separated(digits: &str, has_prefix: bool) -> bool {
    let bytes = digits.as_bytes();
    let is_digit = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_hexdigit);
    let is_separator = |at: usize| {
        let follows = if at == 0 { has_prefix } else { is_digit(at.checked_sub(1)) };
        follows && is_digit(Some(at + 1))
    };
    let is_decimal = |at: usize| !matches!(bytes.get(at.wrapping_sub(1)), Some(b'e')) || has_prefix;
    bytes.iter().enumerate().all(|(at, byte)| *byte != b'_' || is_separator(at) && is_decimal(at))
}

/// A float as `strconv.ParseFloat` reads one.
pub(crate) fn float(text: &str) -> Option<f64> {
    let (sign, rest) = match text.as_bytes().first() {
        Some(b'-') => (-1.0, text.get(1..)?),
        Some(b'+') => (1.0, text.get(1..)?),
        _ => (1.0, text),
    };
    let lower = rest.to_ascii_lowercase();
    let value = match lower.strip_prefix("0x") {
        Some(digits) => hexadecimal(digits)?,
        None => {
            let is_number = lower
                .bytes()
                .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'+' | b'-' | b'_'));
            if !is_number || !are_separated(&lower, false) {
                return None;
            }
            lower.replace('_', "").parse().ok().filter(|value: &f64| value.is_finite())?
        }
    };
    Some(sign * value)
}

/// `1.8p3` in base 16.
fn hexadecimal(digits: &str) -> Option<f64> {
    if !are_separated(digits, true) {
        return None;
    }
    let (mantissa, exponent) = digits.split_once('p')?;
    let mantissa = mantissa.replace('_', "");
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((&mantissa, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let mut value = 0.0_f64;
    for digit in whole.chars().chain(fraction.chars()) {
        value = value * 16.0 + f64::from(digit.to_digit(16)?);
    }
    let exponent: i32 = exponent.replace('_', "").parse().ok()?;
    let places = i32::try_from(fraction.len()).ok()?.checked_mul(4)?;
    Some(value * 2.0_f64.powi(exponent.checked_sub(places)?))
}
