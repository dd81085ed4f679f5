//! Scan, fix, scan: what is fixed stays fixed, what must not be touched is not, and what waits says so.

use std::collections::BTreeMap;
use std::sync::Arc;

use checks::{Confidence, Safety};
use config::Config;
use fixes::{Answer, Answers, NotFixed, Unanswered};
use project::{FixPlan, FixRequest, Lines, NoProgress, Scan, ScanRequest, Unfixed, plan_fixes, scan};
use text::TextId;
use tree::{Memory, Tree};

/// A repository with its configuration and journey.
struct Case {
    files: BTreeMap<String, String>,
    config: Config,
    request: ScanRequest,
}

impl Case {
    fn new<'t>(
        (from, to): (Option<&str>, &str),
        files: impl IntoIterator<Item = (&'t str, &'t str)>,
    ) -> Self {
        let request = ScanRequest {
            from: from.map(|from| from.parse().unwrap()),
            to: to.parse().ok(),
            today: jiff::civil::date(2026, 1, 1),
            only: Vec::new(),
            threads: 1,
            beyond_horizon: false,
        };
        let files = files.into_iter().map(|(path, text)| (path.to_owned(), text.to_owned())).collect();
        Self { files, config: Config::default(), request }
    }

    fn configured(mut self, text: &str) -> Self {
        let ids: Vec<&str> = checks::registry().iter().map(|check| check.meta().id).collect();
        self.config = config::read(TextId(0), text.as_bytes(), &ids).unwrap();
        self
    }

    fn tree(&self) -> Memory {
        self.files.iter().map(|(path, text)| (path.clone(), text.clone().into_bytes())).collect()
    }

    fn scan(&self) -> Scan {
        scan(&self.tree(), &self.config, &self.request, &NoProgress).unwrap()
    }

    fn plan(&self, answers: &Answers) -> FixPlan {
        let scan = self.scan();
        let request = FixRequest {
            request: &self.request,
            scan: &scan,
            answers,
            kustomize: false,
            charts: None,
            fleet: None,
        };
        let tree: Arc<dyn Tree + Send> = Arc::new(self.tree());
        let plan = plan_fixes(&tree, &self.config, request).unwrap();
        assert!(plan.unread.is_empty() && plan.files.iter().all(|file| file.surprise.is_none()));
        plan
    }

    /// Takes the new bytes; gives how many findings were mended.
    fn fix(&mut self, answers: &Answers) -> usize {
        let plan = self.plan(answers);
        for file in &plan.files {
            self.files.insert(file.path.clone(), String::from_utf8(file.after.clone()).unwrap());
        }
        plan.files.iter().map(|file| file.applied.len()).sum()
    }

    fn found(&self) -> Vec<&'static str> {
        self.scan().findings.iter().map(|finding| finding.check).collect()
    }

    fn safe_fixes(&self) -> usize {
        let is_safe = |fix: &checks::Fix| fix.safety == Safety::Safe;
        self.scan().findings.iter().filter(|found| found.fix.as_ref().is_some_and(is_safe)).count()
    }
}

const CRON_JOB: &str =
    "apiVersion: batch/v1beta1\nkind: CronJob\nmetadata: {name: nightly}\nspec: {schedule: 0 3 * * *}\n";
const CRON_JOB_LIST: &str = r#"{"apiVersion": "v1", "kind": "List", "items": [
  {"apiVersion": "batch/v1beta1", "kind": "CronJob", "metadata": {"name": "b"}}]}"#;
const AUTOSCALER: &str = "# measured in May\nkind: HorizontalPodAutoscaler\napiVersion: \"autoscaling/v2beta2\"\nmetadata: {name: web}\nspec: {maxReplicas: 3, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}\n";
const BUDGET: &str = "apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata: {name: web}\nspec: {minAvailable: 1, selector: {}}\n";
const RECEIVER: &str = "apiVersion: notification.toolkit.fluxcd.io/v1beta1\nkind: Receiver\nmetadata: {name: hook}\nspec:\n  type: github\n  secretRef: {name: token}\n  resources:\n  - apiVersion: source.toolkit.fluxcd.io/v1beta1\n    kind: GitRepository\n    name: home\n";
const CHART: &str = "apiVersion: v2\nname: web\nversion: 1.0.0\n";

