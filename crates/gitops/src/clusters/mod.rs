//! Where clusters begin: the Kustomizations and the Applications that nothing else renders, told by following what each would
//! read.
//!
//! Follows paths and kustomization files as they stand, without building; what a build shows otherwise later counts more.

mod argo;
mod names;
mod reach;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use kustomize::load::join;

use crate::argo::declared::DeclaredUnit;
use crate::flux::{GitSource, Reference, Source};
use crate::repository::{Declared, Repository, bootstrap};
use crate::versions::{ClusterVersions, SaidVersion};
use argo::ArgoReads;
use names::{cluster_folder, name_in, name_of};
pub(crate) use reach::Reach;
use reach::{FolderFiles, united};

pub(crate) use argo::Instance;

/// Something that nobody wrote down and that was taken for granted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Assumption {
    /// A source that is declared nowhere is this repository.
    OwnSource {
        /// The cluster.
        cluster: String,
        /// The source.
        name: String,
    },
    /// Nothing says what Flux is told to begin with.
    Bootstrap {
        /// The cluster.
        cluster: String,
        /// The folder that it is taken to begin with.
        folder: String,
    },
    /// Nobody says which version a cluster has.
    Version {
        /// The cluster.
        cluster: String,
    },
    /// A file says which version a cluster has, and nobody said otherwise.
    SaidVersion {
        /// The cluster.
        cluster: String,
        /// What says it.
        said: Box<SaidVersion>,
    },
    /// Files say different versions of a cluster.
    DisputedVersion {
        /// The cluster.
        cluster: String,
        /// All that is said.
        said: Vec<SaidVersion>,
    },
    /// The repository that most Applications name paths of is this one.
    OwnRepository {
        /// The cluster.
        cluster: String,
        /// Its URL.
        url: String,
    },
}

impl fmt::Display for Assumption {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OwnSource { cluster, name } => {
                write!(formatter, "{cluster}: {name} is declared nowhere and taken for this repository")
            }
            Self::Bootstrap { cluster, folder } => write!(
                formatter,
                "{cluster}: nothing renders what stands in '{folder}', so that Flux is taken to be bootstrapped with it"
            ),
            Self::Version { cluster } => write!(
                formatter,
                "{cluster}: nobody says which Kubernetes it runs: charts see the APIs that are compiled into Helm"
            ),
            Self::SaidVersion { cluster, said } => write!(
                formatter,
                "{cluster}: runs Kubernetes {}, as {} says in {}:{}",
                said.version, said.what, said.path, said.line
            ),
            Self::DisputedVersion { cluster, said } => {
                let one = |said: &SaidVersion| format!("{} in {}:{}", said.version, said.path, said.line);
                let all: Vec<String> = said.iter().map(one).collect();
                write!(formatter, "{cluster}: files say different versions of it: {}", all.join(", "))
            }
            Self::OwnRepository { cluster, url } => write!(
                formatter,
                "{cluster}: {url} is taken for this repository: the paths that Applications name of it are here"
            ),
        }
    }
}

/// A Kustomization that stands in a file and that nothing deploys.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Undeployed {
    /// The file.
    pub path: String,
    /// The namespace and the name of the Kustomization.
    pub name: (String, String),
}

/// The beginning of a cluster.
#[derive(Debug)]
pub(crate) struct Beginning {
    pub(crate) name: String,
    pub(crate) entries: Vec<Declared>,
    /// Sources that stand beside the entries, which somebody applied by hand.
    pub(crate) sources: BTreeMap<Reference, Source>,
    /// Sources of entries that are this repository.
    pub(crate) own: Vec<GitSource>,
    /// Sources of entries that are declared nowhere.
    pub(crate) undeclared: BTreeSet<Reference>,
    /// The folder that Flux is taken to begin with, if nothing says so.
    pub(crate) assumed_folder: Option<String>,
    /// Its Argo CD.
    pub(crate) argo: Instance,
}

/// The clusters of a repository, as far as they are told without rendering anything.
#[derive(Debug)]
pub struct Clusters<'r> {
    pub(crate) repository: &'r Repository,
    /// By their names.
    pub(crate) beginnings: Vec<Beginning>,
    pub(crate) undeployed: Vec<Undeployed>,
    pub(crate) versions: ClusterVersions,
}

