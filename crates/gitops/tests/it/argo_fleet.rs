//! Argo CD over a whole repository: where it begins, units within units, clusters that objects go to.

use crate::argo::{URL, application, application_to, map};
use crate::repositories::{REPOSITORY, borrowed, fleet, fleet_at, kustomization, summary, text};

/// An `ApplicationSet` of generators, each an item in lines, and a template of an Application.
fn set(name: &str, generators: &str, template: &str) -> String {
    format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata:\n  name: {name}\n  namespace: argocd\nspec:\n  goTemplate: true\n  goTemplateOptions: [missingkey=error]\n  generators:\n{generators}  template:\n{template}"
    )
}

fn template(name: &str, path: &str, destination: &str) -> String {
    format!(
        "    metadata: {{name: '{name}'}}\n    spec:\n      project: default\n      source: {{repoURL: {URL}, path: '{path}', targetRevision: HEAD}}\n      destination: {destination}\n"
    )
}

const HERE: &str = "{server: https://kubernetes.default.svc, namespace: web}";

fn secret(name: &str, server: &str, labels: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Secret\nmetadata:\n  name: cluster-{name}\n  namespace: argocd\n  labels: {{argocd.argoproj.io/secret-type: cluster, {labels}}}\nstringData: {{name: '{name}', server: '{server}'}}\n"
    )
}

#[test]
fn an_application_of_applications_is_followed_to_any_depth() {
    let files = [
        ("root.yaml", application("root", "path: apps").replace("namespace: web", "namespace: argocd")),
        ("apps/one.yaml", application("one", "path: teams/one").replace("  namespace: argocd\n", "")),
        ("teams/one/two.yaml", application("two", "path: web").replace("namespace: web}", "namespace: two}")),
        ("web/map.yaml", map("web", "a: b")),
    ];
    let fleet = fleet(&borrowed(&files));
    assert_eq!(
        summary(&fleet),
        [
            "in-cluster: root = Application argocd/one",
            "in-cluster: one = Application argocd/two",
            "in-cluster: two = ConfigMap two/web",
        ]
    );
    let parents: Vec<Option<usize>> = fleet.clusters[0].units.iter().map(|unit| unit.parent).collect();
    assert_eq!(parents, [None, Some(0), Some(1)]);
    assert_eq!(
        fleet.clusters[0].entries.iter().map(|entry| entry.path.as_str()).collect::<Vec<_>>(),
        ["root.yaml"]
    );
    let assumed: Vec<String> = fleet.assumptions.iter().map(ToString::to_string).collect();
    assert_eq!(
        assumed,
        [format!(
            "in-cluster: {URL} is taken for this repository: the paths that Applications name of it are here"
        )]
    );
}

#[test]
fn applications_stand_in_charts_and_kustomizations_as_well() {
    let template = format!(
        "{{{{- range .Values.apps }}}}\n---\n{}{{{{- end }}}}\n",
        application("{{ . }}", "path: {{ . }}")
    );
    let files = [
        ("root.yaml", application("root", "path: chart, helm: {valuesObject: {apps: [web, db]}}")),
        ("chart/Chart.yaml", "apiVersion: v2\nname: apps\nversion: 1.0.0\n".to_owned()),
        ("chart/templates/apps.yaml", template),
        ("web/kustomization.yaml", "resources: [../common]\nnamePrefix: web-\n".to_owned()),
        ("db/map.yaml", map("db", "a: b")),
        ("common/kustomization.yaml", "resources: [map.yaml]\n".to_owned()),
        ("common/map.yaml", map("shared", "a: b")),
    ];
    assert_eq!(
        summary(&fleet(&borrowed(&files))),
        [
            "in-cluster: root = Application argocd/web, Application argocd/db",
            "in-cluster: web = ConfigMap web/web-shared",
            "in-cluster: db = ConfigMap web/db",
        ]
    );
}

#[test]
fn a_root_that_renders_itself_and_circles_end() {
    let root = application("root", "path: apps").replace("namespace: web", "namespace: argocd");
    let circle = |name: &str, path: &str| application(name, &format!("path: {path}"));
    let files = [
        ("apps/root.yaml", root),
        ("apps/web.yaml", application("web", "path: web")),
        ("web/map.yaml", map("web", "a: b")),
        ("one/two.yaml", circle("two", "two")),
        ("two/one.yaml", circle("one", "one")),
    ];
    assert_eq!(
        summary(&fleet(&borrowed(&files))),
        [
            "in-cluster: root = Application argocd/root, Application argocd/web",
            "in-cluster: two = Application argocd/one",
            "in-cluster: one = Application argocd/two",
            "in-cluster: web = ConfigMap web/web",
        ]
    );
}