fn keep_meaning() -> Answers {
    Answers::none().or(Unanswered::KeepMeaning)
}

#[test]
fn a_scan_after_a_fix_finds_nothing_to_fix_and_a_second_fix_changes_nothing() {
    let files = [("a.yaml", CRON_JOB), ("list.json", CRON_JOB_LIST), ("hpa.yaml", AUTOSCALER)];
    let mut case = Case::new((Some("1.24"), "1.26"), files);
    assert_eq!(case.safe_fixes(), 3);
    assert_eq!(case.fix(&Answers::none()), 3);
    assert_eq!(case.files["hpa.yaml"], AUTOSCALER.replace("v2beta2", "v2"));
    assert_eq!(case.files["list.json"], CRON_JOB_LIST.replace("batch/v1beta1", "batch/v1"));
    assert_eq!(case.found(), Vec::<&str>::new());
    assert_eq!(case.fix(&Answers::none()), 0);
}

#[test]
fn fixes_of_one_object_that_wait_for_each_other_are_made_in_one_run() {
    let mut case = Case::new((Some("1.24"), "1.26"), [("receiver.yaml", RECEIVER)]);
    let mut answers = Answers::none();
    for question in ["crd-api-removed", "reference-object"] {
        answers.answer(question, Answer::Choice("apply".to_owned()));
    }
    assert_eq!(case.fix(&answers), 2);
    assert_eq!(case.files["receiver.yaml"], RECEIVER.replace("v1beta1", "v1"));
    assert_eq!(case.found(), Vec::<&str>::new());
}

#[test]
fn a_question_is_asked_once_and_leaves_the_file_until_it_is_answered() {
    let mut case = Case::new((Some("1.24"), "1.26"), [("budget.yaml", BUDGET)]);
    let plan = case.plan(&Answers::none());
    let asked: Vec<&str> = plan.files[0].questions.iter().map(|asking| asking.question.id).collect();
    assert_eq!((asked, plan.files[0].is_change()), (vec!["pdb-empty-selector"], false));

    let mut all = Answers::none();
    all.answer("pdb-empty-selector", Answer::Choice("match-all".to_owned()));
    let plan = case.plan(&all);
    assert_eq!(plan.files[0].after, BUDGET.replace("v1beta1", "v1").into_bytes());
    assert_eq!(case.fix(&keep_meaning()), 1);
    assert!(case.files["budget.yaml"].contains("deprecated-v1beta1-empty-selector-match"));
    assert!(!case.found().contains(&"removed-api"));
}

#[test]
fn what_a_waiver_accepts_is_not_fixed_until_the_waiver_ends() {
    let waived = |expires: &str| {
        Case::new((Some("1.24"), "1.26"), [("jobs/a.yaml", CRON_JOB)]).configured(&format!(
            "waivers:\n- {{check: removed-api, path: jobs, owner: me, reason: later, expires: {expires}}}\n"
        ))
    };
    let mut case = waived("2026-06-30");
    assert_eq!((case.scan().waived.len(), case.fix(&Answers::none())), (1, 0));
    assert_eq!(case.files["jobs/a.yaml"], CRON_JOB);
    assert_eq!(waived("2025-12-31").fix(&Answers::none()), 1);
}

#[test]
fn copies_and_generated_files_are_judged_and_not_edited() {
    let generated = format!("# Code generated by a tool. DO NOT EDIT.\n{CRON_JOB}");
    let files = [
        ("all.yaml", generated.as_str()),
        ("web/Chart.yaml", CHART),
        ("web/charts/jobs/Chart.yaml", CHART),
        ("web/charts/jobs/templates/job.yaml", CRON_JOB),
    ];
    let mut case = Case::new((Some("1.24"), "1.26"), files);
    let before = case.files.clone();
    assert_eq!(case.found(), ["removed-api", "removed-api"]);
    assert_eq!((case.fix(&Answers::none()), case.files == before), (0, true));
}

