//! Floats, as `strconv.FormatFloat` writes them and `fmt` pads them.

use super::spec::Spec;

/// With the shortest digits, from this exponent on an exponent is written (`eprec` of Go's strconv/ftoa.go).
const SHORTEST_EXPONENT_MAX: i32 = 6;

/// Adds a float by a verb of `e E f F g G` or, for `%v`, `v`.
pub(super) fn write(out: &mut Vec<u8>, value: f64, verb: char, (is_single, spec): (bool, &Spec)) {
    let shape = if verb == 'v' { 'g' } else { verb };
    let precision = spec.precision.or(if matches!(shape, 'e' | 'E' | 'f' | 'F') { Some(6) } else { None });
    let sign = match (value.is_sign_negative() && !value.is_nan(), spec.plus, spec.space) {
        (true, ..) => "-",
        (_, true, _) => "+",
        (.., true) => " ",
        _ => "",
    };
    if !value.is_finite() {
        let text = if value.is_nan() { "NaN" } else { "Inf" };
        let sign = if sign.is_empty() && value.is_infinite() { "+" } else { sign };
        let blank = Spec { zero: false, ..*spec };
        return blank.pad(out, format!("{sign}{text}").as_bytes());
    }
    let digits = match shape {
        'b' | 'x' | 'X' => binary(value.abs(), shape, spec.precision),
        _ => format_finite(value.abs(), shape, (precision, is_single)),
    };
    let digits = if spec.sharp && shape != 'b' { with_point(&digits, shape, spec.precision) } else { digits };
    match spec.width {
        Some(width) if spec.zero && !spec.minus => {
            let fill = width.saturating_sub(sign.len() + digits.len());
            out.extend_from_slice(sign.as_bytes());
            out.extend(std::iter::repeat_n(b'0', fill));
            out.extend_from_slice(digits.as_bytes());
        }
        _ => spec.pad(out, format!("{sign}{digits}").as_bytes()),
    }
}

/// The digits of a number that is not negative; without a precision as few as tell it apart.
pub(super) fn format_finite(
    value: f64,
    shape: char,
    (precision, is_single): (Option<usize>, bool),
) -> String {
    match (shape, precision) {
        ('f' | 'F', Some(precision)) => format!("{value:.precision$}"),
        ('e' | 'E', Some(precision)) => with_exponent(&format!("{value:.precision$e}"), shape),
        ('g' | 'G', Some(precision)) => general(value, shape, precision.max(1)),
        _ => shortest(value, shape, is_single),
    }
}

/// `%g` with a precision: so many digits at most, without zeros at the end.
fn general(value: f64, shape: char, precision: usize) -> String {
    let rounded = format!("{value:.*e}", precision - 1);
    let Some((mantissa, exponent)) = split(&rounded) else { return rounded };
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let digits = digits.trim_end_matches('0');
    let count = digits.len().max(1);
    // Where all digits stand before the point, they need no exponent though they are more than the precision.
    let limit = if precision > count && i32::try_from(count).is_ok_and(|count| count > exponent) {
        i32::try_from(count).unwrap_or(i32::MAX)
    } else {
        i32::try_from(precision).unwrap_or(i32::MAX)
    };
    lay_out(if digits.is_empty() { "0" } else { digits }, exponent, (shape, limit))
}

fn shortest(value: f64, shape: char, is_single: bool) -> String {
    let (digits, exponent) = shortest_digits(value, is_single);
    lay_out(&digits, exponent, (shape, SHORTEST_EXPONENT_MAX))
}

/// The fewest digits that tell a finite number that is not negative from all others, and the power of ten that the first
/// of them stands for. Of two that are as near Go takes the even one, the standard library the larger.
pub(crate) fn shortest_digits(value: f64, is_single: bool) -> (String, i32) {
    #[expect(clippy::cast_possible_truncation, reason = "it was a float32")]
    let single = value as f32;
    let shown = if is_single { format!("{single:e}") } else { format!("{value:e}") };
    let places = split(&shown).map_or(0, |(mantissa, _)| mantissa.len().saturating_sub(2));
    let even = if is_single { format!("{single:.places$e}") } else { format!("{value:.places$e}") };
    match split(&even) {
        Some((mantissa, exponent)) => (mantissa.chars().filter(char::is_ascii_digit).collect(), exponent),
        None => (even, 0),
    }
}

fn split(shown: &str) -> Option<(&str, i32)> {
    let (mantissa, exponent) = shown.split_once('e')?;
    Some((mantissa, exponent.parse().ok()?))
}

/// Digits, the first of which stands for ten to the power of `exponent`, with or without an exponent.
fn lay_out(digits: &str, exponent: i32, (shape, limit): (char, i32)) -> String {
    if exponent < -4 || exponent >= limit {
        let (first, rest) = digits.split_at(1.min(digits.len()));
        let point = if rest.is_empty() { "" } else { "." };
        let letter = if shape == 'G' { 'E' } else { 'e' };
        return with_exponent(&format!("{first}{point}{rest}e{exponent}"), letter);
    }
    without_exponent(digits, exponent)
}

