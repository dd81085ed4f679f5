//! Other versions of charts that stand elsewhere: what the catalog knows of them is told, and one is taken if somebody says so and
//! what it renders is better.

use std::sync::Arc;

use fixes::{Answer, Answers};
use gitops::{Ports, Renders};
use helm::sources::{ChartSource, FindChart, FoundChart, WantedChart};
use project::{
    FixPlan, FixRequest, FleetRequest, NoProgress, Rendered, Scan, ScanRequest, plan_fixes, scan_rendered,
};
use tree::{Memory, Tree};

use super::fleets::{World, kustomization, release};

const INGRESS: &str = "kind: Ingress\nmetadata: {name: a}\nspec: {rules: [{host: a}]}\n";

/// Charts that were fetched, by the words that ask for them, each with the API version that its Ingress says.
struct Shelf(Vec<(&'static str, &'static str)>);

impl ChartSource for Shelf {
    fn archive(&self, wanted: &WantedChart) -> Result<FoundChart, FindChart> {
        let shown = wanted.shown();
        let Some((words, api)) = self.0.iter().find(|(words, _)| shown.contains(words)) else {
            return Err(FindChart::Offline(Box::new(wanted.clone())));
        };
        let version = words.rsplit([' ', ':']).next().unwrap().replace('x', "1.0");
        // Whatever else is asked for has this version.
        let version =
            if version.starts_with(|it: char| it.is_ascii_digit()) { version } else { "3.36.0".to_owned() };
        let name = if words.contains("keda") { "keda" } else { "ingress-nginx" };
        let metadata = format!("apiVersion: v2\nname: {name}\nversion: {version}\nappVersion: 0.1.0\n");
        let template = format!("apiVersion: {api}\n{INGRESS}");
        let files = [("c/Chart.yaml", metadata.into_bytes()), ("c/templates/a.yaml", template.into_bytes())];
        let tree: Arc<dyn Tree + Send> = Arc::new(files.into_iter().collect::<Memory>());
        Ok(FoundChart::Folder { tree, folder: "c".to_owned(), address: shown, commit: String::new() })
    }
}

fn world(chart: &str, version: &str) -> World {
    let take = format!(
        "  chart:\n    spec:\n      chart: {chart}\n      version: {version}\n      sourceRef: {{kind: HelmRepository, name: r}}\n"
    );
    let repository = "apiVersion: source.toolkit.fluxcd.io/v1\nkind: HelmRepository\nmetadata: {name: r, namespace: default}\nspec: {url: 'https://charts.example.org'}\n";
    let mut world = World::new(vec![
        ("clusters/prod/apps.yaml", kustomization("apps", "./apps", "")),
        ("apps/r.yaml", release(&take)),
        ("apps/s.yaml", repository.to_owned()),
    ]);
    let (from, to) = ("1.21".parse().ok(), "1.22".parse().ok());
    let only = vec!["removed-api".to_owned()];
    world.request = ScanRequest { from, to, only, ..world.request };
    world
}

fn fixed(world: &World, shelf: &Shelf, choice: Option<&str>) -> (Scan, FixPlan) {
    let ports = Ports { charts: shelf, ..Ports::offline() };
    let renders = Renders::default();
    let fleet = Some(FleetRequest { ports: &ports, renders: &renders, now_nanoseconds: 0 });
    let (tree, config, request) = (world.tree(), world.config(), &world.request);
    let mut answers = Answers::none();
    if let Some(choice) = choice {
        answers.answer("chart-version", Answer::Choice(choice.to_owned()));
    }
    let rendered = Rendered { tree: &tree, kustomizations: false, charts: None, fleet };
    let scan = scan_rendered(rendered, &config, request, &NoProgress).unwrap();
    let fix = FixRequest { request, scan: &scan, answers: &answers, kustomize: false, charts: None, fleet };
    let plan = plan_fixes(&tree, &config, fix).unwrap();
    (scan, plan)
}

/// The line that says the version, the questions, and why something is not fixed.
fn told(plan: &FixPlan) -> Vec<String> {
    assert_eq!(plan.files.len(), 1);
    let file = &plan.files[0];
    let text = String::from_utf8(file.after.clone()).unwrap();
    let line = text.lines().find(|line| line.contains("version:")).unwrap().trim().to_owned();
    let questions =
        file.questions.iter().map(|asking| format!("ask {}: {}", asking.question.id, asking.question.text));
    let refused = file.refused.iter().map(|unfixed| format!("not: {}", unfixed.why));
    let notes = file.notes.iter().map(|(_, note)| format!("note: {}", note.text));
    std::iter::once(line).chain(questions).chain(refused).chain(notes).collect()
}