#[test]
fn a_template_is_edited_where_it_is_literal_and_still_needs_rendering() {
    let template = "{{- if .Values.jobs }}\napiVersion: batch/v1beta1\nkind: CronJob\nmetadata:\n  name: {{ .Release.Name }}\nspec:\n  {{- toYaml .Values.jobs | nindent 2 }}\n{{- end }}\n";
    let files = [("web/Chart.yaml", CHART), ("web/templates/job.yaml", template)];
    let mut case = Case::new((Some("1.24"), "1.26"), files);
    assert_eq!(case.fix(&Answers::none()), 1);
    assert_eq!(case.files["web/templates/job.yaml"], template.replace("v1beta1", "v1"));
    let scan = case.scan();
    assert_eq!((scan.findings.len(), scan.inventory.not_assessed.len()), (0, 1));
}

#[test]
fn clusters_without_a_common_version_get_no_edit_and_a_reason() {
    let clusters = "clusters:\n- {name: old, version: '1.21', target: '1.22'}\n- {name: new, version: '1.27', target: '1.28'}\n";
    let mut case = Case::new((None, "1.28"), [("base/hpa.yaml", AUTOSCALER)]);
    case.request.to = None;
    let mut case = case.configured(clusters);
    assert!(case.found().contains(&"no-common-version"), "{:?}", case.found());
    let before = case.files.clone();
    assert_eq!((case.fix(&keep_meaning()), case.files == before), (0, true));
}

#[test]
fn an_edit_that_belongs_to_a_later_hop_is_refused_with_that_hop() {
    let case = Case::new((Some("1.20"), "1.26"), [("jobs/a.yaml", CRON_JOB)]);
    let plan = case.plan(&keep_meaning());
    let file = &plan.files[0];
    assert!(!file.is_change() && file.questions.is_empty());
    let [Unfixed { why: NotFixed::Later { target, before, .. }, .. }] = file.refused.as_slice() else {
        panic!("{:?}", file.refused);
    };
    assert_eq!((target.as_str(), before.to_string().as_str()), ("batch/v1", "1.25"));
    // From the minor that serves both on it is an ordinary safe fix.
    assert_eq!(Case::new((Some("1.21"), "1.26"), [("jobs/a.yaml", CRON_JOB)]).fix(&Answers::none()), 1);
}

#[test]
fn a_file_that_kubectl_takes_and_yaml_forbids_is_judged_and_mended() {
    let odd = "kind: CronJob\napiVersion: \"batch/v1beta1\"#old\nmetadata: {\nname: a,#b\n\tlabels: {}}\nspec: {schedule: \"0 3\n* * *\"}\n";
    let mut case = Case::new((Some("1.24"), "1.25"), [("a.yaml", odd)]);
    let scan = case.scan();
    assert!(scan.inventory.not_assessed.is_empty(), "{:?}", scan.inventory.not_assessed);
    assert_eq!(case.found(), ["removed-api"]);
    assert_eq!(case.fix(&Answers::default()), 1);
    assert_eq!(case.files["a.yaml"], odd.replace("v1beta1", "v1"));
    assert!(case.found().is_empty());
}

/// What a template's findings say: check, confidence, whether a fix needs no answer, and the end of the message.
fn in_template(template: &str) -> Vec<(Confidence, bool, String)> {
    let files = [("web/Chart.yaml", CHART), ("web/templates/a.yaml", template)];
    let case = Case::new((Some("1.24"), "1.25"), files);
    let told = |finding: &checks::Finding| {
        let is_safe = finding.fix.as_ref().is_some_and(|fix| fix.safety == Safety::Safe);
        let reason = finding.message.split("; ").nth(1).unwrap_or_default().to_owned();
        (finding.confidence, is_safe, reason)
    };
    case.scan().findings.iter().filter(|finding| finding.check == "removed-api").map(told).collect()
}

