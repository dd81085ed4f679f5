//! IP addresses and CIDRs that only a lenient reading accepts.

use manifest::NodeId;

use super::addresses::{Fault, address_fault, network_fault};
use super::due::Due;
use super::pods::pod_template;
use super::rule::{Level, Rule, report};
use super::scene::{Scene, replace};
use super::walk::{entries_named, items_at};
use crate::{Confidence, Finding, Meta, Safety, Severity, Sink};

const SOURCE_RANGES: &str = "service.beta.kubernetes.io/load-balancer-source-ranges";

pub(crate) static CHECK: &Rule = &Rule {
    meta: Meta {
        id: "malformed-ip",
        title: "IP address or CIDR with leading zeros or host bits",
        severity: Severity::Breaks,
        confidence: Confidence::High,
        first: Some(version::Minor::new(36)),
        last: None,
        what: "Addresses with leading zeros, CIDRs with bits set beyond their prefix and IPv4 addresses in IPv6 form, in NetworkPolicies, Services, host aliases and DNS settings of pods, EndpointSlices, Endpoints, Ingress status, nodes and ServiceCIDRs.",
        why: "From 1.36 the API server refuses such values in new objects and in changed fields; old values stay until somebody touches them. Programs that read `010.0.0.1` as octal see another address than Kubernetes did.",
        remedy: "write the network's own address and no leading zeros",
        example: "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: allow\nspec:\n  ingress:\n    - from:\n        - ipBlock:\n            cidr: 10.1.2.3/8\n",
        fixed: "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: allow\nspec:\n  ingress:\n    - from:\n        - ipBlock:\n            cidr: 10.0.0.0/8\n",
        fix_safety: "Host bits are masked unattended, since the network stays the same. Leading zeros ask: other programs may have read them as octal. So do IPv4 addresses in IPv6 form.",
        rows: &["NET-STRICTIP"],
        links: &["https://github.com/kubernetes/kubernetes/pull/137053", "https://kep.k8s.io/4858"],
        triggers: &[
            "ipBlock",
            "ServiceCIDR",
            "podCIDR",
            "loadBalancerSourceRanges",
            "load-balancer-source-ranges",
            "externalIPs",
            "hostAliases",
            "nameservers",
            "clusterIP",
            "EndpointSlice",
            "subsets",
            "loadBalancerIP",
            "loadBalancer:",
        ],
    },
    level: Level::Objects,
    look,
};

/// Nodes that hold addresses, and nodes that hold CIDRs.
#[derive(Default)]
struct Values {
    addresses: Vec<NodeId>,
    networks: Vec<NodeId>,
}

fn look(scene: &Scene<'_>, sink: &mut Sink) {
    let values = values(scene);
    for node in values.addresses {
        let text = scene.document().text(node).unwrap_or_default();
        report(sink, address_fault(text).and_then(|fault| finding(scene, node, text, fault)));
    }
    for node in values.networks {
        let text = scene.document().text(node).unwrap_or_default();
        report(sink, network_fault(text.trim()).and_then(|fault| finding(scene, node, text, fault)));
    }
    source_ranges_annotation(scene, sink);
}

fn values(scene: &Scene<'_>) -> Values {
    let (document, root) = (scene.document(), scene.subject.node);
    let Some(object) = scene.subject.object else { return Values::default() };
    let items = |path: &[&str]| items_at(document, root, path);
    match (object.gvk.group, object.gvk.kind) {
        ("networking.k8s.io" | "extensions", "NetworkPolicy") => network_policy(scene),
        ("networking.k8s.io" | "extensions", "Ingress") => Values {
            addresses: fields_of(scene, items(&["status", "loadBalancer", "ingress"]), "ip"),
            networks: Vec::new(),
        },
        ("networking.k8s.io", "ServiceCIDR") => {
            Values { addresses: Vec::new(), networks: items(&["spec", "cidrs"]) }
        }
        ("", "Service") => service(scene),
        ("", "Node") => Values {
            addresses: Vec::new(),
            networks: document
                .at(root, &["spec", "podCIDR"])
                .into_iter()
                .chain(items(&["spec", "podCIDRs"]))
                .collect(),
        },
        ("", "Endpoints") => {
            let lists = items(&["subsets"]).into_iter().flat_map(|subset| {
                ["addresses", "notReadyAddresses"].map(|key| items_at(document, subset, &[key]))
            });
            Values { addresses: fields_of(scene, lists.flatten().collect(), "ip"), networks: Vec::new() }
        }
        ("discovery.k8s.io", "EndpointSlice") => {
            let lists = items(&["endpoints"])
                .into_iter()
                .map(|endpoint| items_at(document, endpoint, &["addresses"]));
            Values { addresses: lists.flatten().collect(), networks: Vec::new() }
        }
        _ => pod(scene),
    }
}

