//! Bytes of objects, traced to the files that a person edits.

use crate::repositories::{REPOSITORY, config_map, kustomization, traced};

const SYNC: &str = "clusters/prod/flux-system/gotk-sync.yaml";

fn entry(more: &str) -> String {
    format!("{REPOSITORY}---\n{}", kustomization("flux-system", "./clusters/prod", more))
}

#[test]
fn a_base_a_patch_and_a_variable_are_told_apart() {
    let deployment = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  replicas: 1\n  template:\n    spec:\n      containers:\n      - name: web\n        image: web:${tag}\n";
    let apps = kustomization(
        "apps",
        "./apps",
        "  postBuild:\n    substitute:\n      tag: v17\n  patches:\n  - patch: |\n      apiVersion: apps/v1\n      kind: Deployment\n      metadata:\n        name: web\n      spec:\n        replicas: 3\n",
    );
    let found = traced(
        &[(SYNC, &entry("")), ("clusters/prod/apps.yaml", &apps), ("apps/web.yaml", deployment)],
        "Deployment web",
        &["apps/v1", "v17", "3", "image"],
    );
    assert_eq!(
        found,
        [
            "apps/v1 = clusters/prod/apps.yaml:18 'apps/v1', apps/web.yaml:1 'apps/v1'",
            "v17 = clusters/prod/apps.yaml:15 'v17'",
            "3 = clusters/prod/apps.yaml:23 '3'",
            "image = apps/web.yaml:11 'image'",
        ]
    );
}

#[test]
fn what_a_parent_patches_into_a_child_leads_to_the_parent() {
    let apps = kustomization("apps", "./apps", "");
    let patches = "  patches:\n  - target: {kind: Kustomization, name: apps}\n    patch: |\n      - op: add\n        path: /spec/commonMetadata\n        value: {labels: {team: platform}}\n";
    let found = traced(
        &[
            (SYNC, &entry(patches)),
            ("clusters/prod/apps.yaml", &apps),
            ("apps/web.yaml", "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n"),
        ],
        "Service web",
        &["platform", "Service"],
    );
    assert_eq!(
        found,
        [format!("platform = {SYNC}:28 'platform'"), "Service = apps/web.yaml:2 'Service'".to_owned()]
    );
}

#[test]
fn a_variable_out_of_a_config_map_of_another_unit_leads_there() {
    let from = "  postBuild:\n    substituteFrom:\n    - kind: ConfigMap\n      name: settings\n";
    let found = traced(
        &[
            (SYNC, &entry("")),
            ("clusters/prod/config.yaml", &kustomization("config", "./config", "")),
            ("clusters/prod/apps.yaml", &kustomization("apps", "./apps", from)),
            ("config/settings.yaml", &config_map("settings", "host: example.org")),
            (
                "apps/web.yaml",
                "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  externalName: www.${host}\n",
            ),
        ],
        "Service web",
        &["example.org", "www."],
    );
    assert_eq!(
        found,
        ["example.org = config/settings.yaml:7 'example.org'", "www. = apps/web.yaml:6 'www.'"]
    );
}

const TEMPLATE: &str = "apiVersion: {{ .Values.api }}\nkind: Ingress\nmetadata:\n  name: {{ .Release.Name }}\n  annotations:\n    from: {{ .Values.from }}\nspec:\n  ingressClassName: {{ .Values.class }}\n";

#[test]
fn values_of_a_release_lead_to_the_release_or_to_what_holds_them() {
    let release = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata:\n  name: shop\n  namespace: flux-system\nspec:\n  chart:\n    spec:\n      chart: ./charts/shop\n      sourceRef: {kind: GitRepository, name: flux-system}\n  valuesFrom:\n  - {kind: ConfigMap, name: shop-values}\n  - {kind: ConfigMap, name: shop-class, valuesKey: class, targetPath: class}\n  values:\n    api: networking.k8s.io/v1\n";
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: shop-values\n  namespace: flux-system\ndata:\n  values.yaml: |\n    from: map\n    api: other\n";
    let found = traced(
        &[
            (SYNC, &entry("")),
            ("clusters/prod/shop.yaml", release),
            ("clusters/prod/values.yaml", map),
            ("clusters/prod/class.yaml", &config_map("shop-class", "class: nginx")),
            ("charts/shop/Chart.yaml", "apiVersion: v2\nname: shop\nversion: 1.0.0\n"),
            ("charts/shop/values.yaml", "api: none\nfrom: chart\n"),
            ("charts/shop/templates/ingress.yaml", TEMPLATE),
        ],
        "Ingress shop",
        &["networking.k8s.io/v1", "map", "nginx", "Ingress"],
    );
    assert_eq!(
        found,
        [
            "networking.k8s.io/v1 = clusters/prod/shop.yaml:15 'networking.k8s.io/v1'",
            "map = clusters/prod/values.yaml:8 'map'",
            "nginx = clusters/prod/class.yaml:7 'nginx'",
            "Ingress = charts/shop/templates/ingress.yaml:2 'Ingress'",
        ]
    );
}

