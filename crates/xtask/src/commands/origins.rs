//! `cargo xtask origins`: are the origins of a build's values true?
//!
//! The proof needs the engine, so it is an example of the engine's crate that this command hands random kustomizations.

use crate::parity::{goldens, random};
use crate::shell::Program;
use anyhow::Result;
use std::path::PathBuf;

/// Arguments of `cargo xtask origins`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// How many random kustomizations are built
    #[arg(long, default_value_t = 100, value_name = "SEEDS")]
    random: u64,
    /// The first seed
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many scalars of each are changed
    #[arg(long, default_value_t = 4)]
    scalars: usize,
    /// Compare each changed build with what this kustomize makes of it
    #[arg(long, value_name = "PATH")]
    kustomize: Option<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let scratch = std::env::temp_dir().join(format!("liftlock-cases-{}", std::process::id()));
    std::fs::create_dir_all(&scratch)?;
    for seed in arguments.seed..arguments.seed + arguments.random {
        let text = format!("\n{}", goldens::print_inputs(&random::case(seed)));
        std::fs::write(scratch.join(format!("{seed:06}.txt")), text)?;
    }
    let folder = scratch.display().to_string();
    let scalars = arguments.scalars.to_string();
    let program = arguments.kustomize.as_ref().map(|path| path.display().to_string());
    let example = ["run", "--quiet", "--package", "kustomize", "--example", "origins", "--"];
    let proof = Program::cargo()
        .arguments(example)
        .arguments([folder.as_str(), scalars.as_str()])
        .arguments(program.as_deref())
        .run();
    std::fs::remove_dir_all(&scratch)?;
    proof
}
