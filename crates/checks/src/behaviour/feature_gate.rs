//! Feature gates that a component no longer knows.

use manifest::NodeId;

use super::due::Due;
use super::flags::{Flag, Form, Program, flags};
use super::rule::{Level, Rule, report};
use super::scene::Scene;
use super::walk::{container_key, entries_named};
use crate::{Confidence, Finding, FixAction, Meta, Safety, Severity, Sink};

pub(crate) static CHECK: &Rule = &Rule {
    meta: Meta {
        id: "removed-feature-gate",
        title: "Feature gate that is gone",
        severity: Severity::Breaks,
        confidence: Confidence::High,
        first: Some(version::Minor::new(21)),
        last: None,
        what: "Removed gates in `--feature-gates` of Kubernetes' components and in `featureGates` of the configuration of kubelet, kube-proxy, scheduler, kubeadm, eksctl and nodeadm; and `AllAlpha` set by itself. A gate that is not among the removed ones (of 1.21 and later) is not looked at: there is no list of all gates that each version knows, so a mistyped name, one that is newer than the facts or one that only others know is not found.",
        why: "A component exits on a gate that it does not know. Gates that became stable go a few versions later, so a gate that was once needed stops the node or control plane that still asks for it.",
        remedy: "take the gate out before the minor that drops it: by then it is always on, or gone with its feature",
        example: "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nfeatureGates:\n  CSIMigration: true\n",
        fixed: "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nfeatureGates: {}\n",
        fix_safety: "An entry that turns a gate on is taken out after asking, since older clusters that share the file may need it.",
        rows: &["GATES"],
        links: &[
            "https://kubernetes.io/docs/reference/command-line-tools-reference/feature-gates-removed/",
            "https://github.com/kubernetes/kubernetes/pull/133697",
        ],
        triggers: &["featureGates", "feature-gates"],
    },
    level: Level::Configuration,
    look,
};

/// Groups whose `featureGates` are Kubernetes' own. Others have gates of the same names.
const GROUPS: [&str; 8] = [
    "kubelet.config.k8s.io",
    "kubeproxy.config.k8s.io",
    "kubescheduler.config.k8s.io",
    "kubeadm.k8s.io",
    "node.eks.aws",
    "eksctl.io",
    "kind.x-k8s.io",
    "kops.k8s.io",
];

fn look(scene: &Scene<'_>, sink: &mut Sink) {
    for flag in flags(scene.subject) {
        if flag.name == "feature-gates" && flag.program != Program::EksBootstrap {
            gates_of_flag(scene, &flag, sink);
        }
    }
    for gates in gate_maps(scene) {
        for entry in scene.document().entries(gates).to_vec() {
            let name = scene.document().text(entry.key).unwrap_or_default();
            let value = scene.document().text(scene.document().dereference(entry.value)).unwrap_or_default();
            let Some(finding) = gate_finding(scene, entry.key, name, value) else { continue };
            let question = format!("does no cluster that shares this file still need '{name}: {value}'?");
            sink.report(finding.fixed_by(FixAction::RemoveEntry, Safety::Ask(question)));
        }
    }
}

/// The maps named `featureGates` whose owner is a component of Kubernetes.
fn gate_maps(scene: &Scene<'_>) -> Vec<NodeId> {
    let document = scene.document();
    let Some(object) = scene.subject.object else { return Vec::new() };
    let is_own = GROUPS.contains(&object.gvk.group);
    // Cluster API and kops embed kubeadm's and the kubelet's configuration in objects of their own.
    let is_embedding = object.gvk.group.ends_with("cluster.x-k8s.io");
    entries_named(document, scene.subject.node, "featureGates")
        .into_iter()
        .filter(|entry| {
            let holder = container_key(document, entry.key);
            is_own
                || is_embedding
                    && matches!(holder, Some("clusterConfiguration" | "kubelet" | "kubeletConfiguration"))
        })
        .map(|entry| document.dereference(entry.value))
        .collect()
}

fn gates_of_flag(scene: &Scene<'_>, flag: &Flag, sink: &mut Sink) {
    for gate in flag.value.as_deref().unwrap_or_default().split(',') {
        let (name, value) = gate.split_once('=').unwrap_or((gate, "true"));
        let found = gate_finding(scene, flag.node, name.trim(), value.trim());
        report(
            sink,
            found.map(|found| match &flag.form {
                Form::Text(range) => found.within(scene.document(), flag.node, range),
                Form::Item | Form::SplitItem | Form::Entry => found,
            }),
        );
    }
}

fn gate_finding(scene: &Scene<'_>, node: NodeId, name: &str, value: &str) -> Option<Finding> {
    if name == "AllAlpha" && value == "true" {
        let message = "'AllAlpha' by itself turns on gates whose dependencies are off, which is an error";
        return scene.find(Due::at(35), node, message).map(|found| found.with_confidence(Confidence::Medium));
    }
    let gate = catalog::feature_gate(name)?;
    let removed = gate.removed();
    let message = format!("the feature gate '{name}' is gone at {removed}: the component exits");
    let finding = scene.find(Due::at(removed.number()), node, message)?;
    if value == "false" {
        return Some(finding.mended_by(format!(
            "take '{name}' out and get ready for what it kept off: {} cannot do without it",
            removed
        )));
    }
    Some(finding)
}
