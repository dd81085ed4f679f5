//! `reference-gatekeeper`: a Gatekeeper constraint that matches a group or version that is gone.

use std::collections::BTreeSet;

use manifest::NodeId;
use resource::GroupVersionKind;

use super::dead::{Dead, dead_kind, dead_version};
use crate::walk::nodes_at;
use crate::{Check, Confidence, Context, Fix, FixAction, Meta, Safety, Severity, Sink, Subject};

/// The check.
#[derive(Debug)]
pub(crate) struct ReferenceGatekeeper;

static META: Meta = Meta {
    id: "reference-gatekeeper",
    title: "Gatekeeper match for a group or version that is gone",
    severity: Severity::Silent,
    confidence: Confidence::High,
    first: None,
    last: None,
    what: "Finds matches of Gatekeeper constraints and mutations that name a kind in a group that no longer has it, \
           and synchronised kinds in versions that are not served at the target.",
    why: "The constraint matches nothing in the group any more: what it forbade is allowed. A synchronised kind that \
          is gone keeps the audit from becoming ready.",
    remedy: "Add the new group next to the old one; name the version that is served.",
    example: "apiVersion: constraints.gatekeeper.sh/v1beta1\nkind: K8sHttpsOnly\nmetadata:\n  name: https-only\nspec:\n  match:\n    kinds:\n    - apiGroups: [extensions]\n      kinds: [Ingress]\n",
    fixed: "apiVersion: constraints.gatekeeper.sh/v1beta1\nkind: K8sHttpsOnly\nmetadata:\n  name: https-only\nspec:\n  match:\n    kinds:\n    - apiGroups: [extensions, networking.k8s.io]\n      kinds: [Ingress]\n",
    fix_safety: "Inserts the new group after the old one, or writes the version that is served.",
    rows: &[],
    links: &["https://open-policy-agent.github.io/gatekeeper/website/docs/howto/#the-match-field"],
    triggers: &["gatekeeper.sh/"],
};

/// Lists of groups and kinds: the path, and the key of the groups.
const MATCHES: [(&[&str], &str); 2] =
    [(&["spec", "match", "kinds", "*"], "apiGroups"), (&["spec", "applyTo", "*"], "groups")];

/// Single kinds that are kept in the cache.
const SYNCHRONISED: [&[&str]; 2] = [&["spec", "sync", "syncOnly", "*"], &["spec", "gvks", "*"]];

impl Check for ReferenceGatekeeper {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn object(&self, context: &Context<'_>, subject: &Subject<'_>, sink: &mut Sink) {
        if subject.object.is_none_or(|object| !object.gvk.group.ends_with("gatekeeper.sh")) {
            return;
        }
        for (path, groups_key) in MATCHES {
            for node in nodes_at(subject.document, subject.node, path) {
                matched(context, subject, (node, groups_key), sink);
            }
        }
        for path in SYNCHRONISED {
            for node in nodes_at(subject.document, subject.node, path) {
                synchronised(context, subject, node, sink);
            }
        }
    }
}

fn matched(
    context: &Context<'_>,
    subject: &Subject<'_>,
    (node, groups_key): (NodeId, &str),
    sink: &mut Sink,
) {
    let document = subject.document;
    let texts = |key: &str| -> Vec<(NodeId, &str)> {
        let items = nodes_at(document, node, &[key, "*"]).into_iter();
        items
            .filter(|item| !document.is_opaque(*item))
            .filter_map(|item| Some((item, document.text(item)?)))
            .collect()
    };
    let groups = texts(groups_key);
    let kinds = texts("kinds");
    for (group_node, group) in &groups {
        let is_new =
            |now: &str| now != *group && !groups.iter().any(|(_, other)| *other == now || *other == "*");
        let moved: Vec<(&str, Dead)> = kinds
            .iter()
            .filter_map(|(_, kind)| Some((*kind, dead_kind(context, group, kind)?)))
            .filter(|(_, dead)| dead.now.is_some_and(|now| is_new(now.group)))
            .collect();
        let Some((kind, first)) = moved.first() else { continue };
        let message =
            format!("{} matches {kind} in the group {group}, where it is {}", subject.title(), first.phrase);
        let mut finding = subject.finding(&META, *group_node, message);
        finding.minor = first.minor;
        let new: BTreeSet<&str> =
            moved.iter().filter_map(|(_, dead)| dead.now).map(|now| now.group).collect();
        let texts: Vec<String> = new.into_iter().map(str::to_owned).collect();
        finding.remedy = format!("add {} next to {group}", texts.join(" and "));
        finding.fix = Some(Fix { action: FixAction::InsertItems { texts }, safety: Safety::Safe });
        sink.report(finding);
    }
}

fn synchronised(context: &Context<'_>, subject: &Subject<'_>, node: NodeId, sink: &mut Sink) {
    let document = subject.document;
    let text = |key| document.text_at(node, &[key]);
    let (Some(version_node), Some(version), Some(kind)) =
        (document.get(node, "version"), text("version"), text("kind"))
    else {
        return;
    };
    let gvk = GroupVersionKind { group: text("group").unwrap_or_default(), version, kind };
    let Some(dead) = dead_version(context, gvk) else { return };
    let message = format!("{} keeps {gvk} in its cache, which is {}", subject.title(), dead.phrase);
    let mut finding = subject.finding(&META, version_node, message);
    finding.minor = dead.minor;
    finding.remedy = dead.remedy();
    let same = dead.now.filter(|now| now.group == gvk.group && now.kind == gvk.kind);
    finding.fix = same.map(|now| Fix {
        action: FixAction::ReplaceScalar { text: now.version.to_owned() },
        safety: dead.safety,
    });
    sink.report(finding);
}
