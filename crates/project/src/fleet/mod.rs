//! What clusters get: every unit of every cluster rendered at each minor of its way, judged, and brought back to the places to
//! edit.
//!
//! Takes the scan so far; adds to findings that stand in files already the units that they reach, and those that only the
//! output shows, once for all units. Texts that are equal are judged once, however many clusters get them. A unit that lacks
//! something is not assessed. Files that no cluster gets are told apart. Opens no socket: what was fetched comes through ports.

mod carried;
mod expected;
pub(crate) mod fix;
mod foresee;
mod journeys;
mod judge;
mod places;
mod proof;
mod settled;
mod split;
pub(crate) mod take;
mod undeployed;
mod unseen;
mod written;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use checks::{Check, Finding};
use config::Config;
use gitops::{Clusters, Deployment, Fleet, Ports, Renders, Repository, Request, Tracer, observe};
use inventory::{Inventory, NotAssessed, Reason};
use tree::Tree;
use version::Minor;

use crate::ScanError;
use crate::assess::Assessor;
use crate::journeys::{Asked, Route};
use crate::rendering::merge::{Merge, Reach};
use crate::workers::Workers;
use foresee::{Foreseeing, OpenFix};
pub(crate) use journeys::ClusterRoutes;
use judge::Subject;
use places::Places;
pub(crate) use proof::Units;
use split::Splitting;

/// How clusters are to be rendered.
#[derive(Clone, Copy)]
pub struct FleetRequest<'a> {
    /// What was fetched of other places.
    pub ports: &'a Ports<'a>,
    /// What was rendered of the same files before.
    pub renders: &'a Renders,
    /// Nanoseconds since 1970 of the moment at which charts find themselves.
    pub now_nanoseconds: i128,
}

impl std::fmt::Debug for FleetRequest<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FleetRequest").finish_non_exhaustive()
    }
}

/// How many clusters there are, how many units they have, and how many of these could be rendered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FleetCounts {
    /// The clusters.
    pub clusters: usize,
    /// Their units.
    pub units: usize,
    /// The units that could be rendered, and were judged.
    pub rendered: usize,
    /// Those that lack what was not fetched.
    pub to_fetch: usize,
}

/// What observing clusters needs.
#[derive(Clone, Copy)]
pub(crate) struct Observing<'a> {
    pub(crate) tree: &'a Arc<dyn Tree + Send>,
    pub(crate) config: &'a Config,
    pub(crate) asked: Asked,
    pub(crate) request: FleetRequest<'a>,
    pub(crate) threads: usize,
}

/// What judging what clusters get needs.
#[derive(Clone, Copy)]
pub(crate) struct Judging<'a> {
    pub(crate) checks: &'a [&'static dyn Check],
    pub(crate) assessor: &'a Assessor<'a>,
    pub(crate) workers: &'a Workers,
}

/// The clusters as they are at one minor.
pub(crate) struct At {
    pub(crate) minor: Minor,
    pub(crate) fleet: Fleet,
}

/// The clusters of a repository at each minor of their ways.
pub(crate) struct Observed<'a> {
    tree: &'a Arc<dyn Tree + Send>,
    ports: &'a Ports<'a>,
    repository: Repository,
    /// The versions that files say clusters run.
    said: BTreeMap<String, Minor>,
    routes: ClusterRoutes,
    fleets: Vec<At>,
}

/// What is known of the clusters that a repository deploys to.
#[derive(Debug)]
pub struct KnownClusters {
    /// Which files they get.
    pub(crate) deployment: Deployment,
    /// The versions that files of the repository say they run.
    pub(crate) versions: BTreeMap<String, Minor>,
}

impl<'a> Observed<'a> {
    /// Renders all clusters at each minor of the way of any.
    ///
    /// # Errors
    /// If threads cannot be started.
    pub(crate) fn of(observing: Observing<'a>) -> Result<Self, ScanError> {
        let Observing { tree, config, asked, request, threads } = observing;
        let FleetRequest { ports, renders, now_nanoseconds } = request;
        let repository = Repository::open(Arc::clone(tree));
        let named = |path: &str| config.cluster_of(path).map(|cluster| cluster.name.clone());
        let clusters = Clusters::find(&repository, &named);
        let known = clusters.versions().known.iter();
        let said = known.map(|(name, said)| (name.clone(), said.version)).collect();
        let mut routes = ClusterRoutes::default();
        routes.add((config, &said), asked, clusters.names());
        let mut fleets = Vec::new();
        for minor in routes.minors() {
            let request = Request {
                version_of: &|_| Some(minor),
                is_wanted: &|name| routes.passes(name, minor),
                now_nanoseconds,
                threads,
            };
            let fleet = observe(&clusters, (ports, renders), &request)
                .map_err(|source| ScanError::StartThreads { threads, source })?;
            fleets.push(At { minor, fleet });
        }
        let reached = fleets.iter().flat_map(|at: &At| &at.fleet.clusters);
        routes.add((config, &said), asked, reached.map(|cluster| cluster.name.as_str()));
        Ok(Self { tree, ports, repository, said, routes, fleets })
    }

    pub(crate) fn has_clusters(&self) -> bool {
        !self.routes.is_empty()
    }

    /// The ways of all clusters.
    pub(crate) fn route_of_all(&self) -> Route {
        self.routes.of_all()
    }

