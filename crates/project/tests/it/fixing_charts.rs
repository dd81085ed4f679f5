//! Fixes in charts: edits of templates, helpers and values that rendering proves, and those that it does not.

use std::collections::BTreeMap;
use std::sync::Arc;

use config::Config;
use fixes::Answers;
use helm::schema::NoRemotes;
use project::{
    ChartsRequest, FixPlan, FixRequest, NoProgress, Rendered, ScanRequest, plan_fixes, scan_rendered,
};
use tree::Tree;

use super::charts::{memory, web};
use super::request;

const BUDGET: &str = "kind: PodDisruptionBudget # of the web\nmetadata:\n  name: {{ .Release.Name }}\nspec:\n  minAvailable: 1\n  selector:\n    matchLabels:\n      app: web\n";

fn planned(files: &BTreeMap<String, String>, (from, to): (&str, &str)) -> FixPlan {
    let memory = memory(files);
    let tree: Arc<dyn Tree + Send> = Arc::new(memory.clone());
    let everything_in = |_: &str| -> Box<dyn Tree + Send> { Box::new(memory.clone()) };
    let request = ScanRequest { from: from.parse().ok(), to: to.parse().ok(), ..request() };
    let charts = Some(ChartsRequest { everything_in: &everything_in, values: &[], schemas: &NoRemotes });
    let config = Config::default();
    let rendered = Rendered { tree: &tree, kustomizations: false, charts, fleet: None };
    let scan = scan_rendered(rendered, &config, &request, &NoProgress).unwrap();
    let answers = Answers::none();
    let fix = FixRequest {
        request: &request,
        scan: &scan,
        answers: &answers,
        kustomize: false,
        charts,
        fleet: None,
    };
    plan_fixes(&tree, &config, fix).unwrap()
}

/// What changes, as `path: old → new` of each line that differs.
fn changes(plan: &FixPlan) -> Vec<String> {
    let mut changes = Vec::new();
    for file in plan.files.iter().filter(|file| file.is_change()) {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        let (before, after) = (text(&file.before), text(&file.after));
        let lines = before.lines().zip(after.lines()).filter(|(before, after)| before != after);
        changes.extend(lines.map(|(before, after)| format!("{}: {before} → {after}", file.path)));
    }
    changes
}

fn refusals(plan: &FixPlan) -> Vec<String> {
    let refused = plan.files.iter().flat_map(|file| file.refused.iter().map(move |unfixed| (file, unfixed)));
    refused.map(|(file, unfixed)| format!("{}:{} {}", file.path, unfixed.lines.before, unfixed.why)).collect()
}

const WAY: (&str, &str) = ("1.24", "1.26");

#[test]
fn a_version_in_a_template_is_edited_where_it_stands_and_nothing_else() {
    let template =
        format!("# kept\n{{{{- if true }}}}\napiVersion: policy/v1beta1   # kept\n{BUDGET}{{{{- end }}}}\n");
    let files = web(&[("templates/a.yaml", &template), ("ci/more.yaml", "a: 1\n")]);
    let plan = planned(&files, WAY);
    assert_eq!(refusals(&plan), [""; 0]);
    assert_eq!(
        changes(&plan),
        ["web/templates/a.yaml: apiVersion: policy/v1beta1   # kept → apiVersion: policy/v1   # kept"]
    );
    assert_eq!(plan.files.iter().map(|file| file.applied.len()).sum::<usize>(), 1);
}

#[test]
fn a_chart_that_is_written_here_is_edited_in_the_charts_of_another() {
    let template = format!("apiVersion: policy/v1beta1\n{BUDGET}");
    let files = web(&[
        ("charts/own/Chart.yaml", "apiVersion: v2\nname: own\nversion: 1.0.0\n"),
        ("charts/own/templates/a.yaml", &template),
    ]);
    let plan = planned(&files, WAY);
    assert_eq!(refusals(&plan), [""; 0]);
    assert_eq!(
        changes(&plan),
        ["web/charts/own/templates/a.yaml: apiVersion: policy/v1beta1 → apiVersion: policy/v1"]
    );
}

#[test]
fn a_byte_order_mark_moves_no_edit() {
    let template = format!("\u{feff}apiVersion: {{{{ .Values.api }}}}\n{BUDGET}");
    let helper = format!("\u{feff}apiVersion: policy/v1beta1\n{BUDGET}");
    let files = web(&[
        ("templates/a.yaml", &template),
        ("templates/b.yaml", &helper),
        ("values.yaml", "\u{feff}api: policy/v1beta1\n"),
    ]);
    let plan = planned(&files, WAY);
    assert_eq!(refusals(&plan), [""; 0]);
    assert_eq!(
        changes(&plan),
        [
            "web/templates/b.yaml: \u{feff}apiVersion: policy/v1beta1 → \u{feff}apiVersion: policy/v1",
            "web/values.yaml: \u{feff}api: policy/v1beta1 → \u{feff}api: policy/v1"
        ]
    );
}

