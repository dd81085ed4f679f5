//! The commands of `cargo xtask`: one file each, one line each in the enum and in the match below.

mod bench;
mod ci;
pub(crate) mod generate;
mod house;
mod origins;
mod parity;
mod served;
pub(crate) mod test;

use crate::measure::child;
use anyhow::Result;
use clap::Subcommand;

/// One verb per command; each variant's arguments live in the command's own file.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Measures: scanning, building kustomizations, process start, instruction counts
    Bench(bench::Arguments),
    /// Lays out chart repositories from the histories of open Git repositories, for comparisons and benchmarks
    Charts(crate::charts::Arguments),
    /// Runs everything CI runs, in its order, and stops at the first stage that does not pass
    Ci(ci::Arguments),
    /// Writes the files that are made from the program and its data
    Generate(generate::Arguments),
    /// Makes the golden builds of kustomizations again, where the original is there
    Goldens(crate::parity::goldens::Arguments),
    /// Compares the workspace with the crate map in docs/architecture.md and with the rules of the house
    House,
    /// Runs a program and prints what it cost; `bench` starts it
    #[command(hide = true)]
    MeasureChild(child::Arguments),
    /// Changes the bytes that origins of built values name, builds again, and looks at what has changed
    Origins(origins::Arguments),
    /// Compares what we do with what another program does
    Parity(parity::Arguments),
    /// Makes the table of what API servers serve by default again, out of the source of Kubernetes
    Served(served::Arguments),
    /// Does all set-up the tests need, then runs all of them
    Test(test::Arguments),
}

/// Runs one command.
pub(crate) fn run(command: Command) -> Result<()> {
    match command {
        Command::Bench(arguments) => bench::run(&arguments),
        Command::Charts(arguments) => crate::charts::run(&arguments),
        Command::Ci(arguments) => ci::run(&arguments),
        Command::Generate(arguments) => generate::run(&arguments),
        Command::Goldens(arguments) => crate::parity::goldens::run(&arguments),
        Command::House => house::run(),
        Command::MeasureChild(arguments) => child::run(&arguments),
        Command::Origins(arguments) => origins::run(&arguments),
        Command::Parity(arguments) => parity::run(&arguments),
        Command::Served(arguments) => served::run(&arguments),
        Command::Test(arguments) => test::run(&arguments),
    }
}
