//! One file per command: its arguments and a function that carries it out.

pub(crate) mod calendar;
mod charts;
pub(crate) mod completions;
pub(crate) mod convert;
pub(crate) mod demo;
pub(crate) mod diff;
pub(crate) mod envsubst;
pub(crate) mod explain;
pub(crate) mod fetch;
pub(crate) mod fix;
mod fleet;
pub(crate) mod helm;
mod keys;
pub(crate) mod kustomize;
pub(crate) mod man;
mod only;
mod relative;
pub(crate) mod render;
mod renders;
mod repository;
pub(crate) mod scan;
pub(crate) mod schema;
mod told;
pub(crate) mod tree;

use crate::arguments::{Arguments, Command};
use crate::error::{CommandError, Outcome};

/// Carries out what was typed.
pub(crate) fn run(arguments: Arguments) -> Result<Outcome, CommandError> {
    let Arguments { global, command } = arguments;
    match command {
        Command::Scan(arguments) => scan::run(&global, &arguments),
        Command::Fix(arguments) => fix::run(&global, &arguments),
        Command::Convert(arguments) => convert::run(&arguments),
        Command::Tree(arguments) => tree::run(&global, &arguments),
        Command::Render(arguments) => render::run(&arguments),
        Command::Diff(arguments) => diff::run(&arguments),
        Command::Kustomize(arguments) => kustomize::run(&arguments),
        Command::Helm(arguments) => helm::run(&arguments),
        Command::Envsubst(arguments) => envsubst::run(&arguments),
        Command::Fetch(arguments) => fetch::run(&arguments),
        Command::Calendar(arguments) => calendar::run(&arguments),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Demo(arguments) => demo::run(&global, &arguments),
        Command::Completions(arguments) => completions::run(&arguments),
        Command::Man(arguments) => man::run(&arguments),
        Command::Schema(arguments) => schema::run(&arguments),
    }
}