fn fields_of(scene: &Scene<'_>, mappings: Vec<NodeId>, key: &str) -> Vec<NodeId> {
    mappings.into_iter().filter_map(|mapping| scene.document().get(mapping, key)).collect()
}

fn network_policy(scene: &Scene<'_>) -> Values {
    let document = scene.document();
    let blocks = entries_named(document, scene.subject.node, "ipBlock");
    let mut networks = Vec::new();
    for block in blocks {
        let block = document.dereference(block.value);
        networks.extend(document.get(block, "cidr"));
        networks.extend(items_at(document, block, &["except"]));
    }
    Values { addresses: Vec::new(), networks }
}

fn service(scene: &Scene<'_>) -> Values {
    let (document, root) = (scene.document(), scene.subject.node);
    let mut addresses = Vec::new();
    for key in ["clusterIP", "loadBalancerIP"] {
        addresses.extend(document.at(root, &["spec", key]));
    }
    for key in ["clusterIPs", "externalIPs"] {
        addresses.extend(items_at(document, root, &["spec", key]));
    }
    let ingress = items_at(document, root, &["status", "loadBalancer", "ingress"]);
    addresses.extend(fields_of(scene, ingress, "ip"));
    Values { addresses, networks: items_at(document, root, &["spec", "loadBalancerSourceRanges"]) }
}

fn pod(scene: &Scene<'_>) -> Values {
    let document = scene.document();
    let Some(spec) = pod_template(scene.subject).and_then(|template| template.spec) else {
        return Values::default();
    };
    let mut addresses = fields_of(scene, items_at(document, spec, &["hostAliases"]), "ip");
    addresses.extend(items_at(document, spec, &["dnsConfig", "nameservers"]));
    Values { addresses, networks: Vec::new() }
}

fn finding(scene: &Scene<'_>, node: NodeId, text: &str, fault: Fault) -> Option<Finding> {
    let (cause, new, safety) = match fault {
        Fault::HostBits(network) => {
            (format!("'{text}' has bits set beyond its prefix"), network, Safety::Safe)
        }
        Fault::LeadingZeros(new) => {
            let question =
                format!("is '{new}' meant? programs that read leading zeros as octal saw another address");
            (format!("'{text}' has leading zeros"), new, Safety::Ask(question))
        }
        Fault::MappedIpv4(new) => {
            let question = format!("is the IPv4 value '{new}' meant?");
            (format!("'{text}' is IPv4 in the form of IPv6"), new, Safety::Ask(question))
        }
    };
    let finding =
        scene.find(Due::row("NET-STRICTIP"), node, format!("{cause}, which is refused in new objects"))?;
    Some(finding.mended_by(format!("write '{new}'")).fixed_by(replace(new), safety))
}

/// The annotation holds a list parted by commas; only the whole of it has an address.
fn source_ranges_annotation(scene: &Scene<'_>, sink: &mut Sink) {
    let is_service = scene
        .subject
        .object
        .is_some_and(|object| object.gvk.group.is_empty() && object.gvk.kind == "Service");
    let Some(entry) = scene.annotation(scene.metadata(), SOURCE_RANGES).filter(|_| is_service) else {
        return;
    };
    let node = scene.document().dereference(entry.value);
    for range in scene.document().text(node).unwrap_or_default().split(',') {
        let found = network_fault(range.trim()).and_then(|fault| finding(scene, node, range.trim(), fault));
        report(
            sink,
            found.map(|mut found| {
                found.fix = None;
                found
            }),
        );
    }
}
