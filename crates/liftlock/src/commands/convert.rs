//! `liftlock convert`: one file or standard input at another API version.

use std::path::PathBuf;

use clap::Args;
use fixes::{ConvertText, convert_text};
use resource::GroupVersion;
use text::LineIndex;
use version::Minor;

use crate::arguments::AnswerArguments;
use crate::commands::repository;
use crate::error::{CommandError, Outcome};
use crate::terminal;

/// Convert the objects of a file to another API version, comments kept.
///
/// What `kubectl convert` does, but only the bytes that must change do: no defaults are added, documents
/// stay one by one, and an unknown version is an error.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  liftlock convert -f ingress.yaml --output-version networking.k8s.io/v1\n  cat hpa.yaml | liftlock convert -f -"
)]
pub(crate) struct ConvertArguments {
    /// The file, or - for standard input.
    #[arg(short, long, value_name = "FILE")]
    filename: PathBuf,
    /// The API version to convert to, such as apps/v1. Without it: the newest that --to serves.
    #[arg(long, value_name = "GROUP/VERSION")]
    output_version: Option<String>,
    /// The Kubernetes version whose newest APIs are meant without --output-version. Without it: the newest known.
    #[arg(long, value_name = "VERSION")]
    to: Option<Minor>,
    #[command(flatten)]
    answers: AnswerArguments,
}

pub(crate) fn run(arguments: &ConvertArguments) -> Result<Outcome, CommandError> {
    let bytes = repository::read_file_or_input(&arguments.filename)?;
    let wanted = arguments.output_version.as_deref().map(group_version).transpose()?;
    let answers = arguments.answers.read()?;
    let minor = arguments.to.unwrap_or(catalog::HORIZON);
    let converted = convert_text(&bytes, wanted, minor, &answers)
        .map_err(|error| CommandError::user(error.to_string()).hint(hint_for(&error)))?;
    let lines = LineIndex::new(&bytes);
    for note in &converted.notes {
        let line = lines.position(&bytes, note.span.start).line;
        terminal::tell(&format!("note: line {line}: {}", note.text));
    }
    terminal::print_bytes(&converted.bytes)?;
    Ok(Outcome::Clean)
}

fn hint_for(error: &ConvertText) -> &'static str {
    match error {
        ConvertText::Answer(_) => {
            "--keep-meaning takes the choice that keeps the old meaning; --answers FILE answers one by one"
        }
        ConvertText::KnowKind { .. } | ConvertText::KnowVersion { .. } => {
            "`liftlock explain KIND` lists the versions that are known"
        }
        ConvertText::Read { .. } => {
            "templates are converted by `liftlock fix`, which sees the chart around them"
        }
        ConvertText::FindObject => "give a manifest: YAML or JSON with an 'apiVersion' and a 'kind'",
        ConvertText::Convert { .. } | ConvertText::Edit { .. } => "change this object by hand",
        ConvertText::Verify(_) => "this is a fault of liftlock; please report it with the file",
    }
}

fn group_version(text: &str) -> Result<GroupVersion<'_>, CommandError> {
    GroupVersion::parse(text).ok_or_else(|| {
        CommandError::user(format!("'{text}' is not an API version"))
            .hint("write one like 'apps/v1', or 'v1' for the core group")
    })
}
