//! Durations: read, rounded, and the methods that templates call on them, and on months and days of the week.

use super::{SECOND, quoted};
use crate::format::text_of;
use crate::{Call, Data, Fault, IntType, Parameter, Signature, Value};

/// Nanoseconds of each unit by its name; the micro sign is one of two characters.
const UNITS: &[(&str, u64)] = &[
    ("ns", 1),
    ("us", 1_000),
    ("\u{b5}s", 1_000),
    ("\u{3bc}s", 1_000),
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("m", 60_000_000_000),
    ("h", 3_600_000_000_000),
];

/// What a duration's size may not be past.
const SIZE_MAX: u64 = 1 << 63;

/// Nanoseconds of a text such as `1h15m30.918s`: `time.ParseDuration`.
///
/// # Errors
/// In Go's words, if it is no duration or none that 64 bits hold.
pub(crate) fn parse(text: &[u8]) -> Result<i64, String> {
    let (is_negative, mut rest) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        rest => (false, rest),
    };
    if rest == b"0" {
        return Ok(0);
    }
    let invalid = || format!("time: invalid duration {}", quoted(text));
    let mut total = 0_u64;
    if rest.is_empty() {
        return Err(invalid());
    }
    while !rest.is_empty() {
        let (number, after) = number(rest).ok_or_else(invalid)?;
        let length = after.iter().take_while(|byte| !matches!(byte, b'.' | b'0'..=b'9')).count();
        let (name, after) = after.split_at(length);
        if name.is_empty() {
            return Err(format!("time: missing unit in duration {}", quoted(text)));
        }
        let unit = UNITS.iter().find(|(known, _)| known.as_bytes() == name);
        let (_, unit) =
            unit.ok_or_else(|| format!("time: unknown unit {} in duration {}", quoted(name), quoted(text)))?;
        total = total
            .checked_add(number.of_unit(*unit).ok_or_else(invalid)?)
            .filter(|total| *total <= SIZE_MAX)
            .ok_or_else(invalid)?;
        rest = after;
    }
    match (is_negative, i64::try_from(total)) {
        (true, _) => Ok(total.wrapping_neg().cast_signed()),
        (false, total) => total.map_err(|_| invalid()),
    }
}

/// A number with a fraction.
struct Number {
    whole: u64,
    fraction: u64,
    /// The power of ten that the fraction is over.
    scale: f64,
}

impl Number {
    /// So much of a unit of so many nanoseconds.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        reason = "Go computes the fraction as a float as well"
    )]
    fn of_unit(&self, unit: u64) -> Option<u64> {
        let whole = self.whole.checked_mul(unit).filter(|whole| *whole <= SIZE_MAX)?;
        let fraction = (self.fraction as f64 * (unit as f64 / self.scale)) as u64;
        whole.checked_add(fraction).filter(|size| *size <= SIZE_MAX)
    }
}

/// The number that a text begins with, and what follows it.
fn number(text: &[u8]) -> Option<(Number, &[u8])> {
    let digits = |text: &[u8]| text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (whole, rest) = text.split_at(digits(text));
    let mut number = Number { whole: 0, fraction: 0, scale: 1.0 };
    for digit in whole {
        let next = number.whole.checked_mul(10)?.checked_add(u64::from(digit.wrapping_sub(b'0')))?;
        number.whole = Some(next).filter(|next| *next <= SIZE_MAX)?;
    }
    let Some(rest) = rest.strip_prefix(b".") else { return (!whole.is_empty()).then_some((number, rest)) };
    let (fraction, rest) = rest.split_at(digits(rest));
    for digit in fraction {
        // Digits that no longer fit are left out.
        let next = number.fraction.checked_mul(10).filter(|next| *next <= SIZE_MAX);
        let next = next.and_then(|next| next.checked_add(u64::from(digit.wrapping_sub(b'0'))));
        let Some(next) = next.filter(|next| *next <= SIZE_MAX) else { break };
        (number.fraction, number.scale) = (next, number.scale * 10.0);
    }
    (!whole.is_empty() || !fraction.is_empty()).then_some((number, rest))
}

