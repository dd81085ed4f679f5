//! Fixes of kustomizations: what replaces deprecated fields renders the same, and what belongs together changes together.

use std::collections::BTreeMap;
use std::sync::Arc;

use config::Config;
use fixes::Answers;
use project::{FixPlan, FixRequest, NoProgress, ScanRequest, plan_fixes, scan};
use tree::{Memory, Tree};

use super::request;

type Files<'t> = &'t [(&'t str, &'t str)];

fn plan(files: Files<'_>, request: &ScanRequest, kustomize: bool) -> FixPlan {
    let tree: Arc<dyn Tree + Send> = Arc::new(files.iter().copied().collect::<Memory>());
    let scan = scan(&*tree, &Config::default(), request, &NoProgress).unwrap();
    let answers = Answers::none();
    let request =
        FixRequest { request, scan: &scan, answers: &answers, kustomize, charts: None, fleet: None };
    plan_fixes(&tree, &Config::default(), request).unwrap()
}

fn asked(checks: &[&str]) -> ScanRequest {
    ScanRequest { only: checks.iter().map(|check| (*check).to_owned()).collect(), ..request() }
}

/// The new text of each file, and why fixes were not made.
fn outcome(plan: &FixPlan) -> (BTreeMap<&str, &str>, Vec<String>) {
    let texts = plan.files.iter().map(|file| (file.path.as_str(), std::str::from_utf8(&file.after).unwrap()));
    let refused =
        plan.files.iter().flat_map(|file| file.refused.iter().map(|unfixed| unfixed.why.to_string()));
    (texts.collect(), refused.collect())
}

const WEB: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec:\n      containers:\n      - {name: web, image: web:1}\n";

const DEPRECATED: &str = "# the shop
bases: # all of it
- ../base # here
commonLabels:
  team: a # ours
patchesStrategicMerge:
# more of it
- more.yaml
- |-
  apiVersion: apps/v1
  kind: Deployment
  metadata: {name: web}
  spec: {paused: true}
configMapGenerator:
- name: c
  env: c.env
patches:
- target: {kind: Deployment}
  patch: '- {op: add, path: /spec/minReadySeconds, value: 3}'
";

const REPLACED: &str = "# the shop
resources: # all of it
- ../base # here
labels:
- includeSelectors: true
  pairs:
    team: a # ours
patches:
- # more of it
  path: more.yaml
- patch: |-
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec: {paused: true}
- target: {kind: Deployment}
  patch: '- {op: add, path: /spec/minReadySeconds, value: 3}'
configMapGenerator:
- name: c
  envs:
  - c.env
";

const MORE: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 3}\n";

#[test]
fn deprecated_fields_are_replaced_and_what_is_rendered_stays() {
    let files = [
        ("base/kustomization.yaml", "resources: [web.yaml]\n"),
        ("base/web.yaml", WEB),
        ("shop/c.env", "A=b\n"),
        ("shop/kustomization.yaml", DEPRECATED),
        ("shop/more.yaml", MORE),
    ];
    let plan = plan(&files, &asked(&["deprecated-kustomize-field"]), false);
    let (texts, refused) = outcome(&plan);
    assert_eq!(refused, [""; 0]);
    assert_eq!(texts["shop/kustomization.yaml"], REPLACED);
}

#[test]
fn a_field_whose_replacement_would_render_something_else_is_left_by_name() {
    // JSON patches of the old field see the prefix in the name already; those of the new one do not.
    let json = "namePrefix: p-\nresources: [web.yaml]\npatchesJson6902:\n- target: {group: apps, version: v1, kind: Deployment, name: web}\n  patch: '- {op: test, path: /metadata/name, value: p-web}'\n";
    let files = [("kustomization.yaml", json), ("web.yaml", WEB)];
    let plan = plan(&files, &asked(&["deprecated-kustomize-field"]), false);
    let (texts, refused) = outcome(&plan);
    assert_eq!(texts["kustomization.yaml"], json);
    assert!(
        refused[0].starts_with("not proved to render the same: '.' could not be built any more"),
        "{refused:?}"
    );
}

#[test]
fn a_field_of_a_kustomization_that_cannot_be_built_is_left_by_name() {
    let files = [("kustomization.yaml", "bases: ['https://example.org/a//b?ref=v1']\n")];
    let plan = plan(&files, &asked(&["deprecated-kustomize-field"]), false);
    let (_, refused) = outcome(&plan);
    assert!(refused[0].contains("'.' cannot be built"), "{refused:?}");
}

