//! One file: read it, find out what it is, judge its documents, drop it.
//!
//! Whatever cannot be judged leaves a reason. Runs on any thread; depends on nothing but the file.

use std::collections::BTreeSet;
use std::ops::Range;

use checks::{Check, Context, Finding};
use inventory::{FileContext, NotAssessed, Origin, Reason, Row, WORKLOAD_TRIGGERS, row_of};
use manifest::limits::{FILE_BYTES_MAX, FILE_DOCUMENTS_MAX};
use manifest::scan::{self, DocumentScan, TriggerSet, Triggers};
use manifest::{Document, ParseDocument, Syntax};
use text::{LineIndex, Span, TextId};
use tree::{ReadFile, Tree};

use crate::branches;
use crate::composition;
use crate::journeys::{Route, Routes};
use crate::kind::{self, FileKind};

/// What came of one file.
#[derive(Debug, Default)]
pub(crate) struct FileOutcome {
    /// Whether it was judged, whole or in part.
    pub(crate) assessed: bool,
    /// Documents that were judged.
    pub(crate) documents: u64,
    /// Whether there are documents that were not parsed, so that `rows` lacks theirs.
    pub(crate) has_unparsed: bool,
    pub(crate) findings: Vec<Finding>,
    pub(crate) not_assessed: Vec<NotAssessed>,
    pub(crate) rows: Vec<Row>,
}

impl FileOutcome {
    /// Gives back room that was made for more: the outcomes of all files wait for each other, and such room would be
    /// half of what a scan holds.
    fn shrink(&mut self) {
        self.findings.shrink_to_fit();
        self.not_assessed.shrink_to_fit();
        self.rows.shrink_to_fit();
    }
}

/// What a file is, found once.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Look {
    kind: FileKind,
    origin: Origin,
}

impl Look {
    /// Whether the file is read through a mask.
    pub(crate) fn is_template(self, bytes: &[u8]) -> bool {
        // Looking for actions is one pass; only a file that has some is worth parsing to tell what it is.
        kind::has_actions(bytes)
            && match self.kind {
                FileKind::ChartTemplate | FileKind::Template => true,
                FileKind::Yaml | FileKind::EncryptedYaml => manifest::parse_all(TextId(0), bytes).is_err(),
                FileKind::Other | FileKind::Closed(_) => false,
            }
    }
}

/// Judges files one at a time.
pub(crate) struct Assessor<'a> {
    tree: &'a dyn Tree,
    routes: &'a Routes,
    words: Words,
    workload_words: Option<Triggers>,
    charts: BTreeSet<String>,
}

/// The words of all checks, and which checks each belongs to.
struct Words {
    /// None if the words do not fit a matcher: then every document is parsed and shown to every check.
    triggers: Option<Triggers>,
    checks_of_word: Vec<Vec<usize>>,
    /// Positions of the words that stand beside encoded text.
    encoded: Vec<usize>,
    checks: Vec<&'static dyn Check>,
}

