//! What charts render: each finding once, at the place to edit, with every chart, set of values and minor that it reaches.

use std::collections::BTreeMap;
use std::sync::Arc;

use config::Config;
use helm::schema::{NoRemotes, Remotes};
use inventory::Reason;
use project::{
    ChartCounts, ChartsRequest, NoProgress, Rendered, Scan, ScanRequest, ValuesFile, scan_rendered,
};
use tree::{Memory, Tree};

use super::request;

const CHART: &str = "apiVersion: v2\nname: web\nversion: 1.0.0\n";
const BUDGET: &str = "kind: PodDisruptionBudget\nmetadata:\n  name: {{ .Release.Name }}\nspec:\n  minAvailable: 1\n  selector:\n    matchLabels:\n      app: web\n";

/// Files of a tree: `web/` is put before each path, and there is a `Chart.yaml` unless one is given.
pub(crate) fn web(files: &[(&str, &str)]) -> BTreeMap<String, String> {
    let mut all = BTreeMap::from([("web/Chart.yaml".to_owned(), CHART.to_owned())]);
    all.extend(files.iter().map(|(path, text)| (format!("web/{path}"), (*text).to_owned())));
    all
}

pub(crate) fn memory(files: &BTreeMap<String, String>) -> Memory {
    files.iter().map(|(path, text)| (path.clone(), text.clone())).collect()
}

fn asked(from: &str, to: &str) -> ScanRequest {
    ScanRequest { from: from.parse().ok(), to: to.parse().ok(), ..request() }
}

fn scanned_with(files: &BTreeMap<String, String>, request: &ScanRequest, values: &[ValuesFile]) -> Scan {
    scanned_by(files, request, values, &NoRemotes)
}

fn scanned_by(
    files: &BTreeMap<String, String>,
    request: &ScanRequest,
    values: &[ValuesFile],
    schemas: &(dyn Remotes + Sync),
) -> Scan {
    let memory = memory(files);
    let tree: Arc<dyn Tree + Send> = Arc::new(memory.clone());
    let everything_in = |_: &str| -> Box<dyn Tree + Send> { Box::new(memory.clone()) };
    let charts = Some(ChartsRequest { everything_in: &everything_in, values, schemas });
    let rendered = Rendered { tree: &tree, kustomizations: false, charts, fleet: None };
    scan_rendered(rendered, &Config::default(), request, &NoProgress).unwrap()
}

fn scanned(files: &BTreeMap<String, String>, from: &str, to: &str) -> Scan {
    scanned_with(files, &asked(from, to), &[])
}

/// The findings as tests look at them: `path:line check [charts]`.
fn told(scan: &Scan, files: &BTreeMap<String, String>) -> Vec<String> {
    let lines = scan.findings.iter().map(|finding| {
        let path = scan.inventory.texts.path(finding.span.text).unwrap();
        let line = files[path][..finding.span.range().start].matches('\n').count() + 1;
        let charts: Vec<String> = finding.charts.iter().map(ToString::to_string).collect();
        format!("{path}:{line} {} [{}]", finding.check, charts.join("; "))
    });
    lines.collect()
}

fn left(scan: &Scan) -> Vec<(&str, Reason, &str)> {
    let items = scan.inventory.not_assessed.iter();
    items.map(|item| (item.path.as_str(), item.reason, item.detail.as_str())).collect()
}

#[test]
fn what_a_template_says_is_found_at_its_line_with_all_that_renders_it() {
    let old = format!("apiVersion: policy/v1beta1\n{BUDGET}");
    let files = web(&[("templates/a.yaml", &old), ("ci/more.yaml", "a: 1\n")]);
    let scan = scanned(&files, "1.24", "1.26");
    let expected =
        "web/templates/a.yaml:1 removed-api [web at 1.24 to 1.26; web with ci/more.yaml at 1.24 to 1.26]";
    assert_eq!(told(&scan, &files), [expected]);
    assert_eq!(scan.charts, Some(ChartCounts { found: 1, rendered: 1, renders: 6 }));
    assert!(scan.findings[0].fix.is_some());
}

#[test]
fn a_near_miss_is_none() {
    let new = format!("apiVersion: policy/v1\n{BUDGET}");
    let scan = scanned(&web(&[("templates/a.yaml", &new)]), "1.24", "1.26");
    assert_eq!(scan.findings, []);
}

