//! The rows about built-in APIs: the tables say what the file says, and the file avoids the pitfalls
//! of mining such facts.

use std::collections::{BTreeMap, BTreeSet};

use catalog::{Api, Conversion, DefaultOn, Form, apis};
use resource::GroupVersion;
use version::Minor;

use crate::{api, cell, csv_rows, gvk, minor};

const FILE: &str = include_str!("../../data/api-lifecycle.csv");

fn with_core(group: &str) -> &str {
    if group.is_empty() { "core" } else { group }
}

#[test]
fn every_cell_of_the_file_is_in_the_table() {
    let rows = csv_rows(FILE);
    assert_eq!(rows.len(), apis().len());
    for row in rows {
        let group = if row["group"] == "core" { "" } else { &row["group"] };
        let text = format!("{group}/{}/{}", row["version"], row["kind"]);
        let found = api(text.trim_start_matches('/'));
        let replacement =
            found.replacement().map(|gvk| format!("{}/{}/{}", with_core(gvk.group), gvk.version, gvk.kind));
        let on = match found.default_on() {
            DefaultOn::Yes => "yes".to_owned(),
            DefaultOn::No => "no".to_owned(),
            DefaultOn::EksSince(minor) => format!("eks:{minor}"),
        };
        let conversion = match found.conversion() {
            None => "",
            Some(Conversion::Header) => "header",
            Some(Conversion::Meaning) => "meaning",
            Some(Conversion::Fields) => "fields",
            Some(Conversion::Redesign) => "redesign",
        };
        for (column, value) in [
            ("form", format!("{:?}", found.form()).to_lowercase()),
            ("introduced", cell(found.introduced())),
            ("deprecated", cell(found.deprecated())),
            ("removed", cell(found.removed())),
            ("enableable_until", cell(found.enableable_until())),
            ("default_on", on),
            ("replacement", cell(replacement)),
            ("conversion", conversion.to_owned()),
            ("notes", found.notes().to_owned()),
            ("source", found.source().to_owned()),
        ] {
            assert_eq!(value, row[column], "{found}, {column}");
        }
    }
}

#[test]
fn rows_are_sorted_and_each_stands_once() {
    let keys: Vec<_> = apis().map(|api| (api.gvk().group, api.gvk().kind, api.gvk().version)).collect();
    assert!(keys.windows(2).all(|pair| pair[0] < pair[1]));
}

#[test]
fn events_are_in_order_and_every_replacement_is_a_row_with_a_first_minor() {
    for api in apis() {
        let events: Vec<Minor> =
            [api.introduced(), api.deprecated(), api.removed()].into_iter().flatten().collect();
        assert!(events.is_sorted(), "{api}: {events:?}");
        if let Some(replacement) = api.replacement() {
            let target = catalog::api(replacement).unwrap_or_else(|| panic!("{api} → {replacement}"));
            assert!(target.introduced().is_some(), "{api} → {replacement} has no first minor");
            assert!(!replacement.kind.ends_with("List"), "{api} → {replacement}");
        } else {
            assert_eq!(api.conversion(), None, "{api}");
        }
    }
}

/// The first and last minor whose published OpenAPI has the row, as its notes say; the first is none
/// if it is older than the oldest one examined.
fn observed(api: Api) -> Option<(Option<Minor>, Minor)> {
    let (_, after) = api.notes().split_once("swagger ")?;
    let range = after.split([' ', '|']).next()?;
    let (first, last) = range.split_once('-')?;
    let first = if first.starts_with("<=") { None } else { Some(first.parse().ok()?) };
    Some((first, last.parse().ok()?))
}

#[test]
fn removed_is_where_the_version_was_last_seen_even_if_the_marker_says_later() {
    let mut compared = 0;
    for api in apis() {
        let Some((_, last)) = observed(api) else { continue };
        let expected = match api.enableable_until() {
            // Off by default from the removal on: the code outlived it.
            Some(until) => {
                assert_eq!(until, last, "{api}");
                Some(minor("1.16"))
            }
            None if last == catalog::HORIZON => api.removed().filter(|removed| *removed > last),
            // The path of an eviction advertises one version only, so the older is never seen.
            None if api == crate::api("policy/v1beta1/Eviction") => Some(minor("1.25")),
            None => Some(last.next()),
        };
        assert_eq!(api.removed(), expected, "{api}");
        compared += 1;
    }
    assert!(compared > 200, "{compared}");
    for api in apis() {
        if let Some((_, marker)) = api.notes().split_once("lifecycle tag says removed ") {
            let marker: Minor = marker.split([' ', ',']).next().unwrap().parse().unwrap();
            assert!(api.removed().unwrap() < marker, "{api}");
        }
    }
    assert_eq!(
        api("storagemigration.k8s.io/v1alpha1/StorageVersionMigration").removed(),
        Some(minor("1.35"))
    );
    assert_eq!(api("resource.k8s.io/v1alpha3/ResourceClaim").removed(), Some(minor("1.34")));
    assert_eq!(api("networking.k8s.io/v1alpha1/ServiceCIDR").removed(), Some(minor("1.31")));
}

