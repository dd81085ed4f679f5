//! `cargo xtask ci`: runs everything CI runs.

use crate::ci;
use anyhow::Result;

/// Arguments of `cargo xtask ci`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Runs only these stages, in CI's order
    #[arg(long, value_name = "STAGE")]
    only: Vec<String>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    ci::run(&ci::select(&arguments.only)?)
}
