//! One run of a program with what it cost: wall time, CPU time, peak memory, page faults.
//!
//! The kernel tells what *all* children of a process together have cost, so each run gets a process of its own: this
//! program again, in its hidden command `measure-child`, which runs the child and prints the cost as JSON. The peak
//! memory of a child smaller than that process (about 4 MB) reads as that process's own.

use crate::shell::Program;
use anyhow::{Context, Result, bail};
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike;
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

/// What one run cost.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Cost {
    /// From starting the process to having its exit code, in seconds.
    pub(crate) wall_seconds: f64,
    /// User and system time together, in milliseconds.
    pub(crate) cpu_milliseconds: f64,
    /// Largest resident set, in KiB.
    pub(crate) peak_memory_kib: i64,
    /// Page faults, with and without reading from disk.
    pub(crate) page_faults: i64,
    /// The exit code; none after a signal.
    pub(crate) exit_code: Option<i32>,
}

/// Arguments of the hidden command.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// File that takes the child's standard output
    #[arg(long)]
    stdout: PathBuf,
    /// Program and arguments
    #[arg(last = true, required = true)]
    command: Vec<String>,
}

/// Runs a command line in a process of its own and returns its cost; its output goes to the file `stdout`.
pub(crate) fn cost(command: &[String], stdout: &Path) -> Result<Cost> {
    let this = std::env::current_exe().context("cannot find this program's own file")?;
    let answer = Program::new(this)
        .arguments(["measure-child", "--stdout", &stdout.to_string_lossy(), "--"])
        .arguments(command.iter().map(String::as_str))
        .output()?;
    serde_json::from_str(&answer).context("cannot understand what 'measure-child' printed")
}

/// The hidden command: runs the child and prints its cost.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let Some((program, rest)) = arguments.command.split_first() else { bail!("no program to run") };
    let stdout = File::create(&arguments.stdout)
        .with_context(|| format!("cannot write '{}'", arguments.stdout.display()))?;
    let mut command = Command::new(program);
    command.args(rest).stdin(Stdio::null()).stdout(stdout).stderr(Stdio::null());
    let start = Instant::now();
    let status = command.status().with_context(|| format!("cannot start '{program}'"))?;
    let wall_seconds = start.elapsed().as_secs_f64();
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).context("cannot ask what the child has cost")?;
    let cpu = usage.user_time() + usage.system_time();
    let cost = Cost {
        wall_seconds,
        cpu_milliseconds: std::time::Duration::from_micros(cpu.num_microseconds().unsigned_abs())
            .as_secs_f64()
            * 1e3,
        peak_memory_kib: usage.max_rss(),
        page_faults: usage.minor_page_faults() + usage.major_page_faults(),
        exit_code: status.code(),
    };
    println!("{}", serde_json::to_string(&cost)?);
    Ok(())
}
