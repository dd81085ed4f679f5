//! Numbers as JSON writes them, compared exactly.
//!
//! Takes the text of a number; tells order, equality and whether one is a multiple of another without rounding, because
//! schemas and values are compared as decimals. Never computes with floats but to show them.

use std::cmp::Ordering;

use gotemplate::{Data, FloatType, Value};

/// A number: 0.`digits` times ten to the power of `point`, and the text that it was written in.
#[derive(Debug, Clone)]
pub(super) struct Number {
    written: String,
    negative: bool,
    /// Without zeros at either end; empty for zero.
    digits: Vec<u8>,
    point: i64,
}

/// Largest divisor whose multiples are told exactly: what times ten fits into 128 bits with room for a remainder.
const DIVISOR_DIGITS_MAX: usize = 18;

impl Number {
    /// Reads the text of a number of JSON, or one that Go writes for `%v`.
    pub(super) fn new(written: &str) -> Self {
        let (mantissa, exponent) = match written.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent_of(exponent)),
            None => (written, 0),
        };
        let (negative, mantissa) = match mantissa.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, mantissa),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all: Vec<u8> = whole.bytes().chain(fraction.bytes()).collect();
        let zeros = all.iter().take_while(|digit| **digit == b'0').count();
        let mut digits = all.get(zeros..).unwrap_or_default().to_vec();
        while digits.last() == Some(&b'0') {
            digits.pop();
        }
        let places = i64::try_from(whole.len()).unwrap_or(i64::MAX) - i64::try_from(zeros).unwrap_or(0);
        let point = if digits.is_empty() { 0 } else { places.saturating_add(exponent) };
        Self { written: written.to_owned(), negative: negative && !digits.is_empty(), digits, point }
    }

    /// The text that it was written in.
    pub(super) fn written(&self) -> &str {
        &self.written
    }

    /// Whether nothing stands behind its point.
    pub(super) fn is_integer(&self) -> bool {
        i64::try_from(self.digits.len()).is_ok_and(|length| length <= self.point) || self.digits.is_empty()
    }

    /// The count that it is; none if it is no whole number, negative or beyond a `u64`.
    pub(super) fn as_count(&self) -> Option<u64> {
        if self.negative || !self.is_integer() || self.point > 20 {
            return None;
        }
        let length = usize::try_from(self.point).ok()?;
        let digits = self.digits.iter().copied().chain(std::iter::repeat(b'0')).take(length);
        digits
            .map(|digit| u64::from(digit - b'0'))
            .try_fold(0_u64, |count, digit| count.checked_mul(10)?.checked_add(digit))
    }

    /// Whether it is a whole multiple of `divisor`, which is not zero. Divisors of more digits than
    /// `DIVISOR_DIGITS_MAX` are compared as floats.
    pub(super) fn is_multiple_of(&self, divisor: &Self) -> bool {
        if self.digits.is_empty() {
            return true;
        }
        let exponent =
            |number: &Self| number.point.saturating_sub(i64::try_from(number.digits.len()).unwrap_or(0));
        let shift = exponent(self).saturating_sub(exponent(divisor));
        if shift < 0 {
            // The last digit is no zero, so that no power of ten divides the digits.
            return false;
        }
        if divisor.digits.is_empty() || divisor.digits.len() > DIVISOR_DIGITS_MAX {
            return (self.float() / divisor.float()).fract() == 0.0;
        }
        let modulus = divisor.digits.iter().fold(0_u128, |sum, digit| sum * 10 + u128::from(digit - b'0'));
        let remainder =
            self.digits.iter().fold(0_u128, |rest, digit| (rest * 10 + u128::from(digit - b'0')) % modulus);
        (remainder * power_of_ten(shift, modulus)).is_multiple_of(modulus)
    }

    fn float(&self) -> f64 {
        self.written.parse().unwrap_or(f64::NAN)
    }

    /// The number as Helm shows it: as an English text of `golang.org/x/text`, with commas and superscript exponents.
    pub(super) fn shown(&self) -> String {
        let value = Value::unwritten(Data::Float(self.float(), FloatType::Float64));
        let plain = String::from_utf8_lossy(&gotemplate::format::text_of(&value)).into_owned();
        let (mantissa, exponent) = plain.split_once('e').unwrap_or((&plain, ""));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let mut shown = grouped(whole);
        if !fraction.is_empty() {
            shown.push('.');
            shown.push_str(fraction);
        }
        if !exponent.is_empty() {
            shown.push_str("×10");
            shown.extend(exponent.chars().filter_map(superscript));
        }
        shown
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Number {}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        let sign = |number: &Self| match (number.digits.is_empty(), number.negative) {
            (true, _) => 0,
            (false, true) => -1,
            (false, false) => 1,
        };
        let magnitude = || (self.point, &self.digits).cmp(&(other.point, &other.digits));
        match (sign(self), sign(other)) {
            (-1, -1) => magnitude().reverse(),
            (1, 1) => magnitude(),
            (left, right) => left.cmp(&right),
        }
    }
}