const OLD: (&str, &str) = ("ingress-nginx 3.36.0", "networking.k8s.io/v1beta1");
const NEW: (&str, &str) = ("ingress-nginx 4.0.1", "networking.k8s.io/v1");
const KNOWN: &str = "the catalog knows 4.0.1 of it for 1.21 to 1.22 (chart kubeVersion >=1.19.0-0)";

#[test]
fn what_the_catalog_knows_is_told_and_never_taken_unasked() {
    let (scan, plan) = fixed(&world("ingress-nginx", "3.36.0"), &Shelf(vec![OLD, NEW]), None);
    assert!(scan.findings[0].remedy.ends_with(KNOWN), "{}", scan.findings[0].remedy);
    let question = format!("ask chart-version: {KNOWN}; it renders more than what is at fault otherwise");
    assert_eq!(told(&plan), ["version: 3.36.0".to_owned(), question]);
}

#[test]
fn a_version_is_taken_if_what_it_renders_is_better() {
    let world = world("ingress-nginx", "'3.36.0' # pinned");
    let (_, plan) = fixed(&world, &Shelf(vec![OLD, NEW]), Some("take"));
    assert_eq!(
        told(&plan),
        [
            "version: '4.0.1' # pinned",
            "note: another version of a chart changes more than what is at fault: look at `liftlock diff`"
        ]
    );
    let same = (NEW.0, OLD.1);
    let (_, plan) = fixed(&world, &Shelf(vec![OLD, same]), Some("take"));
    assert_eq!(
        told(&plan),
        [
            "version: '3.36.0' # pinned",
            "not: the other version is not taken: 'HelmRelease default/web of prod' would still render Ingress a so"
        ]
    );
    let (_, plan) = fixed(&world, &Shelf(vec![OLD, NEW]), Some("leave"));
    assert_eq!(told(&plan), ["version: '3.36.0' # pinned", "not: left as it is by answer"]);
}

#[test]
fn a_version_that_was_not_fetched_is_taken_only_by_an_answer_that_says_so() {
    let world = world("ingress-nginx", "3.36.0");
    let missing = "chart ingress-nginx 4.0.1 of https://charts.example.org is not in the cache";
    let (_, plan) = fixed(&world, &Shelf(vec![OLD]), Some("take"));
    let hint = "set the version, run `liftlock fetch`, and scan again, or answer 'take-unproved'";
    assert_eq!(told(&plan)[1], format!("not: the other version is not taken: {missing}: {hint}"));
    let (_, plan) = fixed(&world, &Shelf(vec![OLD]), Some("take-unproved"));
    let note = format!("note: not proved: {missing}; `liftlock fetch` brings it");
    assert_eq!(told(&plan), ["version: 4.0.1".to_owned(), note]);
}

#[test]
fn what_the_catalog_does_not_know_is_told() {
    let world = world("ingress-nginx", "99.0.0");
    let (scan, plan) = fixed(&world, &Shelf(vec![("ingress-nginx 99.0.0", OLD.1)]), Some("take"));
    assert!(scan.findings[0].fix.is_none() && plan.files.is_empty());
    let told = "the catalog knows no newer version of ingress-nginx for 1.21 to 1.22";
    assert!(scan.findings[0].remedy.ends_with(told), "{}", scan.findings[0].remedy);
}

#[test]
fn a_range_is_left_as_it_is_and_what_is_known_is_told() {
    let shelf = Shelf(vec![("ingress-nginx 3.x", OLD.1)]);
    let (scan, plan) = fixed(&world("ingress-nginx", "3.x"), &shelf, Some("take"));
    assert!(scan.findings[0].fix.is_none() && plan.files.is_empty());
    assert!(scan.findings[0].remedy.contains("the catalog knows 4.0.1 of it"), "{}", scan.findings[0].remedy);
}

const OCI_OLD: (&str, &str) = ("ingress-nginx:3.36.0", OLD.1);
const OCI_NEW: (&str, &str) = ("ingress-nginx:4.0.1", NEW.1);

