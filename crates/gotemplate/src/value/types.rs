//! The Go types behind numbers and slices.

use std::borrow::Cow;

use super::{List, Value};
use crate::{Call, Fault, Signature};

/// A signed integer type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum IntType {
    /// `int`: what integer constants become.
    Int,
    /// `int8`.
    Int8,
    /// `int16`.
    Int16,
    /// `int32`, which is also a rune.
    Int32,
    /// `int64`.
    Int64,
    /// `time.Duration`, whose kind is `int64`; it prints as `1h0m0s`.
    Duration,
    /// `time.Month`, whose kind is `int`; it prints as `January`.
    Month,
    /// `time.Weekday`, whose kind is `int`; it prints as `Sunday`.
    Weekday,
}

/// An unsigned integer type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum UintType {
    /// `uint`.
    Uint,
    /// `uint8`, which is also a byte.
    Uint8,
    /// `uint16`.
    Uint16,
    /// `uint32`.
    Uint32,
    /// `uint64`.
    Uint64,
}

/// A float type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FloatType {
    /// `float32`.
    Float32,
    /// `float64`.
    Float64,
}

/// The type of a slice, by that of its elements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Element {
    /// `interface{}`.
    Interface,
    /// `string`.
    String,
    /// `int`.
    Int,
    /// Another one, by its Go name: `map[string]interface {}`.
    Named(&'static str),
    /// That of a slice type which has a name and methods.
    Of(&'static NamedList),
}

/// Calls a method of a list by its name.
pub type ListMethod = fn(&Call<'_>, &List, &str, &[Value]) -> Result<Value, Fault>;

/// A named slice type, such as Helm's `common.VersionSet`.
#[derive(Debug)]
pub struct NamedList {
    /// The Go type as `%T` prints it.
    pub name: &'static str,
    /// The type of the elements.
    pub element: Element,
    /// What a method takes; none if the type has no such method.
    pub signature: fn(&str) -> Option<Signature>,
    /// Calls a method that there is.
    pub method: ListMethod,
}

/// Types are one where their names are.
impl PartialEq for NamedList {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for NamedList {}

impl IntType {
    /// The Go type as `%T` prints it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Int => "int",
            Self::Int8 => "int8",
            Self::Int16 => "int16",
            Self::Int32 => "int32",
            Self::Int64 => "int64",
            Self::Duration => "time.Duration",
            Self::Month => "time.Month",
            Self::Weekday => "time.Weekday",
        }
    }
}

impl UintType {
    /// The Go type as `%T` prints it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Uint => "uint",
            Self::Uint8 => "uint8",
            Self::Uint16 => "uint16",
            Self::Uint32 => "uint32",
            Self::Uint64 => "uint64",
        }
    }
}

impl Element {
    /// The Go type of an element as `%T` prints it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Interface => "interface {}",
            Self::String => "string",
            Self::Int => "int",
            Self::Named(name) => name,
            Self::Of(list) => list.element.name(),
        }
    }

    /// The Go type of the slice as `%T` prints it.
    #[must_use]
    pub fn list_name(self) -> Cow<'static, str> {
        match self {
            Self::Of(list) => Cow::Borrowed(list.name),
            element => Cow::Owned(format!("[]{}", element.name())),
        }
    }

    /// The type without its name and methods, by which Go assigns one slice type to another.
    #[must_use]
    pub fn underlying(self) -> Self {
        match self {
            Self::Of(list) => list.element,
            element => element,
        }
    }
}
