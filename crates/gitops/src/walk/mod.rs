//! One cluster rendered until nothing new turns up: units render units, sources, and the values that others wait for.
//!
//! Goes in rounds. Each takes all units that have what they need, has them rendered (`rounds.rs`, for all clusters together), and takes in what they
//! made in the order in which the units were found, so that the outcome does not depend on threads. When nothing is ready any
//! more, what may be missing counts as missing; what then still waits is not assessed.

mod argo;
mod destinations;
mod prepare;
mod rounds;
mod take;
mod together;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use helm::capabilities::Capabilities;
use manifest::value::Value;
use rayon::prelude::*;
use version::Minor;

use crate::argo::application::ApplicationSpec;
use crate::argo::source::Tool;
use crate::charts::Charts;
use crate::clusters::{Assumption, Beginning, Clusters};
use crate::flux::{KustomizationSpec, Reference, ReleaseSpec};
use crate::graph::{Cluster, Entry, Fleet, Missing, Outcome, Unit, UnitKey, UnitKind};
use crate::limits::{OWN_REBUILDS_MAX, STACK_BYTES};
use crate::made::{Job, Renders};
use crate::object::RenderedObject;
use crate::ports::Ports;
use crate::release::capabilities;
use crate::repository::{Repository, namespace_of};
use crate::substitute::Strictness;
use crate::trees::{Sources, Trees};
use crate::variables::DataObjects;
use crate::versions::ClusterVersions;

/// What is asked of a repository.
#[derive(Clone, Copy)]
pub struct Request<'r> {
    /// The version of a cluster, where somebody has said one.
    pub version_of: &'r (dyn Fn(&str) -> Option<Minor> + Sync),
    /// Whether a cluster is to be rendered.
    pub is_wanted: &'r dyn Fn(&str) -> bool,
    /// Nanoseconds since 1970 of the moment at which charts find themselves.
    pub now_nanoseconds: i128,
    /// Threads to use; 0 for one per core.
    pub threads: usize,
}

/// Renders what a repository deploys to the clusters that were found in it. What was made of the same repository before, of other minors or with
/// less that was fetched, is not made again.
///
/// # Errors
/// If threads cannot be started.
pub fn observe(
    clusters: &Clusters<'_>,
    (ports, renders): (&Ports<'_>, &Renders),
    request: &Request<'_>,
) -> Result<Fleet, rayon::ThreadPoolBuildError> {
    let pool =
        rayon::ThreadPoolBuilder::new().num_threads(request.threads).stack_size(STACK_BYTES).build()?;
    let Clusters { repository, beginnings, undeployed, versions } = clusters;
    let mut fleet = Fleet { undeployed: undeployed.clone(), ..Fleet::default() };
    let said = |name: &str| versions.known.get(name).map(|said| said.version);
    let version_of = |name: &str| (request.version_of)(name).or_else(|| said(name));
    let world = World { repository, ports, renders, version_of: &version_of };
    // Flux or Argo CD of another cluster may apply something in one that is wanted.
    let may_be_needed = |beginning: &&Beginning| {
        (request.is_wanted)(&beginning.name)
            || beginning.argo.may_reach_others()
            || repository.names_other_clusters
    };
    let wanted = beginnings.iter().filter(may_be_needed);
    let mut walks: Vec<Walk<'_>> = wanted
        .map(|beginning| {
            let (version, assumed) = version(beginning, request, versions);
            Walk::new(world, beginning, (version, assumed), request.now_nanoseconds)
        })
        .collect();
    let finished: Vec<(Cluster, Vec<Assumption>)> = pool.install(|| {
        rounds::run(&mut walks, world);
        walks.into_par_iter().map(Walk::finish).collect()
    });
    for (cluster, assumptions) in finished {
        fleet.assumptions.extend(assumptions);
        destinations::add_all(&mut fleet.clusters, cluster, &version_of);
    }
    fleet.set_aside(request.is_wanted);
    fleet.forget_deployed();
    Ok(fleet)
}

/// The version that a cluster is rendered for, and what is taken for granted with it.
fn version(
    beginning: &Beginning,
    request: &Request<'_>,
    versions: &ClusterVersions,
) -> (Option<Minor>, Option<Assumption>) {
    let cluster = beginning.name.clone();
    if let Some(version) = (request.version_of)(&cluster) {
        return (Some(version), None);
    }
    if let Some(said) = versions.disputed.get(&cluster).cloned() {
        return (None, Some(Assumption::DisputedVersion { cluster, said }));
    }
    let said = versions.known.get(&cluster).cloned();
    let version = said.as_ref().map(|said| said.version);
    (version, said.map(|said| Assumption::SaidVersion { cluster, said: Box::new(said) }))
}

/// What a walk goes through.
#[derive(Clone, Copy)]
struct World<'a> {
    repository: &'a Repository,
    ports: &'a Ports<'a>,
    renders: &'a Renders,
    version_of: &'a (dyn Fn(&str) -> Option<Minor> + Sync),
}