impl Words {
    fn new(checks: &[&'static dyn Check]) -> Self {
        let mut words: Vec<(&'static str, usize)> = Vec::new();
        for (index, check) in checks.iter().enumerate() {
            words.extend(check.triggers().into_iter().map(|word| (word, index)));
        }
        // No check's, but what stands in such a document has to be looked at.
        let others = [composition::GROUP].into_iter().chain(checks::DECODED_TRIGGERS);
        words.extend(others.map(|word| (word, usize::MAX)));
        words.sort_unstable();
        let mut distinct: Vec<&'static str> = Vec::new();
        let mut checks_of_word: Vec<Vec<usize>> = Vec::new();
        for (word, check) in words {
            if distinct.last() != Some(&word) {
                distinct.push(word);
                checks_of_word.push(Vec::new());
            }
            if let Some(last) = checks_of_word.last_mut() {
                last.push(check);
            }
        }
        let encoded = checks::DECODED_TRIGGERS.iter().filter_map(|word| distinct.binary_search(word).ok());
        let encoded = encoded.collect();
        Self { triggers: triggers(&distinct), checks_of_word, encoded, checks: checks.to_vec() }
    }

    /// Whether a word occurred of a document that may hold encoded text.
    fn may_be_encoded(&self, set: &TriggerSet) -> bool {
        self.triggers.is_none() || self.encoded.iter().any(|word| set.contains(*word))
    }

    /// The checks of which a word occurred, in the order of the registry.
    fn checks_for(&self, set: &TriggerSet) -> Vec<&'static dyn Check> {
        let mut indices: Vec<usize> =
            set.ids().filter_map(|id| self.checks_of_word.get(id)).flatten().copied().collect();
        indices.sort_unstable();
        indices.dedup();
        indices.into_iter().filter_map(|index| self.checks.get(index).copied()).collect()
    }
}

/// A matcher for `words`; none if they are too many or too short for one, and then every document is parsed.
fn triggers(words: &[&str]) -> Option<Triggers> {
    Triggers::new(words).ok()
}

impl<'a> Assessor<'a> {
    /// Prepares to judge the files of `tree`. `files` are all its paths, from which charts are told.
    pub(crate) fn new(
        tree: &'a dyn Tree,
        checks: &[&'static dyn Check],
        routes: &'a Routes,
        files: &[String],
    ) -> Self {
        Self {
            tree,
            routes,
            words: Words::new(checks),
            workload_words: triggers(WORKLOAD_TRIGGERS),
            charts: kind::charts(files),
        }
    }

    /// Whether a word of a check occurs, so that something may be found.
    pub(crate) fn has_words(&self, bytes: &[u8]) -> bool {
        self.words.triggers.as_ref().is_none_or(|triggers| !triggers.find(bytes).is_empty())
    }

    /// Judges the file at `path`, whose text id is its position in the listing.
    pub(crate) fn assess(&self, text: TextId, path: &str) -> FileOutcome {
        match self.tree.read(path, FILE_BYTES_MAX) {
            Ok(bytes) => self.assess_bytes(text, path, &bytes),
            Err(error) => FileOutcome { not_assessed: vec![unread(path, &error)], ..FileOutcome::default() },
        }
    }

    /// Judges `bytes` as the content of the file at `path`.
    fn assess_bytes(&self, text: TextId, path: &str, bytes: &[u8]) -> FileOutcome {
        self.assess_as(self.look(path, bytes), text, path, bytes)
    }

    /// What the file at `path` is. Fixes do not change it.
    pub(crate) fn look(&self, path: &str, bytes: &[u8]) -> Look {
        Look {
            kind: kind::kind_of(path, bytes, &self.charts),
            origin: kind::origin_of(path, bytes, &self.charts),
        }
    }

    /// Judges what the file at `path` renders, by the journeys of a route.
    pub(crate) fn assess_output(
        &self,
        text: TextId,
        (route, path): (&Route, &str),
        bytes: &[u8],
    ) -> FileOutcome {
        let mut outcome = FileOutcome::default();
        let (path, origin) = (path.to_owned(), Origin::Own);
        let file = FileContext { path, text, origin, in_chart_templates: false };
        Judge { words: &self.words, route, file: &file, outcome: &mut outcome }.yaml(bytes);
        outcome
    }

    /// Judges `bytes` as the content of a file that was looked at before.
    pub(crate) fn assess_as(&self, look: Look, text: TextId, path: &str, bytes: &[u8]) -> FileOutcome {
        let mut outcome = FileOutcome::default();
        let Some(route) = self.routes.of(text.0 as usize) else { return outcome };
        let file = FileContext {
            path: path.to_owned(),
            text,
            origin: look.origin,
            in_chart_templates: look.kind == FileKind::ChartTemplate,
        };
        let mut judge = Judge { words: &self.words, route, file: &file, outcome: &mut outcome };
        match look.kind {
            FileKind::Other => {}
            FileKind::Closed(reason) => judge.leave(None, reason, String::new()),
            FileKind::Yaml => judge.yaml(bytes),
            FileKind::EncryptedYaml => {
                judge.yaml(bytes);
                judge.leave(None, Reason::Encrypted, "its encrypted values".to_owned());
            }
            FileKind::ChartTemplate | FileKind::Template => judge.template(bytes),
        }
        outcome.shrink();
        outcome
    }

    /// The rows of workloads and autoscalers in a file that was judged before.
    pub(crate) fn workloads(&self, text: TextId, path: &str) -> Vec<Row> {
        let Ok(bytes) = self.tree.read(path, FILE_BYTES_MAX) else { return Vec::new() };
        if !matches!(kind::kind_of(path, &bytes, &self.charts), FileKind::Yaml | FileKind::EncryptedYaml) {
            return Vec::new();
        }
        self.workloads_in(text, &bytes)
    }

    /// The rows of workloads and autoscalers in bytes that were judged before.
    pub(crate) fn workloads_in(&self, text: TextId, bytes: &[u8]) -> Vec<Row> {
        let Some(scanned) = scan_with(self.workload_words.as_ref(), bytes) else { return Vec::new() };
        let parser = Parser::new(text, bytes);
        let mut rows = Vec::new();
        for document in scanned.iter().filter(|document| !document.is_settled()) {
            if let Ok(parsed) = parser.parse(document.range.clone()) {
                rows.extend(rows_in(&parsed));
            }
        }
        rows
    }
}

/// The documents of `bytes`; none past the limit. Without words every document counts as unsettled.
fn scan_with(triggers: Option<&Triggers>, bytes: &[u8]) -> Option<Vec<DocumentScan>> {
    if let Some(triggers) = triggers {
        return Some(scan::scan_file(bytes, triggers).ok()?.documents);
    }
    let no_words = Triggers::new::<&str>(&[]).ok()?;
    let mut documents = scan::scan_file(bytes, &no_words).ok()?.documents;
    documents.iter_mut().for_each(|document| document.verdict = None);
    Some(documents)
}

/// Parses documents of one file in the syntax in which kubectl would read it.
#[derive(Clone, Copy)]
struct Parser<'b> {
    text: TextId,
    bytes: &'b [u8],
    syntax: Syntax,
}

impl<'b> Parser<'b> {
    fn new(text: TextId, bytes: &'b [u8]) -> Self {
        Self { text, bytes, syntax: scan::json::syntax_of(bytes) }
    }

