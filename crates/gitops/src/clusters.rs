//! Where clusters begin: the Kustomizations that nothing else renders, told by following what each would read.
//!
//! Follows paths and kustomization files as they stand, without building; what a build shows otherwise later counts more.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use kustomize::load::{Files, KUSTOMIZATION_NAMES, Loader, Restriction, join};
use kustomize::{Reference as Named, Work, references};
use text::NoOrigins;
use tree::Place;

use crate::flux::{GitSource, Reference, Source};
use crate::limits::FOLDERS_MAX;
use crate::repository::{Declared, Repository, is_yaml};

/// Something that nobody wrote down and that was taken for granted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Assumption {
    /// A source that is declared nowhere is this repository.
    OwnSource {
        /// The source.
        name: String,
    },
    /// Nobody says which version a cluster has.
    Version {
        /// The cluster.
        cluster: String,
    },
}

impl fmt::Display for Assumption {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OwnSource { name } => {
                write!(formatter, "{name} is declared nowhere and taken for this repository")
            }
            Self::Version { cluster } => write!(
                formatter,
                "nobody says which Kubernetes {cluster} runs: charts see the APIs that are compiled into Helm"
            ),
        }
    }
}

/// The beginning of a cluster.
#[derive(Debug)]
pub(crate) struct Beginning<'r> {
    pub(crate) name: String,
    pub(crate) entries: Vec<&'r Declared>,
    /// Sources of entries that are this repository.
    pub(crate) own: Vec<GitSource>,
    /// Sources of entries that are declared nowhere.
    pub(crate) undeclared: BTreeSet<Reference>,
}

/// The clusters of a repository by their names. `named` gives a cluster's name to a file where somebody has said one.
pub(crate) fn beginnings<'r>(
    repository: &'r Repository,
    named: &dyn Fn(&str) -> Option<String>,
) -> Vec<Beginning<'r>> {
    let mut clusters: BTreeMap<String, Beginning<'r>> = BTreeMap::new();
    for entry in entries(repository) {
        let name = named(&entry.path).unwrap_or_else(|| name_of(entry));
        let cluster = clusters.entry(name.clone()).or_insert_with(|| Beginning {
            name,
            entries: Vec::new(),
            own: Vec::new(),
            undeclared: BTreeSet::new(),
        });
        cluster.entries.push(entry);
        match repository.sources.get(&entry.spec.source) {
            Some(Source::Git(git)) if has_folder(repository, &entry.spec.path) => {
                cluster.own.push(git.clone())
            }
            Some(_) => {}
            None => {
                cluster.undeclared.insert(entry.spec.source.clone());
            }
        }
    }
    clusters.into_values().collect()
}

/// The Kustomizations that no other one reads.
fn entries(repository: &Repository) -> Vec<&Declared> {
    let declared = &repository.kustomizations;
    let mut reach = Reach::new(repository);
    let reads: Vec<BTreeSet<String>> = declared.iter().map(|one| reach.of(one)).collect();
    let edges: Vec<Vec<usize>> = reads
        .iter()
        .map(|files| {
            let is_read = |(position, one): (usize, &Declared)| files.contains(&one.path).then_some(position);
            declared.iter().enumerate().filter_map(is_read).collect()
        })
        .collect();
    let reachable: Vec<BTreeSet<usize>> = (0..declared.len()).map(|from| closure(from, &edges)).collect();
    let is_entry = |position: &usize| {
        let of_own = reachable.get(*position);
        reachable.iter().enumerate().all(|(other, reached)| {
            // What reads it and is read by it stands beside it, not above it.
            other == *position
                || !reached.contains(position)
                || of_own.is_some_and(|own| own.contains(&other))
        })
    };
    let found: Vec<usize> = (0..declared.len()).filter(is_entry).collect();
    found.into_iter().filter_map(|position| declared.get(position)).collect()
}

/// All that is reached from a node, itself only if something leads back to it.
fn closure(from: usize, edges: &[Vec<usize>]) -> BTreeSet<usize> {
    let mut reached = BTreeSet::new();
    let mut open = vec![from];
    while let Some(node) = open.pop() {
        for next in edges.get(node).into_iter().flatten() {
            if reached.insert(*next) {
                open.push(*next);
            }
        }
    }
    reached
}

/// Whether a path is a folder of the repository.
fn has_folder(repository: &Repository, path: &str) -> bool {
    matches!(repository.tree.locate(&join("", path)), Ok(Place::Folder(_)))
}

/// The files that building folders reads, each folder once.
struct Reach<'r> {
    repository: &'r Repository,
    work: Work<NoOrigins>,
    known: BTreeMap<String, BTreeSet<String>>,
}

impl<'r> Reach<'r> {
    fn new(repository: &'r Repository) -> Self {
        let files = Files::new(Arc::clone(&repository.tree), Restriction::None, None);
        Self { repository, work: Work::new(files.kept_for_others()), known: BTreeMap::new() }
    }