/// What a unit says.
#[derive(Clone)]
enum Spec {
    Kustomization(Arc<KustomizationSpec>),
    Release(Arc<ReleaseSpec>),
    Application(Arc<ApplicationSpec>),
    Set(Arc<Value>),
    /// More than values that are made of decrypted ones.
    Decrypted,
}

/// A unit on its way.
struct Pending {
    object: RenderedObject,
    spec: Spec,
    unit: Unit,
    state: State,
    rebuilds: usize,
    /// The APIs that a chart asked for and did not find.
    absent_apis: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum State {
    Waiting,
    Done,
}

/// Whether to wait for what may be missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Patience {
    Waits,
    Ended,
}

/// Why a unit does not go on.
enum Held {
    /// What it needs may still turn up.
    Until(Missing),
    For(Missing),
}

impl From<Missing> for Held {
    fn from(missing: Missing) -> Self {
        match missing {
            Missing::FindSource(_) | Missing::FindValues(_) | Missing::FindKey { .. } => Self::Until(missing),
            missing => Self::For(missing),
        }
    }
}

struct Walk<'a> {
    world: World<'a>,
    beginning: &'a Beginning,
    name: String,
    version: Option<Minor>,
    now_nanoseconds: i128,
    trees: Trees<'a>,
    charts: Charts<'a>,
    sources: Sources,
    data: DataObjects,
    /// The APIs of custom resources that units install, as `group/version` and `group/version/Kind`.
    custom_apis: BTreeSet<String>,
    /// What charts are told of the cluster, with the APIs that were known when the round began.
    capabilities: Arc<Capabilities>,
    pending: Vec<Pending>,
    by_key: BTreeMap<UnitKey, usize>,
    /// Sources of entries that nobody declares, until they are taken for this repository.
    undeclared: BTreeSet<Reference>,
    assumptions: Vec<Assumption>,
    patience: Patience,
    /// Whether nothing of it waits any more.
    is_over: bool,
    has_passed_limit: bool,
    /// What the Flux that the cluster gets does with a variable that nobody has set; none as long as nobody knows.
    strictness: Option<Strictness>,
    argo: argo::Argo,
}

impl<'a> Walk<'a> {
    fn new(
        world: World<'a>,
        beginning: &'a Beginning,
        (version, assumed): (Option<Minor>, Option<Assumption>),
        now_nanoseconds: i128,
    ) -> Self {
        let World { repository, ports, renders, .. } = world;
        let mut walk = Self {
            world,
            beginning,
            name: beginning.name.clone(),
            version,
            now_nanoseconds,
            trees: Trees::new(repository, (ports, &renders.artifacts), beginning.own.clone()),
            charts: Charts::new(ports, &renders.charts),
            capabilities: Arc::new(capabilities(version, std::iter::empty())),
            sources: Sources::default(),
            data: DataObjects::default(),
            custom_apis: BTreeSet::new(),
            pending: Vec::new(),
            by_key: BTreeMap::new(),
            undeclared: beginning.undeclared.clone(),
            assumptions: assumed.into_iter().collect(),
            patience: Patience::Waits,
            is_over: false,
            has_passed_limit: false,
            strictness: None,
            argo: argo::Argo::of(&beginning.argo),
        };
        // What bootstraps a cluster is applied by hand, its source with it.
        walk.sources.known.clone_from(&beginning.sources);
        for entry in &beginning.entries {
            walk.take_unit(&entry.object, None);
        }
        for entry in &beginning.argo.entries {
            walk.take_unit(&entry.object, None);
        }
        walk
    }

