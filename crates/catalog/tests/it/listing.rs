//! What discovery lists by default: the table says what the file says, and agrees with what Kubernetes has announced and
//! with the lifecycles.

use std::collections::BTreeSet;

use catalog::{HORIZON, OLDEST, Overlay, Served, apis, served, served_by_default};
use resource::GroupVersionKind;
use version::Minor;

use crate::{csv_rows, gvk, minor, minors};

fn lists(at: Minor, text: &str) -> bool {
    served_by_default(at).unwrap().any(|listed| listed == gvk(text))
}

#[test]
fn every_row_of_the_file_is_listed_in_its_minors_and_in_no_other() {
    let rows = csv_rows(include_str!("../../data/served-by-default.csv"));
    assert!(rows.len() > 100);
    for m in minors() {
        let of_file: BTreeSet<[&str; 3]> = rows
            .iter()
            .filter(|row| minor(&row["first"]) <= m && m <= minor(&row["last"]))
            .map(|row| {
                [if row["group"] == "core" { "" } else { &row["group"] }, &row["version"], &row["kind"]]
            })
            .collect();
        let listed: Vec<[&str; 3]> =
            served_by_default(m).unwrap().map(|gvk| [gvk.group, gvk.version, gvk.kind]).collect();
        assert!(listed.is_sorted(), "{m}");
        assert_eq!(listed, Vec::from_iter(of_file), "{m}");
    }
}

#[test]
fn minors_outside_of_the_data_are_unknown() {
    assert!(served_by_default(OLDEST.previous().unwrap()).is_none());
    assert!(served_by_default(HORIZON.next()).is_none());
}

/// What Helm 3.21.4 and Helm 4.2.4 both printed as `.Capabilities.APIVersions` of a control plane of 1.37.0 on which
/// nothing was turned on or off; sorted, because their order is random.
const API_VERSIONS_1_37: &str = include_str!("../data/api-versions-1.37.txt");

#[test]
fn a_control_plane_of_1_37_lists_what_the_table_says() {
    let mut listed = BTreeSet::new();
    for kind in served_by_default(minor("1.37")).unwrap() {
        listed.insert(kind.group_version().to_string());
        listed.insert(format!("{}/{}", kind.group_version(), kind.kind));
    }
    let printed: BTreeSet<String> = API_VERSIONS_1_37.lines().map(str::to_owned).collect();
    assert_eq!(printed.len(), 105);
    assert_eq!(listed, printed);
}

