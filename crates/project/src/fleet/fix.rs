//! Fixes of what only the outputs of units show: made where the bytes were written, and proved by what all clusters get.
//!
//! Takes the findings of the scan that are to be fixed so; puts the edits together from every unit that renders one. Writes
//! nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use checks::{Context, Finding};
use fixes::NotFixed;

use super::expected::Proof;
use super::foresee::{Foreseeing, Shared};
use super::judge::{self, JudgedText, Subject};
use super::places::Places;
use super::written::WrittenByUnit;
use super::{Judging, Observed, Observing, subjects};
use crate::ScanError;
use crate::at_origin::{Candidate, Key, OriginFixes, Wanted};

/// What making fixes needs.
pub(crate) struct UnitFixing<'a> {
    pub(crate) observing: Observing<'a>,
    pub(crate) judging: Judging<'a>,
}

/// The output of a unit with what is to be fixed in it.
pub(super) struct FixedOutput<'s> {
    pub(super) subject: &'s Subject,
    pub(super) text: Arc<JudgedText>,
    pub(super) findings: Vec<(Key, Finding)>,
}

impl UnitFixing<'_> {
    /// Makes the fixes, and proves them; gives how many units prove them by rendering otherwise.
    ///
    /// # Errors
    /// If threads cannot be started.
    pub(crate) fn fix(&self, wanted: &Wanted<'_>) -> Result<(OriginFixes, usize), ScanError> {
        let observed = Observed::of(self.observing)?;
        let subjects = subjects(&observed.fleets);
        let judged = judge::all(self.judging, (&observed.fleets, &observed.routes), &subjects);
        let mut places = Places::new(&observed.fleets, observed.tracers());
        let deployment = observed.known().deployment;
        let foreseeing = Foreseeing {
            judging: self.judging,
            routes: &observed.routes,
            deployment: &deployment,
            tree: &**self.observing.tree,
        };
        let mut finding = Searching { foreseeing, observed: &observed, wanted, candidates: BTreeMap::new() };
        let outputs: Vec<FixedOutput<'_>> = judged
            .into_iter()
            .map(|(subject, text)| {
                let findings = finding.in_output(subject, &text, &mut places);
                FixedOutput { subject, text, findings }
            })
            .collect();
        let mut fixes = OriginFixes::default();
        let candidates = finding.candidates;
        let unmet = wanted.findings.iter().filter(|(key, _)| !candidates.contains_key(*key));
        let mended = unmet.filter(|(_, known)| known.iter().all(|it| is_mended(it, (&observed, &outputs))));
        let mended: Vec<Key> = mended.map(|(key, _)| key.clone()).collect();
        let ready = fixes.sort(candidates, |_, edits| {
            edits.is_empty().then(|| NotFixed::Unproved { reason: "nothing would be edited".to_owned() })
        });
        let mut proof = Proof::new(self, (&observed, &outputs), &mut places, wanted);
        fixes.prove(ready, |edits| proof.holds(edits));
        let proving = proof.note(&mut fixes);
        fixes.applied.extend(mended);
        Ok((fixes, proving))
    }
}

/// Whether what was found in units is found in none of them any more: what was fixed before has mended it as well.
fn is_mended(known: &Finding, (observed, outputs): (&Observed<'_>, &[FixedOutput<'_>])) -> bool {
    let fleets = &observed.fleets;
    let is_found = |output: &FixedOutput<'_>| {
        let found = output.text.judged.findings.iter().filter(|finding| finding.check == known.check);
        let objects = found.filter_map(|finding| {
            let object = output.subject.object(fleets, &output.text.output, finding.span)?;
            Some(object.id.to_string())
        });
        let objects: BTreeSet<String> = objects.collect();
        let (unit, cluster) = (output.subject.unit(fleets), output.subject.cluster_name(fleets));
        let unit = unit.map(|unit| unit.key.to_string()).unwrap_or_default();
        known.units.iter().any(|reach| {
            Some(reach.cluster.as_str()) == cluster && reach.unit == unit && objects.contains(&reach.object)
        })
    };
    !outputs.iter().any(is_found)
}

/// Looks for what is to be fixed in one output after the other.
struct Searching<'f> {
    foreseeing: Foreseeing<'f>,
    observed: &'f Observed<'f>,
    wanted: &'f Wanted<'f>,
    candidates: BTreeMap<Key, Candidate>,
}

impl Searching<'_> {
    /// The findings of an output that are to be fixed, whose edits are added to the candidates.
    fn in_output(
        &mut self,
        subject: &Subject,
        text: &JudgedText,
        places: &mut Places<'_>,
    ) -> Vec<(Key, Finding)> {
        let checks = self.checks_in(subject);
        let mut found = Vec::new();
        for finding in text.judged.findings.iter().filter(|finding| checks.contains(finding.check)) {
            let at = places.of_span(subject, &text.output, finding.span).into_iter();
            let keys = at.map(|place| (finding.check, place.path, place.range.start));
            let known = keys.filter_map(|key| {
                Some((self.wanted.findings.get(&key)?.first()?, key)).map(|it| (it.1, *it.0))
            });
            let Some((key, known)) = known.into_iter().next() else { continue };
            let shared = self.foreseeing.shared((known, &key.1), text, finding);
            found.extend(self.add((subject, text), (key, shared), places));
        }
        found
    }

    /// Adds the edits that one output wants of a finding.
    fn add(
        &mut self,
        (subject, text): (&Subject, &JudgedText),
        (key, shared): (Key, Shared),
        places: &mut Places<'_>,
    ) -> Option<(Key, Finding)> {
        let candidate = self.candidates.entry(key.clone()).or_default();
        let Shared { route, finding, instead: _, in_common: _ } = shared;
        let Some(finding) = finding.filter(|finding| finding.fix.is_some()) else {
            let reason = "clusters that share it need different things".to_owned();
            candidate.refused.get_or_insert(NotFixed::Unproved { reason });
            return None;
        };
        let tree = self.foreseeing.tree;
        let mut written = WrittenByUnit { places, subject, output: &text.output, tree };
        let context = Context { journeys: &route.journeys, overlay: &route.overlay };
        candidate.add(&mut written, &context, (&finding, self.wanted.answers));
        Some((key, finding))
    }

    /// The checks that have found something which is to be fixed in what a unit renders.
    fn checks_in(&self, subject: &Subject) -> BTreeSet<&'static str> {
        let fleets = &self.observed.fleets;
        let Some((unit, cluster)) = subject.unit(fleets).zip(subject.cluster_name(fleets)) else {
            return BTreeSet::new();
        };
        let unit = unit.key.to_string();
        let is_reached = |finding: &&&Finding| {
            finding.units.iter().any(|reach| reach.cluster == cluster && reach.unit == unit)
        };
        self.wanted.findings.values().flatten().filter(is_reached).map(|finding| finding.check).collect()
    }
}
