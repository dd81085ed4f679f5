//! A scalar that has left its text: content, style, and the tag that decides what it means.

use std::borrow::Cow;

use compact_str::CompactString;

use crate::ScalarStyle;
use crate::resolve::{Dialect, Meaning, ResolveScalar, resolve};

/// What a scalar says about its type, as a node of goyaml v3 does.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Tag {
    /// Nothing: its text and style decide.
    #[default]
    Unset,
    /// `!!str`.
    Str,
    /// `!!int`.
    Int,
    /// `!!float`.
    Float,
    /// `!!bool`.
    Bool,
    /// `!!null`.
    Null,
    /// `!!timestamp`.
    Timestamp,
    /// `!!merge`.
    Merge,
    /// `!!binary`.
    Binary,
    /// Any other, in its short form.
    Other(Box<str>),
}

impl Tag {
    /// The tag of a short form such as `!!int`.
    #[must_use]
    pub fn of(short: &str) -> Self {
        match short {
            "" => Self::Unset,
            "!!str" => Self::Str,
            "!!int" => Self::Int,
            "!!float" => Self::Float,
            "!!bool" => Self::Bool,
            "!!null" => Self::Null,
            "!!timestamp" => Self::Timestamp,
            "!!merge" => Self::Merge,
            "!!binary" => Self::Binary,
            other => Self::Other(other.into()),
        }
    }

    /// The tag that a meaning has by itself.
    #[must_use]
    pub fn of_meaning(meaning: &Meaning<'_>) -> Self {
        match meaning {
            Meaning::Null => Self::Null,
            Meaning::Bool(_) => Self::Bool,
            Meaning::Int(_) | Meaning::Unsigned(_) => Self::Int,
            Meaning::Float(_) => Self::Float,
            Meaning::String(_) => Self::Str,
            Meaning::Timestamp(_) => Self::Timestamp,
            Meaning::Merge => Self::Merge,
            Meaning::Binary(_) => Self::Binary,
        }
    }

    /// Its short form; empty where nothing is said.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Unset => "",
            Self::Str => "!!str",
            Self::Int => "!!int",
            Self::Float => "!!float",
            Self::Bool => "!!bool",
            Self::Null => "!!null",
            Self::Timestamp => "!!timestamp",
            Self::Merge => "!!merge",
            Self::Binary => "!!binary",
            Self::Other(tag) => tag,
        }
    }
}

/// A scalar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scalar {
    /// Its content, after quotes and escapes.
    pub text: CompactString,
    /// How it is written, which decides whether an untagged one is a string.
    pub style: ScalarStyle,
    /// What it says about its type.
    pub tag: Tag,
}

impl Scalar {
    /// A plain scalar without a tag: its text decides what it means.
    #[must_use]
    pub fn untagged(text: impl Into<CompactString>) -> Self {
        Self { text: text.into(), style: ScalarStyle::Plain, tag: Tag::Unset }
    }

    /// A plain scalar that is a string whatever its text.
    #[must_use]
    pub fn string(text: impl Into<CompactString>) -> Self {
        Self { text: text.into(), style: ScalarStyle::Plain, tag: Tag::Str }
    }

    /// The null that an empty value is.
    #[must_use]
    pub fn null() -> Self {
        Self { text: CompactString::const_new("null"), style: ScalarStyle::Plain, tag: Tag::Null }
    }

    /// Whether it is tagged as null. A text `null` without a tag is not, until it is read again.
    #[must_use]
    pub fn is_null(&self) -> bool {
        self.tag == Tag::Null
    }

    /// What it means once goyaml v3 has printed the node and read it again.
    ///
    /// # Errors
    /// If the text is of another type than its tag says.
    pub fn meaning(&self) -> Result<Meaning<'_>, ResolveScalar> {
        match &self.tag {
            Tag::Str => Ok(Meaning::String(Cow::Borrowed(&self.text))),
            // Only a block can hold line ends, and what is in a block is a string.
            Tag::Unset if self.text.contains('\n') => Ok(Meaning::String(Cow::Borrowed(&self.text))),
            Tag::Unset => resolve(Dialect::GoYaml3, &self.text, self.style, None),
            tag => resolve(Dialect::GoYaml3, &self.text, self.style, Some(tag.as_str())),
        }
    }
}
