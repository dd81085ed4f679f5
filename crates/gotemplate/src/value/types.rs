//! The Go types behind numbers and the items of slices.

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

/// The element type of a slice.
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
}

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
    /// The Go type as `%T` prints it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Interface => "interface {}",
            Self::String => "string",
            Self::Int => "int",
            Self::Named(name) => name,
        }
    }
}