/// The lines that change, and what is asked, refused and noted, by file.
fn changes(plan: &FixPlan) -> Vec<String> {
    let mut told = Vec::new();
    for file in &plan.files {
        let (before, after) = (String::from_utf8_lossy(&file.before), String::from_utf8_lossy(&file.after));
        let lines = before.lines().zip(after.lines()).filter(|(before, after)| before != after);
        told.extend(lines.map(|(_, after)| format!("{}: {}", file.path, after.trim())));
        told.extend(file.refused.iter().map(|unfixed| format!("{} not: {}", file.path, unfixed.why)));
        told.extend(file.questions.iter().map(|asking| format!("{} ask: {}", file.path, asking.question.id)));
    }
    told
}

fn remedies(scan: &Scan) -> Vec<&str> {
    scan.findings.iter().map(|finding| finding.remedy.as_str()).collect()
}

fn of_files(files: super::fleets::Files) -> World {
    let mut world = World::new(files);
    let (from, to) = ("1.21".parse().ok(), "1.22".parse().ok());
    world.request = ScanRequest { from, to, only: vec!["removed-api".to_owned()], ..world.request };
    world
}

/// A release that takes its chart by another object, which another unit of the cluster renders.
fn by_reference(kind: &str, object: &str) -> World {
    of_files(vec![
        ("clusters/prod/apps.yaml", kustomization("apps", "./apps", "")),
        ("clusters/prod/sources.yaml", kustomization("sources", "./sources", "")),
        ("apps/r.yaml", release(&format!("  chartRef: {{kind: {kind}, name: web, namespace: default}}\n"))),
        (
            "sources/web.yaml",
            format!(
                "apiVersion: source.toolkit.fluxcd.io/v1\nkind: {kind}\nmetadata: {{name: web, namespace: default}}\nspec:\n{object}"
            ),
        ),
        (
            "sources/r.yaml",
            "apiVersion: source.toolkit.fluxcd.io/v1\nkind: HelmRepository\nmetadata: {name: r, namespace: default}\nspec: {url: 'https://charts.example.org'}\n".to_owned(),
        ),
    ])
}

const REGISTRY: &str = "  url: oci://registry.example.org/ingress-nginx\n";

#[test]
fn a_version_is_taken_in_the_object_that_a_release_refers_to() {
    let chart = "  chart: ingress-nginx\n  version: 3.36.0\n  sourceRef: {kind: HelmRepository, name: r}\n";
    for (kind, object, expected) in [
        ("OCIRepository", format!("{REGISTRY}  ref:\n    tag: 3.36.0 # here\n"), "tag: 4.0.1 # here"),
        ("OCIRepository", format!("{REGISTRY}  ref:\n    semver: '3.36.0'\n"), "semver: '4.0.1'"),
        ("HelmChart", chart.to_owned(), "version: 4.0.1"),
    ] {
        let world = by_reference(kind, &object);
        let shelf = Shelf(vec![OCI_OLD, OCI_NEW, OLD, NEW]);
        let (scan, plan) = fixed(&world, &shelf, None);
        assert!(remedies(&scan)[0].ends_with(KNOWN), "{:?}", remedies(&scan));
        assert_eq!(changes(&plan), ["sources/web.yaml ask: chart-version"], "{kind}");
        let (_, plan) = fixed(&world, &shelf, Some("take"));
        assert_eq!(changes(&plan), [format!("sources/web.yaml: {expected}")], "{kind}");
    }
}

#[test]
fn what_is_no_single_version_in_such_an_object_is_left_and_told() {
    for (reference, expected) in [
        ("semver: ^3.36", "'^3.36' is no single version, and is not replaced by one"),
        ("tag: 3.36.0\n    digest: sha256:DIGEST", "it is taken by its digest, whatever else is said"),
        ("tag: latest", "'latest' is no single version, and is not replaced by one"),
        ("tag: ''", "no tag is said"),
    ] {
        let reference = reference.replace("DIGEST", &"a1".repeat(32));
        let world = by_reference("OCIRepository", &format!("{REGISTRY}  ref:\n    {reference}\n"));
        let shelf = Shelf(vec![("registry.example.org/ingress-nginx", OLD.1)]);
        let (scan, plan) = fixed(&world, &shelf, Some("take"));
        assert!(plan.files.is_empty(), "{reference}");
        let told = remedies(&scan);
        let is_told = |remedy: &&str| remedy.ends_with(&format!("by hand, since {expected}"));
        assert!(told.iter().any(is_told), "{expected}: {told:?} {:?}", scan.inventory.not_assessed);
    }
}

