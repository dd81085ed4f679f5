//! What sprig's functions see of a value: its text, whether it is empty or equal to another one, its items.
//!
//! Takes values and gives what is asked. Never changes a value and never looks at origins.

use std::collections::BTreeSet;

use crate::limits::COPY_DEPTH_MAX;
use crate::{Bytes, Data, Element, Entry, Fault, List, Map, UintType, Value};

/// The text of sprig's `strval`: strings and bytes as they are, everything else as `%v`.
pub(super) fn text(value: &Value) -> Bytes {
    match &value.data {
        Data::String(text) | Data::ByteSlice(text) => text.clone(),
        _ => crate::format::text_of(value).into(),
    }
}

/// Sprig's `empty`: what a condition takes for false.
pub(super) fn is_empty(value: &Value) -> bool {
    !crate::is_true(value)
}

/// `reflect.DeepEqual`: types must be the same, too. Collections are gone through one after the other, so that no nesting is
/// too deep; two maps that were met before are not gone into again.
pub(super) fn is_deep_equal(left: &Value, right: &Value) -> bool {
    let mut pending = vec![(left.clone(), right.clone())];
    let mut met = BTreeSet::new();
    while let Some((left, right)) = pending.pop() {
        let is_equal = match (&left.data, &right.data) {
            (Data::List(left), Data::List(right)) => {
                pending.extend(left.items.iter().cloned().zip(right.items.iter().cloned()));
                left.element == right.element
                    && left.is_nil() == right.is_nil()
                    && left.items.len() == right.items.len()
            }
            (Data::Map(left_map), Data::Map(right_map)) => {
                if left_map.is_same(right_map) || !met.insert((left_map.identity(), right_map.identity())) {
                    continue;
                }
                let both = both_entries(left_map, right_map);
                let is_equal = both.is_some()
                    && left_map.is_nil() == right_map.is_nil()
                    && crate::format::type_name(&left) == crate::format::type_name(&right);
                pending.extend(both.into_iter().flatten());
                is_equal
            }
            (Data::Object(left), Data::Object(right)) => {
                let fields = left.fields().into_iter().zip(right.fields());
                pending.extend(fields.map(|((_, left), (_, right))| (left, right)));
                left.type_name() == right.type_name() && left.text() == right.text()
            }
            (left, right) => is_equal_scalar(left, right),
        };
        if !is_equal {
            return false;
        }
    }
    true
}

/// The values of each key; none where the keys are not the same.
fn both_entries(left: &Map, right: &Map) -> Option<Vec<(Value, Value)>> {
    let entries = left.entries();
    let of_key = |(key, entry): (&Bytes, &Entry)| Some((entry.value.clone(), right.get(key.as_slice())?));
    if entries.len() == right.len() { entries.iter().map(of_key).collect() } else { None }
}

fn is_equal_scalar(left: &Data, right: &Data) -> bool {
    match (left, right) {
        (Data::Nil, Data::Nil) => true,
        (Data::Bool(left), Data::Bool(right)) => left == right,
        (Data::Int(left, left_type), Data::Int(right, right_type)) => {
            left == right && left_type == right_type
        }
        (Data::Uint(left, left_type), Data::Uint(right, right_type)) => {
            left == right && left_type == right_type
        }
        (Data::Float(left, left_type), Data::Float(right, right_type)) => {
            left == right && left_type == right_type
        }
        (Data::Complex(left), Data::Complex(right)) => left == right,
        (Data::String(left), Data::String(right)) | (Data::ByteSlice(left), Data::ByteSlice(right)) => {
            left == right
        }
        _ => false,
    }
}

/// What `Data::List` of a byte slice or list holds, item by item; none if it is neither.
pub(super) fn items(value: &Value) -> Option<Vec<Value>> {
    match &value.data {
        Data::List(list) => Some(list.items.to_vec()),
        Data::ByteSlice(bytes) => Some(
            bytes
                .as_slice()
                .iter()
                .map(|byte| Value::new(Data::Uint(u64::from(*byte), UintType::Uint8), value.origin))
                .collect(),
        ),
        _ => None,
    }
}

/// A slice of `items` of one element type, which is nil where Go appends to nothing and there is nothing.
pub(super) fn list_or_nil(element: Element, items: Vec<Value>, origin: text::Origin) -> Value {
    if items.is_empty() {
        Value::new(Data::List(List::nil(element)), origin)
    } else {
        list_of(element, items, origin)
    }
}

/// A slice of `items` of one element type.
pub(super) fn list_of(element: Element, items: Vec<Value>, origin: text::Origin) -> Value {
    Value::new(Data::List(List { element, items: std::rc::Rc::new(items.into()) }), origin)
}

/// A value whose maps are its own.
///
/// # Errors
/// If it nests deeper than [`COPY_DEPTH_MAX`].
pub(super) fn deep_copy(value: &Value) -> Result<Value, Fault> {
    copied(value, COPY_DEPTH_MAX)
}

fn copied(value: &Value, levels_left: usize) -> Result<Value, Fault> {
    let deeper = |value: &Value| match levels_left.checked_sub(1) {
        Some(levels_left) => copied(value, levels_left),
        None => Err(Fault::limit(format!("what is copied nests deeper than {COPY_DEPTH_MAX} levels"))),
    };
    match &value.data {
        Data::List(list) if list.is_nil() => Ok(value.clone()),
        Data::List(list) => {
            let items = list.items.iter().map(deeper).collect::<Result<_, _>>()?;
            Ok(list_of(list.element, items, value.origin))
        }
        Data::Map(map) => {
            let copy = Map::new(map.map_type);
            for (key, entry) in map.entries().iter() {
                copy.insert(key.clone(), entry.key, deeper(&entry.value)?);
            }
            Ok(Value::new(Data::Map(copy), value.origin))
        }
        _ => Ok(value.clone()),
    }
}
