//! `cargo xtask bench counts`: instructions of the engine crates' hot paths, at two sizes of input.
//!
//! The paths are in `examples/hot_paths/`; each runs on one thread over a fixed input inside one function that is not
//! inlined, and only that function is counted. Counts are held within a band of the committed ones, which are kept per
//! compiler; growth from n to 4n is held whatever the compiler.

use super::table::Table;
use crate::ci::Outcome;
use crate::measure::callgrind::{self, Scope};
use crate::repository;
use crate::shell::Program;
use anyhow::{Context, Result, bail};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The record, from the repository's root.
const COUNTS_PATH: &str = "crates/xtask/data/counts.toml";

/// What is written above the figures of the record.
const COUNTS_HEADER: &str = "\
# Instructions of the hot paths at their base size, per compiler; `cargo xtask bench counts --record` writes it.
# CI fails above 105 % of these figures. Raise them only in the commit that says what they are spent on.
";

/// How far a count may rise above its record: callgrind's counts of the same code agree to well under 1 %.
const RISE_MAX: f64 = 1.05;

/// A fall past this is worth recording, or the next rise up to the old record would go unseen.
const FALL_MAX: f64 = 0.95;

/// How much more work four times the input may be: 4 is linear, and 10 % leave room for tables that grow by doubling.
const GROWTH_MAX: f64 = 4.4;

/// The function of the example that is counted.
const COUNTED_FUNCTION: &str = "*counted_region*";

/// Arguments of `cargo xtask bench counts`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Writes the counts into the record instead of comparing
    #[arg(long)]
    record: bool,
}

/// Counts at the base size, by compiler and path.
type Record = BTreeMap<String, BTreeMap<String, u64>>;

/// Counts of one path.
#[derive(Debug, Clone, Copy)]
struct Count {
    at_base: u64,
    at_four_times: u64,
}

/// Measures, prints, and compares or records.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    if let Some(reason) = callgrind::missing() {
        bail!("cannot count instructions: {reason}");
    }
    let counts = measure()?;
    if arguments.record {
        return record(&counts);
    }
    compare(&counts)
}

/// The stage of CI.
pub(crate) fn stage() -> Result<Outcome> {
    match callgrind::missing() {
        Some(reason) => Ok(Outcome::NotRun(reason)),
        None => compare(&measure()?).map(|()| Outcome::Passed),
    }
}

fn measure() -> Result<BTreeMap<String, Count>> {
    let example = build()?;
    let names = Program::new(&example).arguments(["list"]).output()?;
    let mut counts = BTreeMap::new();
    for name in names.lines() {
        counts.insert(name.to_owned(), count(&example, name)?);
    }
    if counts.is_empty() {
        bail!("the example 'hot_paths' lists no path");
    }
    Ok(counts)
}

fn build() -> Result<PathBuf> {
    let arguments = ["build", "--package", "xtask", "--example", "hot_paths", "--profile", "release"];
    Program::cargo().arguments(arguments).run()?;
    Ok(repository::root().join("target/release/examples/hot_paths"))
}

fn count(example: &Path, name: &str) -> Result<Count> {
    let at = |times: &str| {
        callgrind::instructions(example, &["run", name, times], Scope::Function(COUNTED_FUNCTION))
    };
    Ok(Count { at_base: at("1")?, at_four_times: at("4")? })
}

fn compare(counts: &BTreeMap<String, Count>) -> Result<()> {
    let compiler = super::compiler()?;
    let record = read()?;
    let recorded = record.get(&compiler);
    println!("{}", table(counts, recorded).print());
    if recorded.is_none() {
        println!("{compiler}: has no record, so only growth is compared");
    }
    let problems = problems(counts, recorded);
    for problem in &problems {
        println!("{problem}");
    }
    if problems.is_empty() { Ok(()) } else { bail!("hot paths cost more than {COUNTS_PATH} allows") }
}

fn table(counts: &BTreeMap<String, Count>, recorded: Option<&BTreeMap<String, u64>>) -> Table {
    let mut table = Table::new(&["hot path", "instructions", "recorded", "change", "n to 4n"]);
    for (name, count) in counts {
        let then = recorded.and_then(|recorded| recorded.get(name)).copied();
        let change = then
            .map_or(String::new(), |then| format!("{:+.1} %", (ratio(count.at_base, then) - 1.0) * 100.0));
        table.row([
            name.clone(),
            count.at_base.to_string(),
            then.map_or("–".to_owned(), |then| then.to_string()),
            change,
            format!("{:.2}", ratio(count.at_four_times, count.at_base)),
        ]);
    }
    table
}

