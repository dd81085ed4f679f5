//! What can be typed.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use version::Minor;

use crate::commands::{
    calendar, completions, convert, demo, diff, envsubst, explain, fetch, fix, helm, kustomize, man, render,
    scan, schema, tree,
};

/// Upgrades Kubernetes clusters run from a Git mono-repo, one minor at a time.
///
/// Liftlock reads the files of a repository as they are written, finds what an upgrade removes, deprecates
/// or changes in them, and rewrites them without touching another byte. It needs no cluster, no network and
/// no other program; only `liftlock fetch` uses a network.
///
/// Exit codes: 0 clean, 1 findings, 2 an error, 3 something was not assessed.
#[derive(Debug, Parser)]
#[command(name = "liftlock", version, propagate_version = true, max_term_width = 110)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Flags of every command.
#[derive(Debug, Clone, Args)]
pub(crate) struct Global {
    /// When to use colours. `NO_COLOR` is obeyed.
    #[arg(long, value_enum, default_value_t, global = true, value_name = "WHEN")]
    pub(crate) color: ColorChoice,
    /// Leave out progress and hints; show summaries only.
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
    /// Show everything, such as each thing that was not assessed.
    #[arg(short, long, global = true)]
    pub(crate) verbose: bool,
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum ColorChoice {
    /// On a terminal.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The commands, in the order in which the help lists them.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Scan(scan::ScanArguments),
    Fix(fix::FixArguments),
    Convert(convert::ConvertArguments),
    Tree(tree::TreeArguments),
    Render(render::RenderArguments),
    Diff(diff::DiffArguments),
    Kustomize(kustomize::KustomizeArguments),
    Helm(helm::HelmArguments),
    Envsubst(envsubst::EnvsubstArguments),
    Fetch(fetch::FetchArguments),
    Calendar(calendar::CalendarArguments),
    Explain(explain::ExplainArguments),
    Demo(demo::DemoArguments),
    Completions(completions::CompletionsArguments),
    Man(man::ManArguments),
    Schema(schema::SchemaArguments),
}

/// From which minor to which one.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct JourneyArguments {
    /// The Kubernetes version that the clusters run now (1.29, v1.29.4, 1.29.4-eks-abc). Without it: the
    /// configuration's, or everything up to the target is judged.
    #[arg(long, value_name = "VERSION")]
    pub(crate) from: Option<Minor>,
    /// The Kubernetes version that they go to. Without it: the configuration's, or the one after --from,
    /// or the newest that is known.
    #[arg(long, value_name = "VERSION")]
    pub(crate) to: Option<Minor>,
    /// Accept a target newer than the facts; whatever is unknown then is not assessed.
    #[arg(long)]
    pub(crate) beyond_horizon: bool,
}

/// What a person has decided beforehand.
#[derive(Debug, Clone, Args)]
pub(crate) struct AnswerArguments {
    /// Answers to questions, as YAML: a list `answers` of `question` and `choice` or `value`, with `object`
    /// and `path` where they differ by place.
    #[arg(long, value_name = "FILE")]
    pub(crate) answers: Option<PathBuf>,
    /// Take the choice that keeps the old meaning for every question that has one and no other answer.
    #[arg(long)]
    pub(crate) keep_meaning: bool,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn clap_finds_no_fault_in_the_arguments() {
        Arguments::command().debug_assert();
    }
}
