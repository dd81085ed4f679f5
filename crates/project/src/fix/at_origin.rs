//! Fixes of what outputs of units and charts show, taken into the plan of the files that they are made in.
//!
//! Units are looked at as they are with the fixes of the files made, and charts as they were. A file may have fixes of both
//! kinds; its places are told in the lines of the file before all of them and after.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use checks::Finding;
use fixes::NotFixed;
use gitops::Renders;
use manifest::limits::FILE_BYTES_MAX;
use text::LineIndex;
use tree::{Overlaid, ReadFile, Tree};

use super::{Asking, FilePlan, FixPlan, Lines, Planner, Unfixed};
use crate::ScanError;
use crate::at_origin::{Key, OriginFixes, Wanted};
use crate::charts::Charts;
use crate::fleet::fix::UnitFixing;
use crate::fleet::take::is_of_chart;
use crate::fleet::{FleetRequest, Judging, Observing};
use crate::trail::Trail;

impl Planner<'_> {
    /// Plans the fixes of what only units show, and of charts from elsewhere of which another version is taken, each proved by
    /// rendering all clusters with and without them.
    ///
    /// # Errors
    /// If threads cannot be started.
    pub(super) fn plan_units(
        &self,
        observing: Observing<'_>,
        judging: Judging<'_>,
        plan: &mut FixPlan,
    ) -> Result<(), ScanError> {
        let findings = self.keyed(plan, |finding| finding.is_fixed_at_origin);
        if !findings.is_empty() {
            let wanted = Wanted { findings, answers: self.fix.answers, taken: &BTreeSet::new() };
            let (fixes, proving) = with_plan(plan, (observing, judging), |fixing| fixing.fix(&wanted))?;
            self.take(&wanted, fixes, unproved("no unit renders it with what the other fixes change"), plan);
            plan.proving += proving;
        }
        let findings = self.keyed(plan, is_of_chart);
        if !findings.is_empty() {
            let wanted = Wanted { findings, answers: self.fix.answers, taken: &BTreeSet::new() };
            let fixes = with_plan(plan, (observing, judging), |fixing| fixing.take_charts(&wanted))?;
            self.take(
                &wanted,
                fixes,
                NotFixed::NotTaken { reason: "no unit takes the chart".to_owned() },
                plan,
            );
        }
        Ok(())
    }

    /// Plans the fixes in charts, proved by rendering. What no values at hand render is left.
    ///
    /// # Errors
    /// If threads cannot be started.
    pub(super) fn plan_charts(
        &self,
        charts: &Charts<'_>,
        paths: &[String],
        plan: &mut FixPlan,
    ) -> Result<(), ScanError> {
        let findings = self.keyed(&FixPlan::default(), |finding| self.left.has(self.fix.scan, finding));
        let changed = plan.files.iter().filter(|file| file.is_change());
        let taken: BTreeSet<String> = changed.map(|file| file.path.clone()).collect();
        let wanted = Wanted { findings, answers: self.fix.answers, taken: &taken };
        let fixes = charts.fix(paths, &wanted)?;
        self.take(&wanted, fixes, unproved("no values at hand render it"), plan);
        Ok(())
    }

    /// The findings with a fix that are wanted, by their places in the files with what is planned so far.
    fn keyed(&self, plan: &FixPlan, is_wanted: impl Fn(&Finding) -> bool) -> BTreeMap<Key, Vec<&Finding>> {
        let scan = self.fix.scan;
        let trails: BTreeMap<&str, &Trail> =
            plan.files.iter().map(|file| (file.path.as_str(), &file.trail)).collect();
        let fixable = scan.findings.iter().filter(|finding| finding.fix.is_some() && is_wanted(finding));
        let mut findings: BTreeMap<Key, Vec<&Finding>> = BTreeMap::new();
        for finding in fixable {
            let texts = &scan.inventory.texts;
            let span = texts.resolve(finding.span).map_or(finding.span, |(span, _)| span);
            let path = texts.path(span.text).unwrap_or_default();
            let start =
                trails.get(path).map_or(span.start as usize, |trail| trail.after(0, span.start as usize));
            findings.entry((finding.check, path.to_owned(), offset(start))).or_default().push(finding);
        }
        findings
    }

    /// Takes fixes into the plan. Findings that nobody has met are not made, for this reason.
    fn take(&self, wanted: &Wanted<'_>, mut fixes: OriginFixes, unmet: NotFixed, plan: &mut FixPlan) {
        let asked: BTreeSet<&Key> = fixes.questions.iter().map(|(key, _)| key).collect();
        let is_told = |key: &&Key| {
            fixes.applied.contains(*key) || fixes.refused.contains_key(*key) || asked.contains(key)
        };
        let missed: Vec<Key> = wanted.findings.keys().filter(|key| !is_told(key)).cloned().collect();
        fixes.refused.extend(missed.into_iter().map(|key| (key, unmet.clone())));
        let paths: BTreeSet<String> =
            fixes.splices.keys().chain(wanted.findings.keys().map(|(_, path, _)| path)).cloned().collect();
        for path in paths {
            let known = plan.files.iter().position(|file| file.path == path);
            let file = match known {
                Some(position) => Ok(plan.files.swap_remove(position)),
                None => self.unchanged(&path),
            };
            match file {
                Ok(file) => plan.files.push(with_fixes(file, wanted, &fixes)),
                Err(error) => plan.unread.push((path, error)),
            }
        }
        plan.files.sort_by(|one, other| one.path.cmp(&other.path));
    }

    /// A file of which nothing is planned yet.
    fn unchanged(&self, path: &str) -> Result<FilePlan, ReadFile> {
        let before = self.tree.read(path, FILE_BYTES_MAX)?;
        Ok(FilePlan {
            path: path.to_owned(),
            is_template: self.assessor.look(path, &before).is_template(&before),
            after: before.clone(),
            before,
            applied: Vec::new(),
            questions: Vec::new(),
            refused: Vec::new(),
            notes: Vec::new(),
            surprise: None,
            trail: Trail::default(),
        })
    }
}