#[test]
fn a_version_that_a_helper_chose_is_found_in_the_branch_that_says_it() {
    let helpers = "{{- define \"web.api\" -}}\n{{- if .Values.old -}}\npolicy/v1beta1\n{{- else -}}\npolicy/v1\n{{- end -}}\n{{- end -}}\n";
    let budget = format!("apiVersion: {{{{ include \"web.api\" . }}}}\n{BUDGET}");
    let files = web(&[
        ("templates/_helpers.tpl", helpers),
        ("templates/a.yaml", &budget),
        ("ci/old.yaml", "old: true\n"),
    ]);
    let scan = scanned(&files, "1.24", "1.26");
    let expected = "web/templates/_helpers.tpl:3 removed-api [web with ci/old.yaml at 1.24 to 1.26]";
    assert_eq!(told(&scan, &files), [expected]);
    let related = &scan.findings[0].related;
    let places: Vec<_> =
        related.iter().map(|(span, what)| (scan.inventory.texts.path(span.text), what.as_str())).collect();
    assert_eq!(places, [(Some("web/templates/a.yaml"), "rendered here")]);
}

#[test]
fn a_version_from_a_value_is_found_at_its_key_in_each_file_that_says_it() {
    let budget = format!("apiVersion: {{{{ .Values.api }}}}\n{BUDGET}");
    let files = web(&[
        ("templates/a.yaml", &budget),
        ("values.yaml", "a: 1\napi: policy/v1beta1\n"),
        ("ci/same.yaml", "a: 2\n"),
        ("ci/own.yaml", "api: \"policy/v1beta1\"\n"),
        ("examples/new/values.yaml", "api: policy/v1\n"),
    ]);
    let scan = scanned(&files, "1.24", "1.26");
    assert_eq!(
        told(&scan, &files),
        [
            "web/ci/own.yaml:1 removed-api [web with ci/own.yaml at 1.24 to 1.26]",
            "web/values.yaml:2 removed-api [web at 1.24 to 1.26; web with ci/same.yaml at 1.24 to 1.26]",
        ]
    );
}

#[test]
fn given_values_are_rendered_together_and_a_place_outside_of_the_tree_is_that_of_the_template() {
    let budget = format!("apiVersion: {{{{ .Values.api }}}}\n{BUDGET}");
    let files = web(&[("templates/a.yaml", &budget), ("values.yaml", "api: policy/v1\n")]);
    let given = |name: &str, text: &str| ValuesFile {
        name: name.to_owned(),
        path: None,
        bytes: text.as_bytes().into(),
    };
    let values = [given("x.yaml", "api: policy/v1beta1\n"), given("y.yaml", "b: 1\n")];
    let scan = scanned_with(&files, &asked("1.24", "1.26"), &values);
    assert_eq!(
        told(&scan, &files),
        ["web/templates/a.yaml:1 removed-api [web with x.yaml, y.yaml at 1.24 to 1.26]"]
    );
}

const SWITCH: &str = "{{- if semverCompare \"<1.25-0\" .Capabilities.KubeVersion.Version }}\napiVersion: policy/v1beta1\n{{- else }}\napiVersion: policy/v1\n{{- end }}\n";

#[test]
fn each_minor_gets_what_is_rendered_for_it_and_both_ends_of_a_hop_count() {
    let files = web(&[("templates/a.yaml", &format!("{SWITCH}{BUDGET}"))]);
    let found = |from: &str, to: &str| {
        let scan = scanned(&files, from, to);
        let rendered = told(&scan, &files).into_iter().filter(|told| !told.ends_with("[]"));
        rendered.collect::<Vec<_>>()
    };
    // What was installed at 1.24 is gone at 1.25, whatever the chart renders there.
    assert_eq!(found("1.23", "1.26"), ["web/templates/a.yaml:2 removed-api [web at 1.23 to 1.24]"]);
    assert_eq!(found("1.23", "1.24"), [""; 0]);
    assert_eq!(found("1.25", "1.28"), [""; 0]);
}

const PARENT: &str = "apiVersion: v2\nname: web\nversion: 1.0.0\ndependencies:\n- name: redis\n  version: 3.x.x\n  repository: https://charts.example\n";