#[test]
fn sets_make_applications_of_folders_and_files() {
    let folders = "  - git: {repoURL: https://example.com/org/apps, directories: [{path: apps/*}, {path: apps/off, exclude: true}]}\n";
    let of_files = "  - git: {repoURL: https://example.com/org/apps, files: [{path: 'config/*.json'}]}\n";
    let files = [
        (
            "argocd/folders.yaml",
            set("folders", folders, &template("{{.path.basename}}", "{{.path.path}}", HERE)),
        ),
        ("argocd/files.yaml", set("files", of_files, &template("file-{{.name}}", "{{.folder}}", HERE))),
        ("apps/web/map.yaml", map("web", "a: b")),
        ("apps/db/map.yaml", map("db", "a: b")),
        ("apps/off/map.yaml", map("off", "a: b")),
        ("config/one.json", "{\"name\": \"one\", \"folder\": \"other\"}".to_owned()),
        ("other/map.yaml", map("other", "a: b")),
    ];
    assert_eq!(
        summary(&fleet(&borrowed(&files))),
        [
            "in-cluster: files = Application argocd/file-one",
            "in-cluster: folders = Application argocd/db, Application argocd/web",
            "in-cluster: file-one = ConfigMap web/other",
            "in-cluster: db = ConfigMap web/db",
            "in-cluster: web = ConfigMap web/web",
        ]
    );
}

#[test]
fn sets_that_cannot_be_made_say_why() {
    let check = |generators: &str, expected: &str| {
        let files = [
            ("argocd/set.yaml", set("set", generators, &template("{{.name}}", "apps", HERE))),
            ("argocd/app.yaml", application("web", "path: apps")),
            ("apps/map.yaml", map("web", "a: b")),
            ("broken.json", "- just text\n".to_owned()),
        ];
        let lines = summary(&fleet(&borrowed(&files)));
        assert!(lines.contains(&format!("in-cluster: set = not assessed: {expected}")), "{lines:?}");
    };
    check("  - scmProvider: {github: {organization: x}}\n", "generator 'scmProvider' cannot be had here");
    check("  - nobody: {}\n", "generator 'nobody' cannot be had here");
    check(
        "  - list: {elements: [{other: x}]}\n",
        "failed to execute go template {{.name}}: template: :1:2: executing \"\" at <.name>: map has no entry for key \"name\"",
    );
    check(
        &format!("  - git: {{repoURL: {URL}, files: [{{path: broken.json}}]}}\n"),
        "unable to process file 'broken.json': it is no mapping and no list of mappings",
    );
    check(
        "  - git: {repoURL: https://example.com/org/other, directories: [{path: '*'}]}\n",
        "Git repository https://example.com/org/other is not in the cache",
    );
}

#[test]
fn destinations_are_clusters_of_their_own() {
    let generators = "  - clusters: {selector: {matchLabels: {env: prod}}}\n";
    let files = [
        ("argocd/eu.yaml", secret("eu", "https://eu.example.com", "env: prod")),
        ("argocd/us.yaml", secret("us", "https://us.example.com", "env: prod")),
        ("argocd/dev.yaml", secret("dev", "https://dev.example.com", "env: dev")),
        (
            "argocd/set.yaml",
            set(
                "set",
                generators,
                &template("web-{{.name}}", "web", "{server: '{{.server}}', namespace: web}"),
            ),
        ),
        ("argocd/dev-app.yaml", application_to("dev", "path: web", "{name: dev, namespace: web}")),
        (
            "argocd/unknown.yaml",
            application_to("unknown", "path: web", "{server: 'https://1.2.3.4:6443', namespace: web}"),
        ),
        ("argocd/here.yaml", application("here", "path: web")),
        ("web/map.yaml", map("web", "a: b")),
    ];
    assert_eq!(
        summary(&fleet(&borrowed(&files))),
        [
            "in-cluster: here = ConfigMap web/web",
            "in-cluster: set = Application argocd/web-eu, Application argocd/web-us",
            "1.2.3.4: unknown = ConfigMap web/web (is applied in the cluster in-cluster)",
            "dev: dev = ConfigMap web/web (is applied in the cluster in-cluster)",
            "eu: web-eu = ConfigMap web/web (is applied by ApplicationSet argocd/set in the cluster in-cluster)",
            "us: web-us = ConfigMap web/web (is applied by ApplicationSet argocd/set in the cluster in-cluster)",
        ]
    );
}

