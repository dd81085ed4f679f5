//! Labels of nodes that were renamed, wherever pods, volumes and node pools ask for them.

use manifest::{Entry, NodeId};

use super::due::Due;
use super::rule::{Level, Rule, report};
use super::scene::{Scene, rename, replace};
use super::walk::{container_key, nodes, own_key};
use crate::{Confidence, Finding, FixAction, Meta, Safety, Severity, Sink};

/// Old label, new label, the row, and the first minor whose nodes carry the new one.
const RENAMED: [(&str, &str, &str, u16); 5] = [
    ("beta.kubernetes.io/os", "kubernetes.io/os", "LBL-BETA-OSARCH", 14),
    ("beta.kubernetes.io/arch", "kubernetes.io/arch", "LBL-BETA-OSARCH", 14),
    ("beta.kubernetes.io/instance-type", "node.kubernetes.io/instance-type", "LBL-BETA-ITYPE", 17),
    ("failure-domain.beta.kubernetes.io/zone", "topology.kubernetes.io/zone", "LBL-FAILDOM", 17),
    ("failure-domain.beta.kubernetes.io/region", "topology.kubernetes.io/region", "LBL-FAILDOM", 17),
];

pub(crate) static CHECK: &Rule = &Rule {
    meta: Meta {
        id: "deprecated-node-label",
        title: "Deprecated label of nodes",
        severity: Severity::Warning,
        confidence: Confidence::High,
        first: Some(version::Minor::new(16)),
        last: None,
        what: "`beta.kubernetes.io/os`, `arch` and `instance-type`, `failure-domain.beta.kubernetes.io/zone` and `region` in node selectors, affinity, topology keys and spreads, Karpenter requirements, node affinity of volumes, allowed topologies of storage classes, and Helm values of the same shape.",
        why: "They have stable names since 1.14 and 1.17. Karpenter and newer cloud controllers know only those; storage plugins stopped putting the old zone labels on new volumes at 1.21 and 1.22. What asks for a label that no node has is never scheduled.",
        remedy: "ask for the stable label",
        example: "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  nodeSelector:\n    beta.kubernetes.io/os: linux\n",
        fixed: "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  nodeSelector:\n    kubernetes.io/os: linux\n",
        fix_safety: "Unattended where it selects nodes. A topology key asks, since pods are scheduled anew; node affinity of a volume is never touched, since it is immutable.",
        rows: &["LBL-BETA-OSARCH", "LBL-BETA-ITYPE", "LBL-FAILDOM"],
        links: &[
            "https://kubernetes.io/docs/reference/labels-annotations-taints/",
            "https://github.com/kubernetes/kubernetes/pull/101534",
        ],
        triggers: &[
            "beta.kubernetes.io/os",
            "beta.kubernetes.io/arch",
            "beta.kubernetes.io/instance-type",
            "failure-domain.beta.kubernetes.io/",
        ],
    },
    level: Level::Documents,
    look,
};

/// How a label is asked for.
enum Place {
    /// A key of a node selector.
    Selector(Entry),
    /// The `key` of a requirement.
    Requirement,
    /// A topology key.
    Topology,
}

fn look(scene: &Scene<'_>, sink: &mut Sink) {
    for node in nodes(scene.document(), scene.subject.node) {
        let text = scene.document().text(node).unwrap_or_default();
        let Some(label) = RENAMED.iter().find(|(old, ..)| *old == text) else { continue };
        if let Some(place) = place_of(scene, node) {
            report(sink, finding(scene, node, *label, &place));
        }
    }
}

/// The label's place, if it is one that asks for nodes: a label on an object says nothing.
fn place_of(scene: &Scene<'_>, node: NodeId) -> Option<Place> {
    let document = scene.document();
    let parent = document.node(node).parent?;
    if let Some(entry) = document.entries(parent).iter().find(|entry| entry.key == node) {
        let holder = container_key(document, node)?;
        return holder.ends_with("odeSelector").then_some(Place::Selector(*entry));
    }
    match own_key(document, node).or_else(|| container_key(document, node))? {
        "key" => Some(Place::Requirement),
        "topologyKey" | "topologyKeys" => Some(Place::Topology),
        _ => None,
    }
}

fn finding(
    scene: &Scene<'_>,
    node: NodeId,
    (old, new, row, since): (&str, &str, &str, u16),
    place: &Place,
) -> Option<Finding> {
    let kind = scene.subject.object.map_or("", |object| object.gvk.kind);
    let finding = scene.find(labels_due(row), node, format!("the node label '{old}' is deprecated"))?;
    let finding = finding.mended_by(format!("ask for '{new}'"));
    if kind == "PersistentVolume" {
        return Some(finding.mended_by(format!(
            "nothing to edit: node affinity of a volume is immutable, so its nodes must keep '{old}' until it is replaced"
        )));
    }
    let safety = match (kind, place) {
        ("Job", _) => Safety::Ask(
            "the pod template of a Job cannot be changed in place: is the Job deleted before this is applied?"
                .to_owned(),
        ),
        (_, Place::Topology) => {
            Safety::Ask("pods are scheduled anew when the topology key changes: may they restart?".to_owned())
        }
        _ => scene.safe_since(since, &format!("nodes carry '{new}' only from 1.{since} on")),
    };
    let action = match place {
        Place::Selector(entry) => selector_fix(scene, *entry, new),
        Place::Requirement | Place::Topology => replace(new),
    };
    let confidence = if kind.is_empty() { Confidence::Medium } else { Confidence::High };
    Some(finding.fixed_by(action, safety).with_confidence(confidence))
}

/// Zone labels count as deprecated only: nodes keep them, new volumes do not get them.
fn labels_due(row: &str) -> Due {
    Due { effective: None, ..Due::row(row) }
}

/// Renames the key, or takes it out where the stable one stands beside it.
fn selector_fix(scene: &Scene<'_>, entry: Entry, new: &str) -> FixAction {
    let selector = scene.document().node(entry.key).parent;
    match selector.and_then(|selector| scene.document().entry(selector, new)) {
        Some(_) => FixAction::RemoveEntry,
        None => rename(new),
    }
}