/// The deprecation guide and the release notes of Kubernetes, and which betas began off.
#[test]
fn versions_come_and_go_when_kubernetes_said_so() {
    for (kind, first, last) in [
        ("apps/v1/Deployment", "1.16", "1.37"),
        ("v1/Pod", "1.16", "1.37"),
        ("apiextensions.k8s.io/v1beta1/CustomResourceDefinition", "1.16", "1.21"),
        ("apiregistration.k8s.io/v1/APIService", "1.16", "1.37"),
        ("extensions/v1beta1/Ingress", "1.16", "1.21"),
        ("networking.k8s.io/v1beta1/Ingress", "1.16", "1.21"),
        ("networking.k8s.io/v1/Ingress", "1.19", "1.37"),
        ("batch/v1beta1/CronJob", "1.16", "1.24"),
        ("batch/v1/CronJob", "1.21", "1.37"),
        ("discovery.k8s.io/v1beta1/EndpointSlice", "1.17", "1.24"),
        ("events.k8s.io/v1beta1/Event", "1.16", "1.24"),
        ("autoscaling/v2beta1/HorizontalPodAutoscaler", "1.16", "1.24"),
        ("autoscaling/v2beta2/HorizontalPodAutoscaler", "1.16", "1.25"),
        ("autoscaling/v2/HorizontalPodAutoscaler", "1.23", "1.37"),
        ("policy/v1beta1/PodSecurityPolicy", "1.16", "1.24"),
        ("policy/v1beta1/PodDisruptionBudget", "1.16", "1.24"),
        ("policy/v1/PodDisruptionBudget", "1.21", "1.37"),
        ("node.k8s.io/v1beta1/RuntimeClass", "1.16", "1.24"),
        ("flowcontrol.apiserver.k8s.io/v1beta1/FlowSchema", "1.20", "1.25"),
        ("flowcontrol.apiserver.k8s.io/v1beta2/FlowSchema", "1.23", "1.28"),
        ("flowcontrol.apiserver.k8s.io/v1beta3/FlowSchema", "1.26", "1.31"),
        ("storage.k8s.io/v1beta1/CSIStorageCapacity", "1.21", "1.26"),
        ("admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy", "1.30", "1.37"),
        ("authentication.k8s.io/v1/SelfSubjectReview", "1.28", "1.37"),
        ("resource.k8s.io/v1/ResourceClaim", "1.34", "1.37"),
    ] {
        for m in minors() {
            let expected = minor(first) <= m && m <= minor(last);
            assert_eq!(lists(m, kind), expected, "{kind} at {m}");
        }
    }
    for kind in [
        "apps/v1beta2/Deployment",
        "extensions/v1beta1/Deployment",
        "rbac.authorization.k8s.io/v1alpha1/Role",
        "admissionregistration.k8s.io/v1beta1/ValidatingAdmissionPolicy",
        "networking.k8s.io/v1beta1/ServiceCIDR",
        "resource.k8s.io/v1beta1/ResourceClaim",
        "storage.k8s.io/v1beta1/VolumeAttributesClass",
    ] {
        assert!(minors().all(|m| !lists(m, kind)), "{kind}");
    }
}

#[test]
fn kinds_of_subresources_stand_below_the_version_of_their_resource() {
    for (kind, first) in [
        ("v1/Eviction", "1.16"),
        ("v1/Scale", "1.16"),
        ("apps/v1/Scale", "1.16"),
        ("v1/PodExecOptions", "1.16"),
        ("v1/TokenRequest", "1.20"),
    ] {
        for m in minors() {
            assert_eq!(lists(m, kind), minor(first) <= m, "{kind} at {m}");
        }
    }
    for kind in ["policy/v1/Eviction", "autoscaling/v1/Scale", "authentication.k8s.io/v1/TokenRequest"] {
        assert!(minors().all(|m| !lists(m, kind)), "{kind}");
    }
}

/// Kinds that a subresource has, listed below a group and version that does not declare them, or that no manifest has.
const ONLY_LISTED: [&str; 10] = [
    "apps/v1/Scale",
    "v1/Eviction",
    "v1/NodeProxyOptions",
    "v1/PodAttachOptions",
    "v1/PodExecOptions",
    "v1/PodPortForwardOptions",
    "v1/PodProxyOptions",
    "v1/Scale",
    "v1/ServiceProxyOptions",
    "v1/TokenRequest",
];

/// Kinds that are answered at a subresource of another group.
const LISTED_ELSEWHERE: [&str; 4] = [
    "authentication.k8s.io/v1/TokenRequest",
    "autoscaling/v1/Scale",
    "policy/v1/Eviction",
    "policy/v1beta1/Eviction",
];

#[test]
fn a_kind_is_listed_where_its_lifecycle_says_that_it_is_served() {
    let upstream = Overlay::upstream();
    for m in minors() {
        let expected: BTreeSet<GroupVersionKind<'_>> = apis()
            .filter(|api| api.form().is_in_discovery() && served(*api, m, &upstream) == Served::Yes)
            .map(catalog::Api::gvk)
            .filter(|kind| !LISTED_ELSEWHERE.map(gvk).contains(kind))
            .collect();
        let listed: BTreeSet<GroupVersionKind<'_>> =
            served_by_default(m).unwrap().filter(|kind| !ONLY_LISTED.map(gvk).contains(kind)).collect();
        let differ: Vec<_> = listed.symmetric_difference(&expected).map(ToString::to_string).collect();
        assert_eq!(differ, Vec::<String>::new(), "{m}");
    }
}
