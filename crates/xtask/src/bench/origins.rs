//! `cargo xtask bench origins`: what origins cost a build, beside the same engine without them.
//!
//! Both run in one process, in turn; the example of the engine's crate measures processor time and prints medians.

use crate::shell::Program;
use anyhow::Result;

/// Arguments of `cargo xtask bench origins`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Objects that are built
    #[arg(long, default_value_t = 4_000)]
    objects: usize,
    /// Builds of each kind
    #[arg(long, default_value_t = 15)]
    rounds: usize,
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let example = ["run", "--quiet", "--release", "--package", "kustomize", "--example", "origin_cost", "--"];
    let (objects, rounds) = (arguments.objects.to_string(), arguments.rounds.to_string());
    Program::cargo().arguments(example).arguments([objects.as_str(), rounds.as_str()]).run()
}
