//! What sprig's functions see of a value: its text, whether it is empty or equal to another one, its items.
//!
//! Takes values and gives what is asked. Never changes a value and never looks at origins.

use crate::{Bytes, Data, Element, List, Map, UintType, Value};

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

/// `reflect.DeepEqual`: types must be the same, too.
pub(super) fn is_deep_equal(left: &Value, right: &Value) -> bool {
    match (&left.data, &right.data) {
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
        (Data::List(left), Data::List(right)) => {
            left.element == right.element
                && left.is_nil() == right.is_nil()
                && left.items.len() == right.items.len()
                && left.items.iter().zip(right.items.iter()).all(|(left, right)| is_deep_equal(left, right))
        }
        (Data::Map(left_map), Data::Map(right_map)) => {
            left_map.is_same(right_map)
                || crate::format::type_name(left) == crate::format::type_name(right)
                    && left_map.len() == right_map.len()
                    && left_map.entries().iter().all(|(key, entry)| {
                        right_map.get(key.as_slice()).is_some_and(|right| is_deep_equal(&entry.value, &right))
                    })
        }
        (Data::Object(left), Data::Object(right)) => {
            left.type_name() == right.type_name()
                && left.text() == right.text()
                && left
                    .fields()
                    .iter()
                    .zip(right.fields())
                    .all(|(left, right)| is_deep_equal(&left.1, &right.1))
        }
        _ => false,
    }
}

/// What `Data::List` of a byte slice or list holds, item by item; none if it is neither.
pub(super) fn items(value: &Value) -> Option<Vec<Value>> {
    match &value.data {
        Data::List(list) => Some(list.items.as_ref().clone()),
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
    Value::new(Data::List(List { element, items: std::rc::Rc::new(items) }), origin)
}

/// A value whose maps are its own.
pub(super) fn deep_copy(value: &Value) -> Value {
    match &value.data {
        Data::List(list) if list.is_nil() => value.clone(),
        Data::List(list) => list_of(list.element, list.items.iter().map(deep_copy).collect(), value.origin),
        Data::Map(map) => {
            let copy = Map::new(map.map_type);
            for (key, entry) in map.entries().iter() {
                copy.insert(key.clone(), entry.key, deep_copy(&entry.value));
            }
            Value::new(Data::Map(copy), value.origin)
        }
        _ => value.clone(),
    }
}
