//! Values of YAML as the fields of Go structs.
//!
//! Takes what `sigs.k8s.io/yaml` would hand on to Go's JSON decoder; gives texts, bools and lists, or that decoder's
//! error. A scalar where a text belongs is turned into one first, as that package does; null leaves a field empty.

use manifest::value::Value;

/// A value of the wrong type.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecodeField {
    /// A field of a struct.
    #[error("json: cannot unmarshal {found} into Go struct field {structure}.{field} of type {wanted}")]
    Field {
        /// What was found: `object`, `array`, `string`, `number`, `bool`.
        found: &'static str,
        /// The Go struct.
        structure: &'static str,
        /// The field, as it was written.
        field: String,
        /// The Go type of the field.
        wanted: &'static str,
    },
    /// A whole struct.
    #[error("json: cannot unmarshal {found} into Go value of type {wanted}")]
    Whole {
        /// What was found.
        found: &'static str,
        /// The Go type.
        wanted: &'static str,
    },
}

/// The entries of a mapping whose keys are texts; none for null.
pub(super) fn mapping_of<'v>(
    value: &'v Value,
    wanted: &'static str,
) -> Result<Vec<(&'v str, &'v Value)>, DecodeField> {
    match value {
        Value::Null => Ok(Vec::new()),
        Value::Mapping(entries) => {
            Ok(entries.iter().filter_map(|(key, value)| key.as_str().map(|key| (key, value))).collect())
        }
        other => Err(DecodeField::Whole { found: found(other), wanted }),
    }
}

pub(super) fn text_of(value: &Value, structure: &'static str, field: &str) -> Result<String, DecodeField> {
    match value {
        Value::Null => Ok(String::new()),
        other => scalar_text(other).ok_or_else(|| wrong(other, structure, field, "string")),
    }
}

/// The text that a scalar becomes where a text belongs; none for null and collections.
pub(crate) fn scalar_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Int(value) => Some(value.to_string()),
        Value::Unsigned(value) => Some(value.to_string()),
        Value::Float(value) => Some(manifest::emit::float_text(*value)),
        Value::Null | Value::Sequence(_) | Value::Mapping(_) => None,
    }
}

pub(super) fn bool_of(value: &Value, structure: &'static str, field: &str) -> Result<bool, DecodeField> {
    match value {
        Value::Null => Ok(false),
        Value::Bool(value) => Ok(*value),
        other => Err(wrong(other, structure, field, "bool")),
    }
}

pub(super) fn list_of<'v>(
    value: &'v Value,
    structure: &'static str,
    field: &str,
) -> Result<&'v [Value], DecodeField> {
    match value {
        Value::Null => Ok(&[]),
        Value::Sequence(items) => Ok(items),
        other => Err(wrong(other, structure, field, "[]string")),
    }
}

pub(super) fn texts_of(
    value: &Value,
    structure: &'static str,
    field: &str,
) -> Result<Vec<String>, DecodeField> {
    list_of(value, structure, field)?.iter().map(|item| text_of(item, structure, field)).collect()
}

pub(super) fn text_map_of(
    value: &Value,
    structure: &'static str,
    field: &str,
) -> Result<Vec<(String, String)>, DecodeField> {
    let mut entries = match value {
        Value::Null | Value::Mapping(_) => mapping_of(value, "map[string]string")?,
        other => return Err(wrong(other, structure, field, "map[string]string")),
    };
    entries.sort_by_key(|(key, _)| *key);
    entries.into_iter().map(|(key, value)| Ok((key.to_owned(), text_of(value, structure, field)?))).collect()
}

fn wrong(value: &Value, structure: &'static str, field: &str, wanted: &'static str) -> DecodeField {
    DecodeField::Field { found: found(value), structure, field: field.to_owned(), wanted }
}

/// What Go's JSON decoder calls a value that it finds.
pub(crate) fn found(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Int(_) | Value::Unsigned(_) | Value::Float(_) => "number",
        Value::String(_) => "string",
        Value::Sequence(_) => "array",
        Value::Mapping(_) => "object",
    }
}
