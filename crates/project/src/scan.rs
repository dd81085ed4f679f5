//! The scan: list, assess each file on its own, look at all rows together, apply the configuration.
//!
//! Files are streamed: each is read, judged and dropped by one thread, and what stays is put in the order of
//! the paths, so that the outcome does not depend on how many threads there are.

use std::sync::Arc;

use checks::{Check, Context, Finding, Journey};
use config::Config;
use inventory::{Inventory, NotAssessed, Reason};
use jiff::civil::Date;
use text::{Source, TextId, Texts};
use tree::{Listing, Obstacle, ObstacleReason, Tree};
use version::Minor;

use crate::assess::{Assessor, FileOutcome};
use crate::charts::{ChartCounts, Charts, ChartsRequest};
use crate::fleet::{self, FleetCounts, FleetRequest, KnownClusters, Observed, Observing};
use crate::journeys::{self, Asked, Routes};
use crate::kind;
use crate::policy::{self, Waived};
use crate::rendering::{Rendering, RootCounts};
use crate::select::may_matter;
use crate::workers::Workers;
use crate::workloads;

/// What to scan for.
#[derive(Debug, Clone)]
pub struct ScanRequest {
    /// The minor that all clusters run now; without it, the configuration's, or unknown.
    pub from: Option<Minor>,
    /// The minor that all clusters go to; without it, the configuration's, or the next.
    pub to: Option<Minor>,
    /// The day, by which waivers expire.
    pub today: Date,
    /// Ids of the checks to run; empty for all.
    pub only: Vec<String>,
    /// Threads to use; 0 for one per core.
    pub threads: usize,
    /// Whether a target past what the facts reach is taken, with everything unknown not assessed.
    pub beyond_horizon: bool,
}

/// What came of a scan.
#[derive(Debug)]
pub struct Scan {
    /// What was seen.
    pub inventory: Inventory,
    /// The findings that count, in the order of the files.
    pub findings: Vec<Finding>,
    /// The findings that waivers accept.
    pub waived: Vec<Waived>,
    /// The ways that were judged.
    pub journeys: Vec<Journey>,
    /// How many kustomizations were built; none if nobody asked for them.
    pub roots: Option<RootCounts>,
    /// How many charts were rendered; none if nobody asked for them.
    pub charts: Option<ChartCounts>,
    /// How many units of clusters were rendered; none if nobody asked for them.
    pub fleet: Option<FleetCounts>,
    /// What is known of the clusters; none if nobody asked.
    pub clusters: Option<KnownClusters>,
}

impl Scan {
    /// The paths of all files that were looked at.
    pub fn file_paths(&self) -> impl Iterator<Item = &str> {
        let ids = 0..u32::try_from(self.inventory.texts.len()).unwrap_or(u32::MAX);
        ids.filter_map(|id| self.inventory.texts.path(TextId(id)))
    }
}

/// Why a scan cannot begin.
#[derive(Debug, thiserror::Error)]
pub enum ScanError {
    /// The target lies past the facts.
    #[error("the facts reach Kubernetes {horizon}, and {to} is past that")]
    PassHorizon {
        /// The target.
        to: Minor,
        /// The newest minor that is known.
        horizon: Minor,
    },
    /// The start is newer than the target.
    #[error("cannot go from {from} to {to}: a control plane is never moved back")]
    GoBack {
        /// The start.
        from: Minor,
        /// The target.
        to: Minor,
    },
    /// There is no check of this id.
    #[error("there is no check '{id}'")]
    UnknownCheck {
        /// The id.
        id: String,
        /// The id that was probably meant.
        nearest: Option<&'static str>,
    },
    /// The threads could not be started.
    #[error("cannot start {threads} threads")]
    StartThreads {
        /// How many.
        threads: usize,
        /// The cause.
        #[source]
        source: rayon::ThreadPoolBuildError,
    },
}

/// Is told how far a scan has come.
pub trait Progress: Sync {
    /// So many files will be looked at.
    fn begin(&self, files: u64);
    /// One more was.
    fn advance(&self);
}

/// Scans everything below the root of `tree`.
///
/// # Errors
/// If what is asked for makes no sense; never because of what the files hold.
pub fn scan(
    tree: &dyn Tree,
    config: &Config,
    request: &ScanRequest,
    progress: &dyn Progress,
) -> Result<Scan, ScanError> {
    scan_and_render((tree, None), config, request, progress)
}

