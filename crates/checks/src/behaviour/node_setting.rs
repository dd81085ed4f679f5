//! Settings of nodes that change their meaning: control groups, containerd, event rates, dynamic
//! configuration.

use manifest::NodeId;

use super::due::Due;
use super::flags::{Program, flags};
use super::rule::{Level, Rule, report};
use super::scene::{Scene, replace};
use super::walk::nodes;
use super::{flag_finding, kubelet_configurations};
use crate::{Confidence, FixAction, Meta, Safety, Severity, Sink};

pub(crate) static CGROUP_V1: &Rule = &Rule {
    meta: Meta {
        id: "cgroup-v1",
        title: "Nodes kept on control groups v1",
        severity: Severity::Breaks,
        confidence: Confidence::High,
        first: Some(version::Minor::new(31)),
        last: None,
        what: "`systemd.unified_cgroup_hierarchy=0` in user data and kernel parameters, and `failCgroupV1: false` in the kubelet's configuration.",
        why: "Control groups v1 are in maintenance since 1.31. From 1.35 the kubelet refuses to start on them unless `failCgroupV1` is false, and that setting is a bridge with an end.",
        remedy: "let nodes run control groups v2, and update runtimes that cannot read their limits there (Java before 8u372, 11.0.16 and 15)",
        example: "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nfailCgroupV1: false\n",
        fixed: "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n",
        fix_safety: "",
        rows: &["RT-CGROUP1"],
        links: &[
            "https://kubernetes.io/docs/concepts/architecture/cgroups/",
            "https://github.com/kubernetes/kubernetes/pull/134298",
        ],
        triggers: &["unified_cgroup_hierarchy", "failCgroupV1"],
    },
    level: Level::Configuration,
    look: cgroup_v1,
};

pub(crate) static CONTAINERD_1: &Rule = &Rule {
    meta: Meta {
        id: "containerd-1-config",
        title: "Configuration for containerd 1",
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        first: Some(version::Minor::new(34)),
        last: None,
        what: "containerd configuration of version 2 in user data: the plugin section `io.containerd.grpc.v1.cri`.",
        why: "EKS moves its images to containerd 2.1 at 1.34, where registry mirrors live under another section; Kubernetes itself drops containerd 1 at 1.38. A section under its old name is overlooked: mirrors and runtimes are not there.",
        remedy: "write configuration of version 3 (`io.containerd.cri.v1.images`, `io.containerd.cri.v1.runtime`), or hosts files under `/etc/containerd/certs.d`",
        example: "apiVersion: karpenter.k8s.aws/v1\nkind: EC2NodeClass\nmetadata:\n  name: default\nspec:\n  userData: |\n    [plugins.\"io.containerd.grpc.v1.cri\".registry]\n    config_path = \"/etc/containerd/certs.d\"\n",
        fixed: "",
        fix_safety: "",
        rows: &["RT-CTRD1"],
        links: &[
            "https://github.com/containerd/containerd/blob/main/docs/containerd-2.0.md",
            "https://github.com/kubernetes/kubernetes/pull/139121",
        ],
        triggers: &["io.containerd.grpc.v1.cri"],
    },
    level: Level::Objects,
    look: containerd_1,
};

pub(crate) static EVENT_RATE: &Rule = &Rule {
    meta: Meta {
        id: "unlimited-event-rate",
        title: "Kubelet with `eventRecordQPS: 0`",
        severity: Severity::Silent,
        confidence: Confidence::High,
        first: Some(version::Minor::new(37)),
        last: None,
        what: "`eventRecordQPS: 0` in the kubelet's configuration, `--event-qps=0`, and Bottlerocket's `event-qps = 0`.",
        why: "Until 1.36 a zero meant the default rate; from 1.37 it means no limit, and a node with many events can flood the API server.",
        remedy: "write the rate that is meant; the default is 50",
        example: "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\neventRecordQPS: 0\n",
        fixed: "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\neventRecordQPS: 50\n",
        fix_safety: "Asks: 50 keeps what a zero meant before, but somebody may have wanted no limit.",
        rows: &["RT-EVENTQPS"],
        links: &["https://github.com/kubernetes/kubernetes/pull/117119"],
        triggers: &["eventRecordQPS", "event-qps"],
    },
    level: Level::Configuration,
    look: event_rate,
};

pub(crate) static DYNAMIC: &Rule = &Rule {
    meta: Meta {
        id: "dynamic-kubelet-config",
        title: "Dynamic configuration of kubelets",
        severity: Severity::Breaks,
        confidence: Confidence::High,
        first: Some(version::Minor::new(22)),
        last: None,
        what: "`--dynamic-config-dir` of the kubelet, and Nodes with `spec.configSource`.",
        why: "The feature is gone at 1.24: the kubelet exits on the flag, and what the source said no longer applies.",
        remedy: "write the kubelet's configuration into a file on the node",
        example: "apiVersion: v1\nkind: Node\nmetadata:\n  name: worker\nspec:\n  configSource:\n    configMap:\n      name: kubelet\n      namespace: kube-system\n      kubeletConfigKey: kubelet\n",
        fixed: "apiVersion: v1\nkind: Node\nmetadata:\n  name: worker\nspec: {}\n",
        fix_safety: "Asks: what the source says has to go to the node by another way first.",
        rows: &["RT-DOCKERCONFIG"],
        links: &["https://github.com/kubernetes/kubernetes/pull/106932"],
        triggers: &["dynamic-config-dir", "configSource"],
    },
    level: Level::Configuration,
    look: dynamic_config,
};

