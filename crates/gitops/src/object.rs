//! One object that a unit renders, as text.
//!
//! What is made of decrypted values stands as `***` in all that may be told. The clear text is for values and variables of other units, for comparing, for
//! tracing, and for whoever judges it and tells nothing of it.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use manifest::resolve::Dialect;
use manifest::value::Value;
use text::TextId;

use crate::mask::{self, Masked};

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
    /// Its YAML, without a separator; `***` stands for what is made of decrypted values, here and in what it is called.
    pub text: Arc<str>,
    /// The APIs of custom resources that it installs, as `group/version` and `group/version/Kind`.
    pub(crate) installs: Vec<String>,
    /// What it is in the cluster; none if nothing of it is masked.
    pub(crate) clear: Option<Arc<ClearObject>>,
}

/// An object with all that nobody may see.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct ClearObject {
    id: ObjectId,
    text: Arc<str>,
    masked: Masked,
    /// The sensitive ranges of the text.
    sensitive: Vec<Range<u32>>,
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

impl fmt::Debug for ClearObject {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(mask::MASK)
    }
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
            let installs = installed(&document, object.node, &id);
            found.push(Self { id, api_version, text, installs, clear: None });
        }
        let is_list = document.text_at(root, &["kind"]).is_some_and(|kind| kind.ends_with("List"));
        if found.is_empty() && !is_list && !document.entries(root).is_empty() {
            return Err(ReadObject::FindKind);
        }
        Ok(found)
    }

    /// The objects of a text of which some ranges are sensitive.
    pub(crate) fn all_masked(text: &str, sensitive: &[Range<u32>]) -> Result<Vec<Self>, ReadObject> {
        let objects = Self::all_of(text)?;
        if sensitive.is_empty() {
            return Ok(objects);
        }
        // An item of a list was printed anew, so that nobody knows where its sensitive bytes stand.
        let masked = |object: Self| match &*object.text == text {
            true => object.masked(sensitive.to_vec()),
            false => {
                let all = mask::all_values(&object.text);
                object.masked(all)
            }
        };
        objects.into_iter().map(masked).collect()
    }

    fn masked(self, sensitive: Vec<Range<u32>>) -> Result<Self, ReadObject> {
        let masked = Masked::new(&self.text, &sensitive);
        let shown = Self::all_of(&masked.text)?.into_iter().next().ok_or(ReadObject::FindKind)?;
        let clear = ClearObject { id: self.id, text: self.text, masked, sensitive };
        Ok(Self { clear: Some(Arc::new(clear)), ..shown })
    }

    /// Whether something of it is masked.
    #[must_use]
    pub fn is_masked(&self) -> bool {
        self.clear.is_some()
    }

    /// Its YAML as it is in the cluster.
    pub(crate) fn clear_text(&self) -> &Arc<str> {
        self.clear.as_ref().map_or(&self.text, |clear| &clear.text)
    }

    /// What it is called in the cluster.
    pub(crate) fn clear_id(&self) -> &ObjectId {
        self.clear.as_ref().map_or(&self.id, |clear| &clear.id)
    }

    /// The sensitive ranges of the clear text.
    pub(crate) fn sensitive(&self) -> &[Range<u32>] {
        self.clear.as_ref().map_or(&[], |clear| &clear.sensitive)
    }

    /// Its YAML as it is in the cluster, with all that nobody may see. For judging and for comparing alone: no part of it may be told or kept.
    #[must_use]
    pub fn exposed_text(&self) -> &str {
        self.clear_text()
    }

    /// The range of the exposed text that a range of the text stands for.
    #[must_use]
    pub fn to_clear(&self, range: Range<u32>) -> Range<u32> {
        self.clear.as_ref().map_or(range.clone(), |clear| clear.masked.to_clear(&range))
    }

    /// The range of the text that stands for a range of the exposed text.
    #[must_use]
    pub fn to_shown(&self, range: Range<u32>) -> Range<u32> {
        self.clear.as_ref().map_or(range.clone(), |clear| clear.masked.to_shown(&range))
    }

    /// The same object without what is masked, as if it were all.
    pub(crate) fn shown(&self) -> Self {
        Self { clear: None, ..self.clone() }
    }

    /// The same object with nothing masked. It must not leave this crate.
    pub(crate) fn as_clear(&self) -> Self {
        let (id, text) = (self.clear_id().clone(), Arc::clone(self.clear_text()));
        let (api_version, installs) = (self.api_version.clone(), self.installs.clone());
        Self { id, text, api_version, installs, clear: None }
    }

    /// Its value, with nothing masked.
    pub(crate) fn value(&self) -> Result<Value, ReadObject> {
        let text = self.clear_text();
        let document = manifest::parse(TextId(0), text.as_bytes(), 0..text.len(), None)?;
        Ok(Value::from_document(&document, Dialect::GoYaml2)?)
    }

    /// Whether it is of an API group and a kind.
    pub(crate) fn is(&self, group: &str, kind: &str) -> bool {
        self.id.group == group && self.id.kind == kind
    }
}

/// The APIs that an object installs, if it defines custom resources.
fn installed(document: &manifest::Document<'_>, node: manifest::NodeId, id: &ObjectId) -> Vec<String> {
    if id.group != "apiextensions.k8s.io" || id.kind != "CustomResourceDefinition" {
        return Vec::new();
    }
    let text = |path: &[&str]| document.text_at(node, path).unwrap_or_default();
    let (group, kind) = (text(&["spec", "group"]), text(&["spec", "names", "kind"]));
    let versions = document.at(node, &["spec", "versions"]);
    let versions = versions.map_or(&[][..], |versions| document.items(versions));
    let is_served = |version: &&manifest::NodeId| document.text_at(**version, &["served"]) != Some("false");
    let served =
        versions.iter().filter(is_served).filter_map(|version| document.text_at(*version, &["name"]));
    // Definitions of `v1beta1` may say one version alone.
    let served = served.chain([text(&["spec", "version"])]).filter(|version| !version.is_empty());
    served.flat_map(|version| [format!("{group}/{version}"), format!("{group}/{version}/{kind}")]).collect()
}

fn printed(document: &manifest::Document<'_>, node: manifest::NodeId) -> Result<String, ReadObject> {
    let value = Value::from_node(document, node, Dialect::GoYaml2)?;
    manifest::emit::marshal_as_kubectl(&value).map_err(|_| ReadObject::FindKind)
}
