//! Custom resources: several rows for one kind, renamed groups, what an add-on serves at a version.

use catalog::{CrdState, crd_api, crd_apis, is_crd_group};

use crate::{addon_version, cell, csv_rows, gvk};

#[test]
fn every_cell_of_the_file_is_in_the_table() {
    let rows = csv_rows(include_str!("../../data/crd-lifecycle.csv"));
    assert_eq!(rows.len(), crd_apis().len());
    for row in rows {
        let text = format!("{}/{}/{}", row["group"], row["version"], row["kind"]);
        let found = crd_api(gvk(&text)).find(|crd| crd.addon() == row["addon"]).unwrap();
        for (column, value) in [
            ("introduced", cell(found.introduced().map(|v| v.text()))),
            ("storage_from", cell(found.storage_from().map(|v| v.text()))),
            ("deprecated", cell(found.deprecated().map(|v| v.text()))),
            ("unserved", cell(found.unserved().map(|v| v.text()))),
            ("removed", cell(found.removed().map(|v| v.text()))),
            ("replacement", cell(found.replacement())),
            ("state", format!("{:?}", found.state()).to_lowercase()),
            ("notes", found.notes().to_owned()),
            ("source", found.source().to_owned()),
        ] {
            assert_eq!(value, row[column], "{found:?}, {column}");
        }
    }
}

#[test]
fn every_replacement_is_a_row_and_the_way_ends() {
    for crd in crd_apis() {
        let mut current = crd;
        // No chain of replacements is as long as the table.
        for _ in 0..crd_apis().len() {
            let Some(replacement) = current.replacement() else { break };
            current = crd_api(replacement).next().unwrap_or_else(|| panic!("{current:?} → {replacement}"));
        }
        assert_eq!(current.replacement(), None, "{crd:?} goes in a circle");
    }
}

#[test]
fn both_channels_of_a_kind_are_found() {
    let addons: Vec<_> =
        crd_api(gvk("gateway.networking.k8s.io/v1alpha2/GRPCRoute")).map(|crd| crd.addon()).collect();
    assert_eq!(addons, ["gateway-api(experimental)", "gateway-api(standard)"]);
}

#[test]
fn a_renamed_group_is_found_through_the_replacement() {
    for (old, new) in [
        ("traefik.containo.us/v1alpha1/IngressRoute", "traefik.io/v1alpha1/IngressRoute"),
        ("certmanager.k8s.io/v1alpha1/Certificate", "cert-manager.io/v1/Certificate"),
        ("karpenter.sh/v1alpha5/Provisioner", "karpenter.sh/v1/NodePool"),
        ("karpenter.k8s.aws/v1alpha1/AWSNodeTemplate", "karpenter.k8s.aws/v1/EC2NodeClass"),
        ("authentication.istio.io/v1alpha1/Policy", "security.istio.io/v1/PeerAuthentication"),
    ] {
        let mut rows = crd_api(gvk(old));
        assert!(rows.len() > 0, "{old}");
        assert!(rows.all(|crd| crd.replacement() == Some(gvk(new))), "{old}");
    }
}

#[test]
fn tells_what_an_add_on_serves_at_a_version() {
    let crd = crd_api(gvk("helm.toolkit.fluxcd.io/v2beta1/HelmRelease")).next().unwrap();
    let introduced = crd.introduced().unwrap().version();
    assert_eq!(crd.served_by(&introduced), Some(true));
    assert_eq!(crd.served_by(&addon_version("0.0.0")), Some(false));
    let gone = crd_apis().find(|crd| crd.state() == CrdState::Removed && crd.introduced().is_some()).unwrap();
    assert_eq!(gone.served_by(&gone.removed().unwrap().version()), Some(false));
    let unserved =
        crd_apis().find(|crd| crd.state() == CrdState::Unserved && crd.introduced().is_some()).unwrap();
    assert_eq!(unserved.served_by(&unserved.unserved().unwrap().version()), Some(false));
    let unknown = crd_apis().find(|crd| crd.introduced().is_none()).unwrap();
    assert_eq!(unknown.served_by(&addon_version("1.0.0")), None);
}

#[test]
fn a_channel_before_a_version_does_not_hinder_comparing() {
    let linkerd = crd_api(gvk("policy.linkerd.io/v1beta2/HTTPRoute")).next().unwrap().introduced().unwrap();
    assert_eq!((linkerd.text(), linkerd.version()), ("stable-2.13.0", addon_version("2.13.0")));
    assert!(linkerd.version() > addon_version("2.9.0"));
}

#[test]
fn unknown_kinds_and_groups_are_not_found() {
    assert_eq!(crd_api(gvk("cert-manager.io/v9/Certificate")).len(), 0);
    assert_eq!(crd_api(gvk("networking.k8s.io/v1/Gateway")).len(), 0);
    assert!(is_crd_group("cert-manager.io") && is_crd_group("karpenter.sh"));
    assert!(!is_crd_group("networking.k8s.io") && !is_crd_group("manager.io") && !is_crd_group(""));
    assert!(crd_apis().all(|crd| !catalog::is_builtin_group(crd.gvk().group)));
}
