//! What kustomizations render: build each root, judge its output, bring what was found back to the files.
//!
//! Takes the scan so far and a tree that builds can share; adds to findings that stand in the files already the roots
//! that they reach, and those that only the output shows, once for all roots. A root that cannot be built is not
//! assessed. Roots are built by several threads, each with a cache of the files that it has read; what comes of them is
//! put together in the order of the folders.

mod charts;
pub(crate) mod merge;
pub(crate) mod output;
mod proof;
pub(crate) mod root;
mod roots;
mod together;

use std::sync::Arc;

use checks::{Check, Finding};
use inventory::Inventory;
use kustomize::load::{Files, Restriction};
use text::Origin;
use tree::Tree;

use crate::assess::Assessor;
use crate::journeys::Routes;
use crate::workers::Workers;
use merge::{Merge, Reach};
pub(crate) use proof::Prover;
use root::{Renderer, RootOutcome};
use roots::{Kustomizations, Root};
pub(crate) use together::{OutputText, Outputs, RenderedNow, Roots, Together, objects, supposed};

/// How many kustomizations were to be built, and how many were.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RootCounts {
    /// The roots of the tree.
    pub found: usize,
    /// Those that could be built, and were judged.
    pub built: usize,
}

/// What judging output needs.
pub(crate) struct Rendering<'a> {
    /// The tree, for builds to hold.
    pub(crate) tree: &'a Arc<dyn Tree + Send>,
    pub(crate) checks: &'a [&'static dyn Check],
    pub(crate) routes: &'a Routes,
    pub(crate) assessor: &'a Assessor<'a>,
    pub(crate) workers: &'a Workers,
}

/// How many parts the roots are split into for each thread. Roots that are built one after the other share the files
/// that they read; with a few parts for each thread none waits long for the last one.
const PARTS_PER_THREAD: usize = 4;

impl Rendering<'_> {
    /// Builds all roots among `files` and adds what was found in their output.
    pub(crate) fn judge(
        &self,
        files: &[String],
        inventory: &mut Inventory,
        findings: &mut Vec<Finding>,
    ) -> RootCounts {
        let roots = Kustomizations::read(&**self.tree, files).roots();
        let parts = (self.workers.count() * PARTS_PER_THREAD).max(1);
        let parts: Vec<&[Root]> = roots.chunks(roots.len().div_ceil(parts).max(1)).collect();
        let outcomes = self.workers.each(&parts, |_, part| self.part(part, files));
        let outcomes: Vec<RootOutcome> = outcomes.into_iter().flatten().collect();
        let built = outcomes.iter().filter(|outcome| outcome.is_built).count();
        let counts = RootCounts { found: roots.len(), built };
        let mut merge = Merge::new(inventory, findings);
        for (root, outcome) in roots.iter().zip(outcomes) {
            merge.add(&Reach::Kustomization(root.shown().to_owned()), outcome);
        }
        merge.finish();
        counts
    }

    /// Builds some roots one after the other.
    fn part(&self, part: &[Root], files: &[String]) -> Vec<RootOutcome> {
        let shared: Files<Origin> = Files::new(Arc::clone(self.tree), Restriction::None, None);
        let mut shared = shared.kept_for_others();
        let mut outcomes = Vec::with_capacity(part.len());
        for root in part {
            let Some(path) = files.get(root.position) else { continue };
            let renderer = Renderer { root, path, rendering: self };
            let (outcome, files) = renderer.render(shared);
            shared = files;
            outcomes.push(outcome);
        }
        outcomes
    }
}
