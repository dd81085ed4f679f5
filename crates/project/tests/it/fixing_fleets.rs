//! Fixes of what only clusters' units show: each made at the place that is the value, and proved by rendering all clusters; and
//! those that are not made, with the reason.

use project::{FilePlan, FixPlan};

use super::fleets::{Files, World, kustomization, release};

const CHART: &str = "apiVersion: v2\nname: web\nversion: 1.0.0\n";
const IN_REPOSITORY: &str = "  chart: {spec: {chart: ./charts/web, sourceRef: {kind: GitRepository, name: flux-system, namespace: flux-system}}}\n";

/// A repository with one cluster that gets the folder `apps`.
fn apps(more: &str, files: &[(&'static str, &str)]) -> World {
    let mut all: Files = vec![("clusters/prod/apps.yaml", kustomization("apps", "./apps", more))];
    all.extend(files.iter().map(|(path, text)| (*path, (*text).to_owned())));
    World::new(all)
}

/// A job of an API version that something else says.
fn job(api: &str) -> String {
    format!("apiVersion: {api}\nkind: CronJob\nmetadata:\n  name: a\nspec:\n  schedule: x\n")
}

/// Each line that changes, and why what is not fixed is not.
fn told(plan: &FixPlan) -> Vec<String> {
    plan.files.iter().flat_map(lines).collect()
}

fn lines(file: &FilePlan) -> Vec<String> {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let (before, after) = (text(&file.before), text(&file.after));
    assert_eq!(before.lines().count(), after.lines().count());
    let pairs = before.lines().zip(after.lines()).enumerate().filter(|(_, (old, new))| old != new);
    let changes = pairs.map(|(at, (old, new))| format!("{}:{} {old} → {new}", file.path, at + 1));
    let refused = file.refused.iter().map(|it| format!("{}:{} not: {}", file.path, it.lines.before, it.why));
    let notes = file.notes.iter().map(|(at, note)| format!("{}:{} note: {}", file.path, at.after, note.text));
    changes.chain(refused).chain(notes).collect()
}

fn fixed(world: &World) -> Vec<String> {
    let (scan, plan) = world.fixed();
    let by_hand = scan.findings.iter().filter(|finding| finding.fix.is_none());
    by_hand.map(|finding| format!("by hand: {}", finding.remedy)).chain(told(&plan)).collect()
}

/// The chart in the repository with a template, and the release that takes it.
fn chart(template: &str, more: &str, files: &[(&'static str, &str)]) -> World {
    let release = release(&format!("{IN_REPOSITORY}{more}"));
    let mut all = vec![
        ("charts/web/Chart.yaml", CHART),
        ("charts/web/templates/a.yaml", template),
        ("apps/r.yaml", &release),
    ];
    all.extend_from_slice(files);
    apps("", &all)
}

#[test]
fn values_of_a_release_are_edited() {
    let values = "  values:\n    api: batch/v1beta1 # kept\n";
    let world = chart(&job("{{ .Values.api }}"), values, &[]);
    assert_eq!(fixed(&world), ["apps/r.yaml:7     api: batch/v1beta1 # kept →     api: batch/v1 # kept"]);
    let (_, plan) = world.fixed();
    assert_eq!((plan.files[0].applied.len(), plan.proving), (1, 2));
}

#[test]
fn values_in_a_config_map_are_edited_and_who_holds_them_is_told() {
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: v, namespace: default}\ndata:\n  values.yaml: |\n    a: 1\n    api: batch/v1beta1\n";
    let from = "  valuesFrom: [{kind: ConfigMap, name: v}]\n";
    let template = job("{{ .Values.api }}");
    assert_eq!(
        fixed(&chart(&template, from, &[("apps/v.yaml", map)])),
        [
            "apps/v.yaml:7     api: batch/v1beta1 →     api: batch/v1",
            "apps/v.yaml:7 note: ConfigMap default/v of prod holds what is edited, and changes with it"
        ]
    );
    // A generated one gets another name, and the release follows it.
    let files = [
        ("apps/values.yaml", "a: 1\napi: batch/v1beta1\n"),
        (
            "apps/config.yaml",
            "nameReference:\n- kind: ConfigMap\n  version: v1\n  fieldSpecs:\n  - path: spec/valuesFrom/name\n    kind: HelmRelease\n",
        ),
        (
            "apps/kustomization.yaml",
            "resources: [r.yaml]\nnamespace: default\nconfigMapGenerator:\n- name: v\n  files: [values.yaml]\nconfigurations: [config.yaml]\n",
        ),
    ];
    assert_eq!(
        fixed(&chart(&template, from, &files)),
        [
            "apps/values.yaml:2 api: batch/v1beta1 → api: batch/v1",
            "apps/values.yaml:2 note: ConfigMap default/v-tggcfgkc2g of prod holds what is edited, and changes with it"
        ]
    );
}

#[test]
fn variables_are_edited_where_they_are_said_whole_or_in_part() {
    let said = |variable: &str| format!("  postBuild:\n    substitute:\n      {variable}\n");
    assert_eq!(
        fixed(&apps(&said("api: \"batch/v1beta1\""), &[("apps/a.yaml", &job("${api}"))])),
        ["clusters/prod/apps.yaml:9       api: \"batch/v1beta1\" →       api: \"batch/v1\""]
    );
    assert_eq!(
        fixed(&apps(&said("v: v1beta1"), &[("apps/a.yaml", &job("batch/${v}"))])),
        ["clusters/prod/apps.yaml:9       v: v1beta1 →       v: v1"]
    );
    let from = "  postBuild:\n    substituteFrom: [{kind: ConfigMap, name: v}]\n";
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: v, namespace: flux-system}\ndata: {api: batch/v1beta1}\n";
    assert_eq!(
        fixed(&apps(from, &[("apps/a.yaml", &job("${api}")), ("clusters/prod/v.yaml", map)])),
        [
            "clusters/prod/v.yaml:4 data: {api: batch/v1beta1} → data: {api: batch/v1}",
            "clusters/prod/v.yaml:4 note: ConfigMap flux-system/v of prod holds what is edited, and changes with it"
        ]
    );
}

#[test]
fn a_default_of_a_variable_is_edited_where_it_stands() {
    let said = "  postBuild: {substitute: {other: x}}\n";
    assert_eq!(
        fixed(&apps(said, &[("apps/a.yaml", &job("${api:=batch/v1beta1}"))])),
        ["apps/a.yaml:1 apiVersion: ${api:=batch/v1beta1} → apiVersion: ${api:=batch/v1}"]
    );
}

#[test]
fn a_variable_that_others_read_as_well_is_left() {
    let said = "  postBuild: {substitute: {api: batch/v1beta1}}\n";
    let other = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: v}\ndata: {api: '${api}'}\n";
    assert_eq!(
        fixed(&apps(said, &[("apps/a.yaml", &job("${api}")), ("apps/v.yaml", other)])),
        [
            "clusters/prod/apps.yaml:7 not: not proved to render the same: 'Kustomization flux-system/apps of prod' would render ConfigMap v otherwise than it is rendered now and then fixed"
        ]
    );
}

#[test]
fn patches_and_replacements_are_edited() {
    let patch = "resources: [a.yaml]\npatches:\n- target: {kind: CronJob}\n  patch: |\n    - op: replace\n      path: /apiVersion\n      value: batch/v1beta1\n";
    assert_eq!(
        fixed(&apps("", &[("apps/a.yaml", &job("batch/v1")), ("apps/kustomization.yaml", patch)])),
        ["apps/kustomization.yaml:7       value: batch/v1beta1 →       value: batch/v1"]
    );
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\ndata: {api: batch/v1beta1}\n";
    let replacement = "resources: [a.yaml, m.yaml]\nreplacements:\n- source: {kind: ConfigMap, name: m, fieldPath: data.api}\n  targets:\n  - select: {kind: CronJob}\n    fieldPaths: [apiVersion]\n";
    let files =
        [("apps/a.yaml", &*job("batch/v1")), ("apps/m.yaml", map), ("apps/kustomization.yaml", replacement)];
    assert_eq!(
        fixed(&apps("", &files)),
        [
            "apps/m.yaml:4 data: {api: batch/v1beta1} → data: {api: batch/v1}",
            "apps/m.yaml:4 note: ConfigMap m of prod holds what is edited, and changes with it"
        ]
    );
}

#[test]
fn a_post_renderer_is_edited() {
    let steps = "  postRenderers:\n  - kustomize:\n      patches:\n      - target: {kind: CronJob}\n        patch: |\n          - {op: replace, path: /apiVersion, value: batch/v1beta1}\n";
    assert_eq!(
        fixed(&chart(&job("batch/v1"), steps, &[])),
        [
            "apps/r.yaml:11           - {op: replace, path: /apiVersion, value: batch/v1beta1} →           - {op: replace, path: /apiVersion, value: batch/v1}"
        ]
    );
}

#[test]
fn templates_helpers_and_values_of_a_chart_in_the_repository_are_edited() {
    let named = job("batch/v1beta1").replace("name: a", "name: {{ .Release.Name }}");
    assert_eq!(
        fixed(&chart(&named, "", &[])),
        ["charts/web/templates/a.yaml:1 apiVersion: batch/v1beta1 → apiVersion: batch/v1"]
    );
    let constant = "{{- define \"api\" -}}\n{{- print \"batch/v1beta1\" -}}\n{{- end -}}\n";
    assert_eq!(
        fixed(&chart(&job("{{ include \"api\" . }}"), "", &[("charts/web/templates/_h.tpl", constant)])),
        ["charts/web/templates/_h.tpl:2 {{- print \"batch/v1beta1\" -}} → {{- print \"batch/v1\" -}}"]
    );
    let branch =
        "{{- define \"api\" -}}\n{{- if .Values.x -}}x{{ else -}}\nbatch/v1beta1\n{{- end -}}{{- end -}}\n";
    assert_eq!(
        fixed(&chart(
            &job("{{ include \"api\" . | quote }}"),
            "",
            &[("charts/web/templates/_h.tpl", branch)]
        )),
        ["charts/web/templates/_h.tpl:3 batch/v1beta1 → batch/v1"]
    );
    assert_eq!(
        fixed(&chart(
            &job("batch/{{ .Values.v }}"),
            "",
            &[("charts/web/values.yaml", "v: v1beta1 # kept\n")]
        )),
        ["charts/web/values.yaml:1 v: v1beta1 # kept → v: v1 # kept"]
    );
}

#[test]
fn fields_of_a_template_move_where_all_of_the_object_is_its_text() {
    let scaler = |name: &str| {
        format!(
            "apiVersion: autoscaling/v2beta1\nkind: HorizontalPodAutoscaler\nmetadata:\n  name: {name}\nspec:\n  scaleTargetRef: {{apiVersion: apps/v1, kind: Deployment, name: a}}\n  maxReplicas: 2\n  metrics:\n  - type: Resource\n    resource:\n      name: cpu\n      targetAverageUtilization: 80\n"
        )
    };
    let template = scaler("'{{ .Release.Name }}'");
    let world = chart(&template, "", &[]);
    let (_, plan) = world.fixed();
    let after = String::from_utf8(plan.files[0].after.clone()).unwrap();
    assert!(after.contains("autoscaling/v2\n") && after.contains("averageUtilization: 80"), "{after}");
    assert!(after.contains("name: '{{ .Release.Name }}'"), "{after}");
    // Where an action writes the metrics nobody can move them.
    let made =
        template.replace("      targetAverageUtilization: 80\n", "{{ toYaml .Values.target | indent 6 }}\n");
    let world = chart(&made, "  values: {target: {targetAverageUtilization: 80}}\n", &[]);
    let told = fixed(&world);
    assert!(told.len() == 1 && told[0].starts_with("by hand: use autoscaling/v2"), "{told:?}");
}

#[test]
fn what_another_chart_writes_is_left_to_its_version() {
    let held = [
        ("charts/web/charts/db/Chart.yaml", "apiVersion: v2\nname: db\nversion: 2.0.0\n"),
        ("charts/web/charts/db/templates/a.yaml", &*job("{{ print \"batch/v1beta1\" }}")),
    ];
    let mut world = chart("", "", &held);
    let declared = "apiVersion: v2\nname: web\nversion: 1.0.0\ndependencies:\n- {name: db, version: 2.0.0, repository: 'https://example.org'}\n";
    world.files.retain(|(path, _)| *path != "charts/web/Chart.yaml");
    world.files.push(("charts/web/Chart.yaml", declared.to_owned()));
    assert_eq!(
        fixed(&world),
        [
            "by hand: use batch/v1, served since 1.21; by hand, since not proved to render the same: the vendored chart 'db' writes what has to change"
        ]
    );
}

#[test]
fn an_application_of_argo_cd_says_values_and_parameters_that_are_edited() {
    let application = |helm: &str| {
        format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: one, namespace: argocd}}\nspec:\n  source:\n    repoURL: https://example.com/org/fleet\n    path: charts/web\n    targetRevision: HEAD\n    helm:\n{helm}  destination: {{server: 'https://kubernetes.default.svc', namespace: default}}\n"
        )
    };
    let told = |helm: &str, files: &[(&'static str, &str)]| {
        let mut all: Files = vec![
            ("clusters/prod/one.yaml", application(helm)),
            ("charts/web/Chart.yaml", CHART.to_owned()),
            ("charts/web/templates/a.yaml", job("{{ .Values.api }}")),
        ];
        all.extend(files.iter().map(|(path, text)| (*path, (*text).to_owned())));
        fixed(&World::new(all))
    };
    let edited = |line: &str, of: &str| format!("{of} {line} → {}", line.replace("v1beta1", "v1"));
    assert_eq!(
        told("      valuesObject:\n        api: batch/v1beta1\n", &[]),
        [edited("        api: batch/v1beta1", "clusters/prod/one.yaml:11")]
    );
    assert_eq!(
        told("      values: |\n        api: batch/v1beta1\n", &[]),
        [edited("        api: batch/v1beta1", "clusters/prod/one.yaml:11")]
    );
    assert_eq!(
        told("      valueFiles: [prod.yaml]\n", &[("charts/web/prod.yaml", "api: batch/v1beta1\n")]),
        [edited("api: batch/v1beta1", "charts/web/prod.yaml:1")]
    );
}

