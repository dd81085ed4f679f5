//! Kustomizations as their controller builds them.

use crate::repositories::{config_map, fleet, kustomization, summary, text};

#[test]
fn what_a_parent_patches_into_a_child_counts_before_the_child_is_built() {
    let parent = kustomization(
        "parent",
        "./apps",
        "  patches:\n    - target:\n        kind: Kustomization\n      patch: |\n        - op: add\n          path: /spec/targetNamespace\n          value: patched\n",
    );
    let (child, map) = (kustomization("child", "./web", ""), config_map("web", "a: b"));
    let fleet =
        fleet(&[("clusters/demo/parent.yaml", &parent), ("apps/child.yaml", &child), ("web/map.yaml", &map)]);
    assert_eq!(
        summary(&fleet),
        [
            "demo: flux-system = Kustomization flux-system/parent",
            "demo: parent = Kustomization flux-system/child",
            "demo: child = ConfigMap patched/web",
        ]
    );
}

#[test]
fn variables_come_from_what_another_unit_renders_whichever_stands_first() {
    let variables = "  postBuild:\n    substitute:\n      inline: own\n    substituteFrom:\n      - kind: ConfigMap\n        name: settings\n      - kind: ConfigMap\n        name: absent\n        optional: true\n";
    let apps = kustomization("apps", "./apps", variables);
    let settings = kustomization("settings", "./settings", "");
    let fleet = fleet(&[
        ("clusters/demo/apps.yaml", &apps),
        ("clusters/demo/settings.yaml", &settings),
        ("apps/map.yaml", &config_map("web", "a: ${domain}-${inline}-${unset:=x}")),
        ("settings/map.yaml", &config_map("settings", "domain: example.com")),
    ]);
    assert!(text(&fleet, "web").contains("a: example.com-own-x\n"), "{}", text(&fleet, "web"));
}

#[test]
fn the_flux_that_a_cluster_installs_says_what_a_variable_without_a_value_is() {
    let controller = |version: &str| {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: kustomize-controller\n  labels: {{app.kubernetes.io/part-of: flux, app.kubernetes.io/version: {version}}}\n"
        )
    };
    let apps = kustomization("apps", "./apps", "  postBuild:\n    substitute: {known: a}\n");
    for (installed, expected) in [
        (
            controller("v2.9.1"),
            "not assessed: ConfigMap web: variable substitution failed: variable not set (strict mode): \"unset\"",
        ),
        (controller("v2.2.0"), "ConfigMap flux-system/web (1 variable has no value and is empty: unset)"),
        (
            config_map("other", "a: b"),
            "ConfigMap flux-system/web (1 variable has no value, which fails since Flux 2.9: unset)",
        ),
    ] {
        let fleet = fleet(&[
            ("clusters/demo/apps.yaml", &apps),
            ("clusters/demo/flux-system/components.yaml", &installed),
            ("apps/map.yaml", &config_map("web", "a: ${known}${unset}")),
        ]);
        assert_eq!(summary(&fleet).last().unwrap(), &format!("demo: apps = {expected}"));
    }
}

#[test]
fn values_of_an_encrypted_secret_are_opaque_and_that_is_said() {
    let variables = "  postBuild:\n    substituteFrom:\n      - kind: Secret\n        name: secrets\n";
    let secret = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: secrets\n  namespace: flux-system\nstringData:\n  domain: ENC[AES256_GCM,data:xx,iv:x,tag:x,type:str]\nsops:\n  mac: x\n";
    let apps = kustomization("apps", "./apps", variables);
    let secrets = kustomization("secrets", "./secrets", "");
    let fleet = fleet(&[
        ("clusters/demo/apps.yaml", &apps),
        ("clusters/demo/secrets.yaml", &secrets),
        ("apps/map.yaml", &config_map("web", "host: app.${domain}")),
        ("secrets/secret.yaml", secret),
    ]);
    assert!(text(&fleet, "web").contains("host: app.«domain»\n"), "{}", text(&fleet, "web"));
    assert!(
        summary(&fleet)
            .contains(&"demo: apps = ConfigMap flux-system/web (1 variable is encrypted: domain)".to_owned()),
        "{:?}",
        summary(&fleet)
    );
}

