//! Values as numbers, by the rules of spf13/cast: what cannot be one is zero.

use crate::parse::number;
use crate::{Data, IntType, Value};

/// `cast.ToInt64`.
pub(super) fn to_int64(value: &Value) -> i64 {
    match &value.data {
        Data::Bool(value) => i64::from(*value),
        // A type of its own that cast does not know, other than months and days of the week.
        Data::Int(_, IntType::Duration) => 0,
        Data::Int(value, _) => *value,
        Data::Uint(value, _) => value.cast_signed(),
        Data::Float(value, _) => truncated(*value),
        Data::String(text) => whole(&text.as_text()),
        Data::Nil
        | Data::Complex(_)
        | Data::ByteSlice(_)
        | Data::List(_)
        | Data::Map(_)
        | Data::Object(_) => 0,
    }
}

/// A float without its fraction. Go leaves open what becomes of one that no `int64` holds; on amd64, for which Helm is built
/// most often, it is the least.
#[expect(clippy::cast_possible_truncation, reason = "what is out of range is told before")]
fn truncated(value: f64) -> i64 {
    // Two to the power of 63, and its opposite, are floats.
    const BOUND: f64 = 9_223_372_036_854_775_808.0;
    if (-BOUND..BOUND).contains(&value) { value as i64 } else { i64::MIN }
}

/// A whole number in the base that its beginning names, without a point that only zeros follow.
fn whole(text: &str) -> i64 {
    let text = match text.split_once('.') {
        Some((whole, fraction)) if !fraction.is_empty() && fraction.bytes().all(|byte| byte == b'0') => whole,
        _ => text,
    };
    number::signed(text).unwrap_or(0)
}

/// What `strconv.ParseFloat` reads beside numbers.
fn word(text: &str) -> Option<f64> {
    let (sign, size) = match text.as_bytes().first()? {
        b'-' => (-1.0, text.get(1..)?),
        b'+' => (1.0, text.get(1..)?),
        _ => (1.0, text),
    };
    match size.to_ascii_lowercase().as_str() {
        "inf" | "infinity" => Some(sign * f64::INFINITY),
        "nan" if size == text => Some(f64::NAN),
        _ => None,
    }
}

/// `cast.ToFloat64`.
#[expect(clippy::cast_precision_loss, reason = "Go converts the same way")]
pub(super) fn to_float64(value: &Value) -> f64 {
    match &value.data {
        Data::Bool(value) => f64::from(u8::from(*value)),
        Data::Int(_, IntType::Duration) => 0.0,
        Data::Int(value, _) => *value as f64,
        Data::Uint(value, _) => *value as f64,
        Data::Float(value, _) => *value,
        Data::String(text) => {
            let text = text.as_text();
            number::float(&text).or_else(|| word(&text)).unwrap_or(0.0)
        }
        Data::Nil
        | Data::Complex(_)
        | Data::ByteSlice(_)
        | Data::List(_)
        | Data::Map(_)
        | Data::Object(_) => 0.0,
    }
}