const OLD: &str = "apiVersion: batch/v1beta1\nkind: CronJob\nmetadata:\n  name: a\nspec:\n  schedule: x\n  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: a}]}}}}\n";
const NEW: &str = "apiVersion: batch/v1\nkind: CronJob\nmetadata:\n  name: a\nspec:\n  schedule: x\n  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: a}]}}}}\n";
const TARGETS: &str = "resources: [../base]\npatches:\n- path: patch.yaml\n  target: {group: batch, version: v1beta1, kind: CronJob}\n- path: merge.yaml\n";
const PATCH: &str = "- {op: replace, path: /spec/schedule, value: y}\n";
const MERGE: &str =
    "apiVersion: batch/v1beta1\nkind: CronJob\nmetadata:\n  name: a\nspec:\n  suspend: true\n";

#[test]
fn a_base_its_patches_and_their_targets_change_together() {
    let files = [
        ("base/kustomization.yaml", "resources: [old.yaml]\n"),
        ("base/old.yaml", OLD),
        ("over/kustomization.yaml", TARGETS),
        ("over/merge.yaml", MERGE),
        ("over/patch.yaml", PATCH),
    ];
    let plan = plan(&files, &request_all(), true);
    let (texts, refused) = outcome(&plan);
    assert_eq!(refused, [""; 0]);
    assert_eq!(texts["base/old.yaml"], NEW);
    assert_eq!(texts["over/kustomization.yaml"], TARGETS.replace("v1beta1", "v1"));
    assert_eq!(texts["over/merge.yaml"], MERGE.replace("v1beta1", "v1"));
}

#[test]
fn what_building_does_not_bear_out_is_left_whole() {
    // The target selects by a version that nobody changes: it is a pattern.
    let over = "resources: [../base]\npatches:\n- path: patch.yaml\n  target: {group: batch, version: v1beta.*, kind: CronJob}\n";
    let files = [
        ("base/kustomization.yaml", "resources: [old.yaml]\n"),
        ("base/old.yaml", OLD),
        ("over/kustomization.yaml", over),
        ("over/patch.yaml", PATCH),
    ];
    let plan = plan(&files, &request_all(), true);
    let (texts, refused) = outcome(&plan);
    assert_eq!(texts["base/old.yaml"], OLD);
    assert!(
        refused.iter().any(|why| why.contains("'over' would render CronJob 'a' otherwise")),
        "{refused:?}"
    );
}

fn request_all() -> ScanRequest {
    asked(&["removed-api", "reference-kustomize-target"])
}