#[test]
fn a_header_in_a_branch_of_a_template_is_less_sure_and_says_why() {
    let header = "apiVersion: batch/v1beta1\n";
    let object = "kind: CronJob\nmetadata:\n  name: {{ .Values.name }}\n";
    let branch = |condition: &str| {
        let (new, end) = ("apiVersion: batch/v1\n", "{{- end }}\n");
        in_template(&format!("{{{{- {condition} }}}}\n{new}{{{{- else }}}}\n{header}{end}{object}"))
    };
    let asks =
        |condition: &str| format!("'{condition}' asks what the cluster serves, so it may never be rendered");
    let capability = "if .Capabilities.APIVersions.Has \"batch/v1\"";
    assert_eq!(branch(capability), [(Confidence::Low, false, asks(capability))]);
    let value =
        (Confidence::Medium, true, "only rendering tells which branch of 'if .Values.new' is taken".into());
    assert_eq!(branch("if .Values.new"), [value]);
    let alone = "if semverCompare \"<1.21.0-0\" .Capabilities.KubeVersion.Version";
    let alone_in_its_block = in_template(&format!("{{{{ {alone} }}}}\n{header}{object}{{{{ end }}}}\n"));
    assert_eq!(
        alone_in_its_block,
        [(Confidence::Low, false, asks("if semverCompare \"<1.21.0-0\" .Capabilities.KubeVersion.Versi…"))]
    );
}

#[test]
fn a_header_that_every_rendering_gives_is_as_sure_as_in_a_manifest() {
    let sure = [(Confidence::High, true, String::new())];
    let object = "apiVersion: batch/v1beta1\nkind: CronJob\nmetadata:\n  name: a\n";
    let unconditional = format!(
        "{{{{- $x := .Capabilities }}}}\n{object}  labels:\n    {{{{- if .Values.a }}}}\n    b: c\n    {{{{- else }}}}\n    b: d\n    {{{{- end }}}}\n"
    );
    assert_eq!(in_template(&unconditional), sure);
    assert_eq!(in_template(&format!("{{{{- if .Values.enabled }}}}\n{object}{{{{- end }}}}\n")), sure);
    assert_eq!(in_template(&format!("{{{{- range .Values.jobs }}}}\n---\n{object}{{{{- end }}}}\n")), sure);
}

#[test]
fn versions_in_inline_patches_are_mended_within_their_strings_and_nothing_else_is() {
    let before = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [base]\npatches:\n- patch: |-  # ours\n    # large\n\n    apiVersion: batch/v1beta1   # old\n    kind: CronJob\n    metadata: {name: a}\n    ---\n    kind: CronJob\n    apiVersion: \"batch/v1beta1\"\n    metadata: {name: b}\n    spec: {schedule: '0 3 * * *', note: |\n       x}\n- patch: '[{\"op\": \"replace\", \"path\": \"/apiVersion\", \"value\": \"batch/v1beta1\"}]'\n  target: {kind: CronJob}\n- patch: \"apiVersion: batch/v1beta1\\nkind: CronJob\\n\"\n- patch: >\n    apiVersion: batch/v1beta1\n\n    kind: CronJob\n";
    let before = &before.replace(", note: |\n       x}", "}");
    let mut case = Case::new((Some("1.24"), "1.25"), [("kustomization.yaml", before.as_str())]);
    assert_eq!(case.found(), ["inline-patch-old-api"; 5]);
    let mut answers = Answers::none();
    answers.answer("inline-patch-old-api", Answer::Choice("apply".to_owned()));
    assert_eq!(case.fix(&answers), 4);
    let (mended, folded) = before.split_at(before.rfind("- patch: >").unwrap());
    assert_eq!(case.files["kustomization.yaml"], mended.replace("batch/v1beta1", "batch/v1") + folded);
    assert_eq!(case.found(), ["inline-patch-old-api"]);
}

const FLOW_SCHEMA: &str =
    "apiVersion: flowcontrol.apiserver.k8s.io/v1beta3\nkind: FlowSchema\nmetadata: {name: a}\n";
const BUDGET_LIST: &str = "apiVersion: policy/v1beta1\nkind: PodDisruptionBudgetList\nitems:\n- metadata: {name: a}\n  spec: {selector: {}}\n- metadata: {name: b}\n  spec: {minAvailable: 1, selector: {matchLabels: {a: b}}}\n";
const SECURITY_POLICY: &str = "apiVersion: policy/v1beta1\nkind: PodSecurityPolicy\nmetadata: {name: a}\n";
const KEY_TWICE: &str = "apiVersion: networking.k8s.io/v1beta1\nkind: Ingress\nmetadata: {name: a}\nspec:\n  backend: {serviceName: a, serviceName: b, servicePort: 80}\n";

