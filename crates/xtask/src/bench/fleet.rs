//! `cargo xtask bench fleet`: what clusters get, rendered and judged, whole processes: generated fleets that grow, and trees beside
//! another program that renders them.
//!
//! Programs run in turn, round after round. A tree is rendered with what the cache holds; what is not there is left out by both.

use super::figure::Figure;
use super::fleets::{OBJECTS, UNITS, plant};
use super::table::Table;
use super::{compiler, folder, once_even_if_refused};
use crate::measure::child::Cost;
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};

/// Rounds that are run and thrown away, so that every file is in the page cache.
const WARM_UP_ROUNDS: usize = 1;

/// Arguments of `cargo xtask bench fleet`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Numbers of clusters of the generated fleets
    #[arg(long, value_delimiter = ',', default_value = "25,50,100,200", value_name = "CLUSTERS")]
    clusters: Vec<usize>,
    /// Tree that is rendered; may be given several times
    #[arg(long, value_name = "DIR")]
    corpus: Vec<PathBuf>,
    /// The command of another program that renders a tree, with `{}` for its folder, such as `flate build all {}`
    #[arg(long, value_name = "COMMAND")]
    other: Option<String>,
    /// A liftlock that is built already; else the dist profile is built
    #[arg(long, value_name = "PATH")]
    liftlock: Option<PathBuf>,
    /// Rounds that count
    #[arg(long, default_value_t = 5)]
    rounds: usize,
}

/// Measures and prints.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let ours = super::program(arguments.liftlock.as_deref())?;
    println!("Medians of {} rounds after {WARM_UP_ROUNDS}, {}.\n", arguments.rounds, compiler()?);
    print!("{}", generated(&ours, arguments)?.print());
    if !arguments.corpus.is_empty() {
        print!("\n{}", trees(&ours, arguments)?.print());
    }
    Ok(())
}

/// The commands on generated fleets.
fn generated(ours: &Path, arguments: &Arguments) -> Result<Table> {
    let mut table = Table::new(&["command", "clusters", "units", "objects", "wall s", "CPU s", "peak MiB"]);
    for clusters in &arguments.clusters {
        eprintln!("measuring {clusters} clusters");
        let root = plant(&folder()?, *clusters)?;
        let root = root.display().to_string();
        let cache = folder()?.join("fleet-cache").display().to_string();
        let scan = ["scan", &root, "--from", "1.29", "--to", "1.30", "-q", "--cache", &cache];
        let tree = ["tree", "-C", &root, "--from", "1.29", "--cache", &cache];
        let render = ["render", "-C", &root, "--from", "1.29", "--cache", &cache];
        fn anew<'w>(words: &[&'w str]) -> Vec<&'w str> {
            [words, &["--no-render-cache"]].concat()
        }
        let commands: [(&str, Vec<&str>); 6] = [
            ("scan, nothing kept", anew(&scan)),
            ("scan", scan.to_vec()),
            ("tree, nothing kept", anew(&tree)),
            ("tree", tree.to_vec()),
            ("render, nothing kept", anew(&render)),
            ("render", render.to_vec()),
        ];
        for (name, words) in commands {
            let command = with_program(ours, &words);
            let [figure] = measured(&[command], arguments.rounds)?.try_into().ok().context("no figure")?;
            let objects = clusters * (UNITS * OBJECTS + UNITS + 2);
            let counts = [*clusters, clusters * (UNITS + 1), objects].map(|count| count.to_string());
            table.row([name.to_owned()].into_iter().chain(counts).chain(cells(figure)));
        }
    }
    Ok(table)
}

/// Trees, beside the other program.
fn trees(ours: &Path, arguments: &Arguments) -> Result<Table> {
    let mut table = Table::new(&["tree", "program", "wall s", "CPU s", "peak MiB", "times the wall"]);
    for corpus in &arguments.corpus {
        let name = corpus.file_name().unwrap_or_default().to_string_lossy().into_owned();
        eprintln!("measuring {name}");
        let root = corpus.display().to_string();
        let mut commands = vec![with_program(ours, &["render", "-C", &root])];
        let other = arguments.other.as_ref().map(|other| other.replace("{}", &root));
        commands.extend(other.map(|other| other.split_whitespace().map(str::to_owned).collect()));
        let figures = measured(&commands, arguments.rounds)?;
        let first = figures.first().map_or(1.0, |figure| figure.wall_seconds);
        for (figure, program) in figures.iter().zip(["liftlock", "the other"]) {
            let ratio = format!("{:.1}", figure.wall_seconds / first);
            table.row([name.clone(), program.to_owned()].into_iter().chain(cells(*figure)).chain([ratio]));
        }
        if figures.len() == 1 {
            table.row([name, "the other".to_owned(), "not given".to_owned()]);
        }
    }
    Ok(table)
}

fn with_program(program: &Path, words: &[&str]) -> Vec<String> {
    let words = words.iter().map(|word| (*word).to_owned());
    std::iter::once(program.display().to_string()).chain(words).collect()
}

/// Runs commands in turn, and gives what the rounds of each came to.
fn measured(commands: &[Vec<String>], rounds: usize) -> Result<Vec<Figure>> {
    let mut costs: Vec<Vec<Cost>> = commands.iter().map(|_| Vec::new()).collect();
    for round in 0..WARM_UP_ROUNDS + rounds {
        for (command, costs) in commands.iter().zip(&mut costs) {
            let cost = once_even_if_refused(command)?;
            costs.extend((round >= WARM_UP_ROUNDS).then_some(cost));
        }
    }
    costs.iter().map(|costs| Figure::of(costs).context("no round was run")).collect()
}

fn cells(figure: Figure) -> [String; 3] {
    let Figure { wall_seconds, cpu_seconds, peak_memory_mib } = figure;
    [format!("{wall_seconds:.2}"), format!("{cpu_seconds:.2}"), format!("{peak_memory_mib:.0}")]
}
