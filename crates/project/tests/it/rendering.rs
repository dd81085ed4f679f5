//! What kustomizations render: each finding once, at the line to edit, with every root that it reaches.

use std::collections::BTreeMap;
use std::sync::Arc;

use config::Config;
use inventory::Reason;
use project::{NoProgress, Rendered, RootCounts, Scan, ScanRequest, scan, scan_rendered};
use tree::{Memory, Tree};

use super::request;

const ROOT: &str = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n";

/// A finding as tests look at it: `path:line check [roots]`.
fn told(scan: &Scan, files: &BTreeMap<String, String>) -> Vec<String> {
    let lines = scan.findings.iter().map(|finding| {
        let (span, _) = scan.inventory.texts.resolve(finding.span).unwrap();
        let path = scan.inventory.texts.path(span.text).unwrap();
        let line = files[path][..span.range().start].matches('\n').count() + 1;
        format!("{path}:{line} {} [{}]", finding.check, finding.roots.join(" "))
    });
    lines.collect()
}

fn tree(files: &BTreeMap<String, String>) -> Arc<dyn Tree + Send> {
    let files = files.iter().map(|(path, text)| (path.clone(), text.clone()));
    Arc::new(files.collect::<Memory>())
}

fn files(files: &[(&str, &str)]) -> BTreeMap<String, String> {
    let text = |text: &str| {
        if text.starts_with("kustomization:") {
            text.replacen("kustomization:\n", ROOT, 1)
        } else {
            text.to_owned()
        }
    };
    files.iter().map(|(path, content)| ((*path).to_owned(), text(content))).collect()
}

fn asked(check: &str) -> ScanRequest {
    ScanRequest { only: vec![check.to_owned()], ..request() }
}

fn rendered(files: &BTreeMap<String, String>, request: &ScanRequest) -> Scan {
    let rendered = Rendered { tree: &tree(files), kustomizations: true, charts: None, fleet: None };
    scan_rendered(rendered, &Config::default(), request, &NoProgress).unwrap()
}

const OLD: &str = "apiVersion: batch/v1beta1\nkind: CronJob\nmetadata:\n  name: a\nspec:\n  schedule: x\n";

#[test]
fn what_a_file_says_is_found_once_with_all_the_roots_that_render_it() {
    let files = files(&[
        ("base/kustomization.yaml", "kustomization:\nresources: [old.yaml]\n"),
        ("base/old.yaml", OLD),
        (
            "prod/kustomization.yaml",
            "kustomization:\nresources: [../base]\nnamespace: prod\nnamePrefix: p-\n",
        ),
        ("stage/kustomization.yaml", "kustomization:\nresources: [../base]\nnamespace: stage\n"),
        ("unused.yaml", OLD),
    ]);
    let scan = rendered(&files, &asked("removed-api"));
    let expected = ["base/old.yaml:1 removed-api [prod stage]", "unused.yaml:1 removed-api []"];
    assert_eq!(told(&scan, &files), expected);
    assert_eq!(scan.roots, Some(RootCounts { found: 2, built: 2 }));
    assert!(scan.findings[0].fix.is_some(), "the file's own fix stays");
}

#[test]
fn a_patch_that_repeats_what_the_base_says_is_named_beside_it() {
    let patch = "apiVersion: batch/v1beta1\nkind: CronJob\nmetadata:\n  name: a\nspec:\n  schedule: y\n";
    let files = files(&[
        ("base/kustomization.yaml", "kustomization:\nresources: [old.yaml]\n"),
        ("base/old.yaml", OLD),
        ("prod/kustomization.yaml", "kustomization:\nresources: [../base]\npatches:\n- path: patch.yaml\n"),
        ("prod/patch.yaml", patch),
    ]);
    let scan = rendered(&files, &asked("removed-api"));
    let expected = ["base/old.yaml:1 removed-api [prod]", "prod/patch.yaml:1 removed-api [prod]"];
    assert_eq!(told(&scan, &files), expected);
}

const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\nspec:\n  containers:\n  - name: c\n    image: example.org/a:1\n";

