//! AppArmor profiles in annotations, which became fields.

use super::due::Due;
use super::pods::pod_template;
use super::rule::{Level, Rule, report};
use super::scene::Scene;
use super::walk::nodes;
use crate::{Confidence, FixAction, Meta, Safety, Severity, Sink};

const PREFIX: &str = "container.apparmor.security.beta.kubernetes.io/";

pub(crate) static CHECK: &Rule = &Rule {
    meta: Meta {
        id: "apparmor-annotation",
        title: "AppArmor profile in an annotation",
        severity: Severity::Warning,
        confidence: Confidence::High,
        first: Some(version::Minor::new(30)),
        last: None,
        what: "Pods and pod templates whose AppArmor profile is set by an annotation under `container.apparmor.security.beta.kubernetes.io/`, and Kyverno or Gatekeeper policies that read such annotations.",
        why: "The annotation is deprecated since 1.30. From 1.34 a profile set in the field is no longer copied into the annotation, so a policy that reads the annotation no longer sees it.",
        remedy: "set `securityContext.appArmorProfile` once every cluster runs 1.30, and let policies read the field",
        example: "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n  annotations:\n    container.apparmor.security.beta.kubernetes.io/web: runtime/default\nspec:\n  containers:\n    - name: web\n      image: nginx\n",
        fixed: "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  containers:\n    - name: web\n      image: nginx\n      securityContext:\n        appArmorProfile:\n          type: RuntimeDefault\n",
        fix_safety: "Offered only where every cluster that the file reaches runs 1.30 or newer: older ones drop the field without a word.",
        rows: &["ANN-APPARMOR"],
        links: &[
            "https://github.com/kubernetes/kubernetes/pull/123435",
            "https://github.com/kubernetes/kubernetes/pull/131989",
        ],
        triggers: &["container.apparmor.security.beta.kubernetes.io"],
    },
    level: Level::Objects,
    look,
};

fn look(scene: &Scene<'_>, sink: &mut Sink) {
    match pod_template(scene.subject) {
        Some(template) => {
            let annotations = template.metadata.and_then(|node| scene.document().get(node, "annotations"));
            let entries = annotations.map(|node| scene.document().entries(node)).unwrap_or_default();
            for entry in entries {
                report(sink, pod_annotation(scene, entry.key));
            }
        }
        None if is_policy(scene) => policy_reads(scene, sink),
        None => {}
    }
}

fn pod_annotation(scene: &Scene<'_>, key: manifest::NodeId) -> Option<crate::Finding> {
    let name = scene.document().text(key).filter(|name| name.starts_with(PREFIX))?;
    // A pod that needs the annotation until its last cluster is at 1.30 has no other way before.
    let message = format!("the annotation '{name}' is deprecated in favour of a field");
    let finding = scene.find(Due::row("ANN-APPARMOR"), key, message)?;
    if !scene.starts_at(30) {
        return Some(finding.mended_by(
            "keep it until every cluster that this file reaches runs 1.30, then set `securityContext.appArmorProfile`",
        ));
    }
    let safety = match scene.subject.object.map(|object| object.gvk.kind) {
        Some("Job") => Safety::Ask(
            "the pod template of a Job cannot be changed in place: is the Job deleted before this is applied?"
                .to_owned(),
        ),
        _ => Safety::Safe,
    };
    Some(finding.fixed_by(FixAction::Rewrite { object: scene.subject.span() }, safety))
}

fn is_policy(scene: &Scene<'_>) -> bool {
    scene.subject.object.is_some_and(|object| {
        object.gvk.group == "kyverno.io"
            || object.gvk.group.ends_with("gatekeeper.sh")
            || object.gvk.kind.starts_with("ValidatingAdmissionPolicy")
            || object.gvk.kind.starts_with("MutatingAdmissionPolicy")
    })
}

fn policy_reads(scene: &Scene<'_>, sink: &mut Sink) {
    for node in nodes(scene.document(), scene.subject.node) {
        if scene.document().text(node).is_some_and(|text| text.contains(PREFIX.trim_end_matches('/'))) {
            let message = "the policy reads AppArmor annotations, which a profile set in the field no longer appears in";
            let found = scene.find(Due::at(34), node, message);
            report(sink, found.map(|found| found.with_confidence(Confidence::Medium)));
        }
    }
}
