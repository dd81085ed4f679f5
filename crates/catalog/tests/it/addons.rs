//! Which versions of an add-on go with which minors.

use catalog::{VersionOf, addon_compatibility, addons};

use crate::{addon_version, cell, csv_rows, minor};

#[test]
fn every_cell_of_the_file_is_in_the_table() {
    let rows = csv_rows(include_str!("../../data/addon-compat.csv"));
    assert_eq!(rows.len(), addons().map(|addon| addon_compatibility(addon).len()).sum::<usize>());
    for row in rows {
        let same = |found: &catalog::AddonCompatibility| {
            let told = [
                found.chart().to_owned(),
                format!("{:?}", found.version_of()).to_lowercase(),
                found.version_range().to_owned(),
                cell(found.oldest()),
                cell(found.newest()),
                found.basis().to_owned(),
                found.notes().to_owned(),
                found.source().to_owned(),
            ];
            told == ["chart", "version_of", "version_range", "min_k8s", "max_k8s", "basis", "notes", "source"]
                .map(|column| row[column].clone())
        };
        assert_eq!(addon_compatibility(&row["addon"]).filter(same).count(), 1, "{row:?}");
    }
}

#[test]
fn names_are_sorted_and_stand_once() {
    let names: Vec<&str> = addons().collect();
    assert!(names.windows(2).all(|pair| pair[0] < pair[1]));
    assert!(names.contains(&"karpenter") && names.contains(&"coredns (EKS add-on)"));
}

#[test]
fn a_range_covers_what_its_source_means() {
    for (addon, range, inside, outside) in [
        ("karpenter", "0.21.x", "0.21.1", "0.22.0"),
        ("karpenter", ">=1.0.5 <1.1.0", "1.0.9", "1.1.0"),
        ("external-dns", "<=0.9.x", "0.9.7", "0.10.0"),
        ("external-dns", "0.10.x-0.17.x", "v0.17.3", "0.18.0"),
        ("aws-load-balancer-controller", "2.0.0-2.1.3", "v2.1.3", "2.1.4"),
        ("prometheus-operator", "<0.84.0", "0.83.0", "0.84.0"),
        ("flux", "0.26-0.41", "0.41.2", "0.42.0"),
        ("vpc-cni (EKS add-on)", "v1.20.0..v1.20.2", "v1.20.2-eksbuild.1", "v1.20.3-eksbuild.1"),
        ("vpc-cni (EKS add-on)", "v1.21.1-eksbuild.1..7", "v1.21.1-eksbuild.7", "v1.21.1-eksbuild.8"),
        (
            "vpc-cni (EKS add-on)",
            "v1.19.5-eksbuild.3/v1.19.6-eksbuild.1",
            "v1.19.6-eksbuild.1",
            "v1.19.5-eksbuild.4",
        ),
        ("coredns (EKS add-on)", "v1.10.1-eksbuild.1..38", "v1.10.1-eksbuild.38", "v1.10.1-eksbuild.39"),
        ("kube-proxy (EKS add-on)", "v1.29.11-eksbuild.2", "v1.29.11-eksbuild.2", "v1.29.11-eksbuild.20"),
        ("datadog", "chart 3.x", "3.40.1", "4.0.0"),
    ] {
        let row = addon_compatibility(addon).find(|row| row.version_range() == range).unwrap();
        assert!(row.covers(&addon_version(inside)), "{row:?} covers {inside}");
        assert!(!row.covers(&addon_version(outside)), "{row:?} covers {outside}");
    }
}

#[test]
fn versions_of_charts_are_told_from_versions_of_programs() {
    let ranges = |of| addon_compatibility("ingress-nginx").filter(move |row| row.version_of() == of);
    assert!(ranges(VersionOf::Chart).all(|row| row.version_range().starts_with("chart ")));
    assert!(ranges(VersionOf::Addon).count() > 0 && ranges(VersionOf::Chart).count() > 0);
}

#[test]
fn an_unknown_add_on_has_no_rows() {
    assert_eq!(addon_compatibility("no-such-add-on").len(), 0);
    assert_eq!(addon_compatibility("").len(), 0);
}

#[test]
fn a_row_says_from_which_minor_to_which() {
    let row = addon_compatibility("karpenter").find(|row| row.version_range() == ">=1.0.5 <1.1.0").unwrap();
    assert_eq!((row.oldest(), row.newest()), (Some(minor("1.25")), Some(minor("1.31"))));
}
