//! The fixes of a scan, file by file: planned and proved in memory, then written or shown.
//!
//! Fixes of one object can wait for each other (a conversion first, then a reference inside of what it made),
//! so a file is judged and fixed again until nothing more happens. Each round is verified before the next.

use checks::{Context, Finding};
use config::Config;
use fixes::{Answers, NotFixed, Note, Question, Source, Surprise, fix_file, verify};
use manifest::limits::FILE_BYTES_MAX;
use text::{LineIndex, TextId};
use tree::{Directory, ReadFile, Tree};

use crate::assess::Assessor;
use crate::journeys::{Asked, Routes};
use crate::write::{self, WriteFile};
use crate::{Scan, ScanError, ScanRequest, policy};

/// Rounds of fixing one file. Two are ordinary; what needs more than this chases its own tail.
const ROUNDS_MAX: usize = 8;

/// What to fix.
#[derive(Debug, Clone, Copy)]
pub struct FixRequest<'a> {
    /// What was scanned for.
    pub request: &'a ScanRequest,
    /// What the scan found.
    pub scan: &'a Scan,
    /// What a person has decided.
    pub answers: &'a Answers,
}

/// What becomes of the files with findings that have a fix.
#[derive(Debug, Default)]
pub struct FixPlan {
    /// The files, in the order of their paths.
    pub files: Vec<FilePlan>,
    /// Files that could not be read again, and why.
    pub unread: Vec<(String, ReadFile)>,
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
    /// Findings whose fix was not made, and why.
    pub refused: Vec<(Finding, NotFixed)>,
    /// What a person should know about what was mended, with the line that it is about.
    pub notes: Vec<(u32, Note)>,
    /// A round whose outcome was not what was declared: it was dropped.
    pub surprise: Option<Surprise>,
}

/// A question with the finding that raised it.
#[derive(Debug, Clone)]
pub struct Asking {
    /// The finding.
    pub finding: Finding,
    /// The question.
    pub question: Question,
    /// The line that it is about, from 1.
    pub line: u32,
}

impl FilePlan {
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

/// Plans the fixes of a scan, with the answers that there are.
///
/// # Errors
/// As [`crate::scan()`].
pub fn plan_fixes(tree: &dyn Tree, config: &Config, fix: FixRequest<'_>) -> Result<FixPlan, ScanError> {
    let checks = policy::enabled_checks(config, &fix.request.only)?;
    let files = fixable_files(fix.scan);
    let paths: Vec<String> = files.iter().map(|file| file.path.clone()).collect();
    let all_paths: Vec<String> = fix.scan.file_paths().map(ToOwned::to_owned).collect();
    let routes = Routes::new(config, Asked { from: fix.request.from, to: fix.request.to }, &paths);
    let assessor = Assessor::new(tree, &checks, &routes, &all_paths);
    let planner = Planner { tree, config, fix, assessor: &assessor, routes: &routes };
    let mut plan = FixPlan::default();
    for (position, file) in files.iter().enumerate() {
        match planner.plan(position, file) {
            Ok(file) => plan.files.push(file),
            Err(error) => plan.unread.push((file.path.clone(), error)),
        }
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

fn fixable_files(scan: &Scan) -> Vec<FixableFile> {
    let mut texts: Vec<TextId> = scan
        .findings
        .iter()
        .filter(|finding| finding.fix.is_some())
        .map(|finding| scan.inventory.texts.resolve(finding.span).map_or(finding.span, |(span, _)| span).text)
        .collect();
    texts.sort_unstable();
    texts.dedup();
    let file = |text| Some(FixableFile { path: scan.inventory.texts.path(text)?.to_owned(), text });
    texts.into_iter().filter_map(file).collect()
}

struct Planner<'a> {
    tree: &'a dyn Tree,
    config: &'a Config,
    fix: FixRequest<'a>,
    assessor: &'a Assessor<'a>,
    routes: &'a Routes,
}

impl Planner<'_> {
    fn plan(&self, position: usize, file: &FixableFile) -> Result<FilePlan, ReadFile> {
        let before = self.tree.read(&file.path, FILE_BYTES_MAX)?;
        let mut plan = FilePlan {
            path: file.path.clone(),
            after: before.clone(),
            before,
            applied: Vec::new(),
            questions: Vec::new(),
            refused: Vec::new(),
            notes: Vec::new(),
            surprise: None,
        };
        let text = TextId(u32::try_from(position).unwrap_or(u32::MAX));
        let mut findings = self.findings_of(file);
        for _ in 0..ROUNDS_MAX {
            if !self.round(text, &findings, &mut plan) {
                break;
            }
            findings = self.findings_again(text, &plan);
        }
        Ok(plan)
    }

    /// The scan's findings in this file. A scan's findings are sorted by text.
    fn findings_of(&self, file: &FixableFile) -> Vec<Finding> {
        let findings = &self.fix.scan.findings;
        let start = findings.partition_point(|finding| finding.span.text < file.text);
        let of_file = findings.iter().skip(start).take_while(|finding| finding.span.text == file.text);
        of_file.cloned().collect()
    }

    fn findings_again(&self, text: TextId, plan: &FilePlan) -> Vec<Finding> {
        let outcome = self.assessor.assess_bytes(text, &plan.path, &plan.after);
        let scope = policy::Scope { config: self.config, today: self.fix.request.today };
        scope.apply_to_file(&plan.path, outcome.findings)
    }

    /// One round; whether anything changed.
    fn round(&self, text: TextId, findings: &[Finding], plan: &mut FilePlan) -> bool {
        let Some(route) = self.routes.of(text.0 as usize) else { return false };
        let context = Context { journeys: &route.journeys, overlay: &route.overlay };
        let bytes = std::mem::take(&mut plan.after);
        let mask = self.assessor.mask_of(&plan.path, &bytes);
        let text = findings.first().map_or(text, |finding| finding.span.text);
        let source = Source { text, bytes: &bytes, mask: mask.as_ref() };
        let fix = fix_file(&context, source, findings, self.fix.answers);
        let lines = LineIndex::new(&bytes);
        let line = |span: text::Span| lines.position(&bytes, span.start).line;
        let finding = |index: usize| findings.get(index).cloned();
        let asking = |(index, question): (usize, Question)| {
            Some(Asking { finding: finding(index)?, line: line(question.span), question })
        };
        plan.questions = fix.questions.into_iter().filter_map(asking).collect();
        plan.refused =
            fix.refused.into_iter().filter_map(|(index, why)| Some((finding(index)?, why))).collect();
        let Some(after) = fix.bytes else {
            plan.after = bytes;
            return false;
        };
        let after_mask = self.assessor.mask_of(&plan.path, &after);
        let outcome = Source { text, bytes: &after, mask: after_mask.as_ref() };
        if let Err(surprise) = verify(source, outcome, &fix.declared) {
            plan.surprise = Some(surprise);
            plan.after = bytes;
            return false;
        }
        plan.applied.extend(fix.applied.into_iter().filter_map(finding));
        plan.notes.extend(fix.notes.into_iter().map(|(_, note)| (line(note.span), note)));
        plan.after = after;
        true
    }
}
