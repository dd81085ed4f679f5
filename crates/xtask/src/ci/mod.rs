//! The stages of CI: what they are, in which order, and the table of how they went.
//!
//! A stage passes, fails, or was not run for a reason that is shown. The first one that fails ends the run.

mod stages;
mod tools;

use anyhow::{Result, bail};
use std::time::{Duration, Instant};

/// One stage: a name people can select it by, and what it does.
pub(crate) struct Stage {
    name: &'static str,
    run: fn() -> Result<Outcome>,
}

/// How a stage that did not fail went.
pub(crate) enum Outcome {
    /// It ran and found nothing wrong.
    Passed,
    /// It could not run here; the reason is shown in the table.
    NotRun(String),
}

/// What a stage that fails means for the ones after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AfterFailure {
    /// They are not reached: what CI does.
    Stop,
    /// They run all the same, to see everything that is wrong at once.
    GoOn,
}

/// A line of the closing table.
struct Line {
    name: &'static str,
    state: String,
    time: Option<Duration>,
}

/// Picks stages by name, in CI's order; no names mean all of them.
pub(crate) fn select(names: &[String]) -> Result<Vec<&'static Stage>> {
    let known: Vec<&str> = stages::ALL.iter().map(|stage| stage.name).collect();
    if let Some(unknown) = names.iter().find(|name| !known.contains(&name.as_str())) {
        bail!("there is no stage '{unknown}'; there are: {}", known.join(", "));
    }
    let is_wanted = |stage: &&Stage| names.is_empty() || names.iter().any(|name| name == stage.name);
    Ok(stages::ALL.iter().filter(is_wanted).collect())
}

/// Runs stages and prints the table; the error is that of the first stage that failed.
pub(crate) fn run(stages: &[&'static Stage], after_failure: AfterFailure) -> Result<()> {
    let mut lines = Vec::new();
    let mut failure = None;
    for stage in stages {
        if failure.is_some() && after_failure == AfterFailure::Stop {
            lines.push(Line { name: stage.name, state: "not reached".to_owned(), time: None });
            continue;
        }
        println!("\n== {} ==", stage.name);
        let start = Instant::now();
        let outcome = (stage.run)();
        let time = Some(start.elapsed());
        let state = match outcome {
            Ok(Outcome::Passed) => "passed".to_owned(),
            Ok(Outcome::NotRun(reason)) => format!("not run: {reason}"),
            Err(error) => {
                let error = error.context(format!("stage '{}' did not pass", stage.name));
                if after_failure == AfterFailure::GoOn {
                    // Where the run stops here, whoever called prints the error.
                    eprintln!("{error:#}");
                }
                failure.get_or_insert(error);
                "FAILED".to_owned()
            }
        };
        lines.push(Line { name: stage.name, state, time });
    }
    print!("\n{}", table(&lines));
    failure.map_or(Ok(()), Err)
}

fn table(lines: &[Line]) -> String {
    let mut table = format!("{:<12} {:>8}  result\n", "stage", "time");
    let mut total = Duration::ZERO;
    for Line { name, state, time } in lines {
        let shown = time.map_or_else(|| "–".to_owned(), |time| format!("{:.1} s", time.as_secs_f64()));
        table.push_str(&format!("{name:<12} {shown:>8}  {state}\n"));
        total += time.unwrap_or_default();
    }
    table.push_str(&format!("{:<12} {:>6.1} s\n", "all", total.as_secs_f64()));
    table
}

#[cfg(test)]
mod tests {
    use super::{AfterFailure, Line, Outcome, Stage, run, select, table};
    use anyhow::bail;
    use std::time::Duration;

    #[test]
    fn stages_come_in_the_order_of_ci_whatever_the_order_asked_for() {
        let picked = select(&["tests".to_owned(), "fmt".to_owned()]).unwrap();
        let names: Vec<&str> = picked.iter().map(|stage| stage.name).collect();
        assert_eq!(names, ["fmt", "tests"]);
    }

    #[test]
    fn an_unknown_stage_is_refused_with_the_names_there_are() {
        let error = select(&["test".to_owned()]).map(|_| ()).unwrap_err().to_string();
        assert!(error.contains("no stage 'test'") && error.contains("tests"), "{error}");
    }

    #[test]
    fn the_first_stage_that_fails_ends_the_run_and_is_named() {
        static FAILS: Stage = Stage { name: "second", run: || bail!("broken") };
        static NEVER: Stage = Stage { name: "third", run: || panic!("must not be reached") };
        static PASSES: Stage = Stage { name: "first", run: || Ok(Outcome::Passed) };
        let error = run(&[&PASSES, &FAILS, &NEVER], AfterFailure::Stop).unwrap_err();
        assert_eq!(format!("{error:#}"), "stage 'second' did not pass: broken");
    }

    #[test]
    fn going_on_runs_what_is_left_and_still_fails_with_the_first() {
        static FIRST: Stage = Stage { name: "first", run: || bail!("one") };
        static SECOND: Stage = Stage { name: "second", run: || bail!("two") };
        let error = run(&[&FIRST, &SECOND], AfterFailure::GoOn).unwrap_err();
        assert_eq!(format!("{error:#}"), "stage 'first' did not pass: one");
    }

    #[test]
    fn a_stage_that_was_not_run_does_not_fail_and_shows_its_reason() {
        static SKIPS: Stage = Stage { name: "counts", run: || Ok(Outcome::NotRun("no valgrind".to_owned())) };
        run(&[&SKIPS], AfterFailure::Stop).unwrap();
        let line =
            Line { name: "counts", state: "not run: no valgrind".to_owned(), time: Some(Duration::ZERO) };
        assert_eq!(
            table(&[line]),
            "stage            time  result\n\
             counts          0.0 s  not run: no valgrind\n\
             all             0.0 s\n"
        );
    }
}
