//! `cargo xtask parity convert`: the conversions beside those of kubectl-convert, on generated objects.
//!
//! For each pair that both know: makes objects, converts them by both, and lets kubectl-convert fill its defaults into
//! our output too; what it adds there is what it added to its own. The rest must be equal but for the deviations that
//! are listed with their reasons. Writes what was compared as golden data that a plain test replays.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a parity run starts another program, writes golden data and prints what it found"
)]

mod compare;
mod generate;
mod random;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use fixes::{Answer, Answers, Unanswered, conversions, convert_text};
use random::Random;
use resource::{GroupVersion, GroupVersionKind};
use serde_json::{Value, json};
use version::Minor;

/// What the run is asked for: program, seed, objects per pair, where the golden data goes.
struct Request {
    program: PathBuf,
    seed: u64,
    count: usize,
    golden: PathBuf,
}

fn request() -> Option<Request> {
    let mut arguments = std::env::args().skip(1);
    Some(Request {
        program: arguments.next()?.into(),
        seed: arguments.next()?.parse().ok()?,
        count: arguments.next()?.parse().ok()?,
        golden: arguments.next()?.into(),
    })
}

fn main() -> ExitCode {
    let Some(request) = request() else {
        println!("expected: PROGRAM SEED COUNT GOLDEN-DIRECTORY");
        return ExitCode::FAILURE;
    };
    let mut totals = Totals::default();
    for pair in pairs() {
        totals.add(&pair, run(&request, &pair));
    }
    totals.print();
    if totals.unexplained == 0 && totals.unseen().is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// A kind at one version and what it becomes.
struct Pair {
    group: String,
    version: String,
    kind: String,
    to: GroupVersion<'static>,
}

impl Pair {
    fn from(&self) -> GroupVersionKind<'_> {
        GroupVersionKind { group: &self.group, version: &self.version, kind: &self.kind }
    }

    fn name(&self) -> String {
        let of = |gv: GroupVersion<'_>| gv.to_string().replace('/', "_");
        format!("{}.{}.{}", of(self.from().group_version()), self.kind, of(self.to))
    }
}

/// The pairs of our table that objects can be made for.
fn pairs() -> Vec<Pair> {
    let mut found = Vec::new();
    for row in conversions().iter().filter(|row| row.to_kind.is_none()) {
        for version in row.from_versions {
            for kind in row.kinds {
                let pair = Pair {
                    group: row.from_group.to_owned(),
                    version: (*version).to_owned(),
                    kind: (*kind).to_owned(),
                    to: row.to,
                };
                if generate::body(&mut Random::new(0, "", 0), pair.from(), row.to.version).is_some() {
                    found.push(pair);
                }
            }
        }
    }
    found
}

/// Lines kept whatever they show. After them, objects of which only the header changes would only be weight; they are
/// compared like all others.
const GOLDEN_HEADERS: usize = 20;

enum Outcome {
    /// The other program does not know the pair.
    Unknown(String),
    Compared(Compared),
}

#[derive(Default)]
struct Compared {
    objects: usize,
    refused: BTreeMap<String, usize>,
    deviations: BTreeMap<&'static str, usize>,
    unexplained: Vec<String>,
}

fn run(request: &Request, pair: &Pair) -> Outcome {
    let inputs: Vec<Value> = (0..request.count).map(|index| input(request.seed, pair, index)).collect();
    let wanted = pair.to.to_string();
    match theirs(&request.program, &inputs[..1], &wanted) {
        Ok(probe) if probe[0]["apiVersion"] == wanted.as_str() => {}
        Ok(probe) => return Outcome::Unknown(format!("gives {}", probe[0]["apiVersion"])),
        Err(error) => return Outcome::Unknown(error),
    }
    let mut compared = Compared { objects: inputs.len(), ..Compared::default() };
    let mut kept = Vec::new();
    let mut ours = Vec::new();
    for input in inputs {
        match convert(&input, pair.to) {
            Ok(output) => {
                kept.push(input);
                ours.push(output);
            }
            Err(error) => *compared.refused.entry(error).or_default() += 1,
        }
    }
    let converted = theirs(&request.program, &kept, &wanted).unwrap();
    let defaulted = theirs(&request.program, &ours, &wanted).unwrap();
    let mut golden = String::new();
    for (index, input) in kept.iter().enumerate() {
        let expected = expected(&converted[index], &ours[index], &defaulted[index]);
        let line = line(pair, input, &expected, &ours[index], &mut compared);
        if line.contains("\"patch\":") || index < GOLDEN_HEADERS {
            golden.push_str(&line);
            golden.push('\n');
        }
    }
    std::fs::create_dir_all(&request.golden).unwrap();
    std::fs::write(request.golden.join(format!("{}.jsonl", pair.name())), golden).unwrap();
    Outcome::Compared(compared)
}

fn input(seed: u64, pair: &Pair, index: usize) -> Value {
    let mut random = Random::new(seed, &pair.name(), index);
    let mut object = generate::body(&mut random, pair.from(), pair.to.version).unwrap();
    object["apiVersion"] = json!(pair.from().group_version().to_string());
    object["kind"] = json!(pair.kind);
    object
}

