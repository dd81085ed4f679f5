//! `cargo xtask parity`: what we do beside what another program does.
//!
//! The comparisons need the engine's crates, so they are examples that this command builds and runs.

use crate::parity::{charts, kustomize};
use crate::shell::Program;
use anyhow::{Result, bail};
use clap::Subcommand;
use std::path::PathBuf;

/// Arguments of `cargo xtask parity`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    comparison: Comparison,
}

#[derive(Subcommand)]
enum Comparison {
    /// Kustomizations beside those of kustomize 5.8.1: given trees, or random ones
    Kustomize(kustomize::Arguments),
    /// Charts beside those of Helm 3.21 and Helm 4.2, with every file of values that stands beside them
    Helm(charts::compare::Arguments),
    /// Kustomizations of whole repositories that Flux deploys, beside Flux's own packages
    Flux {
        /// The program to compare with: `go build` in `tools/oracle/flux` makes it
        #[arg(long, value_name = "PATH")]
        oracle: PathBuf,
        /// The tree of a repository; may be given several times
        #[arg(long, required = true, value_name = "DIR")]
        corpus: Vec<PathBuf>,
    },
    /// Random texts with variables beside what `fluxcd/pkg/envsubst` makes of them
    Envsubst {
        /// The program to compare with: `go build` in `tools/oracle/envsubst` makes it
        #[arg(long, value_name = "PATH")]
        oracle: PathBuf,
        /// How many texts are made
        #[arg(long, default_value_t = 20_000, value_name = "N")]
        random: usize,
        /// Decides which texts are made
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// Conversions beside those of kubectl-convert 1.33 on generated objects; writes the golden data that tests replay
    Convert {
        /// The program to compare with
        #[arg(long, value_name = "PATH")]
        kubectl_convert: PathBuf,
        /// Decides which objects are made
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// Objects made for each pair of versions
        #[arg(long, default_value_t = 200)]
        count: usize,
    },
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    match &arguments.comparison {
        Comparison::Kustomize(arguments) => kustomize::run(arguments),
        Comparison::Helm(arguments) => charts::compare::run(arguments),
        Comparison::Flux { oracle, corpus } => {
            if !oracle.is_file() {
                bail!("'{}' is not a program to compare with", oracle.display());
            }
            let example = ["run", "--quiet", "--package", "gitops", "--example", "parity_flux", "--"];
            let given = std::iter::once(oracle).chain(corpus).map(|path| path.to_string_lossy().into_owned());
            let given: Vec<String> = given.collect();
            Program::cargo().arguments(example).arguments(given.iter().map(String::as_str)).run()
        }
        Comparison::Envsubst { oracle, random, seed } => {
            if !oracle.is_file() {
                bail!("'{}' is not a program to compare with", oracle.display());
            }
            let (random, seed) = (random.to_string(), seed.to_string());
            let example = ["run", "--quiet", "--package", "gitops", "--example", "parity_envsubst", "--"];
            Program::cargo().arguments(example).arguments([&*oracle.to_string_lossy(), &random, &seed]).run()
        }
        Comparison::Convert { kubectl_convert, seed, count } => {
            if !kubectl_convert.is_file() {
                bail!("'{}' is not a program to compare with", kubectl_convert.display());
            }
            let program = kubectl_convert.display().to_string();
            let (seed, count) = (seed.to_string(), count.to_string());
            let golden = "crates/fixes/tests/data/kubectl-convert";
            let example = ["run", "--quiet", "--package", "xtask", "--example", "parity_convert", "--"];
            Program::cargo().arguments(example).arguments([program.as_str(), &seed, &count, golden]).run()
        }
    }
}
