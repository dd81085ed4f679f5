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
        let version = words.rsplit(' ').next().unwrap().replace('x', "1.0");
        let metadata =
            format!("apiVersion: v2\nname: ingress-nginx\nversion: {version}\nappVersion: 0.1.0\n");
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
            "not: not proved to render the same: 'HelmRelease default/web of prod' would still render Ingress a so"
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
    assert_eq!(told(&plan)[1], format!("not: not proved to render the same: {missing}: {hint}"));
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