impl<'r> Clusters<'r> {
    /// Finds those of a repository. `named` gives a cluster's name to a file where somebody has said one.
    #[must_use]
    pub fn find(repository: &'r Repository, named: &dyn Fn(&str) -> Option<String>) -> Self {
        let (beginnings, undeployed) = beginnings(repository, named);
        let names: Vec<String> = beginnings.iter().map(|beginning| beginning.name.clone()).collect();
        let versions = ClusterVersions::of(&repository.said_versions, &names);
        Self { repository, beginnings, undeployed, versions }
    }

    /// Their names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.beginnings.iter().map(|beginning| beginning.name.as_str())
    }

    /// The versions that the repository says they run.
    #[must_use]
    pub fn versions(&self) -> &ClusterVersions {
        &self.versions
    }
}

/// The clusters of a repository by their names, and what nothing deploys. `named` gives a cluster's name to a file where
/// somebody has said one.
fn beginnings(
    repository: &Repository,
    named: &dyn Fn(&str) -> Option<String>,
) -> (Vec<Beginning>, Vec<Undeployed>) {
    let own = own_sources(repository);
    let mut reach = Reach::new(repository);
    let argo = ArgoReads::of(repository, &mut reach);
    let (roots, others) = roots(repository, (&own, &argo), &mut reach);
    let mut clusters: BTreeMap<String, Beginning> = BTreeMap::new();
    for root in &roots {
        let name = named(&root.path).unwrap_or_else(|| name_of(root));
        let cluster = clusters.entry(name.clone()).or_insert_with(|| Beginning::of(name));
        cluster.add((*root).clone(), repository, &own);
    }
    let (groups, mut undeployed) = grouped(&others, !roots.is_empty());
    for (folder, members) in groups {
        let name = named(&format!("{folder}/x"))
            .or_else(|| name_in(&folder))
            .unwrap_or_else(|| "cluster".to_owned());
        let files = reach.below(&folder);
        let (read, unread): (Vec<&Declared>, Vec<&Declared>) =
            members.into_iter().partition(|member| files.contains(&member.path));
        undeployed.extend(unread);
        if read.is_empty() {
            continue;
        }
        let cluster = clusters.entry(name.clone()).or_insert_with(|| Beginning::of(name));
        cluster.add(bootstrap(bootstrap_source(&read), BOOTSTRAPPED, &folder), repository, &own);
        cluster.assumed_folder = Some(folder);
    }
    let of_flux = files_of_flux(repository, (&own, &clusters), &mut reach);
    add_argo(repository, (&argo, &of_flux), named, &mut clusters);
    let undeployed = undeployed.into_iter().map(|one| Undeployed {
        path: one.path.clone(),
        name: (one.object.id.namespace.clone(), one.object.id.name.clone()),
    });
    (clusters.into_values().collect(), undeployed.collect())
}

impl Beginning {
    fn of(name: String) -> Self {
        Self {
            name,
            entries: Vec::new(),
            sources: BTreeMap::new(),
            own: Vec::new(),
            undeclared: BTreeSet::new(),
            assumed_folder: None,
            argo: Instance::default(),
        }
    }

    fn add(&mut self, entry: Declared, repository: &Repository, own: &OwnSources) {
        match repository.source_of(&entry) {
            None => {
                self.undeclared.insert(entry.spec.source.clone());
            }
            Some(source) => {
                if let Source::Git(git) = source
                    && own.holds(&entry.spec.source, Some(source))
                {
                    self.own.push(git.clone());
                }
                self.sources.insert(entry.spec.source.clone(), source.clone());
            }
        }
        self.entries.push(entry);
    }
}

/// Which sources are this repository.
#[derive(Debug)]
enum OwnSources {
    /// Those that are declared nowhere: somebody bootstrapped them by hand.
    Undeclared,
    /// That which most Kustomizations use, by its name and URL: its branch may differ between clusters.
    Declared(String, String),
}

