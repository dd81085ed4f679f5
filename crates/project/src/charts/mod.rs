//! What charts render: each chart with each set of values at each minor of its journeys, judged and brought back to the
//! places to edit.
//!
//! Takes the scan so far; adds to findings that stand in templates already the renders that they reach, and those that only
//! the output shows, once for all renders. A render that fails is not assessed, in Helm's words. Charts are rendered by
//! several threads; what comes of them is put together in the order of the folders. Talks to no cluster.

mod chart;
mod coverage;
mod find;
pub(crate) mod fix;
pub(crate) mod minors;
mod places;
mod render;
mod switches;
mod written;

use checks::{Check, Finding};
use helm::schema::Remotes;
use inventory::{Inventory, NotAssessed, Reason, Switch};
use jiff::civil::Date;
use tree::Tree;

use crate::ScanError;
use crate::assess::Assessor;
use crate::journeys::Routes;
use crate::rendering::merge::{Merge, Reach};
use crate::rendering::root::RootOutcome;
use crate::workers::Workers;
use chart::{ChartJob, ChartOutcome};
use find::charts;
pub(crate) use places::declared as declared_dependency;
use render::STACK_BYTES;
pub use render::ValuesFile;

/// Gives everything that stands in a folder, ignored by Git or not: a chart is all that is in its folder.
pub type EverythingIn<'a> = &'a (dyn Fn(&str) -> Box<dyn Tree + Send> + Sync);

/// How charts are to be rendered.
#[derive(Clone, Copy)]
pub struct ChartsRequest<'a> {
    /// The folders of charts.
    pub everything_in: EverythingIn<'a>,
    /// Files of values that every chart is rendered with, together, besides what is at hand beside it.
    pub values: &'a [ValuesFile],
    /// The schemas at other addresses that those of values refer to. Values whose schema is not at hand are not validated.
    pub schemas: &'a (dyn Remotes + Sync),
}

impl std::fmt::Debug for ChartsRequest<'_> {
    // Values may be secrets, so that they are counted only.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ChartsRequest").field("values", &self.values.len()).finish_non_exhaustive()
    }
}

/// How many charts were to be rendered, how many were, and in how many ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ChartCounts {
    /// The charts that are rendered by themselves.
    pub found: usize,
    /// Those that could be rendered in one way at least.
    pub rendered: usize,
    /// Renders that were made.
    pub renders: usize,
}

/// What rendering charts needs.
pub(crate) struct Charts<'a> {
    pub(crate) tree: &'a dyn Tree,
    pub(crate) request: ChartsRequest<'a>,
    pub(crate) checks: &'a [&'static dyn Check],
    pub(crate) routes: &'a Routes,
    pub(crate) assessor: &'a Assessor<'a>,
    /// The day at which templates find themselves.
    pub(crate) today: Date,
    pub(crate) threads: usize,
}

impl Charts<'_> {
    /// Renders all charts among `files` and adds what was found in their output.
    ///
    /// # Errors
    /// If threads cannot be started.
    pub(crate) fn judge(
        &self,
        files: &[String],
        inventory: &mut Inventory,
        findings: &mut Vec<Finding>,
    ) -> Result<ChartCounts, ScanError> {
        let folders = charts(files);
        if folders.is_empty() {
            return Ok(ChartCounts::default());
        }
        let workers = Workers::with_stack(self.threads, STACK_BYTES)?;
        let job = ChartJob { charts: self, workers: &workers };
        let outcomes = workers.each(&folders, |_, folder| job.run(folder));
        let mut merge = Merge::new(inventory, findings);
        let mut counts = ChartCounts::default();
        for outcome in outcomes {
            add(&mut merge, &mut counts, outcome);
        }
        merge.finish();
        Ok(counts)
    }
}

/// Adds what came of one chart.
fn add(merge: &mut Merge<'_>, counts: &mut ChartCounts, outcome: ChartOutcome) {
    let ChartOutcome { is_library, renders, is_rendered, failed, judged, switches, coverage, shown } =
        outcome;
    counts.found += usize::from(!is_library);
    counts.rendered += usize::from(is_rendered);
    counts.renders += renders;
    for (path, detail) in failed {
        merge.note(NotAssessed { path, span: None, reason: Reason::RenderFailed, detail }, None);
    }
    for (reach, found, not_assessed) in judged {
        let outcome = RootOutcome { is_built: true, found, not_assessed };
        merge.add(&Reach::Chart(reach), outcome);
    }
    for (path, rest) in coverage {
        merge.judged_by_rendering(&path, rest.told());
    }
    for switch in switches {
        let switches::Switch { place, condition, ways, depends_on_values, always, never_reached } = switch;
        let (place, never_reached) = (merge.span(&place), never_reached.map(|place| merge.span(&place)));
        let chart = shown.clone();
        merge.switch(Switch { chart, place, condition, ways, depends_on_values, always, never_reached });
    }
}