/// What keeps the old meaning, and for what only a person knows an answer that is recognised below.
fn answers() -> Answers {
    let mut answers = Answers::none().or(Unanswered::KeepMeaning);
    answers.answer("webhook-side-effects", Answer::Choice("none".to_owned()));
    answers.answer("certificate-signer", Answer::Choice("kubernetes.io/kube-apiserver-client".to_owned()));
    answers
}

fn convert(input: &Value, to: GroupVersion<'_>) -> Result<Value, String> {
    let bytes = input.to_string().into_bytes();
    let converted =
        convert_text(&bytes, Some(to), Minor::new(37), &answers()).map_err(|error| error.to_string())?;
    serde_json::from_slice(&converted.bytes).map_err(|error| error.to_string())
}

/// The other program's output for several objects.
fn theirs(program: &Path, objects: &[Value], version: &str) -> Result<Vec<Value>, String> {
    let file = std::env::temp_dir().join(format!("parity-convert-{}.json", std::process::id()));
    let documents: Vec<String> = objects.iter().map(Value::to_string).collect();
    let problem = |error: std::io::Error| format!("'{}': {error}", file.display());
    std::fs::write(&file, documents.join("\n---\n")).map_err(problem)?;
    let output = Command::new(program)
        .arg("-f")
        .arg(&file)
        .args(["--output-version", version, "-o", "json"])
        .output()
        .map_err(|error| format!("cannot start '{}': {error}", program.display()))?;
    std::fs::remove_file(&file).map_err(problem)?;
    if !output.stderr.is_empty() {
        return Err(String::from_utf8_lossy(&output.stderr).trim().to_owned());
    }
    let printed: Value = serde_json::from_slice(&output.stdout).map_err(|error| error.to_string())?;
    let items = match printed["kind"].as_str() {
        Some("List") => printed["items"].as_array().cloned().unwrap_or_default(),
        _ => vec![printed],
    };
    if items.len() == objects.len() {
        Ok(items)
    } else {
        Err(format!("{} of {} objects", items.len(), objects.len()))
    }
}

/// Theirs, without what they also add to ours.
fn expected(theirs: &Value, ours: &Value, defaulted: &Value) -> Value {
    let (mut theirs, mut defaulted) = (theirs.clone(), defaulted.clone());
    compare::strip(&mut defaulted);
    let written = compare::leaves(ours);
    let mut added = compare::leaves(&defaulted);
    added.retain(|path, _| !written.contains_key(path));
    compare::without_additions(&mut theirs, &added);
    theirs
}

/// One line of golden data: the input, what of it is not the same in their output beside the header (a JSON merge
/// patch, RFC 7386), and where ours differs.
fn line(pair: &Pair, input: &Value, expected: &Value, ours: &Value, compared: &mut Compared) -> String {
    let mut deviates = BTreeMap::new();
    for (path, (theirs, ours)) in compare::differences(expected, ours) {
        match compare::reason(&pair.kind, &path, (&theirs, &ours)) {
            Some(reason) => {
                *compared.deviations.entry(reason).or_default() += 1;
                deviates.insert(path, reason);
            }
            None => {
                compared.unexplained.push(format!("{path}: theirs {theirs}, ours {ours}\n    of {input}"))
            }
        }
    }
    let mut header_only = input.clone();
    header_only["apiVersion"] = json!(pair.to.to_string());
    let mut line = json!({"in": input});
    if let Some(patch) = compare::merge_patch(&header_only, expected) {
        line["patch"] = patch;
    }
    if !deviates.is_empty() {
        line["deviates"] = json!(deviates.keys().collect::<Vec<_>>());
    }
    line.to_string()
}

#[derive(Default)]
struct Totals {
    pairs: usize,
    objects: usize,
    unknown: Vec<String>,
    deviations: BTreeMap<&'static str, usize>,
    unexplained: usize,
}

/// Differences shown for one pair: enough to see what is wrong with it.
const SHOWN_MAX: usize = 3;

impl Totals {
    fn add(&mut self, pair: &Pair, outcome: Outcome) {
        match outcome {
            Outcome::Unknown(why) => self.unknown.push(format!("{}: {why}", pair.name())),
            Outcome::Compared(compared) => {
                self.pairs += 1;
                self.objects += compared.objects;
                println!("{}: {} objects", pair.name(), compared.objects);
                for (reason, count) in &compared.refused {
                    println!("  refused {count}: {reason}");
                }
                for (reason, count) in compared.deviations {
                    *self.deviations.entry(reason).or_default() += count;
                }
                for difference in compared.unexplained.iter().take(SHOWN_MAX) {
                    println!("  UNEXPLAINED {difference}");
                }
                self.unexplained += compared.unexplained.len();
            }
        }
    }

    /// The listed deviations that no object showed: a list that says too much is as wrong as one that says too little.
    fn unseen(&self) -> Vec<&'static str> {
        let reasons = compare::DEVIATIONS.iter().map(|deviation| deviation.reason);
        reasons.filter(|reason| !self.deviations.contains_key(reason)).collect()
    }

    fn print(&self) {
        println!(
            "\n{} pairs, {} objects, {} unexplained differences",
            self.pairs, self.objects, self.unexplained
        );
        println!("\ndeviations (places):");
        for (reason, count) in &self.deviations {
            println!("  {count:>6}  {reason}");
        }
        for reason in self.unseen() {
            println!("  UNSEEN  {reason}");
        }
        println!("\nnot known to the other program:");
        for unknown in &self.unknown {
            println!("  {unknown}");
        }
    }
}