    /// The units that are to be done next, each with its job or the reason why it has none; none if the walk is over.
    fn next_round(&mut self) -> Option<Vec<(usize, Result<Job, Missing>)>> {
        // Each round ends a unit, or the patience, or the walk.
        while !self.is_over {
            let ready = self.ready();
            if !ready.is_empty() {
                self.patience = Patience::Waits;
                return Some(ready);
            }
            if self.assume_sources() || self.ask_charts_again() || self.take_own_values() {
                self.patience = Patience::Waits;
            } else if self.patience == Patience::Waits {
                self.patience = Patience::Ended;
            } else {
                self.give_up();
                self.is_over = true;
            }
        }
        None
    }

    /// The units that go on, in the order in which they were found.
    fn ready(&mut self) -> Vec<(usize, Result<Job, Missing>)> {
        self.capabilities = Arc::new(capabilities(self.version, self.custom_apis.iter().cloned()));
        let mut ready = Vec::new();
        for position in self.waiting() {
            match self.prepare(position, self.patience) {
                Ok(job) => ready.push((position, Ok(job))),
                Err(Held::For(missing)) => ready.push((position, Err(missing))),
                Err(Held::Until(_)) => {}
            }
        }
        ready
    }

    /// The units that are not done, in the order in which they were found.
    fn waiting(&self) -> Vec<usize> {
        let waiting = self.pending.iter().enumerate().filter(|(_, pending)| pending.state == State::Waiting);
        waiting.map(|(position, _)| position).collect()
    }

    /// Takes the sources that are declared nowhere for this repository, if nothing else is left to do; says whether there
    /// was one.
    fn assume_sources(&mut self) -> bool {
        // Several would not all be this repository, and nobody says which one is.
        let undeclared = std::mem::take(&mut self.undeclared);
        let mut still: Vec<Reference> =
            undeclared.into_iter().filter(|source| !self.sources.known.contains_key(source)).collect();
        let Some(only) = still.pop().filter(|only| still.is_empty() && only.kind == "GitRepository") else {
            return false;
        };
        if self.trees.assume_own(&only).is_err() {
            return false;
        }
        let cluster = self.name.clone();
        self.assumptions.push(Assumption::OwnSource { cluster, name: only.to_string() });
        true
    }

    /// Renders again the releases whose charts asked for an API that has turned up since; says whether there was one.
    fn ask_charts_again(&mut self) -> bool {
        let mut was_one = false;
        for pending in &mut self.pending {
            let installed = match &pending.unit.other_cluster {
                Some(cluster) => self.argo.installed(cluster),
                None => Some(&self.custom_apis),
            };
            let is_installed = |api: &String| installed.is_some_and(|installed| installed.contains(api));
            let has_turned_up = pending.absent_apis.iter().any(is_installed);
            if pending.state == State::Done && has_turned_up && pending.rebuilds < OWN_REBUILDS_MAX {
                pending.rebuilds += 1;
                pending.state = State::Waiting;
                pending.absent_apis.clear();
                was_one = true;
            }
        }
        was_one
    }

    /// Looks into Kustomizations that wait for values whether they render these themselves: whoever bootstrapped the
    /// cluster has applied them by hand. Says whether there was one.
    fn take_own_values(&mut self) -> bool {
        let mut was_one = false;
        let World { ports, renders, .. } = self.world;
        for position in self.waiting() {
            let Some(Pending { object, spec: Spec::Kustomization(spec), .. }) = self.pending.get(position)
            else {
                continue;
            };
            let (object, spec) = (object.clone(), Arc::clone(spec));
            let Ok(Some(source)) = self.trees.of(&spec.source, &self.sources) else { continue };
            let job = Job::Build(Box::new(self.build_job((object, spec), source, None)));
            let Ok(made) = renders.of((job.key(), job), ports) else { continue };
            for object in &made.objects {
                was_one |= self.data.add(object, position);
            }
        }
        was_one
    }