#[test]
fn a_version_that_a_helper_says_is_edited_in_the_helper_whether_it_is_text_or_a_constant() {
    for (written, edited) in
        [("policy/v1beta1", "policy/v1"), ("{{- print \"policy/v1beta1\" -}}", "{{- print \"policy/v1\" -}}")]
    {
        let helpers = format!("{{{{- define \"api\" -}}}}\n{written}\n{{{{- end -}}}}\n");
        let budget = format!("apiVersion: {{{{ include \"api\" . }}}}\n{BUDGET}");
        let files = web(&[("templates/_helpers.tpl", &helpers), ("templates/a.yaml", &budget)]);
        let plan = planned(&files, WAY);
        assert_eq!(refusals(&plan), [""; 0]);
        assert_eq!(changes(&plan), [format!("web/templates/_helpers.tpl: {written} → {edited}")]);
    }
}

#[test]
fn a_version_from_values_is_edited_at_its_key_in_each_file() {
    let budget = format!("apiVersion: {{{{ .Values.api }}}}\n{BUDGET}");
    let files = web(&[
        ("templates/a.yaml", &budget),
        ("values.yaml", "api: policy/v1beta1 # kept\n"),
        ("ci/own.yaml", "api: \"policy/v1beta1\"\n"),
    ]);
    let plan = planned(&files, WAY);
    assert_eq!(refusals(&plan), [""; 0]);
    assert_eq!(
        changes(&plan),
        [
            "web/ci/own.yaml: api: \"policy/v1beta1\" → api: \"policy/v1\"",
            "web/values.yaml: api: policy/v1beta1 # kept → api: policy/v1 # kept",
        ]
    );
}

#[test]
fn an_edit_that_would_change_another_object_is_refused_with_what_would_differ() {
    let budget = format!("apiVersion: {{{{ .Values.api }}}}\n{BUDGET}");
    let other = "apiVersion: {{ .Values.api }}\nkind: Other\nmetadata:\n  name: other\n";
    let files = web(&[
        ("templates/a.yaml", &budget),
        ("templates/b.yaml", other),
        ("values.yaml", "api: policy/v1beta1\n"),
    ]);
    let plan = planned(&files, WAY);
    assert_eq!(changes(&plan), [""; 0]);
    assert_eq!(
        refusals(&plan),
        [
            "web/values.yaml:1 not proved to render the same: at 1.24 it would render Other 'other' otherwise than it is rendered now and then fixed"
        ]
    );
}

#[test]
fn fields_that_an_action_writes_are_not_moved() {
    let ingress = "apiVersion: networking.k8s.io/v1beta1\nkind: Ingress\nmetadata:\n  name: web\nspec:\n  backend:\n    serviceName: {{ .Release.Name }}\n    servicePort: 80\n";
    let files = web(&[("templates/a.yaml", ingress)]);
    let plan = planned(&files, ("1.21", "1.22"));
    assert_eq!(changes(&plan), [""; 0]);
    let [refused] = refusals(&plan).try_into().unwrap();
    assert!(refused.starts_with("web/templates/a.yaml:1 not proved to render the same: "), "{refused}");
}

#[test]
fn what_no_values_at_hand_render_is_left() {
    let off = "{{- if .Values.nightly }}\napiVersion: batch/v1beta1\nkind: CronJob\nmetadata:\n  name: nightly\nspec:\n  schedule: 0 3 * * *\n{{- end }}\n";
    let plan = planned(&web(&[("templates/a.yaml", off)]), WAY);
    assert_eq!(changes(&plan), [""; 0]);
    assert_eq!(
        refusals(&plan),
        ["web/templates/a.yaml:2 not proved to render the same: no values at hand render it"]
    );
}

#[test]
fn one_fix_that_is_not_proved_leaves_the_others() {
    let good = format!("apiVersion: policy/v1beta1\n{BUDGET}");
    let bad = "apiVersion: {{ .Values.api }}\nkind: PodDisruptionBudget\nmetadata:\n  name: bad\n  labels: {api: \"{{ .Values.api }}\"}\nspec:\n  selector: {matchLabels: {a: b}}\n";
    let files = web(&[
        ("templates/a.yaml", &good),
        ("templates/b.yaml", bad),
        ("values.yaml", "api: policy/v1beta1\n"),
    ]);
    let plan = planned(&files, WAY);
    assert_eq!(changes(&plan), ["web/templates/a.yaml: apiVersion: policy/v1beta1 → apiVersion: policy/v1"]);
    assert_eq!(refusals(&plan).len(), 1);
}
