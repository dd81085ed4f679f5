//! The inputs on which other programs go wrong, each with the right answer. `docs/hard-cases.md` lists all of them.

use catalog::Overlay;
use checks::{Context, Journey};
use inventory::{FileContext, Origin};
use text::TextId;
use version::Minor;

use crate::harness::{check, finders, found, run};

fn only(id: &str, yaml: &str) -> String {
    found(&[checks::find(id).unwrap()], yaml)
}

/// What is found in a template with its actions masked.
fn found_in_template(source: &str) -> Vec<&'static str> {
    let mask = manifest::mask_template(source.as_bytes()).unwrap();
    let document = manifest::parse(TextId(0), source.as_bytes(), 0..source.len(), Some(&mask)).unwrap();
    let journeys = [Journey { cluster: None, from: None, to: Minor::new(34) }];
    let context = Context { journeys: &journeys, overlay: &Overlay::upstream() };
    let path = "chart/templates/a.yaml".to_owned();
    let file = FileContext { path, text: TextId(0), origin: Origin::Own, in_chart_templates: true };
    let outcome = checks::run_document(&context, &file, &document, checks::registry());
    outcome.findings.iter().map(|finding| finding.check).collect()
}

#[test]
fn case_3_an_old_header_over_a_new_body_is_told_from_an_old_object() {
    let new_body = "apiVersion: networking.k8s.io/v1beta1\nkind: Ingress\nspec: {defaultBackend: {service: {name: web, port: {number: 80}}}}\n";
    assert!(
        only("old-header-new-body", new_body)
            .contains("change the header to networking.k8s.io/v1 and nothing else")
    );
    let old_body = "apiVersion: networking.k8s.io/v1beta1\nkind: Ingress\nspec: {backend: {serviceName: web, servicePort: 80}}\n";
    assert_eq!(only("old-header-new-body", old_body), "");
    assert_eq!(finders(old_body), ["removed-api"]);
}

#[test]
fn case_4_a_new_header_over_an_old_body_is_invalid_and_has_a_fix() {
    let yaml = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nspec: {backend: {serviceName: web, servicePort: 80}}\n";
    assert!(only("new-header-old-body", yaml).contains("fix: rewrite 1:1 (safe)"));
}

#[test]
fn case_5_an_empty_selector_of_v1beta1_is_stated_with_both_meanings() {
    let yaml = "apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata: {name: web}\nspec: {maxUnavailable: 1, selector: {}}\n";
    let text = only("budget-protects-nothing", yaml);
    assert!(text.contains("selects nothing in policy/v1beta1, and every pod in policy/v1"), "{text}");
}

#[test]
fn case_12_items_of_lists_at_any_depth_are_found_at_their_own_lines() {
    check(
        "removed-api",
        "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: List\n  items:\n  - apiVersion: batch/v1beta1\n    kind: CronJob\n    metadata: {name: report}\n",
        "7:17 Breaks, High at 1.25: CronJob 'report' uses batch/v1beta1, which is not served from 1.25 on\n    path: apiVersion\n    remedy: use batch/v1, served since 1.21\n    fix: convert 7:5 to batch/v1 CronJob (safe)",
    );
    let typed = "apiVersion: policy/v1beta1\nkind: PodDisruptionBudgetList\nitems:\n- metadata: {name: a}\n  spec: {maxUnavailable: 1, selector: {matchLabels: {app: web}}}\n";
    assert_eq!(finders(typed), ["removed-api"]);
}

#[test]
fn case_13_manifests_and_certificates_in_strings_are_at_most_a_remark() {
    let yaml = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  ca.crt: |\n    -----BEGIN CERTIFICATE-----\n    abc\n    -----END CERTIFICATE-----\n  job.yaml: |\n    ---\n    apiVersion: batch/v1beta1\n    kind: CronJob\n";
    assert_eq!(finders(yaml), ["embedded-old-api"]);
    assert!(only("embedded-old-api", yaml).starts_with("11:17 Info"));
}

