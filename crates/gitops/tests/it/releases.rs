//! Helm releases as their controller renders them.

use crate::repositories::{config_map, fleet, fleet_at, kustomization, summary, text};

const CHART: &str = "apiVersion: v2\nname: web\nversion: 1.0.0\n";
const TEMPLATE: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}-out\ndata:\n  namespace: {{ .Release.Namespace }}\n  a: {{ .Values.a | quote }}\n  b: {{ .Values.b.c | quote }}\n  has: {{ .Capabilities.APIVersions.Has \"example.com/v1\" | quote }}\n  kube: {{ .Capabilities.KubeVersion.Version }}\n";

fn release(more: &str) -> String {
    format!(
        "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata:\n  name: web\n  namespace: apps\nspec:\n  interval: 1h\n  chart:\n    spec:\n      chart: ./charts/web\n      sourceRef:\n        kind: GitRepository\n        name: flux-system\n        namespace: flux-system\n{more}"
    )
}

fn files(release: String) -> Vec<(&'static str, String)> {
    vec![
        ("clusters/demo/apps.yaml", kustomization("apps", "./apps", "")),
        ("apps/release.yaml", release),
        ("charts/web/Chart.yaml", CHART.to_owned()),
        ("charts/web/values.yaml", "a: default\nb:\n  c: default\n".to_owned()),
        ("charts/web/values-production.yaml", "b:\n  c: production\n".to_owned()),
        ("charts/web/templates/map.yaml", TEMPLATE.to_owned()),
    ]
}

fn borrowed<'f>(files: &'f [(&'static str, String)]) -> Vec<(&'static str, &'f str)> {
    files.iter().map(|(path, text)| (*path, text.as_str())).collect()
}

#[test]
fn a_chart_of_this_repository_is_rendered_with_values_from_everywhere() {
    let more = "  targetNamespace: web\n  valuesFrom:\n    - kind: ConfigMap\n      name: values\n    - kind: ConfigMap\n      name: one\n      valuesKey: c\n      targetPath: b.c\n  values:\n    a: own\n";
    let mut files = files(release(more));
    let values = config_map("values", "values.yaml: |\n    a: from\n    b:\n      c: from")
        .replace("flux-system", "apps");
    files.push(("apps/values.yaml", values));
    files.push(("apps/one.yaml", config_map("one", "c: one").replace("flux-system", "apps")));
    let fleet = fleet_at(&borrowed(&files), Some("1.29"));
    let out = text(&fleet, "web-web-out");
    for line in ["namespace: web\n", "a: \"own\"\n", "b: \"one\"\n", "kube: v1.29.0\n"] {
        assert!(out.contains(line), "{line} in {out}");
    }
}

#[test]
fn files_of_values_in_a_chart_stand_in_for_its_values() {
    let more = "  values: {}\n".to_owned();
    let release = release(&more).replace(
        "      sourceRef:",
        "      valuesFiles: [values.yaml, values-production.yaml]\n      sourceRef:",
    );
    let fleet = fleet(&borrowed(&files(release)));
    let out = text(&fleet, "web-out");
    assert!(out.contains("a: \"default\"\n") && out.contains("b: \"production\"\n"), "{out}");
}

#[test]
fn a_chart_that_asks_for_a_custom_resource_finds_the_one_that_another_unit_installs() {
    let definition = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: things.example.com\nspec:\n  group: example.com\n  names: {kind: Thing, plural: things}\n  scope: Namespaced\n  versions:\n    - {name: v1, served: true, storage: true}\n";
    let without = fleet(&borrowed(&files(release(""))));
    assert!(text(&without, "web-out").contains("has: \"false\"\n"));
    let mut files = files(release(""));
    files.push(("clusters/demo/crds.yaml", kustomization("zz-crds", "./crds", "  postBuild:\n    substituteFrom:\n      - kind: ConfigMap\n        name: late\n        optional: true\n")));
    files.push(("crds/thing.yaml", definition.to_owned()));
    let with = fleet(&borrowed(&files));
    assert!(text(&with, "web-out").contains("has: \"true\"\n"), "{}", text(&with, "web-out"));
}

#[test]
fn what_is_rendered_passes_through_post_renderers_and_common_metadata() {
    let more = "  commonMetadata:\n    labels:\n      team: web\n  postRenderers:\n    - kustomize:\n        patches:\n          - target:\n              kind: ConfigMap\n            patch: |\n              - op: replace\n                path: /data/a\n                value: patched\n";
    let fleet = fleet(&borrowed(&files(release(more))));
    let out = text(&fleet, "web-out");
    assert!(out.contains("a: patched\n") && out.contains("    team: web\n"), "{out}");
}

#[test]
fn a_block_that_ends_a_manifest_keeps_its_line_end() {
    let template =
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: values\ndata:\n  c: |\n    {{ .Values.a }}";
    let mut files = files(release(""));
    files.retain(|(path, _)| *path != "charts/web/templates/map.yaml");
    files.push(("charts/web/templates/values.yaml", template.to_owned()));
    let fleet = fleet(&borrowed(&files));
    let out = text(&fleet, "values");
    assert!(out.ends_with("  c: |\n    default\n"), "{out:?}");
}

#[test]
fn a_chart_that_was_not_fetched_is_not_assessed_with_the_command_that_fetches_it() {
    let repository = "apiVersion: source.toolkit.fluxcd.io/v1\nkind: HelmRepository\nmetadata:\n  name: charts\n  namespace: apps\nspec:\n  url: https://charts.example.com\n";
    let release = release("").replace("./charts/web", "web\n      version: ^1").replace(
        "        kind: GitRepository\n        name: flux-system\n        namespace: flux-system\n",
        "        kind: HelmRepository\n        name: charts\n",
    );
    let mut files = files(release);
    files.push(("apps/charts.yaml", repository.to_owned()));
    let fleet = fleet(&borrowed(&files));
    assert_eq!(
        summary(&fleet).last().unwrap(),
        "demo: web = not assessed: chart web ^1 of https://charts.example.com is not in the cache"
    );
}
