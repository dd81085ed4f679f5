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

#[test]
fn values_of_a_release_are_edited() {
    let template = job("{{ .Values.api }}");
    let release = release(&format!("{IN_REPOSITORY}  values:\n    api: batch/v1beta1 # kept\n"));
    let files =
        [("charts/web/Chart.yaml", CHART), ("charts/web/templates/a.yaml", &template), ("apps/r.yaml", &release)];
    assert_eq!(fixed(&apps("", &files)), ["apps/r.yaml:7     api: batch/v1beta1 # kept →     api: batch/v1 # kept"]);
}
#[test]
fn a_config_map_of_values_is_edited() {
    let template = job("{{ .Values.api }}");
    let release = release(&format!("{IN_REPOSITORY}  valuesFrom: [{{kind: ConfigMap, name: v}}]\n"));
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: v, namespace: default}\ndata:\n  values.yaml: |\n    a: 1\n    api: batch/v1beta1\n";
    let files =
        [("charts/web/Chart.yaml", CHART), ("charts/web/templates/a.yaml", &template), ("apps/r.yaml", &release), ("apps/v.yaml", map)];
    assert_eq!(fixed(&apps("", &files)), [""]);
}
#[test]
fn generated() {
    let template = job("{{ .Values.api }}");
    let release = release(&format!("{IN_REPOSITORY}  valuesFrom: [{{kind: ConfigMap, name: v}}]\n"));
    let files =
        [("charts/web/Chart.yaml", CHART), ("charts/web/templates/a.yaml", &template), ("apps/r.yaml", &release), 
        ("apps/values.yaml", "a: 1\napi: batch/v1beta1\n"),
        ("apps/config.yaml", "nameReference:\n- kind: ConfigMap\n  version: v1\n  fieldSpecs:\n  - path: spec/valuesFrom/name\n    kind: HelmRelease\n"),
        ("apps/kustomization.yaml", "resources: [r.yaml]\nnamespace: default\nconfigMapGenerator:\n- name: v\n  files: [values.yaml]\nconfigurations: [config.yaml]\n")];
    assert_eq!(fixed(&apps("", &files)), [""]);
}
#[test]
fn variable() {
    let more = "  postBuild:\n    substitute:\n      api: batch/v1beta1\n";
    assert_eq!(fixed(&apps(more, &[("apps/a.yaml", &job("${api}"))])), [""]);
}
#[test]
fn variable_part() {
    let more = "  postBuild:\n    substitute:\n      v: v1beta1\n";
    assert_eq!(fixed(&apps(more, &[("apps/a.yaml", &job("batch/${v}"))])), [""]);
}
#[test]
fn variable_from() {
    let more = "  postBuild:\n    substituteFrom: [{kind: ConfigMap, name: v}]\n";
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: v, namespace: flux-system}\ndata: {api: batch/v1beta1}\n";
    assert_eq!(fixed(&apps(more, &[("apps/a.yaml", &job("${api}")), ("clusters/prod/v.yaml", map)])), [""]);
}
#[test]
fn variable_shared() {
    let more = "  postBuild:\n    substitute:\n      api: batch/v1beta1\n";
    let other = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: v, namespace: flux-system}\ndata: {api: '${api}'}\n";
    assert_eq!(fixed(&apps(more, &[("apps/a.yaml", &job("${api}")), ("apps/v.yaml", other)])), [""]);
}
#[test]
fn json_patch() {
    let files = [("apps/a.yaml", job("batch/v1")), ("apps/kustomization.yaml", "resources: [a.yaml]\npatches:\n- target: {kind: CronJob}\n  patch: |\n    - op: replace\n      path: /apiVersion\n      value: batch/v1beta1\n".to_owned())];
    let files: Vec<_> = files.iter().map(|(a, b)| (*a, b.as_str())).collect();
    assert_eq!(fixed(&apps("", &files)), [""]);
}
#[test]
fn replacement() {
    let files = [("apps/a.yaml", job("batch/v1")),
    ("apps/m.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\ndata: {api: batch/v1beta1}\n".to_owned()),
    ("apps/kustomization.yaml", "resources: [a.yaml, m.yaml]\nreplacements:\n- source: {kind: ConfigMap, name: m, fieldPath: data.api}\n  targets:\n  - select: {kind: CronJob}\n    fieldPaths: [apiVersion]\n".to_owned())];
    let files: Vec<_> = files.iter().map(|(a, b)| (*a, b.as_str())).collect();
    assert_eq!(fixed(&apps("", &files)), [""]);
}
#[test]
fn helper() {
    let release = release(IN_REPOSITORY);
    let a = job("{{ include \"api\" . }}");
    let files = [("charts/web/Chart.yaml", CHART), ("charts/web/templates/a.yaml", a.as_str()),
      ("charts/web/templates/_h.tpl", "{{- define \"api\" -}}\n{{- print \"batch/v1beta1\" -}}\n{{- end -}}\n"), ("apps/r.yaml", &release)];
    assert_eq!(fixed(&apps("", &files)), [""]);
}
#[test]
fn helper_text() {
    let release = release(IN_REPOSITORY);
    let a = job("{{ include \"api\" . | quote }}");
    let files = [("charts/web/Chart.yaml", CHART), ("charts/web/templates/a.yaml", a.as_str()),
      ("charts/web/templates/_h.tpl", "{{- define \"api\" -}}\n{{- if .Values.x -}}x{{ else -}}\nbatch/v1beta1\n{{- end -}}{{- end -}}\n"), ("apps/r.yaml", &release)];
    assert_eq!(fixed(&apps("", &files)), [""]);
}
#[test]
fn template() {
    let release = release(IN_REPOSITORY);
    let a = job("batch/v1beta1").replace("name: a", "name: {{ .Release.Name }}");
    let files = [("charts/web/Chart.yaml", CHART), ("charts/web/templates/a.yaml", a.as_str()), ("apps/r.yaml", &release)];
    assert_eq!(fixed(&apps("", &files)), [""]);
}
#[test]
fn chart_values() {
    let release = release(IN_REPOSITORY);
    let a = job("batch/{{ .Values.v }}");
    let files = [("charts/web/Chart.yaml", CHART), ("charts/web/templates/a.yaml", a.as_str()), ("charts/web/values.yaml", "v: v1beta1\n"), ("apps/r.yaml", &release)];
    assert_eq!(fixed(&apps("", &files)), [""]);
}
