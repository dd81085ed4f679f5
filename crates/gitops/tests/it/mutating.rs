//! Whether traces are true: what is written otherwise where a trace leads is rendered otherwise where it began.

use std::collections::BTreeMap;

use gitops::{Fleet, ObjectAt, Ports, Tracer, UnitKey, WrittenIn};
use manifest::{Document, NodeId};
use text::TextId;

use crate::repositories::{REPOSITORY, kustomization, observed, repository};

/// Stands nowhere in the files, and is a part of names, hosts and texts alike.
const MARK: &str = "zq7";

/// A repository with everything that stands between a file and an object.
fn files() -> BTreeMap<&'static str, String> {
    let patches = "  patches:\n  - target: {kind: Kustomization, name: apps}\n    patch: |\n      - op: add\n        path: /spec/commonMetadata\n        value: {labels: {team: platform}}\n";
    let apps = "  targetNamespace: shop\n  postBuild:\n    substitute:\n      tag: v17\n    substituteFrom:\n    - {kind: ConfigMap, name: settings}\n  patches:\n  - patch: |\n      apiVersion: apps/v1\n      kind: Deployment\n      metadata:\n        name: web\n      spec:\n        template:\n          spec:\n            serviceAccountName: robot\n";
    let release = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata:\n  name: chart\n  namespace: flux-system\nspec:\n  chart:\n    spec:\n      chart: ./charts/shop\n      sourceRef: {kind: GitRepository, name: flux-system}\n  valuesFrom:\n  - {kind: ConfigMap, name: chart-values}\n  - {kind: ConfigMap, name: settings, valuesKey: host, targetPath: host}\n  values:\n    deep:\n      list: [one, two]\n      text: plain\n  postRenderers:\n  - kustomize:\n      patches:\n      - target: {kind: ConfigMap}\n        patch: |\n          - op: add\n            path: /data/rendered\n            value: after\n";
    let application = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: argo, namespace: argocd}\nspec:\n  destination: {server: 'https://kubernetes.default.svc', namespace: web}\n  source:\n    repoURL: https://example.com/org/fleet\n    targetRevision: HEAD\n    path: charts/shop\n    helm:\n      valueFiles: [values-argo.yaml]\n      valuesObject:\n        host: object.example.org\n";
    let template = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}-map\ndata:\n  fixed: literal\n  host: {{ .Values.host | quote }}\n  from: {{ .Values.from }}\n  file: {{ printf \"%s/end\" .Values.file }}\n  {{- with .Values.deep }}\n  text: {{ .text }}\n  list: |\n    {{- toYaml .list | nindent 4 }}\n  {{- end }}\n";
    let files = [
        (
            "clusters/prod/flux-system/gotk-sync.yaml",
            format!("{REPOSITORY}---\n{}", kustomization("flux-system", "./clusters/prod", patches)),
        ),
        ("clusters/prod/apps.yaml", kustomization("apps", "./apps", apps)),
        ("clusters/prod/release.yaml", release.to_owned()),
        ("clusters/prod/argo.yaml", application.to_owned()),
        (
            "clusters/prod/settings.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings, namespace: flux-system}\ndata:\n  host: www.example.org\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: chart-values, namespace: flux-system}\ndata:\n  values.yaml: |\n    from: map\n    deep:\n      text: lost\n".to_owned(),
        ),
        ("apps/kustomization.yaml", "resources: [../base]\nnamePrefix: my-\n".to_owned()),
        ("base/kustomization.yaml", "resources: [web.yaml]\nconfigMapGenerator:\n- name: made\n  literals: [key=value]\n  options: {disableNameSuffixHash: true}\n".to_owned()),
        (
            "base/web.yaml",
            "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\n  annotations: {note: 'a note', host: 'https://${host}/path'}\nspec:\n  template:\n    spec:\n      containers:\n      - name: main\n        image: registry/web:${tag}\n        args: [\"--one\", '--two']\n".to_owned(),
        ),
        ("charts/shop/Chart.yaml", "apiVersion: v2\nname: shop\nversion: 1.0.0\n".to_owned()),
        ("charts/shop/values.yaml", "host: none\nfrom: chart\nfile: default\ndeep: {text: default, list: [three]}\n".to_owned()),
        ("charts/shop/values-argo.yaml", "file: argo\n".to_owned()),
        ("charts/shop/templates/map.yaml", template.to_owned()),
    ];
    files.into_iter().collect()
}

fn borrowed<'f>(files: &'f BTreeMap<&'static str, String>) -> Vec<(&'static str, &'f str)> {
    files.iter().map(|(path, text)| (*path, text.as_str())).collect()
}