    /// What is known of the clusters.
    pub(crate) fn known(&self) -> KnownClusters {
        let deployment = Deployment::of(self.fleets.iter().map(|at| &at.fleet), &self.repository);
        KnownClusters { deployment, versions: self.said.clone() }
    }

    /// Adds what is found in what the clusters get.
    pub(crate) fn judge(
        &self,
        judging: Judging<'_>,
        known: &KnownClusters,
        inventory: &mut Inventory,
        findings: &mut Vec<Finding>,
    ) -> FleetCounts {
        let fleets = &self.fleets;
        let subjects = subjects(fleets);
        let judged = judge::all(judging, (fleets, &self.routes), &subjects);
        let mut places = Places::new(fleets, self.tracers());
        let mut merge = Merge::new(inventory, findings);
        let mut open = Vec::new();
        for (subject, text) in &judged {
            for (finding, (reach, outcome)) in places.outcomes(subject, text).into_iter().enumerate() {
                merge.add(&Reach::Unit(reach), outcome);
                let found = merge.take_at_origin().into_iter();
                open.extend(found.map(|position| OpenFix { position, subject, text, finding }));
            }
        }
        let tree = &**self.tree;
        let (routes, deployment) = (&self.routes, &known.deployment);
        Foreseeing { judging, routes, deployment, tree }.run(&open, &mut places, &mut merge);
        not_assessed(fleets, &mut places, &mut merge);
        merge.finish();
        let splitting = Splitting { fleets, routes, deployment, judging, tree, places: &mut places };
        splitting.run(inventory, findings);
        undeployed::mark(&known.deployment, &self.repository, inventory, findings);
        counts(fleets)
    }

    /// Takes files for judged of which only what clusters get of them can be: templates, and what is encrypted.
    pub(crate) fn settle(
        &self,
        (known, charts): (&KnownClusters, &BTreeSet<String>),
        inventory: &mut Inventory,
        findings: &mut Vec<Finding>,
    ) {
        let mut merge = Merge::new(inventory, findings);
        settled::templates(&known.deployment, (&self.repository, charts), &mut merge);
        settled::encrypted(&known.deployment, &mut merge);
        merge.finish();
    }

    /// What traces the objects of each minor.
    fn tracers(&self) -> Vec<Tracer<'_>> {
        self.fleets.iter().map(|at| Tracer::new(&at.fleet, &self.repository, self.ports)).collect()
    }
}

/// Every unit of every cluster with the minors at which it is rendered to the same objects.
fn subjects(fleets: &[At]) -> Vec<Subject> {
    let mut found: BTreeMap<(&str, &gitops::UnitKey), Vec<Subject>> = BTreeMap::new();
    for (position, at) in fleets.iter().enumerate() {
        for (cluster, one) in at.fleet.clusters.iter().enumerate() {
            for (unit, of) in one.units.iter().enumerate().filter(|(_, of)| !of.objects().is_empty()) {
                let known = found.entry((&one.name, &of.key)).or_default();
                let same = known.iter_mut().find(|subject| subject.is_same(fleets, of));
                match same {
                    Some(subject) => subject.minors.push(at.minor),
                    None => {
                        let minors = vec![at.minor];
                        known.push(Subject { fleet: position, cluster, unit, minors });
                    }
                }
            }
        }
    }
    found.into_values().flatten().collect()
}

/// Tells units that are not assessed, each once.
fn not_assessed(fleets: &[At], places: &mut Places<'_>, merge: &mut Merge<'_>) {
    for (position, at) in fleets.iter().enumerate() {
        for (cluster, one) in at.fleet.clusters.iter().enumerate() {
            for (unit, of) in one.units.iter().enumerate() {
                let gitops::Outcome::NotAssessed(missing) = &of.outcome else { continue };
                let place = places.of_unit((position, cluster, unit));
                let detail = format!("{} of {}: {missing}", of.key, one.name);
                let path = place.as_ref().map_or_else(|| ".".to_owned(), |place| place.path.clone());
                merge.note(NotAssessed { path, span: None, reason: Reason::UnitLacks, detail }, place);
            }
        }
    }
}

/// The counts of the last minor: what the clusters are to be.
fn counts(fleets: &[At]) -> FleetCounts {
    let mut units: BTreeMap<(&str, &gitops::UnitKey), (bool, bool)> = BTreeMap::new();
    let mut clusters: Vec<&str> = Vec::new();
    for one in fleets.iter().flat_map(|at| &at.fleet.clusters) {
        clusters.push(&one.name);
        for unit in &one.units {
            let is_rendered = matches!(unit.outcome, gitops::Outcome::Rendered(_));
            let lacks = matches!(unit.outcome, gitops::Outcome::NotAssessed(gitops::Missing::Fetch(_)));
            let known = units.entry((&one.name, &unit.key)).or_insert((true, false));
            *known = (known.0 && is_rendered, known.1 || lacks);
        }
    }
    clusters.sort_unstable();
    clusters.dedup();
    let rendered = units.values().filter(|(is_rendered, _)| *is_rendered).count();
    let to_fetch = units.values().filter(|(_, lacks)| *lacks).count();
    FleetCounts { clusters: clusters.len(), units: units.len(), rendered, to_fetch }
}