    fn of(&mut self, declared: &Declared) -> BTreeSet<String> {
        let is_elsewhere = declared.spec.source.kind != "GitRepository";
        if is_elsewhere || !has_folder(self.repository, &declared.spec.path) {
            return BTreeSet::new();
        }
        let folder = join("", &declared.spec.path);
        if let Some(known) = self.known.get(&folder) {
            return known.clone();
        }
        let files = self.below(&folder);
        self.known.insert(folder, files.clone());
        files
    }

    fn below(&mut self, folder: &str) -> BTreeSet<String> {
        let mut files = BTreeSet::new();
        let mut seen = BTreeSet::new();
        let mut open = vec![folder.to_owned()];
        while let Some(folder) = open.pop() {
            if seen.len() >= FOLDERS_MAX || !seen.insert(folder.clone()) {
                continue;
            }
            match self.named(&folder) {
                Some(named) => self.follow(&folder, named, &mut files, &mut open),
                None => self.take_all(&folder, &mut files, &mut open),
            }
        }
        files
    }

    /// What the kustomization of a folder names; none if it has none.
    fn named(&mut self, folder: &str) -> Option<Vec<Named>> {
        let has = |name: &&&str| self.repository.files.binary_search(&join(folder, name)).is_ok();
        KUSTOMIZATION_NAMES.iter().find(has)?;
        let loader = Loader::at(&self.work.files, folder).ok()?;
        Some(references(&mut self.work, &loader).unwrap_or_default())
    }

    fn follow(&self, folder: &str, named: Vec<Named>, files: &mut BTreeSet<String>, open: &mut Vec<String>) {
        for reference in named {
            let (Named::Resource(path) | Named::Component(path)) = reference else { continue };
            match self.repository.tree.locate(&join(folder, &path)) {
                Ok(Place::Folder(folder)) => open.push(folder),
                Ok(Place::File(file)) => {
                    files.insert(file);
                }
                Err(_) => {}
            }
        }
    }

    /// A folder without a kustomization is one over all its files, up to folders that have one.
    fn take_all(&self, folder: &str, files: &mut BTreeSet<String>, open: &mut Vec<String>) {
        let below = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let first = self.repository.files.partition_point(|path| path.as_str() < below.as_str());
        let inside = self.repository.files.iter().skip(first).take_while(|path| path.starts_with(&below));
        let mut of_own = BTreeSet::new();
        let mut taken = Vec::new();
        for path in inside {
            let (parent, name) = path.rsplit_once('/').unwrap_or(("", path));
            if KUSTOMIZATION_NAMES.contains(&name) {
                of_own.insert(parent.to_owned());
            } else if is_yaml(path) {
                taken.push(path);
            }
        }
        let is_of_own = |path: &str| {
            let slashes = path.match_indices('/').map(|(at, _)| at);
            slashes.filter_map(|at| path.get(..at)).any(|folder| of_own.contains(folder))
        };
        files.extend(taken.into_iter().filter(|path| !is_of_own(path)).cloned());
        open.extend(of_own);
    }
}

/// Names of folders that say what is in them, not which cluster it is for.
const GENERAL_NAMES: [&str; 10] = [
    "flux-system",
    "flux",
    "config",
    "bootstrap",
    "base",
    "system",
    "sync",
    "gitops",
    "kubernetes",
    "entrypoint",
];

/// Names of folders whose folders are clusters.
const CLUSTERS_NAMES: [&str; 2] = ["clusters", "cluster"];

/// The name of the cluster that an entry is for: the folder below `clusters/`, or the last one that says something.
fn name_of(entry: &Declared) -> String {
    let folder = entry.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let path = join("", &entry.spec.path);
    // An entry that renders itself says by its path which folder is the cluster's.
    let is_own = !path.is_empty() && (folder == path || folder.starts_with(&format!("{path}/")));
    let of_path = name_in(if is_own { &path } else { folder });
    of_path.unwrap_or_else(|| "cluster".to_owned())
}

fn name_in(folder: &str) -> Option<String> {
    let parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    let after = parts.windows(2).find_map(|pair| match pair {
        [clusters, name] if CLUSTERS_NAMES.contains(clusters) => Some(*name),
        _ => None,
    });
    let after = after.filter(|name| !GENERAL_NAMES.contains(name));
    let said = parts.iter().rev().find(|part| !GENERAL_NAMES.contains(part)).copied();
    after.or(said).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cluster_is_called_by_the_folder_that_says_something() {
        for (folder, expected) in [
            ("clusters/production", Some("production")),
            ("kubernetes/clusters/cluster-0/flux-system", Some("cluster-0")),
            ("kubernetes/main/flux/config", Some("main")),
            ("cluster/flux", Some("cluster")),
            ("gitops/clusters/cluster-demo", Some("cluster-demo")),
            ("flux-system", None),
            ("", None),
        ] {
            assert_eq!(name_in(folder).as_deref(), expected, "{folder}");
        }
    }
}
