//! What will become of fixes that are made where the bytes were written, before anybody asks for them.
//!
//! Takes findings that only outputs show; a place that clusters of several versions share is judged once more for the ways of
//! all of them, so that what is offered is served by all. What has no place that can be edited is left to a person, with the
//! reason. What only rendering again can find is not foreseen.

use std::collections::BTreeMap;

use checks::{Context, Finding, FixAction, Safety};
use fixes::Answers;
use gitops::Deployment;
use manifest::limits::FILE_BYTES_MAX;
use tree::Tree;

use super::judge::{JudgedText, Subject};
use super::places::Places;
use super::written::WrittenByUnit;
use super::{ClusterRoutes, Judging, take};
use crate::at_origin::Candidate;
use crate::journeys::Route;
use crate::rendering::merge::Merge;
use crate::rendering::output::judge;

/// The check that says that clusters which share something have no version in common. It finds nothing for one cluster alone.
pub(super) const NO_COMMON_VERSION: &str = "no-common-version";

/// A finding whose fix is to be made at the origin, with the first output that shows it.
pub(super) struct OpenFix<'s> {
    pub(super) position: usize,
    pub(super) subject: &'s Subject,
    pub(super) text: &'s JudgedText,
    /// The position among the findings of the text.
    pub(super) finding: usize,
}

/// Foresees fixes.
pub(super) struct Foreseeing<'f> {
    pub(super) judging: Judging<'f>,
    pub(super) routes: &'f ClusterRoutes,
    /// Who gets which file.
    pub(super) deployment: &'f Deployment,
    pub(super) tree: &'f dyn Tree,
}

/// A finding of an output for the ways of all clusters that share its place.
pub(super) struct Shared {
    pub(super) route: Route,
    /// The finding; none if it is none for all of them together.
    pub(super) finding: Option<Finding>,
    /// What another check finds of the same field then, such as that a version goes which is only deprecated for one of them.
    pub(super) instead: Option<Finding>,
    /// What is found at the same bytes only because several clusters share them.
    pub(super) in_common: Option<Finding>,
}

impl Foreseeing<'_> {
    /// Says of each finding what will become of its fix.
    pub(super) fn run(&self, open: &[OpenFix<'_>], places: &mut Places<'_>, merge: &mut Merge<'_>) {
        for fix in open {
            let Some(known) = merge.finding(fix.position).cloned() else { continue };
            let Some(found) = fix.text.judged.findings.get(fix.finding) else { continue };
            let path = merge.path_of(known.span).unwrap_or_default().to_owned();
            if let Some(told) = self.taken(&known, &path) {
                merge.finding_mut(fix.position).into_iter().for_each(|known| *known = told.clone());
                continue;
            }
            let shared = self.shared((&known, &path), fix.text, found);
            if let Some(instead) = &shared.instead
                && merge.yield_to(fix.position, instead.check)
            {
                continue;
            }
            let told = self.told(known, fix, &shared, places);
            if let Some(in_common) = shared.in_common {
                merge.push(standing_at(in_common, &told));
            }
            if let Some(known) = merge.finding_mut(fix.position) {
                *known = told;
            }
        }
    }

    /// A finding of a text as it is for all clusters that it reaches, and that get the file at `path` which is to be edited.
    pub(super) fn shared(
        &self,
        (known, path): (&Finding, &str),
        text: &JudgedText,
        found: &Finding,
    ) -> Shared {
        let route = self.route_of(known, path);
        let mut ways: Vec<_> = route.journeys.iter().map(|journey| (journey.from, journey.to)).collect();
        ways.sort_unstable();
        ways.dedup();
        if ways.len() < 2 {
            return Shared { route, finding: Some(found.clone()), instead: None, in_common: None };
        }
        let judged = judge((self.judging.assessor, self.judging.checks), (&route, ""), &text.output.text);
        let at_place = judged.findings.into_iter().filter(|finding| finding.span == found.span);
        let mut by_check: BTreeMap<&str, Finding> =
            at_place.map(|finding| (finding.check, finding)).collect();
        let in_common = by_check.remove(NO_COMMON_VERSION);
        let finding = by_check.remove(found.check);
        let mut others =
            by_check.into_values().filter(|other| other.fix.is_some() && other.path == found.path);
        let instead = others.next().filter(|_| finding.is_none());
        Shared { route, finding, instead, in_common }
    }

    /// A finding in a chart from elsewhere with what is known of other versions of it; none for other findings.
    fn taken(&self, known: &Finding, path: &str) -> Option<Finding> {
        let FixAction::TakeChart { .. } = known.fix.as_ref()?.action else { return None };
        let route = self.route_of(known, path);
        let bytes = self.tree.read(path, FILE_BYTES_MAX).unwrap_or_default();
        let written = bytes.get(known.span.range()).unwrap_or_default();
        Some(take::told(known.clone(), &route, &String::from_utf8_lossy(written)))
    }

    /// The way of all clusters that a finding reaches, and that get the file which is to be edited.
    fn route_of(&self, known: &Finding, path: &str) -> Route {
        let mut route = self.routes.of_units(&known.units);
        let others = self.deployment.clusters(path).into_iter().flatten();
        let others = others.filter(|cluster| !known.units.iter().any(|reach| reach.cluster == *cluster));
        others.filter_map(|cluster| self.routes.of(cluster)).for_each(|other| route.join(other.clone()));
        route
    }

    /// A finding with what will become of its fix.
    fn told(&self, known: Finding, open: &OpenFix<'_>, shared: &Shared, places: &mut Places<'_>) -> Finding {
        let mut told = known;
        let Some(found) = shared.finding.as_ref().or(shared.instead.as_ref()) else {
            return by_hand(told, "not all clusters that share it need it");
        };
        (told.check, told.severity, told.minor) = (found.check, found.severity, found.minor);
        told.message.clone_from(&found.message);
        told.remedy.clone_from(&found.remedy);
        told.fix.clone_from(&found.fix);
        match found.fix.as_ref().map(|fix| &fix.safety) {
            None => {
                told.is_fixed_at_origin = false;
                return told;
            }
            Some(Safety::Later { .. }) => return told,
            Some(Safety::Safe | Safety::Ask(_)) => {}
        }
        let mut candidate = Candidate::default();
        let OpenFix { subject, text, .. } = open;
        let mut written = WrittenByUnit { places, subject, output: &text.output, tree: self.tree };
        let context = Context { journeys: &shared.route.journeys, overlay: &shared.route.overlay };
        // Whatever is asked first, the edits are those of a fix that is made.
        let answers = Answers::none().or(fixes::Unanswered::KeepMeaning);
        candidate.add(&mut written, &context, (found, &answers));
        match candidate.refused {
            Some(why) => by_hand(told, &why.to_string()),
            None => told,
        }
    }
}

fn by_hand(mut finding: Finding, reason: &str) -> Finding {
    finding.remedy = format!("{}; by hand, since {reason}", finding.remedy);
    finding.fix = None;
    finding.is_fixed_at_origin = false;
    finding
}

/// A finding at the place of another one, which reaches whom that reaches.
fn standing_at(finding: Finding, other: &Finding) -> Finding {
    Finding {
        span: other.span,
        related: Vec::new(),
        clusters: other.clusters.clone(),
        units: other.units.clone(),
        fix: None,
        ..finding
    }
}
