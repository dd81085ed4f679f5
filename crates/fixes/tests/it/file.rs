//! Findings of one file → the mended file: what is made, asked, refused, and that it is made whole or not at all.

use checks::{Confidence, Context, Finding, Fix, FixAction, Journey, Safety, Severity};
use fixes::{Answer, Answers, FileFix, NotFixed, Source, Unanswered, fix_file, verify};
use manifest::{Document, NodeId};
use resource::FieldPath;
use text::{Span, TextId};
use version::Minor;

use crate::case;

const FILE: TextId = TextId(3);

fn finding(check: &'static str, span: Span, action: FixAction) -> Finding {
    Finding {
        check,
        severity: Severity::Breaks,
        confidence: Confidence::High,
        span,
        object: None,
        path: FieldPath::default(),
        message: String::new(),
        remedy: String::new(),
        minor: None,
        related: Vec::new(),
        clusters: Vec::new(),
        roots: Vec::new(),
        charts: Vec::new(),
        units: Vec::new(),
        is_deployed: None,
        is_fixed_at_origin: false,
        fix: Some(Fix { action, safety: Safety::Safe }),
    }
}

fn spanned(document: &Document<'_>, node: NodeId) -> Span {
    Span { text: FILE, ..document.span(node) }
}

/// A finding that wants each object converted to `target` with its kind.
fn conversions(text: &str, target: &str) -> Vec<Finding> {
    let mut found = Vec::new();
    for document in &case::parsed(text.as_bytes()) {
        for object in manifest::objects(document) {
            let action = FixAction::Convert {
                object: spanned(document, object.node),
                api_version: target.to_owned(),
                kind: object.gvk.kind.to_owned(),
            };
            found.push(finding("removed-api", spanned(document, object.api_version), action));
        }
    }
    found
}

fn rewrite(check: &'static str, text: &str) -> Vec<Finding> {
    let documents = case::parsed(text.as_bytes());
    let root = spanned(&documents[0], documents[0].root().unwrap());
    vec![finding(check, root, FixAction::Rewrite { object: root })]
}

fn fixed_from(start: u16, text: &str, findings: &[Finding], answers: &Answers) -> FileFix {
    let journeys = [Journey { cluster: None, from: Some(Minor::new(start)), to: Minor::new(34) }];
    let overlay = catalog::Overlay::upstream();
    let context = Context { journeys: &journeys, overlay: &overlay };
    let source = Source::plain(FILE, text.as_bytes());
    let fix = fix_file(&context, source, findings, answers);
    if let Some(bytes) = &fix.bytes {
        let after = Source::plain(FILE, bytes);
        assert_eq!(verify(source, after, &fix.declared), Ok(()));
        assert_eq!(text::apply(text.as_bytes(), &fix.splices).unwrap(), *bytes);
    }
    fix
}

fn fixed(text: &str, findings: &[Finding]) -> FileFix {
    fixed_from(24, text, findings, &Answers::none())
}

fn text_of(fix: &FileFix) -> &str {
    std::str::from_utf8(fix.bytes.as_deref().unwrap_or_default()).unwrap()
}

const CRON_JOB: &str = "apiVersion: batch/v1beta1 # old\nkind: CronJob\nmetadata: {name: a}\n";

#[test]
fn a_finding_is_mended_beside_a_broken_document() {
    let text = format!("{CRON_JOB}---\na: [\n---\n{CRON_JOB}");
    let mut findings = conversions(CRON_JOB, "batch/v1");
    let offset = u32::try_from(text.rfind("apiVersion").unwrap()).unwrap();
    let mut second = findings[0].clone();
    second.span = Span::new(FILE, second.span.start + offset..second.span.end + offset);
    if let Some(Fix { action: FixAction::Convert { object, .. }, .. }) = &mut second.fix {
        *object = Span::new(FILE, object.start + offset..object.end + offset);
    }
    findings.push(second);
    let fix = fixed(&text, &findings);
    assert_eq!(fix.applied, [0, 1], "{:?}", fix.refused);
    assert_eq!(text_of(&fix), text.replace("batch/v1beta1", "batch/v1"));
}

