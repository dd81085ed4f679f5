//! References that say `apiVersion` and `kind`, wherever they stand in an object.

use manifest::{Document, NodeId};
use resource::GroupVersion;

use super::dead::{Dead, dead_version};
use crate::{Context, Finding, Fix, FixAction, Meta, Subject};

/// What a reference is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// What an autoscaler or a roll-out acts on.
    ScaleTarget,
    /// Who owns the object.
    Owner,
    /// Anything else.
    Other,
}

/// A reference to a version that is dead.
pub(crate) struct DeadReference {
    role: Role,
    /// Whether it is a whole object within the object, which somebody applies.
    pub(crate) is_object: bool,
    api_version: NodeId,
    kind: NodeId,
    dead: Dead,
}

/// Keys below which nothing is a reference of the object's author: text, and what the cluster writes.
const NOT_OURS: [&str; 6] = ["data", "stringData", "binaryData", "status", "managedFields", "annotations"];

/// The dead references of an object that have a role.
pub(crate) fn dead_references(
    context: &Context<'_>,
    subject: &Subject<'_>,
    role: Role,
) -> Vec<DeadReference> {
    let Some(object) = subject.object.filter(|object| object.gvk.kind != "ControllerRevision") else {
        return Vec::new();
    };
    let document = subject.document;
    let within = document.node_ids_within(object.node);
    let references = within.filter(|node| document.is_mapping(*node)).filter_map(|node| {
        let reference = reference_at(context, document, node)?;
        (role_of(document, object.node, node)? == role).then_some(DeadReference { role, ..reference })
    });
    references.collect()
}

fn reference_at(context: &Context<'_>, document: &Document<'_>, node: NodeId) -> Option<DeadReference> {
    let (api_version, kind) = (document.get(node, "apiVersion")?, document.get(node, "kind")?);
    if document.is_opaque(api_version) || document.is_opaque(kind) {
        return None;
    }
    let group_version = GroupVersion::parse(document.text(api_version)?)?;
    let dead = dead_version(context, group_version.with_kind(document.text(kind)?))?;
    let is_object = document.get(node, "metadata").is_some() || document.get(node, "spec").is_some();
    Some(DeadReference { role: Role::Other, is_object, api_version, kind, dead })
}

/// What the keys above a mapping make of it; none where it is not the author's.
fn role_of(document: &Document<'_>, object: NodeId, node: NodeId) -> Option<Role> {
    let mut role = None;
    let mut current = node;
    while current != object {
        if let Some(key) = document.entry_of(current).and_then(|entry| document.text(entry.key)) {
            if NOT_OURS.contains(&key) {
                return None;
            }
            role = role.or(Some(match key {
                "scaleTargetRef" | "targetRef" | "autoscalerRef" | "workloadRef" => Role::ScaleTarget,
                "ownerReferences" => Role::Owner,
                _ => Role::Other,
            }));
        }
        current = document.node(current).parent?;
    }
    role
}

impl DeadReference {
    /// The finding of `check` about it.
    pub(crate) fn finding(self, subject: &Subject<'_>, check: &'static Meta) -> Finding {
        let Self { role, is_object, api_version, kind, dead } = self;
        let document = subject.document;
        let text = |node| document.text(node).unwrap_or_default();
        let verb = match (role, is_object) {
            (_, true) => "holds",
            (Role::ScaleTarget, false) => "scales",
            (Role::Owner, false) => "is owned by",
            (Role::Other, false) => "refers to",
        };
        let message = format!(
            "{} {verb} {}/{}, which is {}",
            subject.title(),
            text(api_version),
            text(kind),
            dead.phrase
        );
        let mut finding = subject.finding(check, api_version, message);
        finding.minor = dead.minor;
        finding.remedy = dead.remedy();
        let same_kind = dead.now.filter(|now| now.kind == text(kind) && !is_object);
        finding.fix = same_kind.map(|now| Fix {
            action: FixAction::ReplaceScalar { text: now.group_version().to_string() },
            safety: dead.safety,
        });
        finding
    }
}
