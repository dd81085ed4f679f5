//! Values as numbers, by the rules of spf13/cast: what cannot be one is zero.

use crate::parse::number;
use crate::{Data, IntType, Value};

/// `cast.ToInt64`.
#[expect(clippy::cast_possible_truncation, reason = "Go truncates floats the same way")]
pub(super) fn to_int64(value: &Value) -> i64 {
    match &value.data {
        Data::Bool(value) => i64::from(*value),
        // A type of its own that cast does not know, other than months and days of the week.
        Data::Int(_, IntType::Duration) => 0,
        Data::Int(value, _) => *value,
        Data::Uint(value, _) => value.cast_signed(),
        Data::Float(value, _) => *value as i64,
        Data::String(text) => whole(&text.as_text()),
        Data::Nil
        | Data::Complex(_)
        | Data::ByteSlice(_)
        | Data::List(_)
        | Data::Map(_)
        | Data::Object(_) => 0,
    }
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
