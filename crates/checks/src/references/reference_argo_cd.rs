//! `reference-argo-cd`: an Argo CD setting for a kind in a group that no longer has it.

use manifest::{Document, NodeId};
use text::TextId;

use super::dead::{self, Dead, dead_kind};
use crate::walk::nodes_at;
use crate::{Check, Confidence, Context, Finding, Fix, FixAction, Meta, Severity, Sink, Subject};

/// The check.
#[derive(Debug)]
pub(crate) struct ReferenceArgoCd;

static META: Meta = Meta {
    id: "reference-argo-cd",
    title: "Argo CD setting for a group that no longer has the kind",
    severity: Severity::Silent,
    confidence: Confidence::High,
    first: None,
    last: None,
    what: "Finds `ignoreDifferences` of applications and application sets, allow and deny lists of projects, and \
           `resource.customizations`, `resource.exclusions` and `resource.inclusions` in Argo CD's ConfigMap, that name a \
           kind in a group which does not have it at the target.",
    why: "The setting no longer applies to the objects, which are of the new group: differences that were ignored are \
          reverted by the next sync, a denied kind is allowed, a health check is not run.",
    remedy: "Name the group that the kind is in now.",
    example: "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  name: web\nspec:\n  ignoreDifferences:\n  - group: extensions\n    kind: Ingress\n    jsonPointers: [/spec/rules]\n",
    fixed: "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  name: web\nspec:\n  ignoreDifferences:\n  - group: networking.k8s.io\n    kind: Ingress\n    jsonPointers: [/spec/rules]\n",
    fix_safety: "Writes the new group, or renames the key. Safe where every cluster serves the kind in it already.",
    rows: &[],
    links: &["https://argo-cd.readthedocs.io/en/stable/user-guide/diffing/"],
    triggers: &[],
};

/// Where mappings with `group` and `kind` stand in Argo CD's own objects.
const SELECTORS: [&[&str]; 7] = [
    &["spec", "ignoreDifferences", "*"],
    &["spec", "template", "spec", "ignoreDifferences", "*"],
    &["spec", "clusterResourceWhitelist", "*"],
    &["spec", "clusterResourceBlacklist", "*"],
    &["spec", "namespaceResourceWhitelist", "*"],
    &["spec", "namespaceResourceBlacklist", "*"],
    &["spec", "orphanedResources", "ignore", "*"],
];

/// The text id of a ConfigMap's string while it is looked at; its spans are carried back at once.
const STRING: TextId = TextId(u32::MAX);

impl Check for ReferenceArgoCd {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn triggers(&self) -> Vec<&'static str> {
        dead::words().to_vec()
    }

    fn object(&self, context: &Context<'_>, subject: &Subject<'_>, sink: &mut Sink) {
        let Some(object) = subject.object else { return };
        match (object.gvk.group, object.gvk.kind) {
            ("argoproj.io", "Application" | "ApplicationSet" | "AppProject") => {
                selectors(context, subject, sink)
            }
            ("", "ConfigMap") => settings(context, subject, sink),
            _ => {}
        }
    }
}

fn selectors(context: &Context<'_>, subject: &Subject<'_>, sink: &mut Sink) {
    let document = subject.document;
    for node in SELECTORS.iter().flat_map(|path| nodes_at(document, subject.node, path)) {
        let (Some(group), Some(kind)) = (document.get(node, "group"), document.text_at(node, &["kind"]))
        else {
            continue;
        };
        let Some(group_text) = document.text(group).filter(|_| !document.is_opaque(group)) else { continue };
        let Some((dead, now)) = moved(context, group_text, kind) else { continue };
        let mut finding = found(subject, group, (group_text, kind), &dead);
        finding.fix =
            Some(Fix { action: FixAction::ReplaceScalar { text: now.to_owned() }, safety: dead.safety });
        sink.report(finding);
    }
}

/// Keys such as `resource.customizations.health.extensions_Ingress`, and strings that hold groups and kinds.
fn settings(context: &Context<'_>, subject: &Subject<'_>, sink: &mut Sink) {
    let document = subject.document;
    let Some(data) = document.get(subject.node, "data") else { return };
    for entry in document.entries(data) {
        let Some(key) = document.text(entry.key) else { continue };
        match key {
            "resource.customizations" | "resource.exclusions" | "resource.inclusions" => {
                string(context, subject, document.dereference(entry.value), sink);
            }
            _ => {
                let Some(setting) = key.strip_prefix("resource.customizations.") else { continue };
                let Some((what, of)) = setting.split_once('.') else { continue };
                let Some((group, kind)) = of.rsplit_once('_') else { continue };
                let Some((dead, now)) = moved(context, group, kind) else { continue };
                let mut finding = found(subject, entry.key, (group, kind), &dead);
                let to = format!("resource.customizations.{what}.{now}_{kind}");
                finding.fix = Some(Fix { action: FixAction::RenameKey { to }, safety: dead.safety });
                sink.report(finding);
            }
        }
    }
}

/// A string of settings: a mapping with keys `group/Kind`, or a list of groups and kinds.
fn string(context: &Context<'_>, subject: &Subject<'_>, scalar: NodeId, sink: &mut Sink) {
    let (Some(content), Some(pieces)) = (subject.document.text(scalar), subject.document.content_map(scalar))
    else {
        return;
    };
    // A string that is no YAML is Argo CD's to refuse.
    let Ok(documents) = manifest::parse_all(STRING, content.as_bytes()) else { return };
    for inner in &documents {
        let Some(root) = inner.root() else { continue };
        for (place, group, kind) in named_in(inner, root) {
            let Some((dead, _)) = moved(context, group, kind) else { continue };
            let mut finding = found(subject, scalar, (group, kind), &dead);
            let span = inner.span(place);
            if let Some((span, _)) = pieces.resolve(span.start..span.end) {
                finding.span = span;
            }
            sink.report(finding);
        }
    }
}

fn named_in<'d>(inner: &'d Document<'_>, root: NodeId) -> Vec<(NodeId, &'d str, &'d str)> {
    let mut named = Vec::new();
    for entry in inner.entries(root) {
        if let Some((group, kind)) = inner.text(entry.key).and_then(|key| key.split_once('/')) {
            named.push((entry.key, group, kind));
        }
    }
    for item in inner.items(root) {
        let groups = nodes_at(inner, *item, &["apiGroups", "*"]);
        let kinds = nodes_at(inner, *item, &["kinds", "*"]);
        for group in groups {
            for kind in &kinds {
                if let (Some(group_text), Some(kind)) = (inner.text(group), inner.text(*kind)) {
                    named.push((group, group_text, kind));
                }
            }
        }
    }
    named
}

/// What has become of a kind that is in another group now, and that group.
fn moved(context: &Context<'_>, group: &str, kind: &str) -> Option<(Dead, &'static str)> {
    let dead = dead_kind(context, group, kind)?;
    let now = dead.now.filter(|now| now.group != group && now.kind == kind)?;
    Some((dead, now.group))
}

fn found(subject: &Subject<'_>, node: NodeId, (group, kind): (&str, &str), dead: &Dead) -> Finding {
    let message =
        format!("{} has a setting for {kind} of {group}, where it is {}", subject.title(), dead.phrase);
    let mut finding = subject.finding(&META, node, message);
    finding.minor = dead.minor;
    finding.remedy = dead.now.map_or_else(String::new, |now| format!("name the group {}", now.group));
    finding
}
