//! `cargo xtask bench helm`: rendering charts beside the original, whole processes.
//!
//! Both programs run in turn, round after round, with default values and default capabilities, so that what disturbs the
//! machine disturbs both.

use super::table::Table;
use super::{Profile, compiler, once};
use crate::measure::child::Cost;
use crate::measure::statistics::{geometric_mean, median};
use crate::shell::Program;
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};

/// Rounds that are run and thrown away, so that every file is in the page cache.
const WARM_UP_ROUNDS: usize = 1;

/// Arguments of `cargo xtask bench helm`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The Helm 4 to compare with
    #[arg(long, value_name = "PATH")]
    helm: Option<PathBuf>,
    /// A chart to render; may be given several times
    #[arg(long, value_name = "DIR", required = true)]
    chart: Vec<PathBuf>,
    /// A liftlock that is built already; else the dist profile is built
    #[arg(long, value_name = "PATH")]
    liftlock: Option<PathBuf>,
    /// Rounds that count
    #[arg(long, default_value_t = 11)]
    rounds: usize,
}

/// What the rounds of one program came to.
#[derive(Debug, Clone, Copy)]
struct Figure {
    wall_milliseconds: f64,
    cpu_milliseconds: f64,
    peak_memory_mib: f64,
}

/// Measures and prints.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let ours = match &arguments.liftlock {
        Some(path) => path.clone(),
        None => super::build(Profile::Dist)?,
    };
    let ours = ours.canonicalize().with_context(|| format!("there is no program '{}'", ours.display()))?;
    let mut table =
        Table::new(&["chart", "program", "wall ms", "CPU ms", "peak MiB", "CPU ratio", "memory ratio"]);
    let mut ratios = Vec::new();
    for chart in &arguments.chart {
        let (own, theirs) = measure(chart, &ours, arguments)?;
        let name = chart.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        table.row(cells(&name, "liftlock", own, None));
        if let Some(theirs) = theirs {
            table.row(cells(&name, "helm", theirs, Some(own)));
            ratios.push(theirs.cpu_milliseconds / own.cpu_milliseconds);
        }
    }
    println!("Medians of {} rounds after {WARM_UP_ROUNDS}, {}.", arguments.rounds, compiler()?);
    match &arguments.helm {
        Some(helm) => println!("helm: {}\n", version(helm)?),
        None => println!("helm: not given\n"),
    }
    println!("{}", table.print());
    if let Some(mean) = geometric_mean(&ratios) {
        println!("processor time, geometric mean: {mean:.1} times less");
    }
    Ok(())
}

fn version(helm: &Path) -> Result<String> {
    let answer = Program::new(helm).arguments(["version", "--short"]).output()?;
    Ok(answer.trim().to_owned())
}

fn measure(chart: &Path, ours: &Path, arguments: &Arguments) -> Result<(Figure, Option<Figure>)> {
    let chart = chart.canonicalize().with_context(|| format!("there is no chart '{}'", chart.display()))?;
    let chart = chart.display().to_string();
    let command = |program: &Path, before: &[&str]| {
        let mut command = vec![program.display().to_string()];
        command.extend(before.iter().map(|word| (*word).to_owned()));
        command.extend(["template".to_owned(), "release".to_owned(), chart.clone()]);
        command
    };
    let own = command(ours, &["helm"]);
    let theirs = arguments.helm.as_deref().map(|helm| command(helm, &[]));
    let (mut of_own, mut of_theirs) = (Vec::new(), Vec::new());
    for _ in 0..WARM_UP_ROUNDS + arguments.rounds {
        of_own.push(once(&own)?);
        of_theirs.extend(theirs.as_ref().map(|command| once(command)).transpose()?);
    }
    let counted = |costs: &[Cost]| figure(costs.get(WARM_UP_ROUNDS..).unwrap_or_default());
    Ok((counted(&of_own)?, theirs.map(|_| counted(&of_theirs)).transpose()?))
}

fn figure(costs: &[Cost]) -> Result<Figure> {
    let of = |value: fn(&Cost) -> f64| median(costs.iter().map(value)).context("no round was counted");
    Ok(Figure {
        wall_milliseconds: of(|cost| cost.wall_seconds * 1_000.0)?,
        cpu_milliseconds: of(|cost| cost.cpu_milliseconds)?,
        #[expect(
            clippy::cast_precision_loss,
            reason = "memory of a process is far below what a float holds"
        )]
        peak_memory_mib: of(|cost| cost.peak_memory_kib as f64 / 1_024.0)?,
    })
}

fn cells(chart: &str, program: &str, figure: Figure, own: Option<Figure>) -> [String; 7] {
    let ratio = |value: fn(&Figure) -> f64| {
        own.map_or_else(String::new, |own| format!("{:.1}", value(&figure) / value(&own)))
    };
    [
        chart.to_owned(),
        program.to_owned(),
        format!("{:.1}", figure.wall_milliseconds),
        format!("{:.1}", figure.cpu_milliseconds),
        format!("{:.1}", figure.peak_memory_mib),
        ratio(|figure| figure.cpu_milliseconds),
        ratio(|figure| figure.peak_memory_mib),
    ]
}
