//! What a scalar means to the program that reads it.
//!
//! Takes a scalar's content, how it was written and its tag; gives its [`Meaning`] in one [`Dialect`]. kubectl and Helm
//! read by goyaml v2, kustomize by v3, and they disagree on booleans, merge keys and tags; the parser decides nothing of
//! this. Must not look at a node's neighbours: merging and duplicate keys are the business of `value`.

pub mod base64;
mod number;
mod timestamp;

use std::borrow::Cow;

use crate::{Document, NodeId, ScalarStyle};

pub use timestamp::Timestamp;

/// Which program's rules decide what a scalar means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dialect {
    /// goyaml v2 as `sigs.k8s.io/yaml` uses it: kubectl, Helm, Flux.
    GoYaml2,
    /// goyaml v3: kustomize.
    GoYaml3,
}

/// What a scalar means.
#[derive(Debug, Clone, PartialEq)]
pub enum Meaning<'text> {
    /// No value.
    Null,
    /// A boolean.
    Bool(bool),
    /// An integer that fits 64 bits with sign.
    Int(i64),
    /// An integer above `i64::MAX` that fits 64 bits.
    Unsigned(u64),
    /// A number that is none of the above; may be infinite or not a number.
    Float(f64),
    /// A text.
    String(Cow<'text, str>),
    /// A point in time, as it was written. Only v3 gives it; v2 readers see a string.
    Timestamp(&'text str),
    /// The merge key `<<`. It merges only as a key of a mapping; anywhere else it is the text `<<`.
    Merge,
    /// Bytes out of base64 (`!!binary`).
    Binary(Vec<u8>),
}

/// Why a scalar has no meaning. The readers refuse the whole document for it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ResolveScalar {
    /// The text is of another type than its tag says.
    #[error("cannot decode a {found} as a {tag}")]
    MismatchTag {
        /// The tag that was written, in its short form.
        tag: String,
        /// The tag that the text has by itself.
        found: &'static str,
    },
    /// The content of a `!!binary` is not base64.
    #[error("the value of a !!binary is not base64")]
    DecodeBinary,
}

const CORE_TAG_PREFIX: &str = "tag:yaml.org,2002:";

/// Gives a tag's short form: `!!int` for `tag:yaml.org,2002:int`, any other tag as it is.
#[must_use]
pub fn short_tag(tag: &str) -> Cow<'_, str> {
    match tag.strip_prefix(CORE_TAG_PREFIX) {
        Some(name) => Cow::Owned(format!("!!{name}")),
        None => Cow::Borrowed(tag),
    }
}

/// Gives the meaning of a scalar with content `text`.
///
/// `tag` is the tag on the scalar, if any: in its short form (`!!int`, `!mine`, `!`) or its long one
/// (`tag:yaml.org,2002:int`). Texts under a tag that the dialect does not know are strings.
///
/// # Errors
/// When the tag demands a type that the text does not have.
pub fn resolve<'text>(
    dialect: Dialect,
    text: &'text str,
    style: ScalarStyle,
    tag: Option<&str>,
) -> Result<Meaning<'text>, ResolveScalar> {
    let tag = tag.map(short_tag);
    match tag.as_deref() {
        None | Some("") => Ok(untagged(dialect, text, style)),
        // The non-specific tag makes a string in v2, which yet merges by it; v3 overlooks the tag.
        Some("!") => match dialect {
            Dialect::GoYaml2 if text == "<<" => Ok(Meaning::Merge),
            Dialect::GoYaml2 => Ok(Meaning::String(Cow::Borrowed(text))),
            Dialect::GoYaml3 => Ok(untagged(dialect, text, style)),
        },
        Some("!!merge") if text == "<<" => Ok(Meaning::Merge),
        Some("!!str") => Ok(Meaning::String(Cow::Borrowed(text))),
        Some("!!binary") => base64::decode(text).map(Meaning::Binary).ok_or(ResolveScalar::DecodeBinary),
        Some(tag @ ("!!null" | "!!bool" | "!!int" | "!!float" | "!!timestamp")) => tagged(dialect, text, tag),
        Some(_) => Ok(Meaning::String(Cow::Borrowed(text))),
    }
}

/// Gives the meaning of a scalar node; none for collections and aliases.
///
/// # Errors
/// As [`resolve`].
pub fn resolve_node<'d>(
    document: &'d Document<'_>,
    node: NodeId,
    dialect: Dialect,
) -> Result<Option<Meaning<'d>>, ResolveScalar> {
    match (document.text(node), document.scalar_style(node)) {
        (Some(text), Some(style)) => resolve(dialect, text, style, document.tag(node)).map(Some),
        _ => Ok(None),
    }
}

