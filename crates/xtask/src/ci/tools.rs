//! Programs that CI needs beside cargo: taken from the path or from `target/tools` at the pinned version, else installed
//! there with cargo.
//!
//! On two cores `cargo install` takes 2.3 minutes for cargo-deny and one for cargo-machete: cheap enough to pin the real
//! programs instead of writing lesser ones.

use super::Outcome;
use crate::repository;
use crate::shell::Program;
use anyhow::{Context, Result};
use std::path::PathBuf;

/// A program from the crate registry at a pinned version.
pub(crate) struct Tool {
    name: &'static str,
    version: &'static str,
}

/// Checks licences, bans and sources of all dependencies against deny.toml.
pub(crate) const CARGO_DENY: Tool = Tool { name: "cargo-deny", version: "0.20.2" };

/// Finds dependencies that no source file names.
pub(crate) const CARGO_MACHETE: Tool = Tool { name: "cargo-machete", version: "0.9.2" };

/// Runs a tool, installing it first where it is missing.
///
/// Where it cannot be installed, a developer is told that the stage was not run. In CI that is a failure: a stage that
/// quietly stopped running there would never come back.
pub(crate) fn run(tool: &Tool, arguments: &[&str]) -> Result<Outcome> {
    let program = match locate(tool) {
        Some(program) => program,
        None => match install(tool) {
            Ok(program) => program,
            Err(error) if is_ci() => return Err(error),
            Err(error) => return Ok(Outcome::NotRun(format!("{error:#}"))),
        },
    };
    Program::new(program).arguments(arguments.iter().copied()).run().map(|()| Outcome::Passed)
}

/// Tells whether this is CI rather than a developer's machine.
fn is_ci() -> bool {
    std::env::var("CI").is_ok_and(|value| value == "true")
}

fn locate(tool: &Tool) -> Option<PathBuf> {
    [PathBuf::from(tool.name), installed(tool)].into_iter().find(|program| {
        let answer = Program::new(program).arguments(["--version"]).output();
        answer.is_ok_and(|answer| answer.split_whitespace().any(|word| word == tool.version))
    })
}

fn install(tool: &Tool) -> Result<PathBuf> {
    println!("installing {} {} (once, into target/tools)", tool.name, tool.version);
    let root = tools_folder();
    Program::cargo()
        .arguments(["install", tool.name, "--version", tool.version, "--locked", "--root"])
        .arguments([root.to_string_lossy().as_ref()])
        .run()
        .with_context(|| format!("cannot install {} {}", tool.name, tool.version))?;
    Ok(installed(tool))
}

fn installed(tool: &Tool) -> PathBuf {
    tools_folder().join("bin").join(tool.name)
}

fn tools_folder() -> PathBuf {
    repository::root().join("target/tools")
}
