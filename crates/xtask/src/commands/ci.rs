//! `cargo xtask ci`: runs everything CI runs.

use crate::ci::{self, AfterFailure};
use anyhow::Result;

/// Arguments of `cargo xtask ci`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Runs only these stages, in CI's order
    #[arg(long, value_name = "STAGE")]
    only: Vec<String>,
    /// Runs the stages after one that failed too
    #[arg(long)]
    keep_going: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let after_failure = if arguments.keep_going { AfterFailure::GoOn } else { AfterFailure::Stop };
    ci::run(&ci::select(&arguments.only)?, after_failure)
}
