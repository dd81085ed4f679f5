//! Instructions that a program executes, counted by callgrind.
//!
//! Counts do not wobble with the load of the machine, so CI can hold a narrow band. They depend on the compiler and a
//! little on the C library and the processor's features.

use crate::shell::{self, Program};
use anyhow::{Context, Result, bail};
use std::path::Path;

/// Why nothing can be counted here, or nothing if it can.
pub(crate) fn missing() -> Option<String> {
    (!shell::is_there("valgrind")).then(|| "valgrind is not on the path".to_owned())
}

/// What is counted of a run.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Scope<'a> {
    /// The whole process with the dynamic loader.
    Process,
    /// Functions whose name matches this pattern, and everything they call.
    Function(&'a str),
}

/// Runs a program under callgrind and returns the number of instructions executed in the scope.
pub(crate) fn instructions(program: &Path, arguments: &[&str], scope: Scope<'_>) -> Result<u64> {
    let toggle = match scope {
        Scope::Process => None,
        Scope::Function(pattern) => Some(format!("--toggle-collect={pattern}")),
    };
    let run = Program::new("valgrind")
        .only_variables(&["PATH"])
        .arguments(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arguments(toggle.as_deref())
        .arguments([program.to_string_lossy().as_ref()])
        .arguments(arguments.iter().copied());
    let (code, _, report) = run.outcome()?;
    if code != Some(0) {
        // What fails has not done what is to be counted.
        bail!("'{}' failed: {}", run.line(), report.trim());
    }
    collected(&report).with_context(|| format!("'{}' reported no count: {}", run.line(), report.trim()))
}

/// Reads the count out of callgrind's closing report.
fn collected(report: &str) -> Option<u64> {
    let (_, count) = report.lines().rev().find_map(|line| line.split_once("Collected : "))?;
    count.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::collected;

    #[test]
    fn reads_the_last_count_of_the_report() {
        let report = "==7== Callgrind, a profiler\n==7== Events    : Ir\n==7== Collected : 123456\n==7== \n";
        assert_eq!(collected(report), Some(123_456));
    }

    #[test]
    fn a_report_without_a_count_gives_none() {
        for report in ["", "valgrind: a: command not found", "==7== Collected : ", "==7== Collected : 12 34"]
        {
            assert_eq!(collected(report), None, "{report}");
        }
    }
}
