//! Kubernetes versions that nodes are pinned to.

use manifest::{Entry, NodeId};
use version::Minor;

use super::component_skew::oldest_beside;
use super::rule::{Level, Rule, report};
use super::scene::Scene;
use super::walk::entries;
use crate::{Confidence, Finding, Meta, Severity, Sink};

pub(crate) static CHECK: &Rule = &Rule {
    meta: Meta {
        id: "node-version-pin",
        title: "Nodes pinned to a version that is too far from the target",
        severity: Severity::Breaks,
        confidence: Confidence::High,
        first: None,
        last: None,
        what: "Versions of node groups (Crossplane, ACK, Cluster API) and images by SSM path or name that say a minor newer than the target, or more than three minors (two for kubelets before 1.25) older.",
        why: "A kubelet may never be newer than the API server and may lag by three minors only. EKS refuses to move the control plane while a node group would fall out of that range.",
        remedy: "roll the nodes to a version within three minors before the control plane's hop",
        example: "apiVersion: eks.aws.upbound.io/v1beta1\nkind: NodeGroup\nmetadata:\n  name: workers\nspec:\n  forProvider:\n    version: \"1.28\"\n",
        fixed: "apiVersion: eks.aws.upbound.io/v1beta1\nkind: NodeGroup\nmetadata:\n  name: workers\nspec:\n  forProvider:\n    version: \"1.33\"\n",
        fix_safety: "",
        rows: &["SKEW-KUBELET"],
        links: &[
            "https://kubernetes.io/releases/version-skew-policy/#kubelet",
            "https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html",
        ],
        triggers: &[
            "NodeGroup",
            "Nodegroup",
            "MachineDeployment",
            "MachinePool",
            "/aws/service/eks/optimized-ami/",
            "/aws/service/bottlerocket/aws-k8s-",
            "amazon-eks-",
        ],
    },
    level: Level::Objects,
    look,
};

fn look(scene: &Scene<'_>, sink: &mut Sink) {
    for node in version_fields(scene) {
        let Some(minor) = scene.document().text(node).and_then(|text| text.parse().ok()) else { continue };
        report(sink, judged(scene, node, minor));
    }
    for Entry { value, .. } in entries(scene.document(), scene.subject.node) {
        let text = scene.document().text(value).unwrap_or_default();
        report(sink, minor_in_image(text).and_then(|minor| judged(scene, value, minor)));
    }
}

/// The scalars that say a node group's version.
fn version_fields(scene: &Scene<'_>) -> Vec<NodeId> {
    let (document, root) = (scene.document(), scene.subject.node);
    let Some(object) = scene.subject.object else { return Vec::new() };
    let path: &[&str] = match (object.gvk.group, object.gvk.kind) {
        ("eks.aws.upbound.io" | "eks.aws.crossplane.io" | "eks.aws.m.upbound.io", "NodeGroup") => {
            &["spec", "forProvider", "version"]
        }
        ("eks.services.k8s.aws", "Nodegroup") => &["spec", "version"],
        ("cluster.x-k8s.io", "MachineDeployment" | "MachinePool") => &["spec", "template", "spec", "version"],
        _ => return Vec::new(),
    };
    document.at(root, path).into_iter().collect()
}

/// The minor in the path of an SSM parameter or in the name of an image.
fn minor_in_image(text: &str) -> Option<Minor> {
    if text.contains(char::is_whitespace) {
        return None;
    }
    let after = |sign: &str| text.split_once(sign).map(|(_, rest)| rest);
    let rest = after("/aws/service/eks/optimized-ami/")
        .or_else(|| after("/aws/service/bottlerocket/aws-k8s-"))
        .or_else(|| after("amazon-eks-node-al2023-x86_64-standard-"))
        .or_else(|| after("amazon-eks-node-al2023-arm64-standard-"))
        .or_else(|| after("amazon-eks-node-"))?;
    let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
    rest.get(..end)?.parse().ok()
}

fn judged(scene: &Scene<'_>, node: NodeId, minor: Minor) -> Option<Finding> {
    let target = scene.context.target();
    if minor > target {
        let message = format!("nodes are of {minor}, newer than the target {target}");
        let mut finding = scene.note(node, message)?;
        finding.minor = Some(target);
        return Some(finding);
    }
    let hop = minor.hops_to(target).find(|server| minor < oldest_beside(*server))?;
    let message = format!("nodes are of {minor}, too old beside a control plane of {hop}");
    let mut finding = scene.note(node, message)?;
    finding.minor = Some(hop);
    Some(finding)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kubelet_lags_three_minors_from_1_25_on_and_two_before() {
        let too_old = |kubelet: u16, server: u16| Minor::new(kubelet) < oldest_beside(Minor::new(server));
        assert!(too_old(28, 32) && !too_old(28, 31));
        assert!(!too_old(25, 28) && too_old(24, 28) && too_old(24, 27) && !too_old(24, 26));
        assert!(too_old(22, 25) && !too_old(23, 25));
    }

    #[test]
    fn minors_are_read_from_paths_and_names() {
        let cases = [
            ("/aws/service/eks/optimized-ami/1.29/amazon-linux-2023/recommended/image_id", Some(29)),
            ("resolve:ssm:/aws/service/bottlerocket/aws-k8s-1.30/x86_64/latest/image_id", Some(30)),
            ("amazon-eks-node-1.28-v20240807", Some(28)),
            ("amazon-eks-node-al2023-x86_64-standard-1.31-v*", Some(31)),
            ("amazon-eks-node-*", None),
            ("see /aws/service/eks/optimized-ami/1.29/ there", None),
        ];
        for (text, minor) in cases {
            assert_eq!(minor_in_image(text), minor.map(Minor::new), "{text}");
        }
    }
}