#[test]
fn a_fault_of_a_vendored_chart_stands_at_the_version_that_is_taken_and_is_not_edited() {
    let old = format!("apiVersion: policy/v1beta1\n{BUDGET}");
    let files = web(&[
        ("Chart.yaml", PARENT),
        ("charts/redis/Chart.yaml", "apiVersion: v2\nname: redis\nversion: 3.1.4\n"),
        ("charts/redis/templates/budget.yaml", &old),
    ]);
    let scan = scanned(&files, "1.24", "1.26");
    assert_eq!(told(&scan, &files), ["web/Chart.yaml:6 removed-api [web at 1.24 to 1.26]"]);
    let finding = &scan.findings[0];
    assert!(
        finding.message.ends_with("'templates/budget.yaml' of the vendored chart 'redis' 3.1.4 says so"),
        "{}",
        finding.message
    );
    assert!(finding.remedy.starts_with("take a version of the chart 'redis'"), "{}", finding.remedy);
    assert_eq!(finding.fix, None);
}

#[test]
fn a_chart_in_charts_that_nobody_declares_is_written_here() {
    let old = format!("apiVersion: policy/v1beta1\n{BUDGET}");
    let files = web(&[
        ("Chart.yaml", PARENT),
        ("charts/redis/Chart.yaml", "apiVersion: v2\nname: redis\nversion: 3.1.4\n"),
        ("charts/own/Chart.yaml", "apiVersion: v2\nname: own\nversion: 1.0.0\n"),
        ("charts/own/templates/budget.yaml", &old),
        ("charts/own/charts/deeper/Chart.yaml", "apiVersion: v2\nname: deeper\nversion: 1.0.0\n"),
        ("charts/own/charts/deeper/templates/budget.yaml", &old),
    ]);
    let scan = scanned(&files, "1.24", "1.26");
    let expected = ["charts/deeper/", ""].map(|inner| {
        format!("web/charts/own/{inner}templates/budget.yaml:1 removed-api [web at 1.24 to 1.26]")
    });
    assert_eq!(told(&scan, &files), expected);
    assert!(scan.findings.iter().all(|finding| !finding.message.contains("vendored")));
    assert!(scan.findings.iter().all(|finding| finding.fix.is_some()));
}

