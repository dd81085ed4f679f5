//! Static pods that need objects of the API.

use manifest::{Document, NodeId};

use super::due::Due;
use super::rule::{Level, Rule, report};
use super::scene::Scene;
use super::user_data::each_in_user_data;
use super::walk::{entries, items_at};
use crate::{Confidence, Meta, Severity, Sink};

const FOLDERS: [&str; 3] = ["etc/kubernetes/manifests/", "static-pods/", "staticpods/"];

pub(crate) static CHECK: &Rule = &Rule {
    meta: Meta {
        id: "static-pod-reference",
        title: "Static pod that refers to objects of the API",
        severity: Severity::Breaks,
        confidence: Confidence::Medium,
        first: Some(version::Minor::new(34)),
        last: None,
        what: "Pods in folders that kubelets read static pods from, and in user data that writes there, which name a service account, a Secret, a ConfigMap, a claim or a resource claim.",
        why: "From 1.34 the kubelet refuses static pods with such references; before, they started without what they asked for. From 1.37 nothing turns that off.",
        remedy: "take the reference out and put the file on the node, or make it a DaemonSet",
        example: "apiVersion: v1\nkind: Pod\nmetadata:\n  name: agent\n  annotations:\n    kubernetes.io/config.source: file\nspec:\n  serviceAccountName: agent\n  containers:\n    - name: agent\n      image: agent\n",
        fixed: "apiVersion: v1\nkind: Pod\nmetadata:\n  name: agent\n  annotations:\n    kubernetes.io/config.source: file\nspec:\n  containers:\n    - name: agent\n      image: agent\n",
        fix_safety: "",
        rows: &["RT-STATICPOD"],
        links: &[
            "https://github.com/kubernetes/kubernetes/pull/131837",
            "https://github.com/kubernetes/kubernetes/pull/140226",
        ],
        triggers: &[
            "kind: Pod\n",
            "kind: Pod\r",
            "\"kind\": \"Pod\"",
            "\"kind\":\"Pod\"",
            "etc/kubernetes/manifests",
        ],
    },
    level: Level::Objects,
    look,
};

fn look(scene: &Scene<'_>, sink: &mut Sink) {
    let document = scene.document();
    if is_pod(scene) {
        let in_folder = FOLDERS.iter().any(|folder| scene.subject.file.path.contains(folder));
        let says_so = scene
            .annotation(scene.metadata(), "kubernetes.io/config.source")
            .is_some_and(|entry| document.text(document.dereference(entry.value)) == Some("file"));
        if in_folder || says_so {
            references(scene, sink);
        }
        return;
    }
    // Cluster API and cloud-init write files: a path beside the content says which are static pods.
    if !super::walk::holds_any(document, scene.subject.node, &["etc/kubernetes/manifests"]) {
        return;
    }
    each_in_user_data(scene.subject, &["etc/kubernetes/manifests", "kind: Pod"], sink, &mut |inner, sink| {
        let inner = Scene { subject: inner, ..*scene };
        if is_pod(&inner) {
            references(&inner, sink);
        }
    });
}

fn is_pod(scene: &Scene<'_>) -> bool {
    scene.subject.object.is_some_and(|object| object.gvk.group.is_empty() && object.gvk.kind == "Pod")
}

fn references(scene: &Scene<'_>, sink: &mut Sink) {
    let document = scene.document();
    let Some(spec) = document.get(scene.subject.node, "spec") else { return };
    for (node, what) in referring(document, spec) {
        let message = format!("the kubelet refuses a static pod that refers to {what}");
        report(sink, scene.find(Due::row("RT-STATICPOD"), node, message));
    }
}

/// The keys under which a pod refers to objects, and what they refer to.
fn referring(document: &Document<'_>, spec: NodeId) -> Vec<(NodeId, &'static str)> {
    let mut found = Vec::new();
    for (key, what) in [
        ("serviceAccountName", "a service account"),
        ("serviceAccount", "a service account"),
        ("resourceClaims", "a resource claim"),
    ] {
        found.extend(document.entry(spec, key).map(|entry| (entry.key, what)));
    }
    for volume in items_at(document, spec, &["volumes"]) {
        for (key, what) in [
            ("secret", "a Secret"),
            ("configMap", "a ConfigMap"),
            ("persistentVolumeClaim", "a claim"),
            ("projected", "projected objects"),
        ] {
            found.extend(document.entry(volume, key).map(|entry| (entry.key, what)));
        }
    }
    for entry in entries(document, spec) {
        match document.text(entry.key) {
            Some("secretKeyRef" | "secretRef") => found.push((entry.key, "a Secret")),
            Some("configMapKeyRef" | "configMapRef") => found.push((entry.key, "a ConfigMap")),
            _ => {}
        }
    }
    found
}
