//! The label and taint that control-plane nodes once had.

use manifest::NodeId;

use super::due::Due;
use super::rule::{Level, Rule, report};
use super::scene::{Scene, rename, replace};
use super::walk::{container_key, nodes, own_key};
use crate::{Confidence, Finding, FixAction, Meta, Severity, Sink};

const OLD: &str = "node-role.kubernetes.io/master";
const NEW: &str = "node-role.kubernetes.io/control-plane";

pub(crate) static CHECK: &Rule = &Rule {
    meta: Meta {
        id: "master-node-label",
        title: "Label or taint `node-role.kubernetes.io/master`",
        severity: Severity::Breaks,
        confidence: Confidence::High,
        first: Some(version::Minor::new(20)),
        last: None,
        what: "Node selectors and affinity that ask for the label `node-role.kubernetes.io/master`, and tolerations of the taint of that name that do not tolerate `control-plane` as well.",
        why: "kubeadm stops labelling nodes with it at 1.24 and tainting them at 1.25. A selector then matches no node and a lone toleration tolerates nothing: pods stay pending. On EKS there are no control-plane nodes at all, so such a selector never matched.",
        remedy: "ask for `node-role.kubernetes.io/control-plane`; tolerate both while clusters before 1.24 are left",
        example: "apiVersion: v1\nkind: Pod\nmetadata:\n  name: agent\nspec:\n  nodeSelector:\n    node-role.kubernetes.io/master: \"\"\n",
        fixed: "apiVersion: v1\nkind: Pod\nmetadata:\n  name: agent\nspec:\n  nodeSelector:\n    node-role.kubernetes.io/control-plane: \"\"\n",
        fix_safety: "Unattended where every cluster runs 1.24 or newer (the new label exists since 1.20, the new taint since 1.24); asks otherwise.",
        rows: &["LBL-MASTER"],
        links: &[
            "https://github.com/kubernetes/kubernetes/pull/107533",
            "https://github.com/kubernetes/kubernetes/pull/110095",
        ],
        triggers: &["node-role.kubernetes.io/master"],
    },
    level: Level::Documents,
    look,
};

fn look(scene: &Scene<'_>, sink: &mut Sink) {
    for node in nodes(scene.document(), scene.subject.node) {
        if scene.document().text(node) == Some(OLD) {
            report(sink, finding(scene, node));
        }
    }
}

fn finding(scene: &Scene<'_>, node: NodeId) -> Option<Finding> {
    let document = scene.document();
    let holder = container_key(document, node).unwrap_or_default();
    if holder.ends_with("odeSelector") {
        let message = format!("no node has the label '{OLD}' any more");
        let taken = document.node(node).parent.and_then(|selector| document.entry(selector, NEW)).is_some();
        let action = if taken { FixAction::RemoveEntry } else { rename(NEW) };
        return Some(with_fix(scene, scene.find(Due::between(20, 24), node, message)?, action, 20));
    }
    if own_key(document, node) != Some("key") {
        return None;
    }
    let mapping = document.node(node).parent?;
    if is_toleration(scene, mapping) {
        let message = format!("the taint '{OLD}' is gone and '{NEW}' is not tolerated");
        let finding =
            scene.find(Due::row("LBL-MASTER"), node, message).filter(|_| !tolerates_both(scene, mapping))?;
        return Some(with_fix(scene, finding, replace(NEW), 24));
    }
    let message = format!("no node has the label '{OLD}' any more");
    // "Keep off masters" stays true on every node; the pods merely lose the distinction.
    let excludes = matches!(document.text_at(mapping, &["operator"]), Some("DoesNotExist" | "NotIn"));
    let finding = scene.find(Due::between(20, 24), node, message)?;
    let finding = if excludes { finding.at_most(Severity::Silent) } else { finding };
    Some(with_fix(scene, finding, replace(NEW), 20))
}

fn with_fix(scene: &Scene<'_>, finding: Finding, action: FixAction, since: u16) -> Finding {
    let question = format!("do all nodes that this is for carry '{NEW}'? kubeadm gives it from 1.{since} on");
    finding.fixed_by(action, scene.safe_from(since, &question))
}

/// A toleration has an `effect` or stands in `tolerations`; a selector term has `values` beside its key.
fn is_toleration(scene: &Scene<'_>, mapping: NodeId) -> bool {
    container_key(scene.document(), mapping).is_some_and(|key| key.ends_with("olerations"))
}

fn tolerates_both(scene: &Scene<'_>, mapping: NodeId) -> bool {
    let document = scene.document();
    let Some(list) = document.node(mapping).parent else { return false };
    document.items(list).iter().any(|item| {
        let item = document.dereference(*item);
        let key = document.text_at(item, &["key"]);
        // A toleration without a key that only asks whether a taint exists tolerates all of them.
        key == Some(NEW) || key.is_none() && document.text_at(item, &["operator"]) == Some("Exists")
    })
}
