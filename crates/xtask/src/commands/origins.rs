//! `cargo xtask origins`: are the origins of a build's values true?
//!
//! The proof needs the engine, so it is an example of the engine's crate that this command hands random kustomizations, or
//! the charts of given trees.

use crate::parity::{goldens, random};
use crate::shell::Program;
use anyhow::Result;
use std::path::PathBuf;

/// Arguments of `cargo xtask origins`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// How many random kustomizations are built; with --helm, how many random lines of charts are changed
    #[arg(long, default_value_t = 100, value_name = "COUNT")]
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
    /// Change what charts render, instead of what kustomizations build
    #[arg(long, requires = "tree", conflicts_with_all = ["scalars", "kustomize"])]
    helm: bool,
    /// A tree of charts; may be given several times
    #[arg(long, value_name = "DIR", requires = "helm")]
    tree: Vec<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    if arguments.helm { of_charts(arguments) } else { of_kustomizations(arguments) }
}

fn of_charts(arguments: &Arguments) -> Result<()> {
    let (lines, seed) = (arguments.random.to_string(), arguments.seed.to_string());
    let trees: Vec<String> = arguments.tree.iter().map(|tree| tree.display().to_string()).collect();
    Program::cargo()
        .arguments(["run", "--quiet", "--package", "helm", "--example", "origins", "--"])
        .arguments([lines.as_str(), seed.as_str()])
        .arguments(trees.iter().map(String::as_str))
        .run()
}

fn of_kustomizations(arguments: &Arguments) -> Result<()> {
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
