//! `cargo xtask parity`: what we do beside what another program does.
//!
//! The comparisons need the engine's crates, so they are examples that this command builds and runs.

use crate::parity::{charts, kustomize};
use crate::shell::Program;
use anyhow::{Result, bail};
use clap::Subcommand;
use std::path::{Path, PathBuf};

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
    /// Kustomizations and Helm releases of whole repositories that Flux deploys, beside Flux's own packages and Helm
    Flux {
        /// The program to compare with: `go build` in `tools/oracle/flux` makes it
        #[arg(long, value_name = "PATH")]
        oracle: PathBuf,
        /// The tree of a repository; may be given several times
        #[arg(long, required = true, value_name = "DIR")]
        corpus: Vec<PathBuf>,
        /// The Helm 4 that renders releases
        #[arg(long, value_name = "PATH", requires = "charts")]
        helm4: Option<PathBuf>,
        /// The charts of releases, as `cargo xtask charts` lays them out
        #[arg(long, value_name = "DIR")]
        charts: Option<PathBuf>,
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
        Comparison::Flux { oracle, corpus, helm4, charts } => {
            flux(oracle, corpus, [("--helm", helm4.as_deref()), ("--charts", charts.as_deref())])
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

/// Runs the comparison with Flux's own packages, and with Helm where it is given.
fn flux(oracle: &Path, corpus: &[PathBuf], given: [(&str, Option<&Path>); 2]) -> Result<()> {
    let programs = given.iter().filter_map(|(_, path)| *path).chain([oracle]);
    if let Some(absent) = programs.into_iter().find(|path| !path.exists()) {
        bail!("there is nothing at '{}' to compare with", absent.display());
    }
    let shown = |path: &Path| path.to_string_lossy().into_owned();
    let mut words = vec![shown(oracle)];
    for (flag, path) in given {
        words.extend(path.into_iter().flat_map(|path| [flag.to_owned(), shown(path)]));
    }
    words.extend(corpus.iter().map(|path| shown(path)));
    let example = ["run", "--quiet", "--package", "gitops", "--example", "parity_flux", "--"];
    Program::cargo().arguments(example).arguments(words.iter().map(String::as_str)).run()
}
