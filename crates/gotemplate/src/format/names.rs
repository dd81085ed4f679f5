//! The names of types and kinds, as `%T` and `reflect.Kind` print them.

use std::borrow::Cow;

use crate::{Data, FloatType, MapType, Value};

/// The type of a value as `%T` prints it; `<nil>` for untyped nil.
#[must_use]
pub fn type_name(value: &Value) -> Cow<'_, str> {
    match &value.data {
        Data::Nil => Cow::Borrowed("<nil>"),
        Data::Bool(_) => Cow::Borrowed("bool"),
        Data::Int(_, int) => Cow::Borrowed(int.name()),
        Data::Uint(_, uint) => Cow::Borrowed(uint.name()),
        Data::Float(_, FloatType::Float32) => Cow::Borrowed("float32"),
        Data::Float(_, FloatType::Float64) => Cow::Borrowed("float64"),
        Data::Complex(_) => Cow::Borrowed("complex128"),
        Data::String(_) => Cow::Borrowed("string"),
        Data::ByteSlice(_) => Cow::Borrowed("[]uint8"),
        Data::List(list) => list.element.list_name(),
        Data::Map(map) => Cow::Borrowed(map_name(map.map_type)),
        Data::Object(object) => Cow::Borrowed(object.type_name()),
    }
}

pub(super) fn map_name(map_type: MapType) -> &'static str {
    match map_type {
        MapType::Interface => "map[string]interface {}",
        MapType::Strings => "map[string]string",
        MapType::Named(named) => named.name,
    }
}

/// The kind of a value as `reflect.Kind` prints it; `invalid` for untyped nil.
#[must_use]
pub fn kind_name(value: &Value) -> &str {
    use crate::IntType::{Duration, Int, Int8, Int16, Int32, Int64, Month, Weekday};
    match &value.data {
        Data::Nil => "invalid",
        Data::Bool(_) => "bool",
        Data::Int(_, Int | Month | Weekday) => "int",
        Data::Int(_, Duration | Int64) => "int64",
        Data::Int(_, int @ (Int8 | Int16 | Int32)) => int.name(),
        Data::Uint(_, uint) => uint.name(),
        Data::Float(_, FloatType::Float32) => "float32",
        Data::Float(_, FloatType::Float64) => "float64",
        Data::Complex(_) => "complex128",
        Data::String(_) => "string",
        Data::ByteSlice(_) | Data::List(_) => "slice",
        Data::Map(_) => "map",
        Data::Object(object) => object.kind(),
    }
}
