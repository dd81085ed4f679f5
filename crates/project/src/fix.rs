//! The fixes of a scan, file by file: planned and proved in memory, then written or shown.
//!
//! Fixes of one object can wait for each other (a conversion first, then a reference inside of what it made),
//! so a file is judged and fixed again until nothing more happens. Each round is verified before the next.

mod at_origin;
mod work;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use checks::{Context, Finding, FixAction};
use config::Config;
use fixes::{
    Answers, DEPRECATED_KUSTOMIZE_FIELD, NotFixed, Note, Question, Source, Surprise, fix_file, verify,
};
use manifest::limits::FILE_BYTES_MAX;
use text::TextId;
use tree::{Directory, ReadFile, Tree};

use crate::assess::Assessor;
use crate::charts::{Charts, ChartsRequest};
use crate::fleet::take::is_of_chart;
use crate::fleet::{self, FleetRequest, Observing, Units};
use crate::journeys::{Asked, Routes};
use crate::kind;
use crate::rendering::{Outputs, Prover, Roots, Together, supposed};
use crate::secrets::secrets;
use crate::trail::Trail;
use crate::workers::Workers;
use crate::write::{self, WriteFile};
use crate::{Scan, ScanError, ScanRequest, policy};
use work::{Made, Work};

/// Rounds of fixing one file. Two are ordinary; what needs more than this chases its own tail.
pub(crate) const ROUNDS_MAX: usize = 8;

/// What to fix.
#[derive(Debug, Clone, Copy)]
pub struct FixRequest<'a> {
    /// What was scanned for.
    pub request: &'a ScanRequest,
    /// What the scan found.
    pub scan: &'a Scan,
    /// What a person has decided.
    pub answers: &'a Answers,
    /// Whether files that a kustomization brings together are changed together, proved by building it again.
    pub kustomize: bool,
    /// How charts are rendered, if fixes in them are made and proved by that; none to look at templates as they are.
    pub charts: Option<ChartsRequest<'a>>,
    /// How clusters are rendered, if fixes are proved by what they get; none to look at files alone.
    pub fleet: Option<FleetRequest<'a>>,
}

/// What becomes of the files with findings that have a fix.
#[derive(Debug, Default)]
pub struct FixPlan {
    /// The files, in the order of their paths.
    pub files: Vec<FilePlan>,
    /// Files that could not be read again, and why.
    pub unread: Vec<(String, ReadFile)>,
    /// How many units of clusters and kustomizations were rendered before and after, and differ by the fixes alone.
    pub proving: usize,
}

/// What becomes of one file.
#[derive(Debug)]
pub struct FilePlan {
    /// Its path.
    pub path: String,
    /// Its bytes as they are.
    pub before: Vec<u8>,
    /// Its bytes with all fixes that could be made; the same if none could.
    pub after: Vec<u8>,
    /// What is mended.
    pub applied: Vec<Finding>,
    /// What somebody has to answer first.
    pub questions: Vec<Asking>,
    /// Findings whose fix was not made.
    pub refused: Vec<Unfixed>,
    /// What a person should know about what was mended.
    pub notes: Vec<(Lines, Note)>,
    /// A round whose outcome was not what was declared: it was dropped.
    pub surprise: Option<Surprise>,
    is_template: bool,
    trail: Trail,
}

/// A question with the finding that raised it.
#[derive(Debug, Clone)]
pub struct Asking {
    /// The finding.
    pub finding: Finding,
    /// The question.
    pub question: Question,
    /// Where it is about.
    pub lines: Lines,
}

/// A finding whose fix was not made.
#[derive(Debug, Clone)]
pub struct Unfixed {
    /// The finding.
    pub finding: Finding,
    /// Why.
    pub why: NotFixed,
    /// Where it is.
    pub lines: Lines,
}

/// The line of a place, from 1. Fixes in other places move it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lines {
    /// In the file as it is.
    pub before: u32,
    /// In the file with all fixes made.
    pub after: u32,
}

impl FilePlan {
    /// The parts of the bytes as they are that nobody may read.
    #[must_use]
    pub fn secrets_before(&self) -> Vec<Range<usize>> {
        self.secrets(&self.before)
    }

    /// The parts of the new bytes that nobody may read.
    #[must_use]
    pub fn secrets_after(&self) -> Vec<Range<usize>> {
        self.secrets(&self.after)
    }

    fn secrets(&self, bytes: &[u8]) -> Vec<Range<usize>> {
        let mask = if self.is_template { manifest::mask_template(bytes) } else { None };
        secrets(bytes, mask.as_ref())
    }

    /// Whether any byte changes.
    #[must_use]
    pub fn is_change(&self) -> bool {
        self.before != self.after
    }
}

