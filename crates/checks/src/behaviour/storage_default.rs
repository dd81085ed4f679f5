//! Claims that rely on a default StorageClass, and scheduler plugins about volumes.

use super::due::Due;
use super::rule::{Level, Rule, report};
use super::scene::Scene;
use super::walk::{entries, items_at};
use crate::{Confidence, Meta, Severity, Sink};

pub(crate) static DEFAULT_CLASS: &Rule = &Rule {
    meta: Meta {
        id: "default-storage-class",
        title: "Claim that relies on a default StorageClass",
        severity: Severity::Silent,
        confidence: Confidence::Medium,
        first: Some(version::Minor::new(30)),
        last: None,
        what: "PersistentVolumeClaims and claim templates without `storageClassName`.",
        why: "EKS clusters that are made at 1.30 or later have no default StorageClass: `gp2` is no longer marked. The claim waits for ever in a new cluster, though it works in one that was upgraded.",
        remedy: "name a StorageClass, or mark one of your own as the default",
        example: "# platform: eks\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata:\n  name: data\nspec:\n  accessModes: [ReadWriteOnce]\n",
        fixed: "# platform: eks\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata:\n  name: data\nspec:\n  storageClassName: gp3\n  accessModes: [ReadWriteOnce]\n",
        fix_safety: "",
        rows: &["VOL-SC-GP2"],
        links: &["https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions-standard.html"],
        triggers: &["PersistentVolumeClaim", "volumeClaimTemplates"],
    },
    level: Level::Objects,
    look: default_class,
};

pub(crate) static LIMIT_PLUGIN: &Rule = &Rule {
    meta: Meta {
        id: "volume-limit-plugin",
        title: "Scheduler plugin that is gone",
        severity: Severity::Breaks,
        confidence: Confidence::High,
        first: Some(version::Minor::new(29)),
        last: None,
        what: "The plugins `EBSLimits`, `GCEPDLimits`, `AzureDiskLimits`, `CinderLimits` and `SelectorSpread` in a KubeSchedulerConfiguration, also inside a ConfigMap.",
        why: "The scheduler exits on a plugin that it does not know: `SelectorSpread` since 1.29, the limits since 1.32. Limits come from CSINode objects alone, so an old driver sets none.",
        remedy: "take the plugin out of the profile and keep the CSI driver current",
        example: "apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\nprofiles:\n  - plugins:\n      filter:\n        disabled:\n          - name: EBSLimits\n",
        fixed: "apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\nprofiles:\n  - plugins: {}\n",
        fix_safety: "",
        rows: &["VOL-EBSLIMITS"],
        links: &[
            "https://github.com/kubernetes/kubernetes/pull/124003",
            "https://github.com/kubernetes/kubernetes/pull/117720",
        ],
        triggers: &["KubeSchedulerConfiguration"],
    },
    level: Level::Configuration,
    look: limit_plugin,
};

fn default_class(scene: &Scene<'_>, sink: &mut Sink) {
    let document = scene.document();
    let Some(object) = scene.subject.object.filter(|_| !document.is_masked()) else { return };
    // Which platform a cluster is on is told by the configuration; elsewhere this is another vendor's business.
    if scene.context.overlay.platform != catalog::Platform::Eks {
        return;
    }
    let claims = match (object.gvk.group, object.gvk.kind) {
        ("", "PersistentVolumeClaim") => vec![scene.subject.node],
        ("apps", "StatefulSet") => items_at(document, scene.subject.node, &["spec", "volumeClaimTemplates"]),
        _ => return,
    };
    for claim in claims {
        let Some(spec) = document.entry(claim, "spec") else { continue };
        let node = document.dereference(spec.value);
        let annotated = document
            .at(claim, &["metadata", "annotations", "volume.beta.kubernetes.io/storage-class"])
            .is_some();
        let bound = document.get(node, "volumeName").is_some() || document.get(node, "selector").is_some();
        if document.get(node, "storageClassName").is_none() && !annotated && !bound {
            let message = "the claim relies on a default StorageClass, which new EKS clusters do not have";
            report(sink, scene.find(Due::row("VOL-SC-GP2"), spec.key, message));
        }
    }
}

fn limit_plugin(scene: &Scene<'_>, sink: &mut Sink) {
    let document = scene.document();
    if scene.subject.object.is_none_or(|object| object.gvk.group != "kubescheduler.config.k8s.io") {
        return;
    }
    for entry in entries(document, scene.subject.node) {
        let value = document.dereference(entry.value);
        let due = match (document.text(entry.key), document.text(value)) {
            (Some("name"), Some("EBSLimits" | "GCEPDLimits" | "AzureDiskLimits" | "CinderLimits")) => {
                Due::row("VOL-EBSLIMITS")
            }
            (Some("name"), Some("SelectorSpread")) => Due::at(29),
            _ => continue,
        };
        let message = format!(
            "the scheduler no longer knows the plugin '{}' and exits",
            document.text(value).unwrap_or_default()
        );
        report(sink, scene.find(due, value, message));
    }
}
