//! `liftlock man`: manual pages.

use clap::{Args, CommandFactory};

use crate::arguments::Arguments;
use crate::error::{CommandError, Outcome};
use crate::terminal;

/// Print the manual page of a command, or of liftlock itself.
///
/// To read one: liftlock man scan | man -l -
#[derive(Debug, Args)]
pub(crate) struct ManArguments {
    /// The command.
    command: Option<String>,
}

pub(crate) fn run(arguments: &ManArguments) -> Result<Outcome, CommandError> {
    let mut root = Arguments::command();
    root.build();
    let command = match &arguments.command {
        None => root,
        Some(name) => match root.find_subcommand(name) {
            Some(command) => command.clone(),
            None => return Err(unknown(&root, name)),
        },
    };
    let mut page = Vec::new();
    clap_mangen::Man::new(command)
        .render(&mut page)
        .map_err(|error| CommandError::environment("cannot render the page").because(error))?;
    terminal::print(&String::from_utf8_lossy(&page))?;
    Ok(Outcome::Clean)
}

fn unknown(root: &clap::Command, name: &str) -> CommandError {
    let error = CommandError::user(format!("there is no command '{name}'"));
    match text::nearest(name, root.get_subcommands().map(clap::Command::get_name)) {
        Some(nearest) => error.hint(format!("did you mean '{nearest}'?")),
        None => error,
    }
}
