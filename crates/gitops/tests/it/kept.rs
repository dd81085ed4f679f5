//! Whether renders that are kept are those that would be made: after each of many edits of anything that a render may ask for.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use gitops::{Clusters, Fleet, KeptRenders, Outcome, Ports, Renders, Repository, Request, Tracer, observe};
use helm::schema::Remotes;
use kustomize::load::remote::{CheckoutKey, FetchRemote, Remote};
use tree::{Memory, Tree};
use version::Minor;

use crate::repositories::{REPOSITORY, kustomization};

/// Bytes that are kept in memory, and how often.
#[derive(Default)]
struct InMemory {
    kept: Mutex<BTreeMap<(String, usize), Vec<u8>>>,
    puts: AtomicUsize,
}

impl KeptRenders for InMemory {
    fn engine(&self) -> &'static str {
        "1"
    }

    fn get(&self, name: &str, variant: usize) -> Option<Vec<u8>> {
        self.kept.lock().unwrap().get(&(name.to_owned(), variant)).cloned()
    }

    fn put(&self, name: &str, variant: usize, bytes: &[u8]) {
        self.puts.fetch_add(1, Ordering::Relaxed);
        self.kept.lock().unwrap().insert((name.to_owned(), variant), bytes.to_vec());
    }
}

/// What a render may ask for.
#[derive(Clone)]
struct World {
    files: BTreeMap<String, String>,
    /// Another repository, and a schema.
    remote: BTreeMap<String, String>,
    version: u16,
    now_nanoseconds: i128,
}

/// The name of the schema among what is remote.
const SCHEMA: &str = "schema.json";

struct Fetched(BTreeMap<String, String>);

impl Remote for Fetched {
    fn checkout(&self, key: &CheckoutKey) -> Result<Arc<dyn Tree + Send>, FetchRemote> {
        if self.0.is_empty() {
            return Err(FetchRemote::offline(&key.url));
        }
        Ok(Arc::new(memory(&self.0)))
    }

    fn file(&self, url: &str) -> Result<Vec<u8>, FetchRemote> {
        Err(FetchRemote::offline(url))
    }
}

impl Remotes for Fetched {
    fn text(&self, _: &str) -> Option<Arc<str>> {
        self.0.get(SCHEMA).map(|text| text.as_str().into())
    }
}

fn memory(files: &BTreeMap<String, String>) -> Memory {
    files.iter().map(|(path, text)| (path.as_str(), text.as_bytes())).collect()
}

fn owned(files: &[(&str, &str)]) -> BTreeMap<String, String> {
    files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
}