#[test]
fn a_file_gets_fixes_of_its_own_and_of_what_it_is_rendered_to() {
    let mut world = chart(&job("{{ .Values.api }}"), "  values: {api: batch/v1beta1}\n", &[]);
    let (_, text) = world.files.iter_mut().find(|(path, _)| *path == "apps/r.yaml").unwrap();
    text.push_str(&format!("---\n{}", job("batch/v1beta1")));
    let (_, plan) = world.fixed();
    let after = String::from_utf8(plan.files[0].after.clone()).unwrap();
    assert!(!after.contains("v1beta1"), "{after}");
    assert_eq!((plan.files.len(), plan.files[0].applied.len(), plan.files[0].refused.len()), (1, 2, 0));
}

#[test]
fn one_place_that_is_not_proved_leaves_the_others() {
    let said = "  postBuild:\n    substitute:\n      one: batch/v1beta1\n      two: batch/v1beta1\n";
    let other = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: v}\ndata: {api: '${one}'}\n";
    let files = [
        ("apps/a.yaml", &*job("${one}")),
        ("apps/b.yaml", &job("${two}").replace("name: a", "name: b")),
        ("apps/v.yaml", other),
    ];
    assert_eq!(
        fixed(&apps(said, &files)),
        [
            "clusters/prod/apps.yaml:10       two: batch/v1beta1 →       two: batch/v1",
            "clusters/prod/apps.yaml:9 not: not proved to render the same: 'Kustomization flux-system/apps of prod' would render ConfigMap v otherwise than it is rendered now and then fixed"
        ]
    );
}

#[test]
fn a_broken_file_is_left_and_the_rest_is_fixed() {
    let values = "  values:\n    api: batch/v1beta1\n";
    let world = chart(&job("{{ .Values.api }}"), values, &[("attic/broken.yaml", "a: [batch/v1beta1\n")]);
    assert_eq!(fixed(&world), ["apps/r.yaml:7     api: batch/v1beta1 →     api: batch/v1"]);
}
