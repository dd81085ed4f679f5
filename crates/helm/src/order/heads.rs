//! What Helm reads of a manifest: its kind, its name, its annotations.

use std::collections::BTreeMap;

use manifest::Document;
use manifest::resolve::Dialect;
use manifest::value::{ReadValue, Value, is_plain};
use text::TextId;

use crate::chart::{found, scalar_text};

/// The head of a manifest.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Head {
    /// `apiVersion`.
    pub api_version: String,
    /// `kind`.
    pub kind: String,
    /// `metadata.name`.
    pub name: String,
    /// `metadata.annotations`.
    pub annotations: BTreeMap<String, String>,
}

/// Why a manifest has no head.
#[derive(Debug, thiserror::Error)]
pub enum ReadHead {
    /// It is no YAML.
    #[error("error converting YAML to JSON: {0}")]
    Parse(String),
    /// A value in it is refused by its reader.
    #[error("error converting YAML to JSON")]
    Read(#[from] ReadValue),
    /// A part of the head is of the wrong type.
    #[error(
        "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal {found} into Go {place} of type {wanted}"
    )]
    Decode {
        /// What was found.
        found: &'static str,
        /// Where.
        place: String,
        /// The Go type.
        wanted: &'static str,
    },
}

impl Head {
    /// Reads the first document of a manifest; what stands behind it is overlooked, as in Helm.
    pub(super) fn read(manifest: &str) -> Result<Self, ReadHead> {
        let bytes = manifest.as_bytes();
        let document = manifest::parse_first(TextId(u32::MAX), bytes, 0..bytes.len())
            .map_err(|error| ReadHead::Parse(crate::words::of_yaml(bytes, &error)))?;
        let value = value(&document)?;
        let mut head = Self::default();
        let Some(entries) = mapping(&value, "value", "util.SimpleHead")? else { return Ok(head) };
        for (key, value) in entries {
            match key.as_str() {
                Some("apiVersion") => head.api_version = text(value, "struct field SimpleHead.apiVersion")?,
                Some("kind") => head.kind = text(value, "struct field SimpleHead.kind")?,
                Some("metadata") => head.metadata(value)?,
                _ => {}
            }
        }
        Ok(head)
    }

    fn metadata(&mut self, value: &Value) -> Result<(), ReadHead> {
        let wanted = "struct { Name string \"json:\\\"name\\\"\"; Annotations map[string]string \"json:\\\"annotations\\\"\" }";
        let entries = mapping(value, "struct field SimpleHead.metadata", wanted)?.unwrap_or_default();
        for (key, value) in entries {
            match key.as_str() {
                Some("name") => self.name = text(value, "struct field .metadata.name")?,
                Some("annotations") => {
                    let place = "struct field .metadata.annotations";
                    let entries = mapping(value, place, "map[string]string")?.unwrap_or_default();
                    for (key, value) in entries {
                        let key = manifest::value::json_key(key.clone()).unwrap_or_default();
                        self.annotations.insert(key, text(value, place)?);
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// What of a document says what it is. A document that could be refused for something else in it is read as a whole.
fn value(document: &Document<'_>) -> Result<Value, ReadValue> {
    let plain = document.root().filter(|root| document.is_mapping(*root) && is_plain(document));
    let Some(root) = plain else { return Value::from_document(document, Dialect::GoYaml2) };
    let entry = |key: &str| {
        let node = document.get(root, key)?;
        Some(Value::from_node(document, node, Dialect::GoYaml2).map(|value| (Value::from(key), value)))
    };
    ["apiVersion", "kind", "metadata"]
        .into_iter()
        .filter_map(entry)
        .collect::<Result<_, _>>()
        .map(Value::Mapping)
}

fn mapping<'v>(
    value: &'v Value,
    place: &str,
    wanted: &'static str,
) -> Result<Option<&'v [(Value, Value)]>, ReadHead> {
    match value {
        Value::Null => Ok(None),
        Value::Mapping(entries) => Ok(Some(entries)),
        other => Err(ReadHead::Decode { found: found(other), place: place.to_owned(), wanted }),
    }
}

/// A text; what is another scalar has become one on its way.
fn text(value: &Value, place: &str) -> Result<String, ReadHead> {
    match value {
        Value::Null => Ok(String::new()),
        other => scalar_text(other).ok_or_else(|| ReadHead::Decode {
            found: found(other),
            place: place.to_owned(),
            wanted: "string",
        }),
    }
}