/// A repository whose units ask for everything that one may.
fn world() -> World {
    let apps = kustomization(
        "apps",
        "./apps",
        "  postBuild:\n    substitute: {tag: v17}\n    substituteFrom:\n    - {kind: ConfigMap, name: settings}\n  patches:\n  - patch: |\n      apiVersion: apps/v1\n      kind: Deployment\n      metadata: {name: web}\n      spec: {replicas: 3}\n",
    );
    let release = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: shop, namespace: flux-system}\nspec:\n  chart:\n    spec:\n      chart: ./charts/shop\n      sourceRef: {kind: GitRepository, name: flux-system}\n  valuesFrom:\n  - {kind: ConfigMap, name: values}\n  values:\n    host: www.example.org\n  postRenderers:\n  - kustomize:\n      patches:\n      - target: {kind: ConfigMap}\n        patch: |\n          - {op: add, path: /data/after, value: yes}\n";
    let application = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: argo, namespace: argocd}\nspec:\n  destination: {server: 'https://kubernetes.default.svc', namespace: web}\n  source:\n    repoURL: https://example.com/org/fleet\n    path: charts/shop\n    helm: {valueFiles: ['*-argo.yaml'], ignoreMissingValueFiles: true}\n---\napiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: plain, namespace: argocd}\nspec:\n  destination: {server: 'https://kubernetes.default.svc', namespace: web}\n  source: {repoURL: 'https://example.com/org/fleet', path: plain}\n---\napiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: exact, namespace: argocd}\nspec:\n  destination: {server: 'https://kubernetes.default.svc', namespace: web}\n  source:\n    repoURL: https://example.com/org/fleet\n    path: charts/shop\n    helm: {valueFiles: [/made/renamed.yaml], ignoreMissingValueFiles: true}\n";
    let template = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ .Release.Name }}}\ndata:\n  host: {{ .Values.host | quote }}\n  from: {{ .Values.from }}\n  file: {{ .Files.Get \"extra.txt\" | quote }}\n  version: {{ .Capabilities.KubeVersion.Minor | quote }}\n  {{- if .Capabilities.APIVersions.Has \"example.com/v1/Thing\" }}\n  thing: there\n  {{- end }}\n";
    let files = owned(&[
        (
            "clusters/prod/flux-system/gotk-sync.yaml",
            &format!("{REPOSITORY}---\n{}", kustomization("flux-system", "./clusters/prod", "")),
        ),
        ("clusters/prod/apps.yaml", &apps),
        ("clusters/prod/made.yaml", &kustomization("made", "./made", "")),
        ("clusters/prod/generated.yaml", &kustomization("generated", "./generated", "")),
        ("clusters/prod/far.yaml", &kustomization("far", "./far", "")),
        ("clusters/prod/times.yaml", &release.replace("shop", "times")),
        ("clusters/prod/all.yaml", &release.replace("shop", "all")),
        ("clusters/prod/release.yaml", release),
        ("clusters/prod/argo.yaml", application),
        (
            "made/kustomization.yaml",
            "namespace: flux-system\nconfigMapGenerator:\n- name: settings\n  envs: [settings.env]\n- name: values\n  files: [values.yaml]\ngeneratorOptions: {disableNameSuffixHash: true}\n",
        ),
        ("made/settings.env", "host=www.example.org\n"),
        ("made/values.yaml", "from: map\n"),
        ("apps/kustomization.yaml", "resources: [../base]\ncomponents: [../component]\nnamePrefix: my-\n"),
        ("base/kustomization.yaml", "resources: [web.yaml]\n"),
        (
            "base/web.yaml",
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, annotations: {host: '${host}'}}\nspec:\n  template: {spec: {containers: [{name: main, image: 'web:${tag}'}]}}\n",
        ),
        (
            "component/kustomization.yaml",
            "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nlabels:\n- pairs: {team: shop}\n",
        ),
        ("generated/one.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one}\ndata: {a: '1'}\n"),
        (
            "generated/deep/two.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: two}\ndata: {b: '2'}\n",
        ),
        (
            "generated/crd.yaml",
            "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: things.example.com}\nspec:\n  group: example.com\n  names: {kind: Thing, plural: things}\n  scope: Namespaced\n  versions: [{name: v1, served: true, storage: true}]\n",
        ),
        ("far/kustomization.yaml", "resources: ['https://github.com/org/other//base?ref=v1']\n"),
        ("plain/map.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: plain}\ndata: {c: '3'}\n"),
        ("plain/more/map.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: more}\n"),
        ("charts/shop/Chart.yaml", "apiVersion: v2\nname: shop\nversion: 1.0.0\n"),
        ("charts/shop/Chart.lock", "dependencies: []\n"),
        ("charts/shop/values.yaml", "host: none\nfrom: chart\n"),
        ("charts/shop/values-argo.yaml", "host: argo\n"),
        ("charts/shop/extra.txt", "a file\n"),
        (
            "charts/shop/values.schema.json",
            "{\"properties\":{\"host\":{\"$ref\":\"https://example.com/schema.json\"}}}",
        ),
        ("charts/shop/templates/map.yaml", template),
        ("charts/times/Chart.yaml", "apiVersion: v2\nname: times\nversion: 1.0.0\n"),
        (
            "charts/times/templates/map.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: times}\ndata: {now: {{ now | date \"2006-01-02T15:04:05\" | quote }}}\n",
        ),
        ("charts/all/Chart.yaml", "apiVersion: v2\nname: all\nversion: 1.0.0\n"),
        (
            "charts/all/templates/map.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: all}\ndata: {count: {{ len .Capabilities.APIVersions | quote }}}\n",
        ),
        (".sourceignore", "/docs\n"),
    ]);
    let remote = owned(&[
        ("base/kustomization.yaml", "resources: [far.yaml]\n"),
        ("base/far.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: far}\ndata: {d: '4'}\n"),
        (SCHEMA, "{\"type\":\"string\"}"),
    ]);
    World { files, remote, version: 29, now_nanoseconds: 0 }
}