#[test]
fn introduced_is_where_the_version_was_first_seen() {
    // Seen later than the marker says, for the reason that their notes give.
    let by_marker =
        ["authentication.k8s.io/v1/TokenRequest", "storage.k8s.io/v1alpha1/CSIStorageCapacity"].map(api);
    for api in apis().filter(|api| !by_marker.contains(api)) {
        match observed(api) {
            Some((Some(first), _)) => assert_eq!(api.introduced(), Some(first), "{api}"),
            Some((None, _)) => {
                assert!(api.introduced().is_none_or(|minor| minor <= Minor::new(11)), "{api}");
            }
            None => {}
        }
    }
    for (row, first) in [
        ("flowcontrol.apiserver.k8s.io/v1/FlowSchema", "1.29"),
        ("autoscaling/v2/HorizontalPodAutoscaler", "1.23"),
        ("policy/v1/PodDisruptionBudget", "1.21"),
        ("batch/v1/CronJob", "1.21"),
        ("discovery.k8s.io/v1/EndpointSlice", "1.21"),
        ("networking.k8s.io/v1/Ingress", "1.19"),
    ] {
        assert_eq!(api(row).introduced(), Some(minor(first)), "{row}");
    }
}

#[test]
fn rows_that_no_source_file_of_kubernetes_lists_are_there() {
    for (row, removed) in [
        ("apiextensions.k8s.io/v1beta1/CustomResourceDefinition", "1.22"),
        ("apiregistration.k8s.io/v1beta1/APIService", "1.22"),
        ("rbac.authorization.k8s.io/v1alpha1/ClusterRole", "1.23"),
        ("rbac.authorization.k8s.io/v1alpha1/RoleBinding", "1.23"),
        ("settings.k8s.io/v1alpha1/PodPreset", "1.20"),
        ("audit.k8s.io/v1beta1/Policy", "1.24"),
        ("kubeadm.k8s.io/v1beta3/ClusterConfiguration", "1.37"),
        ("kubeadm.k8s.io/v1beta3/InitConfiguration", "1.37"),
        ("apps/v1beta1/ReplicaSet", "1.16"),
        ("autoscaling/v2beta1/HorizontalPodAutoscaler", "1.25"),
        ("policy/v1beta1/PodSecurityPolicy", "1.25"),
        ("flowcontrol.apiserver.k8s.io/v1alpha1/FlowSchema", "1.21"),
        // Ones that guides of the project leave out.
        ("admissionregistration.k8s.io/v1beta1/ValidatingAdmissionPolicy", "1.34"),
        ("authentication.k8s.io/v1beta1/SelfSubjectReview", "1.33"),
        ("storage.k8s.io/v1alpha1/VolumeAttributesClass", "1.35"),
    ] {
        assert_eq!(api(row).removed(), Some(minor(removed)), "{row}");
    }
    assert_eq!(api("kubelet.config.k8s.io/v1beta1/KubeletConfiguration").form(), Form::File);
}

#[test]
fn replacements_that_tools_get_wrong_are_right() {
    for (row, replacement) in [
        ("networking.k8s.io/v1beta1/IngressClass", "networking.k8s.io/v1/IngressClass"),
        ("node.k8s.io/v1beta1/RuntimeClass", "node.k8s.io/v1/RuntimeClass"),
        ("events.k8s.io/v1beta1/Event", "events.k8s.io/v1/Event"),
        ("policy/v1beta1/Eviction", "policy/v1/Eviction"),
        ("authentication.k8s.io/v1beta1/SelfSubjectReview", "authentication.k8s.io/v1/SelfSubjectReview"),
        (
            "admissionregistration.k8s.io/v1beta1/ValidatingAdmissionPolicy",
            "admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy",
        ),
        ("resource.k8s.io/v1beta1/ResourceClaim", "resource.k8s.io/v1/ResourceClaim"),
        ("extensions/v1beta1/Ingress", "networking.k8s.io/v1/Ingress"),
    ] {
        assert_eq!(api(row).replacement(), Some(gvk(replacement)), "{row}");
    }
    for row in ["policy/v1beta1/PodSecurityPolicy", "settings.k8s.io/v1alpha1/PodPreset"] {
        assert_eq!(api(row).replacement(), None, "{row}");
    }
}

