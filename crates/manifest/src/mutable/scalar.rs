//! A scalar that has left its text: content, style, and the tag that decides what it means.

use std::borrow::Cow;

use compact_str::CompactString;

use crate::ScalarStyle;
use crate::emit::{Event, EventKind, Layout, Properties, emit};
use crate::emit::{float, printed_style, text_style};
use crate::resolve::{Dialect, Meaning, ResolveScalar, resolve};
use crate::value::Value;

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
    /// Any other, in its short form. Boxed twice: there is a tag in every node, and hardly ever another one.
    Other(Box<Box<str>>),
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
            other => Self::Other(Box::new(other.into())),
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

    /// Whether a plain text has this tag by itself. goyaml does not print the tag then, and quotes make it a string.
    fn is_of_plain(&self, text: &str) -> bool {
        resolve(Dialect::GoYaml3, text, ScalarStyle::Plain, None)
            .is_ok_and(|meaning| Self::of_meaning(&meaning) == *self)
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

    /// The scalar that goyaml v3 reads once it has printed a value that came out of JSON, where every number is a float.
    /// None for collections, and for what JSON cannot hold.
    #[must_use]
    pub fn from_json(value: &Value) -> Option<Self> {
        let plain = |text: &str, tag| Self { text: text.into(), style: ScalarStyle::Plain, tag };
        Some(match value {
            Value::Null => Self::null(),
            Value::Bool(value) => plain(if *value { "true" } else { "false" }, Tag::Bool),
            #[expect(clippy::cast_precision_loss, reason = "Go's JSON rounds numbers to floats as well")]
            Value::Int(value) => return Self::from_float(*value as f64),
            #[expect(clippy::cast_precision_loss, reason = "Go's JSON rounds numbers to floats as well")]
            Value::Unsigned(value) => return Self::from_float(*value as f64),
            Value::Float(value) => return Self::from_float(*value),
            Value::String(text) => {
                let style = printed_style(text, text_style(text, Dialect::GoYaml3));
                Self { text: text.into(), style, tag: Tag::Str }
            }
            Value::Sequence(_) | Value::Mapping(_) => return None,
        })
    }

    fn from_float(value: f64) -> Option<Self> {
        if !value.is_finite() {
            return None;
        }
        let text = float::yaml(value);
        let tag = resolve(Dialect::GoYaml3, &text, ScalarStyle::Plain, None)
            .map_or(Tag::Float, |meaning| Tag::of_meaning(&meaning));
        Some(Self { text: text.into(), style: ScalarStyle::Plain, tag })
    }

    /// Whether it is tagged as null. A text `null` without a tag is not, until it is read again.
    #[must_use]
    pub fn is_null(&self) -> bool {
        self.tag == Tag::Null
    }

    /// What it means once goyaml v3 has printed the node and read it again, in brackets or outside of any.
    ///
    /// # Errors
    /// As [`Scalar::meaning`].
    pub fn meaning_within(&self, is_in_flow: bool) -> Result<Meaning<'_>, ResolveScalar> {
        let has_no_type = matches!(self.tag, Tag::Unset | Tag::Null);
        if is_in_flow && has_no_type && self.text.is_empty() && self.style == ScalarStyle::Plain {
            return Ok(Meaning::String(Cow::Borrowed("")));
        }
        match self.meaning()? {
            // In brackets nothing is folded.
            Meaning::String(Cow::Owned(_)) if is_in_flow => Ok(Meaning::String(Cow::Borrowed(&self.text))),
            meaning => Ok(meaning),
        }
    }

    /// Its text once it has been printed and read again. Folding is the one style in which goyaml loses something: lines
    /// that begin with white space come back with an empty line before them, and empty lines at the end are one more.
    fn printed_text(&self) -> Cow<'_, str> {
        let begins_blank = |line: &str| line.starts_with([' ', '\t']);
        let is_at_risk = self.style == ScalarStyle::Folded
            && (self.text.ends_with("\n\n") || self.text.split('\n').any(begins_blank));
        match is_at_risk.then(|| reprinted(&self.text, self.style)).flatten() {
            Some(text) => Cow::Owned(text),
            None => Cow::Borrowed(&self.text),
        }
    }

    /// What it means once goyaml v3 has printed the node and read it again, outside of brackets.
    ///
    /// # Errors
    /// If the text is of another type than its tag says.
    pub fn meaning(&self) -> Result<Meaning<'_>, ResolveScalar> {
        match &self.tag {
            Tag::Str => Ok(Meaning::String(self.printed_text())),
            // Only a block can hold line ends, and what is in a block is a string.
            Tag::Unset if self.text.contains('\n') => Ok(Meaning::String(self.printed_text())),
            Tag::Unset => resolve(Dialect::GoYaml3, &self.text, self.style, None),
            tag if self.style != ScalarStyle::Plain && tag.is_of_plain(&self.text) => {
                Ok(Meaning::String(Cow::Borrowed(&self.text)))
            }
            tag => resolve(Dialect::GoYaml3, &self.text, self.style, Some(tag.as_str())),
        }
    }
}

