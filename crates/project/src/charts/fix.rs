//! Fixes in charts: made where the bytes were written, and proved by rendering.
//!
//! Takes findings that charts render; makes the edits of their output in templates, helpers and values, and renders every
//! chart with every set of values at every minor before and after. Each object must then be what the declared fixes make of
//! it, and nothing else may change; an edit for which that does not hold is refused by name. Writes nothing.

use std::collections::{BTreeMap, BTreeSet};

use checks::{Context, Finding};
use fixes::{Answers, NotFixed, Note, Question, Source, fix_file};
use text::Splice;
use version::Minor;

use super::Charts;
use super::chart::{Group, Groups, Subject};
use super::edits::{Edits, Way};
use super::find::{ChartFolder, charts};
use super::render::{Render, STACK_BYTES, Variant};
use crate::ScanError;
use crate::rendering::objects;
use crate::rendering::output::OUTPUT;
use crate::workers::Workers;

/// Findings of one chart that are proved one by one where not all together are. Each takes all renders of the chart once
/// more; more than this a person does not look through in one go.
const PROOFS_MAX: usize = 64;

/// Where a finding stands: its check, the path and the first byte.
pub(crate) type Key = (&'static str, String, u32);

/// What is to be fixed.
pub(crate) struct Wanted<'a> {
    /// The findings of the scan that charts render and that have a fix, by their places.
    pub(crate) findings: BTreeMap<Key, Vec<&'a Finding>>,
    pub(crate) answers: &'a Answers,
    /// Files that other fixes change already.
    pub(crate) taken: &'a BTreeSet<String>,
}

/// What became of the findings.
#[derive(Debug, Default)]
pub(crate) struct ChartFixes {
    /// The edits that are proved, by path: sorted, without overlap.
    pub(crate) splices: BTreeMap<String, Vec<Splice>>,
    pub(crate) applied: BTreeSet<Key>,
    pub(crate) refused: BTreeMap<Key, NotFixed>,
    pub(crate) questions: Vec<(Key, Question)>,
    pub(crate) notes: Vec<(Key, Note)>,
}

/// One finding with the edits that would fix it.
#[derive(Default)]
struct Candidate {
    edits: Edits,
    refused: Option<NotFixed>,
    questions: Vec<Question>,
    notes: Vec<Note>,
}

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
    pub(crate) fn fix(&self, files: &[String], wanted: &Wanted<'_>) -> Result<ChartFixes, ScanError> {
        let reached = wanted.findings.values().flatten().flat_map(|finding| &finding.charts);
        let reached: BTreeSet<&str> = reached.map(|reach| reach.chart.as_str()).collect();
        let mut folders = charts(files);
        folders.retain(|folder| reached.contains(folder.shown()));
        let workers = Workers::with_stack(self.threads, STACK_BYTES)?;
        let outcomes = workers.each(&folders, |_, folder| self.fix_chart(folder, wanted));
        let mut fixes = ChartFixes::default();
        for outcome in outcomes {
            let ChartFixes { splices, applied, refused, questions, notes } = outcome;
            fixes.splices.extend(splices);
            fixes.applied.extend(applied);
            fixes.refused.extend(refused);
            fixes.questions.extend(questions);
            fixes.notes.extend(notes);
        }
        Ok(fixes)
    }

    fn fix_chart(&self, folder: &ChartFolder, wanted: &Wanted<'_>) -> ChartFixes {
        let mut fixes = ChartFixes::default();
        let Ok(subject) = Subject::load(self, folder, &BTreeMap::new()) else { return fixes };
        let mut before = Before::render(&subject);
        let candidates = before.candidates(&subject, wanted);
        let mut ready: BTreeMap<Key, Edits> = BTreeMap::new();
        for (key, candidate) in candidates {
            let Candidate { edits, refused, questions, notes } = candidate;
            let is_open = !questions.is_empty();
            fixes.questions.extend(questions.into_iter().map(|question| (key.clone(), question)));
            match refused.or_else(|| cannot_be_edited(&key, &edits, wanted)) {
                Some(why) => drop(fixes.refused.insert(key, why)),
                None if is_open => {}
                None => {
                    fixes.notes.extend(notes.into_iter().map(|note| (key.clone(), note)));
                    ready.insert(key, edits);
                }
            }
        }
        let proof =
            Proof { charts: self, folder, subject: &subject, before: &before, answers: wanted.answers };
        let (proved, refused) = proof.all(ready);
        let unproved = |reason| NotFixed::Unproved { reason };
        fixes.refused.extend(refused.into_iter().map(|(key, reason)| (key, unproved(reason))));
        fixes.notes.retain(|(key, _)| proved.contains_key(key));
        fixes.applied.extend(proved.keys().cloned());
        fixes.splices = splices(proved.values()).unwrap_or_default();
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
                candidate.add((&mut group.render, variant), subject, (&finding, wanted.answers));
                group.findings.push((key, finding));
            }
        }
        candidates
    }
}

