//! What `test` compares: JSON by its letters, objects by their keys.

use manifest::emit::json;
use manifest::mutable::{Data, Graph, NodeIndex};
use manifest::value::Value;
use manifest::{Document, NodeId, NodeKind};

/// A value to compare with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum TestValue {
    /// `null`
    Null,
    /// Any other scalar, as JSON writes it.
    Scalar(Box<str>),
    /// A list.
    Sequence(Vec<Self>),
    /// A map, each key once.
    Mapping(Vec<(Box<str>, Self)>),
}

/// A list with a null in it was compared, at which the original ends in a panic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct MeetNull;

impl TestValue {
    /// A node of a JSON document: scalars as they are written.
    pub(super) fn of_json(document: &Document<'_>, node: NodeId) -> Self {
        match document.node(node).kind {
            NodeKind::Sequence { .. } => Self::Sequence(
                document.items(node).iter().map(|item| Self::of_json(document, *item)).collect(),
            ),
            NodeKind::Mapping { .. } => {
                let mut entries: Vec<(Box<str>, Self)> = Vec::new();
                for entry in document.entries(node) {
                    let key: Box<str> = document.text(entry.key).unwrap_or_default().into();
                    let value = Self::of_json(document, entry.value);
                    entries.push((key, value));
                }
                Self::Mapping(last_of_each(entries))
            }
            NodeKind::Scalar { .. } | NodeKind::Alias { .. } => match document.raw(node) {
                b"null" => Self::Null,
                raw => Self::Scalar(String::from_utf8_lossy(raw).into()),
            },
        }
    }

    /// A value that Go's JSON printer prints.
    pub(super) fn of_value(value: &Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Sequence(items) => Self::Sequence(items.iter().map(Self::of_value).collect()),
            Value::Mapping(entries) => Self::Mapping(
                entries
                    .iter()
                    .map(|(key, value)| (key.as_str().unwrap_or_default().into(), Self::of_value(value)))
                    .collect(),
            ),
            scalar => Self::Scalar(json(scalar).unwrap_or_default().into()),
        }
    }

    /// Whether a node of an object has this value.
    pub(super) fn is_of<O: Copy>(&self, graph: &Graph<O>, node: NodeIndex) -> Result<bool, MeetNull> {
        match (self, &graph.node(node).data) {
            (Self::Null, _) => Ok(graph.is_null(node)),
            (Self::Scalar(text), Data::Scalar(_)) => {
                let value = graph.value_of(node).ok().and_then(|value| json(&value).ok());
                Ok(!graph.is_null(node) && value.as_deref() == Some(text))
            }
            (Self::Sequence(values), Data::Sequence(items)) => {
                if values.len() != items.len() {
                    return Ok(false);
                }
                for (value, item) in values.iter().zip(items) {
                    if graph.is_null(*item) || *value == Self::Null {
                        return Err(MeetNull);
                    }
                    if !value.is_of(graph, *item)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            (Self::Mapping(values), Data::Mapping(entries)) => {
                if values.len() != entries.len() {
                    return Ok(false);
                }
                for (key, value) in values {
                    let Some(own) = graph.get(node, key) else { return Ok(false) };
                    if !value.is_of(graph, own)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            (Self::Scalar(_) | Self::Sequence(_) | Self::Mapping(_), _) => Ok(false),
        }
    }
}

/// Of entries with one key the last counts.
fn last_of_each(entries: Vec<(Box<str>, TestValue)>) -> Vec<(Box<str>, TestValue)> {
    let mut entries = entries;
    entries.reverse();
    entries.sort_by(|one, other| one.0.cmp(&other.0));
    entries.dedup_by(|later, first| later.0 == first.0);
    entries
}
