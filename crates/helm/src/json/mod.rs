//! JSON whose values know where they stand: what `--set-json`, schemas and records of releases are read with.
//!
//! Takes a text; gives a tree of borrowed texts and ranges that has what Go's `encoding/json` would find, the last of
//! equal keys included. Numbers keep the text they were written in. Never converts, never shows a value in an error.

mod read;

use std::borrow::Cow;
use std::ops::Range;

pub(crate) use manifest::emit::json_quoted as quoted;
pub(crate) use read::{read, read_first};

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

#[cfg(test)]
mod tests {
    use super::*;

    /// Every text in a value, keys included, written again as it stood.
    fn check(whole: &str, json: &Json<'_>) -> usize {
        let is_same = |range: std::ops::Range<usize>, text: &str| assert_eq!(&whole[range], quoted(text));
        match &json.data {
            JsonData::String(text) => is_same(json.range.clone(), text),
            JsonData::Array(items) => return items.iter().map(|item| check(whole, item)).sum(),
            JsonData::Object(members) => {
                members.iter().for_each(|member| is_same(member.key_range.clone(), &member.key));
                return members.len()
                    + members.iter().map(|member| check(whole, &member.value)).sum::<usize>();
            }
            _ => return 0,
        }
        1
    }

    #[test]
    fn every_text_of_helm_s_records_is_written_as_it_stands() {
        let mut count = 0;
        for row in include_str!("../../tests/data/release.jsonl").lines() {
            let row = read(row).unwrap();
            let record = row.get("json").and_then(Json::as_text).unwrap();
            count += check(record, &read(record).unwrap());
        }
        assert_eq!(count, 592);
    }

    #[test]
    fn texts_are_written_as_go_writes_them() {
        assert_eq!(
            quoted("a\"\\\u{8}\u{c}\n\r\t\0\u{1f}\u{7f}<>&é\u{2028}😀"),
            r#""a\"\\\b\f\n\r\t\u0000\u001f"#.to_owned() + "\u{7f}" + r#"\u003c\u003e\u0026é\u2028😀""#
        );
    }
}
