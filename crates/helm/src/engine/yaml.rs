//! Values to YAML and back: `toYaml`, `fromYaml` and their kin.
//!
//! Printing gives a text whose keys and scalars each keep their origin, verbatim where the bytes are; reading gives values
//! whose scalars are parts of the text they stood in.

use std::borrow::Cow;

use gotemplate::{Call, Data, Element, Entry, Fault, JsonForm, Ledger, Map, MapType, Value};
use manifest::emit::{Layout, Leaf, Shape, Way, marshal_shape};
use text::Origin;

use crate::values::{ReadValues, json_kind, of_value};

/// A value as `sigs.k8s.io/yaml` prints it, without the line end behind it.
///
/// # Errors
/// In words of ours, if it cannot be printed.
pub(super) fn text(call: &Call<'_>, value: &Value) -> Result<Value, Fault> {
    printed(call, value, Way::ThroughJson)
}

/// A value as goyaml v3 prints it with two columns, without the line end behind it.
pub(super) fn pretty(call: &Call<'_>, value: &Value) -> Result<Value, Fault> {
    printed(call, value, Way::Straight(Layout::KUSTOMIZE_WIDE))
}

fn printed(call: &Call<'_>, value: &Value, way: Way) -> Result<Value, Fault> {
    let printed = marshal_shape(value, &|value: &Value| shape(value, way), way);
    let printed = printed.map_err(|error| Fault::new(error.to_string()))?;
    let text = printed.text.strip_suffix('\n').unwrap_or(&printed.text);
    if !call.ledger.is_on() {
        return Ok(Value::string(text, Ledger::NOWHERE));
    }
    let between = call.made(std::slice::from_ref(value));
    let mut parts = Vec::with_capacity(printed.scalars.len() * 2 + 1);
    let mut at = 0;
    for (range, origin) in printed.scalars {
        if range.start > at {
            parts.push((range.start - at, between));
        }
        let end = range.end.min(text.len());
        parts.push((end.saturating_sub(range.start), origin));
        at = end;
    }
    if at < text.len() {
        parts.push((text.len() - at, between));
    }
    Ok(Value::string(text, call.ledger.composed(&parts)))
}

/// One level of a value for the printers.
fn shape(value: &Value, way: Way) -> Shape<'static, Value, Origin> {
    let leaf = |leaf| Shape::Scalar(leaf, value.origin);
    match &value.data {
        Data::Nil => leaf(Leaf::Null),
        Data::Bool(value) => leaf(Leaf::Bool(*value)),
        Data::Int(value, _) => leaf(Leaf::Int(*value)),
        Data::Uint(value, _) => leaf(Leaf::Unsigned(*value)),
        Data::Float(value, _) => leaf(Leaf::Float(*value)),
        Data::String(text) => leaf(Leaf::Text(Cow::Owned(text.as_text().into_owned()))),
        Data::ByteSlice(bytes) if way == Way::ThroughJson => {
            leaf(Leaf::Text(Cow::Owned(manifest::resolve::base64::encode(bytes.as_slice()))))
        }
        Data::ByteSlice(bytes) => {
            let number = |byte: &u8| Value::int(i64::from(*byte), value.origin);
            Shape::Sequence(bytes.as_slice().iter().map(number).collect())
        }
        Data::List(list) if list.is_nil() && way == Way::ThroughJson => leaf(Leaf::Null),
        Data::List(list) => Shape::Sequence(list.items.to_vec()),
        Data::Map(map) => Shape::Mapping(entries(map)),
        Data::Object(object) => match object.json() {
            Ok(JsonForm::Fields(fields)) => Shape::Mapping(
                fields.into_iter().map(|(name, value)| (Cow::Borrowed(name), value.origin, value)).collect(),
            ),
            Ok(JsonForm::Value(form)) if !matches!(form.data, Data::Object(_)) => shape(&form, way),
            Ok(JsonForm::Value(_)) | Err(_) => leaf(Leaf::Float(f64::NAN)),
        },
        Data::Complex(_) => leaf(Leaf::Float(f64::NAN)),
    }
}

fn entries(map: &Map) -> Vec<(Cow<'static, str>, Origin, Value)> {
    let entries = map.entries();
    let entries = entries
        .iter()
        .map(|(key, entry)| (Cow::Owned(key.as_text().into_owned()), entry.key, entry.value.clone()));
    entries.collect()
}

/// A text as a table; what is wrong with it stands under `Error`.
pub(super) fn table(call: &Call<'_>, text: &Value) -> Value {
    let made = call.made(std::slice::from_ref(text));
    let table = match read(call, text) {
        Ok(Value { data: Data::Map(map), .. }) => map,
        Ok(Value { data: Data::Nil, .. }) => Map::new(MapType::Interface),
        Ok(other) => failed(&ReadValues::ExpectTable(json_kind(&other.data)), made),
        Err(error) => failed(&error, made),
    };
    Value::new(Data::Map(table), made)
}

fn failed(error: &ReadValues, origin: Origin) -> Map {
    let value = Value::string(text::with_causes(error), origin);
    Map::of(MapType::Interface, std::iter::once(("Error".into(), Entry { key: origin, value })).collect())
}

/// A text as a list; what is wrong with it is its only item.
pub(super) fn list(call: &Call<'_>, text: &Value) -> Value {
    let made = call.made(std::slice::from_ref(text));
    match read(call, text) {
        Ok(Value { data: Data::List(list), .. }) if list.element == Element::Interface => {
            Value::new(Data::List(list), made)
        }
        Ok(Value { data: Data::Nil, .. }) => Value::list(Vec::new(), made),
        Ok(other) => {
            let kind = json_kind(&other.data);
            let told = format!(
                "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal {kind} into Go value of type []interface {{}}"
            );
            Value::list(vec![Value::string(told, made)], made)
        }
        Err(error) => Value::list(vec![Value::string(text::with_causes(&error), made)], made),
    }
}

fn read(call: &Call<'_>, text: &Value) -> Result<Value, ReadValues> {
    let bytes = text.as_bytes().map(|bytes| bytes.as_slice().to_vec()).unwrap_or_default();
    of_value(text.origin, &bytes, call.ledger)
}
