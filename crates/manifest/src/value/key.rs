//! Mapping keys as JSON object keys.

use super::Value;
use crate::emit::float;

/// Why a key cannot be one of a JSON object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum JsonKey {
    /// A null, an integer beyond 63 bits or a collection.
    #[error("a {0} cannot be the key of a JSON object")]
    Unsupported(&'static str),
}

/// Gives the text that kubectl and Helm make of a mapping key: booleans and numbers are printed, floats with the digits
/// of a 32-bit one (`1.1`, `1e+06`).
///
/// # Errors
/// For keys that these programs refuse.
pub fn json_key(key: Value) -> Result<String, JsonKey> {
    match key {
        Value::String(text) => Ok(text),
        Value::Bool(value) => Ok(value.to_string()),
        Value::Int(value) => Ok(value.to_string()),
        Value::Float(value) => Ok(float::yaml_of_32_bits(value)),
        Value::Null => Err(JsonKey::Unsupported("null")),
        Value::Unsigned(_) => Err(JsonKey::Unsupported("number above 9223372036854775807")),
        Value::Sequence(_) => Err(JsonKey::Unsupported("sequence")),
        Value::Mapping(_) => Err(JsonKey::Unsupported("mapping")),
    }
}
