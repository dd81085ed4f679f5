//! Nodes on Amazon Linux 2, for which EKS has no image from 1.33 on.

use manifest::{Entry, NodeId};

use super::due::Due;
use super::rule::{Level, Rule, report};
use super::scene::Scene;
use super::walk::{container_key, entries};
use crate::{Confidence, Finding, Meta, Severity, Sink};

pub(crate) static CHECK: &Rule = &Rule {
    meta: Meta {
        id: "amazon-linux-2",
        title: "Nodes on Amazon Linux 2",
        severity: Severity::Breaks,
        confidence: Confidence::High,
        first: Some(version::Minor::new(33)),
        last: None,
        what: "Managed node groups with an `AL2_*` image type (eksctl, Crossplane, ACK, Cluster API), launch templates and node groups with Amazon Linux 2 images by name or SSM path, Karpenter classes with `amiFamily: AL2` or the alias `al2@…`, and classes pinned to image ids.",
        why: "EKS builds Amazon Linux 2 images up to 1.32 only, and none since 2025-11-26. From 1.33 on a node group cannot be created or updated, a Karpenter class with `al2@` is not ready and no node is launched. Pinned images keep starting nodes of the old version.",
        remedy: "move to Amazon Linux 2023 or Bottlerocket; rewrite `bootstrap.sh` user data as a nodeadm NodeConfig",
        example: "apiVersion: karpenter.k8s.aws/v1\nkind: EC2NodeClass\nmetadata:\n  name: default\nspec:\n  amiSelectorTerms:\n    - alias: al2@latest\n",
        fixed: "apiVersion: karpenter.k8s.aws/v1\nkind: EC2NodeClass\nmetadata:\n  name: default\nspec:\n  amiSelectorTerms:\n    - alias: al2023@v20250715\n",
        fix_safety: "",
        rows: &["RT-AL2"],
        links: &["https://docs.aws.amazon.com/eks/latest/userguide/eks-ami-deprecation-faqs.html"],
        triggers: &[
            "AL2_x86_64",
            "AL2_ARM_64",
            "amiFamily",
            "amazon-linux-2",
            "amazon-eks-",
            "amiSelector",
            "AWSNodeTemplate",
            "LookupType",
            "bootstrap.sh",
        ],
    },
    level: Level::Documents,
    look,
};

fn look(scene: &Scene<'_>, sink: &mut Sink) {
    for entry in entries(scene.document(), scene.subject.node) {
        let Some(key) = scene.document().text(entry.key) else { continue };
        report(sink, by_key(scene, key, entry).or_else(|| by_value(scene, entry)));
    }
    for item in sequences_of_scalars(scene) {
        report(sink, named_image(scene, item));
    }
    unset_family(scene, sink);
    bootstrap_script(scene, sink);
}

fn find(scene: &Scene<'_>, node: NodeId, message: String) -> Option<Finding> {
    scene.find(Due::row("RT-AL2"), node, message)
}

/// Keys that say the family by a word of their own.
fn by_key(scene: &Scene<'_>, key: &str, entry: Entry) -> Option<Finding> {
    let document = scene.document();
    let node = document.dereference(entry.value);
    let text = document.text(node)?;
    let is_old = match key {
        "amiType" | "ami_type" => text.starts_with("AL2_"),
        // Cluster API's lookup names what eksctl and Karpenter call a family.
        "amiFamily" | "eksLookupType" | "eksOptimizedLookupType" => {
            matches!(text, "AL2" | "AmazonLinux2" | "AmazonLinux" | "AmazonLinuxGPU")
        }
        "alias" => text == "al2" || text.starts_with("al2@"),
        _ => false,
    };
    if is_old {
        return find(
            scene,
            node,
            format!("'{key}: {text}' is Amazon Linux 2, which has no image from 1.33 on"),
        );
    }
    let is_pin = key == "id" && container_key_of_item(scene, entry) == Some("amiSelectorTerms")
        || matches!(key, "aws-ids" | "aws::ids") && container_key(document, entry.key) == Some("amiSelector");
    (is_pin && text.starts_with("ami-")).then(|| pinned(scene, node, text)).flatten()
}

