//! What is validated: values of a chart, or a schema that is itself validated.
//!
//! Takes values of the template engine or JSON; gives a tree whose objects are sorted by key, so that the order of what is
//! said about them never depends on anything else.

use std::collections::BTreeMap;

use gotemplate::{Data, Map, Value};

use super::number::Number;
use crate::json::{Json, JsonData};

/// A value of JSON.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Instance {
    Null,
    Bool(bool),
    Number(Number),
    String(String),
    Array(Vec<Self>),
    Object(BTreeMap<String, Self>),
    /// A Go value that JSON does not have, by its type.
    Other(String),
}

/// The types of JSON, each a bit.
pub(super) const TYPES: [(u8, &str); 7] = [
    (1, "null"),
    (2, "boolean"),
    (4, "number"),
    (INTEGER, "integer"),
    (16, "string"),
    (32, "array"),
    (64, "object"),
];

/// The bit of integers, which are numbers without a fraction.
pub(super) const INTEGER: u8 = 8;

impl Instance {
    /// The bit of its type; none for what JSON does not have.
    pub(super) fn type_bit(&self) -> u8 {
        match self {
            Self::Null => 1,
            Self::Bool(_) => 2,
            Self::Number(_) => 4,
            Self::String(_) => 16,
            Self::Array(_) => 32,
            Self::Object(_) => 64,
            Self::Other(_) => 0,
        }
    }

    /// The name of its type.
    pub(super) fn type_name(&self) -> &'static str {
        let bit = self.type_bit();
        TYPES.iter().find(|(other, _)| *other == bit).map_or("", |(_, name)| name)
    }

    pub(super) fn of_json(json: &Json<'_>) -> Self {
        match &json.data {
            JsonData::Null => Self::Null,
            JsonData::Bool(value) => Self::Bool(*value),
            JsonData::Number(written) => Self::Number(Number::new(written)),
            JsonData::String(text) => Self::String(text.clone().into_owned()),
            JsonData::Array(items) => Self::Array(items.iter().map(Self::of_json).collect()),
            JsonData::Object(members) => {
                let member = |member: &crate::json::Member<'_>| {
                    (member.key.clone().into_owned(), Self::of_json(&member.value))
                };
                Self::Object(members.iter().map(member).collect())
            }
        }
    }

    pub(super) fn of_map(map: &Map) -> Self {
        let entries = map.entries();
        let entries =
            entries.iter().map(|(key, entry)| (key.as_text().into_owned(), Self::of_value(&entry.value)));
        Self::Object(entries.collect())
    }

    pub(super) fn of_value(value: &Value) -> Self {
        match &value.data {
            Data::Nil => Self::Null,
            Data::Bool(value) => Self::Bool(*value),
            Data::Int(..) | Data::Uint(..) | Data::Float(..) => {
                Self::Number(Number::new(&String::from_utf8_lossy(&gotemplate::format::text_of(value))))
            }
            Data::String(text) => Self::String(text.as_text().into_owned()),
            Data::List(list) => Self::Array(list.items.iter().map(Self::of_value).collect()),
            Data::Map(map) => Self::of_map(map),
            Data::Complex(_) | Data::ByteSlice(_) | Data::Object(_) => {
                Self::Other(gotemplate::format::type_name(value).into_owned())
            }
        }
    }
}
