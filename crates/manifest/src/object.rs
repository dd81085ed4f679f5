//! The Kubernetes objects of a document: its root, or the items of a `List` at any depth.

use resource::{GroupVersion, GroupVersionKind};

use crate::limits::LIST_DEPTH_MAX;
use crate::{Document, NodeId};

/// A mapping with an `apiVersion` and a `kind`.
#[derive(Debug, Clone, Copy)]
pub struct Object<'d> {
    /// The mapping.
    pub node: NodeId,
    /// What it says it is.
    pub gvk: GroupVersionKind<'d>,
    /// The scalar that says `apiVersion`. For items of a typed list that leave it out, the list's.
    pub api_version: NodeId,
    /// The scalar that says `kind`. For items of a typed list that leave it out, the list's.
    pub kind: NodeId,
}

/// The objects of `document` in the order of the text: the root if it has an `apiVersion` and a `kind`,
/// and in place of a list its items, nested ones included. Items of a typed list (`PodDisruptionBudgetList`)
/// may leave out what the list says. Nodes that are opaque or whose `apiVersion` or `kind` is, are left out.
#[must_use]
pub fn objects<'d>(document: &'d Document<'_>) -> Vec<Object<'d>> {
    let mut found = Vec::new();
    if let Some(root) = document.root() {
        collect(document, root, None, LIST_DEPTH_MAX, &mut found);
    }
    found
}

fn collect<'d>(
    document: &'d Document<'_>,
    node: NodeId,
    list: Option<Object<'d>>,
    depth_left: usize,
    found: &mut Vec<Object<'d>>,
) {
    let node = document.dereference(node);
    let Some(object) = object_at(document, node, list) else { return };
    let items = document.get(node, "items").filter(|items| document.is_sequence(*items));
    match items {
        Some(items) if object.gvk.kind.ends_with("List") && depth_left > 0 => {
            let item_type = item_type_of(object);
            for item in document.items(items) {
                collect(document, *item, item_type, depth_left - 1, found);
            }
        }
        _ => found.push(object),
    }
}

fn object_at<'d>(document: &'d Document<'_>, node: NodeId, list: Option<Object<'d>>) -> Option<Object<'d>> {
    let api_version = document.get(node, "apiVersion");
    let kind = document.get(node, "kind");
    let (api_version, kind, kind_text) = match (api_version, kind, list) {
        (Some(api_version), Some(kind), _) => (api_version, kind, document.text(kind)?),
        (None, None, Some(list)) if document.is_mapping(node) => (list.api_version, list.kind, list.gvk.kind),
        _ => return None,
    };
    if document.is_opaque(api_version) || document.is_opaque(kind) {
        return None;
    }
    let group_version = GroupVersion::parse(document.text(api_version)?)?;
    (!kind_text.is_empty()).then(|| Object {
        node,
        gvk: group_version.with_kind(kind_text),
        api_version,
        kind,
    })
}

/// What the items of a typed list are; none for `v1/List`, whose items say it themselves.
fn item_type_of(list: Object<'_>) -> Option<Object<'_>> {
    let kind = list.gvk.kind.strip_suffix("List").filter(|kind| !kind.is_empty())?;
    Some(Object { gvk: GroupVersionKind { kind, ..list.gvk }, ..list })
}