impl Candidate {
    /// Adds the edits by which a finding is fixed in one render.
    fn add(
        &mut self,
        (render, variant): (&mut Render, Option<&Variant>),
        subject: &Subject<'_>,
        (finding, answers): (&Finding, &Answers),
    ) {
        let context = Context { journeys: &subject.route.journeys, overlay: &subject.route.overlay };
        let source = Source::plain(OUTPUT, render.output.text.as_bytes());
        let fix = fix_file(&context, source, std::slice::from_ref(finding), answers);
        for (_, question) in fix.questions {
            if !self.questions.iter().any(|known| known.id == question.id && known.text == question.text) {
                self.questions.push(question);
            }
        }
        if let Some((_, why)) = fix.refused.into_iter().next() {
            self.refused.get_or_insert(why);
        }
        self.notes.extend(
            fix.notes
                .into_iter()
                .map(|(_, note)| note)
                .filter(|note| !self.notes.contains(note))
                .collect::<Vec<_>>(),
        );
        let files = variant.iter().flat_map(|variant| &variant.files);
        let values = files.filter_map(|file| Some((file.path.clone()?, &*file.bytes))).collect();
        let mut way = Way { render, subject, values };
        for splice in &fix.splices {
            let added = way.edits(splice).and_then(|edits| self.unite(edits));
            if let Err(reason) = added {
                self.refused.get_or_insert(NotFixed::Unproved { reason });
                return;
            }
        }
    }

    fn unite(&mut self, edits: Edits) -> Result<(), String> {
        for (place, text) in edits {
            let path = place.0.clone();
            match self.edits.insert(place, text.clone()) {
                Some(known) if known != text => {
                    return Err(format!("one place of '{path}' would have to say different things"));
                }
                _ => {}
            }
        }
        Ok(())
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
    /// The findings whose edits are proved: all together, or else each one that is when it is added to those before. Those
    /// that are not have a reason.
    fn all(&self, ready: BTreeMap<Key, Edits>) -> (BTreeMap<Key, Edits>, BTreeMap<Key, String>) {
        if ready.is_empty() || self.holds(&ready).is_ok() {
            return (ready, BTreeMap::new());
        }
        let (mut proved, mut refused) = (BTreeMap::new(), BTreeMap::new());
        for (count, (key, edits)) in ready.into_iter().enumerate() {
            if count >= PROOFS_MAX {
                refused.insert(
                    key,
                    format!("more than {PROOFS_MAX} findings of one chart are not proved at once"),
                );
                continue;
            }
            let mut tried: BTreeMap<Key, Edits> = proved.clone();
            tried.insert(key.clone(), edits);
            match self.holds(&tried) {
                Ok(()) => proved = tried,
                Err(reason) => drop(refused.insert(key, reason)),
            }
        }
        (proved, refused)
    }

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

/// The edits of several findings as splices of each file; the same edit of two findings is one.
fn splices<'e>(edits: impl IntoIterator<Item = &'e Edits>) -> Result<BTreeMap<String, Vec<Splice>>, String> {
    let mut all = Edits::new();
    for ((path, start, end), text) in edits.into_iter().flatten() {
        match all.insert((path.clone(), *start, *end), text.clone()) {
            Some(known) if known != *text => {
                return Err("two fixes want to say different things at one place".to_owned());
            }
            _ => {}
        }
    }
    let mut splices: BTreeMap<String, Vec<Splice>> = BTreeMap::new();
    for ((path, start, end), text) in all {
        splices.entry(path).or_default().push(Splice::new(start..end, text));
    }
    Ok(splices)
}
