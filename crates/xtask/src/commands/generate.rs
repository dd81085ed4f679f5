//! `cargo xtask generate`: writes the generated files, or tells which are not as they would be written.

use crate::generated::{self, Difference};
use anyhow::{Result, bail};

/// Arguments of `cargo xtask generate`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Writes nothing, and fails if anything would be written
    #[arg(long)]
    check: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    if arguments.check { check() } else { write() }
}

/// Fails if any generated file is not as it would be written.
pub(crate) fn check() -> Result<()> {
    let differences = generated::differences(&generated::present()?, &generated::make()?);
    for difference in &differences {
        println!("{}", told(difference));
    }
    if differences.is_empty() {
        return Ok(());
    }
    bail!("{} generated files are not up to date: run 'cargo xtask generate'", differences.len())
}

fn write() -> Result<()> {
    let made = generated::make()?;
    for difference in generated::differences(&generated::present()?, &made) {
        println!("{}", told(&difference));
        generated::settle(&difference, &made)?;
    }
    Ok(())
}

fn told(difference: &Difference) -> String {
    match difference {
        Difference::Missing(path) => format!("{path}: missing"),
        Difference::Stale(path) => format!("{path}: stale"),
        Difference::Unmade(path) => format!("{path}: left over, nothing makes it"),
    }
}