/// All that somebody sees of a fleet.
fn shown(fleet: &Fleet, mut tracer: Tracer<'_>) -> String {
    let mut shown = String::new();
    for (position, cluster) in fleet.clusters.iter().enumerate() {
        writeln!(shown, "{} {:?}", cluster.name, cluster.version).unwrap();
        for (nth, unit) in cluster.units.iter().enumerate() {
            writeln!(shown, "{} of {:?}: {} {:?}", unit.key, unit.parent, unit.source, unit.notes).unwrap();
            match &unit.outcome {
                Outcome::NotAssessed(missing) => writeln!(shown, "not assessed: {missing:?}").unwrap(),
                Outcome::Rendered(_) => writeln!(shown, "{:?}", unit.objects()).unwrap(),
            }
            writeln!(shown, "{:?}", tracer.files_behind(position, nth)).unwrap();
        }
    }
    writeln!(shown, "{:?} {:?}", fleet.assumptions, fleet.undeployed).unwrap();
    shown
}

fn observed(world: &World, kept: Option<&InMemory>) -> String {
    let repository = Repository::open(Arc::new(memory(&world.files)));
    let fetched = Fetched(world.remote.clone());
    let remote: Arc<dyn Remote> = Arc::new(Fetched(world.remote.clone()));
    let kept = kept.map(|kept| kept as &(dyn KeptRenders + Sync));
    let ports = Ports { remote, schemas: &fetched, kept, ..Ports::offline() };
    let version = format!("1.{}", world.version).parse::<Minor>().unwrap();
    let request = Request {
        version_of: &|_| Some(version),
        is_wanted: &|_| true,
        now_nanoseconds: world.now_nanoseconds,
        threads: 1,
    };
    let fleet =
        observe(&Clusters::find(&repository, &|_| None), (&ports, &Renders::default()), &request).unwrap();
    shown(&fleet, Tracer::new(&fleet, &repository, &ports))
}

/// What a cluster gets at first: every unit is there, and was rendered once.
#[test]
fn a_second_run_renders_nothing() {
    let (world, kept) = (world(), InMemory::default());
    let first = observed(&world, Some(&kept));
    assert!(!first.contains("not assessed"), "{first}");
    let puts = kept.puts.load(Ordering::Relaxed);
    assert!(puts >= 9, "{puts}");
    assert_eq!(first, observed(&world, Some(&kept)));
    assert_eq!(puts, kept.puts.load(Ordering::Relaxed), "nothing is made that was kept");
    assert_eq!(first, observed(&world, None));
}

/// A repository with one release, whose chart says some more and has one template.
fn chart(more: &str, template: &str) -> World {
    let release = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: web, namespace: flux-system}\nspec:\n  chart:\n    spec:\n      chart: ./charts/web\n      sourceRef: {kind: GitRepository, name: flux-system}\n";
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\ndata:\n  said: |\n";
    let files = owned(&[
        (
            "clusters/prod/flux-system/gotk-sync.yaml",
            &format!("{REPOSITORY}---\n{}", kustomization("flux-system", "./clusters/prod", "")),
        ),
        ("clusters/prod/web.yaml", release),
        ("charts/web/Chart.yaml", &format!("apiVersion: v2\nname: web\nversion: 1.0.0\n{more}")),
        ("charts/web/templates/map.yaml", &format!("{map}    {template}\n")),
    ]);
    World { files, remote: BTreeMap::new(), version: 29, now_nanoseconds: 0 }
}

#[test]
fn a_render_counts_for_clusters_of_all_versions_unless_it_looked_at_the_version() {
    for (more, template, is_kept) in [
        ("", "none", true),
        ("", "{{ .Capabilities.HelmVersion.Version }}", true),
        ("", "{{ .Capabilities.APIVersions.Has \"policy/v1\" }}", true),
        // Beta versions of this API are listed up to 1.31.
        ("", "{{ .Capabilities.APIVersions.Has \"flowcontrol.apiserver.k8s.io/v1beta3\" }}", false),
        ("kubeVersion: '>=1.28.0-0'\n", "none", true),
        ("kubeVersion: '<1.32.0-0'\n", "none", false),
        ("", "{{ .Capabilities.KubeVersion.Minor }}", false),
        ("", "{{ $all := .Capabilities }}{{ $all.KubeVersion }}", false),
        ("", "{{ (index (list .Capabilities) 0).KubeVersion.GitVersion }}", false),
        ("", "{{ .Capabilities | toJson | sha256sum }}", false),
        ("", "{{ .Capabilities | toYaml | sha256sum }}", false),
        ("", "{{ printf \"%v\" .Capabilities | sha256sum }}", false),
        ("", "{{ tpl (printf \"{{ .Capabilities.%s.Minor }}\" \"KubeVersion\") . }}", false),
    ] {
        let (mut world, kept) = (chart(more, template), InMemory::default());
        observed(&world, Some(&kept));
        let puts = kept.puts.load(Ordering::Relaxed);
        world.version = 33;
        let cached = observed(&world, Some(&kept));
        assert_eq!(cached, observed(&world, None), "{more}{template}");
        // The unit of the cluster itself and the release; what lists all capabilities is not kept at all.
        let was_kept = puts == 2 && kept.puts.load(Ordering::Relaxed) == puts;
        assert_eq!(was_kept && !cached.contains("not assessed"), is_kept, "{more}{template}");
    }
}