fn own_sources(repository: &Repository) -> OwnSources {
    let mut uses: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for declared in &repository.kustomizations {
        match repository.source_of(declared) {
            None if declared.spec.source.kind == "GitRepository" => return OwnSources::Undeclared,
            Some(Source::Git(git)) => *uses.entry((&declared.spec.source.name, &git.url)).or_default() += 1,
            _ => {}
        }
    }
    // What `flux bootstrap` calls its source, where two are used as much.
    match uses.into_iter().max_by_key(|((name, _), count)| (*count, *name == BOOTSTRAPPED)) {
        Some(((name, url), _)) => OwnSources::Declared(name.to_owned(), url.to_owned()),
        None => OwnSources::Undeclared,
    }
}

impl OwnSources {
    fn holds(&self, reference: &Reference, source: Option<&Source>) -> bool {
        match (self, source) {
            (Self::Undeclared, None) => reference.kind == "GitRepository",
            (Self::Declared(name, url), Some(Source::Git(git))) => reference.name == *name && git.url == *url,
            _ => false,
        }
    }
}

/// The files that a Kustomization reads.
fn files_of(one: &Declared, repository: &Repository, own: &OwnSources, reach: &mut Reach<'_>) -> FolderFiles {
    let is_own = own.holds(&one.spec.source, repository.source_of(one));
    if is_own { reach.below_existing(&join("", &one.spec.path)) } else { FolderFiles::default() }
}

/// The files that Flux reads of a repository: those of Kustomizations, and those of folders that clusters begin with.
fn files_of_flux(
    repository: &Repository,
    (own, clusters): (&OwnSources, &BTreeMap<String, Beginning>),
    reach: &mut Reach<'_>,
) -> BTreeSet<String> {
    let mut folders: Vec<FolderFiles> =
        repository.kustomizations.iter().map(|one| files_of(one, repository, own, reach)).collect();
    let assumed = clusters.values().filter_map(|cluster| cluster.assumed_folder.as_deref());
    folders.extend(assumed.map(|folder| reach.below(folder)));
    united(folders.into_iter())
}

/// The name of a cluster of which nothing says more than that an Argo CD runs in it.
const ARGO_CLUSTER: &str = crate::argo::cluster::IN_CLUSTER_NAME;

/// Says of each cluster which Argo CD runs in it. What nothing renders is applied by hand: to the cluster whose folder it
/// stands in, else to one that is called as Argo CD calls the cluster that it runs in.
fn add_argo(
    repository: &Repository,
    (argo, of_flux): (&ArgoReads, &BTreeSet<String>),
    named: &dyn Fn(&str) -> Option<String>,
    clusters: &mut BTreeMap<String, Beginning>,
) {
    let mut entries: BTreeMap<String, Vec<DeclaredUnit>> = BTreeMap::new();
    for unit in argo.entries(repository, of_flux) {
        let of_folder = || cluster_folder(&unit.path).and_then(name_in);
        let name = named(&unit.path).or_else(of_folder).unwrap_or_else(|| ARGO_CLUSTER.to_owned());
        entries.entry(name).or_default().push(unit.clone());
    }
    for name in entries.keys() {
        clusters.entry(name.clone()).or_insert_with(|| Beginning::of(name.clone()));
    }
    for (name, cluster) in clusters {
        let own = entries.remove(name).unwrap_or_default();
        let paths = own.iter().map(|unit| &unit.path).chain(cluster.entries.iter().map(|entry| &entry.path));
        let near = paths.min().cloned().unwrap_or_default();
        cluster.argo = argo.instance(repository, own, &near);
        for git in &cluster.own {
            cluster.argo.own.add(&git.url, git.reference.as_ref().map(|(_, name)| name.as_str()));
        }
    }
}

