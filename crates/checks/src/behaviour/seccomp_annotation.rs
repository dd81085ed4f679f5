//! Seccomp profiles in annotations, which nothing reads any more.

use manifest::NodeId;

use super::due::Due;
use super::pods::pod_template;
use super::rule::{Level, Rule, report};
use super::scene::Scene;
use crate::{Confidence, FixAction, Meta, Safety, Severity, Sink};

const POD: &str = "seccomp.security.alpha.kubernetes.io/pod";
const CONTAINER_PREFIX: &str = "container.seccomp.security.alpha.kubernetes.io/";
const POLICY_PREFIX: &str = "seccomp.security.alpha.kubernetes.io/";

pub(crate) static CHECK: &Rule = &Rule {
    meta: Meta {
        id: "seccomp-annotation",
        title: "Seccomp profile in an annotation",
        severity: Severity::Breaks,
        confidence: Confidence::High,
        first: Some(version::Minor::new(19)),
        last: None,
        what: "Pods and pod templates whose seccomp profile is set by an annotation under `seccomp.security.alpha.kubernetes.io/` or `container.seccomp.security.alpha.kubernetes.io/`, and such annotations on pod security policies.",
        why: "The kubelet stops honouring the annotations at 1.25 and the API server stops copying them into fields at 1.27. The pod starts all the same, without the profile that it was meant to have.",
        remedy: "set `securityContext.seccompProfile` on the pod or container and take the annotation out",
        example: "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n  annotations:\n    seccomp.security.alpha.kubernetes.io/pod: runtime/default\nspec:\n  containers:\n    - name: web\n      image: nginx\n",
        fixed: "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  securityContext:\n    seccompProfile:\n      type: RuntimeDefault\n  containers:\n    - name: web\n      image: nginx\n",
        fix_safety: "Moves the profile into the field, which every version since 1.19 knows. Applied unattended unless the pod template is a Job's, which cannot be changed in place.",
        rows: &["ANN-SECCOMP"],
        links: &[
            "https://github.com/kubernetes/kubernetes/pull/109819",
            "https://github.com/kubernetes/kubernetes/pull/114947",
        ],
        triggers: &["seccomp.security.alpha.kubernetes.io"],
    },
    level: Level::Objects,
    look,
};

fn look(scene: &Scene<'_>, sink: &mut Sink) {
    let template = pod_template(scene.subject);
    for key in annotation_keys(scene, template.and_then(|template| template.metadata)) {
        let name = scene.document().text(key).unwrap_or_default();
        if name == POD || name.starts_with(CONTAINER_PREFIX) {
            report(sink, pod_annotation(scene, key, name));
        }
    }
    if scene.subject.object.is_some_and(|object| object.gvk.kind == "PodSecurityPolicy") {
        for key in annotation_keys(scene, scene.metadata()) {
            let name = scene.document().text(key).unwrap_or_default();
            if name.starts_with(POLICY_PREFIX) {
                let message = format!("'{name}' on a pod security policy has no meaning without the policy");
                report(sink, scene.find(Due::at(25), key, message));
            }
        }
    }
}

fn annotation_keys(scene: &Scene<'_>, metadata: Option<NodeId>) -> Vec<NodeId> {
    let annotations = metadata.and_then(|metadata| scene.document().get(metadata, "annotations"));
    let entries = annotations.map(|annotations| scene.document().entries(annotations)).unwrap_or_default();
    entries.iter().map(|entry| entry.key).collect()
}

fn pod_annotation(scene: &Scene<'_>, key: NodeId, name: &str) -> Option<crate::Finding> {
    let message = format!("nothing reads the annotation '{name}' any more: the pod runs without its profile");
    let safety = match scene.subject.object.map(|object| object.gvk.kind) {
        Some("Job") => Safety::Ask(
            "the pod template of a Job cannot be changed in place: is the Job deleted before this is applied?"
                .to_owned(),
        ),
        _ => scene.safe_since(19, "a cluster before 1.19 does not know the field 'seccompProfile'"),
    };
    let finding = scene.find(Due::row("ANN-SECCOMP"), key, message)?;
    Some(finding.fixed_by(FixAction::Rewrite { object: scene.subject.span() }, safety))
}
