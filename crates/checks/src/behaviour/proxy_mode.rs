//! kube-proxy's modes: gone, going, and not said.

use manifest::NodeId;

use super::due::Due;
use super::flag_finding;
use super::flags::{Program, flags};
use super::rule::{Level, Rule, report};
use super::scene::Scene;
use super::walk::{nodes, own_key};
use crate::{Confidence, Meta, Severity, Sink, Subject};

pub(crate) static USERSPACE: &Rule = &Rule {
    meta: Meta {
        id: "userspace-proxy-mode",
        title: "kube-proxy in mode `userspace`",
        severity: Severity::Breaks,
        confidence: Confidence::High,
        first: Some(version::Minor::new(26)),
        last: None,
        what: "`mode: userspace` in kube-proxy's configuration, also inside a ConfigMap, and `--proxy-mode=userspace`.",
        why: "The mode is gone at 1.26. kube-proxy exits, and Services stop being kept up to date on the node.",
        remedy: "use `iptables` or `nftables`",
        example: "apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\nmode: userspace\n",
        fixed: "apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\nmode: iptables\n",
        fix_safety: "",
        rows: &["KP-USERSPACE"],
        links: &["https://github.com/kubernetes/kubernetes/pull/112133"],
        triggers: &["userspace"],
    },
    level: Level::Configuration,
    look: userspace,
};

pub(crate) static IPVS: &Rule = &Rule {
    meta: Meta {
        id: "ipvs-proxy-mode",
        title: "kube-proxy in mode `ipvs`",
        severity: Severity::Warning,
        confidence: Confidence::High,
        first: Some(version::Minor::new(26)),
        last: None,
        what: "`mode: ipvs` in kube-proxy's configuration, also inside a ConfigMap and in the configuration values of the EKS add-on, and `--proxy-mode=ipvs`.",
        why: "The mode is deprecated since 1.35 and planned to be off by default about 1.40. Since 1.26 kube-proxy no longer falls back to iptables where the kernel modules are missing: it exits.",
        remedy: "move to `nftables` (kernel 5.13 or newer) or `iptables`; until then make sure that nodes load the ip_vs modules",
        example: "apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\nmode: ipvs\n",
        fixed: "apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\nmode: nftables\n",
        fix_safety: "",
        rows: &["KP-IPVS", "KP-IPVS-NOFALLBACK"],
        links: &[
            "https://github.com/kubernetes/kubernetes/pull/134539",
            "https://kep.k8s.io/5495",
            "https://github.com/kubernetes/kubernetes/pull/111806",
        ],
        triggers: &["KubeProxyConfiguration", "configurationValues", "proxy-mode"],
    },
    level: Level::Configuration,
    look: ipvs,
};

pub(crate) static UNSET: &Rule = &Rule {
    meta: Meta {
        id: "unset-proxy-mode",
        title: "kube-proxy without a mode",
        severity: Severity::Warning,
        confidence: Confidence::High,
        first: Some(version::Minor::new(37)),
        last: None,
        what: "A KubeProxyConfiguration, also inside a ConfigMap, without `mode`.",
        why: "kube-proxy warns about it from 1.37 on, since the default will become `nftables`: the node's whole packet path would change with an upgrade.",
        remedy: "write the mode that is meant; `iptables` is today's default on Linux",
        example: "apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\nclusterCIDR: 10.0.0.0/16\n",
        fixed: "apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\nmode: iptables\nclusterCIDR: 10.0.0.0/16\n",
        fix_safety: "",
        rows: &["KP-NOMODE"],
        links: &["https://github.com/kubernetes/kubernetes/pull/139957"],
        triggers: &["KubeProxyConfiguration"],
    },
    level: Level::Configuration,
    look: unset,
};

fn is_configuration(subject: &Subject<'_>) -> bool {
    subject.object.is_some_and(|object| {
        object.gvk.group == "kubeproxy.config.k8s.io" && object.gvk.kind == "KubeProxyConfiguration"
    })
}

/// The mode of a kube-proxy configuration, if it says one.
fn configured_mode(scene: &Scene<'_>) -> Option<NodeId> {
    scene.document().get(scene.subject.node, "mode").filter(|_| is_configuration(scene.subject))
}

