//! `cargo xtask bench kustomize`: building kustomizations beside the original, whole processes.
//!
//! All programs run in turn, round after round, so that what disturbs the machine disturbs all of them. The original takes
//! a minute for what takes us a fifth of a second: above a named size it is left out, and near it it runs less often.

use super::figure::Figure;
use super::kustomizations::Kind;
use super::table::Table;
use super::{compiler, once};
use crate::measure::statistics::median;
use crate::parity::kustomize::roots;
use crate::repository;
use crate::shell::Program;
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};

/// Rounds that are run and thrown away, so that every file is in the page cache.
const WARM_UP_ROUNDS: usize = 1;

/// From so many resources on, the original runs once.
const RESOURCES_FOR_ONE_ROUND: usize = 1_000;

/// Arguments of `cargo xtask bench kustomize`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The kustomize to compare with
    #[arg(long, value_name = "PATH")]
    kustomize: Option<PathBuf>,
    /// Tree of which all roots are built; may be given several times
    #[arg(long, value_name = "DIR")]
    corpus: Vec<PathBuf>,
    /// A liftlock that is built already; else the dist profile is built
    #[arg(long, value_name = "PATH")]
    liftlock: Option<PathBuf>,
    /// Sizes of the generated kustomizations
    #[arg(long, value_delimiter = ',', default_value = "1000,4000,40000", value_name = "RESOURCES")]
    resources: Vec<usize>,
    /// Above this size the program to compare with is left out
    #[arg(long, default_value_t = 4_000, value_name = "RESOURCES")]
    compared_max: usize,
    /// Rounds that count
    #[arg(long, default_value_t = 11)]
    rounds: usize,
}

/// One line of the first table.
struct Row {
    kind: Kind,
    ours: Figure,
    theirs: Option<Figure>,
}

/// All roots of a tree.
struct TreeRow {
    name: String,
    roots: usize,
    /// None where our program takes one folder at a time.
    together: Option<f64>,
    ours_each: f64,
    theirs_each: Option<f64>,
}

/// Measures and prints.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let ours = super::program(arguments.liftlock.as_deref())?;
    let kinds = arguments.resources.iter().map(|count| Kind::Resources(*count));
    let mut rows = Vec::new();
    for kind in [Kind::Trivial, Kind::Patch].into_iter().chain(kinds) {
        eprintln!("measuring {}", kind.name());
        rows.push(row(kind, &ours, arguments)?);
    }
    let mut trees = Vec::new();
    for corpus in &arguments.corpus {
        eprintln!("measuring {}", corpus.display());
        trees.extend(tree_row(corpus, &ours, arguments)?);
    }
    println!("{}", conditions(&ours, arguments)?);
    println!("{}", figures(&rows).print());
    if !trees.is_empty() {
        println!("{}", tree_figures(&trees).print());
    }
    print!("{}", summary(&rows));
    Ok(())
}

fn conditions(ours: &Path, arguments: &Arguments) -> Result<String> {
    let version = |program: &Path, argument: &str| -> Result<String> {
        let answer = Program::new(program).arguments([argument]).output()?;
        Ok(answer.lines().next().unwrap_or_default().trim().to_owned())
    };
    let cores = std::thread::available_parallelism().context("cannot count the processors")?;
    let rounds = arguments.rounds;
    let mut text =
        format!("Medians of {rounds} rounds after {WARM_UP_ROUNDS}, {cores} cores, {}.\n", compiler()?);
    text.push_str(&format!("liftlock: {}\n", version(ours, "--version")?));
    text.push_str(&match &arguments.kustomize {
        Some(theirs) => format!("kustomize: {}\n", version(theirs, "version")?),
        None => "kustomize: not given\n".to_owned(),
    });
    Ok(text)
}

fn build_with(program: &Path, is_ours: bool, folders: &[PathBuf]) -> Vec<String> {
    let mut command = vec![program.display().to_string()];
    command.extend(is_ours.then(|| "kustomize".to_owned()));
    command.push("build".to_owned());
    command.extend(folders.iter().map(|folder| folder.display().to_string()));
    command
}

fn row(kind: Kind, ours: &Path, arguments: &Arguments) -> Result<Row> {
    let folder = [kind.plant(&repository::root().join("target"))?];
    let is_compared = !matches!(kind, Kind::Resources(count) if count > arguments.compared_max);
    let theirs = arguments.kustomize.as_deref().filter(|_| is_compared);
    let theirs_rounds = match kind {
        Kind::Resources(count) if count >= RESOURCES_FOR_ONE_ROUND => 1,
        Kind::Trivial | Kind::Patch | Kind::Resources(_) => WARM_UP_ROUNDS + arguments.rounds,
    };
    let (mut of_ours, mut of_theirs) = (Vec::new(), Vec::new());
    for round in 0..WARM_UP_ROUNDS + arguments.rounds {
        let cost = once(&build_with(ours, true, &folder))?;
        of_ours.extend((round >= WARM_UP_ROUNDS).then_some(cost));
        if let Some(theirs) = theirs.filter(|_| round < theirs_rounds) {
            let cost = once(&build_with(theirs, false, &folder))?;
            of_theirs.extend((theirs_rounds == 1 || round >= WARM_UP_ROUNDS).then_some(cost));
        }
    }
    let ours = Figure::of(&of_ours).context("no round was run")?;
    Ok(Row { kind, ours, theirs: Figure::of(&of_theirs) })
}