/// The multiple of `unit` that is nearest, away from zero in the middle; the most that 64 bits hold where it is past it.
pub(crate) fn round(nanoseconds: i64, unit: i64) -> i64 {
    if unit <= 0 {
        return nanoseconds;
    }
    let (wide, unit) = (i128::from(nanoseconds), i128::from(unit));
    let rest = wide.abs() % unit;
    let size = if rest * 2 < unit { wide.abs() - rest } else { wide.abs() - rest + unit };
    i64::try_from(size * wide.signum()).unwrap_or(if nanoseconds < 0 { i64::MIN } else { i64::MAX })
}

const DURATION: &[Parameter] = &[Parameter::Duration];

/// What a method of a duration, month or day of the week takes; none if the type has no such method.
pub(crate) fn scalar_signature(int_type: IntType, name: &str) -> Option<Signature> {
    let parameters: &[Parameter] = match (int_type, name) {
        (IntType::Duration | IntType::Month | IntType::Weekday, "String") => &[],
        (
            IntType::Duration,
            "Abs" | "Hours" | "Minutes" | "Seconds" | "Milliseconds" | "Microseconds" | "Nanoseconds",
        ) => &[],
        (IntType::Duration, "Round" | "Truncate") => DURATION,
        _ => return None,
    };
    Some(Signature { parameters, variadic: None })
}

/// Calls a method that there is, on the number `value`.
///
/// # Errors
/// Never in Go's words: what has no such method was refused before.
pub(crate) fn scalar_call(
    call: &Call<'_>,
    value: &Value,
    name: &str,
    arguments: &[Value],
) -> Result<Value, Fault> {
    let mut inputs = vec![value.origin];
    inputs.extend(arguments.iter().map(|argument| argument.origin));
    let Data::Int(number, _) = value.data else { return Err(Fault::new(format!("no number has {name}"))) };
    let unit = match arguments.first().map(|argument| &argument.data) {
        Some(Data::Int(unit, _)) => *unit,
        _ => 0,
    };
    let duration = |nanoseconds| Data::Int(nanoseconds, IntType::Duration);
    let (rule, data) = match name {
        "Abs" => ("Abs", duration(number.saturating_abs())),
        "Round" => ("Round", duration(round(number, unit))),
        "Truncate" => ("Truncate", duration(if unit > 0 { number - number % unit } else { number })),
        "Hours" => ("Hours", over(number, 3_600 * SECOND)),
        "Minutes" => ("Minutes", over(number, 60 * SECOND)),
        "Seconds" => ("Seconds", over(number, SECOND)),
        "Milliseconds" => ("Milliseconds", Data::Int(number / 1_000_000, IntType::Int64)),
        "Microseconds" => ("Microseconds", Data::Int(number / 1_000, IntType::Int64)),
        "Nanoseconds" => ("Nanoseconds", Data::Int(number, IntType::Int64)),
        _ => ("String", Data::String(text_of(value).into())),
    };
    Ok(Value::new(data, call.ledger.made(rule, call.place, &inputs)))
}

/// A number of nanoseconds in a larger unit.
#[expect(clippy::cast_precision_loss, reason = "Go adds the same two floats")]
fn over(nanoseconds: i64, unit: i64) -> Data {
    let value = (nanoseconds / unit) as f64 + (nanoseconds % unit) as f64 / unit as f64;
    Data::Float(value, crate::FloatType::Float64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_round_away_from_zero_in_the_middle_and_end_at_64_bits() {
        assert_eq!(round(1_500_000_000, SECOND), 2 * SECOND);
        assert_eq!(round(-1_500_000_000, SECOND), -2 * SECOND);
        assert_eq!(round(1_499_999_999, SECOND), SECOND);
        assert_eq!(round(i64::MAX, SECOND), i64::MAX);
        assert_eq!(round(i64::MIN, SECOND), i64::MIN);
        assert_eq!((round(7, 0), round(7, -3)), (7, 7));
    }
}
