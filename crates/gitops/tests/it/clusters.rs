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
    assert_eq!(
        summary(&fleet),
        ["demo: flux-system = Kustomization flux-system/apps", "demo: apps = ConfigMap flux-system/web"]
    );
    assert_eq!(
        fleet.assumptions.iter().map(ToString::to_string).collect::<Vec<_>>(),
        [
            "demo: GitRepository flux-system/flux-system is declared nowhere and taken for this repository",
            "demo: nothing renders what stands in 'clusters/demo', so that Flux is taken to be bootstrapped with it",
        ]
    );
}

#[test]
fn of_two_sources_that_are_declared_nowhere_this_repository_is_what_flux_bootstraps() {
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
            "demo: flux-system = Kustomization flux-system/apps, Kustomization flux-system/other",
            "demo: apps = ConfigMap flux-system/web",
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
            "demo: flux-system = Kustomization flux-system/lost, Kustomization flux-system/out",
            "demo: lost = not assessed: path './gone' is no folder of GitRepository flux-system/flux-system",
            "demo: out = not assessed: path '../elsewhere' is no folder of GitRepository flux-system/flux-system",
        ]
    );
}

#[test]
fn what_nothing_deploys_is_told_beside_what_is() {
    let sync = format!("{REPOSITORY}---\n{}", kustomization("flux-system", "./flux", ""));
    let (old, map) = (kustomization("old", "./old", ""), config_map("web", "a: b"));
    let fleet = fleet(&[("flux/sync.yaml", &sync), ("archive/old.yaml", &old), ("old/map.yaml", &map)]);
    assert_eq!(
        summary(&fleet),
        [
            "cluster: flux-system = GitRepository flux-system/flux-system, Kustomization flux-system/flux-system"
        ]
    );
    let undeployed: Vec<&str> = fleet.undeployed.iter().map(|one| one.path.as_str()).collect();
    assert_eq!(undeployed, ["archive/old.yaml"]);
}

#[test]
fn a_branch_of_another_repository_is_not_this_one_even_if_its_path_is() {
    let of = |name: &str, branch: &str| {
        REPOSITORY.replace("name: flux-system", &format!("name: {name}")).replace("main", branch)
    };
    let sync =
        format!("{}---\n{}", of("flux-system", "main"), kustomization("flux-system", "./clusters/demo", ""));
    let tenant = kustomization("tenant", "./", "").replace("name: flux-system\n", "name: tenant\n");
    let tenant = format!("{}---\n{tenant}", of("tenant", "tenant"));
    let fleet = fleet(&[("clusters/demo/sync.yaml", &sync), ("clusters/demo/tenant.yaml", &tenant)]);
    assert_eq!(
        summary(&fleet).last().unwrap(),
        "demo: tenant = not assessed: Git repository https://example.com/org/fleet at branch tenant is not in the cache"
    );
}

#[test]
fn a_unit_that_renders_the_variables_that_it_asks_for_has_them() {
    let variables = "  postBuild:\n    substituteFrom:\n      - kind: ConfigMap\n        name: settings\n";
    let sync = format!("{REPOSITORY}---\n{}", kustomization("flux-system", "./clusters/demo", variables));
    let fleet = fleet(&[
        ("clusters/demo/sync.yaml", &sync),
        ("clusters/demo/settings.yaml", &config_map("settings", "domain: example.com")),
        ("clusters/demo/map.yaml", &config_map("web", "a: ${domain}")),
    ]);
    assert!(crate::repositories::text(&fleet, "web").contains("a: example.com\n"), "{:?}", summary(&fleet));
}

#[test]
fn an_instance_of_the_flux_operator_says_where_a_cluster_begins() {
    let instance = "apiVersion: fluxcd.controlplane.io/v1\nkind: FluxInstance\nmetadata:\n  name: flux\n  namespace: flux-system\nspec:\n  sync:\n    kind: GitRepository\n    url: https://example.com/org/fleet\n    ref: refs/heads/main\n    path: clusters/demo\n";
    let (apps, map) = (kustomization("apps", "./apps", ""), config_map("web", "a: b"));
    let fleet = fleet(&[
        ("clusters/demo/apps.yaml", &apps),
        ("clusters/demo/instance.yaml", instance),
        ("apps/map.yaml", &map),
    ]);
    assert_eq!(
        summary(&fleet),
        [
            "demo: flux-system = Kustomization flux-system/apps, FluxInstance flux-system/flux",
            "demo: apps = ConfigMap flux-system/web",
        ]
    );
    assert!(fleet.assumptions.is_empty());
}

#[test]
fn a_cluster_without_a_source_in_git_begins_with_a_repository_that_bootstraps_it() {
    let apps = kustomization("apps", "./apps", "").replace("kind: GitRepository", "kind: OCIRepository");
    let fleet = fleet(&[("clusters/demo/apps.yaml", &apps)]);
    assert_eq!(
        summary(&fleet),
        [
            "demo: flux-system = Kustomization flux-system/apps",
            "demo: apps = not assessed: OCIRepository flux-system/flux-system is declared nowhere",
        ]
    );
}
