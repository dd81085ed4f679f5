//! A document as SOPS sees it: branches of keys and values in their order, comments among them.
//!
//! The MAC and the key paths of the values depend on exactly this order and shape, whatever the format was. Values know the
//! span that they stand at and whether they were decrypted. Knows no format.

use text::Span;

use crate::Clear;

/// Keys and values in their order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Branch {
    pub(crate) items: Vec<Item>,
}

/// One step of a branch.
#[derive(Debug, Clone)]
pub(crate) enum Item {
    Comment(Comment),
    Entry(Entry),
}

/// A comment without its sign.
#[derive(Debug, Clone)]
pub(crate) struct Comment {
    pub(crate) text: Clear,
    /// Whether it stands behind a value on the same line.
    pub(crate) is_inline: bool,
}

/// A key with its value.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) key: Key,
    pub(crate) key_span: Span,
    pub(crate) value: Value,
}

/// A key. SOPS walks no other than texts, and says so only when it comes there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Key {
    Text(String),
    /// A key of another type, which one.
    Other(&'static str),
}

/// A value and where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Value {
    pub(crate) data: Data,
    pub(crate) span: Span,
    /// First byte of the alias that brought it.
    pub(crate) alias: Option<u32>,
    pub(crate) is_decrypted: bool,
}

/// What a value is.
#[derive(Debug, Clone)]
pub(crate) enum Data {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    /// A point in time, in Go's RFC 3339 with as many digits of a second as are needed.
    Time(String),
    Text(Clear),
    /// A comment between the items of a list.
    Comment(Comment),
    Branch(Branch),
    List(Vec<Value>),
}

impl Value {
    pub(crate) fn new(data: Data, span: Span) -> Self {
        Self { data, span, alias: None, is_decrypted: false }
    }

    /// The text, if it is one in UTF-8.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.data {
            Data::Text(text) => text.expose_text(),
            _ => None,
        }
    }
}

impl Data {
    /// What it is, in Go's words for its types.
    pub(crate) fn type_name(&self) -> &'static str {
        match self {
            Self::Null => "nil",
            Self::Bool(_) => "bool",
            Self::Int(_) => "int",
            Self::Float(_) => "float64",
            Self::Time(_) => "time.Time",
            Self::Text(_) => "string",
            Self::Comment(_) => "comment",
            Self::Branch(_) => "mapping",
            Self::List(_) => "list",
        }
    }
}

impl Branch {
    /// The entries, comments left out.
    pub(crate) fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.items.iter().filter_map(|item| match item {
            Item::Entry(entry) => Some(entry),
            Item::Comment(_) => None,
        })
    }

    /// The value of the last entry of `key`, the one that counts where a Go map is made of the branch.
    pub(crate) fn get(&self, key: &str) -> Option<&Value> {
        self.entries().filter(|entry| entry.key.as_text() == Some(key)).last().map(|entry| &entry.value)
    }

    pub(crate) fn push(&mut self, key: impl Into<String>, key_span: Span, value: Value) {
        self.items.push(Item::Entry(Entry { key: Key::Text(key.into()), key_span, value }));
    }

    pub(crate) fn push_comment(&mut self, text: Clear, is_inline: bool) {
        self.items.push(Item::Comment(Comment { text, is_inline }));
    }

    /// Takes out the entries whose keys `is_wanted`, in their order.
    pub(crate) fn take(&mut self, is_wanted: impl Fn(&str) -> bool) -> Vec<Entry> {
        let mut taken = Vec::new();
        for item in std::mem::take(&mut self.items) {
            match item {
                Item::Entry(entry) if entry.key.as_text().is_some_and(&is_wanted) => taken.push(entry),
                other => self.items.push(other),
            }
        }
        taken
    }
}

impl Key {
    pub(crate) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Other(_) => None,
        }
    }
}
