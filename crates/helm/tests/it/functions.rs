//! Functions and what templates see, row by row, beside what Helm 3.21 and Helm 4.2 made of them: `cargo xtask goldens
//! --functions --helm3 PATH --helm4 PATH` makes the outcomes.
#![expect(clippy::disallowed_methods, reason = "tests read their cases")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use gotemplate::Ledger;
use helm::HelmVersion;
use helm::engine::TemplateCache;
use helm::render::RenderChart;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use text::{Texts, with_causes};

use crate::origins::build::rendered;
use crate::origins::{Case, STACK_BYTES};

/// Fewer rows than this are a sign that they are not found.
const ROWS_MIN: usize = 1_800;

#[derive(Deserialize)]
struct Head {
    inputs: String,
}

/// What a program makes of a template.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Outcome {
    Printed(String),
    Failed(String),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Row {
    pub(crate) template: String,
    both: Option<Outcome>,
    helm3: Option<Outcome>,
    helm4: Option<Outcome>,
    /// Why ours is another one.
    differs: Option<String>,
    ours3: Option<Outcome>,
    ours4: Option<Outcome>,
}

impl Row {
    /// What Helm makes of it, and what we are to make of it.
    fn expected(&self, version: HelmVersion) -> (&Outcome, &Outcome) {
        let (theirs, ours) = match version {
            HelmVersion::V3 => (&self.helm3, &self.ours3),
            HelmVersion::V4 => (&self.helm4, &self.ours4),
        };
        let theirs = self.both.as_ref().or(theirs.as_ref()).unwrap();
        (theirs, ours.as_ref().unwrap_or(theirs))
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/functions")
}

/// The files below a folder by their paths, sorted.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(listed) = folders.pop() {
        for entry in std::fs::read_dir(listed).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let below = path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
                files.insert(below, std::fs::read(path).unwrap());
            }
        }
    }
    files
}

/// All rows; the first line has the digest of what the originals were given.
pub(crate) fn rows() -> Vec<Row> {
    let text = std::fs::read_to_string(folder().join("rows.jsonl")).unwrap();
    let (head, lines) = text.split_once('\n').unwrap();
    let head: Head = serde_json::from_str(head).unwrap();
    let rows: Vec<Row> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let mut digest = Sha256::new();
    for (path, bytes) in files(&folder().join("chart")) {
        digest.update(format!("{path}\n{}\n", bytes.len()));
        digest.update(bytes);
    }
    rows.iter().for_each(|row| digest.update(format!("{}\n", row.template)));
    let digest: String = digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(digest, head.inputs, "the chart or the templates are not those that Helm was given");
    assert!(rows.len() >= ROWS_MIN, "{} rows", rows.len());
    rows
}

/// What we make of a template that stands in the chart, wrapped as the originals were given it.
fn outcome(case: &Case, template: &str, (cache, ledger): (&TemplateCache, &Ledger)) -> Outcome {
    let mut contents = case.contents.clone();
    let file = format!(
        "{{{{- define \"row0000\" }}}}{template}{{{{ end -}}}}\nout: {{{{ include \"row0000\" . | toJson }}}}\n"
    );
    contents.insert("chart/templates/row0000.yaml".to_owned(), file.into_bytes());
    let printed = rendered((case, &contents), cache, (&mut Texts::new(), ledger), |release| {
        let templates = match release {
            Ok(release) => release.templates,
            Err(RenderChart::Sort(failure)) => failure.templates,
            Err(error) => return Err(with_causes(&error)),
        };
        let row = templates.into_iter().find(|template| template.name.ends_with("/row0000.yaml"));
        Ok(row.map(|row| row.text).unwrap_or_default())
    });
    match printed {
        Ok(text) => {
            let json = text.trim().strip_prefix("out: ").unwrap_or_default();
            Outcome::Printed(serde_json::from_str(json).unwrap())
        }
        // The words of the originals are kept without the end of their last line.
        Err(told) => Outcome::Failed(told.trim_end().to_owned()),
    }
}

/// The rows of which we make something else, as they would be written if that was on purpose.
fn differing(version: HelmVersion) -> Vec<String> {
    let chart = files(&folder().join("chart"));
    let contents = chart.into_iter().map(|(path, bytes)| (format!("chart/{path}"), bytes)).collect();
    let case = Case { version, ..Case::new("functions".to_owned(), contents, "chart".to_owned()) };
    let cache = TemplateCache::new();
    let mut faults = Vec::new();
    for row in rows() {
        let (theirs, expected) = row.expected(version);
        assert!(expected == theirs || row.differs.is_some(), "{row:?} says no reason");
        for ledger in [Ledger::on(), Ledger::off()] {
            let found = outcome(&case, &row.template, (&cache, &ledger));
            if found != *expected {
                let template = &row.template;
                faults.push(format!("{template}\n  theirs {theirs:?}\n  found  {found:?}"));
                break;
            }
        }
    }
    faults
}

fn check(version: HelmVersion) {
    let thread = std::thread::Builder::new().stack_size(STACK_BYTES);
    let faults = thread.spawn(move || differing(version)).unwrap().join().unwrap();
    assert!(faults.is_empty(), "{} rows differ:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn functions_answer_as_those_of_helm_3() {
    check(HelmVersion::V3);
}

#[test]
fn functions_answer_as_those_of_helm_4() {
    check(HelmVersion::V4);
}
