//! `liftlock scan`: what an upgrade does to the files of a repository.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use config::Config;
use project::{ChartsRequest, Rendered, Scan, ScanError, ScanRequest};
use report::{
    ChartCounts, FleetCounts, Located, ScanReport, Style, Summary, Waived, locate, locate_in_order,
    locate_switches,
};
use tree::Tree;

use crate::arguments::{Global, JourneyArguments};
use crate::commands::charts::{ChartArguments, Scanned};
use crate::commands::fetch::CachedSchemas;
use crate::commands::fleet::{Clusters, tell_fetch};
use crate::commands::keys::KeyArguments;
use crate::commands::renders::RendersArguments;
use crate::commands::repository::{self, TreeSources};
use crate::error::{CommandError, Outcome};
use crate::terminal;

/// Find what an upgrade removes, deprecates or changes in the files of a repository.
///
/// Every finding names the file, line and column, the minor at which it bites, and what to do. What could
/// not be assessed (templates, encrypted or broken files, other languages) is counted and named, and is never
/// taken for clean.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  liftlock scan . --to 1.34\n  liftlock scan . --from 1.29 --to 1.31 -o sarif > liftlock.sarif\n  liftlock scan ./charts/web --from 1.25 --to 1.29 -f values-production.yaml"
)]
pub(crate) struct ScanArguments {
    /// The repository; or a chart, a folder or a `.tgz`, which is rendered as with --helm.
    #[arg(default_value = ".")]
    pub(crate) path: PathBuf,
    #[command(flatten)]
    pub(crate) journey: JourneyArguments,
    /// The form of the output.
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) output: Format,
    /// Judge what kustomizations render, too. A finding stands at the file and line to edit and names every
    /// kustomization that it reaches.
    #[arg(long)]
    pub(crate) kustomize: bool,
    #[command(flatten)]
    pub(crate) charts: ChartArguments,
    #[command(flatten)]
    pub(crate) renders: RendersArguments,
    #[command(flatten)]
    pub(crate) keys: KeyArguments,
    /// Judge files alone, and not what clusters get of them: what Flux's Kustomizations and Helm releases render.
    #[arg(long)]
    pub(crate) files_only: bool,
    /// Run this check only. May be given several times.
    #[arg(long = "check", value_name = "CHECK")]
    pub(crate) checks: Vec<String>,
    /// Exit with 1 if something was not assessed, too.
    #[arg(long)]
    pub(crate) strict: bool,
    /// Threads to use; 0 for one per core. The output is the same with any number.
    #[arg(long, default_value_t = 0, value_name = "N")]
    pub(crate) threads: usize,
}

/// The forms of a scan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum Format {
    /// For reading: excerpts and a summary
    #[default]
    Text,
    /// For programs; `liftlock schema scan` prints its schema
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// JUnit XML, for CI servers
    Junit,
    /// Markdown, for pull requests
    Markdown,
    /// GitHub workflow commands, for annotations
    Github,
}

pub(crate) fn run(global: &Global, arguments: &ScanArguments) -> Result<Outcome, CommandError> {
    let scanned = Scanned::open(&arguments.path, arguments.threads)?;
    let values = arguments.charts.read(&scanned)?;
    let request = ScanRequest {
        from: arguments.journey.from,
        to: arguments.journey.to,
        today: repository::today(),
        only: arguments.checks.clone(),
        threads: arguments.threads,
        beyond_horizon: arguments.journey.beyond_horizon,
    };
    let (config, tree) = (&scanned.config, &scanned.tree);
    let everything_in = |folder: &str| scanned.everything_in(folder);
    let renders_charts = arguments.charts.helm || scanned.is_chart();
    let schemas = CachedSchemas(&arguments.charts.cache);
    let charts = renders_charts.then_some(ChartsRequest {
        everything_in: &everything_in,
        values: &values,
        schemas: &schemas,
    });
    let cache = (&arguments.charts.cache, &arguments.renders, &arguments.keys);
    let clusters = Clusters::of(&scanned, cache, arguments.files_only)?;
    let ports = clusters.as_ref().map(Clusters::ports);
    let fleet = clusters.as_ref().zip(ports.as_ref()).map(|(clusters, ports)| clusters.request(ports));
    let rendered = Rendered { tree, kustomizations: arguments.kustomize, charts, fleet };
    let scan = carry_out_rendered(global, rendered, config, &request)?;
    let mut command = fix_command(&arguments.path.display().to_string(), &request);
    command.push_str(&arguments.charts.repeated(&scanned));
    let report = report_of(&scan, &**tree, command);
    terminal::print(&formatted(global, arguments.output, &report, config, &request))?;
    if scan.fleet.is_some_and(|fleet| fleet.to_fetch > 0) {
        tell_fetch(&arguments.path, &arguments.charts.cache);
    }
    Ok(outcome(&report, arguments.strict))
}

