//! Values without an address: what is left of a node when its bytes no longer matter.
//!
//! Takes nodes of a document and a [`Dialect`](crate::resolve::Dialect); gives owned values with aliases expanded,
//! merge keys applied and scalars resolved, as the program of that dialect hands them on to JSON. For emitting,
//! comparing and testing; whoever needs places works on the document itself.

mod expansion;
mod key;
mod order;
mod plain;
mod read;

pub use expansion::Expansion;
pub use key::{JsonKey, json_key};
pub use plain::is_plain;
pub use read::ReadValue;

/// Nested collections in one value. A document nests no deeper than [`crate::limits::DEPTH_MAX`], but aliases may stack
/// that several times; four times it is more than any real document has and well within a thread's stack.
pub const VALUE_DEPTH_MAX: usize = 4 * crate::limits::DEPTH_MAX;

/// A value as a JSON reader sees it.
///
/// Two values are equal when they mean the same: entries in any order, numbers by their size (`1` equals `1.0`). The
/// order is total and agrees with that.
#[derive(Debug, Clone)]
pub enum Value {
    /// No value.
    Null,
    /// A boolean.
    Bool(bool),
    /// An integer with sign.
    Int(i64),
    /// An integer above `i64::MAX`.
    Unsigned(u64),
    /// Any other number; may be infinite or not a number, which JSON cannot say.
    Float(f64),
    /// A text.
    String(String),
    /// Items in order.
    Sequence(Vec<Value>),
    /// Entries in the order of their keys' first appearance, each key once.
    Mapping(Vec<(Value, Value)>),
}

impl Value {
    /// The value of the entry with a text key; none if this is no mapping or has no such key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        let Self::Mapping(entries) = self else { return None };
        entries.iter().find(|(name, _)| name.as_str() == Some(key)).map(|(_, value)| value)
    }

    /// The text, if this is one.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::String(text.to_owned())
    }
}
