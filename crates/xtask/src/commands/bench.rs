//! `cargo xtask bench`: the published figures, made again.

use crate::bench::{counts, deployed, fleet, helm, kustomize, origins, renders, scan, start};
use anyhow::Result;
use clap::Subcommand;

/// Arguments of `cargo xtask bench`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    what: What,
}

/// What is measured.
#[derive(Subcommand)]
enum What {
    /// Scanning whole trees, beside ripgrep and pluto where they are given
    Scan(scan::Arguments),
    /// Building kustomizations, beside kustomize where it is given
    Kustomize(kustomize::Arguments),
    /// Rendering charts, beside Helm where it is given
    Helm(helm::Arguments),
    /// Rendering and judging what clusters get: generated fleets, and trees beside another program where it is given
    Fleet(fleet::Arguments),
    /// Keeping renders: what it is worth, and whether they are what would be rendered after random edits
    Renders(renders::Arguments),
    /// Rendering a whole repository with its charts, beside flate, flux-local and flux where they are given
    Deployed(deployed::Arguments),
    /// What origins cost a build of kustomizations
    Origins(origins::Arguments),
    /// Starting the program: instructions, page faults, CPU time
    Start(start::Arguments),
    /// Instructions of the engine's hot paths
    Counts(counts::Arguments),
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    match &arguments.what {
        What::Scan(arguments) => scan::run(arguments),
        What::Kustomize(arguments) => kustomize::run(arguments),
        What::Helm(arguments) => helm::run(arguments),
        What::Fleet(arguments) => fleet::run(arguments),
        What::Renders(arguments) => renders::run(arguments),
        What::Deployed(arguments) => deployed::run(arguments),
        What::Origins(arguments) => origins::run(arguments),
        What::Start(arguments) => start::run(arguments),
        What::Counts(arguments) => counts::run(arguments),
    }
}