/// Whether a plain scalar with this text is a string in the dialect, so that it needs no quotes to stay one.
#[must_use]
pub fn is_plain_string(dialect: Dialect, text: &str) -> bool {
    matches!(by_text(dialect, text, Timestamps::Tried), ByText::String)
}

/// Whether a text is one of the booleans that only typed fields accept in v3 (and every field in v2), and which.
/// Kubernetes' own Go types are such fields.
#[must_use]
pub fn legacy_bool(text: &str) -> Option<bool> {
    match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => Some(true),
        "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => Some(false),
        _ => None,
    }
}

fn untagged(dialect: Dialect, text: &str, style: ScalarStyle) -> Meaning<'_> {
    if style != ScalarStyle::Plain {
        return Meaning::String(Cow::Borrowed(text));
    }
    if text == "<<" {
        return Meaning::Merge;
    }
    by_text(dialect, text, Timestamps::Tried).meaning(dialect, text)
}

fn tagged<'text>(dialect: Dialect, text: &'text str, tag: &str) -> Result<Meaning<'text>, ResolveScalar> {
    let timestamps = if tag == "!!timestamp" { Timestamps::Tried } else { Timestamps::Left };
    let found = by_text(dialect, text, timestamps);
    match found {
        #[expect(
            clippy::cast_precision_loss,
            reason = "the readers round an integer under !!float the same way"
        )]
        ByText::Int(value) if tag == "!!float" => Ok(Meaning::Float(value as f64)),
        found if found.tag() == tag => Ok(found.meaning(dialect, text)),
        found => Err(ResolveScalar::MismatchTag { tag: tag.to_owned(), found: found.tag() }),
    }
}

/// Whether a text may be a timestamp: a tag of another type rules it out.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Timestamps {
    Tried,
    Left,
}

/// What a text is by its characters alone.
#[derive(Debug, Clone, Copy, PartialEq)]
enum ByText {
    Null,
    Bool(bool),
    Int(i64),
    Unsigned(u64),
    Float(f64),
    Timestamp,
    String,
}

impl ByText {
    fn tag(self) -> &'static str {
        match self {
            Self::Null => "!!null",
            Self::Bool(_) => "!!bool",
            Self::Int(_) | Self::Unsigned(_) => "!!int",
            Self::Float(_) => "!!float",
            Self::Timestamp => "!!timestamp",
            Self::String => "!!str",
        }
    }

    fn meaning(self, dialect: Dialect, text: &str) -> Meaning<'_> {
        match self {
            Self::Null => Meaning::Null,
            Self::Bool(value) => Meaning::Bool(value),
            Self::Int(value) => Meaning::Int(value),
            Self::Unsigned(value) => Meaning::Unsigned(value),
            Self::Float(value) => Meaning::Float(value),
            Self::Timestamp if dialect == Dialect::GoYaml3 => Meaning::Timestamp(text),
            Self::Timestamp | Self::String => Meaning::String(Cow::Borrowed(text)),
        }
    }
}

/// The first byte says what a text can be at all: most texts are settled by it.
fn by_text(dialect: Dialect, text: &str, timestamps: Timestamps) -> ByText {
    let Some(first) = text.bytes().next() else {
        return ByText::Null;
    };
    match first {
        b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' | b'~' => word(dialect, text),
        b'.' => special_float(text).or_else(|| number::fraction(text)).map_or(ByText::String, ByText::Float),
        b'+' | b'-' | b'0'..=b'9' => {
            if let Some(value) = special_float(text) {
                return ByText::Float(value);
            }
            if timestamps == Timestamps::Tried && Timestamp::parse(text).is_some() {
                return ByText::Timestamp;
            }
            number::number(dialect, text)
        }
        _ => ByText::String,
    }
}

fn word(dialect: Dialect, text: &str) -> ByText {
    match text {
        "~" | "null" | "Null" | "NULL" => ByText::Null,
        "true" | "True" | "TRUE" => ByText::Bool(true),
        "false" | "False" | "FALSE" => ByText::Bool(false),
        _ if dialect == Dialect::GoYaml2 => legacy_bool(text).map_or(ByText::String, ByText::Bool),
        _ => ByText::String,
    }
}

fn special_float(text: &str) -> Option<f64> {
    match text {
        ".nan" | ".NaN" | ".NAN" => Some(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Some(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => Some(f64::NEG_INFINITY),
        _ => None,
    }
}
