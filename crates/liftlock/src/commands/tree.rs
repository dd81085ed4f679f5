//! `liftlock tree`: what a repository deploys, from clusters down to objects.

use clap::{Args, ValueEnum};
use gitops::Outcome as UnitOutcome;

use crate::arguments::Global;
use crate::commands::fleet::{FleetArguments, VersionArgument};
use crate::error::{CommandError, Outcome};
use crate::terminal;

/// Show what a repository deploys: clusters, units, sources and objects.
///
/// Begins at the Kustomizations of Flux and the Applications of Argo CD that nothing else renders, and renders all that
/// follows: Kustomizations with what parents patch into them and the variables of their substitution, Helm releases with
/// their charts out of the cache that `liftlock fetch` fills, Applications and what ApplicationSets generate, and what these
/// make in turn. What cannot be had is not assessed and said with its reason.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  liftlock tree\n  liftlock tree --cluster production --objects\n  liftlock tree -o svg > tree.svg"
)]
pub(crate) struct TreeArguments {
    #[command(flatten)]
    fleet: FleetArguments,
    #[command(flatten)]
    version: VersionArgument,
    /// List the objects of each unit.
    #[arg(long)]
    objects: bool,
    /// The form of the output.
    #[arg(short, long, value_enum, default_value_t, value_name = "FORM")]
    output: TreeForm,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum TreeForm {
    /// A tree for people.
    #[default]
    Text,
    /// One JSON document.
    Json,
    /// A graph for Graphviz.
    Dot,
    /// A picture.
    Svg,
}

pub(crate) fn run(_: &Global, arguments: &TreeArguments) -> Result<Outcome, CommandError> {
    let fleet = arguments.fleet.observe(arguments.version.from)?;
    let text = match arguments.output {
        TreeForm::Text => report::fleet::text(&fleet, arguments.objects),
        TreeForm::Dot => report::fleet::dot(&fleet),
        TreeForm::Svg => report::fleet::svg(&fleet),
        TreeForm::Json => report::fleet::json(&fleet)
            .map_err(|error| CommandError::environment("cannot write JSON").because(error))?,
    };
    terminal::print(&text)?;
    let mut units = fleet.clusters.iter().flat_map(|cluster| &cluster.units);
    let is_whole = units.all(|unit| matches!(unit.outcome, UnitOutcome::Rendered(_)));
    Ok(if is_whole { Outcome::Clean } else { Outcome::NotAssessed })
}
