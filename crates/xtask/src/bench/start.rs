//! `cargo xtask bench start`: what it costs to start the program, before it does anything.
//!
//! Instructions and page faults are held against the committed band, so that no later crate makes every command pay for
//! what one of them needs. CPU time is shown with its goal, and not held: it wobbles.

use super::Profile;
use super::table::Table;
use crate::ci::Outcome;
use crate::measure::callgrind::{self, Scope};
use crate::measure::{child, statistics};
use crate::repository;
use anyhow::{Context, Result, bail};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

/// The band, from the repository's root.
const BAND_PATH: &str = "crates/xtask/data/start-band.toml";

/// What is written above the figures of the band file.
const BAND_HEADER: &str = "\
# What starting the program costs, per build profile and command line; `cargo xtask bench start --record` writes it.
# CI fails above 110 % of these figures. Raise them only in the commit that says what the start is spent on.
";

/// How far a figure may rise above its record. Instructions in the dynamic loader vary with the length of the
/// environment and of the path by under 1 %; page faults by a few.
const RISE_MAX: f64 = 1.10;

/// The CPU time a start may take, in milliseconds.
const GOAL_CPU_MILLISECONDS_MAX: f64 = 3.0;

/// Runs from which the median CPU time and page faults are taken: a start takes about a millisecond, so this is cheap.
const RUNS: usize = 41;

/// The command lines that are measured: nothing but starting, and the smallest command that looks something up.
const COMMANDS: [&str; 2] = ["--version", "explain removed-api"];

/// Arguments of `cargo xtask bench start`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// How the program is built
    #[arg(long, default_value = "dist")]
    profile: Profile,
    /// Writes the figures into the band file instead of comparing
    #[arg(long)]
    record: bool,
}

/// Recorded figures by profile and command line.
type Band = BTreeMap<String, BTreeMap<String, Start>>;

/// What one start costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
struct Start {
    instructions: u64,
    page_faults: i64,
}

/// Measures, prints, and compares or records.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    if let Some(reason) = callgrind::missing() {
        bail!("cannot count instructions: {reason}");
    }
    let measured = measure(arguments.profile)?;
    if arguments.record {
        return record(arguments.profile, &measured);
    }
    compare(arguments.profile, &measured)
}

/// The stage of CI: the release build, because CI has that one anyway.
pub(crate) fn stage() -> Result<Outcome> {
    match callgrind::missing() {
        Some(reason) => Ok(Outcome::NotRun(reason)),
        None => compare(Profile::Release, &measure(Profile::Release)?).map(|()| Outcome::Passed),
    }
}

/// Measures every command line and prints the table.
fn measure(profile: Profile) -> Result<BTreeMap<String, Start>> {
    let program = super::build(profile)?;
    let mut table = Table::new(&["start", "instructions", "page faults", "CPU ms"]);
    let mut measured = BTreeMap::new();
    for command in COMMANDS {
        let (start, cpu_milliseconds) = one(&program, command)?;
        table.row([
            format!("liftlock {command}"),
            start.instructions.to_string(),
            start.page_faults.to_string(),
            format!("{cpu_milliseconds:.2}"),
        ]);
        measured.insert(command.to_owned(), start);
    }
    println!("Profile {}, {}, medians of {RUNS} runs.\n", profile.name(), super::compiler()?);
    println!("{}goal: CPU below {GOAL_CPU_MILLISECONDS_MAX} ms", table.print());
    Ok(measured)
}

fn one(program: &Path, command: &str) -> Result<(Start, f64)> {
    let arguments: Vec<&str> = command.split(' ').collect();
    let instructions = callgrind::instructions(program, &arguments, Scope::Process)?;
    let mut line = vec![program.display().to_string()];
    line.extend(arguments.iter().map(|argument| (*argument).to_owned()));
    let mut costs = Vec::with_capacity(RUNS);
    for _ in 0..RUNS {
        let cost = child::cost(&line, &repository::root().join("target/start-output"))?;
        if cost.exit_code != Some(0) {
            bail!("'{}' ended with {:?}: its cost would say nothing", line.join(" "), cost.exit_code);
        }
        costs.push(cost);
    }
    let cpu =
        statistics::median(costs.iter().map(|cost| cost.cpu_milliseconds)).context("nothing was run")?;
    let mut faults: Vec<i64> = costs.iter().map(|cost| cost.page_faults).collect();
    faults.sort_unstable();
    let page_faults = faults.get(RUNS / 2).copied().context("nothing was run")?;
    Ok((Start { instructions, page_faults }, cpu))
}

