//! `liftlock completions`: what shells need to complete commands and flags.

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use crate::arguments::Arguments;
use crate::error::{CommandError, Outcome};
use crate::terminal;

/// Print the completion script of a shell.
///
/// For bash: liftlock completions bash > /etc/bash_completion.d/liftlock
#[derive(Debug, Args)]
pub(crate) struct CompletionsArguments {
    /// The shell.
    shell: Shell,
}

pub(crate) fn run(arguments: &CompletionsArguments) -> Result<Outcome, CommandError> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Arguments::command(), "liftlock", &mut script);
    terminal::print(&String::from_utf8_lossy(&script))?;
    Ok(Outcome::Clean)
}
