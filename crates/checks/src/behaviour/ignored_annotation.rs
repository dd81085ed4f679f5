//! Annotations that nothing reads any more.

use manifest::{Entry, NodeId};

use super::due::Due;
use super::pods::pod_template;
use super::rule::{Level, Rule, report};
use super::scene::{Scene, rename};
use crate::{Confidence, Finding, FixAction, Meta, Safety, Severity, Sink};

const UNREADY: &str = "service.alpha.kubernetes.io/tolerate-unready-endpoints";
const CRITICAL: &str = "scheduler.alpha.kubernetes.io/critical-pod";
const LOGS: &str = "kubectl.kubernetes.io/default-logs-container";
const LOGS_NOW: &str = "kubectl.kubernetes.io/default-container";

pub(crate) static CHECK: &Rule = &Rule {
    meta: Meta {
        id: "ignored-annotation",
        title: "Annotation that nothing reads any more",
        severity: Severity::Silent,
        confidence: Confidence::High,
        first: Some(version::Minor::new(16)),
        last: None,
        what: "`service.alpha.kubernetes.io/tolerate-unready-endpoints` on Services, `scheduler.alpha.kubernetes.io/critical-pod` and `kubectl.kubernetes.io/default-logs-container` on pods.",
        why: "What they asked for no longer happens: a Service hides endpoints that are not ready, a critical pod is evicted like any other, `kubectl logs` shows another container. Nothing says so.",
        remedy: "use the field or annotation that took its place",
        example: "apiVersion: v1\nkind: Service\nmetadata:\n  name: peers\n  annotations:\n    service.alpha.kubernetes.io/tolerate-unready-endpoints: \"true\"\nspec:\n  clusterIP: None\n",
        fixed: "apiVersion: v1\nkind: Service\nmetadata:\n  name: peers\nspec:\n  clusterIP: None\n  publishNotReadyAddresses: true\n",
        fix_safety: "The kubectl annotation is renamed unattended. A Service's annotation that says `\"true\"` is rewritten after asking, since it changes what the Service publishes; the critical pod's asks for a priority class.",
        rows: &["ANN-UNREADY", "ANN-CRITPOD", "ANN-DEFAULTLOGS"],
        links: &[
            "https://github.com/kubernetes/kubernetes/pull/108020",
            "https://github.com/kubernetes/kubernetes/pull/109254",
        ],
        triggers: &[
            "tolerate-unready-endpoints",
            "scheduler.alpha.kubernetes.io/critical-pod",
            "default-logs-container",
        ],
    },
    level: Level::Objects,
    look,
};

fn look(scene: &Scene<'_>, sink: &mut Sink) {
    let is_service = scene
        .subject
        .object
        .is_some_and(|object| object.gvk.group.is_empty() && object.gvk.kind == "Service");
    if is_service && let Some(entry) = scene.annotation(scene.metadata(), UNREADY) {
        report(sink, unready(scene, entry));
    }
    let metadata = pod_template(scene.subject).and_then(|template| template.metadata);
    if let Some(entry) = scene.annotation(metadata, CRITICAL) {
        report(sink, critical(scene, entry));
    }
    if let Some(entry) = scene.annotation(metadata, LOGS) {
        report(sink, logs(scene, metadata, entry));
    }
}

fn unready(scene: &Scene<'_>, entry: Entry) -> Option<Finding> {
    let document = scene.document();
    let published =
        document.text_at(scene.subject.node, &["spec", "publishNotReadyAddresses"]) == Some("true");
    let is_on = document.text(document.dereference(entry.value)) == Some("true");
    let message = format!("'{UNREADY}' is ignored: endpoints that are not ready are left out");
    let finding = scene.find(Due::row("ANN-UNREADY"), entry.key, message)?;
    if published || !is_on {
        return Some(finding.at_most(Severity::Info).fixed_by(FixAction::RemoveEntry, Safety::Safe));
    }
    let question =
        "publish the addresses of pods that are not ready, as was asked for before 1.24?".to_owned();
    let action = FixAction::Rewrite { object: scene.subject.span() };
    Some(
        finding
            .mended_by("set `spec.publishNotReadyAddresses: true`")
            .fixed_by(action, Safety::Ask(question)),
    )
}

fn critical(scene: &Scene<'_>, entry: Entry) -> Option<Finding> {
    let spec = pod_template(scene.subject).and_then(|template| template.spec);
    let has_class = spec.is_some_and(|spec| scene.document().get(spec, "priorityClassName").is_some());
    let message = format!(
        "'{CRITICAL}' is not read any more: without a priority class the pod is evicted like any other"
    );
    let finding = scene.find(Due::row("ANN-CRITPOD"), entry.key, message)?;
    if has_class {
        return Some(finding.at_most(Severity::Info).fixed_by(FixAction::RemoveEntry, Safety::Safe));
    }
    Some(finding.mended_by("set `priorityClassName: system-cluster-critical` or `system-node-critical`"))
}

fn logs(scene: &Scene<'_>, metadata: Option<NodeId>, entry: Entry) -> Option<Finding> {
    let message = format!("kubectl does not read '{LOGS}' any more");
    let finding = scene.find(Due::row("ANN-DEFAULTLOGS"), entry.key, message)?;
    let action = match scene.annotation(metadata, LOGS_NOW) {
        Some(_) => FixAction::RemoveEntry,
        None => rename(LOGS_NOW),
    };
    Some(finding.mended_by(format!("call it '{LOGS_NOW}'")).fixed_by(action, Safety::Safe))
}