#[test]
fn a_schema_elsewhere_is_taken_from_what_is_at_hand() {
    struct Known;
    impl Remotes for Known {
        fn text(&self, address: &str) -> Option<Arc<str>> {
            (address == "https://schemas.example/a.json").then(|| r#"{"required": ["name"]}"#.into())
        }
    }
    let files = web(&[
        ("values.schema.json", r#"{"$ref": "https://schemas.example/a.json"}"#),
        ("templates/a.yaml", "kind: A\n"),
    ]);
    let failed = |schemas: &(dyn Remotes + Sync)| {
        let scan = scanned_by(&files, &asked("1.24", "1.25"), &[], schemas);
        left(&scan).iter().filter(|(_, reason, _)| *reason == Reason::RenderFailed).count()
    };
    assert_eq!(failed(&NoRemotes), 0, "not at hand: not validated");
    assert_eq!(failed(&Known), 1);
}

#[test]
fn a_value_that_the_parent_gives_a_vendored_chart_is_its_own() {
    let budget = format!("apiVersion: {{{{ .Values.api }}}}\n{BUDGET}");
    let files = web(&[
        ("Chart.yaml", PARENT),
        ("values.yaml", "redis:\n  api: policy/v1beta1\n"),
        ("charts/redis/Chart.yaml", "apiVersion: v2\nname: redis\nversion: 3.1.4\n"),
        ("charts/redis/values.yaml", "api: policy/v1\n"),
        ("charts/redis/templates/budget.yaml", &budget),
    ]);
    let scan = scanned(&files, "1.24", "1.26");
    assert_eq!(told(&scan, &files), ["web/values.yaml:2 removed-api [web at 1.24 to 1.26]"]);
}

#[test]
fn a_render_that_fails_is_not_assessed_in_helms_words_and_everything_else_goes_on() {
    let old =
        format!("{{{{ required \"say a name\" .Values.name }}}}\n---\napiVersion: policy/v1beta1\n{BUDGET}");
    let files = web(&[("templates/a.yaml", &old), ("ci/named.yaml", "name: \"# x\"\n")]);
    let scan = scanned(&files, "1.24", "1.26");
    assert_eq!(
        told(&scan, &files),
        ["web/templates/a.yaml:3 removed-api [web with ci/named.yaml at 1.24 to 1.26]"]
    );
    let failed: Vec<_> =
        left(&scan).into_iter().filter(|(_, reason, _)| *reason == Reason::RenderFailed).collect();
    let [(path, _, detail)] = failed.as_slice() else { panic!("{failed:?}") };
    assert_eq!(*path, "web/Chart.yaml");
    assert!(detail.starts_with("at 1.24 to 1.26: ") && detail.ends_with("say a name"), "{detail}");
}

#[test]
fn a_chart_that_cannot_be_loaded_is_named_and_a_library_renders_nothing() {
    let files = BTreeMap::from([
        ("broken/Chart.yaml".to_owned(), "name: [\n".to_owned()),
        (
            "lib/Chart.yaml".to_owned(),
            "apiVersion: v2\nname: lib\nversion: 1.0.0\ntype: library\n".to_owned(),
        ),
    ]);
    let scan = scanned(&files, "1.24", "1.26");
    assert_eq!(scan.charts, Some(ChartCounts { found: 1, rendered: 0, renders: 0 }));
    assert!(
        left(&scan)
            .iter()
            .any(|(path, reason, _)| (*path, *reason) == ("broken/Chart.yaml", Reason::RenderFailed))
    );
}

#[test]
fn what_is_rendered_only_where_custom_resources_are_is_judged_as_well() {
    let template = "{{- if .Capabilities.APIVersions.Has \"cert-manager.io/v1alpha2\" }}\napiVersion: cert-manager.io/v1alpha2\nkind: Certificate\nmetadata:\n  name: a\n{{- end }}\n";
    let files = web(&[("templates/a.yaml", template)]);
    let request = ScanRequest { only: Vec::new(), ..asked("1.28", "1.30") };
    let scan = scanned_with(&files, &request, &[]);
    assert!(
        told(&scan, &files)
            .iter()
            .any(|told| told == "web/templates/a.yaml:2 crd-api-removed [web at 1.28 to 1.30]"),
        "{:?}",
        told(&scan, &files)
    );
}

/// The conditions that ask the cluster: `line: condition, the minors at which it holds and fails, dead, line never reached`.
fn switches(scan: &Scan, files: &BTreeMap<String, String>) -> Vec<String> {
    let line = |span: text::Span| {
        let path = scan.inventory.texts.path(span.text).unwrap();
        files[path][..span.range().start].matches('\n').count() + 1
    };
    let told = scan.inventory.switches.iter().map(|switch| {
        let minors = |way: fn(&inventory::Ways) -> bool| {
            let minors = switch.ways.iter().filter(|(_, ways)| way(ways)).map(|(minor, _)| minor.to_string());
            minors.collect::<Vec<_>>().join(" ")
        };
        let (holds, fails) = (minors(|ways| ways.holds), minors(|ways| ways.fails));
        let dead = if switch.is_dead() { " dead" } else { "" };
        let values = if switch.depends_on_values { " values" } else { "" };
        let never = switch.never_reached.map(|never| format!(" never {}", line(never))).unwrap_or_default();
        format!("{}: {} [{holds}|{fails}]{dead}{values}{never}", line(switch.place), switch.condition)
    });
    told.collect()
}

#[test]
fn conditions_that_ask_the_cluster_say_which_way_they_go_and_which_are_dead() {
    let template = "{{- if semverCompare \">=1.25-0\" .Capabilities.KubeVersion.Version }}\na: 1\n{{- else }}\na: 2\n{{- end }}\n{{ if .Capabilities.APIVersions.Has \"policy/v1\" -}}\nb: 1\n{{- else }}\nb: 2\n{{- end }}\n{{- if and .Values.enabled (eq .Capabilities.KubeVersion.Minor \"1\") }}\nc: 1\n{{- end }}\n{{- if .Values.enabled }}\nd: 1\n{{- end }}\n{{- if .Capabilities.APIVersions.Has \"example.com/v1\" }}\ne: 1\n{{- end }}\n";
    let files = web(&[("templates/a.yaml", template), ("values.yaml", "enabled: true\n")]);
    assert_eq!(
        switches(&scanned(&files, "1.24", "1.26"), &files),
        [
            "1: semverCompare \">=1.25-0\" .Capabilities.KubeVersion.Version [1.25 1.26|1.24]",
            "6: .Capabilities.APIVersions.Has \"policy/v1\" [1.24 1.25 1.26|] dead never 9",
            "11: and .Values.enabled (eq .Capabilities.KubeVersion.Minor \"1\") [|1.24 1.25 1.26] dead values never 12",
            "17: .Capabilities.APIVersions.Has \"example.com/v1\" [1.24 1.25 1.26|1.24 1.25 1.26]",
        ]
    );
}

#[test]
fn what_stands_in_a_dead_branch_is_no_finding_and_what_no_values_reach_is() {
    let old = format!("apiVersion: policy/v1beta1\n{BUDGET}");
    let dead = format!(
        "{{{{- if semverCompare \"<1.21-0\" .Capabilities.KubeVersion.Version }}}}\n{old}{{{{- end }}}}\n"
    );
    let off = format!("{{{{- if .Values.budget }}}}\n{old}{{{{- end }}}}\n");
    let files = web(&[("templates/dead.yaml", &dead), ("templates/off.yaml", &off)]);
    let scan = scanned(&files, "1.24", "1.26");
    assert_eq!(told(&scan, &files), ["web/templates/off.yaml:2 removed-api []"]);
    let reason = Reason::NeedsRendering;
    assert_eq!(left(&scan), [("web/templates/off.yaml", reason, "no values at hand reach line 2")]);
    let with =
        files.into_iter().chain([("web/ci/on.yaml".to_owned(), "budget: true\n".to_owned())]).collect();
    let scan = scanned(&with, "1.24", "1.26");
    assert_eq!(
        told(&scan, &with),
        ["web/templates/off.yaml:2 removed-api [web with ci/on.yaml at 1.24 to 1.26]"]
    );
    assert_eq!(left(&scan), []);
}

#[test]
fn the_body_of_a_loop_and_the_branch_of_a_helper_that_nothing_reaches_are_named() {
    let helpers = "{{- define \"api\" -}}\n{{- if .Values.old -}}\npolicy/v1beta1\n{{- else -}}\npolicy/v1\n{{- end -}}\n{{- end -}}\n{{- define \"unused\" -}}{{- if .Values.old -}}policy/v1beta1{{- end -}}{{- end -}}\n";
    let template = format!(
        "apiVersion: {{{{ include \"api\" . }}}}\n{BUDGET}{{{{- range .Values.more }}}}\n---\napiVersion: policy/v1beta1\nkind: PodDisruptionBudget\n{{{{- end }}}}\n{{{{- range .Values.tolerations }}}}\na: b\n{{{{- end }}}}\n"
    );
    let files = web(&[
        ("templates/_helpers.tpl", helpers),
        ("templates/a.yaml", &template),
        ("values.yaml", "more: []\n"),
    ]);
    let reason = Reason::NeedsRendering;
    assert_eq!(
        left(&scanned(&files, "1.24", "1.26")),
        [
            ("web/templates/_helpers.tpl", reason, "no values at hand reach line 3"),
            ("web/templates/a.yaml", reason, "no values at hand reach line 11"),
        ]
    );
}

#[test]
fn what_depends_on_a_cluster_or_the_next_draw_is_never_wholly_judged() {
    let files = web(&[
        ("templates/drawn.yaml", "kind: Secret\nstringData: {password: {{ randAlphaNum 9 }}}\n"),
        (
            "templates/found.yaml",
            "{{- if not (lookup \"v1\" \"Secret\" \"a\" \"b\") }}\nkind: Secret\n{{- end }}\n",
        ),
        ("templates/plain.yaml", "kind: Secret\nstringData: {password: {{ .Release.Name | b64enc }}}\n"),
    ]);
    let scan = scanned(&files, "1.25", "1.26");
    let reason = Reason::NeedsRendering;
    assert_eq!(
        left(&scan),
        [
            ("web/templates/drawn.yaml", reason, "what it renders depends on randomness"),
            ("web/templates/found.yaml", reason, "what it renders depends on lookup"),
        ]
    );
}

#[test]
fn the_outcome_does_not_depend_on_the_number_of_threads() {
    let old = format!("apiVersion: policy/v1beta1\n{BUDGET}");
    let mut files = BTreeMap::new();
    for number in 0..12 {
        files.insert(format!("c{number}/Chart.yaml"), CHART.to_owned());
        files.insert(format!("c{number}/templates/a.yaml"), old.clone());
        files.insert(format!("c{number}/ci/a.yaml"), "a: 1\n".to_owned());
    }
    let one = scanned_with(&files, &ScanRequest { threads: 1, ..asked("1.24", "1.26") }, &[]);
    let many = scanned_with(&files, &ScanRequest { threads: 4, ..asked("1.24", "1.26") }, &[]);
    assert_eq!(one.findings, many.findings);
    assert_eq!(one.findings.len(), 12);
    assert_eq!(one.inventory.not_assessed, many.inventory.not_assessed);
}
