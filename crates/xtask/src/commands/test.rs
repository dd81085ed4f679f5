//! `cargo xtask test`: the README's second command. Does all set-up the tests need, then runs all of them.

use crate::shell::Program;
use anyhow::{Context, Result};

/// Arguments of `cargo xtask test`.
#[derive(clap::Args, Default)]
pub(crate) struct Arguments {
    /// Arguments handed on to `cargo test`, after `--`
    #[arg(last = true)]
    passed_on: Vec<String>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    set_up()?;
    Program::cargo()
        .arguments(["test", "--workspace", "--no-fail-fast"])
        .arguments(arguments.passed_on.iter().map(String::as_str))
        .run()
}

/// Makes sure of what tests rely on and cargo does not bring: Git, for tests of working trees.
fn set_up() -> Result<()> {
    let version = Program::new("git").arguments(["--version"]).output();
    version.context("the tests make Git repositories, and need 'git' on the path")?;
    Ok(())
}
