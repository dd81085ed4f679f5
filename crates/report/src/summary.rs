//! The counts of a scan: by severity, by minor on the way, by reason.

use std::collections::BTreeMap;

use checks::{Finding, Safety, Severity};
use inventory::{Inventory, Reason};
use version::Minor;

use crate::text::counted;

/// Numbers of findings by severity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Fail on the way.
    pub breaks: usize,
    /// Change their meaning without an error.
    pub silent: usize,
    /// Will be a problem later.
    pub warning: usize,
    /// Good to know.
    pub info: usize,
    /// Of all these, have a fix that may be applied unattended.
    pub fixable: usize,
    /// Of all these, have a fix that somebody must say yes to.
    pub questions: usize,
    /// Of all these, have a fix that waits for something else.
    pub later: usize,
}

impl Counts {
    fn add(&mut self, finding: &Finding) {
        match finding.severity {
            Severity::Breaks => self.breaks += 1,
            Severity::Silent => self.silent += 1,
            Severity::Warning => self.warning += 1,
            Severity::Info => self.info += 1,
        }
        match finding.fix.as_ref().map(|fix| &fix.safety) {
            Some(Safety::Safe) => self.fixable += 1,
            Some(Safety::Ask(_)) => self.questions += 1,
            Some(Safety::Later { .. }) => self.later += 1,
            None => {}
        }
    }

    /// The counts of both.
    pub(crate) fn plus(self, other: Self) -> Self {
        Self {
            breaks: self.breaks + other.breaks,
            silent: self.silent + other.silent,
            warning: self.warning + other.warning,
            info: self.info + other.info,
            fixable: self.fixable + other.fixable,
            questions: self.questions + other.questions,
            later: self.later + other.later,
        }
    }

    /// How many findings there are.
    #[must_use]
    pub fn total(&self) -> usize {
        self.breaks + self.silent + self.warning + self.info
    }
}

/// The findings that bite at one minor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MinorRow {
    /// The minor; none for findings that depend on none.
    pub minor: Option<Minor>,
    /// The counts.
    pub counts: Counts,
}

/// Charts and their renders.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ChartCounts {
    /// The charts that are rendered by themselves.
    pub found: usize,
    /// Those that could be rendered in one way at least.
    pub rendered: usize,
    /// How many renders there were: each chart with each set of values at each minor.
    pub renders: usize,
}

/// Clusters and their units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FleetCounts {
    /// The clusters.
    pub clusters: usize,
    /// Their units.
    pub units: usize,
    /// The units that could be rendered at each minor.
    pub rendered: usize,
}

impl Summary {
    /// How many units, kustomizations and charts were rendered, each in words.
    pub(crate) fn rendered(&self) -> Vec<String> {
        let roots = self
            .roots
            .map(|(found, built)| format!("{built} of {} rendered", counted(found, "kustomization")));
        // Where there is none, nothing was left out either.
        let charts = self.charts.filter(|charts| charts.found > 0);
        let charts = charts.map(|ChartCounts { found, rendered, renders }| {
            format!("{rendered} of {} rendered in {}", counted(found, "chart"), counted(renders, "way"))
        });
        let fleet = self.fleet.filter(|fleet| fleet.clusters > 0);
        let fleet = fleet.map(|FleetCounts { clusters, units, rendered }| {
            format!("{rendered} of {} of {} rendered", counted(units, "unit"), counted(clusters, "cluster"))
        });
        fleet.into_iter().chain(roots).chain(charts).collect()
    }
}

/// The counts of a scan.
#[derive(Debug, Clone, Default)]
pub struct Summary {
    /// All findings.
    pub total: Counts,
    /// By the minor at which they bite, oldest first, those without one last.
    pub by_minor: Vec<MinorRow>,
    /// Findings that waivers accept.
    pub waived: usize,
    /// Files with findings.
    pub files_with_findings: usize,
    /// Files that were read and judged.
    pub files_assessed: u64,
    /// Documents that were judged.
    pub documents_assessed: u64,
    /// What was not assessed, by reason.
    pub not_assessed: Vec<(Reason, usize)>,
    /// How many kustomizations were to be built, and how many were; none if nobody asked for them.
    pub roots: Option<(usize, usize)>,
    /// How many charts were to be rendered, how many were, and how many renders that took; none if nobody asked for them.
    pub charts: Option<ChartCounts>,
    /// How many units of clusters were to be rendered, and how many were; none if nobody asked for them.
    pub fleet: Option<FleetCounts>,
}

impl Summary {
    /// Counts.
    #[must_use]
    pub fn new(findings: &[Finding], waived: usize, inventory: &Inventory) -> Self {
        let mut total = Counts::default();
        let mut by_minor: BTreeMap<(bool, Option<Minor>), Counts> = BTreeMap::new();
        let mut files = Vec::new();
        for finding in findings {
            total.add(finding);
            by_minor.entry((finding.minor.is_none(), finding.minor)).or_default().add(finding);
            files.push(inventory.texts.resolve(finding.span).map_or(finding.span, |(span, _)| span).text);
        }
        files.sort_unstable();
        files.dedup();
        let mut reasons: BTreeMap<Reason, usize> = BTreeMap::new();
        for item in &inventory.not_assessed {
            *reasons.entry(item.reason).or_default() += 1;
        }
        Self {
            total,
            by_minor: by_minor.into_iter().map(|((_, minor), counts)| MinorRow { minor, counts }).collect(),
            waived,
            files_with_findings: files.len(),
            files_assessed: inventory.files_assessed,
            documents_assessed: inventory.documents_assessed,
            not_assessed: reasons.into_iter().collect(),
            roots: None,
            charts: None,
            fleet: None,
        }
    }

    /// How many things were not assessed.
    #[must_use]
    pub fn not_assessed_total(&self) -> usize {
        self.not_assessed.iter().map(|(_, count)| count).sum()
    }
}
