//! What a chart is told of the cluster, beside what Helm says.

use std::error::Error;

use helm::HelmVersion::{V3, V4};
use helm::capabilities::{Capabilities, KubeVersion, ParseKubeVersion};

/// Text, and what Helm 3.21.4 and Helm 4.2.4 read in it; `tools/oracle/capabilities` printed them.
const ROWS: &str = include_str!("../data/kube-versions.jsonl");

fn outcome(read: Result<KubeVersion, ParseKubeVersion>) -> serde_json::Value {
    match read {
        Ok(KubeVersion { version, normalized, major, minor }) => {
            serde_json::json!([version, normalized, major, minor])
        }
        Err(error) => error.to_string().into(),
    }
}

#[test]
fn versions_are_read_as_helm_reads_them() {
    let mut count = 0;
    for row in ROWS.lines() {
        let (text, by_3, by_4): (String, serde_json::Value, serde_json::Value) =
            serde_json::from_str(row).unwrap();
        assert_eq!(outcome(KubeVersion::parse(&text, V3)), by_3, "{text:?}");
        assert_eq!(outcome(KubeVersion::parse(&text, V4)), by_4, "{text:?}");
        count += 1;
    }
    assert_eq!(count, 116);
}

#[test]
fn by_default_it_is_what_is_compiled_in() {
    for version in [V3, V4] {
        let capabilities = Capabilities::of(version);
        let expected = KubeVersion {
            version: "v1.36.0".to_owned(),
            normalized: "v1.36.0".to_owned(),
            major: "1".to_owned(),
            minor: "36".to_owned(),
        };
        assert_eq!(capabilities.kube_version, expected);
        assert_eq!(capabilities.api_versions.len(), 55);
        assert_eq!(capabilities.api_versions.first().unwrap(), "v1");
        assert_eq!(capabilities.api_versions.last().unwrap(), "apiextensions.k8s.io/v1");
        assert!(capabilities.has("extensions/v1beta1") && capabilities.has("policy/v1"));
        assert!(
            !capabilities.has("apps/v1/Deployment") && !capabilities.has("apps") && !capabilities.has("")
        );
    }
    assert_eq!(Capabilities::of(V3).helm_version.kube_client_version, None);
    assert_eq!(Capabilities::of(V4).helm_version.kube_client_version, Some("v1.36"));
    assert_eq!(Capabilities::of(V3).helm_version.version, "v3.21.4");
    assert_eq!(Capabilities::of(V4).helm_version.version, "v4.2.4");
}

#[test]
fn what_is_given_comes_over_and_behind_what_is_compiled_in() {
    let given = ["monitoring.coreos.com/v1", "v1"].map(str::to_owned);
    let capabilities = Capabilities::offline(V3, "1.16", given).unwrap();
    assert_eq!(capabilities.kube_version.version, "v1.16");
    assert_eq!(capabilities.api_versions[55..], ["monitoring.coreos.com/v1", "v1"]);
    assert!(capabilities.has("monitoring.coreos.com/v1") && capabilities.has("autoscaling/v2"));
    assert_eq!(Capabilities::offline(V4, "", []).unwrap(), Capabilities::of(V4));
}

#[test]
fn a_version_that_is_none_is_refused_in_helms_words() {
    let error = Capabilities::offline(V4, "1", []).unwrap_err();
    let chain = format!("{error}: {}", error.source().unwrap());
    assert_eq!(chain, r#"invalid kube version '1': illegal version string "1""#);
}

#[test]
fn a_cluster_has_its_groups_versions_and_kinds_each_once() {
    let kinds = [
        ("apps", "v1", "Deployment"),
        ("", "v1", "Pod"),
        ("apps", "v1", "Scale"),
        ("", "v1", "Eviction"),
        ("", "v1", "Pod"),
    ];
    let capabilities = Capabilities::of_cluster(V4, KubeVersion::first_of_minor(29), kinds);
    assert_eq!(
        capabilities.api_versions,
        ["apps/v1", "apps/v1/Deployment", "apps/v1/Scale", "v1", "v1/Eviction", "v1/Pod"]
    );
    assert_eq!(capabilities.kube_version, KubeVersion::parse("1.29.0", V4).unwrap());
    assert!(capabilities.has("apps/v1/Deployment") && !capabilities.has("policy/v1"));
}
