//! What units render, judged: each text once for each way that a cluster goes.

use std::collections::BTreeMap;
use std::sync::Arc;

use gitops::{Outcome, RenderedObject, Unit};
use sha2::{Digest as _, Sha256};
use text::Span;
use version::Minor;

use super::unseen::{TwoTexts, outputs_of};
use super::{At, ClusterRoutes, Judging};
use crate::charts::minors::judged_for;
use crate::journeys::Route;
use crate::rendering::output::{Judged, Output, judge};

/// A unit with the minors at which it is rendered to the same objects.
#[derive(Debug, Clone)]
pub(super) struct Subject {
    /// The positions of the clusters' first minor of these, of the cluster, and of the unit.
    pub(super) fleet: usize,
    pub(super) cluster: usize,
    pub(super) unit: usize,
    pub(super) minors: Vec<Minor>,
}

/// What was found in the text of a unit.
pub(super) struct JudgedText {
    pub(super) output: Output,
    pub(super) judged: Judged,
}

/// By what two texts are judged alike: what they say, and the ways of their clusters.
type Key = ([u8; 32], Vec<(Option<Minor>, Minor)>, String);

impl Subject {
    pub(super) fn unit<'f>(&self, fleets: &'f [At]) -> Option<&'f Unit> {
        fleets.get(self.fleet)?.fleet.clusters.get(self.cluster)?.units.get(self.unit)
    }

    pub(super) fn cluster_name<'f>(&self, fleets: &'f [At]) -> Option<&'f str> {
        Some(&fleets.get(self.fleet)?.fleet.clusters.get(self.cluster)?.name)
    }

    /// The object that holds a span of what the unit renders.
    pub(super) fn object<'f>(
        &self,
        fleets: &'f [At],
        output: &Output,
        span: Span,
    ) -> Option<&'f RenderedObject> {
        let (position, _) = output.within(span)?;
        self.unit(fleets)?.objects().get(position)
    }

    /// Whether another unit has the same objects.
    pub(super) fn is_same(&self, fleets: &[At], other: &Unit) -> bool {
        let Some(unit) = self.unit(fleets) else { return false };
        match (&unit.outcome, &other.outcome) {
            (Outcome::Rendered(one), Outcome::Rendered(two)) if Arc::ptr_eq(one, two) => true,
            _ => unit.objects() == other.objects(),
        }
    }
}

/// Judges all units. Those of equal texts and ways share what was found.
pub(super) fn all<'s>(
    judging: Judging<'_>,
    (fleets, routes): (&[At], &ClusterRoutes),
    subjects: &'s [Subject],
) -> Vec<(&'s Subject, Arc<JudgedText>)> {
    let mut open: Vec<(&Subject, Route)> = Vec::new();
    let mut position_of: BTreeMap<Key, usize> = BTreeMap::new();
    let mut positions = Vec::with_capacity(subjects.len());
    for subject in subjects {
        let Some((key, route)) = key(fleets, routes, subject) else { continue };
        let position = *position_of.entry(key).or_insert_with(|| {
            open.push((subject, route));
            open.len() - 1
        });
        positions.push((subject, position));
    }
    let judge = |(subject, route): &(&Subject, Route)| Arc::new(one(judging, fleets, (subject, route)));
    let judged = judging.workers.each(&open, |_, open| judge(open));
    let of = |(subject, position): (&'s Subject, usize)| Some((subject, Arc::clone(judged.get(position)?)));
    positions.into_iter().filter_map(of).collect()
}

fn key(fleets: &[At], routes: &ClusterRoutes, subject: &Subject) -> Option<(Key, Route)> {
    let (unit, cluster) = (subject.unit(fleets)?, subject.cluster_name(fleets)?);
    let mut route = judged_for(routes.of(cluster)?, &subject.minors);
    // Whose way it is comes back in where the places are told.
    route.journeys.iter_mut().for_each(|journey| journey.cluster = None);
    let mut digest = Sha256::new();
    for object in unit.objects() {
        let clear = object.is_masked().then(|| object.exposed_text());
        digest.update([u8::from(clear.is_some())]);
        for text in [&*object.text].into_iter().chain(clear) {
            digest.update(text.len().to_le_bytes());
            digest.update(text.as_bytes());
        }
    }
    let ways = route.journeys.iter().map(|journey| (journey.from, journey.to)).collect();
    let overlay = format!("{:?}", route.overlay);
    Some(((digest.finalize().into(), ways, overlay), route))
}

fn one(judging: Judging<'_>, fleets: &[At], (subject, route): (&Subject, &Route)) -> JudgedText {
    let objects = subject.unit(fleets).map(Unit::objects).unwrap_or_default();
    let judge = |output: &Output| judge((judging.assessor, judging.checks), (route, ""), &output.text);
    let (output, clear) = outputs_of(objects);
    let judged = judge(&output);
    let judged = match &clear {
        Some(clear) => TwoTexts { objects, shown: &output, clear }.told(judged, judge(clear)),
        None => judged,
    };
    JudgedText { output, judged }
}