#[test]
fn a_destination_with_name_and_server_is_refused() {
    let app = application_to("web", "path: web", "{name: a, server: 'https://b'}");
    let fleet = fleet(&[("app.yaml", &app), ("web/map.yaml", &map("web", "a: b"))]);
    assert_eq!(
        summary(&fleet),
        [
            "in-cluster: web = not assessed: application destination can't have both name and server defined: a https://b"
        ]
    );
}

#[test]
fn secrets_of_clusters_that_units_render_count() {
    let generators = "  - clusters: {}\n";
    let files = [
        (
            "argocd/set.yaml",
            set(
                "set",
                generators,
                &template("web-{{.nameNormalized}}", "web", "{name: '{{.name}}', namespace: web}"),
            ),
        ),
        (
            "argocd/secrets.yaml",
            application("secrets", "path: secrets").replace("namespace: web", "namespace: argocd"),
        ),
        ("secrets/kustomization.yaml", "resources: [eu.yaml]\nnamePrefix: x-\n".to_owned()),
        ("secrets/eu.yaml", secret("eu", "https://eu.example.com", "env: prod").replace("cluster-eu", "eu")),
        ("web/map.yaml", map("web", "a: b")),
    ];
    assert_eq!(
        summary(&fleet(&borrowed(&files))),
        [
            "in-cluster: secrets = Secret argocd/x-eu",
            "in-cluster: set = Application argocd/web-eu, Application argocd/web-in-cluster",
            "in-cluster: web-in-cluster = ConfigMap web/web",
            "eu: web-eu = ConfigMap web/web (is applied by ApplicationSet argocd/set in the cluster in-cluster)",
        ]
    );
}

#[test]
fn clusters_that_nobody_declares_are_told() {
    let check = |generator: &str, expected: &str| {
        let files = [
            ("argocd/app.yaml", application("beside", "path: web")),
            ("argocd/set.yaml", set("set", generator, &template("web-{{.name}}", "web", HERE))),
            ("web/map.yaml", map("web", "a: b")),
        ];
        let lines = summary(&fleet(&borrowed(&files)));
        assert!(lines.contains(&format!("in-cluster: set = {expected}")), "{lines:?}");
    };
    check(
        "  - clusters: {selector: {matchLabels: {env: prod}}}\n",
        "not assessed: a cluster that a generator selects is declared nowhere",
    );
    check(
        "  - clusters: {}\n",
        "Application argocd/web-in-cluster (no Secret declares a cluster: only the one that Argo CD runs in is known)",
    );
}

#[test]
fn a_cluster_whose_secret_is_encrypted_is_told_by_the_secret() {
    let encrypted = secret("ENC[AES256_GCM]", "ENC[AES256_GCM]", "env: prod") + "sops: {mac: x}\n";
    let files = [
        ("argocd/eu.yaml", encrypted),
        ("argocd/set.yaml", set("set", "  - clusters: {}\n", &template("web-{{.name}}", "web", HERE))),
        ("web/map.yaml", map("web", "a: b")),
    ];
    let lines = summary(&fleet(&borrowed(&files)));
    assert_eq!(
        lines,
        [
            "in-cluster: set = not assessed: the Secret argocd/cluster-ENC[AES256_GCM] of a cluster is encrypted"
        ]
    );
}

#[test]
fn argo_in_a_cluster_of_flux_begins_with_what_flux_renders() {
    let sync = format!("{REPOSITORY}---\n{}", kustomization("flux-system", "./clusters/demo", ""));
    let files = [
        ("clusters/demo/sync.yaml", sync),
        (
            "clusters/demo/root.yaml",
            application("root", "path: apps").replace(URL, "https://example.com/org/fleet"),
        ),
        ("apps/map.yaml", map("web", "a: b")),
    ];
    assert_eq!(
        summary(&fleet(&borrowed(&files))),
        [
            "demo: flux-system = Application argocd/root, GitRepository flux-system/flux-system, Kustomization flux-system/flux-system",
            "demo: root = ConfigMap web/web",
        ]
    );
}