fn compare(profile: Profile, measured: &BTreeMap<String, Start>) -> Result<()> {
    let problems = above_band(read()?.get(profile.name()), measured);
    for problem in &problems {
        println!("{problem}");
    }
    if problems.is_empty() { Ok(()) } else { bail!("starting costs more than {BAND_PATH} allows") }
}

/// Compares with the record of one profile.
fn above_band(band: Option<&BTreeMap<String, Start>>, measured: &BTreeMap<String, Start>) -> Vec<String> {
    let mut problems = Vec::new();
    for (command, start) in measured {
        let Some(recorded) = band.and_then(|band| band.get(command)) else {
            problems.push(format!("liftlock {command}: has no record; make one with 'bench start --record'"));
            continue;
        };
        let instructions = [start.instructions, recorded.instructions].map(float);
        let faults = [start.page_faults, recorded.page_faults].map(|faults| float(faults.unsigned_abs()));
        for (what, [now, then]) in [("instructions", instructions), ("page faults", faults)] {
            if now > then * RISE_MAX {
                let percent = (now / then - 1.0) * 100.0;
                problems.push(format!(
                    "liftlock {command}: {now} {what}, {percent:.0} % over the record of {then}"
                ));
            }
        }
    }
    problems
}

/// A count as a float; past 2^32 it would read as that.
fn float(count: u64) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

fn read() -> Result<Band> {
    let path = repository::root().join(BAND_PATH);
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {BAND_PATH}"))?;
    toml::from_str(&text).with_context(|| format!("cannot understand {BAND_PATH}"))
}

fn record(profile: Profile, measured: &BTreeMap<String, Start>) -> Result<()> {
    let mut band = read()?;
    band.insert(profile.name().to_owned(), measured.clone());
    std::fs::write(repository::root().join(BAND_PATH), print(&band))
        .with_context(|| format!("cannot write {BAND_PATH}"))
}

fn print(band: &Band) -> String {
    let mut text = BAND_HEADER.to_owned();
    for (profile, starts) in band {
        text.push_str(&format!("\n[{profile}]\n"));
        for (command, Start { instructions, page_faults }) in starts {
            let figures = format!("{{ instructions = {instructions}, page_faults = {page_faults} }}");
            text.push_str(&format!("\"{command}\" = {figures}\n"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{Start, above_band, print};
    use std::collections::BTreeMap;

    fn starts(instructions: u64, page_faults: i64) -> BTreeMap<String, Start> {
        BTreeMap::from([("--version".to_owned(), Start { instructions, page_faults })])
    }

    #[test]
    fn ten_percent_more_is_within_the_band_and_eleven_is_not() {
        let band = starts(100_000, 200);
        assert_eq!(above_band(Some(&band), &starts(110_000, 220)), [""; 0]);
        let found = above_band(Some(&band), &starts(111_000, 223));
        assert_eq!(
            found,
            [
                "liftlock --version: 111000 instructions, 11 % over the record of 100000",
                "liftlock --version: 223 page faults, 12 % over the record of 200",
            ]
        );
    }

    #[test]
    fn a_command_without_a_record_is_a_problem() {
        assert_eq!(above_band(None, &starts(1, 1)).len(), 1);
        assert_eq!(above_band(Some(&BTreeMap::new()), &starts(1, 1)).len(), 1);
    }

    #[test]
    fn what_is_recorded_reads_back_the_same() {
        let band = BTreeMap::from([("dist".to_owned(), starts(5, 6)), ("release".to_owned(), starts(7, 8))]);
        assert_eq!(toml::from_str::<super::Band>(&print(&band)).unwrap(), band);
    }
}
