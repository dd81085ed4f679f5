//! `cargo xtask bench deployed`: a whole repository rendered with its charts, whole processes, beside flate, flux-local and `flux build`.
//!
//! All programs render one copy, whose charts a server on loopback has, in turn, round after round. What is not given is said.

mod copy;
mod programs;

use super::figure::Figure;
use super::folder;
use super::table::Table;
use crate::charts::serve;
use crate::measure::child::{self, Cost};
use crate::parity::charts::compare::walkdir;
use crate::shell::Program;
use anyhow::{Context, Result};
use copy::Changes;
use programs::{Places, Run};
use std::path::{Path, PathBuf};

/// Arguments of `cargo xtask bench deployed`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The repository that is rendered
    #[arg(long, value_name = "DIR")]
    corpus: PathBuf,
    /// The charts, as `cargo xtask charts` laid them out
    #[arg(long, value_name = "DIR")]
    charts: PathBuf,
    /// A path of it that is left out; may be given several times
    #[arg(long, value_name = "PATH")]
    without: Vec<String>,
    /// An empty file that is laid into it; may be given several times
    #[arg(long, value_name = "PATH")]
    with: Vec<String>,
    /// Words in its manifests, and what stands for them; may be given several times
    #[arg(long, value_name = "WORDS=OTHERS", value_parser = pair, allow_hyphen_values = true)]
    replace: Vec<(String, String)>,
    /// The address that it is said to be a clone of
    #[arg(long, value_name = "URL")]
    origin: Option<String>,
    /// The folder in it that flux-local begins at
    #[arg(long, default_value = ".", value_name = "PATH")]
    entry: String,
    /// A liftlock that is built already; else the dist profile is built
    #[arg(long, value_name = "PATH")]
    liftlock: Option<PathBuf>,
    /// The flate to compare with
    #[arg(long, value_name = "PATH")]
    flate: Option<PathBuf>,
    /// The flux-local to compare with; it looks for flux, helm and kustomize on the path
    #[arg(long, value_name = "PATH")]
    flux_local: Option<PathBuf>,
    /// The flux to compare with
    #[arg(long, value_name = "PATH")]
    flux: Option<PathBuf>,
    /// Rounds that count
    #[arg(long, default_value_t = 5)]
    rounds: usize,
}

/// What the rounds of one command came to.
struct Measured {
    costs: Vec<Cost>,
    objects: usize,
}

fn pair(text: &str) -> Result<(String, String), String> {
    let pair = text.split_once('=').ok_or_else(|| format!("'{text}' is not WORDS=OTHERS"))?;
    Ok((pair.0.to_owned(), pair.1.to_owned()))
}

/// Measures and prints.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let ours = super::program(arguments.liftlock.as_deref())?;
    let scratch = folder()?.join("deployed");
    std::fs::create_dir_all(&scratch)?;
    let copy = scratch.join("copy");
    let places = places(&arguments.charts)?;
    let address = serve::start(&arguments.charts)?;
    copy::make(&arguments.corpus, &copy, (&places, address), &changes(arguments))?;
    let places = Places { copy: &copy, scratch: &scratch, entry: &arguments.entry };
    println!("{}", versions(&ours, arguments));
    let (runs, measured) = measured(&ours, arguments, &places)?;
    print!("{}", table(&runs, &measured)?.print());
    Ok(())
}

fn changes(arguments: &Arguments) -> Changes {
    let Arguments { without, with, replace, origin, .. } = arguments;
    Changes { without: without.clone(), with: with.clone(), replace: replace.clone(), origin: origin.clone() }
}

/// The places that charts are laid out for, the longest first.
fn places(charts: &Path) -> Result<Vec<String>> {
    let mut places = Vec::new();
    for path in walkdir(charts)?.into_iter().filter(|path| path.ends_with("index.yaml")) {
        let place = path.parent().unwrap_or(charts).strip_prefix(charts)?;
        places.push(place.to_string_lossy().into_owned());
    }
    places.sort_by_key(|place| std::cmp::Reverse(place.len()));
    Ok(places)
}

