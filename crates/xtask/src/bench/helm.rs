//! `cargo xtask bench helm`: rendering charts beside the original.
//!
//! Single charts: both programs run in turn as whole processes, round after round, with default values and default
//! capabilities, so that what disturbs the machine disturbs both. Trees: every chart with every file of values, all in one
//! process of ours (`render_all`, an example of the crate `helm`) and one process of the original's each, in turn as well.

use super::table::Table;
use super::{compiler, once, once_even_if_refused};
use crate::measure::child::Cost;
use crate::measure::statistics::{geometric_mean, median};
use crate::parity::charts::compare::{Render, renders};
use crate::repository;
use crate::shell::Program;
use anyhow::{Context, Result};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Rounds that are run and thrown away, so that every file is in the page cache.
const WARM_UP_ROUNDS: usize = 1;

/// Rounds of ours for one of the original's, with and without origins each: they take a fiftieth of its time.
const ROUNDS_OF_OURS: &str = "5";

/// Arguments of `cargo xtask bench helm`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The Helm 4 to compare with
    #[arg(long, value_name = "PATH")]
    helm: Option<PathBuf>,
    /// A chart to render; may be given several times
    #[arg(long, value_name = "DIR", required_unless_present = "tree")]
    chart: Vec<PathBuf>,
    /// A tree whose charts are all rendered, in one process of ours; may be given several times
    #[arg(long, value_name = "DIR")]
    tree: Vec<PathBuf>,
    /// Threads of the one process
    #[arg(long, default_value_t = 2)]
    threads: usize,
    /// Rounds that count for trees
    #[arg(long, default_value_t = 3)]
    tree_rounds: usize,
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
    match &arguments.helm {
        Some(helm) => println!("helm: {}\n", version(helm)?),
        None => println!("helm: not given\n"),
    }
    if !arguments.chart.is_empty() {
        charts(arguments)?;
    }
    if !arguments.tree.is_empty() {
        trees(arguments)?;
    }
    Ok(())
}

fn charts(arguments: &Arguments) -> Result<()> {
    let ours = super::program(arguments.liftlock.as_deref())?;
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
    println!("{}", table.print());
    if let Some(mean) = geometric_mean(&ratios) {
        println!("processor time, geometric mean: {mean:.1} times less");
    }
    Ok(())
}

fn trees(arguments: &Arguments) -> Result<()> {
    let example = ["build", "--profile", "dist", "--package", "helm", "--example", "render_all"];
    Program::cargo().arguments(example).run()?;
    let example = repository::root().join("target/dist/examples/render_all");
    let columns = ["tree", "renders", "refused", "ours ms", "peak MiB", "origins", "helm ms", "ratio"];
    let mut table = Table::new(&columns);
    for tree in &arguments.tree {
        let tree = tree.canonicalize().with_context(|| format!("there is no tree '{}'", tree.display()))?;
        let renders = renders(&tree)?;
        let list = list(&renders)?;
        let (mut own, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..arguments.tree_rounds {
            own.push(all_of_ours(&example, &list, arguments.threads)?);
            theirs.extend(arguments.helm.as_deref().map(|helm| all_of_theirs(helm, &renders)).transpose()?);
        }
        table.row(tree_cells(&tree, &own, &theirs)?);
    }
    println!("Medians of {} rounds; ours on {} threads.", arguments.tree_rounds, arguments.threads);
    println!("{}", table.print());
    Ok(())
}

/// The renders as the example reads them.
fn list(renders: &[Render]) -> Result<PathBuf> {
    let mut text = String::new();
    for Render { chart, values } in renders {
        let values = values.as_deref().unwrap_or(Path::new(""));
        text.push_str(&format!("{}\t{}\n", chart.display(), values.display()));
    }
    let file = super::folder()?.join("renders.tsv");
    std::fs::write(&file, text).context("cannot write the list of renders")?;
    Ok(file)
}

/// What `render_all` prints, by its words.
fn all_of_ours(example: &Path, list: &Path, threads: usize) -> Result<BTreeMap<String, f64>> {
    let list = list.display().to_string();
    let answer =
        Program::new(example).arguments([list.as_str(), &threads.to_string(), ROUNDS_OF_OURS]).output()?;
    let figures = answer.lines().filter_map(|line| line.split_once(' '));
    figures.map(|(word, figure)| Ok((word.to_owned(), figure.parse()?))).collect()
}

/// The milliseconds that the original takes for all renders, one process each, one after the other.
fn all_of_theirs(helm: &Path, renders: &[Render]) -> Result<f64> {
    let mut seconds = 0.0;
    for render in renders {
        let mut command = vec![helm.display().to_string(), "template".to_owned()];
        command.extend(render.arguments());
        seconds += once_even_if_refused(&command)?.wall_seconds;
    }
    Ok(seconds * 1_000.0)
}

fn tree_cells(tree: &Path, own: &[BTreeMap<String, f64>], theirs: &[f64]) -> Result<[String; 8]> {
    let figure = |word: &str| {
        let figures = own.iter().filter_map(|figures| figures.get(word).copied());
        median(figures).with_context(|| format!("the example tells no '{word}'"))
    };
    let (ours, helm) = (figure("milliseconds")?, median(theirs.iter().copied()));
    Ok([
        tree.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned()),
        format!("{}", figure("renders")?),
        format!("{}", figure("refused")?),
        format!("{ours:.1}"),
        format!("{:.1}", figure("peak_kib")? / 1_024.0),
        format!("{:+.1} %", (figure("milliseconds_with_origins")? / ours - 1.0) * 100.0),
        helm.map_or_else(|| "not given".to_owned(), |helm| format!("{helm:.0}")),
        helm.map_or_else(String::new, |helm| format!("{:.1}", helm / ours)),
    ])
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