/// Digits, the first of which stands for ten to the power of `exponent`, and as many zeros as they need.
pub(crate) fn without_exponent(digits: &str, exponent: i32) -> String {
    let Ok(whole) = usize::try_from(exponent + 1) else {
        return format!("0.{}{digits}", "0".repeat(usize::try_from(-exponent - 1).unwrap_or(0)));
    };
    match digits.len().checked_sub(whole) {
        None | Some(0) => format!("{digits}{}", "0".repeat(whole - digits.len())),
        Some(_) if whole == 0 => format!("0.{digits}"),
        Some(_) => format!("{}.{}", &digits[..whole], &digits[whole..]),
    }
}

/// An exponent with its sign and at least two digits.
fn with_exponent(shown: &str, letter: char) -> String {
    match split(shown) {
        Some((mantissa, exponent)) => {
            let sign = if exponent < 0 { '-' } else { '+' };
            format!("{mantissa}{letter}{sign}{:02}", exponent.unsigned_abs())
        }
        None => shown.to_owned(),
    }
}

/// A number with a point, and with the zeros at its end that `%g` takes away: the flag `#`.
fn with_point(digits: &str, shape: char, precision: Option<usize>) -> String {
    let is_hexadecimal = matches!(shape, 'x' | 'X');
    let begins_tail = |character: char| match character {
        'p' | 'P' => true,
        'e' | 'E' => !is_hexadecimal,
        _ => false,
    };
    let (number, tail) = digits.split_at(digits.find(begins_tail).unwrap_or(digits.len()));
    let wanted = if is_hexadecimal || matches!(shape, 'g' | 'G') { precision.unwrap_or(6) } else { 0 };
    let significant =
        number.trim_start_matches(['0', '.']).chars().filter(|character| *character != '.').count();
    // A zero before the point counts once.
    let significant = if number == "0" { 1 } else { significant };
    let point = if number.contains('.') { "" } else { "." };
    format!("{number}{point}{}{tail}", "0".repeat(wanted.saturating_sub(significant)))
}

/// A number that is not negative as `%b` (a power of two) or `%x` writes it.
fn binary(value: f64, shape: char, precision: Option<usize>) -> String {
    let bits = value.to_bits();
    let (exponent, fraction) = ((bits >> FRACTION_BITS) & 0x7ff, bits & ((1 << FRACTION_BITS) - 1));
    let exponent = i32::try_from(exponent).unwrap_or(0);
    if shape == 'b' {
        let (mantissa, exponent) =
            if exponent == 0 { (fraction, 1) } else { (fraction | 1 << FRACTION_BITS, exponent) };
        return format!("{mantissa}p{:+}", exponent - 1_075);
    }
    let (first, mut exponent, fraction) = normalised(exponent, fraction);
    let mut mantissa = u64::from(first) << FRACTION_BITS | fraction;
    let mut places = FRACTION_DIGITS;
    if let Some(precision) = precision.filter(|precision| *precision < FRACTION_DIGITS) {
        let dropped = 4 * (FRACTION_DIGITS - precision);
        let (kept, rest, half) = (mantissa >> dropped, mantissa & ((1 << dropped) - 1), 1 << (dropped - 1));
        mantissa = kept + u64::from(rest > half || rest == half && kept % 2 == 1);
        places = precision;
        if mantissa >> (4 * places) > 1 {
            (mantissa, exponent) = (mantissa >> 1, exponent + 1);
        }
    }
    let digits = if places == 0 {
        String::new()
    } else {
        format!("{:0places$x}", mantissa & ((1 << (4 * places)) - 1))
    };
    let digits = match precision {
        Some(precision) => format!("{digits:0<precision$}"),
        None => digits.trim_end_matches('0').to_owned(),
    };
    let point = if digits.is_empty() { "" } else { "." };
    let sign = if exponent < 0 { '-' } else { '+' };
    let shown = format!("0x{}{point}{digits}p{sign}{:02}", mantissa >> (4 * places), exponent.unsigned_abs());
    if shape == 'X' { shown.to_uppercase() } else { shown }
}

/// Bits of a float64 behind its point, and the hexadecimal digits that they are.
const FRACTION_BITS: u32 = 52;
const FRACTION_DIGITS: usize = 13;

/// The first bit, the power of two and the other bits, of a number that may be smaller than those with a first bit.
fn normalised(exponent: i32, fraction: u64) -> (u8, i32, u64) {
    if exponent > 0 {
        return (1, exponent - 1_023, fraction);
    }
    if fraction == 0 {
        return (0, 0, 0);
    }
    let shift = fraction.leading_zeros() - 11;
    let moved = i32::try_from(shift).unwrap_or(0);
    (1, -1_022 - moved, (fraction << shift) & ((1 << FRACTION_BITS) - 1))
}