/// Runs all programs in turn.
fn measured(ours: &Path, arguments: &Arguments, places: &Places<'_>) -> Result<(Vec<Run>, Vec<Measured>)> {
    let mut runs: Vec<Run> = programs::ours(ours, places).into();
    // Ours comes first, so that its cache is there for whoever asks what there is to build.
    once(runs.first().context("no program")?, places)?;
    runs.extend(programs::flate(arguments.flate.as_deref(), places));
    runs.push(programs::flux_local(arguments.flux_local.as_deref(), places));
    runs.push(programs::flux(arguments.flux.as_deref(), ours, places)?);
    let mut measured: Vec<Measured> =
        runs.iter().map(|_| Measured { costs: Vec::new(), objects: 0 }).collect();
    for round in 0..arguments.rounds {
        for (run, measured) in runs.iter().zip(&mut measured) {
            eprintln!("round {}: {} {}", round + 1, run.program, run.state);
            if let Some((cost, objects)) = once(run, places)? {
                measured.costs.push(cost);
                measured.objects = objects;
            }
        }
    }
    Ok((runs, measured))
}

/// One run, with how many objects it printed; none of a program that was not given.
fn once(run: &Run, places: &Places<'_>) -> Result<Option<(Cost, usize)>> {
    let Some(command) = &run.command else { return Ok(None) };
    for path in run.removed.iter().filter(|path| path.exists()) {
        let removed = if path.is_dir() { std::fs::remove_dir_all(path) } else { std::fs::remove_file(path) };
        removed.with_context(|| format!("cannot remove '{}'", path.display()))?;
    }
    let output = places.scratch.join("output");
    let cost = child::cost(command, &output)?;
    let text = std::fs::read(&output)?;
    Ok(Some((cost, objects_in(&String::from_utf8_lossy(&text)))))
}

/// Objects in printed YAML: each has one line that begins with its API.
fn objects_in(text: &str) -> usize {
    text.lines().filter(|line| line.starts_with("apiVersion:")).count()
}

fn versions(ours: &Path, arguments: &Arguments) -> String {
    let programs =
        [Some(ours), arguments.flate.as_deref(), arguments.flux_local.as_deref(), arguments.flux.as_deref()];
    let version = |program: &Path| {
        let told = Program::new(program).arguments(["--version"]).outcome().map(|(_, stdout, _)| stdout);
        let told = told.unwrap_or_default();
        let line = told.lines().next().unwrap_or_default().trim().to_owned();
        let name = program.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if line.is_empty() { name } else { line }
    };
    let told: Vec<String> = programs.into_iter().flatten().map(version).collect();
    format!("Medians of {} rounds: {}.\n", arguments.rounds, told.join(", "))
}

/// A row for each command, with how its wall time stands to that of ours in the same state.
fn table(runs: &[Run], measured: &[Measured]) -> Result<Table> {
    let mut table = Table::new(&["program", "state", "wall s", "CPU s", "peak MiB", "objects", "times ours"]);
    let figures: Vec<Option<Figure>> = measured.iter().map(|measured| Figure::of(&measured.costs)).collect();
    let wall = |at: usize| figures.get(at).copied().flatten().map(|figure| figure.wall_seconds);
    let (cold, warm) = wall(0).zip(wall(1)).context("ours was not run")?;
    for ((run, measured), figure) in runs.iter().zip(measured).zip(&figures) {
        let name = [run.program.to_owned(), run.state.to_owned()];
        let Some(Figure { wall_seconds, cpu_seconds, peak_memory_mib }) = *figure else {
            table.row(name.into_iter().chain(["not given".to_owned()]));
            continue;
        };
        let ours = if run.state.starts_with("cold") { cold } else { warm };
        table.row(name.into_iter().chain([
            format!("{wall_seconds:.3}"),
            format!("{cpu_seconds:.3}"),
            format!("{peak_memory_mib:.0}"),
            measured.objects.to_string(),
            format!("{:.1}", wall_seconds / ours),
        ]));
    }
    Ok(table)
}

#[cfg(test)]
mod tests {
    use super::objects_in;

    #[test]
    fn objects_are_counted_by_their_own_lines() {
        assert_eq!(
            objects_in("---\napiVersion: v1\ndata:\n  a: |\n    apiVersion: v1\n---\napiVersion: v2\n"),
            2
        );
    }
}
