//! The benchmarks: scanning beside other programs, process start, and instruction counts of hot paths.
//!
//! Each gives its figures as a Markdown table together with the versions of what was compared. What was not given to
//! compare with is said by name.

pub(crate) mod counts;
pub(crate) mod deployed;
mod figure;
pub(crate) mod fleet;
mod fleets;
mod forest;
pub(crate) mod helm;
mod kustomizations;
pub(crate) mod kustomize;
mod manifests;
pub(crate) mod origins;
pub(crate) mod renders;
pub(crate) mod scan;
pub(crate) mod start;
pub(crate) mod table;

use crate::measure::child::{self, Cost};
use crate::repository;
use crate::shell::Program;
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};

/// How the program to measure is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Profile {
    /// As the README's first command builds it, and CI
    Release,
    /// As it is shipped: what published figures are measured on
    Dist,
}

impl Profile {
    /// The name cargo knows it by, which is also the folder below `target`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Release => "release",
            Self::Dist => "dist",
        }
    }
}

/// Builds the program and returns where it is.
pub(crate) fn build(profile: Profile) -> Result<PathBuf> {
    Program::cargo().arguments(["build", "--package", "liftlock", "--profile", profile.name()]).run()?;
    Ok(repository::root().join("target").join(profile.name()).join("liftlock"))
}

/// The liftlock that is measured, as an absolute path: the one that was given, else the dist profile, built now.
fn program(given: Option<&Path>) -> Result<PathBuf> {
    let path = match given {
        Some(path) => path.to_owned(),
        None => build(Profile::Dist)?,
    };
    path.canonicalize().with_context(|| format!("there is no program '{}'", path.display()))
}

/// What one successful run of a command line costs; its output goes into a file below `target`.
fn once(command: &[String]) -> Result<Cost> {
    let cost = once_even_if_refused(command)?;
    if cost.exit_code != Some(0) {
        bail!("'{}' ended with {:?}: its time would say nothing", command.join(" "), cost.exit_code);
    }
    Ok(cost)
}

/// The same of a run that may fail: what the program refuses is part of the work.
fn once_even_if_refused(command: &[String]) -> Result<Cost> {
    child::cost(command, &folder()?.join("output"))
}

/// Where benchmarks put files of theirs.
fn folder() -> Result<PathBuf> {
    let folder = repository::root().join("target/bench");
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// The compiler's own name and version: instruction counts hold for one compiler only.
pub(crate) fn compiler() -> Result<String> {
    Ok(Program::new("rustc").arguments(["-V"]).output()?.trim().to_owned())
}