#[test]
fn what_asks_for_values_that_nothing_renders_is_not_assessed() {
    let variables = "  postBuild:\n    substituteFrom:\n      - kind: ConfigMap\n        name: settings\n";
    let apps = kustomization("apps", "./apps", variables);
    let fleet = fleet(&[("clusters/demo/apps.yaml", &apps), ("apps/map.yaml", &config_map("web", "a: b"))]);
    assert_eq!(
        summary(&fleet),
        [
            "demo: flux-system = Kustomization flux-system/apps",
            "demo: apps = not assessed: ConfigMap flux-system/settings is rendered by no unit"
        ]
    );
}

#[test]
fn circles_of_dependencies_and_dependencies_on_nothing_are_noted() {
    let wait = |name: &str| format!("  dependsOn:\n    - name: {name}\n");
    let files = [
        ("clusters/demo/a.yaml", kustomization("a", "./a", &wait("b"))),
        ("clusters/demo/b.yaml", kustomization("b", "./b", &wait("a"))),
        ("clusters/demo/c.yaml", kustomization("c", "./a", &wait("nobody"))),
        ("a/map.yaml", config_map("web", "a: b")),
        ("b/map.yaml", config_map("other", "a: b")),
    ];
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
    assert_eq!(
        summary(&fleet(&files)),
        [
            "demo: flux-system = Kustomization flux-system/a, Kustomization flux-system/b, Kustomization flux-system/c",
            "demo: a = ConfigMap flux-system/web (waits for itself: a → b → a)",
            "demo: b = ConfigMap flux-system/other (waits for itself: b → a → b)",
            "demo: c = ConfigMap flux-system/web (waits for Kustomization flux-system/nobody, which nothing renders) (ConfigMap flux-system/web is rendered by Kustomization flux-system/a as well)",
        ]
    );
}

#[test]
fn an_artifact_is_made_of_parts_of_the_repository() {
    let generator = "apiVersion: source.extensions.fluxcd.io/v1beta1\nkind: ArtifactGenerator\nmetadata:\n  name: parts\n  namespace: flux-system\nspec:\n  sources:\n    - alias: repo\n      kind: GitRepository\n      name: flux-system\n  artifacts:\n    - name: apps\n      copy:\n        - from: \"@repo/apps/base/**\"\n          to: \"@artifact/base/\"\n        - from: \"@repo/apps/production/**\"\n          to: \"@artifact/production/\"\n          exclude: [\"*.md\"]\n";
    let sync = kustomization("flux-system", "./clusters/demo", "");
    let apps = kustomization("apps", "./production", "")
        .replace("kind: GitRepository\n    name: flux-system", "kind: ExternalArtifact\n    name: apps");
    let fleet = fleet(&[
        ("clusters/demo/sync.yaml", &sync),
        ("clusters/demo/generator.yaml", generator),
        ("clusters/demo/apps.yaml", &apps),
        ("apps/base/kustomization.yaml", "resources: [map.yaml]\n"),
        ("apps/base/map.yaml", &config_map("web", "a: b")),
        ("apps/production/kustomization.yaml", "resources: [../base]\nnamePrefix: production-\n"),
        ("apps/production/notes.md", "text"),
    ]);
    assert_eq!(summary(&fleet).last().unwrap(), "demo: apps = ConfigMap flux-system/production-web");
}

#[test]
fn artifacts_that_are_made_of_each_other_are_not_assessed() {
    let generator = |name: &str, of: &str| {
        format!(
            "apiVersion: source.extensions.fluxcd.io/v1beta1\nkind: ArtifactGenerator\nmetadata:\n  name: {name}\n  namespace: flux-system\nspec:\n  sources:\n    - alias: other\n      kind: ExternalArtifact\n      name: {of}\n  artifacts:\n    - name: {name}\n      copy:\n        - from: \"@other/**\"\n          to: \"@artifact/\"\n"
        )
    };
    let apps = kustomization("apps", "./", "")
        .replace("kind: GitRepository\n    name: flux-system", "kind: ExternalArtifact\n    name: one");
    let fleet = fleet(&[
        ("clusters/demo/sync.yaml", &kustomization("flux-system", "./clusters/demo", "")),
        ("clusters/demo/one.yaml", &generator("one", "two")),
        ("clusters/demo/two.yaml", &generator("two", "one")),
        ("clusters/demo/apps.yaml", &apps),
    ]);
    assert_eq!(
        summary(&fleet).last().unwrap(),
        "demo: apps = not assessed: ExternalArtifact flux-system/two is made of itself"
    );
}