#[test]
fn case_19_every_way_to_write_a_document_is_read() {
    let plain = "apiVersion: batch/v1beta1\nkind: CronJob\nmetadata:\n  name: a\n";
    let written = [
        plain.to_owned(),
        "kind: CronJob\nmetadata: {name: a}\napiVersion: batch/v1beta1\n".to_owned(),
        plain.replace("batch/v1beta1", "\"batch/v1beta1\""),
        plain.replace("batch/v1beta1", "'batch/v1beta1' # old"),
        plain.replace('\n', "\r\n"),
        format!("\u{feff}{plain}"),
        "{apiVersion: batch/v1beta1, kind: CronJob, metadata: {name: a}}\n".to_owned(),
        "{\"apiVersion\": \"batch/v1beta1\", \"kind\": \"CronJob\"}".to_owned(),
        "metadata: {name: a, labels: {v: &v batch/v1beta1}}\napiVersion: *v\nkind: CronJob\n".to_owned(),
        "base: &base {apiVersion: batch/v1beta1}\n<<: *base\nkind: CronJob\n".to_owned(),
        "apiVersion: batch/v1\napiVersion: batch/v1beta1\nkind: CronJob\n".to_owned(),
        format!("--- # first\n{plain}"),
        format!("%YAML 1.1\n---\n{plain}"),
        plain.trim_end().to_owned(),
    ];
    for yaml in written {
        let outcome = run(&[checks::find("removed-api").unwrap()], &yaml);
        let spans: Vec<_> =
            outcome.findings.iter().map(|finding| yaml.get(finding.span.range()).unwrap()).collect();
        assert_eq!(spans.len(), 1, "in\n{yaml}");
        assert!(spans[0].contains("batch/v1beta1"), "{spans:?} in\n{yaml}");
    }
}

#[test]
fn case_20_a_kind_of_another_group_is_not_flagged_for_its_name() {
    for (api_version, kind) in [
        ("serving.knative.dev/v1", "Service"),
        ("networking.istio.io/v1beta1", "Gateway"),
        ("networking.istio.io/v1alpha3", "VirtualService"),
        ("autoscaling.k8s.io/v1", "VerticalPodAutoscaler"),
        ("cluster.x-k8s.io/v1beta1", "Cluster"),
        ("gateway.networking.x-k8s.io/v1alpha1", "XBackendTrafficPolicy"),
        ("extensions.istio.io/v1alpha1", "WasmPlugin"),
        ("extensions.example.org/v1beta1", "Ingress"),
        ("policy.example.org/v1beta1", "PodDisruptionBudget"),
    ] {
        let yaml = format!("apiVersion: {api_version}\nkind: {kind}\nmetadata: {{name: web}}\n");
        assert_eq!(finders(&yaml), [""; 0], "in\n{yaml}");
    }
}

#[test]
fn case_21_the_object_in_a_controller_revision_is_history() {
    let yaml = "apiVersion: apps/v1\nkind: ControllerRevision\nmetadata: {name: web-1}\nrevision: 1\ndata:\n  apiVersion: extensions/v1beta1\n  kind: DaemonSet\n  spec: {scaleTargetRef: {apiVersion: extensions/v1beta1, kind: Deployment}}\n";
    assert_eq!(finders(yaml), [""; 0]);
}