/// Judges growth always, and the counts themselves where this compiler has a record.
fn problems(counts: &BTreeMap<String, Count>, recorded: Option<&BTreeMap<String, u64>>) -> Vec<String> {
    let mut problems = Vec::new();
    for (name, count) in counts {
        let growth = ratio(count.at_four_times, count.at_base);
        if growth > GROWTH_MAX {
            problems.push(format!(
                "{name}: four times the input costs {growth:.2} times, {GROWTH_MAX} are allowed"
            ));
        }
        let Some(recorded) = recorded else { continue };
        let Some(then) = recorded.get(name).copied() else {
            problems.push(format!("{name}: has no record; make one with 'bench counts --record'"));
            continue;
        };
        let change = ratio(count.at_base, then);
        if change > RISE_MAX {
            problems.push(format!("{name}: {} instructions, {then} are recorded", count.at_base));
        } else if change < FALL_MAX {
            println!("{name}: cheaper than its record; keep that with 'bench counts --record'");
        }
    }
    let gone = recorded.into_iter().flatten().filter(|(name, _)| !counts.contains_key(*name));
    problems.extend(gone.map(|(name, _)| format!("{name}: is recorded and no longer counted")));
    problems
}

/// Now over then; the counts are below 2^52, so as floats they are exact.
#[expect(clippy::cast_precision_loss, reason = "a ratio of counts, shown with two digits")]
fn ratio(now: u64, then: u64) -> f64 {
    now as f64 / then as f64
}

fn read() -> Result<Record> {
    let path = repository::root().join(COUNTS_PATH);
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {COUNTS_PATH}"))?;
    toml::from_str(&text).with_context(|| format!("cannot understand {COUNTS_PATH}"))
}

fn record(counts: &BTreeMap<String, Count>) -> Result<()> {
    let mut record = read()?;
    let at_base = counts.iter().map(|(name, count)| (name.clone(), count.at_base)).collect();
    record.insert(super::compiler()?, at_base);
    std::fs::write(repository::root().join(COUNTS_PATH), print(&record))
        .with_context(|| format!("cannot write {COUNTS_PATH}"))
}

fn print(record: &Record) -> String {
    let mut text = COUNTS_HEADER.to_owned();
    for (compiler, counts) in record {
        text.push_str(&format!("\n[\"{compiler}\"]\n"));
        for (name, count) in counts {
            text.push_str(&format!("\"{name}\" = {count}\n"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{Count, print, problems};
    use std::collections::BTreeMap;

    fn counts(at_base: u64, at_four_times: u64) -> BTreeMap<String, Count> {
        BTreeMap::from([("parse".to_owned(), Count { at_base, at_four_times })])
    }

    fn recorded(count: u64) -> BTreeMap<String, u64> {
        BTreeMap::from([("parse".to_owned(), count)])
    }

    #[test]
    fn growth_past_linear_is_a_problem_even_without_a_record() {
        assert_eq!(problems(&counts(1000, 4400), None), [""; 0]);
        assert_eq!(
            problems(&counts(1000, 4410), None),
            ["parse: four times the input costs 4.41 times, 4.4 are allowed"]
        );
    }

    #[test]
    fn five_percent_more_is_within_the_band_and_six_is_not() {
        assert_eq!(problems(&counts(1050, 4000), Some(&recorded(1000))), [""; 0]);
        assert_eq!(
            problems(&counts(1060, 4000), Some(&recorded(1000))),
            ["parse: 1060 instructions, 1000 are recorded"]
        );
        assert_eq!(problems(&counts(500, 2000), Some(&recorded(1000))), [""; 0]);
    }

    #[test]
    fn record_and_paths_must_name_the_same() {
        assert_eq!(
            problems(&counts(1000, 4000), Some(&BTreeMap::from([("emit".to_owned(), 1)]))),
            [
                "parse: has no record; make one with 'bench counts --record'",
                "emit: is recorded and no longer counted"
            ]
        );
    }

    #[test]
    fn what_is_recorded_reads_back_the_same() {
        let record = BTreeMap::from([("rustc 1.95.0 (a 2026-04-14)".to_owned(), recorded(7))]);
        assert_eq!(toml::from_str::<super::Record>(&print(&record)).unwrap(), record);
    }
}
