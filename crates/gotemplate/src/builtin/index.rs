//! `index`, `slice`, `len`.

use std::rc::Rc;

use super::Answer;
use crate::format::type_name;
use crate::{Call, Data, Element, Fault, List, MapType, UintType, Value};

pub(super) fn index(call: &Call<'_>, values: &[Value]) -> Answer {
    let Some((first, indexes)) = values.split_first() else { return Err(Fault::new("index of untyped nil")) };
    if matches!(first.data, Data::Nil) {
        return Err(Fault::new("index of untyped nil"));
    }
    let mut item = first.clone();
    for index in indexes {
        item = element(call, &item, index)?;
    }
    Ok(item)
}

fn element(call: &Call<'_>, item: &Value, index: &Value) -> Answer {
    match &item.data {
        Data::Nil => Err(Fault::new("index of nil pointer")),
        Data::List(list) => {
            let position = position(index, list.items.len())?;
            let out_of_range = || Fault::new("reflect: slice index out of range");
            list.items.get(position).cloned().ok_or_else(out_of_range)
        }
        Data::String(bytes) | Data::ByteSlice(bytes) => {
            let position = position(index, bytes.len())?;
            let kind = if matches!(item.data, Data::String(_)) { "string" } else { "slice" };
            let byte = bytes.as_slice().get(position).copied();
            let byte = byte.ok_or_else(|| Fault::new(format!("reflect: {kind} index out of range")))?;
            let origin = call.ledger.part(item.origin, bytes.as_slice(), position..position + 1);
            Ok(Value::new(Data::Uint(u64::from(byte), UintType::Uint8), origin))
        }
        Data::Map(map) => {
            let key = match &index.data {
                Data::String(key) => key,
                Data::Nil => return Err(Fault::new("value is nil; should be of type string")),
                _ => {
                    return Err(Fault::new(format!("value has type {}; should be string", type_name(index))));
                }
            };
            let missing = || match map.map_type {
                MapType::Strings => Value::string("", item.origin),
                MapType::Interface | MapType::Named(_) => {
                    Value::nil(call.ledger.missing(item.origin, &key.as_text()))
                }
            };
            call.chooses_by(std::slice::from_ref(index));
            Ok(map.get(key.as_slice()).unwrap_or_else(missing))
        }
        // Go looks at what a pointer points to.
        _ => Err(Fault::new(format!("can't index item of type {}", type_name(item).trim_start_matches('*')))),
    }
}

/// A position, which may be one past the end.
fn position(index: &Value, length: usize) -> Result<usize, Fault> {
    let number = match index.data {
        Data::Int(number, _) => number,
        Data::Uint(number, _) => i64::try_from(number).unwrap_or(i64::MAX),
        Data::Nil => return Err(Fault::new("cannot index slice/array with nil")),
        _ => return Err(Fault::new(format!("cannot index slice/array with type {}", type_name(index)))),
    };
    let within = usize::try_from(number).ok().filter(|position| *position <= length);
    within.ok_or_else(|| Fault::new(format!("index out of range: {number}")))
}

pub(super) fn slice(call: &Call<'_>, values: &[Value]) -> Answer {
    let Some((item, indexes)) = values.split_first() else { return Err(Fault::new("slice of untyped nil")) };
    if matches!(item.data, Data::Nil) {
        return Err(Fault::new("slice of untyped nil"));
    }
    if indexes.len() > 3 {
        return Err(Fault::new(format!("too many slice indexes: {}", indexes.len())));
    }
    let length = match &item.data {
        Data::String(_) if indexes.len() == 3 => return Err(Fault::new("cannot 3-index slice a string")),
        Data::String(bytes) | Data::ByteSlice(bytes) => bytes.len(),
        Data::List(list) => list.items.len(),
        _ => return Err(Fault::new(format!("can't slice item of type {}", type_name(item)))),
    };
    let mut bounds = [0, length, length];
    for (bound, index) in bounds.iter_mut().zip(indexes) {
        *bound = position(index, length)?;
    }
    let [start, end, most] = bounds;
    for (one, other) in [(start, end), (end, most)] {
        if one > other {
            return Err(Fault::new(format!("invalid slice index: {one} > {other}")));
        }
    }
    Ok(sliced(call, item, start..end))
}

fn sliced(call: &Call<'_>, item: &Value, range: std::ops::Range<usize>) -> Value {
    match &item.data {
        Data::String(bytes) | Data::ByteSlice(bytes) => {
            let origin = call.ledger.part(item.origin, bytes.as_slice(), range.clone());
            let part = bytes.as_slice().get(range).unwrap_or_default();
            let is_string = matches!(item.data, Data::String(_));
            let data = if is_string { Data::String(part.into()) } else { Data::ByteSlice(part.into()) };
            Value::new(data, origin)
        }
        Data::List(List { element, items }) => {
            let items = items.get(range).unwrap_or_default().to_vec();
            let element: Element = *element;
            Value::new(Data::List(List { element, items: Rc::new(items.into()) }), item.origin)
        }
        _ => item.clone(),
    }
}

pub(super) fn len(call: &Call<'_>, values: &[Value]) -> Answer {
    let Some(item) = values.first() else { return Err(Fault::new("len of nil pointer")) };
    let length = match &item.data {
        Data::String(bytes) | Data::ByteSlice(bytes) => bytes.len(),
        Data::List(list) => list.items.len(),
        Data::Map(map) => map.len(),
        Data::Nil if call.is_boxed_nil => return Err(Fault::new("len of nil pointer")),
        Data::Nil => return Err(Fault::new("reflect: call of reflect.Value.Type on zero Value")),
        // Go looks at what a pointer points to.
        _ => return Err(Fault::new(format!("len of type {}", type_name(item).trim_start_matches('*')))),
    };
    Ok(Value::int(i64::try_from(length).unwrap_or(i64::MAX), call.made(values)))
}
