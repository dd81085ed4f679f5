//! JSON whose values know where they stand: what `--set-json`, schemas and records of releases are read with.
//!
//! Takes a text; gives a tree of borrowed texts and ranges that has what Go's `encoding/json` would find, the last of
//! equal keys included. Numbers keep the text they were written in. Never converts, never shows a value in an error.

mod read;
mod write;

use std::borrow::Cow;
use std::ops::Range;

pub(crate) use read::{read, read_first};
pub(crate) use write::quoted;

/// A value and its bytes.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Json<'t> {
    /// Where it stands.
    pub(crate) range: Range<usize>,
    /// What it is.
    pub(crate) data: JsonData<'t>,
}

/// What a value is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum JsonData<'t> {
    Null,
    Bool(bool),
    /// A number, as written.
    Number(Cow<'t, str>),
    /// A text without its quotes and escapes.
    String(Cow<'t, str>),
    Array(Vec<Json<'t>>),
    /// Members in the order of the text, equal keys included.
    Object(Vec<Member<'t>>),
}

/// One member of an object.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Member<'t> {
    pub(crate) key: Cow<'t, str>,
    /// Where the key stands, its quotes included.
    pub(crate) key_range: Range<usize>,
    pub(crate) value: Json<'t>,
}

/// Why a text is no JSON that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReadJson {
    /// The text ends before its value does.
    #[error("unexpected end of JSON input")]
    End,
    /// A character that cannot stand at this byte.
    #[error("invalid character at byte {0} of JSON")]
    Unexpected(usize),
    /// Collections in collections beyond [`crate::limits::JSON_DEPTH_MAX`].
    #[error("JSON nested deeper than {max}", max = crate::limits::JSON_DEPTH_MAX)]
    TooDeep,
}

impl<'t> Json<'t> {
    /// The value of a member of an object: the last of that name; none in anything else.
    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        self.members().iter().rev().find(|member| member.key == key).map(|member| &member.value)
    }

    /// The members of an object; none in anything else.
    pub(crate) fn members(&self) -> &[Member<'t>] {
        match &self.data {
            JsonData::Object(members) => members,
            _ => &[],
        }
    }

    /// The items of an array; none in anything else.
    pub(crate) fn items(&self) -> &[Self] {
        match &self.data {
            JsonData::Array(items) => items,
            _ => &[],
        }
    }

    /// The text, if it is one.
    pub(crate) fn as_text(&self) -> Option<&str> {
        match &self.data {
            JsonData::String(text) => Some(text),
            _ => None,
        }
    }
}