#[test]
fn what_somebody_has_damaged_is_made_anew() {
    let (world, kept) = (world(), InMemory::default());
    let first = observed(&world, Some(&kept));
    for bytes in kept.kept.lock().unwrap().values_mut() {
        bytes.truncate(bytes.len() / 2);
    }
    assert_eq!(first, observed(&world, Some(&kept)));
}

/// Numbers that look random and are the same in each run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }
}

/// Changes something; says what.
fn edit(world: &mut World, dice: &mut Dice) -> String {
    match dice.roll(12) {
        0 => {
            world.version = 28 + u16::try_from(dice.roll(3)).unwrap();
            format!("version 1.{}", world.version)
        }
        1 => {
            world.now_nanoseconds += 3_600_000_000_000;
            "an hour later".to_owned()
        }
        2 => edit_files(&mut world.remote, dice, "elsewhere: "),
        _ => edit_files(&mut world.files, dice, ""),
    }
}

fn edit_files(files: &mut BTreeMap<String, String>, dice: &mut Dice, whose: &str) -> String {
    let Some(path) = files.keys().nth(dice.roll(files.len().max(1))).cloned() else { return String::new() };
    let folder = path.rsplit_once('/').map_or_else(String::new, |(folder, _)| format!("{folder}/"));
    match dice.roll(8) {
        0 => {
            files.remove(&path);
            format!("{whose}{path} removed")
        }
        1 => {
            let text = files.remove(&path).unwrap_or_default();
            files.insert(format!("{folder}renamed.yaml"), text);
            format!("{whose}{path} renamed")
        }
        2 => {
            let text = files.get(&path).cloned().unwrap_or_default().replace("name: ", "name: more-");
            files.insert(format!("{folder}added-argo.yaml"), text);
            format!("{whose}{folder}added-argo.yaml added")
        }
        3 => {
            files.insert(format!("{folder}.sourceignore"), "two.yaml\nextra.txt\n".to_owned());
            format!("{whose}{folder}.sourceignore added")
        }
        _ => {
            let text = files.entry(path.clone()).or_default();
            let places: Vec<usize> =
                text.char_indices().filter(|(_, c)| c.is_ascii_alphanumeric()).map(|(at, _)| at).collect();
            let Some(at) = places.get(dice.roll(places.len().max(1))).copied() else { return String::new() };
            let other = ["x", "7", "e"][dice.roll(3)];
            text.replace_range(at..=at, other);
            format!("{whose}{path} at {at}: {other}")
        }
    }
}

#[test]
fn what_is_kept_is_what_would_be_made_after_every_edit() {
    const EDITS: usize = 600;
    /// So many edits pile up before somebody takes all of them back.
    const PILE: usize = 6;
    let (mut dice, kept) = (Dice(7), InMemory::default());
    let (begin, mut changed, mut units) = (world(), 0, 0);
    let whole = observed(&begin, Some(&kept));
    let mut world = begin.clone();
    let mut edits = Vec::new();
    for nth in 0..EDITS {
        if nth % PILE == 0 {
            world = begin.clone();
            edits.clear();
        }
        edits.push(edit(&mut world, &mut dice));
        let puts = kept.puts.load(Ordering::Relaxed);
        let cached = observed(&world, Some(&kept));
        let cold = observed(&world, None);
        assert_eq!(cached, cold, "{edits:#?}");
        changed += usize::from(cold != whole);
        units += kept.puts.load(Ordering::Relaxed) - puts;
    }
    assert!(changed > EDITS / 2, "{changed} edits changed something");
    // Fifteen units each time would be all of them.
    assert!(units < 4 * EDITS, "{units} units were rendered again");
    println!("{EDITS} edits, of which {changed} changed something: {units} units were rendered again");
}
