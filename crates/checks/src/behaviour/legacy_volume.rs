//! Volumes of pods that nodes refuse or no longer care for: gitRepo and flexVolume.

use super::due::Due;
use super::pods::{pod_template, volumes};
use super::rule::{Level, Rule, report};
use super::scene::Scene;
use crate::{Confidence, Meta, Severity, Sink};

pub(crate) static GIT_REPO: &Rule = &Rule {
    meta: Meta {
        id: "git-repo-volume",
        title: "Volume of type `gitRepo`",
        severity: Severity::Breaks,
        confidence: Confidence::High,
        first: Some(version::Minor::new(16)),
        last: None,
        what: "Pods and pod templates with a volume of type `gitRepo`.",
        why: "The kubelet refuses such pods by default from 1.33 and always from 1.36. The API server still accepts them, so a dry run passes and the pod then never starts.",
        remedy: "clone in an init container into an `emptyDir`, keeping repository, revision and directory",
        example: "apiVersion: v1\nkind: Pod\nmetadata:\n  name: site\nspec:\n  volumes:\n    - name: content\n      gitRepo:\n        repository: https://example.com/site.git\n",
        fixed: "",
        fix_safety: "",
        rows: &["VOL-GITREPO"],
        links: &[
            "https://github.com/kubernetes/kubernetes/pull/129923",
            "https://github.com/kubernetes/kubernetes/pull/136400",
        ],
        triggers: &["gitRepo"],
    },
    level: Level::Objects,
    look: git_repo,
};

pub(crate) static FLEX: &Rule = &Rule {
    meta: Meta {
        id: "flex-volume",
        title: "Volume of type `flexVolume`",
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        first: Some(version::Minor::new(23)),
        last: None,
        what: "Pods, pod templates and PersistentVolumes with `flexVolume`.",
        why: "FlexVolume is deprecated since 1.23 in favour of CSI. kubeadm stops mounting its folder at 1.36, so drivers vanish from new control planes.",
        remedy: "move to the vendor's CSI driver",
        example: "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  volumes:\n    - name: data\n      flexVolume:\n        driver: example.com/lvm\n",
        fixed: "",
        fix_safety: "",
        rows: &["VOL-FLEX"],
        links: &["https://github.com/kubernetes/kubernetes/pull/136423"],
        triggers: &["flexVolume"],
    },
    level: Level::Objects,
    look: flex,
};

fn git_repo(scene: &Scene<'_>, sink: &mut Sink) {
    let Some(template) = pod_template(scene.subject) else { return };
    for volume in volumes(scene.document(), template) {
        let Some(entry) = scene.document().entry(volume, "gitRepo") else { continue };
        let message = "the kubelet refuses pods with a 'gitRepo' volume, though the API server accepts them";
        report(sink, scene.find(Due::row("VOL-GITREPO"), entry.key, message));
    }
}

fn flex(scene: &Scene<'_>, sink: &mut Sink) {
    let document = scene.document();
    let is_volume = scene
        .subject
        .object
        .is_some_and(|object| object.gvk.group.is_empty() && object.gvk.kind == "PersistentVolume");
    let mut holders =
        pod_template(scene.subject).map(|template| volumes(document, template)).unwrap_or_default();
    if is_volume {
        holders.extend(document.get(scene.subject.node, "spec"));
    }
    for holder in holders {
        let Some(entry) = document.entry(holder, "flexVolume") else { continue };
        report(
            sink,
            scene.find(Due::row("VOL-FLEX"), entry.key, "'flexVolume' is deprecated in favour of CSI"),
        );
    }
}
