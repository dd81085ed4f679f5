//! `liftlock explain`: what is known about a check, an API, an add-on or a version.

use clap::Args;

use crate::commands::repository::today;
use crate::error::{CommandError, Outcome};
use crate::terminal;

/// Explain a check, an API, an add-on, a version, a change or a feature gate.
///
/// Examples: liftlock explain removed-api; liftlock explain policy/v1beta1/PodDisruptionBudget;
/// liftlock explain karpenter; liftlock explain 1.32. Without a name: all checks, one a line.
#[derive(Debug, Args)]
pub(crate) struct ExplainArguments {
    /// What to explain.
    name: Option<String>,
}

/// Names that are suggested for one that is not known.
const SUGGESTIONS_MAX: usize = 3;

pub(crate) fn run(arguments: &ExplainArguments) -> Result<Outcome, CommandError> {
    let text = match &arguments.name {
        None => report::list_checks(checks::registry()),
        Some(name) => explain(name)?,
    };
    terminal::print(&text)?;
    Ok(Outcome::Clean)
}

fn explain(name: &str) -> Result<String, CommandError> {
    if let Some(check) = checks::find(name) {
        return Ok(report::explain_check(check.meta(), terminal::width_columns()));
    }
    if name == checks::EXPIRED_WAIVER.id {
        return Ok(report::explain_check(&checks::EXPIRED_WAIVER, terminal::width_columns()));
    }
    let facts = catalog::search(name);
    if facts.is_empty() {
        return Err(unknown(name));
    }
    Ok(report::explain_facts(&facts, today(), terminal::width_columns()))
}

fn unknown(name: &str) -> CommandError {
    let error = CommandError::user(format!("nothing is known about '{name}'"));
    let mut near: Vec<&str> =
        text::nearest(name, checks::registry().iter().map(|check| check.meta().id)).into_iter().collect();
    near.extend(catalog::nearest_names(name, SUGGESTIONS_MAX));
    match near.is_empty() {
        true => error.hint("name a check, an API such as 'policy/v1beta1', an add-on or a version"),
        false => error.hint(format!("did you mean {}?", near.join(" or "))),
    }
}
