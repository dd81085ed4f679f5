//! `cargo xtask parity envsubst`: random texts with variables beside `fluxcd/pkg/envsubst`.
//!
//! Makes texts, asks the oracle about all of them in one process, substitutes them by ours, and compares what became of each:
//! bytes, or the words of the error. A difference is shown by the smallest text that was made with it.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a parity run starts another program and prints what it found"
)]

#[path = "../../../xtask/src/parity/random/numbers.rs"]
mod numbers;
mod texts;

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context, Result, bail};
use gitops::substitute::{Strictness, substitute};
use serde::{Deserialize, Serialize};

/// A text with what the oracle says of it: one of the last four.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Case {
    template: String,
    #[serde(default)]
    variables: BTreeMap<String, String>,
    #[serde(default)]
    strict: bool,
    #[serde(skip_serializing)]
    text: Option<String>,
    #[serde(skip_serializing)]
    bytes: Option<String>,
    #[serde(skip_serializing)]
    error: Option<String>,
    #[serde(skip_serializing)]
    panic: Option<String>,
}

/// What a text becomes.
#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    Bytes(Vec<u8>),
    Refused(String),
    /// A sum overflows in the original, which ends its process.
    Panicked,
}

fn main() -> Result<ExitCode> {
    let mut arguments = std::env::args().skip(1);
    let (Some(oracle), Some(count), Some(seed)) = (arguments.next(), arguments.next(), arguments.next())
    else {
        bail!("expected: ORACLE COUNT SEED");
    };
    let cases = texts::cases(count.parse()?, seed.parse()?);
    let answered = ask(&oracle.into(), &cases)?;
    if answered.len() != cases.len() {
        bail!("the oracle answers {} of {} texts", answered.len(), cases.len());
    }
    let (mut totals, mut different) = (BTreeMap::new(), Vec::new());
    for case in &answered {
        let (theirs, ours) = (theirs(case)?, ours(case));
        if theirs != ours && theirs != Outcome::Panicked {
            different.push((case, theirs, ours));
            continue;
        }
        let what = match theirs {
            Outcome::Bytes(bytes) if bytes == case.template.as_bytes() => "the text stays".to_owned(),
            Outcome::Bytes(_) => "the text changes".to_owned(),
            Outcome::Refused(words) => words.split(": ").next().unwrap_or_default().to_owned(),
            Outcome::Panicked => "the original panics".to_owned(),
        };
        *totals.entry(what).or_insert(0) += 1;
    }
    println!("{} random texts, {} differences", answered.len(), different.len());
    for (what, count) in totals {
        println!("{count:>8} {what}");
    }
    let Some((case, theirs, ours)) = different.iter().min_by_key(|(case, ..)| case.template.len()) else {
        return Ok(ExitCode::SUCCESS);
    };
    println!("the smallest: {}\n  theirs: {theirs:?}\n  ours:   {ours:?}", serde_json::to_string(case)?);
    Ok(ExitCode::FAILURE)
}

/// What the oracle says of the cases, in their order.
fn ask(oracle: &PathBuf, cases: &[Case]) -> Result<Vec<Case>> {
    let mut child = Command::new(oracle)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start '{}'", oracle.display()))?;
    let mut input = child.stdin.take().context("the oracle has no input")?;
    let lines: Vec<String> = cases.iter().map(serde_json::to_string).collect::<Result<_, _>>()?;
    // The oracle answers while it reads: both ends have to be held at once.
    let writer = std::thread::spawn(move || input.write_all((lines.join("\n") + "\n").as_bytes()));
    let output = child.wait_with_output()?;
    writer.join().map_err(|_| anyhow::anyhow!("writing to the oracle has panicked"))??;
    if !output.status.success() {
        bail!("the oracle ended with {}", output.status);
    }
    let answers = std::str::from_utf8(&output.stdout)?.lines();
    answers.map(|line| serde_json::from_str(line).with_context(|| format!("cannot read '{line}'"))).collect()
}

fn theirs(case: &Case) -> Result<Outcome> {
    Ok(match (&case.text, &case.bytes, &case.error, &case.panic) {
        (Some(text), None, None, None) => Outcome::Bytes(text.as_bytes().to_vec()),
        (None, Some(digits), None, None) => Outcome::Bytes(from_digits(digits)?),
        (None, None, Some(words), None) => Outcome::Refused(words.clone()),
        (None, None, None, Some(told)) if told.contains("slice bounds out of range") => Outcome::Panicked,
        _ => bail!("the oracle says nothing that can be compared of {case:?}"),
    })
}

fn from_digits(digits: &str) -> Result<Vec<u8>> {
    let pairs = digits.as_bytes().chunks(2);
    pairs.map(|pair| Ok(u8::from_str_radix(std::str::from_utf8(pair)?, 16)?)).collect()
}

fn ours(case: &Case) -> Outcome {
    let strictness = if case.strict { Strictness::Strict } else { Strictness::Lenient };
    let lookup = |name: &str| case.variables.get(name).map(String::as_bytes);
    match substitute(case.template.as_bytes(), lookup, strictness) {
        Ok(substituted) => Outcome::Bytes(substituted.text.into_owned()),
        Err(fault) => Outcome::Refused(fault.to_string()),
    }
}
