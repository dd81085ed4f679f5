//! Versions in YAML: objects that make or upgrade clusters, and files of tools that do.

use manifest::{Document, NodeId};
use text::TextId;

use super::Found;

/// A kind of object or file that says a version.
struct Rule {
    /// What the API group ends with; empty for files that are no objects.
    group: &'static str,
    /// What the kind is; empty for any that has the field.
    kind: &'static str,
    what: &'static str,
    version: &'static [&'static str],
    /// Where it names the cluster, the most particular first.
    names: &'static [&'static [&'static str]],
    is_of_any: bool,
}

const OBJECT_NAME: &[&str] = &["metadata", "name"];

const RULES: &[Rule] = &[
    Rule {
        group: "eksctl.io",
        kind: "ClusterConfig",
        what: "eksctl",
        version: &["metadata", "version"],
        names: &[OBJECT_NAME],
        is_of_any: true,
    },
    Rule {
        group: "upgrade.cattle.io",
        kind: "Plan",
        what: "a plan of the system upgrade controller",
        version: &["spec", "version"],
        names: &[],
        is_of_any: true,
    },
    Rule {
        group: "controlplane.cluster.x-k8s.io",
        kind: "",
        what: "Cluster API",
        version: &["spec", "version"],
        names: &[
            &["spec", "eksClusterName"],
            &["metadata", "labels", "cluster.x-k8s.io/cluster-name"],
            OBJECT_NAME,
        ],
        is_of_any: false,
    },
    Rule {
        group: "cluster.x-k8s.io",
        kind: "Cluster",
        what: "Cluster API",
        version: &["spec", "topology", "version"],
        names: &[OBJECT_NAME],
        is_of_any: false,
    },
    Rule {
        group: "eks.aws.upbound.io",
        kind: "Cluster",
        what: "Crossplane",
        version: &["spec", "forProvider", "version"],
        names: &[&["metadata", "annotations", "crossplane.io/external-name"], OBJECT_NAME],
        is_of_any: false,
    },
    Rule {
        group: "eks.aws.crossplane.io",
        kind: "Cluster",
        what: "Crossplane",
        version: &["spec", "forProvider", "version"],
        names: &[&["metadata", "annotations", "crossplane.io/external-name"], OBJECT_NAME],
        is_of_any: false,
    },
    Rule {
        group: "eks.services.k8s.aws",
        kind: "Cluster",
        what: "ACK",
        version: &["spec", "version"],
        names: &[&["spec", "name"], OBJECT_NAME],
        is_of_any: false,
    },
    Rule {
        group: "",
        kind: "",
        what: "talhelper",
        version: &["kubernetesVersion"],
        names: &[&["clusterName"]],
        is_of_any: true,
    },
    Rule {
        group: "",
        kind: "",
        what: "Ansible",
        version: &["k3s_release_version"],
        names: &[],
        is_of_any: true,
    },
];

/// All that the documents of a text say.
pub(super) fn found(text: &str) -> Vec<Found> {
    let documents = manifest::parse_all(TextId(0), text.as_bytes()).unwrap_or_default();
    documents.iter().flat_map(in_document).collect()
}

fn in_document(document: &Document<'_>) -> Vec<Found> {
    let objects = manifest::objects(document);
    if objects.is_empty() {
        let Some(root) = document.root() else { return Vec::new() };
        let files = RULES.iter().filter(|rule| rule.group.is_empty());
        return files.filter_map(|rule| rule.found(document, root)).collect();
    }
    let of_object = |object: &manifest::Object<'_>| {
        let rule = RULES.iter().find(|rule| {
            rule.group == object.gvk.group && (rule.kind.is_empty() || rule.kind == object.gvk.kind)
        });
        rule.and_then(|rule| rule.found(document, object.node))
    };
    objects.iter().filter_map(of_object).collect()
}

impl Rule {
    fn found(&self, document: &Document<'_>, node: NodeId) -> Option<Found> {
        let said = document.dereference(document.at(node, self.version)?);
        let name = self.names.iter().find_map(|path| document.text_at(node, path));
        Some(Found {
            what: self.what,
            cluster: name.map(str::to_owned),
            version: document.text(said)?.to_owned(),
            range: document.span(said).range(),
            is_of_any: self.is_of_any,
        })
    }
}