/// What a scan says of each fix, by the finding's place.
fn foreseen(scan: &Scan) -> Vec<(TextId, u32, &'static str)> {
    let said = scan.findings.iter().map(|finding| {
        let safety = finding.fix.as_ref().map(|fix| &fix.safety);
        let word = match safety {
            None => "by hand",
            Some(Safety::Safe) => "safe",
            Some(Safety::Ask(_)) => "asks",
            Some(Safety::Later { .. }) => "later",
        };
        (finding.span.text, finding.span.start, word)
    });
    let mut said: Vec<_> = said.collect();
    said.sort_unstable();
    said
}

#[test]
fn a_fix_does_with_every_finding_what_the_scan_said() {
    let files = [
        ("a.yaml", CRON_JOB),
        ("b.yaml", BUDGET),
        ("c.yaml", BUDGET_LIST),
        ("d.yaml", FLOW_SCHEMA),
        ("e.yaml", SECURITY_POLICY),
        ("f.yaml", KEY_TWICE),
        ("g.yaml", RECEIVER),
    ];
    let case = Case::new((Some("1.28"), "1.32"), files);
    let scan = case.scan();
    let said = foreseen(&scan);
    for word in ["safe", "asks", "later", "by hand"] {
        assert!(said.iter().any(|(_, _, said)| *said == word), "nothing is {word}: {said:?}");
    }
    let place = |finding: &checks::Finding| (finding.span.text, finding.span.start);
    let mut done: Vec<_> = Vec::new();
    for file in &case.plan(&Answers::none()).files {
        done.extend(file.applied.iter().map(|finding| (place(finding), "safe")));
        let mut asked: Vec<_> = file.questions.iter().map(|asking| place(&asking.finding)).collect();
        asked.dedup();
        done.extend(asked.into_iter().map(|place| (place, "asks")));
        done.extend(file.refused.iter().map(|unfixed| (place(&unfixed.finding), "later")));
    }
    let mut done: Vec<_> = done.into_iter().map(|((text, start), word)| (text, start, word)).collect();
    done.sort_unstable();
    let by_program: Vec<_> = said.into_iter().filter(|(_, _, word)| *word != "by hand").collect();
    assert_eq!(done, by_program);
}

#[test]
fn what_waits_is_made_as_soon_as_it_can_be_and_asks_what_it_asked_before() {
    let case = Case::new((Some("1.24"), "1.26"), [("list.yaml", BUDGET_LIST)]);
    let words = foreseen(&case.scan()).into_iter().map(|(_, _, word)| word);
    assert_eq!(words.filter(|word| *word != "by hand").collect::<Vec<_>>(), ["asks", "later"]);
    let plan = case.plan(&keep_meaning());
    assert_eq!(plan.files[0].applied.len(), 2);
}

#[test]
fn questions_and_notes_name_the_line_in_the_file_as_it_is_and_as_it_will_be() {
    let ingress = "apiVersion: networking.k8s.io/v1beta1\nkind: Ingress\nmetadata: {name: web}\nspec:\n  rules:\n  - http:\n      paths:\n      - path: /\n        backend:\n          serviceName: web\n          servicePort: \"80\"\n";
    let text = format!("{ingress}---\n{BUDGET}---\n{ingress}");
    let case = Case::new((Some("1.21"), "1.26"), [("all.yaml", text.as_str())]);
    let plan = case.plan(&Answers::none());
    let file = &plan.files[0];
    let after = String::from_utf8(file.after.clone()).unwrap();
    let line = |text: &str, part: &str, nth: usize| {
        let at = text.match_indices(part).nth(nth).unwrap().0;
        u32::try_from(text[..at].matches('\n').count() + 1).unwrap()
    };
    let asked: Vec<Lines> = file.questions.iter().map(|asking| asking.lines).collect();
    let budget = Lines { before: line(&text, "selector", 0), after: line(&after, "selector", 0) };
    assert_eq!(asked, [budget]);
    assert!(budget.after > budget.before);
    let noted: Vec<Lines> = file.notes.iter().map(|(lines, _)| *lines).collect();
    let port = |nth: usize| Lines {
        before: line(&text, "servicePort", nth),
        after: line(&after, "number: 80", nth),
    };
    assert_eq!(noted, [port(0), port(1)]);
}