fn userspace(scene: &Scene<'_>, sink: &mut Sink) {
    let message = "the mode 'userspace' is gone: kube-proxy exits";
    if let Some(mode) = configured_mode(scene)
        && scene.document().text(mode).is_some_and(|mode| mode.ends_with("userspace"))
    {
        report(sink, scene.find(Due::row("KP-USERSPACE"), mode, message));
    }
    mode_flags(scene, "userspace", &[(Due::row("KP-USERSPACE"), message)], sink);
}

fn ipvs(scene: &Scene<'_>, sink: &mut Sink) {
    let deprecated = (Due::row("KP-IPVS"), "the mode 'ipvs' is deprecated");
    let message = "with the mode 'ipvs' kube-proxy exits where the kernel lacks the ip_vs modules";
    let no_fallback = (Due::row("KP-IPVS-NOFALLBACK"), message);
    let modes = configured_mode(scene).into_iter().chain(addon_mode(scene));
    for mode in modes.filter(|mode| scene.document().text(*mode).is_some_and(says_ipvs)) {
        report(sink, scene.find(deprecated.0, mode, deprecated.1));
        report(
            sink,
            scene.passing(no_fallback.0, mode, no_fallback.1).map(|found| found.at_most(Severity::Warning)),
        );
    }
    mode_flags(scene, "ipvs", &[deprecated], sink);
}

/// Whether a mode, or the JSON of an add-on's configuration values, says `ipvs`.
fn says_ipvs(text: &str) -> bool {
    if text == "ipvs" {
        return true;
    }
    let Ok(documents) = manifest::parse_all(text::TextId(u32::MAX), text.as_bytes()) else { return false };
    documents
        .iter()
        .any(|inner| inner.root().is_some_and(|root| inner.text_at(root, &["mode"]) == Some("ipvs")))
}

/// The configuration of the EKS add-on kube-proxy: a string of JSON or YAML, or a mapping.
fn addon_mode(scene: &Scene<'_>) -> Vec<NodeId> {
    let document = scene.document();
    let is_values = |node: &NodeId| {
        let key = own_key(document, *node);
        let is_string = matches!(key, Some("configurationValues")) && document.text(*node).is_some();
        let holder = document.node(*node).parent.and_then(|parent| own_key(document, parent));
        is_string || key == Some("mode") && holder == Some("configurationValues")
    };
    nodes(document, scene.subject.node)
        .into_iter()
        .filter(|node| is_values(node) && !document.is_opaque(*node) && is_proxy_addon(scene, *node))
        .collect()
}

/// Whether one of the mappings that the node stands in names the add-on kube-proxy.
fn is_proxy_addon(scene: &Scene<'_>, node: NodeId) -> bool {
    let document = scene.document();
    let mut current = document.node(node).parent;
    // A configuration stands at most a few levels below the name of its add-on.
    for _ in 0..3 {
        let Some(mapping) = current else { return false };
        for key in ["name", "addonName"] {
            if document.text_at(mapping, &[key]) == Some("kube-proxy") {
                return true;
            }
        }
        current = document.node(mapping).parent;
    }
    false
}

fn mode_flags(scene: &Scene<'_>, mode: &str, cases: &[(Due, &str)], sink: &mut Sink) {
    for flag in flags(scene.subject) {
        if flag.program != Program::KubeProxy
            || flag.name != "proxy-mode"
            || flag.value.as_deref() != Some(mode)
        {
            continue;
        }
        for (due, message) in cases {
            let found = flag_finding(scene, *due, &flag, *message);
            report(
                sink,
                found.map(|mut found| {
                    found.fix = None;
                    found
                }),
            );
        }
    }
}

fn unset(scene: &Scene<'_>, sink: &mut Sink) {
    let Some(object) = scene.subject.object.filter(|_| is_configuration(scene.subject)) else { return };
    let document = scene.document();
    let mode = document.get(scene.subject.node, "mode");
    // Absence is never judged where a template may fill it in.
    if document.is_masked() || mode.is_some_and(|mode| document.text(mode) != Some("")) {
        return;
    }
    let message = "kube-proxy's mode is not said, and its default will change";
    report(sink, scene.find(Due::row("KP-NOMODE"), mode.unwrap_or(object.kind), message));
}
