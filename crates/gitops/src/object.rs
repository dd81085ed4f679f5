//! One object that a unit renders, as text.

use std::fmt;
use std::sync::Arc;

use manifest::resolve::Dialect;
use manifest::value::Value;
use text::TextId;

/// What an object is called in its cluster.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId {
    /// The API group; empty for the core.
    pub group: String,
    /// The kind.
    pub kind: String,
    /// The namespace as written; empty if it says none.
    pub namespace: String,
    /// The name.
    pub name: String,
}

/// An object as a controller would apply it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenderedObject {
    /// What it is called.
    pub id: ObjectId,
    /// Its `apiVersion`.
    pub api_version: String,
    /// Its YAML, without a separator.
    pub text: Arc<str>,
}

/// A text that is no object.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ReadObject {
    #[error("what was rendered is no YAML")]
    Parse(#[from] manifest::ParseDocument),
    #[error("what was rendered has a value without a meaning")]
    Value(#[from] manifest::value::ReadValue),
    #[error("what was rendered has no apiVersion or no kind")]
    FindKind,
}

impl fmt::Display for ObjectId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, namespace, name, .. } = self;
        match namespace.as_str() {
            "" => write!(formatter, "{kind} {name}"),
            namespace => write!(formatter, "{kind} {namespace}/{name}"),
        }
    }
}

impl RenderedObject {
    /// The objects of a text of one document: itself, or the items of a list.
    pub(crate) fn all_of(text: &str) -> Result<Vec<Self>, ReadObject> {
        let document = manifest::parse(TextId(0), text.as_bytes(), 0..text.len(), None)?;
        let Some(root) = document.root() else { return Ok(Vec::new()) };
        let objects = manifest::objects(&document);
        let mut found = Vec::with_capacity(objects.len());
        for object in objects {
            let at = |path: &[&str]| document.text_at(object.node, path).unwrap_or_default().to_owned();
            let id = ObjectId {
                group: object.gvk.group.to_owned(),
                kind: object.gvk.kind.to_owned(),
                namespace: at(&["metadata", "namespace"]),
                name: at(&["metadata", "name"]),
            };
            let api_version = document.text(object.api_version).unwrap_or_default().to_owned();
            let text =
                if object.node == root { text.into() } else { printed(&document, object.node)?.into() };
            found.push(Self { id, api_version, text });
        }
        let is_list = document.text_at(root, &["kind"]).is_some_and(|kind| kind.ends_with("List"));
        if found.is_empty() && !is_list && !document.entries(root).is_empty() {
            return Err(ReadObject::FindKind);
        }
        Ok(found)
    }

    /// Its value.
    pub(crate) fn value(&self) -> Result<Value, ReadObject> {
        let document = manifest::parse(TextId(0), self.text.as_bytes(), 0..self.text.len(), None)?;
        Ok(Value::from_document(&document, Dialect::GoYaml2)?)
    }

    /// Whether it is of an API group and a kind.
    pub(crate) fn is(&self, group: &str, kind: &str) -> bool {
        self.id.group == group && self.id.kind == kind
    }
}

fn printed(document: &manifest::Document<'_>, node: manifest::NodeId) -> Result<String, ReadObject> {
    let value = Value::from_node(document, node, Dialect::GoYaml2)?;
    manifest::emit::marshal_as_kubectl(&value).map_err(|_| ReadObject::FindKind)
}
