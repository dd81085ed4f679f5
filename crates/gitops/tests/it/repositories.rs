//! Repositories in memory.

use std::sync::Arc;

use gitops::{
    Clusters, Fleet, Keys, ObjectAt, Outcome, Ports, Renders, Repository, Request, Tracer, Unit, WrittenIn,
    observe,
};
use tree::Memory;

/// What becomes of a repository of these files.
pub(crate) fn fleet(files: &[(&str, &str)]) -> Fleet {
    fleet_at(files, None)
}

/// The same for clusters of a version.
pub(crate) fn fleet_at(files: &[(&str, &str)], version: Option<&str>) -> Fleet {
    observed(&repository(files), version)
}

/// The same with keys at hand.
pub(crate) fn fleet_with_keys(files: &[(&str, &str)], keys: Option<Arc<dyn Keys>>) -> Fleet {
    observed_with(&repository(files), None, keys)
}

pub(crate) fn repository(files: &[(&str, &str)]) -> Repository {
    let memory: Memory = files.iter().map(|(path, text)| (*path, text.as_bytes())).collect();
    Repository::open(Arc::new(memory))
}

pub(crate) fn observed(repository: &Repository, version: Option<&str>) -> Fleet {
    observed_with(repository, version, None)
}

fn observed_with(repository: &Repository, version: Option<&str>, keys: Option<Arc<dyn Keys>>) -> Fleet {
    let version = version.map(|version| version.parse().unwrap());
    let ports = Ports { keys, ..Ports::offline() };
    let request = Request { version_of: &|_| version, is_wanted: &|_| true, now_nanoseconds: 0, threads: 2 };
    observe(&Clusters::find(repository, &|_| None), (&ports, &Renders::default()), &request).unwrap()
}

/// Where each of some words was written that stand in the object of a kind and name: `path:line 'bytes'`.
pub(crate) fn traced(files: &[(&str, &str)], wanted: &str, words: &[&str]) -> Vec<String> {
    let repository = repository(files);
    let fleet = observed(&repository, None);
    let mut tracer = Tracer::new(&fleet, &repository, &Ports::offline());
    let mut lines = Vec::new();
    for (at, text) in objects_of(&fleet).into_iter().filter(|(at, _)| object(&fleet, *at) == wanted) {
        for word in words {
            let start = text.find(word).unwrap();
            let range = u32::try_from(start).unwrap()..u32::try_from(start + word.len()).unwrap();
            let places = tracer.places(at, range);
            let shown = places.iter().map(|place| match &place.home {
                WrittenIn::Repository => shown(files, &place.path, &place.range),
                home => format!("{home:?} {}", place.path),
            });
            lines.push(format!("{word} = {}", shown.collect::<Vec<_>>().join(", ")));
        }
    }
    lines
}

fn shown(files: &[(&str, &str)], path: &str, range: &std::ops::Range<u32>) -> String {
    let (_, text) = files.iter().find(|(known, _)| *known == path).unwrap();
    let before = &text[..range.start as usize];
    let line = before.lines().count().max(1) + usize::from(before.ends_with('\n'));
    format!("{path}:{line} '{}'", &text[range.start as usize..range.end as usize])
}

/// All objects with their texts.
pub(crate) fn objects_of(fleet: &Fleet) -> Vec<(ObjectAt, &str)> {
    let mut found = Vec::new();
    for (cluster, one) in fleet.clusters.iter().enumerate() {
        for (unit, one) in one.units.iter().enumerate() {
            let all = one.objects().iter().enumerate();
            found.extend(all.map(|(object, one)| (ObjectAt { cluster, unit, object }, &*one.text)));
        }
    }
    found
}

fn object(fleet: &Fleet, at: ObjectAt) -> String {
    fleet.clusters[at.cluster].units[at.unit].objects()[at.object].id.to_string()
}

/// Files whose texts somebody else holds.
pub(crate) fn borrowed<'f>(files: &'f [(&'static str, String)]) -> Vec<(&'static str, &'f str)> {
    files.iter().map(|(path, text)| (*path, text.as_str())).collect()
}

/// Each unit in a line: its name, its objects or why there are none, and its notes.
pub(crate) fn summary(fleet: &Fleet) -> Vec<String> {
    let mut lines = Vec::new();
    for cluster in &fleet.clusters {
        for unit in &cluster.units {
            lines.push(format!("{}: {}", cluster.name, line(unit)));
        }
    }
    lines
}

fn line(unit: &Unit) -> String {
    let what = match &unit.outcome {
        Outcome::Rendered(_) => {
            unit.objects().iter().map(|object| object.id.to_string()).collect::<Vec<_>>().join(", ")
        }
        Outcome::NotAssessed(missing) => format!("not assessed: {missing}"),
    };
    let notes: String = unit.notes.iter().map(|note| format!(" ({note})")).collect();
    format!("{} = {what}{notes}", unit.key.name)
}

/// The text of the object of a name.
pub(crate) fn text<'f>(fleet: &'f Fleet, name: &str) -> &'f str {
    let objects = fleet.clusters.iter().flat_map(|cluster| &cluster.units).flat_map(Unit::objects);
    &objects.into_iter().find(|object| object.id.name == name).unwrap().text
}

/// A Kustomization of Flux.
pub(crate) fn kustomization(name: &str, path: &str, more: &str) -> String {
    format!(
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata:\n  name: {name}\n  namespace: flux-system\nspec:\n  path: {path}\n  prune: true\n  interval: 10m\n  sourceRef:\n    kind: GitRepository\n    name: flux-system\n{more}"
    )
}

/// The Git repository that bootstraps a cluster.
pub(crate) const REPOSITORY: &str = "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata:\n  name: flux-system\n  namespace: flux-system\nspec:\n  url: https://example.com/org/fleet\n  ref:\n    branch: main\n";

/// A `ConfigMap`.
pub(crate) fn config_map(name: &str, data: &str) -> String {
    format!(
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\n  namespace: flux-system\ndata:\n  {data}\n"
    )
}
