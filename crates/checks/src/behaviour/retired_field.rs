//! Words in policies, scripts and queries that name what Kubernetes no longer fills in.

use super::due::Due;
use super::rule::{Level, Rule, report};
use super::scene::Scene;
use super::walk::nodes;
use crate::{Confidence, Meta, Severity, Sink};

pub(crate) static CHECK: &Rule = &Rule {
    meta: Meta {
        id: "kube-proxy-version-field",
        title: "Reader of `nodeInfo.kubeProxyVersion`",
        severity: Severity::Breaks,
        confidence: Confidence::Medium,
        first: Some(version::Minor::new(29)),
        last: None,
        what: "Strings of objects that name `kubeProxyVersion`: policies, scripts, queries of dashboards.",
        why: "The field of a node's status is deprecated since 1.29 and empty from 1.33. Whatever compares it compares with nothing.",
        remedy: "read the tag of kube-proxy's image instead",
        example: "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: script\ndata:\n  run.sh: kubectl get node -o jsonpath='{.items[*].status.nodeInfo.kubeProxyVersion}'\n",
        fixed: "",
        fix_safety: "",
        rows: &["RT-KPVERSION"],
        links: &["https://github.com/kubernetes/kubernetes/pull/136673"],
        triggers: &["kubeProxyVersion", "kubeproxy_version"],
    },
    level: Level::Objects,
    look,
};

fn look(scene: &Scene<'_>, sink: &mut Sink) {
    let kind = scene.subject.object.map_or("", |object| object.gvk.kind);
    // A Node's own status is written by its kubelet; a CRD that describes it reads nothing.
    if matches!(kind, "Node" | "CustomResourceDefinition") {
        return;
    }
    for node in nodes(scene.document(), scene.subject.node) {
        let Some(text) = scene.document().text(node) else { continue };
        // kube-state-metrics calls its label `kubeproxy_version`.
        let word = ["kubeProxyVersion", "kubeproxy_version"].into_iter().find(|word| text.contains(word));
        let Some((word, at)) = word.and_then(|word| Some((word, text.find(word)?))) else { continue };
        let found =
            scene.find(Due::row("RT-KPVERSION"), node, "nodes no longer say the version of kube-proxy");
        report(sink, found.map(|found| found.within(scene.document(), node, &(at..at + word.len()))));
    }
}