/// An image pinned by id: what system it is only AWS knows, what it is not is newer than today.
fn pinned(scene: &Scene<'_>, node: NodeId, text: &str) -> Option<Finding> {
    let message = format!(
        "nodes are pinned to the image '{text}', which stays at its Kubernetes version and may be Amazon Linux 2"
    );
    let finding = find(scene, node, message)?.at_most(Severity::Warning).with_confidence(Confidence::Low);
    Some(finding.mended_by(
        "select images by an alias such as `al2023@v20250715`, or pin an image of the target version",
    ))
}

fn container_key_of_item<'d>(scene: &'d Scene<'_>, entry: Entry) -> Option<&'d str> {
    let item = scene.document().node(entry.key).parent?;
    container_key(scene.document(), item)
}

/// Image names and parameter paths that say the family, under whatever key.
fn by_value(scene: &Scene<'_>, entry: Entry) -> Option<Finding> {
    named_image(scene, scene.document().dereference(entry.value))
}

fn named_image(scene: &Scene<'_>, node: NodeId) -> Option<Finding> {
    let text = scene.document().text(node).filter(|text| !text.contains(char::is_whitespace))?;
    let is_path = text.contains("/aws/service/eks/optimized-ami/") && has_old_family(text);
    let is_name = ["amazon-eks-node-1.", "amazon-eks-gpu-node-1.", "amazon-eks-arm64-node-1."]
        .iter()
        .any(|name| text.contains(name))
        || text == "amazon-eks-node-*";
    (is_path || is_name)
        .then(|| find(scene, node, format!("'{text}' is an image of Amazon Linux 2")))
        .flatten()
}

/// `amazon-linux-2`, `amazon-linux-2-gpu`, `amazon-linux-2-arm64` as a part of the path, and not `amazon-linux-2023`.
fn has_old_family(path: &str) -> bool {
    path.split('/').any(|part| part == "amazon-linux-2" || part.starts_with("amazon-linux-2-"))
}

fn sequences_of_scalars(scene: &Scene<'_>) -> Vec<NodeId> {
    let document = scene.document();
    let items = super::walk::nodes(document, scene.subject.node)
        .into_iter()
        .flat_map(|node| document.items(node).to_vec())
        .filter(|item| document.text(*item).is_some());
    items.collect()
}

/// Before v1, a Karpenter class that names no family is of Amazon Linux 2.
fn unset_family(scene: &Scene<'_>, sink: &mut Sink) {
    let Some(object) = scene.subject.object else { return };
    let document = scene.document();
    let defaults_to_old = matches!(
        (object.gvk.group, object.gvk.version, object.gvk.kind),
        ("karpenter.k8s.aws", "v1alpha1", "AWSNodeTemplate")
    );
    let spec = document.get(scene.subject.node, "spec");
    let says = |key: &str| spec.is_some_and(|spec| document.get(spec, key).is_some());
    if !defaults_to_old || document.is_masked() || says("amiFamily") || says("launchTemplate") {
        return;
    }
    let message = "the class names no family, which means Amazon Linux 2".to_owned();
    report(sink, find(scene, object.kind, message));
}

/// `bootstrap.sh` is on Amazon Linux 2 alone.
fn bootstrap_script(scene: &Scene<'_>, sink: &mut Sink) {
    const SCRIPT: &str = "/etc/eks/bootstrap.sh";
    if !super::walk::holds_any(scene.document(), scene.subject.node, &[SCRIPT]) {
        return;
    }
    for node in super::walk::nodes(scene.document(), scene.subject.node) {
        let Some(at) = scene.document().text(node).and_then(|text| text.find(SCRIPT)) else { continue };
        let message = "user data calls 'bootstrap.sh', which only Amazon Linux 2 has".to_owned();
        let found = find(scene, node, message);
        report(
            sink,
            found.map(|found| {
                found.with_confidence(Confidence::Medium).within(
                    scene.document(),
                    node,
                    &(at..at + SCRIPT.len()),
                )
            }),
        );
    }
}