#[test]
fn flux_within_argo_is_followed() {
    let files = [
        ("root.yaml", application("root", "path: flux").replace("namespace: web", "namespace: flux-system")),
        ("flux/repository.yaml", REPOSITORY.to_owned()),
        ("flux/apps.yaml", kustomization("apps", "./apps", "")),
        ("apps/map.yaml", map("web", "a: b")),
    ];
    let fleet = fleet(&borrowed(&files));
    let lines = summary(&fleet);
    assert_eq!(
        lines[0],
        "in-cluster: root = Kustomization flux-system/apps, GitRepository flux-system/flux-system"
    );
    // Nothing that the repository is made of says that Flux's source is it, so that it is asked of the cache.
    assert_eq!(
        lines[1],
        "in-cluster: apps = not assessed: Git repository https://example.com/org/fleet at branch main is not in the cache"
    );
    assert_eq!(fleet.clusters.len(), 1);
}

#[test]
fn clusters_are_called_by_their_folders() {
    let files = [
        ("clusters/prod/root.yaml", application("root", "path: apps/prod, targetRevision: prod")),
        ("clusters/dev/root.yaml", application("root", "path: apps/dev, targetRevision: dev")),
        ("apps/prod/map.yaml", map("prod", "a: b")),
        ("apps/dev/map.yaml", map("dev", "a: b")),
    ];
    assert_eq!(
        summary(&fleet(&borrowed(&files))),
        ["dev: root = ConfigMap web/dev", "prod: root = ConfigMap web/prod"]
    );
}

#[test]
fn another_revision_is_another_repository() {
    let files = [
        ("a.yaml", application("a", "path: apps, targetRevision: main")),
        ("b.yaml", application("b", "path: apps, targetRevision: main")),
        ("c.yaml", application("c", "path: apps, targetRevision: v1")),
        ("d.yaml", application("d", "path: apps, targetRevision: HEAD")),
        ("apps/map.yaml", map("web", "a: b")),
    ];
    let lines = summary(&fleet(&borrowed(&files)));
    assert_eq!(
        lines[2],
        "in-cluster: c = not assessed: Git repository https://example.com/org/apps.git at revision v1 is not in the cache"
    );
    assert!(lines[3].starts_with("in-cluster: d = ConfigMap web/web"), "{lines:?}");
}

#[test]
fn charts_see_what_is_installed_where_they_go() {
    let definition = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: things.example.com\nspec:\n  group: example.com\n  names: {kind: Thing, plural: things}\n  scope: Namespaced\n  versions:\n    - {name: v1, served: true, storage: true}\n";
    let chart = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}-out\ndata:\n  has: {{ .Capabilities.APIVersions.Has \"example.com/v1/Thing\" | quote }}\n";
    let files = [
        ("a.yaml", application_to("a", "path: chart", "{name: eu}")),
        ("b.yaml", application("b", "path: chart")),
        ("crds.yaml", application_to("crds", "path: crds", "{name: eu}")),
        ("crds/thing.yaml", definition.to_owned()),
        ("chart/Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n".to_owned()),
        ("chart/templates/map.yaml", chart.to_owned()),
    ];
    let fleet = fleet_at(&borrowed(&files), Some("1.29"));
    assert!(text(&fleet, "a-out").contains("has: \"true\""), "{}", text(&fleet, "a-out"));
    assert!(text(&fleet, "b-out").contains("has: \"false\""));
}

#[test]
fn a_loop_of_applications_ends_at_the_limit_with_its_name() {
    let template =
        application("loop-{{ .Values.count }}", "path: chart, helm: {valuesObject: {count: NEXT}}")
            .replace("NEXT", "{{ add1 (int .Values.count) }}");
    let files = [
        ("root.yaml", application("root", "path: chart, helm: {valuesObject: {count: 1}}")),
        ("chart/Chart.yaml", "apiVersion: v2\nname: loop\nversion: 1.0.0\n".to_owned()),
        ("chart/templates/app.yaml", template),
    ];
    let fleet = fleet(&borrowed(&files));
    let lines = summary(&fleet);
    assert_eq!(lines.len(), 10_000, "{lines:?}");
    assert!(lines.last().unwrap().ends_with("(more than 10000 units in one cluster)"), "{:?}", lines.last());
}
