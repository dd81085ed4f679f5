//! A command below another one whose flags are defined only where it is asked for: every start of the program would pay for
//! them, and these have dozens.

use clap::{ArgMatches, Args, Command, FromArgMatches, Subcommand};

/// The arguments of the only command below another one.
pub(crate) trait Only: Args {
    /// Its name.
    const NAME: &'static str;
    /// What the list of commands says of it.
    const ABOUT: &'static str;
}

/// That command as it was typed.
#[derive(Debug)]
pub(crate) struct OnlyCommand<T>(pub(crate) Box<T>);

impl<T: Only> Subcommand for OnlyCommand<T> {
    fn augment_subcommands(command: Command) -> Command {
        command.subcommand(Command::new(T::NAME).about(T::ABOUT).defer(T::augment_args))
    }

    fn augment_subcommands_for_update(command: Command) -> Command {
        Self::augment_subcommands(command)
    }

    fn has_subcommand(name: &str) -> bool {
        name == T::NAME
    }
}

impl<T: Only> FromArgMatches for OnlyCommand<T> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        match matches.subcommand() {
            Some((name, matches)) if name == T::NAME => {
                T::from_arg_matches(matches).map(|arguments| Self(Box::new(arguments)))
            }
            _ => Err(clap::Error::new(clap::error::ErrorKind::MissingSubcommand)),
        }
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}
