//! `liftlock diff`: what a change of the repository, or of the clusters' version, changes in what the clusters get.

use std::sync::Arc;

use clap::{Args, ValueEnum};
use config::Config;
use git::{FindRevision, Revision};
use gitops::{Fleet, compare};
use tree::Tree;
use version::Minor;

use crate::commands::fleet::FleetArguments;
use crate::commands::repository::read_config;
use crate::error::{CommandError, Outcome};
use crate::terminal;

/// Show what changes in what clusters get.
///
/// Renders all clusters twice and compares the objects by what they mean: which came, went or moved to another unit, and
/// which fields changed. Objects that are named by the digest of their content count as one. Values of Secrets are masked.
///
/// Exit codes: 0 no difference, 1 a difference, 3 no difference in what could be rendered.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  liftlock diff\n  liftlock diff main..HEAD -o markdown\n  liftlock diff --from 1.29 --to 1.30"
)]
pub(crate) struct DiffArguments {
    /// Two revisions of Git, or one that the working tree is compared with. Without it: HEAD and the working tree.
    #[arg(value_name = "REV[..REV]")]
    revisions: Option<String>,
    #[command(flatten)]
    fleet: FleetArguments,
    /// The Kubernetes version that all clusters run. Without it: the configuration's.
    #[arg(long, value_name = "VERSION")]
    from: Option<Minor>,
    /// Compare with the clusters at this version instead of with another revision.
    #[arg(long, value_name = "VERSION", requires = "from", conflicts_with = "revisions")]
    to: Option<Minor>,
    /// The form of the output.
    #[arg(short, long, value_enum, default_value_t, value_name = "FORM")]
    output: DiffForm,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum DiffForm {
    /// Lines for people.
    #[default]
    Text,
    /// For a pull request.
    Markdown,
    /// One JSON document.
    Json,
}

pub(crate) fn run(arguments: &DiffArguments) -> Result<Outcome, CommandError> {
    let (before, after) = sides(arguments)?;
    if before.clusters.is_empty() {
        arguments.fleet.refuse_nothing(&after)?;
    }
    let differences = compare(&before, &after);
    let text = match arguments.output {
        DiffForm::Text => report::fleet::difference_text(&differences),
        DiffForm::Markdown => report::fleet::difference_markdown(&differences),
        DiffForm::Json => report::fleet::difference_json(&differences)
            .map_err(|error| CommandError::environment("cannot write JSON").because(error))?,
    };
    terminal::print(&text)?;
    let has_difference =
        differences.iter().flat_map(|cluster| &cluster.units).any(|unit| !unit.objects.is_empty());
    Ok(match arguments.fleet.tell_missing(&after) {
        _ if has_difference => Outcome::Findings,
        outcome => outcome,
    })
}

/// What is compared, before and after.
fn sides(arguments: &DiffArguments) -> Result<(Fleet, Fleet), CommandError> {
    let DiffArguments { fleet, from, to, .. } = arguments;
    if let Some(to) = to {
        let [before, after] = fleet.observe_both([*from, Some(*to)])?;
        return Ok((before, after));
    }
    let revisions = arguments.revisions.as_deref().unwrap_or("HEAD");
    let (before, after) = match revisions.split_once("..") {
        None => (revisions, None),
        Some((before, after)) => (before, Some(after.trim_start_matches('.'))),
    };
    let before = of_revision(arguments, if before.is_empty() { "HEAD" } else { before })?;
    let after = match after {
        None => fleet.observe_any(*from)?,
        Some(after) => of_revision(arguments, if after.is_empty() { "HEAD" } else { after })?,
    };
    Ok((before, after))
}

fn of_revision(arguments: &DiffArguments, revision: &str) -> Result<Fleet, CommandError> {
    let DiffArguments { fleet, from, .. } = arguments;
    let tree: Arc<dyn Tree + Send> = Arc::new(Revision::open(&fleet.repository, revision).map_err(refused)?);
    let config: Config = read_config(&*tree)?;
    fleet.observe_tree(tree, &config, *from)
}

fn refused(error: FindRevision) -> CommandError {
    let hint = match &error {
        FindRevision::FindRepository { .. } | FindRevision::FindCommit { .. } => {
            "--from and --to compare two versions of the clusters without Git"
        }
        FindRevision::Resolve { .. } | FindRevision::Read { .. } => "`git log --oneline` lists commits",
    };
    CommandError::user(error.to_string()).because(error).hint(hint)
}
