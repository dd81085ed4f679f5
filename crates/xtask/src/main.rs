//! Automation for developers and CI: everything that is run on the repository rather than shipped from it.
//!
//! One file per command under `commands`; `house`, `ci`, `generated` and `measure` hold what the commands do. What CI
//! runs is `cargo xtask ci`, so anyone can run it. Nothing here is shipped, and no other crate may depend on it.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "automation runs programs, reads the repository's files, looks at the clock and talks to a terminal"
)]

mod bench;
mod charts;
mod ci;
mod commands;
mod generated;
mod house;
mod measure;
mod metadata;
mod parity;
mod repository;
mod served;
mod shell;

use clap::Parser;
use std::process::ExitCode;

/// Automation of the Liftlock repository.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: commands::Command,
}

fn main() -> ExitCode {
    match commands::run(Arguments::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Arguments;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }
}
