//! Values to YAML and back: `toYaml`, `fromYaml` and their kin.
//!
//! Printing gives a text whose keys and scalars each keep their origin, verbatim where the bytes are; reading gives values
//! whose scalars are parts of the text they stood in.

use std::borrow::Cow;
use std::cell::RefCell;

use gotemplate::{
    Call, Data, Element, Entry, Fault, JsonForm, Ledger, Map, MapType, Object, Value, time_text,
};
use manifest::emit::{Layout, Leaf, Shape, Way, marshal_shape};
use text::Origin;

use super::record::{RFC_3339_NANO, Record};
use crate::values::{ReadValues, json_kind, of_value};

/// A value as `sigs.k8s.io/yaml` prints it, without the line end behind it.
///
/// # Errors
/// In words of ours, if it cannot be printed.
pub(super) fn text(call: &Call<'_>, value: &Value) -> Result<Value, Fault> {
    printed(call, value, Way::ThroughJson)
}

/// A value as goyaml v3 prints it with two columns, without the line end behind it.
///
/// # Errors
/// Over what makes the original panic; what it only cannot print is printed as nothing.
pub(super) fn pretty(call: &Call<'_>, value: &Value) -> Result<Value, Fault> {
    match printed(call, value, Way::Straight(Layout::KUSTOMIZE_WIDE)) {
        Err(fault) if !fault.message.starts_with(PANIC) => {
            Ok(Value::string("", call.made(std::slice::from_ref(value))))
        }
        printed => printed,
    }
}

/// How goyaml v3 begins what it panics with over a type that it does not know.
const PANIC: &str = "cannot marshal type: ";

fn printed(call: &Call<'_>, value: &Value, way: Way) -> Result<Value, Fault> {
    let refused = RefCell::new(None);
    let of_level = |value: &Value| {
        let told = refusal(value, way);
        if told.is_some() && refused.borrow().is_none() {
            *refused.borrow_mut() = told;
        }
        shape(value, way)
    };
    let printed = marshal_shape(value, &of_level, way);
    if let Some(told) = refused.take() {
        return Err(Fault::new(told));
    }
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

/// What the original says of a value that it cannot print; none for all others.
fn refusal(value: &Value, way: Way) -> Option<String> {
    let json = |what: &str| Some(format!("error marshaling into JSON: json: unsupported {what}"));
    match (&value.data, way) {
        (Data::Complex(_), Way::ThroughJson) => json("type: complex128"),
        (Data::Complex(_), Way::Straight(_)) => Some(format!("{PANIC}complex128")),
        (Data::Float(number, _), Way::ThroughJson) if number.is_nan() => json("value: NaN"),
        (Data::Float(number, _), Way::ThroughJson) if number.is_infinite() => {
            json(if *number > 0.0 { "value: +Inf" } else { "value: -Inf" })
        }
        _ => None,
    }
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
        Data::String(text) if way != Way::ThroughJson && std::str::from_utf8(text.as_slice()).is_err() => {
            leaf(Leaf::Binary(Cow::Owned(text.as_slice().to_vec())))
        }
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
        Data::Map(map) if map.is_nil() && way == Way::ThroughJson => leaf(Leaf::Null),
        Data::Map(map) => Shape::Mapping(entries(map)),
        Data::Object(object) if way != Way::ThroughJson => straight(value, &**object),
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

/// An object as goyaml v3 prints it: fields in the order of their declaration, by names in small letters.
fn straight(value: &Value, object: &dyn Object) -> Shape<'static, Value, Origin> {
    if let Some(text) = time_text(value, |_| RFC_3339_NANO) {
        return Shape::Scalar(Leaf::Verbatim(Cow::Owned(text)), value.origin);
    }
    if let Some(record) = object.as_any().downcast_ref::<Record>() {
        let fields = record.yaml_fields().into_iter();
        return Shape::Struct(fields.map(|(name, value)| (name, value.origin, value)).collect());
    }
    match object.json() {
        Ok(JsonForm::Value(form)) if !matches!(form.data, Data::Object(_)) => shape(&form, Way::ThroughJson),
        _ => {
            let fields = object.fields().into_iter();
            let lower = |(name, value): (&str, Value)| (Cow::Owned(name.to_lowercase()), value.origin, value);
            Shape::Struct(fields.map(lower).collect())
        }
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
