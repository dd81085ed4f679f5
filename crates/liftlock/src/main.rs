//! The command line: one file per command under `commands/`.
//!
//! The only crate that prints, and the only one that asks the environment (arguments, working directory,
//! clock, terminal). Turns what was asked for into requests, and outcomes into bytes and an exit code.
//! Holds no logic of its own.

mod arguments;
mod commands;
mod error;
mod stack;
mod terminal;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    terminal::outlive_file_limits();
    let arguments = arguments::Arguments::parse();
    match commands::run(arguments) {
        Ok(outcome) => outcome.into(),
        Err(error) => error.tell(),
    }
}