/// A text printed as the value of a key and read again; none if that fails, which the whole document then tells.
fn reprinted(text: &str, style: ScalarStyle) -> Option<String> {
    let scalar = |text, style| EventKind::Scalar { text, style, properties: Properties::default() };
    let structure = crate::Structure::Block;
    let events = [
        EventKind::DocumentStart,
        EventKind::MappingStart { structure, properties: Properties::default() },
        scalar("key", ScalarStyle::Plain),
        scalar(text, style),
        EventKind::MappingEnd,
        EventKind::DocumentEnd,
    ];
    let printed = emit(&events.map(Event::new), Layout::KUSTOMIZE).ok()?.text;
    let document = crate::parse(text::TextId(0), printed.as_bytes(), 0..printed.len(), None).ok()?;
    document.text_at(document.root()?, &["key"]).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_parts_lines_that_begin_with_white_space() {
        let folded = |text: &str| Scalar { text: text.into(), style: ScalarStyle::Folded, tag: Tag::Str };
        for (text, read) in [
            ("a\n  b\nc", "a\n\n  b\nc"),
            ("a\nb", "a\nb"),
            ("a b", "a b"),
            ("a\n", "a\n"),
            ("a\n\n", "a\n\n\n"),
        ] {
            assert_eq!(folded(text).meaning(), Ok(Meaning::String(read.into())), "{text:?}");
            assert_eq!(folded(text).meaning_within(true), Ok(Meaning::String(text.into())), "{text:?}");
        }
    }

    #[test]
    fn quotes_make_a_string_of_what_needs_no_tag() {
        let check = |text: &str, style, tag, expected: Meaning<'_>| {
            let scalar = Scalar { text: text.into(), style, tag };
            assert_eq!(scalar.meaning(), Ok(expected), "{scalar:?}");
        };
        let string = |text| Meaning::String(Cow::Borrowed(text));
        check("5", ScalarStyle::Plain, Tag::Int, Meaning::Int(5));
        check("5", ScalarStyle::DoubleQuoted, Tag::Int, string("5"));
        check("5", ScalarStyle::DoubleQuoted, Tag::Float, Meaning::Float(5.0));
        check("true", ScalarStyle::Literal, Tag::Bool, string("true"));
        check("5", ScalarStyle::Plain, Tag::Str, string("5"));
    }

    #[test]
    fn what_comes_out_of_json_is_read_as_it_is_printed() {
        let text = |text: &str| Value::from(text);
        for (value, printed, style, tag) in [
            (Value::Int(3), "3", ScalarStyle::Plain, Tag::Int),
            (Value::Int(1_000_000), "1e+06", ScalarStyle::Plain, Tag::Float),
            (Value::Int(9_007_199_254_740_993), "9.007199254740992e+15", ScalarStyle::Plain, Tag::Float),
            (Value::Float(0.5), "0.5", ScalarStyle::Plain, Tag::Float),
            (Value::Bool(true), "true", ScalarStyle::Plain, Tag::Bool),
            (Value::Null, "null", ScalarStyle::Plain, Tag::Null),
            (text("web"), "web", ScalarStyle::Plain, Tag::Str),
            (text("3"), "3", ScalarStyle::DoubleQuoted, Tag::Str),
            (text("yes"), "yes", ScalarStyle::DoubleQuoted, Tag::Str),
            (text(""), "", ScalarStyle::DoubleQuoted, Tag::Str),
            (text("2020-01-01"), "2020-01-01", ScalarStyle::DoubleQuoted, Tag::Str),
            (text("a: b"), "a: b", ScalarStyle::SingleQuoted, Tag::Str),
            (text("a\nb\n"), "a\nb\n", ScalarStyle::Literal, Tag::Str),
            (text("a \nb"), "a \nb", ScalarStyle::DoubleQuoted, Tag::Str),
        ] {
            let expected = Scalar { text: printed.into(), style, tag };
            assert_eq!(Scalar::from_json(&value), Some(expected), "{value:?}");
        }
        assert_eq!(Scalar::from_json(&Value::Float(f64::INFINITY)), None);
    }
}