/// A scalar of an object whose bytes stand in one file just so.
struct Case {
    unit: UnitKey,
    object: usize,
    /// What it says, for people.
    said: String,
    path: String,
    at: usize,
}

fn scalars<'d>(document: &'d Document<'_>) -> impl Iterator<Item = NodeId> + 'd {
    document.node_ids().filter(|node| document.scalar_style(*node).is_some())
}

/// A case for each scalar value that can be written otherwise.
fn cases(files: &BTreeMap<&'static str, String>) -> Vec<Case> {
    let repository = repository(&borrowed(files));
    let fleet = observed(&repository, None);
    let mut tracer = Tracer::new(&fleet, &repository, &Ports::offline());
    let mut cases = Vec::new();
    for (unit, one) in fleet.clusters[0].units.iter().enumerate() {
        for (object, rendered) in one.objects().iter().enumerate() {
            let text = rendered.text.as_bytes();
            let document = manifest::parse(TextId(0), text, 0..text.len(), None).unwrap();
            for node in scalars(&document) {
                let span = document.span(node);
                let places = tracer.places(ObjectAt { cluster: 0, unit, object }, span.start..span.end);
                let [place] = places.as_slice() else { continue };
                let said = document.text(node).unwrap().to_owned();
                let written =
                    &files[place.path.as_str()][place.range.start as usize..place.range.end as usize];
                let unquoted = written.trim_matches(['\'', '"']);
                if place.home != WrittenIn::Repository || unquoted != said || said.is_empty() {
                    continue;
                }
                let quote = usize::from(unquoted.len() < written.len());
                let at = place.range.end as usize - quote;
                cases.push(Case { unit: one.key.clone(), object, said, path: place.path.clone(), at });
            }
        }
    }
    cases
}

/// What became of a change.
#[derive(Debug, PartialEq, Eq)]
enum Became {
    /// The object says so now.
    Changed,
    /// Nothing that can be compared: the unit is gone, or cannot be rendered any more.
    Gone,
    /// The object stays as it is.
    Same,
}

fn became(fleet: &Fleet, case: &Case) -> Became {
    let unit = fleet.clusters.iter().flat_map(|cluster| &cluster.units).find(|unit| unit.key == case.unit);
    let anywhere =
        || fleet.clusters.iter().flat_map(|cluster| &cluster.units).any(|unit| holds(unit.objects()));
    match unit.map(gitops::Unit::objects).filter(|objects| !objects.is_empty()) {
        None if anywhere() => Became::Changed,
        None => Became::Gone,
        Some(objects) => match objects.get(case.object).map(|object| object.text.contains(MARK)) {
            Some(true) => Became::Changed,
            _ if holds(objects) => Became::Changed,
            _ => Became::Same,
        },
    }
}

fn holds(objects: &[gitops::RenderedObject]) -> bool {
    objects.iter().any(|object| object.text.contains(MARK))
}

#[test]
fn what_is_written_otherwise_at_a_place_is_rendered_otherwise() {
    let files = files();
    let cases = cases(&files);
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    for case in &cases {
        let mut changed = files.clone();
        changed.get_mut(case.path.as_str()).unwrap().insert_str(case.at, MARK);
        let fleet = observed(&repository(&borrowed(&changed)), None);
        match became(&fleet, case) {
            Became::Changed => *counts.entry("changed").or_default() += 1,
            Became::Gone => *counts.entry("gone").or_default() += 1,
            Became::Same => wrong.push(format!("{} '{}' at {}:{}", case.unit, case.said, case.path, case.at)),
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    let changed = counts.get("changed").copied().unwrap_or_default();
    assert!(changed >= 150, "{counts:?}");
}