/// What is rendered and judged besides the files.
#[derive(Clone, Copy)]
pub struct Rendered<'a> {
    /// The tree, for builds of several threads to hold.
    pub tree: &'a Arc<dyn Tree + Send>,
    /// Whether kustomizations are built.
    pub kustomizations: bool,
    /// How charts are rendered; none if they are not.
    pub charts: Option<ChartsRequest<'a>>,
    /// How clusters are rendered; none if they are not.
    pub fleet: Option<FleetRequest<'a>>,
}

/// Scans everything below the root of a tree, and what its kustomizations and charts render.
///
/// # Errors
/// As [`scan()`]; what cannot be rendered is not assessed.
pub fn scan_rendered(
    rendered: Rendered<'_>,
    config: &Config,
    request: &ScanRequest,
    progress: &dyn Progress,
) -> Result<Scan, ScanError> {
    scan_and_render((&**rendered.tree, Some(rendered)), config, request, progress)
}

fn scan_and_render(
    (tree, rendered): (&dyn Tree, Option<Rendered<'_>>),
    config: &Config,
    request: &ScanRequest,
    progress: &dyn Progress,
) -> Result<Scan, ScanError> {
    let asked = Asked { from: request.from, to: request.to };
    let whole = journeys::all(config, asked);
    check_journeys(&whole.journeys, request.beyond_horizon)?;
    let checks = policy::enabled_checks(config, &request.only)?;
    let listing = tree.list(&may_matter);
    let threads = request.threads;
    let observing = rendered.and_then(|rendered| Some((rendered.tree, rendered.fleet?)));
    let observed = observing
        .map(|(tree, request)| Observed::of(Observing { tree, config, asked, request, threads }))
        .transpose()?;
    let clusters = observed.as_ref().map(Observed::known);
    // Clusters that the configuration does not name have names and ways of their own all the same.
    let whole = match observed.as_ref().filter(|_| config.clusters.is_empty()) {
        Some(observed) if observed.has_clusters() => observed.route_of_all(),
        _ => whole,
    };
    let routes = Routes::new(config, asked, &listing.files, clusters.as_ref());
    let assessor = Assessor::new(tree, &checks, &routes, &listing.files);
    let workers = Workers::start(request.threads, listing.files.len())?;

    let mut inventory = Inventory { texts: texts_of(&listing), ..Inventory::default() };
    note_obstacles(&mut inventory, &listing.obstacles);
    note_horizon(&mut inventory, &whole.journeys);
    let config_text = inventory.texts.add(Source::File { path: config::FILE_NAME.to_owned() });
    progress.begin(listing.files.len() as u64);
    let outcomes = workers.each(&listing.files, |position, path| {
        let outcome = assessor.assess(text_id(position), path);
        progress.advance();
        outcome
    });
    let Taken { mut findings, unparsed } = take_outcomes(&mut inventory, outcomes);
    workloads::complete(&mut inventory, &unparsed, &assessor, &workers);
    let context = Context { journeys: &whole.journeys, overlay: &whole.overlay };
    let over_all = checks::run_inventory(&context, &inventory, &checks);
    findings.extend(over_all.findings);
    inventory.not_assessed.extend(over_all.not_assessed);
    let judging =
        Judging { request, checks: &checks, routes: &routes, assessor: &assessor, workers: &workers };
    let (roots, charts) = judging.rendered(rendered, &listing.files, &mut inventory, &mut findings)?;
    let fleet = observed.as_ref().zip(clusters.as_ref()).map(|(observed, clusters)| {
        let judging = fleet::Judging { checks: &checks, assessor: &assessor, workers: &workers };
        // Charts that were judged for themselves say what no values reach.
        if charts.is_none() {
            let folders = kind::charts(&listing.files);
            observed.settle((clusters, &folders), &mut inventory, &mut findings);
        }
        observed.judge(judging, clusters, &mut inventory, &mut findings)
    });

    inventory
        .not_assessed
        .sort_by(|a, b| (&a.path, a.span, a.reason, &a.detail).cmp(&(&b.path, b.span, b.reason, &b.detail)));
    findings.sort_by(|a, b| (a.span, a.check, &a.message).cmp(&(b.span, b.check, &b.message)));
    let (findings, waived) =
        policy::Scope { config, today: request.today }.apply(config_text, &inventory, findings);
    Ok(Scan { inventory, findings, waived, journeys: whole.journeys, roots, charts, fleet, clusters })
}

/// What judging output needs.
struct Judging<'a> {
    request: &'a ScanRequest,
    checks: &'a [&'static dyn Check],
    routes: &'a Routes,
    assessor: &'a Assessor<'a>,
    workers: &'a Workers,
}