#[test]
fn as_many_are_removed_at_each_minor_as_the_file_says() {
    let mut by_file: BTreeMap<String, usize> = BTreeMap::new();
    for row in csv_rows(FILE) {
        *by_file.entry(row["removed"].clone()).or_default() += 1;
    }
    let mut by_table: BTreeMap<String, usize> = BTreeMap::new();
    for api in apis() {
        *by_table.entry(cell(api.removed())).or_default() += 1;
    }
    assert_eq!(by_file, by_table);
    // Kubernetes' own markers alone give at least these: see the table of pitfalls in the issue.
    for (at, least) in [("1.16", 18), ("1.22", 22), ("1.25", 9), ("1.26", 3), ("1.29", 2)] {
        assert!(by_table[at] >= least, "{at}: {}", by_table[at]);
    }
}

#[test]
fn minors_are_compared_by_number() {
    // As floats 1.9 is above 1.16, and 1.3 equals 1.30.
    assert!(api("apps/v1/Deployment").introduced() < api("apps/v1beta1/Deployment").removed());
    assert!(
        Minor::new(3)
            < api("admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy").introduced().unwrap()
    );
}

#[test]
fn groups_and_versions_are_known_whatever_the_minor() {
    let known = |text: &str| catalog::group_version_known(GroupVersion::parse(text).unwrap());
    for text in ["v1", "apps/v1", "extensions/v1beta1", "autoscaling/v2beta2", "batch/v2alpha1"] {
        assert!(known(text), "{text}");
    }
    for text in ["v2", "apps/v2", "autoscaling/v2beta3", "serving.knative.dev/v1", "core/v1"] {
        assert!(!known(text), "{text}");
    }
}

#[test]
fn a_group_is_built_in_only_by_its_whole_name() {
    for group in ["", "apps", "extensions", "policy", "networking.k8s.io", "settings.k8s.io"] {
        assert!(catalog::is_builtin_group(group), "{group:?}");
    }
    for group in [
        "core",
        "app",
        "k8s.io",
        "gateway.networking.k8s.io",
        "networking.istio.io",
        "autoscaling.k8s.io",
        "snapshot.storage.k8s.io",
        "serving.knative.dev",
    ] {
        assert!(!catalog::is_builtin_group(group), "{group:?}");
    }
}

#[test]
fn a_kind_of_the_same_name_in_another_group_is_not_found() {
    for text in [
        "serving.knative.dev/v1/Service",
        "networking.istio.io/v1beta1/Gateway",
        "autoscaling.k8s.io/v1/VerticalPodAutoscaler",
        "networking.k8s.io/v1beta1/NetworkPolicy",
        "core/v1/Pod",
        "apps/v1/deployment",
        "apps/v1/DeploymentList",
    ] {
        assert_eq!(catalog::api(gvk(text)), None, "{text}");
    }
}

#[test]
fn versions_rank_as_kubernetes_prefers_them() {
    for (row, ranked) in [
        ("autoscaling/v1/HorizontalPodAutoscaler", &["v2", "v1", "v2beta2", "v2beta1"][..]),
        (
            "resource.k8s.io/v1/ResourceClaim",
            &["v1", "v1beta2", "v1beta1", "v1alpha3", "v1alpha2", "v1alpha1"][..],
        ),
    ] {
        let mut versions: Vec<Api> = catalog::family(api(row)).collect();
        versions.sort_by_key(|api| std::cmp::Reverse(api.maturity()));
        let versions: Vec<&str> = versions.iter().map(|api| api.gvk().version).collect();
        assert_eq!(versions, ranked);
    }
}

#[test]
fn a_family_crosses_groups_but_not_kinds() {
    let kinds = |text: &str| -> BTreeSet<String> {
        catalog::family(api(text)).map(|api| api.gvk().to_string()).collect()
    };
    assert_eq!(
        kinds("networking.k8s.io/v1/Ingress"),
        ["extensions/v1beta1/Ingress", "networking.k8s.io/v1/Ingress", "networking.k8s.io/v1beta1/Ingress"]
            .map(str::to_owned)
            .into()
    );
    assert_eq!(kinds("v1/Endpoints"), ["v1/Endpoints".to_owned()].into());
    assert_eq!(kinds("v1/Event"), ["v1/Event".to_owned()].into());
}

#[test]
fn only_what_a_server_answers_for_is_in_discovery() {
    for (row, in_discovery) in [
        ("v1/Pod", true),
        ("policy/v1/Eviction", true),
        ("authentication.k8s.io/v1/TokenReview", true),
        ("admission.k8s.io/v1/AdmissionReview", false),
        ("kubeadm.k8s.io/v1beta4/ClusterConfiguration", false),
        ("kubescheduler.config.k8s.io/v1/KubeSchedulerConfiguration", false),
        ("audit.k8s.io/v1/Policy", false),
    ] {
        assert_eq!(api(row).form().is_in_discovery(), in_discovery, "{row}");
    }
}