const USER: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: user}\nspec:\n  containers:\n  - name: main\n    image: user:1\n    args: [\"$(HOST)\", \"--at=$(HOST)\"]\n    env:\n    - {name: URL, value: \"http://$(HOST):$(PORT)\"}\n";

const HOST: &str = "apiVersion: v1\nkind: Service\nmetadata: {name: host}\nspec:\n  ports: [{port: 80}]\n";

const VARS: &str = "resources: [user.yaml, host.yaml]
vars: # what others know it by
# the name of the service
- name: HOST # here
  objref: {kind: Service, name: host, apiVersion: v1}
";

fn vars_outcome(kustomization: &str, user: &str) -> (Option<String>, Vec<String>) {
    let files = [("kustomization.yaml", kustomization), ("user.yaml", user), ("host.yaml", HOST)];
    let plan = plan(&files, &asked(&["deprecated-kustomize-field"]), false);
    let (texts, refused) = outcome(&plan);
    let text = texts.get("kustomization.yaml").filter(|text| **text != kustomization);
    (text.map(|text| (*text).to_owned()), refused)
}

#[test]
fn vars_become_replacements_of_the_fields_in_which_they_stand() {
    let user = USER.replace("http://$(HOST):$(PORT)", "$(HOST)");
    let expected = "resources: [user.yaml, host.yaml]
replacements: # what others know it by
# the name of the service
- # here
  source:
    version: v1
    kind: Service
    name: host
    fieldPath: metadata.name
  targets:
  - select:
      version: v1
      kind: Pod
      name: user
    fieldPaths:
    - spec.containers.[name=main].args.0
    - spec.containers.[name=main].env.[name=URL].value
  - select:
      version: v1
      kind: Pod
      name: user
    fieldPaths:
    - spec.containers.[name=main].args.1
    options:
      delimiter: \"=\"
      index: 1
";
    assert_eq!(vars_outcome(VARS, &user), (Some(expected.to_owned()), Vec::new()));
}

#[test]
fn vars_are_left_where_a_replacement_says_something_else() {
    let (changed, refused) = vars_outcome(&format!("{VARS}configurations: [c.yaml]\n"), USER);
    assert_eq!(changed, None);
    assert!(refused[0].contains("it cannot be built"), "{refused:?}");
    let (changed, refused) = vars_outcome(VARS, &USER.replace("--at=$(HOST)", "at$(HOST)"));
    assert_eq!(changed, None);
    assert!(refused[0].contains("'$(HOST)' is no part between delimiters of 'at$(HOST)'"), "{refused:?}");
    let (changed, refused) = vars_outcome(VARS, &USER.replace("$(HOST)", "host"));
    assert_eq!(changed, None);
    assert!(refused[0].contains("nothing that the folder gathers uses the var 'HOST'"), "{refused:?}");
}

#[test]
fn what_an_overlay_adds_to_a_name_is_proved_to_be_lost() {
    let user = USER.replace("http://$(HOST):$(PORT)", "$(HOST)");
    let overlay = "resources: [../base]\nnamePrefix: p-\n";
    let files = [
        ("base/kustomization.yaml", VARS),
        ("base/user.yaml", &*user),
        ("base/host.yaml", HOST),
        ("overlay/kustomization.yaml", overlay),
    ];
    let plan = plan(&files, &asked(&["deprecated-kustomize-field"]), false);
    let (texts, refused) = outcome(&plan);
    assert_eq!(texts.get("base/kustomization.yaml"), Some(&VARS));
    assert_eq!(refused, ["not proved to render the same: 'overlay' would render something else"]);
}

#[test]
fn other_fields_are_replaced_though_vars_are_left() {
    let both = format!("{VARS}commonLabels: {{a: b}}\n");
    let (changed, refused) = vars_outcome(&both, &USER.replace("--at=$(HOST)", "at$(HOST)"));
    let changed = changed.unwrap();
    assert!(changed.contains("vars:") && changed.contains("includeSelectors: true"), "{changed}");
    assert_eq!(refused.len(), 1, "{refused:?}");
}

const OLD_CHARTS: &str = "# charts
helmChartInflationGenerator: # what runs
# the shop's own
- chartName: shop # here
  chartVersion: \"1.10\" # pinned
  chartRepoUrl: https://charts.example.org
  values: values.yaml
  chartHome: home # where they are
  releaseName: s
- {chartName: db, valuesLocal: {a: 1}, chartHome: home}
";

const NEW_CHARTS: &str = "# charts
helmGlobals:
  chartHome: home
helmCharts: # what runs
# the shop's own
# where they are
- name: shop # here
  version: \"1.10\" # pinned
  repo: https://charts.example.org
  valuesFile: values.yaml
  releaseName: s
- name: db
  valuesInline: {a: 1}
";

fn charts_outcome(kustomization: &str) -> (String, Vec<String>) {
    let files = [
        ("kustomization.yaml", kustomization),
        ("values.yaml", "a: 1\n"),
        ("home/db/values.yaml", "a: 2\nb: 3\n"),
    ];
    let plan = plan(&files, &asked(&["deprecated-kustomize-field"]), false);
    let (texts, refused) = outcome(&plan);
    // A file whose fixes are all refused is not planned for at all.
    (texts.get("kustomization.yaml").copied().unwrap_or(kustomization).to_owned(), refused)
}

#[test]
fn old_charts_become_those_of_today_where_the_same_is_asked_for() {
    assert_eq!(charts_outcome(OLD_CHARTS), (NEW_CHARTS.to_owned(), Vec::new()));
}

#[test]
fn old_charts_come_behind_those_of_today() {
    let both = format!("helmCharts:\n- {{name: db}}\nhelmGlobals: {{chartHome: home}}\n{OLD_CHARTS}");
    let (text, refused) = charts_outcome(&both);
    assert_eq!(refused, [""; 0]);
    assert!(text.contains("- {name: db}\n") && text.contains("name: shop # here\n"), "{text}");
    assert!(!text.contains("helmChartInflationGenerator"), "{text}");
}

#[test]
fn old_charts_that_cannot_be_proved_are_left_by_name() {
    let missing = OLD_CHARTS.replace("values.yaml", "none.yaml");
    let (text, refused) = charts_outcome(&missing);
    assert_eq!(text, missing);
    assert!(refused[0].contains("'.' cannot be built: cannot read 'none.yaml'"), "{refused:?}");
    let unknown = OLD_CHARTS.replace("releaseName: s", "releaseNames: s");
    assert_eq!(charts_outcome(&unknown).0, unknown);
}