fn unproved(reason: &str) -> NotFixed {
    NotFixed::Unproved { reason: reason.to_owned() }
}

/// Makes fixes in the files as they are planned so far.
fn with_plan<T>(
    plan: &FixPlan,
    (observing, judging): (Observing<'_>, Judging<'_>),
    fix: impl FnOnce(&UnitFixing<'_>) -> Result<T, ScanError>,
) -> Result<T, ScanError> {
    let changed = plan.files.iter().filter(|file| file.is_change());
    let files: BTreeMap<String, Vec<u8>> =
        changed.map(|file| (file.path.clone(), file.after.clone())).collect();
    // What was rendered before is of other bytes, if any have changed since.
    let fresh = Renders::default();
    let request = match files.is_empty() {
        true => observing.request,
        false => FleetRequest { renders: &fresh, ..observing.request },
    };
    let tree: Arc<dyn Tree + Send> = Arc::new(Overlaid { tree: Arc::clone(observing.tree), files });
    fix(&UnitFixing { observing: Observing { tree: &tree, request, ..observing }, judging })
}

/// A file with the fixes that are made in it as it is after those before.
fn with_fixes(mut file: FilePlan, wanted: &Wanted<'_>, fixes: &OriginFixes) -> FilePlan {
    let splices = fixes.splices.get(&file.path).cloned().unwrap_or_default();
    let after = text::apply(&file.after, &splices).unwrap_or_else(|_| file.after.clone());
    let round = file.trail.rounds();
    file.trail.push(&splices);
    move_lines(&mut file, round, &after);
    file.after = after;
    let index = (LineIndex::new(&file.before), LineIndex::new(&file.after));
    let lines = |key: &Key| {
        let (before, after) =
            (file.trail.before(round, key.2 as usize), file.trail.after(round, key.2 as usize));
        Lines {
            before: index.0.position(&file.before, offset(before)).line,
            after: index.1.position(&file.after, offset(after)).line,
        }
    };
    let of_key = |key: &Key| {
        let found = wanted.findings.get(key).into_iter().flatten();
        found.map(|finding| (*finding).clone()).collect::<Vec<_>>()
    };
    let here = |key: &Key| key.1 == file.path;
    let applied = fixes.applied.iter().filter(|key| here(key)).flat_map(of_key);
    let refused = fixes.refused.iter().filter(|(key, _)| here(key)).flat_map(|(key, why)| {
        let unfixed = |finding| Unfixed { finding, why: why.clone(), lines: lines(key) };
        of_key(key).into_iter().map(unfixed).collect::<Vec<_>>()
    });
    let questions = fixes.questions.iter().filter(|(key, _)| here(key)).filter_map(|(key, question)| {
        let finding = of_key(key).into_iter().next()?;
        Some(Asking { finding, question: question.clone(), lines: lines(key) })
    });
    let notes = fixes.notes.iter().filter(|(key, _)| here(key)).map(|(key, note)| (lines(key), note.clone()));
    let (applied, refused): (Vec<_>, Vec<_>) = (applied.collect(), refused.collect());
    let (questions, notes): (Vec<_>, Vec<_>) = (questions.collect(), notes.collect());
    file.applied.extend(applied);
    file.refused.extend(refused);
    file.questions.extend(questions);
    file.notes.extend(notes);
    file
}

/// Brings the lines of what was planned before to where they stand afterwards.
fn move_lines(file: &mut FilePlan, round: usize, after: &[u8]) {
    let (old, new) = (LineIndex::new(&file.after), LineIndex::new(after));
    let moved = |lines: &mut Lines| {
        let start = old.line_range(&file.after, lines.after).start;
        lines.after = new.position(after, offset(file.trail.after(round, start))).line;
    };
    file.questions.iter_mut().for_each(|asking| moved(&mut asking.lines));
    file.refused.iter_mut().for_each(|unfixed| moved(&mut unfixed.lines));
    file.notes.iter_mut().for_each(|(lines, _)| moved(lines));
}

/// Files are read up to a size that a `u32` counts.
fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