/// Why a file was not written, or was put back.
#[derive(Debug, thiserror::Error)]
pub enum WriteFix {
    /// It could not be written; it is as it was.
    #[error(transparent)]
    Write(#[from] WriteFile),
    /// What stands on disk is not what was written; it was put back.
    #[error("'{path}' was not what was written to it, and was put back")]
    PutBack {
        /// The path.
        path: String,
    },
}

/// Plans the fixes of a scan, with the answers that there are. Fixes of kustomizations are proved by building them, which
/// is why the tree is shared.
///
/// # Errors
/// As [`crate::scan()`].
pub fn plan_fixes(
    tree: &Arc<dyn Tree + Send>,
    config: &Config,
    fix: FixRequest<'_>,
) -> Result<FixPlan, ScanError> {
    let checks = policy::enabled_checks(config, &fix.request.only)?;
    let left = LeftToCharts::new(fix);
    let files = fixable_files(fix.scan, &left);
    let paths: Vec<String> = files.iter().map(|file| file.path.clone()).collect();
    let all_paths: Vec<String> = fix.scan.file_paths().map(ToOwned::to_owned).collect();
    let asked = Asked { from: fix.request.from, to: fix.request.to };
    let clusters = fix.scan.clusters.as_ref();
    let routes = Routes::new(config, asked, &paths, clusters);
    let assessor = Assessor::new(&**tree, &checks, &routes, &all_paths);
    let prover = Prover::new(tree, &all_paths);
    let planner =
        Planner { tree: &**tree, config, fix, left, assessor: &assessor, routes: &routes, prover: &prover };
    let mut plan = FixPlan::default();
    let all_routes = Routes::new(config, asked, &all_paths, clusters);
    let over_all = Assessor::new(&**tree, &checks, &all_routes, &all_paths);
    let threads = fix.request.threads;
    let mut outputs: Vec<Box<dyn Outputs + '_>> = Vec::new();
    if fix.kustomize {
        outputs.push(Box::new(Roots::new(&prover, &all_routes)));
    }
    if let Some(request) = fix.fleet.filter(|_| !files.is_empty()) {
        outputs.push(Box::new(Units::new(Observing { tree, config, asked, request, threads })?));
    }
    planner.plan_together(&files, &Together::new(tree, &over_all, outputs), &mut plan);
    if let Some(request) = fix.fleet {
        let judging = fleet::Judging {
            checks: &checks,
            assessor: &over_all,
            workers: &Workers::start(threads, all_paths.len())?,
        };
        planner.plan_units(Observing { tree, config, asked, request, threads }, judging, &mut plan)?;
    }
    if let Some(request) = fix.charts {
        let today = fix.request.today;
        let (checks, routes, assessor) = (&checks, &all_routes, &over_all);
        let charts = Charts { tree: &**tree, request, checks, routes, assessor, today, threads };
        planner.plan_charts(&charts, &all_paths, &mut plan)?;
    }
    Ok(plan)
}

/// Writes a plan's file, reads it again, and puts it back if it is not what was meant.
///
/// # Errors
/// If it cannot be written or had to be put back; the file is as it was before.
pub fn write_plan(root: &Directory, plan: &FilePlan) -> Result<(), WriteFix> {
    write::replace(root, &plan.path, &plan.before, &plan.after)?;
    let written = root.read(&plan.path, FILE_BYTES_MAX);
    if written.is_ok_and(|bytes| bytes == plan.after) {
        return Ok(());
    }
    write::restore(root, &plan.path, &plan.before)?;
    Err(WriteFix::PutBack { path: plan.path.clone() })
}

/// A file with findings that have a fix.
struct FixableFile {
    path: String,
    text: TextId,
}

fn fixable_files(scan: &Scan, left: &LeftToCharts) -> Vec<FixableFile> {
    let mut texts: Vec<TextId> = scan
        .findings
        .iter()
        .filter(|finding| finding.fix.is_some() && !is_made_elsewhere(finding) && !left.has(scan, finding))
        .map(|finding| scan.inventory.texts.resolve(finding.span).map_or(finding.span, |(span, _)| span).text)
        .collect();
    texts.sort_unstable();
    texts.dedup();
    let file = |text| Some(FixableFile { path: scan.inventory.texts.path(text)?.to_owned(), text });
    texts.into_iter().filter_map(file).collect()
}

/// Whether a finding is mended by what units render, and not by its file alone.
fn is_made_elsewhere(finding: &Finding) -> bool {
    finding.is_fixed_at_origin || is_of_chart(finding)
}

fn is_deprecated_field(finding: &Finding) -> bool {
    finding.check == DEPRECATED_KUSTOMIZE_FIELD
}

fn is_renamed_field(finding: &Finding) -> bool {
    is_deprecated_field(finding) && finding.fix.is_some() && !are_vars(finding) && !are_charts(finding)
}

fn are_charts(finding: &Finding) -> bool {
    finding.fix.as_ref().is_some_and(|fix| matches!(fix.action, FixAction::RenameCharts { .. }))
}

fn are_vars(finding: &Finding) -> bool {
    finding.fix.as_ref().is_some_and(|fix| matches!(fix.action, FixAction::ReplaceVars { .. }))
}

/// Which findings are those of charts: what they render, and what stands in their templates.
struct LeftToCharts(Option<BTreeSet<String>>);

impl LeftToCharts {
    fn new(fix: FixRequest<'_>) -> Self {
        let paths = || fix.scan.file_paths().map(ToOwned::to_owned).collect::<Vec<String>>();
        Self(fix.charts.map(|_| kind::charts(&paths())))
    }