#[test]
fn case_24_what_was_applied_last_is_not_what_is_written() {
    let yaml = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\n  annotations:\n    kubectl.kubernetes.io/last-applied-configuration: |\n      {\"apiVersion\":\"extensions/v1beta1\",\"kind\":\"Deployment\"}\n  managedFields:\n  - {apiVersion: extensions/v1beta1, kind: Deployment, manager: kubectl}\n";
    assert_eq!(finders(yaml), [""; 0]);
}

#[test]
fn case_27_every_place_that_names_a_dead_version_is_found() {
    for (yaml, id) in [
        (
            "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nrules: [{apiGroups: [extensions], resources: [ingresses]}]\n",
            "reference-rbac",
        ),
        (
            "apiVersion: kyverno.io/v1\nkind: Policy\nspec: {rules: [{match: {any: [{resources: {kinds: [policy/v1beta1/PodDisruptionBudget]}}]}}]}\n",
            "reference-kyverno",
        ),
        (
            "apiVersion: constraints.gatekeeper.sh/v1beta1\nkind: K8sLabels\nspec: {match: {kinds: [{apiGroups: [extensions], kinds: [Ingress]}]}}\n",
            "reference-gatekeeper",
        ),
        (
            "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingWebhookConfiguration\nwebhooks: [{rules: [{apiGroups: [batch], apiVersions: [v1beta1], resources: [cronjobs]}]}]\n",
            "reference-webhook-rules",
        ),
        (
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\nspec: {ignoreDifferences: [{group: extensions, kind: Ingress}]}\n",
            "reference-argo-cd",
        ),
        (
            "apiVersion: v1\nkind: ConfigMap\ndata: {resource.customizations.health.extensions_Ingress: a}\n",
            "reference-argo-cd",
        ),
    ] {
        assert_eq!(finders(yaml), [id], "in\n{yaml}");
    }
}

#[test]
fn case_29_no_version_is_advised_that_a_cluster_cannot_serve() {
    let yaml = "# journey prod: 1.21 -> 1.22\n# journey staging: 1.27 -> 1.28\napiVersion: autoscaling/v2beta2\nkind: HorizontalPodAutoscaler\nmetadata: {name: web}\n";
    assert!(only("no-common-version", yaml).contains("split it by cluster in an overlay"));
    assert!(only("removed-api", yaml).contains("(ask: a cluster that reads the file runs 1.21"));
}

#[test]
fn case_30_two_edits_are_named_with_their_hops() {
    let yaml = "# journey: 1.28 -> 1.33\napiVersion: flowcontrol.apiserver.k8s.io/v1beta2\nkind: FlowSchema\nmetadata: {name: a}\n";
    assert!(
        only("removed-api", yaml)
            .contains("convert 2:1 to flowcontrol.apiserver.k8s.io/v1beta3 FlowSchema (safe)")
    );
    let text = only("replacement-not-served", yaml);
    assert!(text.contains("v1beta3 while the cluster is at 1.28, then"), "{text}");
    assert!(text.contains("flowcontrol.apiserver.k8s.io/v1 while the cluster is at 1.29 to 1.31"), "{text}");
}

#[test]
fn case_31_kinds_that_nothing_replaces_are_removed_and_never_converted() {
    let yaml = "apiVersion: policy/v1beta1\nkind: PodSecurityPolicy\nmetadata: {name: a}\n---\napiVersion: settings.k8s.io/v1alpha1\nkind: PodPreset\nmetadata: {name: b}\n";
    let outcome = run(checks::registry(), yaml);
    assert_eq!(outcome.findings.len(), 2);
    assert!(
        outcome
            .findings
            .iter()
            .all(|finding| finding.check == "kind-without-successor" && finding.fix.is_none())
    );
}

#[test]
fn case_32_removal_is_when_it_was_seen_gone_and_not_what_a_marker_says() {
    for (yaml, minor) in [
        ("apiVersion: storagemigration.k8s.io/v1alpha1\nkind: StorageVersionMigration\n", Minor::new(35)),
        ("apiVersion: resource.k8s.io/v1alpha3\nkind: DeviceClass\n", Minor::new(34)),
    ] {
        let outcome = run(checks::registry(), &format!("# journey: -> 1.37\n{yaml}"));
        let minors: Vec<_> = outcome.findings.iter().map(|finding| finding.minor).collect();
        assert_eq!(minors, [Some(minor)], "{yaml}");
    }
}

#[test]
fn case_33_a_version_that_the_facts_do_not_have_is_not_clean() {
    let outcome = run(checks::registry(), "apiVersion: policy/v2\nkind: PodDisruptionBudget\n");
    assert!(outcome.findings.is_empty());
    assert_eq!(outcome.not_assessed.len(), 1);
    assert_eq!(outcome.not_assessed[0].reason, inventory::Reason::BeyondHorizon);
}

#[test]
fn case_37_every_form_of_a_budget_that_blocks_is_found() {
    let budget = |name: &str, bound: &str| {
        format!(
            "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {{name: {name}}}\nspec: {{{bound}, unhealthyPodEvictionPolicy: AlwaysAllow, selector: {{matchLabels: {{app: web}}}}}}\n---\n"
        )
    };
    let workload = |replicas: u8| {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web}}\nspec: {{replicas: {replicas}, selector: {{matchLabels: {{app: web}}}}, template: {{metadata: {{labels: {{app: web}}}}}}}}\n---\n"
        )
    };
    let scaler = "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: web}\nspec: {minReplicas: 2, maxReplicas: 9, scaleTargetRef: {kind: Deployment, name: web}}\n";
    let never = ["budget-never-allows-eviction"];
    assert_eq!(finders(&(budget("a", "minAvailable: 3") + &workload(3))), never);
    assert_eq!(finders(&(budget("a", "minAvailable: 1") + &workload(1))), never);
    assert_eq!(finders(&(budget("a", "minAvailable: 67%") + &workload(3))), never);
    assert_eq!(finders(&budget("a", "maxUnavailable: 0")), never);
    assert_eq!(finders(&budget("a", "minAvailable: 100%")), never);
    let two = budget("a", "maxUnavailable: 1") + &budget("b", "maxUnavailable: 1") + &workload(3);
    assert_eq!(finders(&two), ["budget-overlap"]);
    let scaled = budget("a", "minAvailable: 2") + &workload(3) + scaler;
    assert_eq!(finders(&scaled), ["budget-blocks-at-minimum-scale"]);
    let unhealthy = budget("a", "maxUnavailable: 1").replace("unhealthyPodEvictionPolicy: AlwaysAllow, ", "");
    assert_eq!(finders(&unhealthy), ["budget-waits-for-unhealthy-pods"]);
    assert_eq!(finders(&(budget("a", "minAvailable: 2") + &workload(3))), [""; 0]);
}