/// The Kustomizations that render themselves and that no other one reads; and those that nothing reads at all.
fn roots<'r>(
    repository: &'r Repository,
    (own, argo): (&OwnSources, &ArgoReads),
    reach: &mut Reach<'_>,
) -> (Vec<&'r Declared>, Vec<&'r Declared>) {
    let declared = &repository.kustomizations;
    let reads: Vec<FolderFiles> = declared.iter().map(|one| files_of(one, repository, own, reach)).collect();
    let by_argo = argo.of_free_units(repository, &united(reads.iter().cloned()));
    let edges = edges(declared, &reads);
    let reached: Vec<BTreeSet<usize>> = (0..declared.len()).map(|from| closure(from, &edges)).collect();
    let below_others = below_others(&reached);
    let is_unread = |position: usize| !below_others.contains(&position);
    let reads_itself = |position: usize| reached.get(position).is_some_and(|own| own.contains(&position));
    let is_left = |(position, one): &(usize, &Declared)| is_unread(*position) && !by_argo.contains(&one.path);
    let unread = declared.iter().enumerate().filter(is_left);
    let (roots, others): (Vec<_>, Vec<_>) = unread.partition(|(position, _)| reads_itself(*position));
    let only = |found: Vec<(usize, &'r Declared)>| found.into_iter().map(|(_, one)| one).collect();
    (only(roots), only(others))
}

/// For each Kustomization those whose files it reads, by their positions.
fn edges(declared: &[Declared], reads: &[FolderFiles]) -> Vec<Vec<usize>> {
    let mut by_path: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (position, one) in declared.iter().enumerate() {
        by_path.entry(&one.path).or_default().push(position);
    }
    let read = |files: &FolderFiles| {
        let positions = files.iter().filter_map(|path| by_path.get(path.as_str())).flatten();
        positions.copied().collect()
    };
    reads.iter().map(read).collect()
}

/// Those that others reach. What reaches a node and is reached by it stands beside it, not above it.
fn below_others(reached: &[BTreeSet<usize>]) -> BTreeSet<usize> {
    let leads_back = |from: usize, to: usize| reached.get(from).is_some_and(|reached| reached.contains(&to));
    let above = |(other, below): (usize, &BTreeSet<usize>)| {
        let own = below.iter().copied();
        own.filter(|position| *position != other && !leads_back(*position, other)).collect::<Vec<_>>()
    };
    reached.iter().enumerate().flat_map(above).collect()
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

/// Groups by the folders that clusters begin with, and what belongs to none.
type Groups<'d> = (BTreeMap<String, Vec<&'d Declared>>, Vec<&'d Declared>);

/// Groups what nothing reads by the folders of clusters. Where no cluster renders itself, what is in no such folder begins
/// with the folder that all of it is in.
fn grouped<'d>(others: &[&'d Declared], has_roots: bool) -> Groups<'d> {
    let mut groups: BTreeMap<String, Vec<&'d Declared>> = BTreeMap::new();
    let mut rest = Vec::new();
    for other in others {
        match cluster_folder(&other.path) {
            Some(folder) => groups.entry(folder.to_owned()).or_default().push(other),
            None => rest.push(*other),
        }
    }
    if !has_roots && groups.is_empty() && !rest.is_empty() {
        let folder = common_folder(rest.iter().map(|one| one.path.as_str()));
        groups.insert(folder, std::mem::take(&mut rest));
    }
    (groups, rest)
}

/// The folder that all paths are in.
fn common_folder<'p>(mut paths: impl Iterator<Item = &'p str>) -> String {
    let folder = |path: &'p str| path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut common: Vec<&str> = paths.next().map(folder).unwrap_or_default().split('/').collect();
    for path in paths {
        let same =
            common.iter().zip(folder(path).split('/')).take_while(|(one, other)| *one == other).count();
        common.truncate(same);
    }
    common.join("/")
}

/// What `flux bootstrap` calls what it makes.
const BOOTSTRAPPED: &str = "flux-system";

/// The source of a cluster that members of it name: what `flux bootstrap` calls it, else the first Git repository.
fn bootstrap_source(members: &[&Declared]) -> Reference {
    let sources =
        || members.iter().map(|member| &member.spec.source).filter(|source| source.kind == "GitRepository");
    let found = sources().find(|source| source.name == BOOTSTRAPPED).or_else(|| sources().next());
    let made = || Reference {
        kind: "GitRepository".to_owned(),
        namespace: BOOTSTRAPPED.to_owned(),
        name: BOOTSTRAPPED.to_owned(),
    };
    found.cloned().unwrap_or_else(made)
}