fn cgroup_v1(scene: &Scene<'_>, sink: &mut Sink) {
    let document = scene.document();
    let due = Due::row("RT-CGROUP1");
    for configuration in kubelet_configurations(scene.subject) {
        let Some(node) = document.get(configuration, "failCgroupV1") else { continue };
        if document.text(node) == Some("false") {
            report(
                sink,
                scene
                    .find(due, node, "nodes are let start on control groups v1 for as long as that lasts")
                    .map(|found| found.at_most(Severity::Warning)),
            );
        }
    }
    const SIGN: &str = "systemd.unified_cgroup_hierarchy";
    for (node, at, rest) in occurrences(scene, SIGN) {
        let value = rest.trim_start_matches(['"', '\'', ' ', '=', '[']);
        if value.starts_with('0') {
            let message = "nodes are started with control groups v1, on which the kubelet refuses to run";
            let found = scene.find(due, node, message);
            report(sink, found.map(|found| found.within(document, node, &(at..at + SIGN.len()))));
        }
    }
}

/// Where a word stands in the strings of the subject, with what follows it.
fn occurrences<'s>(scene: &Scene<'s>, word: &str) -> Vec<(NodeId, usize, &'s str)> {
    let document = scene.document();
    if !super::walk::holds_any(document, scene.subject.node, &[word]) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for node in nodes(document, scene.subject.node) {
        let Some(text) = document.text(node) else { continue };
        let first = text.find(word).filter(|_| !document.is_opaque(node));
        found.extend(first.map(|at| (node, at, text.get(at + word.len()..).unwrap_or_default())));
    }
    found
}

fn containerd_1(scene: &Scene<'_>, sink: &mut Sink) {
    const SECTION: &str = "io.containerd.grpc.v1.cri";
    for (node, at, _) in occurrences(scene, SECTION) {
        let message = format!("containerd 2 overlooks the section '{SECTION}'");
        // EKS' images change at 1.34 already; upstream's end at 1.38 is in the row.
        let due = Due { deprecated: Some(version::Minor::new(34)), ..Due::row("RT-CTRD1") };
        let found = scene.find(due, node, message);
        report(sink, found.map(|found| found.within(scene.document(), node, &(at..at + SECTION.len()))));
    }
}

fn event_rate(scene: &Scene<'_>, sink: &mut Sink) {
    let document = scene.document();
    let due = Due::row("RT-EVENTQPS");
    let message = "a rate of 0 comes to mean no limit";
    for configuration in kubelet_configurations(scene.subject) {
        let Some(node) = document.get(configuration, "eventRecordQPS") else { continue };
        if document.text(node) == Some("0") {
            let question = "a zero meant the default of 50 so far: keep that?".to_owned();
            let found = scene.find(due, node, message);
            report(sink, found.map(|found| found.fixed_by(replace("50"), Safety::Ask(question))));
        }
    }
    for flag in flags(scene.subject) {
        if flag.program == Program::Kubelet && flag.name == "event-qps" && flag.value.as_deref() == Some("0")
        {
            let found = flag_finding(scene, due, &flag, message);
            report(
                sink,
                found.map(|mut found| {
                    found.fix = None;
                    found
                }),
            );
        }
    }
    for (node, at, rest) in occurrences(scene, "event-qps") {
        let text = document.text(node).unwrap_or_default();
        let is_setting = text.contains("[settings.kubernetes]")
            && rest.trim_start().strip_prefix('=').is_some_and(|value| {
                value.trim_start().lines().next().is_some_and(|value| value.trim_end() == "0")
            });
        if is_setting {
            let found = scene.find(due, node, message);
            report(sink, found.map(|found| found.within(document, node, &(at..at + "event-qps".len()))));
        }
    }
}

fn dynamic_config(scene: &Scene<'_>, sink: &mut Sink) {
    let document = scene.document();
    let due = Due::row("RT-DOCKERCONFIG");
    for flag in flags(scene.subject) {
        if flag.program == Program::Kubelet && flag.name == "dynamic-config-dir" {
            report(
                sink,
                flag_finding(
                    scene,
                    due,
                    &flag,
                    "the kubelet no longer knows '--dynamic-config-dir' and exits",
                ),
            );
        }
    }
    let is_node =
        scene.subject.object.is_some_and(|object| object.gvk.group.is_empty() && object.gvk.kind == "Node");
    let spec = document.get(scene.subject.node, "spec").filter(|_| is_node);
    if let Some(entry) = spec.and_then(|spec| document.entry(spec, "configSource")) {
        let question = "is the configuration on the node by another way?".to_owned();
        let found = scene.find(due, entry.key, "kubelets no longer read 'configSource'");
        report(sink, found.map(|found| found.fixed_by(FixAction::RemoveEntry, Safety::Ask(question))));
    }
}