    fn parse(self, range: Range<usize>) -> Result<Document<'b>, ParseDocument> {
        match self.syntax {
            Syntax::Json => scan::json::parse(self.text, self.bytes, range),
            Syntax::Yaml => manifest::parse(self.text, self.bytes, range, None),
        }
    }
}

fn rows_in(document: &Document<'_>) -> Vec<Row> {
    manifest::objects(document).iter().filter_map(|object| row_of(document, object)).collect()
}

/// Judges one file into its outcome.
struct Judge<'a> {
    words: &'a Words,
    route: &'a Route,
    file: &'a FileContext,
    outcome: &'a mut FileOutcome,
}

impl Judge<'_> {
    /// A file of ordinary YAML or JSON. If it is broken and holds template actions, it is a template.
    fn yaml(&mut self, bytes: &[u8]) {
        let Some(documents) = scan_with(self.words.triggers.as_ref(), bytes) else {
            let limit = format!("more than {FILE_DOCUMENTS_MAX} documents");
            return self.leave(None, Reason::TooManyDocuments, limit);
        };
        let parser = Parser::new(self.file.text, bytes);
        let mut broken = Vec::new();
        let mut parsed = Vec::new();
        for document in &documents {
            if document.is_settled() {
                self.outcome.documents += 1;
                self.outcome.has_unparsed = true;
                continue;
            }
            match parser.parse(document.range.clone()) {
                Ok(arena) => parsed.push((document, arena)),
                Err(error) => broken.push(error),
            }
        }
        if !broken.is_empty() && kind::has_actions(bytes) {
            self.outcome.documents = 0;
            self.outcome.has_unparsed = true;
            return self.template(bytes);
        }
        self.outcome.assessed = documents.len() > broken.len() || documents.is_empty();
        for (document, arena) in &parsed {
            self.document(document, arena);
        }
        self.leave_broken(bytes, &broken);
    }

    /// Documents that do not parse. The lines are counted once for all of them.
    fn leave_broken(&mut self, bytes: &[u8], broken: &[ParseDocument]) {
        if broken.is_empty() {
            return;
        }
        let lines = LineIndex::new(bytes);
        for error in broken {
            let at = error.offset().map(|offset| Span::new(self.file.text, offset..offset));
            self.leave(at, reason_of(error), place_in_words(bytes, &lines, error));
        }
    }

    /// A template: what is literal in it is judged, and the file is still not assessed as a whole.
    fn template(&mut self, bytes: &[u8]) {
        if !kind::has_actions(bytes) {
            return self.yaml(bytes);
        }
        let Some(mask) = manifest::mask_template(bytes) else {
            return self.leave(None, Reason::NeedsRendering, "its actions do not end".to_owned());
        };
        let mut detail = String::new();
        match scan_with(self.words.triggers.as_ref(), mask.bytes()) {
            None => detail = format!("more than {FILE_DOCUMENTS_MAX} documents"),
            Some(documents) => {
                let is_wordless = self.words.triggers.is_none();
                for document in documents.iter().filter(|it| is_wordless || !it.triggers.is_empty()) {
                    match manifest::parse(self.file.text, bytes, document.range.clone(), Some(&mask)) {
                        Ok(arena) => self.document(document, &arena),
                        Err(_) => {
                            detail = "no YAML without its actions, so nothing in it was looked at".to_owned()
                        }
                    }
                }
            }
        }
        branches::doubt(bytes, &mut self.outcome.findings);
        self.leave(None, Reason::NeedsRendering, detail);
    }

    fn document(&mut self, document: &DocumentScan, arena: &Document<'_>) {
        self.outcome.documents += 1;
        self.outcome.rows.extend(rows_in(arena));
        if let Some((span, reason, detail)) = composition::programs_in(arena) {
            self.leave(Some(span), reason, detail.to_owned());
        }
        let context = Context { journeys: &self.route.journeys, overlay: &self.route.overlay };
        if self.words.may_be_encoded(&document.triggers) {
            self.encoded(&context, arena);
        }
        let checks = match self.words.triggers {
            Some(_) => self.words.checks_for(&document.triggers),
            None => self.words.checks.clone(),
        };
        if checks.is_empty() {
            return;
        }
        let judged = checks::run_document(&context, self.file, arena, &checks);
        self.outcome.findings.extend(fixes::foresee(&context, arena, judged.findings));
        self.outcome.not_assessed.extend(judged.not_assessed);
    }

    /// User data in base64, by the checks whose words occur in it once it is decoded.
    fn encoded(&mut self, context: &Context<'_>, arena: &Document<'_>) {
        let (decoded, undecoded) = checks::decoded(arena);
        for item in undecoded {
            self.leave(Some(item.span), item.reason, item.detail);
        }
        let Some(decoded) = decoded else { return };
        let checks = match &self.words.triggers {
            Some(triggers) => self.words.checks_for(&triggers.find(decoded.bytes())),
            None => self.words.checks.clone(),
        };
        let judged = decoded.run(context, self.file, &checks);
        self.outcome.findings.extend(judged.findings);
        self.outcome.not_assessed.extend(judged.not_assessed);
    }

    fn leave(&mut self, span: Option<Span>, reason: Reason, detail: String) {
        self.outcome.not_assessed.push(NotAssessed { path: self.file.path.clone(), span, reason, detail });
    }
}