fn argo(files: super::fleets::Files) -> World {
    of_files(files)
}

const CHART: &str = "repoURL: 'https://charts.example.org'";

#[test]
fn of_several_sources_the_one_whose_chart_is_at_fault_is_edited() {
    let application = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: web, namespace: argocd}\nspec:\n  destination: {server: 'https://kubernetes.default.svc', namespace: web}\n  sources:\n";
    let source = |version: &str, name: &str| {
        format!(
            "  - {CHART}\n    chart: ingress-nginx\n    targetRevision: {version}\n    helm: {{releaseName: {name}}}\n"
        )
    };
    let text = format!("{application}{}{}", source("4.0.1", "good"), source("\"3.36.0\"", "bad"));
    let world = argo(vec![("argocd/web.yaml", text)]);
    let shelf = Shelf(vec![("ingress-nginx 3.36.0", OLD.1), ("ingress-nginx 4.0.1", NEW.1)]);
    let (scan, plan) = fixed(&world, &shelf, Some("take"));
    // Both sources render an Ingress of one name, of which the last counts.
    assert_eq!(changes(&plan), ["argocd/web.yaml: targetRevision: \"4.0.1\""], "{:?}", remedies(&scan));
}

fn set(template: &str, elements: &str) -> World {
    let text = format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {{name: web, namespace: argocd}}\nspec:\n  generators:\n  - list:\n      elements:\n{elements}  template:\n    metadata: {{name: 'web-{{{{name}}}}'}}\n    spec:\n      destination: {{server: 'https://kubernetes.default.svc', namespace: 'n-{{{{name}}}}'}}\n      source:\n        {CHART}\n        chart: ingress-nginx\n        targetRevision: {template}\n"
    );
    argo(vec![("argocd/web.yaml", text)])
}

#[test]
fn the_version_of_an_application_that_a_set_makes_is_taken_where_one_line_of_the_set_says_it() {
    let shelf = Shelf(vec![OLD, NEW]);
    let element = |name: &str, version: &str| format!("      - {{name: {name}, version: {version}}}\n");
    let two = format!("{}{}", element("a", "3.36.0"), element("b", "4.0.1"));
    let same = format!("{}{}", element("a", "3.36.0"), element("b", "3.36.0"));
    for (template, elements, expected) in [
        ("3.36.0", &two, vec!["argocd/web.yaml: targetRevision: 4.0.1"]),
        ("'{{version}}'", &two, vec!["argocd/web.yaml: - {name: a, version: 4.0.1}"]),
        ("'{{version}}'", &same, vec![]),
        ("'3.{{version}}'", &two.replace("3.36.0", "36.0").replace("4.0.1", "36.0"), vec![]),
    ] {
        let (scan, plan) = fixed(&set(template, elements), &shelf, Some("take"));
        assert_eq!(changes(&plan), expected, "{template} {:?}", remedies(&scan));
        if expected.is_empty() {
            assert!(remedies(&scan).iter().all(|remedy| remedy.contains("by hand, since ")), "{template}");
        }
    }
}

/// A kustomization that Argo CD builds with charts rendered.
fn inflated(entries: &str) -> World {
    argo(vec![
        (
            "argocd/settings.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: argocd-cm, namespace: argocd}\ndata: {kustomize.buildOptions: --enable-helm}\n".to_owned(),
        ),
        (
            "argocd/web.yaml",
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: web, namespace: argocd}\nspec:\n  destination: {server: 'https://kubernetes.default.svc', namespace: web}\n  source: {repoURL: 'https://example.com/org/repo.git', path: web}\n".to_owned(),
        ),
        ("web/kustomization.yaml", format!("helmCharts:\n{entries}")),
    ])
}