#[test]
fn what_only_a_patch_brings_in_stands_at_its_line() {
    let inline = "kustomization:\nresources: [../base]\npatches:\n- target: {kind: Pod}\n  patch: |-\n    - op: replace\n      path: /spec/containers/0/image\n      value: k8s.gcr.io/pause:3.2\n";
    let files = files(&[
        ("base/kustomization.yaml", "kustomization:\nresources: [pod.yaml]\n"),
        ("base/pod.yaml", POD),
        ("a/kustomization.yaml", inline),
        (
            "b/kustomization.yaml",
            "kustomization:\nresources: [../base]\nimages:\n- name: example.org/a\n  newName: k8s.gcr.io/b\n",
        ),
    ]);
    let scan = rendered(&files, &asked("legacy-registry"));
    let told = told(&scan, &files);
    assert!(told.contains(&"a/kustomization.yaml:9 legacy-registry [a]".to_owned()), "{told:?}");
    assert!(told.contains(&"b/kustomization.yaml:6 legacy-registry [b]".to_owned()), "{told:?}");
}

#[test]
fn a_file_that_a_generator_embeds_is_pointed_into() {
    let config = "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nfeatureGates:\n  CSIMigration: true\n";
    let files = files(&[
        ("kustomization.yaml", "kustomization:\nconfigMapGenerator:\n- name: c\n  files: [kubelet.conf]\n"),
        ("kubelet.conf", config),
    ]);
    let scan = rendered(&files, &asked("removed-feature-gate"));
    let told = told(&scan, &files);
    assert!(told.iter().any(|told| told.starts_with("kubelet.conf:4 ") && told.ends_with("[.]")), "{told:?}");
}

#[test]
fn a_root_that_cannot_be_built_is_not_assessed_with_its_cause() {
    let files = files(&[
        ("chart/kustomization.yaml", "kustomization:\nhelmCharts:\n- name: a\n"),
        ("circle/kustomization.yaml", "kustomization:\nresources: [../round]\n"),
        ("gone/kustomization.yaml", "kustomization:\nresources: [missing.yaml]\n"),
        ("plugin/kustomization.yaml", "kustomization:\ngenerators: [p.yaml]\n"),
        ("plugin/p.yaml", "apiVersion: example.org/v1\nkind: P\nmetadata: {name: p}\n"),
        ("remote/kustomization.yaml", "kustomization:\nresources: ['https://example.org/a//b?ref=v1']\n"),
        ("round/kustomization.yaml", "kustomization:\nresources: [../circle]\n"),
    ]);
    let scan = rendered(&files, &request());
    let failed: Vec<_> =
        scan.inventory.not_assessed.iter().map(|item| (item.path.as_str(), item.reason)).collect();
    let expected = ["chart", "circle", "gone", "plugin", "remote"]
        .map(|folder| (format!("{folder}/kustomization.yaml"), Reason::RenderFailed));
    assert_eq!(failed, expected.iter().map(|(path, reason)| (path.as_str(), *reason)).collect::<Vec<_>>());
    assert!(scan.inventory.not_assessed.iter().all(|item| !item.detail.is_empty()));
    assert_eq!(scan.roots, Some(RootCounts { found: 5, built: 0 }));
}

#[test]
fn a_scan_that_is_not_asked_builds_nothing() {
    let files = files(&[("kustomization.yaml", "kustomization:\nresources: [gone.yaml]\n")]);
    let scan = scan(&*tree(&files), &Config::default(), &request(), &NoProgress).unwrap();
    assert_eq!((scan.roots, scan.inventory.not_assessed.len()), (None, 0));
}

#[test]
fn the_outcome_does_not_depend_on_the_number_of_threads() {
    let mut many = BTreeMap::new();
    for index in 0..60 {
        many.insert(format!("base/{index:02}.yaml"), OLD.replace("name: a", &format!("name: n{index}")));
        let over = format!("{ROOT}resources: [../../base]\nnamePrefix: p{index}-\n");
        many.insert(format!("over/{index:02}/kustomization.yaml"), over);
    }
    let names: Vec<String> = (0..60).map(|index| format!("{index:02}.yaml")).collect();
    many.insert("base/kustomization.yaml".to_owned(), format!("{ROOT}resources: [{}]\n", names.join(", ")));
    let by = |threads| {
        let scan = rendered(&many, &ScanRequest { threads, ..asked("removed-api") });
        (told(&scan, &many), format!("{:?}", scan.findings))
    };
    let one = by(1);
    assert_eq!(one.0.len(), 60);
    assert!(one.0[0].ends_with("over/58 over/59]"), "{}", one.0[0]);
    assert!(one == by(2) && one == by(5));
}