#[test]
fn what_needs_a_yes_is_asked_then_made_or_left() {
    let mut findings = conversions(CRON_JOB, "batch/v1");
    findings[0].fix.as_mut().unwrap().safety = Safety::Ask("every cluster must be new".to_owned());
    let asked = fixed(CRON_JOB, &findings);
    assert_eq!((asked.bytes, asked.questions.len()), (None, 1));
    let mut answers = Answers::none();
    answers.answer("removed-api", Answer::Choice("apply".to_owned()));
    assert_eq!(fixed_from(24, CRON_JOB, &findings, &answers).applied, [0]);
    answers.answer("removed-api", Answer::Choice("leave".to_owned()));
    assert_eq!(fixed_from(24, CRON_JOB, &findings, &answers).refused, [(0, NotFixed::Declined)]);
}

#[test]
fn who_answers_what_a_conversion_asks_need_not_confirm_it_too() {
    let text = "apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata: {name: web}\nspec:\n  selector: {}\n";
    let mut findings = conversions(text, "policy/v1");
    let asked = fixed(text, &findings).questions;
    assert_eq!(asked.len(), 1);
    let fix = findings[0].fix.as_mut().unwrap();
    fix.safety = Safety::Ask(asked[0].1.text.clone());
    let again = fixed(text, &findings).questions;
    assert_eq!(again.iter().map(|(_, question)| question.id).collect::<Vec<_>>(), ["pdb-empty-selector"]);
    let keeping = Answers::none().or(Unanswered::KeepMeaning);
    assert_eq!(fixed_from(25, text, &findings, &keeping).applied, [0]);
}

#[test]
fn keeping_the_meaning_neither_confirms_nor_declines_a_fix() {
    let text = "apiVersion: batch/v1beta1\nkind: CronJob\nmetadata: {name: report}\n";
    let mut findings = conversions(text, "batch/v1");
    findings[0].fix.as_mut().unwrap().safety = Safety::Ask("every cluster must be new".to_owned());
    let fix = fixed_from(25, text, &findings, &Answers::none().or(Unanswered::KeepMeaning));
    assert_eq!((fix.applied.len(), fix.refused.len(), fix.questions.len()), (0, 0, 1));
}

#[test]
fn an_open_question_leaves_the_object_and_not_its_neighbour() {
    let text = "apiVersion: v1\nkind: List\nitems:\n- apiVersion: policy/v1beta1\n  kind: PodDisruptionBudget\n  metadata: {name: a}\n  spec: {selector: {}}\n- apiVersion: policy/v1beta1\n  kind: PodDisruptionBudget\n  metadata: {name: b}\n";
    let fix = fixed(text, &conversions(text, "policy/v1"));
    assert_eq!(fix.applied, [1]);
    assert_eq!(fix.questions[0].1.id, "pdb-empty-selector");
    assert_eq!(text_of(&fix).matches("policy/v1\n").count(), 1);
}

#[test]
fn a_typed_list_changes_as_a_whole_or_not_at_all() {
    let text = "apiVersion: policy/v1beta1\nkind: PodDisruptionBudgetList\nitems:\n- metadata: {name: a}\n  spec: {selector: {}}\n- metadata: {name: b}\n";
    let findings = conversions(text, "policy/v1");
    let fix = fixed(text, &findings);
    assert_eq!((fix.bytes, fix.refused), (None, vec![(1, NotFixed::Held)]));
    let mut answers = Answers::none();
    answers.answer("pdb-empty-selector", Answer::Choice("match-all".to_owned()));
    let fix = fixed_from(24, text, &findings, &answers);
    assert_eq!(text_of(&fix), text.replace("v1beta1", "v1"));
}

#[test]
fn a_version_that_is_not_served_yet_waits_for_its_hop() {
    let text = "apiVersion: flowcontrol.apiserver.k8s.io/v1beta3\nkind: FlowSchema\nmetadata: {name: a}\n";
    let findings = conversions(text, "flowcontrol.apiserver.k8s.io/v1");
    let early = fixed_from(28, text, &findings, &Answers::none());
    assert_eq!(early.bytes, None);
    let NotFixed::Later { before, start, .. } = &early.refused[0].1 else { panic!("{:?}", early.refused) };
    assert_eq!((*start, *before), (Minor::new(28), Minor::new(32)));
    assert_eq!(fixed_from(29, text, &findings, &Answers::none()).applied, [0]);
}

