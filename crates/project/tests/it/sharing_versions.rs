//! Objects that clusters of several versions share: a version that all of them serve, or the overlays that are needed.

use project::ScanRequest;

use super::fleets::{Files, World, kustomization, release};

const BUDGET: &str =
    "kind: PodDisruptionBudget\nmetadata:\n  name: a\nspec:\n  selector: {matchLabels: {app: a}}\n";

/// Two clusters that go these ways, each with an overlay over one base.
fn world(old: (&str, &str), new: (&str, &str), overlay: &'static str) -> World {
    let base = "resources: [../../base]\n";
    let mut world = World::new(vec![
        ("clusters/old/apps.yaml", kustomization("apps", "./apps/old", "")),
        ("clusters/new/apps.yaml", kustomization("apps", "./apps/new", "")),
        ("apps/old/kustomization.yaml", base.to_owned()),
        ("apps/new/kustomization.yaml", format!("{base}{overlay}")),
        ("base/kustomization.yaml", "resources: [a.yaml]\n".to_owned()),
        ("base/a.yaml", format!("apiVersion: policy/v1beta1\n{BUDGET}")),
    ]);
    configure(&mut world, old, new);
    world
}

fn configure(world: &mut World, old: (&str, &str), new: (&str, &str)) {
    let only = ["removed-api", "no-common-version"].map(str::to_owned).to_vec();
    world.request = ScanRequest { only, from: None, to: None, ..world.request.clone() };
    let cluster =
        |name, (from, to): (&str, &str)| format!("- {{name: {name}, version: '{from}', target: '{to}'}}\n");
    world.config = format!("clusters:\n{}{}", cluster("old", old), cluster("new", new)).leak();
}

/// Each finding with its place, whom it reaches, and what to do.
fn told(world: &World) -> Vec<String> {
    let scan = world.scan();
    let line = |finding: &checks::Finding| {
        let path = scan.inventory.texts.path(finding.span.text).unwrap();
        let see = finding
            .related
            .iter()
            .map(|(span, what)| format!(" | {}: {what}", scan.inventory.texts.path(span.text).unwrap()));
        let see: String = see.collect();
        let clusters = finding.clusters.join(" ");
        format!("{path} {} {:?} [{clusters}]: {}{see}", finding.check, finding.severity, finding.remedy)
    };
    scan.findings.iter().map(line).collect()
}

/// The files that change, and whether `policy/v1` stands in them then.
fn changed(world: &World) -> Vec<(String, bool)> {
    let (_, plan) = world.fixed();
    let files = plan.files.iter().filter(|file| file.is_change());
    files
        .map(|file| (file.path.clone(), String::from_utf8_lossy(&file.after).contains("policy/v1\n")))
        .collect()
}

#[test]
fn a_base_gets_a_version_that_all_clusters_serve_on_all_of_their_ways() {
    let world = world(("1.21", "1.22"), ("1.24", "1.25"), "");
    assert_eq!(told(&world), ["base/a.yaml removed-api Breaks [new]: use policy/v1, served since 1.21"]);
    assert_eq!(changed(&world), [("base/a.yaml".to_owned(), true)]);
}

/// Two clusters that get one release, whose chart says a version in its values.
fn shared_values() -> World {
    let take = "  chart: {spec: {chart: ./charts/web, sourceRef: {kind: GitRepository, name: flux-system, namespace: flux-system}}}\n";
    let files: Files = vec![
        ("clusters/old/apps.yaml", kustomization("apps", "./apps", "")),
        ("clusters/new/apps.yaml", kustomization("apps", "./apps", "")),
        ("apps/r.yaml", release(take)),
        ("charts/web/Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n".to_owned()),
        ("charts/web/values.yaml", "api: policy/v1beta1\n".to_owned()),
        ("charts/web/templates/a.yaml", format!("apiVersion: {{{{ .Values.api }}}}\n{BUDGET}")),
    ];
    World::new(files)
}

#[test]
fn a_place_that_is_deprecated_for_one_cluster_and_gone_for_another_is_one_finding() {
    let mut world = shared_values();
    configure(&mut world, ("1.21", "1.22"), ("1.24", "1.25"));
    world.request.only = ["deprecated-api", "removed-api"].map(str::to_owned).to_vec();
    assert_eq!(
        told(&world),
        ["charts/web/values.yaml removed-api Breaks [new old]: use policy/v1, served since 1.21"]
    );
    assert_eq!(changed(&world), [("charts/web/values.yaml".to_owned(), true)]);
}

#[test]
fn values_that_clusters_share_get_a_version_that_all_of_them_serve() {
    let mut world = shared_values();
    configure(&mut world, ("1.21", "1.22"), ("1.24", "1.25"));
    assert_eq!(changed(&world), [("charts/web/values.yaml".to_owned(), true)]);
    configure(&mut world, ("1.19", "1.20"), ("1.24", "1.25"));
    let found = told(&world);
    assert_eq!(changed(&world), []);
    assert_eq!(
        found,
        [
            "charts/web/values.yaml no-common-version Breaks [new old]: split it by cluster in an overlay (policy/v1 for new, policy/v1beta1 for old), or upgrade the oldest cluster first; a kustomization of its own is needed for new, to say policy/v1",
            "charts/web/values.yaml removed-api Breaks [new]: use policy/v1, served since 1.21, once every cluster that reads the file serves it; by hand, since 'policy/v1' is not served at 1.19, which a cluster that reads the file runs",
        ]
    );
}

#[test]
fn where_no_version_is_served_by_all_the_overlays_are_named() {
    assert_eq!(
        told(&world(("1.19", "1.20"), ("1.24", "1.25"), "")),
        [
            "base/a.yaml no-common-version Breaks [new old]: split it by cluster in an overlay (policy/v1 for new, policy/v1beta1 for old), or upgrade the oldest cluster first; a patch to policy/v1 for new goes into apps/new/kustomization.yaml | apps/new/kustomization.yaml: a patch to policy/v1 for new goes here",
            "base/a.yaml removed-api Breaks [new]: use policy/v1, served since 1.21, once every cluster that reads the file serves it; by hand, since 'policy/v1' is not served at 1.19, which a cluster that reads the file runs",
        ]
    );
}

#[test]
fn an_overlay_that_says_another_version_settles_it() {
    let patch = "patches:\n- target: {kind: PodDisruptionBudget}\n  patch: |\n    - {op: replace, path: /apiVersion, value: policy/v1}\n";
    assert_eq!(told(&world(("1.19", "1.20"), ("1.24", "1.25"), patch)), [""; 0]);
}

#[test]
fn an_overlay_that_says_something_else_settles_nothing() {
    let patch = "patches:\n- target: {kind: PodDisruptionBudget}\n  patch: |\n    - {op: add, path: /spec/minAvailable, value: 1}\n";
    assert_eq!(told(&world(("1.19", "1.20"), ("1.24", "1.25"), patch)).len(), 2);
}

#[test]
fn clusters_that_have_a_version_in_common_need_no_overlay() {
    assert_eq!(told(&world(("1.20", "1.21"), ("1.21", "1.22"), "")), [""; 0]);
}

#[test]
fn an_overlay_that_cannot_be_built_settles_nothing() {
    let world = world(("1.19", "1.20"), ("1.24", "1.25"), "patches: [{path: gone.yaml}]\n");
    let scan = world.scan();
    // What the one cluster gets of the base needs nothing, and of the other nobody knows.
    assert_eq!(scan.findings.len(), 0);
    assert!(scan.inventory.not_assessed[0].detail.starts_with("Kustomization flux-system/apps of new: "));
}
