//! What the Flux of one cluster applies in others.

use gitops::{Clusters, Fleet, Ports, Renders, Repository, Request, Tracer, Written, observe};

use crate::repositories::{REPOSITORY, borrowed, config_map, kustomization, objects_of, repository, summary};

const TEMPLATE: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}\ndata:\n  version: {{ .Capabilities.KubeVersion.Minor | quote }}\n  text: {{ .Values.text }}\n";

/// A hub that applies a Kustomization and a release in a cluster that it reaches by the Secret of that.
fn files() -> Vec<(&'static str, String)> {
    let release = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: chart, namespace: flux-system}\nspec:\n  kubeConfig: {secretRef: {name: spoke-kubeconfig}}\n  chart:\n    spec:\n      chart: ./chart\n      sourceRef: {kind: GitRepository, name: flux-system}\n  valuesFrom:\n  - {kind: ConfigMap, name: values, valuesKey: text, targetPath: text}\n";
    let apps = kustomization(
        "apps",
        "./apps",
        "  kubeConfig: {secretRef: {name: spoke-kubeconfig}}\n  postBuild:\n    substituteFrom:\n    - {kind: ConfigMap, name: values}\n",
    );
    vec![
        (
            "clusters/hub/sync.yaml",
            format!("{REPOSITORY}---\n{}", kustomization("flux-system", "./clusters/hub", "")),
        ),
        ("clusters/hub/apps.yaml", apps),
        ("clusters/hub/release.yaml", release.to_owned()),
        ("clusters/hub/values.yaml", config_map("values", "text: from-the-hub")),
        ("clusters/hub/own.yaml", kustomization("own", "./own", "")),
        ("own/map.yaml", config_map("own", "a: b")),
        ("apps/map.yaml", config_map("web", "a: ${text}")),
        ("apps/child.yaml", kustomization("child", "./own", "")),
        ("chart/Chart.yaml", "apiVersion: v2\nname: chart\nversion: 1.0.0\n".to_owned()),
        ("chart/templates/map.yaml", TEMPLATE.to_owned()),
    ]
}

fn observed(repository: &Repository, wanted: Option<&str>) -> Fleet {
    let version = |name: &str| if name == "hub" { "1.30" } else { "1.28" }.parse().ok();
    let request = Request {
        version_of: &version,
        is_wanted: &|name| wanted.is_none_or(|wanted| wanted == name),
        now_nanoseconds: 0,
        threads: 1,
    };
    let clusters = Clusters::find(repository, &|_| None);
    observe(&clusters, (&Ports::offline(), &Renders::default()), &request).unwrap()
}

fn opened() -> Repository {
    repository(&borrowed(&files()))
}

/// The file and the bytes of a place.
fn place(place: &Written) -> String {
    let files = files();
    let (path, text) = files.iter().find(|(path, _)| *path == place.path).unwrap();
    format!("{path} '{}'", &text[place.range.start as usize..place.range.end as usize])
}

const APPS: &str = "spoke: apps = Kustomization flux-system/child, ConfigMap flux-system/web (makes a unit in another cluster, which is not followed) (is applied by Kustomization flux-system/flux-system in the cluster hub)";
const CHART: &str =
    "spoke: chart = ConfigMap chart (is applied by Kustomization flux-system/flux-system in the cluster hub)";

#[test]
fn what_goes_to_another_cluster_is_a_part_of_that() {
    let fleet = observed(&opened(), None);
    let summary = summary(&fleet);
    assert_eq!(summary[2..], [APPS, CHART]);
    assert!(
        summary[0].starts_with("hub: flux-system = ") && summary[1] == "hub: own = ConfigMap flux-system/own",
        "{summary:?}"
    );
    let (_, chart) = objects_of(&fleet).into_iter().find(|(_, text)| text.contains("version:")).unwrap();
    assert!(chart.contains("version: \"28\"\n"), "a chart is told of the cluster that it goes to: {chart}");
}

#[test]
fn bytes_there_lead_to_files_through_the_cluster_that_applies_them() {
    let repository = opened();
    for wanted in [None, Some("spoke")] {
        let fleet = observed(&repository, wanted);
        let mut tracer = Tracer::new(&fleet, &repository, &Ports::offline());
        let mut found = Vec::new();
        for (at, text) in objects_of(&fleet) {
            let Some(start) =
                text.find("from-the-hub").filter(|_| fleet.clusters[at.cluster].name == "spoke")
            else {
                continue;
            };
            let start = u32::try_from(start).unwrap();
            found.extend(tracer.places(at, start..start + 12).iter().map(place));
        }
        assert_eq!(found, ["clusters/hub/values.yaml 'from-the-hub'"; 2], "{wanted:?}");
        let spoke = fleet.clusters.iter().position(|cluster| cluster.name == "spoke").unwrap();
        let behind = tracer.files_behind(spoke, 0);
        assert!(behind.contains("clusters/hub/apps.yaml") && behind.contains("apps/map.yaml"), "{behind:?}");
        let said = tracer.declared(spoke, 0, &["spec", "kubeConfig", "secretRef", "name"]);
        assert_eq!(said.iter().map(place).collect::<Vec<_>>(), ["clusters/hub/apps.yaml 'spoke-kubeconfig'"]);
    }
}
