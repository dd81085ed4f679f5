//! `liftlock schema`: JSON schemas of what is read and written.

use clap::{Args, ValueEnum};

use crate::error::{CommandError, Outcome};
use crate::terminal;

/// Print the JSON schema of the configuration or of an output.
#[derive(Debug, Args)]
pub(crate) struct SchemaArguments {
    /// Which one.
    #[arg(value_enum)]
    what: Schema,
}

/// What has a schema.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Schema {
    /// `.liftlock.yaml`
    Config,
    /// The output of `liftlock scan -o json`
    Scan,
}

pub(crate) fn run(arguments: &SchemaArguments) -> Result<Outcome, CommandError> {
    let schema = match arguments.what {
        Schema::Config => config::json_schema(),
        Schema::Scan => report::scan_schema(),
    };
    terminal::print(&schema)?;
    Ok(Outcome::Clean)
}