#[test]
fn two_targets_for_one_object_are_not_mixed() {
    let text = "apiVersion: autoscaling/v2beta2\nkind: HorizontalPodAutoscaler\nmetadata: {name: a}\nspec: {maxReplicas: 1}\n";
    let mut findings = conversions(text, "autoscaling/v2");
    findings.extend(conversions(text, "autoscaling/v2"));
    findings.extend(conversions(text, "autoscaling/v1"));
    let fix = fixed(text, &findings);
    assert_eq!((fix.applied, fix.refused), (vec![0, 1], vec![(2, NotFixed::Behind)]));
}

#[test]
fn an_anchor_that_all_objects_share_changes_once() {
    let text = "apiVersion: v1\nkind: List\nitems:\n- apiVersion: &v batch/v1beta1\n  kind: CronJob\n- apiVersion: *v\n  kind: CronJob\n";
    let findings = conversions(text, "batch/v1");
    let fix = fixed(text, &findings);
    assert_eq!(fix.applied, [0, 1], "{:?}", fix.refused);
    assert!(!text_of(&fix).contains("v1beta1"), "{}", text_of(&fix));
}

#[test]
fn keys_scalars_and_items_change_by_their_places() {
    let text = "a: old # why\nb: [x, y, z]\nc: 1\nd: 2\n";
    let documents = case::parsed(text.as_bytes());
    let document = &documents[0];
    let root = document.root().unwrap();
    let entry = |key| document.entry(root, key).unwrap();
    let item = document.items(entry("b").value)[1];
    let at = |node, action| finding("x", spanned(document, node), action);
    let fix = fixed(
        text,
        &[
            at(entry("a").value, FixAction::ReplaceScalar { text: "new".to_owned() }),
            at(item, FixAction::RemoveItem),
            at(entry("c").key, FixAction::RenameKey { to: "e".to_owned() }),
            at(entry("d").key, FixAction::RemoveEntry),
        ],
    );
    assert_eq!(text_of(&fix), "a: new # why\nb: [x, z]\ne: 1\n", "{:?}", fix.refused);
    let added =
        fixed(text, &[at(item, FixAction::InsertItems { texts: vec!["x".to_owned(), "w".to_owned()] })]);
    assert_eq!(text_of(&added), text.replace("[x, y, z]", "[x, y, z, w]"));
}

#[test]
fn a_place_that_is_not_there_is_refused() {
    let span = Span::new(FILE, 3..5);
    let fix = fixed("a: old\n", &[finding("x", span, FixAction::RemoveEntry)]);
    assert_eq!(fix.refused, [(0, NotFixed::Gone)]);
    let beyond = Span::new(FILE, 300..305);
    assert_eq!(
        fixed("a: old\n", &[finding("x", beyond, FixAction::RemoveEntry)]).refused,
        [(0, NotFixed::Gone)]
    );
}