/// The roots that both programs build: what one of them refuses at once would count as fast.
fn tree_row(corpus: &Path, ours: &Path, arguments: &Arguments) -> Result<Option<TreeRow>> {
    let corpus =
        corpus.canonicalize().with_context(|| format!("there is no folder '{}'", corpus.display()))?;
    let builds = |root: &PathBuf| {
        let folder = std::slice::from_ref(root);
        let is_theirs = arguments
            .kustomize
            .as_deref()
            .is_none_or(|theirs| once(&build_with(theirs, false, folder)).is_ok());
        is_theirs && once(&build_with(ours, true, folder)).is_ok()
    };
    let roots: Vec<PathBuf> = roots(&corpus)?.into_iter().filter(builds).collect();
    if roots.is_empty() {
        return Ok(None);
    }
    let (mut together, mut ours_each, mut theirs_each) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..WARM_UP_ROUNDS + arguments.rounds {
        let one = once(&build_with(ours, true, &roots)).ok().map(|cost| cost.wall_seconds);
        let each = each(ours, true, &roots)?;
        if round >= WARM_UP_ROUNDS {
            together.extend(one);
            ours_each.push(each);
        }
        if let Some(theirs) = arguments.kustomize.as_deref().filter(|_| round < 2) {
            theirs_each.push(self::each(theirs, false, &roots)?);
        }
    }
    Ok(Some(TreeRow {
        name: corpus.file_name().unwrap_or(corpus.as_os_str()).to_string_lossy().into_owned(),
        roots: roots.len(),
        together: median(together),
        ours_each: median(ours_each).context("no round was run")?,
        theirs_each: median(theirs_each),
    }))
}

/// One process for each root, one after the other.
fn each(program: &Path, is_ours: bool, roots: &[PathBuf]) -> Result<f64> {
    let walls = roots.iter().map(|root| {
        once(&build_with(program, is_ours, std::slice::from_ref(root))).map(|cost| cost.wall_seconds)
    });
    walls.sum()
}

fn figures(rows: &[Row]) -> Table {
    let header = ["build", "ms", "CPU ms", "MiB", "kustomize ms", "CPU ms", "MiB", "wall", "CPU", "memory"];
    let mut table = Table::new(&header);
    for Row { kind, ours, theirs } in rows {
        let cells = |figure: &Figure| {
            [figure.wall_seconds * 1e3, figure.cpu_seconds * 1e3, figure.peak_memory_mib]
                .map(|cell| format!("{cell:.1}"))
        };
        let mut row = vec![kind.name()];
        row.extend(cells(ours));
        if let Some(theirs) = theirs {
            row.extend(cells(theirs));
            row.push(format!("1 / {:.0}", theirs.wall_seconds / ours.wall_seconds));
            row.push(format!("1 / {:.0}", theirs.cpu_seconds / ours.cpu_seconds.max(f64::MIN_POSITIVE)));
            row.push(format!("1 / {:.1}", theirs.peak_memory_mib / ours.peak_memory_mib));
        }
        table.row(row);
    }
    table
}

fn tree_figures(trees: &[TreeRow]) -> Table {
    let header = [
        "tree",
        "roots",
        "one process ms",
        "one each ms",
        "kustomize each ms",
        "to one each",
        "to kustomize",
    ];
    let mut table = Table::new(&header);
    for TreeRow { name, roots, together, ours_each, theirs_each } in trees {
        let milliseconds = |seconds: f64| format!("{:.0}", seconds * 1e3);
        let or_dash = |figure: Option<String>| figure.unwrap_or_else(|| "–".to_owned());
        let mut row = vec![name.clone(), roots.to_string()];
        row.push(or_dash(together.map(milliseconds)));
        row.push(milliseconds(*ours_each));
        row.push(or_dash(theirs_each.map(milliseconds)));
        row.push(or_dash(together.map(|together| format!("1 / {:.1}", ours_each / together))));
        let theirs = theirs_each.zip(*together);
        row.push(or_dash(theirs.map(|(theirs, together)| format!("1 / {:.0}", theirs / together))));
        table.row(row);
    }
    table
}

/// How the time grows with the resources: the exponent between each size and the next.
fn summary(rows: &[Row]) -> String {
    let sized = rows.iter().filter_map(|row| match row.kind {
        Kind::Resources(count) => Some((f64::from(u32::try_from(count).unwrap_or(u32::MAX)), row)),
        Kind::Trivial | Kind::Patch => None,
    });
    let sized: Vec<_> = sized.collect();
    let mut text = String::new();
    for ((few, first), (many, second)) in sized.iter().zip(sized.iter().skip(1)) {
        let exponent =
            |first: Figure, second: Figure| (second.cpu_seconds / first.cpu_seconds).ln() / (many / few).ln();
        text.push_str(&format!(
            "growth of CPU time from {few} to {many}: n^{:.2}",
            exponent(first.ours, second.ours)
        ));
        if let (Some(first), Some(second)) = (first.theirs, second.theirs) {
            text.push_str(&format!(" (kustomize: n^{:.2})", exponent(first, second)));
        }
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{Figure, Row, figures, summary};
    use crate::bench::kustomizations::Kind;

    fn figure(seconds: f64) -> Figure {
        Figure { wall_seconds: seconds, cpu_seconds: seconds, peak_memory_mib: 10.0 }
    }

    #[test]
    fn ratios_are_theirs_over_ours_and_growth_is_an_exponent() {
        let rows = [
            Row { kind: Kind::Resources(1_000), ours: figure(0.1), theirs: Some(figure(1.0)) },
            Row { kind: Kind::Resources(10_000), ours: figure(1.0), theirs: Some(figure(100.0)) },
            Row { kind: Kind::Resources(100_000), ours: figure(10.0), theirs: None },
        ];
        let printed = figures(&rows).print();
        assert!(printed.contains(" 1 / 10 |"), "{printed}");
        assert_eq!(
            summary(&rows),
            "growth of CPU time from 1000 to 10000: n^1.00 (kustomize: n^2.00)\n\
             growth of CPU time from 10000 to 100000: n^1.00\n"
        );
    }
}
