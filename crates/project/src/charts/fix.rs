//! Fixes in charts: made where the bytes were written, and proved by rendering.
//!
//! Takes findings that charts render; makes the edits of their output in templates, helpers and values, and renders every
//! chart with every set of values at every minor before and after. Each object must then be what the declared fixes make of
//! it, and nothing else may change; an edit for which that does not hold is refused by name. Writes nothing.

use std::collections::{BTreeMap, BTreeSet};

use checks::{Context, Finding};
use fixes::{Answers, NotFixed, Source, fix_file};
use version::Minor;

use super::Charts;
use super::chart::{Group, Groups, Subject};
use super::find::{ChartFolder, charts};
use super::render::{Render, STACK_BYTES, Variant};
use super::written::WrittenByChart;
use crate::ScanError;
use crate::at_origin::edits::Edits;
use crate::at_origin::{Candidate, Key, OriginFixes, Wanted, splices};
use crate::rendering::objects;
use crate::rendering::output::OUTPUT;
use crate::workers::Workers;

/// What is rendered before anything is edited: renders of equal bytes once.
struct Before {
    variants: Vec<Variant>,
    groups: Vec<FixedGroup>,
    /// The groups of the renders with each set of values at each minor, or Helm's error.
    at: BTreeMap<(usize, Minor), Result<Vec<usize>, String>>,
}

struct FixedGroup {
    render: Render,
    variant: usize,
    minors: Vec<Minor>,
    /// The findings that are to be fixed in it.
    findings: Vec<(Key, Finding)>,
}

impl Charts<'_> {
    /// Makes and proves the fixes of all charts among `files`.
    ///
    /// # Errors
    /// If threads cannot be started.
    pub(crate) fn fix(&self, files: &[String], wanted: &Wanted<'_>) -> Result<OriginFixes, ScanError> {
        let reached = wanted.findings.values().flatten().flat_map(|finding| &finding.charts);
        let reached: BTreeSet<&str> = reached.map(|reach| reach.chart.as_str()).collect();
        let mut folders = charts(files);
        folders.retain(|folder| reached.contains(folder.shown()));
        let workers = Workers::with_stack(self.threads, STACK_BYTES)?;
        let outcomes = workers.each(&folders, |_, folder| self.fix_chart(folder, wanted));
        let mut fixes = OriginFixes::default();
        for outcome in outcomes {
            let OriginFixes { splices, applied, refused, questions, notes } = outcome;
            fixes.splices.extend(splices);
            fixes.applied.extend(applied);
            fixes.refused.extend(refused);
            fixes.questions.extend(questions);
            fixes.notes.extend(notes);
        }
        Ok(fixes)
    }

    fn fix_chart(&self, folder: &ChartFolder, wanted: &Wanted<'_>) -> OriginFixes {
        let mut fixes = OriginFixes::default();
        let Ok(subject) = Subject::load(self, folder, &BTreeMap::new()) else { return fixes };
        let mut before = Before::render(&subject);
        let candidates = before.candidates(&subject, wanted);
        let ready = fixes.sort(candidates, |key, edits| cannot_be_edited(key, edits, wanted));
        let proof =
            Proof { charts: self, folder, subject: &subject, before: &before, answers: wanted.answers };
        fixes.prove(ready, |edits| proof.holds(edits));
        fixes
    }
}

/// Why the edits of a finding are not to be made, whatever they would render.
fn cannot_be_edited(key: &Key, edits: &Edits, wanted: &Wanted<'_>) -> Option<NotFixed> {
    if edits.keys().any(|(path, _, _)| wanted.taken.contains(path)) {
        return Some(NotFixed::Behind);
    }
    let findings = wanted.findings.get(key)?;
    let reached: BTreeSet<&str> =
        findings.iter().flat_map(|finding| &finding.charts).map(|reach| reach.chart.as_str()).collect();
    let reason = "several charts render it".to_owned();
    (reached.len() > 1).then_some(NotFixed::Unproved { reason })
}

impl Before {
    fn render(subject: &Subject<'_>) -> Self {
        let variants = subject.variants(&BTreeMap::new()).variants;
        let mut before = Self { variants: Vec::new(), groups: Vec::new(), at: BTreeMap::new() };
        for (position, variant) in variants.iter().enumerate() {
            let Groups { groups, at } = subject.groups(variant, &mut |_, _| {});
            let first = before.groups.len();
            before.groups.extend(groups.into_iter().map(|Group { render, minors }| FixedGroup {
                render,
                variant: position,
                minors,
                findings: Vec::new(),
            }));
            for (minor, positions) in at {
                let positions = positions.map(|found| found.into_iter().map(|at| first + at).collect());
                before.at.insert((position, minor), positions);
            }
        }
        before.variants = variants;
        before
    }

