//! Applications of Argo CD: what their sources render.

use crate::repositories::{borrowed, fleet, fleet_at, summary, text};

/// What Applications name this repository.
pub(crate) const URL: &str = "https://example.com/org/apps.git";

/// An Application in the cluster of Argo CD, with its source as a mapping in a line.
pub(crate) fn application(name: &str, source: &str) -> String {
    application_to(name, source, "{server: https://kubernetes.default.svc, namespace: web}")
}

/// The same with a destination.
pub(crate) fn application_to(name: &str, source: &str, destination: &str) -> String {
    format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  name: {name}\n  namespace: argocd\nspec:\n  project: default\n  source: {{repoURL: {URL}, {source}}}\n  destination: {destination}\n"
    )
}

/// An Application with several sources, as a list in lines.
fn with_sources(name: &str, sources: &str) -> String {
    format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  name: {name}\n  namespace: argocd\nspec:\n  project: default\n  sources:\n{sources}  destination: {{name: in-cluster, namespace: web}}\n"
    )
}

pub(crate) fn map(name: &str, data: &str) -> String {
    format!("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\ndata:\n  {data}\n")
}

const CHART: &str = "apiVersion: v2\nname: web\nversion: 1.0.0\n";
const TEMPLATE: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}-out\n  namespace: {{ .Release.Namespace }}\ndata:\n  a: {{ .Values.a | quote }}\n  b: {{ .Values.b | toJson | quote }}\n  c: {{ .Values.c | default \"unset\" | quote }}\n  kube: {{ .Capabilities.KubeVersion.Version }}\n  has: {{ .Capabilities.APIVersions.Has \"example.com/v1/Thing\" | quote }}\n  helm: {{ .Capabilities.HelmVersion.Version }}\n";
const HOOK: &str =
    "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: HOOK\n  annotations:\n    helm.sh/hook: EVENT\n";
const DEFINITION: &str = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: things.example.com\nspec:\n  group: example.com\n  names: {kind: Thing, plural: things}\n  scope: Namespaced\n  versions:\n    - {name: v1, served: true, storage: true}\n";

/// A repository with one Application over a chart in it.
fn with_chart(source: &str) -> Vec<(&'static str, String)> {
    vec![
        ("argocd/app.yaml", application("web", source)),
        ("charts/web/Chart.yaml", CHART.to_owned()),
        ("charts/web/values.yaml", "a: default\nb: {}\n".to_owned()),
        ("charts/web/production.yaml", "a: production\nb: {from: production}\n".to_owned()),
        ("charts/web/more.yaml", "c: more\n".to_owned()),
        ("values/shared.yaml", "a: shared\n".to_owned()),
        ("charts/web/templates/map.yaml", TEMPLATE.to_owned()),
    ]
}

/// The lines that must stand in what a chart renders.
fn check_chart(source: &str, expected: &[&str]) {
    let files = with_chart(source);
    let fleet = fleet_at(&borrowed(&files), Some("1.29"));
    let lines = summary(&fleet);
    assert!(!lines.iter().any(|line| line.contains("not assessed")), "{source}: {lines:?}");
    let unit = fleet.clusters.iter().flat_map(|cluster| &cluster.units).next().unwrap();
    let out = &unit.objects().iter().find(|object| object.id.name.ends_with("-out")).unwrap().text;
    for line in expected {
        assert!(out.contains(line), "{source}: {line} in {out}");
    }
}

/// Why an Application over the chart is not assessed.
fn check_refused(source: &str, expected: &str) {
    let mut files = with_chart(source);
    // What says that the paths of this repository are here.
    files.push(("argocd/beside.yaml", application("beside", "path: manifests")));
    files.push(("manifests/map.yaml", map("beside", "a: b")));
    let lines = summary(&fleet(&borrowed(&files)));
    assert!(lines.contains(&format!("in-cluster: web = not assessed: {expected}")), "{source}: {lines:?}");
}

#[test]
fn a_chart_is_rendered_as_argo_renders_it() {
    check_chart(
        "path: charts/web",
        &["name: web-out", "namespace: web", "a: \"default\"", "kube: v1.29.0", "helm: v3."],
    );
    check_chart(
        "path: charts/web, helm: {releaseName: other, namespace: elsewhere}",
        &["name: other-out", "namespace: elsewhere"],
    );
    check_chart("path: charts/web, helm: {kubeVersion: 1.25.3}", &["kube: v1.25.3", "has: \"false\""]);
    check_chart("path: charts/web, helm: {apiVersions: [example.com/v1/Thing]}", &["has: \"true\""]);
}

#[test]
fn values_come_from_files_then_the_application_then_parameters() {
    check_chart(
        "path: charts/web, helm: {valueFiles: [production.yaml]}",
        &["a: \"production\"", "{\\\"from\\\":\\\"production\\\"}"],
    );
    check_chart(
        "path: charts/web, helm: {valueFiles: [production.yaml, /values/shared.yaml]}",
        &["a: \"shared\""],
    );
    check_chart(
        "path: charts/web, helm: {valueFiles: [../../values/shared.yaml, production.yaml]}",
        &["a: \"production\""],
    );
    check_chart(
        "path: charts/web, helm: {valueFiles: [production.yaml], values: \"a: own\"}",
        &["a: \"own\""],
    );
    check_chart(
        "path: charts/web, helm: {values: \"a: text\", valuesObject: {a: object}}",
        &["a: \"object\""],
    );
    check_chart(
        "path: charts/web, helm: {valuesObject: {a: object}, parameters: [{name: a, value: parameter}]}",
        &["a: \"parameter\""],
    );
    check_chart(
        "path: charts/web, helm: {parameters: [{name: b.x, value: '1'}, {name: b.y, value: '1', forceString: true}]}",
        &["{\\\"x\\\":1,\\\"y\\\":\\\"1\\\"}"],
    );
    check_chart(
        "path: charts/web, helm: {parameters: [{name: a, value: 'x,y'}, {name: b, value: '{p,q}'}]}",
        &["a: \"x,y\"", "[\\\"p\\\",\\\"q\\\"]"],
    );
    check_chart(
        "path: charts/web, helm: {fileParameters: [{name: a, path: more.yaml}]}",
        &["a: \"c: more\\n\""],
    );
    check_chart("path: charts/web, helm: {valueFiles: ['*.yaml']}", &["a: \"default\"", "c: \"more\""]);
    check_chart("path: charts/web, helm: {valueFiles: ['*.yaml', production.yaml]}", &["a: \"production\""]);
}

#[test]
fn the_build_environment_is_put_into_parameters_and_paths() {
    check_chart(
        "path: charts/web, helm: {parameters: [{name: a, value: '$ARGOCD_APP_NAME-${ARGOCD_APP_NAMESPACE}-$ARGOCD_APP_SOURCE_PATH'}]}",
        &["a: \"web-web-charts/web\""],
    );
    check_chart(
        "path: charts/web, helm: {parameters: [{name: a, value: $ARGOCD_APP_REVISION_SHORT}]}",
        &["a: \"«ARGOCD_APP_REVISION_SHORT»\""],
    );
    check_chart(
        "path: charts/web, helm: {valueFiles: [$ARGOCD_APP_NAME/../production.yaml]}",
        &["a: \"production\""],
    );
    check_chart("path: charts/web, helm: {values: 'a: $ARGOCD_APP_NAME'}", &["a: \"$ARGOCD_APP_NAME\""]);
}

#[test]
fn files_of_values_that_are_missing_or_lead_out_are_refused() {
    check_refused(
        "path: charts/web, helm: {valueFiles: [gone.yaml]}",
        "open charts/web/gone.yaml: no such file or directory",
    );
    check_chart(
        "path: charts/web, helm: {ignoreMissingValueFiles: true, valueFiles: [gone.yaml, production.yaml]}",
        &["a: \"production\""],
    );
    check_refused(
        "path: charts/web, helm: {valueFiles: ['gone-*.yaml']}",
        "values file glob \"gone-*.yaml\" matched no files",
    );
    check_chart(
        "path: charts/web, helm: {ignoreMissingValueFiles: true, valueFiles: ['gone-*.yaml']}",
        &["a: \"default\""],
    );
    check_refused(
        "path: charts/web, helm: {valueFiles: [../../../secret.yaml]}",
        "file '../../../secret.yaml' resolved to outside repository root",
    );
    check_refused(
        "path: charts/web, helm: {valueFiles: ['ftp://example.com/x']}",
        "the URL scheme 'ftp' is not allowed",
    );
    check_refused(
        "path: charts/web, helm: {valueFiles: ['https://example.com/x.yaml']}",
        "Git repository https://example.com/x.yaml is not in the cache",
    );
    check_refused(
        "path: charts/web, helm: {fileParameters: [{name: a, path: gone}]}",
        "open charts/web/gone: no such file or directory",
    );
}

#[test]
fn paths_and_tools_that_do_not_fit_are_refused() {
    check_refused("path: charts/gone", "charts/gone: app path does not exist");
    check_refused("path: ../elsewhere", "../elsewhere: app path outside root");
    check_refused("path: /charts/web", "/charts/web: app path is absolute");
    check_refused("path: charts/web/Chart.yaml", "charts/web/Chart.yaml: app path is not a directory");
    check_refused(
        "path: charts/web, helm: {}, kustomize: {}",
        "multiple application sources defined: Kustomize,Helm",
    );
    check_refused(
        "path: charts/web, plugin: {name: mine}",
        "config management plugin 'mine' cannot be had here",
    );
}

#[test]
fn definitions_and_hooks_of_a_chart_are_among_its_objects() {
    let hook = |name: &str, event: &str| HOOK.replace("HOOK", name).replace("EVENT", event);
    let files = |source: &str| {
        let mut files = with_chart(source);
        files.push(("charts/web/crds/thing.yaml", DEFINITION.to_owned()));
        files.push(("charts/web/templates/hook.yaml", hook("before", "pre-install")));
        files.push(("charts/web/templates/test.yaml", hook("test", "test")));
        files
    };
    assert_eq!(
        summary(&fleet(&borrowed(&files("path: charts/web")))),
        [
            "in-cluster: web = CustomResourceDefinition things.example.com, ConfigMap web/web-out, ConfigMap web/before"
        ]
    );
    assert_eq!(
        summary(&fleet(&borrowed(&files("path: charts/web, helm: {skipCrds: true}")))),
        ["in-cluster: web = ConfigMap web/web-out, ConfigMap web/before"]
    );
}

#[test]
fn another_source_lends_its_files_of_values() {
    let sources = format!(
        "    - {{repoURL: {URL}, path: charts/web, helm: {{valueFiles: [$values/values/shared.yaml], fileParameters: [{{name: c, path: $values/values/shared.yaml}}]}}}}\n    - {{repoURL: {URL}, ref: values}}\n    - {{repoURL: {URL}, path: manifests}}\n"
    );
    let mut files = with_chart("");
    files[0].1 = with_sources("web", &sources);
    files.push(("manifests/map.yaml", map("beside", "a: b")));
    let fleet = fleet(&borrowed(&files));
    assert_eq!(summary(&fleet), ["in-cluster: web = ConfigMap web/web-out, ConfigMap web/beside"]);
    let out = text(&fleet, "web-out");
    assert!(out.contains("a: \"shared\"") && out.contains("c: \"a: shared\\n\""), "{out}");
}

#[test]
fn of_two_objects_of_one_name_the_last_counts() {
    let sources = format!("    - {{repoURL: {URL}, path: one}}\n    - {{repoURL: {URL}, path: two}}\n");
    let fleet = fleet(&[
        ("argocd/app.yaml", &with_sources("web", &sources)),
        ("one/map.yaml", &map("same", "a: one")),
        ("two/map.yaml", &map("same", "a: two")),
    ]);
    assert_eq!(
        summary(&fleet),
        [
            "in-cluster: web = ConfigMap web/same (ConfigMap web/same is rendered more than once: the last counts)"
        ]
    );
    assert!(text(&fleet, "same").contains("a: two"));
}

#[test]
fn a_file_of_the_source_says_over_the_application() {
    let mut files =
        with_chart("path: charts/web, helm: {parameters: [{name: a, value: x}], valueFiles: [more.yaml]}");
    files.push((
        "charts/web/.argocd-source.yaml",
        "helm:\n  parameters:\n  - {name: a, value: second}\n  valueFiles: null\n".to_owned(),
    ));
    let out = |files: &[(&'static str, String)]| text(&fleet(&borrowed(files)), "web-out").to_owned();
    assert!(out(&files).contains("a: \"second\"") && out(&files).contains("c: \"unset\""), "{}", out(&files));
    files.push((
        "charts/web/.argocd-source-web.yaml",
        "path: charts/gone\nhelm: {releaseName: web, parameters: [{name: a, value: z}]}\n".to_owned(),
    ));
    assert!(out(&files).contains("a: \"z\""), "{}", out(&files));
    files.push(("charts/web/.argocd-source-other.yaml", "helm: {parameters: []}\n".to_owned()));
    assert!(out(&files).contains("a: \"z\""));
}

#[test]
fn a_folder_of_manifests_is_taken_as_argo_takes_it() {
    let list = format!(
        "apiVersion: v1\nkind: List\nitems:\n- {}",
        map("listed", "a: b").trim_end().replace('\n', "\n  ")
    );
    let check = |source: &str, expected: &str| {
        let fleet = fleet(&[
            ("argocd/app.yaml", &application("web", source)),
            ("dir/a.yaml", &map("a", "a: b")),
            ("dir/b.yml", &format!("{}---\n---\n{}", map("b", "a: b"), map("c", "a: b"))),
            (
                "dir/c.json",
                "{\"apiVersion\": \"v1\", \"kind\": \"ConfigMap\", \"metadata\": {\"name\": \"json\"}}",
            ),
            ("dir/list.yaml", &list),
            ("dir/values.yaml", "just: values\n"),
            ("dir/skipped.yaml", &format!("# +argocd:skip-file-rendering\n{}", map("skipped", "a: b"))),
            ("dir/notes.md", "text"),
            ("dir/sealed.yaml.sealed", &map("sealed", "a: b")),
            ("dir/sub/d.yaml", &map("d", "a: b")),
            ("dir/sub-1.yaml", &map("between", "a: b")),
        ]);
        assert_eq!(summary(&fleet), [format!("in-cluster: web = {expected}")], "{source}");
    };
    let all = "ConfigMap web/a, ConfigMap web/b, ConfigMap web/c, ConfigMap web/json, ConfigMap web/listed";
    check("path: dir", &format!("{all}, ConfigMap web/between"));
    check("path: dir, directory: {recurse: true}", &format!("{all}, ConfigMap web/d, ConfigMap web/between"));
    check("path: dir, directory: {include: '*.json'}", "ConfigMap web/json");
    check("path: dir, directory: {include: '{a,b}.*'}", "ConfigMap web/a, ConfigMap web/b, ConfigMap web/c");
    check("path: dir, directory: {recurse: true, include: 'sub/*'}", "ConfigMap web/d");
    check(
        "path: dir, directory: {recurse: true, exclude: '{list.yaml,sub*,*.json}'}",
        "ConfigMap web/a, ConfigMap web/b, ConfigMap web/c",
    );
    check(
        "path: dir, directory: {disableExtensionFilter: true, include: '*.sealed'}",
        "ConfigMap web/sealed",
    );
}

#[test]
fn a_folder_with_something_else_is_refused_by_name() {
    let check = |file: &str, content: &str, expected: &str| {
        let fleet = fleet(&[("argocd/app.yaml", &application("web", "path: dir")), (file, content)]);
        assert_eq!(summary(&fleet), [format!("in-cluster: web = not assessed: {expected}")]);
    };
    check("dir/a.jsonnet", "{}", "Jsonnet 'dir/a.jsonnet' cannot be had here");
    check(
        "dir/a.json",
        "{} {}",
        "Failed to unmarshal \"dir/a.json\": what was rendered is no YAML: did not find expected <document start>",
    );
    check(
        "dir/a.yaml",
        "apiVersion: v1\nmetadata: {}\n# kind:\n",
        "Failed to unmarshal \"dir/a.yaml\": what was rendered has no apiVersion or no kind",
    );
}

#[test]
fn a_kustomization_is_built_with_what_the_application_says() {
    let deployment = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  replicas: 1\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec:\n      containers:\n      - {name: web, image: \"nginx:1\"}\n";
    let check = |options: &str, expected: &[&str]| {
        let fleet = fleet(&[
            ("argocd/app.yaml", &application("web", &format!("path: dir, kustomize: {options}"))),
            (
                "dir/kustomization.yaml",
                "resources: [deployment.yaml]\nimages: [{name: other, newTag: '1'}]\n",
            ),
            ("dir/deployment.yaml", deployment),
            (
                "dir/patch.yaml",
                "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, annotations: {patched: file}}\n",
            ),
            (
                "parts/label/kustomization.yaml",
                "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\ncommonAnnotations: {part: x}\n",
            ),
        ]);
        let lines = summary(&fleet);
        let unit = fleet.clusters.iter().flat_map(|cluster| &cluster.units).next().unwrap();
        let text = unit.objects().first().map_or_else(|| lines.join("\n"), |object| object.text.to_string());
        for line in expected {
            assert!(text.contains(line), "{options}: {line} in {text}");
        }
    };
    check("{namePrefix: a-, nameSuffix: -b, namespace: ns}", &["name: a-web-b", "namespace: ns"]);
    check("{images: ['nginx:2']}", &["image: nginx:2"]);
    check("{images: ['nginx=registry/web:$ARGOCD_APP_NAME']}", &["image: registry/web:web"]);
    check("{replicas: [{name: web, count: 3}]}", &["replicas: 3"]);
    check("{replicas: [{name: web, count: '4'}]}", &["replicas: 4"]);
    check("{commonLabels: {team: $ARGOCD_APP_NAME}}", &["team: web", "      app: web\n      team: web"]);
    check(
        "{labelWithoutSelector: true, commonLabels: {team: x}}",
        &["matchLabels:\n      app: web\n  template"],
    );
    check("{commonAnnotations: {a: $ARGOCD_APP_NAME}}", &["a: $ARGOCD_APP_NAME"]);
    check("{patches: [{path: patch.yaml}]}", &["patched: file"]);
    check(
        "{patches: [{target: {kind: Deployment}, patch: '- {op: replace, path: /spec/replicas, value: 7}'}]}",
        &["replicas: 7"],
    );
    check("{components: [../parts/label]}", &["part: x"]);
    check("{components: [../parts/gone]}", &["not assessed", "parts/gone"]);
    check("{ignoreMissingComponents: true, components: [../parts/gone]}", &["replicas: 1"]);
    check("{version: v4.5.7}", &["replicas: 1"]);
}

#[test]
fn the_tool_is_told_by_the_files() {
    let check = |files: &[(&str, &str)], expected: &str| {
        let app = application("web", "path: dir");
        let mut all = vec![("argocd/app.yaml", app.as_str())];
        all.extend(files);
        assert_eq!(summary(&fleet(&all)), [format!("in-cluster: web = {expected}")]);
    };
    let (map, prefixed) = (map("a", "a: b"), "resources: [a.yaml]\nnamePrefix: k-\n");
    check(&[("dir/a.yaml", &map)], "ConfigMap web/a");
    check(&[("dir/a.yaml", &map), ("dir/kustomization.yml", prefixed)], "ConfigMap web/k-a");
    check(&[("dir/a.yaml", &map), ("dir/Kustomization", prefixed)], "ConfigMap web/k-a");
    check(&[("dir/templates/a.yaml", &map), ("dir/Chart.yaml", CHART)], "ConfigMap web/a");
    check(
        &[("dir/a.yaml", &map), ("dir/kustomization.yaml", prefixed), ("dir/Chart.yaml", CHART)],
        "ConfigMap web/k-a",
    );
    check(&[("dir/a.yaml", &map), ("dir/sub/kustomization.yaml", "x")], "ConfigMap web/a");
}

#[test]
fn charts_of_kustomizations_are_rendered_where_argo_is_told_so() {
    let settings = |options: &str| {
        format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: argocd-cm\n  namespace: argocd\ndata:\n  kustomize.buildOptions: {options}\n"
        )
    };
    let files = |options: Option<&str>| {
        let mut files = vec![
            ("argocd/app.yaml", application("web", "path: dir")),
            (
                "dir/kustomization.yaml",
                "namespace: k\nhelmCharts:\n- name: web\n  releaseName: inner\n  valuesInline: {a: inline}\n"
                    .to_owned(),
            ),
            ("dir/charts/web/Chart.yaml", CHART.to_owned()),
            ("dir/charts/web/values.yaml", "a: default\nb: {}\n".to_owned()),
            ("dir/charts/web/templates/map.yaml", TEMPLATE.to_owned()),
        ];
        files.extend(options.map(|options| ("argocd/settings.yaml", settings(options))));
        files
    };
    let without = summary(&fleet(&borrowed(&files(None))));
    assert!(without[0].contains("must specify --enable-helm"), "{without:?}");
    let mut elsewhere = files(Some("--enable-helm"));
    elsewhere[1].1 =
        "helmCharts:\n- {name: db, repo: 'https://charts.example.com', version: 1.2.3, releaseName: db}\n"
            .to_owned();
    assert_eq!(
        summary(&fleet(&borrowed(&elsewhere))),
        ["in-cluster: web = not assessed: chart db 1.2.3 of https://charts.example.com is not in the cache"]
    );
    let with = files(Some("--enable-helm"));
    let fleet = fleet_at(&borrowed(&with), Some("1.29"));
    assert_eq!(summary(&fleet), ["in-cluster: web = ConfigMap k/inner-out"]);
    let out = text(&fleet, "inner-out");
    assert!(out.contains("a: inline") && out.contains("kube: v1.29.0"), "{out}");
}

#[test]
fn a_chart_of_a_repository_of_charts_is_asked_of_the_cache() {
    let app = |source: &str| application("web", "").replace(&format!("{{repoURL: {URL}, }}"), source);
    for (source, expected) in [
        (
            "{repoURL: https://charts.example.com, chart: web, targetRevision: 1.*}",
            "chart web 1.* of https://charts.example.com is not in the cache",
        ),
        (
            "{repoURL: registry.example.com/charts, chart: web, targetRevision: 1.2.3}",
            "chart oci://registry.example.com/charts/web:1.2.3 is not in the cache",
        ),
        (
            "{repoURL: 'oci://registry.example.com/charts/web', path: ., targetRevision: 1.2.3}",
            "chart oci://registry.example.com/charts/web:1.2.3 is not in the cache",
        ),
        (
            "{repoURL: 'oci://registry.example.com/manifests', path: apps, targetRevision: 1.2.3}",
            "artifact oci://registry.example.com/manifests at 1.2.3 is not in the cache",
        ),
        (
            "{repoURL: 'oci://registry.example.com/manifests', path: apps, targetRevision: '>=1.2'}",
            "artifact oci://registry.example.com/manifests at range:>=1.2 is not in the cache",
        ),
        (
            "{repoURL: https://example.com/org/other, path: apps, targetRevision: v1}",
            "Git repository https://example.com/org/other at revision v1 is not in the cache",
        ),
        (
            "{repoURL: https://example.com/org/other, path: apps, targetRevision: HEAD}",
            "Git repository https://example.com/org/other is not in the cache",
        ),
        (
            "{repoURL: https://example.com/org/other, path: apps, targetRevision: '1.*'}",
            "Git repository https://example.com/org/other at range 1.* is not in the cache",
        ),
    ] {
        let fleet = fleet(&[("argocd/app.yaml", &app(source))]);
        assert_eq!(summary(&fleet), [format!("in-cluster: web = not assessed: {expected}")]);
    }
}