/// Runs the scan with a progress bar, and turns what makes no sense into errors with hints.
pub(crate) fn carry_out_rendered(
    global: &Global,
    rendered: Rendered<'_>,
    config: &Config,
    request: &ScanRequest,
) -> Result<Scan, CommandError> {
    told(global, |bar| project::scan_rendered(rendered, config, request, bar))
}

fn told(
    global: &Global,
    scan: impl FnOnce(&terminal::Bar) -> Result<Scan, ScanError>,
) -> Result<Scan, CommandError> {
    scan(&terminal::Bar::new("scanning", global.quiet)).map_err(|error| {
        let told = CommandError::user(error.to_string());
        match error {
            ScanError::PassHorizon { horizon, .. } => told.hint(format!(
                "judge up to {horizon}, or give --beyond-horizon to have the rest counted as not assessed"
            )),
            ScanError::UnknownCheck { nearest: Some(nearest), .. } => {
                told.hint(format!("did you mean '{nearest}'?"))
            }
            ScanError::UnknownCheck { nearest: None, .. } => told.hint("`liftlock explain` lists all checks"),
            ScanError::GoBack { .. } => told,
            ScanError::StartThreads { source, .. } => told.because(source),
        }
    })
}

/// Puts every finding at its place.
pub(crate) fn report_of<'a>(scan: &'a Scan, tree: &dyn Tree, fix_command: String) -> ScanReport<'a> {
    let sources = TreeSources(tree);
    let accepted = scan.waived.iter().map(|waived| &waived.finding);
    let accepted = locate_in_order(accepted, &scan.inventory, &sources);
    let mut summary = Summary::new(&scan.findings, scan.waived.len(), &scan.inventory);
    summary.roots = scan.roots.map(|roots| (roots.found, roots.built));
    summary.charts = scan.charts.map(|charts| {
        let project::ChartCounts { found, rendered, renders } = charts;
        ChartCounts { found, rendered, renders }
    });
    summary.fleet = scan.fleet.map(|fleet| {
        let project::FleetCounts { clusters, units, rendered, to_fetch: _ } = fleet;
        FleetCounts { clusters, units, rendered }
    });
    ScanReport {
        findings: locate(&scan.findings, &scan.inventory, &sources),
        waived: accepted.into_iter().zip(&scan.waived).map(waived).collect(),
        not_assessed: report::not_assessed(&scan.inventory),
        switches: locate_switches(&scan.inventory, &sources),
        journeys: &scan.journeys,
        summary,
        fix_command,
    }
}

fn waived<'a>((located, waived): (Located<'a>, &project::Waived)) -> Waived<'a> {
    let waiver = &waived.waiver;
    Waived {
        located,
        owner: waiver.owner.clone(),
        reason: waiver.reason.clone(),
        expires: waiver.expires.to_string(),
    }
}

fn formatted(
    global: &Global,
    format: Format,
    report: &ScanReport<'_>,
    config: &Config,
    request: &ScanRequest,
) -> String {
    match format {
        Format::Text => report::text(report, style(global)),
        Format::Json => report::to_json(report),
        Format::Sarif => {
            let ran = project::checks_of(config, &request.only);
            let metas = ran.iter().map(|check| check.meta()).chain([&checks::EXPIRED_WAIVER]);
            let metas: Vec<_> = metas.collect();
            report::sarif(report, &metas, env!("CARGO_PKG_VERSION"))
        }
        Format::Junit => report::junit(report),
        Format::Markdown => report::markdown(report),
        Format::Github => report::github(report),
    }
}

/// How text looks on this terminal.
pub(crate) fn style(global: &Global) -> Style {
    Style {
        color: terminal::uses_color(global),
        width: terminal::width_columns(),
        verbose: global.verbose,
        summary_only: global.quiet,
    }
}

fn outcome(report: &ScanReport<'_>, strict: bool) -> Outcome {
    match (report.findings.is_empty(), report.not_assessed.is_empty()) {
        (false, _) => Outcome::Findings,
        (true, true) => Outcome::Clean,
        (true, false) if strict => Outcome::Findings,
        (true, false) => Outcome::NotAssessed,
    }
}

/// The command that shows the fixes of this scan.
pub(crate) fn fix_command(path: &str, request: &ScanRequest) -> String {
    let mut command = format!("liftlock fix {}", shell_word(path));
    for (flag, minor) in [("--from", request.from), ("--to", request.to)] {
        if let Some(minor) = minor {
            command.push_str(&format!(" {flag} {minor}"));
        }
    }
    command
}

/// `text` as one word of a shell: in single quotes if anything in it means something there.
pub(crate) fn shell_word(text: &str) -> String {
    let is_plain = |character: char| character.is_alphanumeric() || "-_./,:@%+=".contains(character);
    if !text.is_empty() && text.chars().all(is_plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_quoted_for_a_shell_where_they_must_be() {
        assert_eq!(shell_word("a/b-c.d"), "a/b-c.d");
        assert_eq!(shell_word("a b"), "'a b'");
        assert_eq!(shell_word("it's"), r"'it'\''s'");
    }
}