    fn has(&self, scan: &Scan, finding: &Finding) -> bool {
        !is_made_elsewhere(finding)
            && self.0.as_ref().is_some_and(|charts| {
                let path = scan.inventory.texts.path(finding.span.text).unwrap_or_default();
                !finding.charts.is_empty() || kind::in_templates(path, charts)
            })
    }
}

struct Planner<'a> {
    tree: &'a dyn Tree,
    config: &'a Config,
    fix: FixRequest<'a>,
    left: LeftToCharts,
    assessor: &'a Assessor<'a>,
    routes: &'a Routes,
    prover: &'a Prover<'a>,
}

impl Planner<'_> {
    fn plan_all<'s>(
        &self,
        files: &[FixableFile],
        answers_for: impl Fn(&str) -> &'s Answers,
        plan: &mut FixPlan,
    ) {
        for (position, file) in files.iter().enumerate() {
            match self.plan((position, file), answers_for(&file.path)) {
                Ok(file) => plan.files.push(file),
                Err(error) => plan.unread.push((file.path.clone(), error)),
            }
        }
    }

    /// Plans all files as if each question about their change together had a yes, and leaves those for which building
    /// them does not bear it out.
    fn plan_together(&self, files: &[FixableFile], together: &Together<'_>, plan: &mut FixPlan) {
        let supposed = supposed(self.fix.answers);
        let answers_for = |path: &str| if together.reads(path) { &supposed } else { self.fix.answers };
        self.plan_all(files, answers_for, plan);
        let changed = plan.files.iter().filter(|file| file.is_change());
        let left =
            together.left(changed.map(|file| (file.path.clone(), file.after.clone())).collect(), &supposed);
        let by_path: BTreeMap<&str, (usize, &FixableFile)> =
            files.iter().enumerate().map(|found| (found.1.path.as_str(), found)).collect();
        for file in &mut plan.files {
            let found = left.get(&file.path).zip(by_path.get(file.path.as_str()));
            if let Some((reason, found)) = found {
                let before = std::mem::take(&mut file.before);
                *file = self.leave((*found, before), reason);
            }
        }
        let changed = plan.files.iter().filter(|file| file.is_change());
        plan.proving = together.made_of(changed.map(|file| file.path.as_str()));
    }

    /// A file with nothing changed, since its fixes are not proved.
    fn leave(&self, ((position, file), before): ((usize, &FixableFile), Vec<u8>), reason: &str) -> FilePlan {
        let mut work = self.begin((position, file), &before, self.fix.answers);
        let fixable = self.findings_of(file).into_iter().filter(|finding| finding.fix.is_some());
        let why = NotFixed::Unproved { reason: reason.to_owned() };
        work.made.refused = fixable.map(|finding| (finding, why.clone())).collect();
        work.finish(before)
    }

    fn begin<'w>(
        &self,
        (position, file): (usize, &'w FixableFile),
        before: &[u8],
        answers: &'w Answers,
    ) -> Work<'w> {
        let look = self.assessor.look(&file.path, before);
        Work {
            path: &file.path,
            text: TextId(u32::try_from(position).unwrap_or(u32::MAX)),
            is_template: look.is_template(before),
            look,
            answers,
            after: before.to_vec(),
            trail: Trail::default(),
            made: Made::default(),
            var_uses: Vec::new(),
        }
    }

    fn plan(&self, file: (usize, &FixableFile), answers: &Answers) -> Result<FilePlan, ReadFile> {
        let before = self.tree.read(&file.1.path, FILE_BYTES_MAX)?;
        let mut work = self.begin(file, &before, answers);
        let file = file.1;
        let mut findings = self.findings_of(file);
        // Before all others, since they alone may change nothing that is rendered.
        let mut left = Vec::new();
        for is_wanted in [are_charts, is_renamed_field, are_vars] {
            left.extend(self.replace_fields(&findings, &mut work, is_wanted).map(|why| (is_wanted, why)));
            if work.trail.rounds() > 0 {
                findings = self.findings_again(&work);
            }
        }
        self.rounds(findings, &mut work, |finding| !is_deprecated_field(finding));
        for (is_wanted, why) in left {
            let findings = self.findings_again(&work).into_iter();
            let refused = findings.filter(is_wanted).map(|finding| (finding, why.clone()));
            work.made.refused.extend(refused);
        }
        Ok(work.finish(before))
    }

    /// The fixes of some deprecated fields of a kustomization, if what it reaches renders the same with them. Gives why they
    /// are not made.
    fn replace_fields(
        &self,
        findings: &[Finding],
        work: &mut Work<'_>,
        is_wanted: fn(&Finding) -> bool,
    ) -> Option<NotFixed> {
        if !findings.iter().any(is_wanted) {
            return None;
        }
        if findings.iter().any(|finding| is_wanted(finding) && are_vars(finding)) {
            match self.prover.var_uses(work.path, &work.after) {
                Ok(uses) => work.var_uses = uses,
                Err(reason) => return Some(NotFixed::Unproved { reason }),
            }
        }
        let saved = work.clone();
        self.rounds(findings.to_vec(), work, is_wanted);
        if work.trail.rounds() == saved.trail.rounds() {
            return work.made.refused.first().map(|(_, why)| why.clone());
        }
        let proof = if findings.iter().any(|finding| is_wanted(finding) && are_charts(finding)) {
            self.prover.prove_charts(work.path, (&saved.after, &work.after))
        } else {
            self.prover.prove(work.path, &work.after)
        };
        let reason = proof.err()?;
        *work = saved;
        Some(NotFixed::Unproved { reason })
    }

    /// The scan's findings in this file. A scan's findings are sorted by text.
    fn findings_of(&self, file: &FixableFile) -> Vec<Finding> {
        let findings = &self.fix.scan.findings;
        let start = findings.partition_point(|finding| finding.span.text < file.text);
        let of_file = findings.iter().skip(start).take_while(|finding| finding.span.text == file.text);
        let is_own =
            |finding: &&Finding| !is_made_elsewhere(finding) && !self.left.has(self.fix.scan, finding);
        of_file.filter(is_own).cloned().collect()
    }

    fn findings_again(&self, work: &Work<'_>) -> Vec<Finding> {
        let outcome = self.assessor.assess_as(work.look, work.text, work.path, &work.after);
        let scope = policy::Scope { config: self.config, today: self.fix.request.today };
        scope.apply_to_file(work.path, outcome.findings)
    }

    /// Rounds over the findings that are wanted, until nothing more happens.
    fn rounds(&self, findings: Vec<Finding>, work: &mut Work<'_>, is_wanted: impl Fn(&Finding) -> bool) {
        let mut findings = findings;
        for _ in 0..ROUNDS_MAX {
            findings.retain(&is_wanted);
            if !self.round(&findings, work) {
                break;
            }
            findings = self.findings_again(work);
        }
    }

    /// One round; whether anything changed.
    fn round(&self, findings: &[Finding], work: &mut Work<'_>) -> bool {
        let Some(route) = self.routes.of(work.text.0 as usize) else { return false };
        let context = Context { journeys: &route.journeys, overlay: &route.overlay };
        let text = findings.first().map_or(work.text, |finding| finding.span.text);
        let bytes = std::mem::take(&mut work.after);
        let mask = work.mask(&bytes);
        let source = Source { text, bytes: &bytes, mask: mask.as_ref(), var_uses: &work.var_uses };
        let fix = fix_file(&context, source, findings, work.answers);
        let round = work.trail.rounds();
        let finding = |index: usize| findings.get(index).cloned();
        let made = &mut work.made;
        made.round = round;
        made.questions =
            fix.questions.into_iter().filter_map(|(index, asked)| Some((finding(index)?, asked))).collect();
        made.refused =
            fix.refused.into_iter().filter_map(|(index, why)| Some((finding(index)?, why))).collect();
        let Some(after) = fix.bytes else {
            work.after = bytes;
            return false;
        };
        let after_mask = work.mask(&after);
        let outcome = Source { text, bytes: &after, mask: after_mask.as_ref(), var_uses: &[] };
        if let Err(surprise) = verify(source, outcome, &fix.declared) {
            work.made.surprise = Some(surprise);
            work.after = bytes;
            return false;
        }
        work.made.applied.extend(fix.applied.into_iter().filter_map(finding));
        work.made.notes.extend(fix.notes.into_iter().map(|(_, note)| (round, note)));
        work.trail.push(&fix.splices);
        work.after = after;
        true
    }
}
