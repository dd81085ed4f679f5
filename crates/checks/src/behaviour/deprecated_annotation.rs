//! Annotations that still work and whose successors exist.

use manifest::{Entry, NodeId};

use super::due::Due;
use super::rule::{Level, Rule, report};
use super::scene::{Scene, rename};
use super::walk::items_at;
use crate::{Confidence, Finding, FixAction, Meta, Safety, Severity, Sink};

const HINTS: &str = "service.kubernetes.io/topology-aware-hints";
const MODE: &str = "service.kubernetes.io/topology-mode";
const PROVISIONER: &str = "volume.beta.kubernetes.io/storage-provisioner";
const CLASS: &str = "volume.beta.kubernetes.io/storage-class";
const MOUNT_OPTIONS: &str = "volume.beta.kubernetes.io/mount-options";
const MOUNTABLE: &str = "kubernetes.io/enforce-mountable-secrets";

pub(crate) static CHECK: &Rule = &Rule {
    meta: Meta {
        id: "deprecated-annotation",
        title: "Deprecated annotation",
        severity: Severity::Warning,
        confidence: Confidence::High,
        first: Some(version::Minor::new(23)),
        last: None,
        what: "Topology annotations on Services, `volume.beta.kubernetes.io/` annotations on claims, volumes and claim templates, `kubernetes.io/enforce-mountable-secrets` on service accounts.",
        why: "They work for now and the API server warns about them. Each has a successor with a clearer meaning; topology-aware routing by annotation will not become stable.",
        remedy: "use the field that took its place",
        example: "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n  annotations:\n    service.kubernetes.io/topology-aware-hints: auto\n",
        fixed: "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  trafficDistribution: PreferSameZone\n",
        fix_safety: "`topology-aware-hints` is renamed to `topology-mode` where every cluster runs 1.27 and no newer one is on the way. The others change meaning or immutable fields and are left to a person.",
        rows: &["ANN-TOPO-HINTS", "ANN-STORPROV", "ANN-MOUNTSEC"],
        links: &[
            "https://github.com/kubernetes/kubernetes/pull/116522",
            "https://github.com/kubernetes/kubernetes/pull/130742",
            "https://github.com/kubernetes/kubernetes/pull/124819",
            "https://github.com/kubernetes/kubernetes/pull/128396",
        ],
        triggers: &[
            "service.kubernetes.io/topology-",
            "volume.beta.kubernetes.io/",
            "kubernetes.io/enforce-mountable-secrets",
        ],
    },
    level: Level::Objects,
    look,
};

fn look(scene: &Scene<'_>, sink: &mut Sink) {
    let Some(object) = scene.subject.object else { return };
    match (object.gvk.group, object.gvk.kind) {
        ("", "Service") => report(sink, topology(scene)),
        ("", "ServiceAccount") => report(sink, mountable_secrets(scene)),
        ("", "PersistentVolumeClaim" | "PersistentVolume") => storage(scene, scene.metadata(), sink),
        ("apps", "StatefulSet") => {
            for claim in items_at(scene.document(), scene.subject.node, &["spec", "volumeClaimTemplates"]) {
                storage(scene, scene.document().get(claim, "metadata"), sink);
            }
        }
        _ => {}
    }
}

fn topology(scene: &Scene<'_>) -> Option<Finding> {
    let metadata = scene.metadata();
    if let Some(entry) = scene.annotation(metadata, MODE) {
        let message =
            format!("'{MODE}' is deprecated: topology-aware routing by annotation will not become stable");
        let remedy = "set `spec.trafficDistribution` (from 1.31), which keeps traffic in the zone without balancing by load";
        return scene.find(Due::discouraged(33), entry.key, message).map(|found| found.mended_by(remedy));
    }
    let entry = scene.annotation(metadata, HINTS)?;
    let message = format!("'{HINTS}' is deprecated since 1.27");
    let finding = scene.find(Due::discouraged(27), entry.key, message)?;
    // At 1.33 the successor is deprecated in its turn: renaming would only trade one warning for another.
    if scene.starts_at(27) && !scene.context.reaches(version::Minor::new(33)) {
        return Some(finding.mended_by(format!("call it '{MODE}'")).fixed_by(rename(MODE), Safety::Safe));
    }
    Some(finding.mended_by("set `spec.trafficDistribution` once every cluster runs 1.31"))
}

fn mountable_secrets(scene: &Scene<'_>) -> Option<Finding> {
    let entry = scene.annotation(scene.metadata(), MOUNTABLE)?;
    let message = format!("'{MOUNTABLE}' is deprecated since 1.32");
    let finding = scene.find(Due::row("ANN-MOUNTSEC"), entry.key, message)?;
    Some(finding.mended_by("keep secrets that pods must not mount in a namespace of their own"))
}

fn storage(scene: &Scene<'_>, metadata: Option<NodeId>, sink: &mut Sink) {
    let cases = [
        (CLASS, 23, "spec.storageClassName"),
        (MOUNT_OPTIONS, 31, "spec.mountOptions"),
        (PROVISIONER, 23, ""),
    ];
    for (key, since, field) in cases {
        let Some(entry) = scene.annotation(metadata, key) else { continue };
        report(sink, storage_finding(scene, entry, (key, since, field)));
    }
}

fn storage_finding(
    scene: &Scene<'_>,
    entry: Entry,
    (key, since, field): (&str, u16, &str),
) -> Option<Finding> {
    let finding = scene.find(Due::discouraged(since), entry.key, format!("'{key}' is deprecated"))?;
    if field.is_empty() {
        let remedy = "take it out: a controller writes it on live claims, and nobody reads it from files";
        return Some(finding.mended_by(remedy).fixed_by(FixAction::RemoveEntry, Safety::Safe));
    }
    let is_template = scene.subject.object.is_some_and(|object| object.gvk.kind == "StatefulSet");
    Some(finding.mended_by(if is_template {
        format!("set `{field}` in the claim template; the field is immutable, so delete the StatefulSet with `--cascade=orphan` first")
    } else {
        format!("set `{field}` when the object is next created: it cannot be changed on a live one")
    }))
}
