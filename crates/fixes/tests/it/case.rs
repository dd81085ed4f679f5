//! One case: a file whose first comments say what to do and what to expect.
//!
//! `# convert: networking.k8s.io/v1` (or with `/Kind`), `# answer: question=choice`, `# asks: question`,
//! `# refuses: part of the message`, `# notes: part of the note`. JSON files have them in a `NAME.directives` beside them.

use std::path::{Path, PathBuf};

use fixes::{Answer, Answers};
use manifest::edit::{Batch, Change, DocumentChanges, apply_batch};
use resource::{GroupVersion, GroupVersionKind};
use text::TextId;

/// What the first comments of a file say.
#[derive(Default)]
pub(crate) struct Directives {
    pub(crate) target: String,
    pub(crate) answers: Vec<(String, String)>,
    pub(crate) asks: Vec<String>,
    pub(crate) refuses: Option<String>,
    pub(crate) notes: Vec<String>,
}

impl Directives {
    pub(crate) fn of(text: &str) -> Self {
        let mut directives = Self::default();
        for line in text.lines() {
            let Some((name, value)) = line.strip_prefix("# ").and_then(|line| line.split_once(": ")) else {
                continue;
            };
            let value = value.trim();
            match name {
                "convert" => directives.target = value.to_owned(),
                "answer" => {
                    let (question, choice) = value.split_once('=').unwrap();
                    directives.answers.push((question.to_owned(), choice.to_owned()));
                }
                "asks" => directives.asks.push(value.to_owned()),
                "refuses" => directives.refuses = Some(value.to_owned()),
                "notes" => directives.notes.push(value.to_owned()),
                _ => {}
            }
        }
        directives
    }

    pub(crate) fn answers(&self) -> Answers {
        let mut answers = Answers::none();
        for (question, choice) in &self.answers {
            match choice.strip_prefix('=') {
                Some(value) => answers.answer(question, Answer::Value(value.to_owned())),
                None => answers.answer(question, Answer::Choice(choice.clone())),
            }
        }
        answers
    }

    /// What an object of `kind` becomes.
    pub(crate) fn target<'a>(&'a self, kind: &'a str) -> GroupVersionKind<'a> {
        let slashes = self.target.matches('/').count();
        match self.target.rsplit_once('/') {
            Some((version, kind)) if slashes == 2 => GroupVersion::parse(version).unwrap().with_kind(kind),
            _ => GroupVersion::parse(&self.target).unwrap().with_kind(kind),
        }
    }
}

pub(crate) fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data")
}

#[expect(clippy::disallowed_methods, reason = "tests read their own data")]
pub(crate) fn read(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// All inputs below the data folder, sorted.
pub(crate) fn inputs() -> Vec<PathBuf> {
    let mut found = Vec::new();
    for family in std::fs::read_dir(data()).unwrap() {
        let family = family.unwrap().path();
        if !family.is_dir() {
            continue;
        }
        for file in std::fs::read_dir(&family).unwrap() {
            let path = file.unwrap().path();
            if path.file_name().unwrap().to_str().unwrap().ends_with(".in.yaml") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

pub(crate) fn output_of(input: &Path) -> PathBuf {
    let name = input.file_name().unwrap().to_str().unwrap();
    input.with_file_name(name.replace(".in.", ".out."))
}

/// The input with every object converted as the directives say.
pub(crate) fn converted(bytes: &[u8], directives: &Directives) -> Result<Vec<u8>, String> {
    batch(bytes, directives).map(|batch| batch.bytes)
}

/// The same with everything that the editor says of it.
pub(crate) fn batch(bytes: &[u8], directives: &Directives) -> Result<Batch, String> {
    let documents = parsed(bytes);
    let answers = directives.answers();
    let mut changes: Vec<Vec<Change>> = Vec::new();
    for document in &documents {
        let mut wanted: Vec<Change> = Vec::new();
        for object in manifest::objects(document) {
            let target = directives.target(object.gvk.kind);
            let conversion =
                fixes::convert(document, object, target, &answers).map_err(|refusal| refusal.to_string())?;
            for change in conversion.changes {
                if !wanted.contains(&change) {
                    wanted.push(change);
                }
            }
        }
        changes.push(wanted);
    }
    let batch: Vec<DocumentChanges<'_, '_>> = documents
        .iter()
        .zip(&changes)
        .map(|(document, changes)| DocumentChanges { document, changes })
        .collect();
    let batch = apply_batch(bytes, &batch);
    match batch.refused.first() {
        Some(refused) => {
            Err(format!("change {:?}: {}", changes[refused.document][refused.change], refused.reason))
        }
        None => Ok(batch),
    }
}

/// The documents of a text, JSON as kubectl chooses it.
pub(crate) fn parsed(bytes: &[u8]) -> Vec<manifest::Document<'_>> {
    match manifest::scan::json::split(bytes) {
        Some(ranges) => {
            let parse = |range| manifest::scan::json::parse(TextId(0), bytes, range).unwrap();
            ranges.into_iter().map(parse).collect()
        }
        None => manifest::parse_all(TextId(0), bytes).unwrap(),
    }
}
