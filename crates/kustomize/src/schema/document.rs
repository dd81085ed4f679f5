//! An OpenAPI document of the user: what it says of types and of scopes.
//!
//! Takes the bytes of a JSON or YAML file; gives its definitions with the extensions that decide how patches merge. All
//! else in the document is passed over.

use std::collections::BTreeMap;

use compact_str::CompactString;
use manifest::parse_all;
use manifest::resolve::Dialect;
use manifest::value::{ReadValue, Value};
use text::TextId;

/// Why a file is no OpenAPI document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadOpenApi {
    /// It is neither YAML nor JSON.
    #[error(transparent)]
    Parse(#[from] manifest::ParseDocument),
    /// It has no value.
    #[error(transparent)]
    Value(#[from] ReadValue),
    /// A part of it is of another type than OpenAPI says.
    #[error("'{field}' is no {expected}")]
    MeetType {
        /// The field.
        field: String,
        /// What it should be.
        expected: &'static str,
    },
}

/// Group, version and kind.
pub(super) type KindName = (CompactString, CompactString, CompactString);

/// What a document says.
#[derive(Debug, Default)]
pub(super) struct Definitions {
    pub(super) types: BTreeMap<String, TypeSchema>,
    /// Whether the objects of a kind have a namespace.
    pub(super) scopes: BTreeMap<KindName, bool>,
}

/// One schema, with those that stand inside of it.
#[derive(Debug, Default)]
pub(super) struct TypeSchema {
    pub(super) kinds: Vec<KindName>,
    /// `$ref`: the schema at that place stands for this one.
    pub(super) reference: Option<String>,
    pub(super) properties: BTreeMap<String, TypeSchema>,
    pub(super) values: Option<Box<TypeSchema>>,
    /// `items` of what is of the type `array` and of no other.
    pub(super) items: Option<Box<TypeSchema>>,
    /// The keys of a list that merges; none of them where its items are scalars.
    pub(super) merge: Option<Vec<String>>,
}

/// Reads a document.
pub(super) fn read(bytes: &[u8]) -> Result<Definitions, ReadOpenApi> {
    let documents = parse_all(TextId(0), bytes)?;
    let Some(first) = documents.first() else { return Ok(Definitions::default()) };
    let document = Value::from_document(first, Dialect::GoYaml2)?;
    let mut definitions = Definitions::default();
    for (name, schema) in mapping(document.get("definitions"), "definitions")? {
        definitions.types.insert(text_of(name), TypeSchema::read(schema)?);
    }
    for (path, item) in mapping(document.get("paths"), "paths")? {
        let Some(name) = item.get("get").and_then(|get| get.get(KIND)).and_then(kind_name) else { continue };
        let is_namespaced = path.as_str().is_some_and(|path| path.contains("namespaces/{namespace}"));
        *definitions.scopes.entry(name).or_insert(false) |= is_namespaced;
    }
    Ok(definitions)
}

const KIND: &str = "x-kubernetes-group-version-kind";

impl TypeSchema {
    fn read(schema: &Value) -> Result<Self, ReadOpenApi> {
        if !matches!(schema, Value::Mapping(_)) {
            return Err(ReadOpenApi::MeetType { field: "schema".to_owned(), expected: "mapping" });
        }
        let mut read = Self { reference: text(schema, "$ref"), merge: merge(schema), ..Self::default() };
        for (name, property) in mapping(schema.get("properties"), "properties")? {
            read.properties.insert(text_of(name), Self::read(property)?);
        }
        if let Some(values @ Value::Mapping(_)) = schema.get("additionalProperties") {
            read.values = Some(Box::new(Self::read(values)?));
        }
        if let (true, Some(items @ Value::Mapping(_))) = (is_array(schema), schema.get("items")) {
            read.items = Some(Box::new(Self::read(items)?));
        }
        if let Some(Value::Sequence(kinds)) = schema.get(KIND) {
            read.kinds = kinds.iter().filter_map(kind_name).collect();
        }
        Ok(read)
    }
}

/// The entries of a mapping; none where it is missing.
fn mapping<'v>(value: Option<&'v Value>, field: &str) -> Result<&'v [(Value, Value)], ReadOpenApi> {
    match value {
        None | Some(Value::Null) => Ok(&[]),
        Some(Value::Mapping(entries)) => Ok(entries),
        Some(_) => Err(ReadOpenApi::MeetType { field: field.to_owned(), expected: "mapping" }),
    }
}

fn is_array(schema: &Value) -> bool {
    match schema.get("type") {
        Some(Value::String(name)) => name == "array",
        Some(Value::Sequence(names)) => matches!(names.as_slice(), [Value::String(name)] if name == "array"),
        _ => false,
    }
}

/// The keys that a list merges by: the list of them before the only one. Without the strategy nothing merges.
fn merge(schema: &Value) -> Option<Vec<String>> {
    let strategy = text(schema, "x-kubernetes-patch-strategy")?;
    if !strategy.split(',').any(|part| part == "merge") {
        return None;
    }
    match schema.get("x-kubernetes-list-map-keys") {
        Some(Value::Sequence(keys)) => Some(keys.iter().map(text_of).collect()),
        _ => Some(text(schema, "x-kubernetes-patch-merge-key").into_iter().collect()),
    }
}

fn kind_name(value: &Value) -> Option<KindName> {
    let part = |name: &str| value.get(name).and_then(Value::as_str);
    Some((part("group").unwrap_or_default().into(), part("version")?.into(), part("kind")?.into()))
}

fn text(value: &Value, field: &str) -> Option<String> {
    value.get(field).and_then(Value::as_str).map(str::to_owned)
}

fn text_of(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