#[test]
fn what_a_post_renderer_says_leads_to_it_and_the_rest_to_the_chart() {
    let release = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata:\n  name: shop\n  namespace: flux-system\nspec:\n  chart:\n    spec:\n      chart: ./charts/shop\n      sourceRef: {kind: GitRepository, name: flux-system}\n  postRenderers:\n  - kustomize:\n      patches:\n      - target: {kind: Ingress}\n        patch: |\n          - op: replace\n            path: /spec/ingressClassName\n            value: traefik\n  values:\n    api: networking.k8s.io/v1\n    class: nginx\n    from: here\n";
    let found = traced(
        &[
            (SYNC, &entry("")),
            ("clusters/prod/shop.yaml", release),
            ("charts/shop/Chart.yaml", "apiVersion: v2\nname: shop\nversion: 1.0.0\n"),
            ("charts/shop/templates/ingress.yaml", TEMPLATE),
        ],
        "Ingress shop",
        &["Ingress", "networking.k8s.io/v1"],
    );
    assert_eq!(
        found,
        [
            "Ingress = charts/shop/templates/ingress.yaml:2 'Ingress'",
            "networking.k8s.io/v1 = clusters/prod/shop.yaml:20 'networking.k8s.io/v1'",
        ]
    );
}

fn application(name: &str, source: &str) -> String {
    format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: {name}, namespace: argocd}}\nspec:\n  destination: {{server: 'https://kubernetes.default.svc', namespace: web}}\n  source:\n    repoURL: https://example.com/org/fleet\n    targetRevision: HEAD\n{source}"
    )
}

#[test]
fn what_argo_cd_applies_of_a_folder_leads_to_its_files() {
    let list = "# two of them\napiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Service\n  metadata: {name: web}\n  spec: {externalName: example.org}\n";
    let found = traced(
        &[("clusters/prod/web.yaml", &application("web", "    path: web\n")), ("web/all.yaml", list)],
        "Service web/web",
        &["example.org", "Service"],
    );
    assert_eq!(found, ["example.org = web/all.yaml:8 'example.org'", "Service = web/all.yaml:6 'Service'"]);
}

#[test]
fn what_an_application_says_to_kustomize_leads_to_it() {
    let more = "    path: web\n    kustomize:\n      namePrefix: a-\n";
    let found = traced(
        &[
            ("clusters/prod/web.yaml", &application("web", more)),
            ("web/kustomization.yaml", "resources: [service.yaml]\n"),
            ("web/service.yaml", "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n"),
        ],
        "Service web/a-web",
        &["Service", "a-"],
    );
    assert_eq!(found[0], "Service = web/service.yaml:2 'Service'");
    assert!(found[1].contains("clusters/prod/web.yaml:11"), "{found:?}");
}

#[test]
fn values_of_an_application_lead_to_it_and_to_files_of_values() {
    let more = "    path: charts/shop\n    helm:\n      releaseName: shop\n      valueFiles: [prod.yaml]\n      valuesObject:\n        api: networking.k8s.io/v1\n";
    let found = traced(
        &[
            ("clusters/prod/shop.yaml", &application("shop", more)),
            ("charts/shop/Chart.yaml", "apiVersion: v2\nname: shop\nversion: 1.0.0\n"),
            ("charts/shop/prod.yaml", "class: nginx\nfrom: file\napi: other\n"),
            ("charts/shop/templates/ingress.yaml", TEMPLATE),
        ],
        "Ingress web/shop",
        &["networking.k8s.io/v1", "nginx", "Ingress"],
    );
    assert_eq!(
        found,
        [
            "networking.k8s.io/v1 = clusters/prod/shop.yaml:14 'networking.k8s.io/v1'",
            "nginx = charts/shop/prod.yaml:1 'nginx'",
            "Ingress = charts/shop/templates/ingress.yaml:2 'Ingress'",
        ]
    );
}

#[test]
fn what_a_set_makes_leads_to_its_template() {
    let set = "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: all, namespace: argocd}\nspec:\n  generators:\n  - list: {elements: [{name: web}]}\n  template:\n    metadata: {name: '{{name}}'}\n    spec:\n      destination: {server: 'https://kubernetes.default.svc', namespace: web}\n      source: {repoURL: 'https://example.com/org/fleet', targetRevision: HEAD, path: '{{name}}'}\n";
    let files = [
        ("clusters/prod/all.yaml", set),
        ("web/service.yaml", "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n"),
    ];
    assert_eq!(traced(&files, "Service web/web", &["Service"]), ["Service = web/service.yaml:2 'Service'"]);
    let made = traced(&files, "Application argocd/web", &["example.com"]);
    assert!(made[0].contains("clusters/prod/all.yaml:8 '"), "{made:?}");
}