    /// What still waits is not assessed, with what it waits for.
    fn give_up(&mut self) {
        for position in self.waiting() {
            let missing = match self.prepare(position, Patience::Ended) {
                Err(Held::Until(missing) | Held::For(missing)) => missing,
                Ok(_) => Missing::Render("units that wait for each other".to_owned()),
            };
            self.take_outcome(position, Err(missing));
        }
    }

    fn finish(self) -> (Cluster, Vec<Assumption>) {
        let beginning = self.beginning;
        let entries = beginning.entries.iter().map(|entry| Entry {
            path: entry.path.clone(),
            unit: UnitKey::of(UnitKind::Kustomization, &entry.object),
        });
        let entries = entries.chain(beginning.argo.entries.iter().filter_map(|entry| {
            let unit = UnitKey::of(take::unit_kind(&entry.object)?, &entry.object);
            Some(Entry { path: entry.path.clone(), unit })
        }));
        let mut units: Vec<Unit> = self.pending.into_iter().map(|pending| pending.unit).collect();
        together::note(&mut units);
        let name = self.name;
        let mut assumptions = self.assumptions;
        if let Some(folder) = &beginning.assumed_folder {
            assumptions.push(Assumption::Bootstrap { cluster: name.clone(), folder: folder.clone() });
        }
        if let Some(url) = self.argo.assumed_url() {
            assumptions.push(Assumption::OwnRepository { cluster: name.clone(), url: url.to_owned() });
        }
        if units.iter().any(renders_chart) && self.version.is_none() {
            assumptions.push(Assumption::Version { cluster: name.clone() });
        }
        let (entries, data_homes) = (entries.collect(), self.data.into_homes());
        let cluster = Cluster { name, version: self.version, entries, units, data_homes };
        (cluster, assumptions)
    }
}

/// Whether a unit of a cluster renders a chart there.
fn renders_chart(unit: &Unit) -> bool {
    let Outcome::Rendered(made) = &unit.outcome else { return unit.key.kind == UnitKind::HelmRelease };
    match &made.job {
        Job::Render(_) => true,
        Job::Application(job) => {
            let mut sources = job.sources.iter();
            unit.other_cluster.is_none() && sources.any(|source| source.resolved.tool == Tool::Helm)
        }
        Job::Build(_) | Job::Set(_) => false,
    }
}

impl Fleet {
    /// Sets the clusters aside that nobody asked about, as far as units of others come from theirs.
    fn set_aside(&mut self, is_wanted: &dyn Fn(&str) -> bool) {
        let (wanted, others): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.clusters).into_iter().partition(|cluster| is_wanted(&cluster.name));
        let tellers =
            wanted.iter().flat_map(|cluster| &cluster.units).filter_map(|unit| unit.teller.as_ref());
        let tellers: BTreeSet<&String> = tellers.filter_map(|teller| teller.cluster.as_ref()).collect();
        self.tellers = others.into_iter().filter(|other| tellers.contains(&other.name)).collect();
        self.clusters = wanted;
    }

    /// Takes out of what nothing deploys that which a unit turned out to render.
    fn forget_deployed(&mut self) {
        let units = self.clusters.iter().flat_map(|cluster| &cluster.units);
        let names: BTreeSet<(&str, &str)> =
            units.map(|unit| (unit.key.namespace.as_str(), unit.key.name.as_str())).collect();
        self.undeployed.retain(|one| !names.contains(&(one.name.0.as_str(), one.name.1.as_str())));
    }
}

impl UnitKey {
    fn of(kind: UnitKind, object: &RenderedObject) -> Self {
        Self { kind, namespace: namespace_of(object).to_owned(), name: object.id.name.clone() }
    }
}