impl Judging<'_> {
    /// Judges what kustomizations and charts render, where that was asked for.
    fn rendered(
        &self,
        rendered: Option<Rendered<'_>>,
        files: &[String],
        inventory: &mut Inventory,
        findings: &mut Vec<Finding>,
    ) -> Result<(Option<RootCounts>, Option<ChartCounts>), ScanError> {
        let Some(Rendered { tree, kustomizations, charts, .. }) = rendered else { return Ok((None, None)) };
        let Judging { request, checks, routes, assessor, workers } = *self;
        let (today, threads) = (request.today, request.threads);
        let roots = kustomizations.then(|| {
            let rendering = Rendering { tree, checks, routes, assessor, workers };
            rendering.judge(files, inventory, findings)
        });
        let charts = charts.map(|request| {
            let charts = Charts { tree: &**tree, request, checks, routes, assessor, today, threads };
            charts.judge(files, inventory, findings)
        });
        Ok((roots, charts.transpose()?))
    }
}

fn check_journeys(journeys: &[Journey], beyond_horizon: bool) -> Result<(), ScanError> {
    for journey in journeys {
        if journey.to > catalog::HORIZON && !beyond_horizon {
            return Err(ScanError::PassHorizon { to: journey.to, horizon: catalog::HORIZON });
        }
        if let Some(from) = journey.from.filter(|from| *from > journey.to) {
            return Err(ScanError::GoBack { from, to: journey.to });
        }
    }
    Ok(())
}

/// File texts first, in the order of the listing, so that a file's text id is its position.
fn texts_of(listing: &Listing) -> Texts {
    let mut texts = Texts::new();
    for path in &listing.files {
        texts.add(Source::File { path: path.clone() });
    }
    texts
}

fn text_id(position: usize) -> TextId {
    TextId(u32::try_from(position).unwrap_or(u32::MAX))
}

/// What of the outcomes is no part of the inventory.
struct Taken {
    findings: Vec<Finding>,
    /// Files with documents that were not parsed.
    unparsed: Vec<TextId>,
}

fn take_outcomes(inventory: &mut Inventory, outcomes: Vec<FileOutcome>) -> Taken {
    let mut taken = Taken { findings: Vec::new(), unparsed: Vec::new() };
    for (position, outcome) in outcomes.into_iter().enumerate() {
        inventory.files_assessed += u64::from(outcome.assessed);
        inventory.documents_assessed += outcome.documents;
        inventory.not_assessed.extend(outcome.not_assessed);
        outcome.rows.into_iter().for_each(|row| inventory.add_row(row));
        taken.findings.extend(outcome.findings);
        if outcome.has_unparsed {
            taken.unparsed.push(text_id(position));
        }
    }
    taken
}

fn note_obstacles(inventory: &mut Inventory, obstacles: &[Obstacle]) {
    for obstacle in obstacles {
        let reason = match obstacle.reason {
            ObstacleReason::OutsideRoot => Reason::OutsideRoot,
            ObstacleReason::LinkLoop => Reason::LinkLoop,
            ObstacleReason::DanglingLink
            | ObstacleReason::UnreadableFolder
            | ObstacleReason::AmbiguousName => Reason::Unreadable,
            ObstacleReason::NotARegularFile => Reason::NotARegularFile,
        };
        let (path, detail) = (obstacle.path.clone(), obstacle.detail.clone());
        inventory.not_assessed.push(NotAssessed { path, span: None, reason, detail });
    }
}

/// A journey past the facts leaves the whole repository not assessed for the minors that nobody knows, whatever
/// its files hold.
fn note_horizon(inventory: &mut Inventory, journeys: &[Journey]) {
    let Some(to) = journeys.iter().map(|journey| journey.to).max().filter(|to| *to > catalog::HORIZON) else {
        return;
    };
    inventory.not_assessed.push(NotAssessed {
        path: ROOT.to_owned(),
        span: None,
        reason: Reason::BeyondHorizon,
        detail: format!("what changes after Kubernetes {}, up to {to}", catalog::HORIZON),
    });
}

/// The path of the repository as a whole.
const ROOT: &str = ".";

/// Shows nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoProgress;

impl Progress for NoProgress {
    fn begin(&self, _files: u64) {}

    fn advance(&self) {}
}
