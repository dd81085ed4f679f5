//! Switches of charts that make pod security policies.

use super::due::Due;
use super::rule::{Level, Rule, report};
use super::scene::Scene;
use super::walk::{container_key, entries};
use crate::{Confidence, Meta, Severity, Sink};

pub(crate) static CHECK: &Rule = &Rule {
    meta: Meta {
        id: "pod-security-policy-switch",
        title: "Chart that is asked for a pod security policy",
        severity: Severity::Breaks,
        confidence: Confidence::Medium,
        first: Some(version::Minor::new(21)),
        last: None,
        what: "Helm values that turn pod security policies on: `podSecurityPolicy.enabled`, `psp.enabled`, `rbac.pspEnabled`.",
        why: "The kind is gone at 1.25. A chart that still makes policies cannot be installed, and a release that holds one cannot be upgraded; what the policy enforced is enforced no longer.",
        remedy: "turn the switch off before the hop to 1.25, and label namespaces for Pod Security admission",
        example: "rbac:\n  create: true\n  pspEnabled: true\n",
        fixed: "rbac:\n  create: true\n  pspEnabled: false\n",
        fix_safety: "",
        rows: &["ANN-PSP", "ADM-PSP"],
        links: &[
            "https://kubernetes.io/docs/tasks/configure-pod-container/migrate-from-psp/",
            "https://github.com/kubernetes/kubernetes/pull/109798",
        ],
        triggers: &["podSecurityPolic", "pspEnabled", "\npsp:\n ", "  psp:\n"],
    },
    level: Level::Documents,
    look,
};

fn look(scene: &Scene<'_>, sink: &mut Sink) {
    let document = scene.document();
    // What a role may do with the kind is judged with the other references to dead versions.
    for entry in entries(document, scene.subject.node) {
        let is_switch = matches!(
            (document.text(entry.key), container_key(document, entry.key)),
            (Some("enabled" | "create"), Some("podSecurityPolicy" | "psp" | "podSecurityPolicies"))
                | (Some("pspEnabled"), _)
        );
        let value = document.dereference(entry.value);
        if is_switch && document.text(value) == Some("true") {
            let message = "the chart is asked for a pod security policy, a kind that is gone";
            let found = scene.find(
                Due { deprecated: Some(version::Minor::new(21)), ..Due::row("ADM-PSP") },
                value,
                message,
            );
            report(sink, found);
        }
    }
}
