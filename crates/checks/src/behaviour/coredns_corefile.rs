//! Corefiles with plugins and options that CoreDNS no longer knows.

use super::rule::{Level, Rule, report};
use super::scene::Scene;
use crate::{Confidence, Meta, Severity, Sink};

/// Directive, the CoreDNS version that dropped it, the Kubernetes minor that brought that version with
/// kubeadm, and what to write.
const DROPPED: [(&str, &str, u16, &str); 5] = [
    ("proxy", "1.5.0", 16, "use `forward`"),
    ("federation", "1.7.0", 19, "take it out: federation v1 is gone"),
    ("upstream", "1.7.0", 19, "take it out: CoreDNS resolves by itself"),
    ("resyncperiod", "1.7.0", 19, "take it out: the period does nothing"),
    ("transfer", "1.7.0", 19, "use the plugin `transfer` outside of `kubernetes`"),
];

pub(crate) static CHECK: &Rule = &Rule {
    meta: Meta {
        id: "corefile-plugin",
        title: "Corefile that newer CoreDNS does not read",
        severity: Severity::Breaks,
        confidence: Confidence::Medium,
        first: Some(version::Minor::new(16)),
        last: None,
        what: "The plugins `proxy` and `federation`, and the options `upstream`, `resyncperiod`, `transfer` and several `endpoint`s of `kubernetes`, in a Corefile in a ConfigMap or in Helm values.",
        why: "CoreDNS 1.5 to 1.9 dropped them one after another and exits on what it does not know. Names stop resolving in the whole cluster when CoreDNS is moved to the version of the new minor.",
        remedy: "rewrite the Corefile for the version that goes with the target",
        example: "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: coredns\ndata:\n  Corefile: |\n    .:53 {\n        proxy . /etc/resolv.conf\n    }\n",
        fixed: "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: coredns\ndata:\n  Corefile: |\n    .:53 {\n        forward . /etc/resolv.conf\n    }\n",
        fix_safety: "",
        rows: &["NET-COREDNS-PLUGINS"],
        links: &["https://github.com/coredns/corefile-migration"],
        triggers: &["Corefile"],
    },
    level: Level::Objects,
    look,
};

fn look(scene: &Scene<'_>, sink: &mut Sink) {
    let document = scene.document();
    let is_map = scene
        .subject
        .object
        .is_some_and(|object| object.gvk.group.is_empty() && object.gvk.kind == "ConfigMap");
    let Some(node) = document.at(scene.subject.node, &["data", "Corefile"]).filter(|_| is_map) else {
        return;
    };
    let mut at = 0;
    let mut blocks: Vec<&str> = Vec::new();
    for line in document.text(node).unwrap_or_default().split_inclusive('\n') {
        let words = line.split('#').next().unwrap_or_default();
        let first = words.split_whitespace().next().unwrap_or_default();
        if let Some(dropped) =
            DROPPED.iter().find(|dropped| dropped.0 == first && stands_right(dropped.0, &blocks))
        {
            let start = at + line.find(first).unwrap_or_default();
            let (name, since, minor, remedy) = *dropped;
            let message = format!("CoreDNS {since} no longer knows '{name}' and exits");
            let found = scene.find(super::due::Due::at(minor), node, message);
            report(
                sink,
                found.map(|found| {
                    found.mended_by(remedy).within(document, node, &(start..start + name.len()))
                }),
            );
        }
        if words.trim_end().ends_with('{') {
            blocks.push(first);
        } else if words.trim() == "}" {
            blocks.pop();
        }
        at += line.len();
    }
}

/// Whether the word is a plugin of a server block, or an option of the plugin `kubernetes`.
fn stands_right(name: &str, blocks: &[&str]) -> bool {
    match name {
        "proxy" | "federation" => blocks.len() == 1,
        _ => blocks.last() == Some(&"kubernetes"),
    }
}
