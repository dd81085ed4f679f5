//! What clusters get: each finding once, at the line to edit, with every unit and cluster that it reaches.

use std::sync::Arc;

use config::Config;
use fixes::Answers;
use gitops::{Ports, Renders};
use inventory::Reason;
use project::{
    FixPlan, FixRequest, FleetCounts, FleetRequest, NoProgress, Rendered, Scan, ScanRequest, plan_fixes,
    scan_rendered,
};
use text::TextId;
use tree::{Memory, Tree};

use super::request;

pub(crate) type Files = Vec<(&'static str, String)>;

/// A repository whose files are scanned with all that clusters get.
pub(crate) struct World {
    pub(crate) files: Files,
    pub(crate) config: &'static str,
    pub(crate) request: ScanRequest,
}

impl World {
    pub(crate) fn new(files: Files) -> Self {
        let only = vec!["removed-api".to_owned(), "inline-patch-old-api".to_owned()];
        let (from, to) = ("1.24".parse().ok(), "1.26".parse().ok());
        Self { files, config: "", request: ScanRequest { only, from, to, ..request() } }
    }

    pub(crate) fn tree(&self) -> Arc<dyn Tree + Send> {
        let files = self.files.iter().map(|(path, text)| (*path, text.as_bytes().to_vec()));
        Arc::new(files.collect::<Memory>())
    }

    pub(crate) fn config(&self) -> Config {
        config::read(TextId(0), self.config.as_bytes(), &[]).unwrap()
    }

    /// The scan, and the plan of its fixes.
    pub(crate) fn fixed(&self) -> (Scan, FixPlan) {
        let ports = Ports::offline();
        let renders = Renders::default();
        let fleet = Some(FleetRequest { ports: &ports, renders: &renders, now_nanoseconds: 0 });
        let (tree, config, answers) = (self.tree(), self.config(), Answers::none());
        let rendered = Rendered { tree: &tree, kustomizations: false, charts: None, fleet };
        let scan = scan_rendered(rendered, &config, &self.request, &NoProgress).unwrap();
        let request = &self.request;
        let fix =
            FixRequest { request, scan: &scan, answers: &answers, kustomize: false, charts: None, fleet };
        let plan = plan_fixes(&tree, &config, fix).unwrap();
        (scan, plan)
    }

    pub(crate) fn scan(&self) -> Scan {
        self.fixed().0
    }

    /// Each finding in a line: where, which, in what clusters, by which units, and what else is to be seen.
    fn told(&self, scan: &Scan) -> Vec<String> {
        let place = |span| {
            let (span, _) = scan.inventory.texts.resolve(span).unwrap();
            let path = scan.inventory.texts.path(span.text).unwrap();
            let (_, text) = self.files.iter().find(|(known, _)| *known == path).unwrap();
            let line = text[..span.range().start].matches('\n').count() + 1;
            format!("{path}:{line}")
        };
        let line = |finding: &checks::Finding| {
            let units = finding.units.iter().map(|unit| {
                let name = unit.unit.rsplit('/').next().unwrap();
                format!("{} by {name} in {} at {}", unit.object, unit.cluster, minors(&unit.minors))
            });
            let related = finding.related.iter().map(|(span, what)| format!("{what} {}", place(*span)));
            let parts: Vec<String> = units.chain(related).collect();
            let deployed = match finding.is_deployed {
                Some(true) => "deployed",
                Some(false) => "not deployed",
                None => "unknown",
            };
            let clusters = finding.clusters.join(" ");
            format!("{} {} [{clusters}] {deployed}: {}", place(finding.span), finding.check, parts.join("; "))
        };
        scan.findings.iter().map(line).collect()
    }
}

fn minors(minors: &[version::Minor]) -> String {
    minors.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

pub(crate) fn kustomization(name: &str, path: &str, more: &str) -> String {
    format!(
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {{name: {name}, namespace: flux-system}}\nspec:\n  path: {path}\n  sourceRef: {{kind: GitRepository, name: flux-system}}\n{more}"
    )
}

pub(crate) fn release(more: &str) -> String {
    format!(
        "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {{name: web, namespace: default}}\nspec:\n{more}"
    )
}

pub(crate) const OLD: &str =
    "apiVersion: batch/v1beta1\nkind: CronJob\nmetadata:\n  name: a\nspec:\n  schedule: x\n";

#[test]
fn a_base_is_found_once_with_all_the_units_that_render_it() {
    let overlay = |namespace| format!("resources: [../../base]\nnamespace: {namespace}\n");
    let world = World::new(vec![
        ("clusters/prod/apps.yaml", kustomization("apps", "./apps/prod", "")),
        ("clusters/stage/apps.yaml", kustomization("apps", "./apps/stage", "")),
        ("apps/prod/kustomization.yaml", overlay("prod")),
        ("apps/stage/kustomization.yaml", overlay("stage")),
        ("base/kustomization.yaml", "resources: [job.yaml]\n".to_owned()),
        ("base/job.yaml", OLD.to_owned()),
    ]);
    let scan = world.scan();
    assert_eq!(
        world.told(&scan),
        [
            "base/job.yaml:1 removed-api [prod stage] deployed: CronJob prod/a by apps in prod at 1.24 1.25 1.26; CronJob stage/a by apps in stage at 1.24 1.25 1.26"
        ]
    );
    assert_eq!(scan.fleet, Some(FleetCounts { clusters: 2, units: 4, rendered: 4, to_fetch: 0 }));
}

#[test]
fn a_file_that_nothing_deploys_is_told_with_the_line_that_leaves_it_out() {
    let mut world = World::new(vec![
        ("clusters/prod/apps.yaml", kustomization("apps", "./apps", "")),
        ("apps/kustomization.yaml", "resources:\n- web.yaml\n#- old\n".to_owned()),
        ("apps/web.yaml", "apiVersion: v1\nkind: Service\nmetadata: {name: web}\n".to_owned()),
        ("apps/old/job.yaml", OLD.to_owned()),
        ("attic/job.yaml", OLD.to_owned()),
    ]);
    assert_eq!(
        world.told(&world.scan()),
        [
            "apps/old/job.yaml:1 removed-api [] not deployed: leaves the file out apps/kustomization.yaml:3",
            "attic/job.yaml:1 removed-api [] not deployed: "
        ]
    );
    world.files[1].1 = "resources:\n- web.yaml\n- old/job.yaml\n".to_owned();
    assert_eq!(
        world.told(&world.scan()),
        [
            "apps/old/job.yaml:1 removed-api [prod] deployed: CronJob a by apps in prod at 1.24 1.25 1.26",
            "attic/job.yaml:1 removed-api [] not deployed: "
        ]
    );
}

#[test]
fn where_a_unit_is_not_assessed_nobody_says_that_its_files_are_not_deployed() {
    let more = "  postBuild: {substituteFrom: [{kind: Secret, name: gone}]}\n";
    let world = World::new(vec![
        ("clusters/prod/apps.yaml", kustomization("apps", "./apps", more)),
        ("apps/job.yaml", OLD.to_owned()),
    ]);
    let scan = world.scan();
    assert_eq!(world.told(&scan), ["apps/job.yaml:1 removed-api [] unknown: "]);
    let left: Vec<_> = scan
        .inventory
        .not_assessed
        .iter()
        .map(|item| (item.path.as_str(), item.reason, item.detail.as_str()))
        .collect();
    assert_eq!(
        left,
        [(
            "clusters/prod/apps.yaml",
            Reason::UnitLacks,
            "Kustomization flux-system/apps of prod: Secret flux-system/gone is rendered by no unit"
        )]
    );
}

const CHART: [(&str, &str); 2] = [
    ("charts/web/Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n"),
    (
        "charts/web/templates/job.yaml",
        "{{- if .Capabilities.APIVersions.Has \"batch/v1beta1\" }}\napiVersion: batch/v1beta1\n{{- else }}\napiVersion: batch/v1\n{{- end }}\nkind: CronJob\nmetadata:\n  name: switching\n---\napiVersion: {{ .Values.api }}\nkind: CronJob\nmetadata:\n  name: valued\n",
    ),
];

#[test]
fn values_of_a_release_and_branches_of_its_chart_are_the_places_to_edit() {
    let release = release(
        "  chart: {spec: {chart: ./charts/web, sourceRef: {kind: GitRepository, name: flux-system, namespace: flux-system}}}\n  values:\n    api: batch/v1beta1\n",
    );
    let mut files = vec![
        ("clusters/prod/apps.yaml", kustomization("apps", "./apps", "")),
        ("apps/release.yaml", release),
    ];
    files.extend(CHART.map(|(path, text)| (path, text.to_owned())));
    let world = World::new(files);
    // The branch is taken at 1.24 alone, and there it is what the next hop breaks.
    assert_eq!(
        world.told(&world.scan()),
        [
            "apps/release.yaml:7 removed-api [prod] deployed: CronJob valued by web in prod at 1.24 1.25 1.26",
            "charts/web/templates/job.yaml:2 removed-api [prod] deployed: CronJob switching by web in prod at 1.24",
        ]
    );
}

#[test]
fn a_template_that_a_cluster_gets_is_judged_by_what_is_rendered_of_it() {
    let release = release(
        "  chart: {spec: {chart: ./charts/web, sourceRef: {kind: GitRepository, name: flux-system, namespace: flux-system}}}\n  values:\n    api: batch/v1\n",
    );
    let mut files = vec![
        ("clusters/prod/apps.yaml", kustomization("apps", "./apps", "")),
        ("apps/release.yaml", release),
        ("charts/unused/Chart.yaml", "apiVersion: v2\nname: unused\nversion: 1.0.0\n".to_owned()),
        ("charts/unused/templates/job.yaml", "apiVersion: {{ .Values.api }}\n".to_owned()),
    ];
    files.extend(CHART.map(|(path, text)| (path, text.to_owned())));
    let scan = World::new(files).scan();
    let open: Vec<(&str, Reason)> =
        scan.inventory.not_assessed.iter().map(|item| (item.path.as_str(), item.reason)).collect();
    assert_eq!(open, [("charts/unused/templates/job.yaml", Reason::NeedsRendering)]);
}

#[test]
fn a_base_of_clusters_of_several_versions_is_judged_for_each() {
    let files = vec![
        ("clusters/prod/apps.yaml", kustomization("apps", "./apps", "")),
        ("clusters/stage/apps.yaml", kustomization("apps", "./apps", "")),
        ("apps/job.yaml", OLD.to_owned()),
    ];
    let mut world = World::new(files);
    world.request = ScanRequest { from: None, to: None, ..world.request };
    world.config = "clusters:\n- {name: prod, version: '1.22', target: '1.23'}\n- {name: stage, version: '1.24', target: '1.25'}\n";
    assert_eq!(
        world.told(&world.scan()),
        ["apps/job.yaml:1 removed-api [stage] deployed: CronJob a by apps in stage at 1.24 1.25"]
    );
}

#[test]
fn a_fix_of_a_base_and_of_the_patch_in_a_kustomization_is_proved_by_what_clusters_get() {
    let patch = "  patches:\n  - patch: |\n      apiVersion: batch/v1beta1\n      kind: CronJob\n      metadata: {name: a}\n      spec: {suspend: true}\n";
    let world = World::new(vec![
        ("clusters/prod/apps.yaml", kustomization("apps", "./apps", patch)),
        ("apps/job.yaml", OLD.to_owned()),
    ]);
    let (_, plan) = world.fixed();
    let after: Vec<(&str, bool)> =
        plan.files.iter().map(|file| (file.path.as_str(), file.is_change())).collect();
    assert_eq!(after, [("apps/job.yaml", true), ("clusters/prod/apps.yaml", true)]);
}

#[test]
fn a_fix_that_a_patch_by_its_api_version_would_not_find_any_more_is_left() {
    let patch = "  patches:\n  - target: {group: batch, version: v1beta1, kind: CronJob}\n    patch: |\n      - {op: add, path: /spec/suspend, value: true}\n";
    let world = World::new(vec![
        ("clusters/prod/apps.yaml", kustomization("apps", "./apps", patch)),
        ("apps/job.yaml", OLD.to_owned()),
    ]);
    let (_, plan) = world.fixed();
    let left: Vec<(&str, bool, Vec<String>)> = plan
        .files
        .iter()
        .map(|file| {
            let why = file.refused.iter().map(|unfixed| unfixed.why.to_string());
            (file.path.as_str(), file.is_change(), why.collect())
        })
        .collect();
    let reason = "Kustomization flux-system/apps of prod' would render CronJob 'a' otherwise than it is rendered now and then fixed";
    assert_eq!(left.len(), 1);
    assert!(!left[0].1 && left[0].2[0].contains(reason), "{left:?}");
}

#[test]
fn what_argo_cd_deploys_is_judged_for_the_cluster_that_it_goes_to() {
    let application = |name: &str, destination: &str| {
        format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: {name}, namespace: argocd}}\nspec:\n  source: {{repoURL: 'https://example.com/org/fleet', path: {name}, targetRevision: HEAD}}\n  destination: {{{destination}, namespace: default}}\n"
        )
    };
    let world = World::new(vec![
        ("clusters/prod/one.yaml", application("one", "server: 'https://kubernetes.default.svc'")),
        ("clusters/prod/two.yaml", application("two", "name: edge")),
        ("one/job.yaml", OLD.to_owned()),
        ("two/job.yaml", OLD.replace("name: a", "name: b")),
    ]);
    let scan = world.scan();
    let told: Vec<(Vec<String>, Vec<String>)> = scan
        .findings
        .iter()
        .map(|finding| {
            let units = finding.units.iter().map(|unit| format!("{} of {}", unit.unit, unit.cluster));
            (finding.clusters.clone(), units.collect())
        })
        .collect();
    let expected = |name: &str, cluster: &str| {
        (vec![cluster.to_owned()], vec![format!("Application argocd/{name} of {cluster}")])
    };
    assert_eq!(told, [expected("one", "prod"), expected("two", "edge")]);
}