#[test]
fn cases_44_and_45_copies_and_generated_files_are_mended_at_their_source() {
    let yaml = "apiVersion: batch/v1beta1\nkind: CronJob\nmetadata: {name: a}\n";
    for (origin, advice) in [("vendored", "upgrade the chart version"), ("generated", "edit the source")] {
        let outcome = run(checks::registry(), &format!("# origin: {origin}\n{yaml}"));
        assert_eq!(outcome.findings.len(), 1);
        assert!(outcome.findings[0].remedy.starts_with(advice), "{}", outcome.findings[0].remedy);
        assert_eq!(outcome.findings[0].fix, None);
    }
}

#[test]
fn absence_and_shape_are_never_judged_in_a_template() {
    let literal = "apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata:\n  name: {{ .Release.Name }}\nspec:\n  maxUnavailable: 0\n";
    assert_eq!(found_in_template(literal), ["removed-api", "budget-never-allows-eviction"]);
    let alternatives = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: {{ .Release.Name }}\nspec:\n  backend:\n    serviceName: web\n    servicePort: 80\n";
    assert_eq!(found_in_template(alternatives), [""; 0]);
    let opaque = "apiVersion: {{ include \"a\" . }}\nkind: PodDisruptionBudget\nspec:\n  maxUnavailable: {{ .Values.max }}\n";
    assert_eq!(found_in_template(opaque), [""; 0]);
}

#[test]
fn the_table_of_hard_cases_names_tests_that_exist() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    #[expect(clippy::disallowed_methods, reason = "a test reads the documentation")]
    let table = std::fs::read_to_string(root.join("docs/hard-cases.md")).unwrap();
    let own = concat!(include_str!("hard_cases.rs"), include_str!("hard_cases_behaviour.rs"));
    let rows = table.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| #"));
    assert_eq!(rows.count(), 47);
    for name in table.split('`').skip(1).step_by(2) {
        if name.starts_with("case") && name.len() > "case_…".len() {
            assert!(own.contains(&format!("fn {name}(")), "no test '{name}'");
        }
        if name.starts_with("checks/tests/data/") {
            assert!(root.join("crates").join(name).is_dir(), "no folder '{name}'");
        }
    }
}