#[test]
fn annotations_become_fields() {
    for (check, before, after) in [
        (
            "seccomp-annotation",
            "kind: Pod\napiVersion: v1\nmetadata:\n  name: a\n  annotations:\n    seccomp.security.alpha.kubernetes.io/pod: runtime/default\n    container.seccomp.security.alpha.kubernetes.io/web: localhost/p.json\nspec:\n  containers:\n  - name: web\n    securityContext: {runAsNonRoot: true}\n",
            "kind: Pod\napiVersion: v1\nmetadata:\n  name: a\nspec:\n  containers:\n  - name: web\n    securityContext: {runAsNonRoot: true, seccompProfile: {type: Localhost, localhostProfile: p.json}}\n  securityContext:\n    seccompProfile:\n      type: RuntimeDefault\n",
        ),
        (
            "apparmor-annotation",
            "kind: Deployment\napiVersion: apps/v1\nspec:\n  template:\n    metadata:\n      annotations:\n        keep: me\n        container.apparmor.security.beta.kubernetes.io/web: unconfined\n    spec:\n      containers:\n      - name: web\n",
            "kind: Deployment\napiVersion: apps/v1\nspec:\n  template:\n    metadata:\n      annotations:\n        keep: me\n    spec:\n      containers:\n      - name: web\n        securityContext:\n          appArmorProfile:\n            type: Unconfined\n",
        ),
        (
            "cron-time-zone-prefix",
            "kind: CronJob\napiVersion: batch/v1\nspec:\n  schedule: \"CRON_TZ=Europe/Berlin 0 4 * * *\"\n",
            "kind: CronJob\napiVersion: batch/v1\nspec:\n  schedule: \"0 4 * * *\"\n  timeZone: Europe/Berlin\n",
        ),
        (
            "ingress-class-annotation",
            "kind: Ingress\napiVersion: networking.k8s.io/v1\nmetadata:\n  annotations:\n    kubernetes.io/ingress.class: nginx\nspec:\n  rules: []\n",
            "kind: Ingress\napiVersion: networking.k8s.io/v1\nmetadata: {}\nspec:\n  ingressClassName: nginx\n  rules: []\n",
        ),
        (
            "ignored-annotation",
            "kind: Service\napiVersion: v1\nmetadata:\n  name: a\n  annotations:\n    service.alpha.kubernetes.io/tolerate-unready-endpoints: \"true\"\nspec:\n  clusterIP: None\n",
            "kind: Service\napiVersion: v1\nmetadata:\n  name: a\nspec:\n  clusterIP: None\n  publishNotReadyAddresses: true\n",
        ),
    ] {
        let fix = fixed(before, &rewrite(check, before));
        assert_eq!(text_of(&fix), after, "{check}: {:?}", fix.refused);
    }
}

#[test]
fn a_profile_that_nobody_knows_and_a_second_time_zone_are_refused() {
    let pod = "kind: Pod\napiVersion: v1\nmetadata: {annotations: {seccomp.security.alpha.kubernetes.io/pod: odd}}\nspec: {containers: []}\n";
    let job = "kind: CronJob\napiVersion: batch/v1\nspec: {schedule: TZ=UTC 0 4 * * *, timeZone: UTC}\n";
    for (check, text, part) in [
        ("seccomp-annotation", pod, "unknown profile 'odd'"),
        ("cron-time-zone-prefix", job, "beside a time zone"),
    ] {
        let fix = fixed(text, &rewrite(check, text));
        assert!(fix.refused[0].1.to_string().contains(part), "{:?}", fix.refused);
        assert_eq!(fix.bytes, None);
    }
}

#[test]
fn a_comment_that_goes_with_its_field_is_told() {
    let text = "apiVersion: source.toolkit.fluxcd.io/v1beta2\nkind: GitRepository\nmetadata: {name: a}\nspec:\n  # faster\n  gitImplementation: libgit2 # since 2021\n  # ours\n  url: https://example.com\n";
    let fix = fixed(text, &conversions(text, "source.toolkit.fluxcd.io/v1"));
    assert_eq!(
        text_of(&fix),
        "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: a}\nspec:\n  # ours\n  url: https://example.com\n"
    );
    let told: Vec<&str> = fix
        .notes
        .iter()
        .filter(|(_, note)| note.text.contains("comment"))
        .map(|(_, note)| &text[note.span.range()])
        .collect();
    assert_eq!(told, ["# faster", "# since 2021"]);
}

#[test]
fn the_comments_of_an_annotation_stand_with_the_field_that_says_it_now() {
    let text = "kind: Ingress\napiVersion: networking.k8s.io/v1\nmetadata:\n  annotations:\n    keep: me\n    # the inner one\n    kubernetes.io/ingress.class: nginx # not the public one\nspec:\n  rules: []\n";
    let fix = fixed(text, &rewrite("ingress-class-annotation", text));
    assert_eq!(
        text_of(&fix),
        "kind: Ingress\napiVersion: networking.k8s.io/v1\nmetadata:\n  annotations:\n    keep: me\nspec:\n  # the inner one\n  ingressClassName: nginx # not the public one\n  rules: []\n"
    );
    assert_eq!(fix.notes, []);
}
