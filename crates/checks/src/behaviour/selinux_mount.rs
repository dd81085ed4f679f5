//! Pods with SELinux labels on volumes that are shared.

use super::due::Due;
use super::pods::{containers, pod_template, volumes};
use super::rule::{Level, Rule, report};
use super::scene::Scene;
use crate::{Confidence, Meta, Severity, Sink};

pub(crate) static CHECK: &Rule = &Rule {
    meta: Meta {
        id: "selinux-mount",
        title: "Pod with an SELinux label and a claim",
        severity: Severity::Silent,
        confidence: Confidence::Low,
        first: Some(version::Minor::new(37)),
        last: None,
        what: "Pod templates with `seLinuxOptions` that mount a claim and do not set `seLinuxChangePolicy`.",
        why: "From 1.37 (EKS says 1.36) volumes are mounted with the pod's label instead of being relabelled file by file. Two pods with different labels that share a volume on one node then conflict: the second does not start, and nothing says so before.",
        remedy: "set `securityContext.seLinuxChangePolicy: Recursive` where pods with different labels share a volume",
        example: "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  securityContext:\n    seLinuxOptions:\n      level: s0:c10,c0\n  volumes:\n    - name: data\n      persistentVolumeClaim:\n        claimName: data\n",
        fixed: "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  securityContext:\n    seLinuxChangePolicy: Recursive\n    seLinuxOptions:\n      level: s0:c10,c0\n  volumes:\n    - name: data\n      persistentVolumeClaim:\n        claimName: data\n",
        fix_safety: "",
        rows: &["RT-SELINUX"],
        links: &[
            "https://kubernetes.io/docs/tasks/configure-pod-container/security-context/",
            "https://github.com/kubernetes/kubernetes/pull/139956",
        ],
        triggers: &["seLinuxOptions"],
    },
    level: Level::Objects,
    look,
};

fn look(scene: &Scene<'_>, sink: &mut Sink) {
    let document = scene.document();
    let Some(template) = pod_template(scene.subject) else { return };
    let Some(spec) = template.spec else { return };
    let shares = volumes(document, template)
        .into_iter()
        .any(|volume| document.get(volume, "persistentVolumeClaim").is_some());
    let is_set = document.at(spec, &["securityContext", "seLinuxChangePolicy"]).is_some();
    if !shares || is_set || document.is_masked() {
        return;
    }
    let holders =
        std::iter::once(spec).chain(containers(document, template).into_iter().map(|(node, _)| node));
    for holder in holders {
        let context = document.get(holder, "securityContext");
        let Some(entry) = context.and_then(|context| document.entry(context, "seLinuxOptions")) else {
            continue;
        };
        let message =
            "the volume is mounted with this label, which conflicts with pods of another label that share it";
        report(sink, scene.find(Due::row("RT-SELINUX"), entry.key, message));
    }
}