#[test]
fn the_version_of_a_chart_of_a_kustomization_is_taken_in_its_entry() {
    let entry = |version: &str, more: &str| {
        format!(
            "- name: ingress-nginx\n  repo: https://charts.example.org\n  version: {version}\n  releaseName: web\n{more}"
        )
    };
    let shelf = Shelf(vec![OLD, NEW, ("ingress-nginx ^3.36", OLD.1)]);
    let (scan, plan) = fixed(&inflated(&entry("3.36.0 # one", "")), &shelf, Some("take"));
    assert_eq!(changes(&plan), ["web/kustomization.yaml: version: 4.0.1 # one"], "{:?}", remedies(&scan));
    let is_told = |scan: &Scan, reason: &str| {
        let told = remedies(scan);
        let is_told = told.iter().any(|remedy| remedy.ends_with(&format!("by hand, since {reason}")));
        assert!(is_told, "{reason}: {told:?} {:?}", scan.inventory.not_assessed);
    };
    let (scan, plan) = fixed(&inflated(&entry("^3.36", "")), &shelf, Some("take"));
    assert!(plan.files.is_empty());
    is_told(&scan, "'^3.36' is no single version, and is not replaced by one");
    let based = |one: &str, two: &str| {
        let mut world = inflated("");
        world.files[2].1 = "resources: [one, two]\n".to_owned();
        let base = |prefix: &str, version: &str| {
            format!("namePrefix: {prefix}-\nhelmCharts:\n{}", entry(version, ""))
        };
        world.files.push(("web/one/kustomization.yaml", base("one", one)));
        world.files.push(("web/two/kustomization.yaml", base("two", two)));
        world
    };
    let (scan, plan) = fixed(&based("4.0.1", "3.36.0"), &shelf, Some("take"));
    assert_eq!(changes(&plan), ["web/two/kustomization.yaml: version: 4.0.1"], "{:?}", remedies(&scan));
    let (scan, plan) = fixed(&based("3.36.0", "3.36.0"), &shelf, Some("take"));
    assert!(plan.files.is_empty());
    is_told(&scan, "2 entries of `helmCharts` take the same version of it");
}

/// Two releases of one chart, each at its own line.
fn two(first: &str, second: &str) -> World {
    let one = |name: &str, chart: &str, version: &str| {
        release(&format!(
            "  chart:\n    spec:\n      chart: {chart}\n      version: {version}\n      sourceRef: {{kind: HelmRepository, name: r}}\n"
        ))
        .replace("name: web", &format!("name: {name}"))
    };
    let mut world = world("ingress-nginx", first);
    world.files[1].1 = one("web", "ingress-nginx", first);
    world.files.push(("apps/t.yaml", one("other", "ingress-nginx", second)));
    world
}

#[test]
fn versions_that_hold_together_are_taken_together() {
    let (_, plan) = fixed(
        &two("3.36.0", "3.35.0"),
        &Shelf(vec![OLD, ("ingress-nginx 3.35.0", OLD.1), NEW]),
        Some("take"),
    );
    assert_eq!(changes(&plan), ["apps/r.yaml: version: 4.0.1", "apps/t.yaml: version: 4.0.1"]);
}

#[test]
fn of_versions_that_do_not_hold_together_those_are_taken_that_hold_alone() {
    let mut world = two("3.36.0", "3.36.0");
    // Another repository has a chart of this name which renders the same in all versions.
    world.files[3].1 = world.files[3].1.replace("name: r}", "name: other}");
    let repository = world.files[2].1.replace("name: r,", "name: other,").replace("charts.", "other.");
    world.files.push(("apps/u.yaml", repository));
    let shelf = Shelf(vec![("of https://other.example.org", OLD.1), OLD, NEW]);
    let (_, plan) = fixed(&world, &shelf, Some("take"));
    assert_eq!(
        changes(&plan),
        [
            "apps/r.yaml: version: 4.0.1",
            "apps/t.yaml not: the other version is not taken: 'HelmRelease default/other of prod' would still render Ingress a so; alone these hold: 'ingress-nginx' 4.0.1 in 'apps/r.yaml'"
        ]
    );
}

#[test]
fn where_no_version_holds_nothing_is_taken_and_that_is_told() {
    let (_, plan) = fixed(&two("3.36.0", "3.36.0"), &Shelf(vec![OLD, (NEW.0, OLD.1)]), Some("take"));
    let told = changes(&plan);
    let ends =
        |line: &String| line.ends_with("would still render Ingress a so; none of the versions holds alone");
    assert!(told.len() == 2 && told.iter().all(ends), "{told:?}");
}
