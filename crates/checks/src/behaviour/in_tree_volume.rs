//! Volume plugins that were a part of Kubernetes.

use manifest::{Entry, NodeId};

use super::due::Due;
use super::pods::{pod_template, volumes};
use super::rule::{Level, Rule, report};
use super::scene::Scene;
use crate::{Confidence, Meta, Severity, Sink};

/// Field of a volume, provisioner of a StorageClass, the row, and what took its place.
const PLUGINS: [(&str, &str, &str, &str); 14] = [
    ("awsElasticBlockStore", "kubernetes.io/aws-ebs", "VOL-AWSEBS", "ebs.csi.aws.com"),
    ("gcePersistentDisk", "kubernetes.io/gce-pd", "VOL-GCEPD", "pd.csi.storage.gke.io"),
    ("azureDisk", "kubernetes.io/azure-disk", "VOL-AZDISK", "disk.csi.azure.com"),
    ("azureFile", "kubernetes.io/azure-file", "VOL-AZFILE", "file.csi.azure.com"),
    ("vsphereVolume", "kubernetes.io/vsphere-volume", "VOL-VSPHERE", "csi.vsphere.vmware.com"),
    ("cinder", "kubernetes.io/cinder", "VOL-CINDER", "cinder.csi.openstack.org"),
    ("glusterfs", "kubernetes.io/glusterfs", "VOL-GLUSTER", ""),
    ("flocker", "kubernetes.io/flocker", "VOL-FQS", "the vendor's CSI driver"),
    ("quobyte", "kubernetes.io/quobyte", "VOL-FQS", "the vendor's CSI driver"),
    ("storageos", "kubernetes.io/storageos", "VOL-FQS", "the vendor's CSI driver"),
    ("scaleIO", "kubernetes.io/scaleio", "VOL-SCALEIO", "the vendor's CSI driver"),
    ("cephfs", "", "VOL-CEPHFS", "cephfs.csi.ceph.com"),
    ("rbd", "kubernetes.io/rbd", "VOL-RBD", "rbd.csi.ceph.com"),
    ("portworxVolume", "kubernetes.io/portworx-volume", "VOL-PORTWORX", "pxd.portworx.com"),
];

pub(crate) static CHECK: &Rule = &Rule {
    meta: Meta {
        id: "in-tree-volume",
        title: "Volume of an in-tree plugin",
        severity: Severity::Breaks,
        confidence: Confidence::High,
        first: Some(version::Minor::new(21)),
        last: None,
        what: "Volumes of pods, PersistentVolumes and StorageClasses that name a plugin which was built into Kubernetes: AWS EBS, GCE PD, Azure, vSphere, Cinder, GlusterFS, Flocker, Quobyte, StorageOS, ScaleIO, CephFS, RBD, Portworx.",
        why: "The plugins were handed to CSI drivers and then taken out, each at its own minor. Where a driver translates, it must run before the minor that asks for it, or claims wait for ever; where none does, pods with such volumes no longer start.",
        remedy: "install the CSI driver first and move to a StorageClass of its own",
        example: "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata:\n  name: fast\nprovisioner: kubernetes.io/aws-ebs\n",
        fixed: "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata:\n  name: fast-csi\nprovisioner: ebs.csi.aws.com\n",
        fix_safety: "",
        rows: &[
            "VOL-AWSEBS",
            "VOL-GCEPD",
            "VOL-AZDISK",
            "VOL-AZFILE",
            "VOL-VSPHERE",
            "VOL-CINDER",
            "VOL-GLUSTER",
            "VOL-FQS",
            "VOL-SCALEIO",
            "VOL-CEPHFS",
            "VOL-RBD",
            "VOL-PORTWORX",
        ],
        links: &["https://kubernetes.io/docs/concepts/storage/volumes/#csi-migration"],
        // A volume of type `rbd` must list its monitors; the word itself is too short to look for.
        triggers: &[
            "awsElasticBlockStore",
            "gcePersistentDisk",
            "azureDisk",
            "azureFile",
            "vsphereVolume",
            "cinder:",
            "\"cinder\"",
            "glusterfs",
            "flocker",
            "quobyte",
            "storageos",
            "scaleIO",
            "cephfs:",
            "\"cephfs\"",
            "monitors",
            "portworxVolume",
            "provisioner",
        ],
    },
    level: Level::Objects,
    look,
};

fn look(scene: &Scene<'_>, sink: &mut Sink) {
    let Some(object) = scene.subject.object else { return };
    let document = scene.document();
    match (object.gvk.group, object.gvk.kind) {
        ("", "PersistentVolume") => {
            let spec = document.get(scene.subject.node, "spec");
            report_fields(scene, spec, "a volume's source cannot be changed: create a new one", sink);
        }
        ("storage.k8s.io", "StorageClass") => storage_class(scene, sink),
        _ => {
            let Some(template) = pod_template(scene.subject) else { return };
            for volume in volumes(document, template) {
                report_fields(
                    scene,
                    Some(volume),
                    "use a claim of a StorageClass that the driver provisions",
                    sink,
                );
            }
        }
    }
}

fn report_fields(scene: &Scene<'_>, holder: Option<NodeId>, advice: &str, sink: &mut Sink) {
    let Some(holder) = holder else { return };
    for (field, _, row, successor) in PLUGINS {
        let Some(Entry { key, .. }) = scene.document().entry(holder, field) else { continue };
        let message = message(field, row);
        let found = scene.find(Due::row(row), key, message);
        report(sink, found.map(|found| found.mended_by(remedy(successor, advice))));
    }
}

fn storage_class(scene: &Scene<'_>, sink: &mut Sink) {
    let document = scene.document();
    let Some(node) = document.get(scene.subject.node, "provisioner") else { return };
    let provisioner = document.text(node).unwrap_or_default();
    let plugin = PLUGINS.iter().find(|(_, name, ..)| !name.is_empty() && *name == provisioner);
    let Some((_, _, row, successor)) = plugin else { return };
    let advice = "a StorageClass cannot be changed: create one under another name";
    let found = scene.find(Due::row(row), node, message(provisioner, row));
    report(sink, found.map(|found| found.mended_by(remedy(successor, advice))));
}

fn message(what: &str, row: &str) -> String {
    match row {
        "VOL-AWSEBS" | "VOL-VSPHERE" => {
            format!("the in-tree volume '{what}' works only where its CSI driver runs")
        }
        _ => format!("the in-tree volume plugin of '{what}' is taken out"),
    }
}

fn remedy(successor: &str, advice: &str) -> String {
    match successor {
        "" => format!("move the data to another kind of storage: there is no CSI successor; {advice}"),
        _ => format!("install the CSI driver ({successor}) before the upgrade; {advice}"),
    }
}
