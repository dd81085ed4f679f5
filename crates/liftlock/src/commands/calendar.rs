//! `liftlock calendar`: what is due, and what it costs to stay.

use clap::{Args, ValueEnum};
use jiff::Timestamp;
use version::Minor;

use crate::commands::repository::today;
use crate::error::{CommandError, Outcome};
use crate::terminal;

/// Show when Kubernetes and EKS versions are released and how long they are supported.
///
/// With a cluster's version: what is due for it, and what staying costs. With -o ics: a calendar that people
/// can subscribe to.
#[derive(Debug, Args)]
pub(crate) struct CalendarArguments {
    /// The version that a cluster runs.
    #[arg(long, value_name = "VERSION")]
    cluster_version: Option<Minor>,
    /// The form of the output.
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    output: Format,
}

/// The forms of the calendar.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum Format {
    /// For reading
    #[default]
    Text,
    /// For programs
    Json,
    /// iCalendar, to subscribe to
    Ics,
}

pub(crate) fn run(arguments: &CalendarArguments) -> Result<Outcome, CommandError> {
    let cluster = arguments.cluster_version;
    let text = match arguments.output {
        Format::Text => report::calendar_text(cluster, today()),
        Format::Json => report::calendar_json(cluster, today()),
        Format::Ics => ics(cluster),
    };
    terminal::print(&text)?;
    Ok(Outcome::Clean)
}

fn ics(cluster: Option<Minor>) -> String {
    let stamp = Timestamp::now();
    match cluster {
        Some(minor) => {
            catalog::calendar::ics(&format!("Kubernetes {minor}"), &catalog::calendar::due(minor), stamp)
        }
        None => catalog::calendar::ics("Kubernetes on EKS", &catalog::calendar::events(), stamp),
    }
}
