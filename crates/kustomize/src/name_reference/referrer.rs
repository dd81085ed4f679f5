//! An object whose references are followed: what of it decides which objects they may mean.

use compact_str::CompactString;
use manifest::value::Value;

use super::FollowReference;
use super::affixes::Affixes;
use crate::identity::Id;
use crate::res_map::Slot;
use crate::resource::Resource;
use crate::schema::Schema;

/// What of a referrer decides which objects it may mean.
pub(super) struct Referrer {
    pub(super) slot: Slot,
    /// The namespace that it was in before any of its references was followed.
    pub(super) reach: CompactString,
    pub(super) id: Id,
    pub(super) affixes: Affixes,
    /// What stands as namespaces of service accounts in a role binding.
    pub(super) account_namespaces: Vec<CompactString>,
}

impl Referrer {
    /// An object as it is before any of its references is followed.
    pub(super) fn of<O: Copy>(
        resource: &Resource<O>,
        slot: Slot,
        schema: &Schema,
    ) -> Result<Self, FollowReference> {
        confirm_version(resource)?;
        let id = resource.current_id(schema);
        let account_namespaces =
            if id.is_cluster_scoped { Vec::new() } else { account_namespaces(resource, &id)? };
        let reach = id.effective_namespace().into();
        Ok(Self { slot, reach, id, affixes: Affixes::of(resource), account_namespaces })
    }
}

/// An `apiVersion` that begins with a slash is read without it, at which the original stumbles.
fn confirm_version<O: Copy>(resource: &Resource<O>) -> Result<(), FollowReference> {
    let graph = resource.graph();
    let written = graph.get(graph.root(), "apiVersion").map_or("", |node| graph.text(node));
    if !written.starts_with('/') {
        return Ok(());
    }
    let read = resource.gvk().api_version();
    Err(FollowReference::ReadVersion { written: written.to_owned(), read })
}

/// What stands as namespaces of service accounts among the subjects of a role binding: it may mean objects there.
fn account_namespaces<O: Copy>(
    resource: &Resource<O>,
    id: &Id,
) -> Result<Vec<CompactString>, FollowReference> {
    if resource.kind() != "RoleBinding" {
        return Ok(Vec::new());
    }
    let graph = resource.graph();
    let Some(subjects) = graph.get(graph.root(), "subjects") else { return Ok(Vec::new()) };
    let mut namespaces = Vec::new();
    for subject in graph.items(subjects) {
        if !graph.is_mapping(*subject) {
            return Err(FollowReference::ReadSubject { id: Box::new(id.clone()) });
        }
        let text = |field: &str| {
            let node = graph.get(*subject, field)?;
            Some(graph.value_of(node).ok().and_then(|value| match value {
                Value::String(text) => Some(CompactString::from(text)),
                _ => None,
            }))
        };
        let (Some(namespace), Some(kind)) = (text("namespace"), text("kind")) else { continue };
        let Some(kind) = kind else { return Err(FollowReference::ReadSubject { id: Box::new(id.clone()) }) };
        if kind != "ServiceAccount" {
            continue;
        }
        let Some(namespace) = namespace else {
            return Err(FollowReference::LeaveNamespaceBlank { id: Box::new(id.clone()) });
        };
        namespaces.push(namespace);
    }
    namespaces.sort_unstable();
    namespaces.dedup();
    Ok(namespaces)
}
