//! `eq`, `ne`, `lt`, `le`, `gt`, `ge`: Go's basic kinds compared with their own kind, signed and unsigned integers with
//! each other, and nothing else.

use std::cmp::Ordering;
use std::rc::Rc;

use super::Answer;
use crate::format::{self, kind_name, type_name};
use crate::{Call, Data, Fault, Value};

/// What can be compared.
#[derive(Clone, Copy)]
enum Basic<'v> {
    Bool(bool),
    Complex(f64, f64),
    Int(i64),
    Uint(u64),
    Float(f64),
    String(&'v [u8]),
}

fn basic(value: &Value) -> Option<Basic<'_>> {
    match &value.data {
        Data::Bool(value) => Some(Basic::Bool(*value)),
        Data::Complex(complex) => Some(Basic::Complex(complex.real, complex.imaginary)),
        Data::Int(value, _) => Some(Basic::Int(*value)),
        Data::Uint(value, _) => Some(Basic::Uint(*value)),
        Data::Float(value, _) => Some(Basic::Float(*value)),
        Data::String(text) => Some(Basic::String(text.as_slice())),
        Data::Nil | Data::ByteSlice(_) | Data::List(_) | Data::Map(_) | Data::Object(_) => None,
    }
}

fn incompatible(one: &Value, other: &Value) -> Fault {
    Fault::new(format!("incompatible types for comparison: {} and {}", type_name(one), type_name(other)))
}

#[expect(clippy::float_cmp, reason = "Go compares floats bit by bit as well")]
fn is_equal(one: &Value, other: &Value) -> Result<bool, Fault> {
    match (basic(one), basic(other)) {
        (Some(Basic::Bool(one)), Some(Basic::Bool(other))) => Ok(one == other),
        (Some(Basic::Complex(re, im)), Some(Basic::Complex(other_re, other_im))) => {
            Ok(re == other_re && im == other_im)
        }
        (Some(Basic::Int(one)), Some(Basic::Int(other))) => Ok(one == other),
        (Some(Basic::Uint(one)), Some(Basic::Uint(other))) => Ok(one == other),
        (Some(Basic::Float(one)), Some(Basic::Float(other))) => Ok(one == other),
        (Some(Basic::String(one)), Some(Basic::String(other))) => Ok(one == other),
        (Some(Basic::Int(int)), Some(Basic::Uint(uint)))
        | (Some(Basic::Uint(uint)), Some(Basic::Int(int))) => Ok(u64::try_from(int) == Ok(uint)),
        (None, None) => are_same(one, other),
        _ if matches!(one.data, Data::Nil) || matches!(other.data, Data::Nil) => Ok(false),
        _ => Err(incompatible(one, other)),
    }
}

/// Two values of no basic kind: nil with anything, and objects with themselves.
fn are_same(one: &Value, other: &Value) -> Result<bool, Fault> {
    let shown = |value: &Value| {
        let format = Value::unwritten(Data::String("%s".into()));
        String::from_utf8_lossy(&format::sprintf(&format, std::slice::from_ref(value)).bytes).into_owned()
    };
    let is_nil = |value: &Value| matches!(value.data, Data::Nil);
    if is_nil(one) || is_nil(other) {
        return Ok(is_nil(one) && is_nil(other));
    }
    if kind_name(one) != kind_name(other) {
        let (one_type, other_type) = (type_name(one), type_name(other));
        let other = String::from_utf8_lossy(&format::text_of(other)).into_owned();
        let told = format!("non-comparable types {}: {one_type}, {other_type}: {other}", shown(one));
        return Err(Fault::new(told));
    }
    match (&one.data, &other.data) {
        (Data::Object(one), Data::Object(other)) => Ok(Rc::ptr_eq(one, other) || one.is_equal(&**other)),
        _ => Err(Fault::new(format!("non-comparable type {}: {}", shown(other), type_name(other)))),
    }
}

fn order(one: &Value, other: &Value) -> Result<Option<Ordering>, Fault> {
    let invalid = || Fault::new("invalid type for comparison");
    let (one_basic, other_basic) = (basic(one).ok_or_else(invalid)?, basic(other).ok_or_else(invalid)?);
    match (one_basic, other_basic) {
        (Basic::Int(one), Basic::Int(other)) => Ok(Some(one.cmp(&other))),
        (Basic::Uint(one), Basic::Uint(other)) => Ok(Some(one.cmp(&other))),
        (Basic::Float(one), Basic::Float(other)) => Ok(one.partial_cmp(&other)),
        (Basic::String(one), Basic::String(other)) => Ok(Some(one.cmp(other))),
        (Basic::Int(int), Basic::Uint(uint)) => {
            Ok(Some(u64::try_from(int).map_or(Ordering::Less, |int| int.cmp(&uint))))
        }
        (Basic::Uint(uint), Basic::Int(int)) => {
            Ok(Some(u64::try_from(int).map_or(Ordering::Greater, |int| uint.cmp(&int))))
        }
        (Basic::Bool(_), Basic::Bool(_)) | (Basic::Complex(..), Basic::Complex(..)) => Err(invalid()),
        _ => Err(incompatible(one, other)),
    }
}

fn pair(values: &[Value]) -> Result<(&Value, &Value), Fault> {
    match values {
        [one, other] => Ok((one, other)),
        _ => Err(Fault::new("missing argument for comparison")),
    }
}

/// Whether the first is equal to any of the others.
pub(super) fn eq(call: &Call<'_>, values: &[Value]) -> Answer {
    let Some((first, others)) = values.split_first().filter(|(_, others)| !others.is_empty()) else {
        return Err(Fault::new("missing argument for comparison"));
    };
    for other in others {
        if is_equal(first, other)? {
            return Ok(Value::bool(true, call.made(values)));
        }
    }
    Ok(Value::bool(false, call.made(values)))
}

pub(super) fn ne(call: &Call<'_>, values: &[Value]) -> Answer {
    let (one, other) = pair(values)?;
    Ok(Value::bool(!is_equal(one, other)?, call.made(values)))
}

pub(super) fn lt(call: &Call<'_>, values: &[Value]) -> Answer {
    let (one, other) = pair(values)?;
    Ok(Value::bool(order(one, other)? == Some(Ordering::Less), call.made(values)))
}

pub(super) fn le(call: &Call<'_>, values: &[Value]) -> Answer {
    let (one, other) = pair(values)?;
    let is_less = order(one, other)? == Some(Ordering::Less);
    Ok(Value::bool(is_less || is_equal(one, other)?, call.made(values)))
}

pub(super) fn gt(call: &Call<'_>, values: &[Value]) -> Answer {
    let (one, other) = pair(values)?;
    let is_less = order(one, other)? == Some(Ordering::Less);
    Ok(Value::bool(!(is_less || is_equal(one, other)?), call.made(values)))
}

pub(super) fn ge(call: &Call<'_>, values: &[Value]) -> Answer {
    let (one, other) = pair(values)?;
    Ok(Value::bool(order(one, other)? != Some(Ordering::Less), call.made(values)))
}