/// An exponent; what 32 bits cannot hold is as far as any comparison reaches.
fn exponent_of(text: &str) -> i64 {
    let far = if text.starts_with('-') { i64::from(i32::MIN) } else { i64::from(i32::MAX) };
    text.parse::<i32>().map_or(far, i64::from)
}

/// Ten to the power of `exponent`, modulo `modulus`.
fn power_of_ten(exponent: i64, modulus: u128) -> u128 {
    let (mut result, mut base, mut exponent) = (1 % modulus, 10 % modulus, exponent);
    while exponent > 0 {
        if exponent % 2 == 1 {
            result = result * base % modulus;
        }
        base = base * base % modulus;
        exponent /= 2;
    }
    result
}

/// A whole number with a comma for each thousand.
pub(super) fn grouped(whole: &str) -> String {
    let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |digits| ("-", digits));
    let mut shown = sign.to_owned();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at) % 3 == 0 {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

fn superscript(character: char) -> Option<char> {
    match character {
        '-' => Some('⁻'),
        '0'..='9' => "⁰¹²³⁴⁵⁶⁷⁸⁹".chars().nth(usize::try_from(character.to_digit(10)?).ok()?),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(left: &str, right: &str) -> Ordering {
        Number::new(left).cmp(&Number::new(right))
    }

    #[test]
    fn numbers_are_ordered_as_decimals() {
        assert_eq!(order("1.0", "1e0"), Ordering::Equal);
        assert_eq!(order("-0", "0.00"), Ordering::Equal);
        assert_eq!(order("-2", "-10"), Ordering::Greater);
        assert_eq!(order("0.1", "0.10000000000000000001"), Ordering::Less);
        assert_eq!(order("9999999999999999999999", "1e22"), Ordering::Less);
        assert_eq!(order("1e999999999999", "1e5"), Ordering::Greater);
    }

    #[test]
    fn multiples_are_told_without_rounding() {
        let is_multiple = |number: &str, of: &str| Number::new(number).is_multiple_of(&Number::new(of));
        assert!(is_multiple("0.3", "0.1") && is_multiple("9", "3") && is_multiple("1e300", "0.0001"));
        assert!(
            !is_multiple("10", "3") && !is_multiple("1.005", "0.01") && !is_multiple("1e2000000000", "3")
        );
        assert!(is_multiple("0", "7") && is_multiple("-14", "7"));
    }

    #[test]
    fn integers_and_counts_are_told_by_value() {
        let number = |text: &str| Number::new(text);
        assert!(number("1e3").is_integer() && number("3.0").is_integer() && !number("1e-3").is_integer());
        assert_eq!(number("1.2e3").as_count(), Some(1200));
        assert_eq!((number("-1").as_count(), number("1e21").as_count()), (None, None));
    }

    #[test]
    fn numbers_are_shown_as_english_texts() {
        let shown = |text: &str| Number::new(text).shown();
        assert_eq!((shown("65536"), shown("-123456.5")), ("65,536".to_owned(), "-123,456.5".to_owned()));
        assert_eq!((shown("1000000"), shown("1e-07")), ("1×10⁰⁶".to_owned(), "1×10⁻⁰⁷".to_owned()));
    }
}