fn unread(path: &str, error: &ReadFile) -> NotAssessed {
    let reason = match error {
        ReadFile::TooLarge { .. } => Reason::TooLarge,
        ReadFile::Changed => Reason::ChangedWhileRead,
        ReadFile::NotARegularFile => Reason::NotARegularFile,
        ReadFile::OutsideRoot => Reason::OutsideRoot,
        ReadFile::Missing | ReadFile::Refused(_) => Reason::Unreadable,
    };
    let cause = std::error::Error::source(error).map(|cause| format!(": {cause}")).unwrap_or_default();
    NotAssessed { path: path.to_owned(), span: None, reason, detail: format!("{error}{cause}") }
}

fn reason_of(error: &ParseDocument) -> Reason {
    match error {
        ParseDocument::NotUtf8 { .. } => Reason::NotUtf8,
        ParseDocument::TooLarge => Reason::TooLarge,
        ParseDocument::TooDeep { .. } => Reason::TooDeep,
        ParseDocument::TooManyDocuments => Reason::TooManyDocuments,
        ParseDocument::Malformed { .. } | ParseDocument::DanglingAlias { .. } => Reason::Malformed,
    }
}

/// The parser's words with the line, since nobody counts bytes.
fn place_in_words(bytes: &[u8], lines: &LineIndex, error: &ParseDocument) -> String {
    match error.offset() {
        None => error.to_string(),
        Some(offset) => {
            let at = lines.position(bytes, offset);
            format!("line {}, column {}: {error}", at.line, at.column)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_all_checks_and_of_workloads_fit_a_matcher() {
        let words: Vec<&str> = checks::registry().iter().flat_map(|check| check.triggers()).collect();
        let short: Vec<&str> =
            words.iter().copied().filter(|word| word.len() < scan::WORD_BYTES_MIN).collect();
        assert!(short.is_empty(), "too short: {short:?}");
        assert!(Words::new(checks::registry()).triggers.is_some(), "{} words", words.len());
        assert!(triggers(WORKLOAD_TRIGGERS).is_some());
    }
}
