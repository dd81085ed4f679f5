//! Where clusters begin.

use crate::repositories::{REPOSITORY, config_map, fleet, kustomization, summary};

#[test]
fn a_cluster_begins_at_what_renders_itself() {
    let sync = format!("{REPOSITORY}---\n{}", kustomization("flux-system", "./clusters/production", ""));
    let (apps, map) = (kustomization("apps", "./apps", ""), config_map("web", "a: b"));
    let fleet = fleet(&[
        ("clusters/production/flux-system/gotk-sync.yaml", &sync),
        ("clusters/production/apps.yaml", &apps),
        ("apps/map.yaml", &map),
    ]);
    assert_eq!(
        summary(&fleet),
        [
            "production: flux-system = Kustomization flux-system/apps, GitRepository flux-system/flux-system, Kustomization flux-system/flux-system",
            "production: apps = ConfigMap flux-system/web",
        ]
    );
    assert!(fleet.assumptions.is_empty());
}

#[test]
fn a_source_that_is_declared_nowhere_is_this_repository_and_that_is_said() {
    let (apps, map) = (kustomization("apps", "./apps", ""), config_map("web", "a: b"));
    let fleet = fleet(&[("clusters/demo/apps.yaml", &apps), ("apps/map.yaml", &map)]);
    assert_eq!(summary(&fleet), ["demo: apps = ConfigMap flux-system/web"]);
    assert_eq!(
        fleet.assumptions.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["GitRepository flux-system/flux-system is declared nowhere and taken for this repository"]
    );
}

#[test]
fn two_sources_that_are_declared_nowhere_are_not_both_this_repository() {
    let apps = kustomization("apps", "./apps", "");
    let other = kustomization("other", "./apps", "").replace("name: flux-system\n", "name: elsewhere\n");
    let map = config_map("web", "a: b");
    let fleet = fleet(&[
        ("clusters/demo/apps.yaml", &apps),
        ("clusters/demo/other.yaml", &other),
        ("apps/map.yaml", &map),
    ]);
    assert_eq!(
        summary(&fleet),
        [
            "demo: apps = not assessed: GitRepository flux-system/flux-system is declared nowhere",
            "demo: other = not assessed: GitRepository flux-system/elsewhere is declared nowhere",
        ]
    );
}

#[test]
fn a_path_is_relative_to_its_own_source() {
    let tenant = "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata:\n  name: tenant\n  namespace: apps\nspec:\n  url: https://example.com/org/tenant\n";
    let of_tenant = kustomization("tenant", "./", "")
        .replace("name: flux-system\n", "name: tenant\n    namespace: apps\n");
    let (apps, map) = (kustomization("apps", "./apps", ""), config_map("web", "a: b"));
    let fleet = fleet(&[
        ("clusters/demo/apps.yaml", &apps),
        ("apps/tenant.yaml", &format!("{tenant}---\n{of_tenant}")),
        ("apps/map.yaml", &map),
    ]);
    let lines = summary(&fleet);
    assert_eq!(
        lines.last().unwrap(),
        "demo: tenant = not assessed: Git repository https://example.com/org/tenant is not in the cache"
    );
}

#[test]
fn nothing_renders_what_has_no_folder() {
    let lost = kustomization("lost", "./gone", "");
    let out = kustomization("out", "../elsewhere", "");
    let fleet = fleet(&[("clusters/demo/lost.yaml", &lost), ("clusters/demo/out.yaml", &out)]);
    assert_eq!(
        summary(&fleet),
        [
            "demo: lost = not assessed: path './gone' is no folder of GitRepository flux-system/flux-system",
            "demo: out = not assessed: path '../elsewhere' is no folder of GitRepository flux-system/flux-system",
        ]
    );
}
