//! RoleBinding and ClusterRoleBinding of rbac v1alpha1 → v1: subjects name a group, not a version.

use manifest::NodeId;
use manifest::edit::Place;
use resource::GroupVersion;

use super::Refusal;
use super::draft::{Draft, string};

const RBAC: &str = "rbac.authorization.k8s.io";

pub(super) fn from_v1alpha1(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    let root = draft.root();
    for subject in draft.mappings(root, "subjects")? {
        let group = subject_group(draft, subject)?;
        everybody(draft, subject, group)?;
    }
    Ok(())
}

/// Turns `apiVersion` into `apiGroup`; gives whether the subject is of the rbac group.
fn subject_group(draft: &mut Draft<'_>, subject: NodeId) -> Result<bool, Refusal> {
    let Some(version) = draft.entry(subject, "apiVersion")? else { return Ok(true) };
    let text = draft.document().text(version.value).unwrap_or_default();
    let group = GroupVersion::parse(text).map_or("", |group_version| group_version.group);
    if group.is_empty() || draft.entry(subject, "apiGroup")?.is_some() {
        draft.remove(version);
    } else {
        draft.rename(version, "apiGroup");
        draft.set_text(version, group);
    }
    Ok(group == RBAC || text.is_empty())
}

/// v1alpha1 took the user `*` for everybody who is logged in.
fn everybody(draft: &mut Draft<'_>, subject: NodeId, is_rbac: bool) -> Result<(), Refusal> {
    let (Some(kind), Some(name)) = (draft.field(subject, "kind")?, draft.field(subject, "name")?) else {
        return Ok(());
    };
    let text = |node| draft.document().text(node);
    if is_rbac && text(kind.value) == Some("User") && text(name.value) == Some("*") {
        draft.note(name.value, "the user '*' of v1alpha1 is the group 'system:authenticated'");
        draft.set_text(kind, "Group");
        draft.set_text(name, "system:authenticated");
        if draft.entry(subject, "apiVersion")?.is_none() && draft.entry(subject, "apiGroup")?.is_none() {
            draft.insert(subject, Place::Last, "apiGroup", string(RBAC));
        }
    }
    Ok(())
}