    /// The edits for each finding that is wanted, put together from all renders that show it.
    fn candidates(&mut self, subject: &Subject<'_>, wanted: &Wanted<'_>) -> BTreeMap<Key, Candidate> {
        let mut candidates: BTreeMap<Key, Candidate> = BTreeMap::new();
        for group in &mut self.groups {
            let variant = self.variants.get(group.variant);
            let context = Context { journeys: &subject.route.journeys, overlay: &subject.route.overlay };
            for finding in subject.judge(&group.render, &group.minors).findings {
                let found = subject.homes.found(&mut group.render, finding.clone());
                let Some(place) = found.places.first().filter(|_| found.finding.fix.is_some()) else {
                    continue;
                };
                let key = (finding.check, place.path.clone(), place.range.start);
                if !wanted.findings.contains_key(&key) {
                    continue;
                }
                let candidate = candidates.entry(key.clone()).or_default();
                let files = variant.iter().flat_map(|variant| &variant.files);
                let values = files.filter_map(|file| Some((file.path.clone()?, &*file.bytes))).collect();
                let mut written = WrittenByChart { render: &mut group.render, subject, values };
                candidate.add(&mut written, &context, (&finding, wanted.answers));
                group.findings.push((key, finding));
            }
        }
        candidates
    }
}

/// Renders a chart with edits made and compares.
struct Proof<'a> {
    charts: &'a Charts<'a>,
    folder: &'a ChartFolder,
    subject: &'a Subject<'a>,
    before: &'a Before,
    answers: &'a Answers,
}

impl Proof<'_> {
    fn holds(&self, edits: &BTreeMap<Key, Edits>) -> Result<(), String> {
        let mut changed = BTreeMap::new();
        for (path, splices) in splices(edits.values())? {
            let before = self.charts.tree.read(&path, manifest::limits::FILE_BYTES_MAX);
            let before = before.map_err(|error| text::with_causes(&error))?;
            let after = text::apply(&before, &splices).map_err(|error| error.to_string())?;
            changed.insert(path, after);
        }
        let after = Subject::load(self.charts, self.folder, &changed)?;
        let variants = after.variants(&changed).variants;
        let mut is_shown = false;
        for ((position, minor), groups) in &self.before.at {
            let Some(variant) = variants.get(*position) else { continue };
            let with = in_words(variant, *minor);
            match (groups, after.renders_at(variant, *minor)) {
                (Err(before), Err(after)) if *before == after => {}
                (Err(_), _) => return Err(format!("{with} it would fail otherwise or not at all")),
                (Ok(_), Err(told)) => {
                    return Err(format!("{with} it could not be rendered any more: {told}"));
                }
                (Ok(groups), Ok(renders)) => {
                    is_shown |=
                        self.equal(groups, &renders, edits).map_err(|reason| format!("{with} {reason}"))?;
                }
            }
        }
        if is_shown { Ok(()) } else { Err("no render shows a difference".to_owned()) }
    }

    /// Whether renders are what the fixes make of those before; gives whether anything differs.
    fn equal(
        &self,
        groups: &[usize],
        after: &[Render],
        edits: &BTreeMap<Key, Edits>,
    ) -> Result<bool, String> {
        if groups.len() != after.len() {
            return Err("it would ask for other custom resources".to_owned());
        }
        let mut differs = false;
        for (group, after) in groups.iter().zip(after) {
            let Some(group) = self.before.groups.get(*group) else { continue };
            let (before, after) = (&group.render.output.text, &after.output.text);
            let fixed = self.fixed(group, edits);
            differs |= before != after;
            let unread = || "what it renders cannot be compared".to_owned();
            let (expected, found) = (objects(&fixed).ok_or_else(unread)?, objects(after).ok_or_else(unread)?);
            if expected.len() != found.len() {
                return Err("it would render other objects".to_owned());
            }
            if let Some((name, _)) = found
                .iter()
                .zip(&expected)
                .find(|(found, expected)| found != expected)
                .map(|(found, _)| found)
            {
                return Err(format!(
                    "it would render {name} otherwise than it is rendered now and then fixed"
                ));
            }
        }
        Ok(differs)
    }

    /// What the fixes make of an output.
    fn fixed(&self, group: &FixedGroup, edits: &BTreeMap<Key, Edits>) -> String {
        let text = &group.render.output.text;
        let route = self.subject.route;
        let context = Context { journeys: &route.journeys, overlay: &route.overlay };
        let findings = group.findings.iter().filter(|(key, _)| edits.contains_key(key));
        let findings: Vec<Finding> = findings.map(|(_, finding)| finding.clone()).collect();
        let fix = fix_file(&context, Source::plain(OUTPUT, text.as_bytes()), &findings, self.answers);
        fix.bytes.and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_else(|| text.clone())
    }
}

fn in_words(variant: &Variant, minor: Minor) -> String {
    match variant.shown() {
        shown if shown.is_empty() => format!("at {minor}"),
        shown => format!("with {shown} at {minor}"),
    }
}
