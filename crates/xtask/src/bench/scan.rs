//! `cargo xtask bench scan`: finding what an upgrade breaks in whole trees, beside other programs on the same trees.
//!
//! Every program runs on every tree in turn, round after round, so that what disturbs the machine disturbs all of them.

use super::table::Table;
use super::{Profile, forest};
use crate::measure::child::{self, Cost};
use crate::measure::statistics::{geometric_mean, median};
use crate::repository;
use crate::shell::Program;
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};

/// Rounds that are run and thrown away, so that every file is in the page cache.
const WARM_UP_ROUNDS: usize = 2;

/// The goals that the closing lines hold the figures against.
const GOAL_RIPGREP_RATIO_MAX: f64 = 3.0;
const GOAL_PLUTO_RATIO_MIN: f64 = 4.0;
const GOAL_MEMORY_MIB_MAX: f64 = 150.0;

/// Arguments of `cargo xtask bench scan`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Folder to scan; may be given several times
    #[arg(long, value_name = "DIR")]
    corpus: Vec<PathBuf>,
    /// Sizes of the generated trees, in files
    #[arg(long, value_delimiter = ',', default_value = "1000,10000,100000", value_name = "FILES")]
    generated: Vec<usize>,
    /// The ripgrep to compare with
    #[arg(long, value_name = "PATH")]
    rg: Option<PathBuf>,
    /// The pluto to compare with
    #[arg(long, value_name = "PATH")]
    pluto: Option<PathBuf>,
    /// A liftlock that is built already; else the dist profile is built
    #[arg(long, value_name = "PATH")]
    liftlock: Option<PathBuf>,
    /// Kubernetes minor that is scanned for
    #[arg(long, default_value = "1.34")]
    to: String,
    /// Rounds that count
    #[arg(long, default_value_t = 11)]
    rounds: usize,
}

/// A program that is compared.
struct Contender {
    name: &'static str,
    version: String,
    command: Vec<String>,
    /// Exit codes with which it has done its work.
    codes: &'static [i32],
}

/// A tree that is scanned.
struct Tree {
    name: String,
    path: PathBuf,
    generated_files: Option<usize>,
}

/// What one program's rounds on one tree came to.
struct Figure {
    wall_seconds: f64,
    peak_memory_mib: f64,
}

/// Measures and prints.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let contenders = contenders(arguments)?;
    let trees = trees(arguments)?;
    let mut results = Vec::with_capacity(trees.len());
    for tree in &trees {
        eprintln!("measuring {}", tree.name);
        results.push(rounds(&contenders, tree, arguments.rounds)?);
    }
    println!("{}", conditions(&contenders, arguments)?);
    println!("{}", figures(&contenders, &trees, &results).print());
    print!("{}", summary(&contenders, &trees, &results));
    Ok(())
}

fn contenders(arguments: &Arguments) -> Result<Vec<Contender>> {
    let liftlock = match &arguments.liftlock {
        Some(path) => path.clone(),
        None => super::build(Profile::Dist)?,
    };
    let mut contenders = vec![contender(
        "liftlock",
        &liftlock,
        &["scan", "{}", "--to", &arguments.to],
        &[0, 1, 3],
        "--version",
    )?];
    if let Some(rg) = &arguments.rg {
        contenders.push(contender("rg", rg, &["-c", "apiVersion", "{}"], &[0, 1], "--version")?);
    }
    if let Some(pluto) = &arguments.pluto {
        let target = format!("k8s=v{}.0", arguments.to.trim_start_matches('v'));
        let command = ["detect-files", "-d", "{}", "--target-versions", &target];
        contenders.push(contender("pluto", pluto, &command, &[0, 2, 3, 4], "version")?);
    }
    Ok(contenders)
}

/// Describes a program; `{}` in its command stands for the tree.
fn contender(
    name: &'static str,
    path: &Path,
    command: &[&str],
    codes: &'static [i32],
    version: &str,
) -> Result<Contender> {
    let path = path.canonicalize().with_context(|| format!("there is no program '{}'", path.display()))?;
    let answer = Program::new(&path).arguments([version]).output()?;
    let version = answer.lines().next().unwrap_or_default().trim().to_owned();
    let mut whole = vec![path.display().to_string()];
    whole.extend(command.iter().map(|part| (*part).to_owned()));
    Ok(Contender { name, version, command: whole, codes })
}

fn trees(arguments: &Arguments) -> Result<Vec<Tree>> {
    let mut trees = Vec::new();
    for corpus in &arguments.corpus {
        let path =
            corpus.canonicalize().with_context(|| format!("there is no folder '{}'", corpus.display()))?;
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        trees.push(Tree { name, path, generated_files: None });
    }
    for files in &arguments.generated {
        eprintln!("generating {files} files");
        let path = forest::plant(&repository::root().join("target"), *files)?;
        trees.push(Tree { name: format!("generated, {files} files"), path, generated_files: Some(*files) });
    }
    if trees.is_empty() {
        bail!("nothing to scan: give --corpus DIR or --generated FILES");
    }
    Ok(trees)
}

/// Runs all programs round by round; returns one figure per program.
fn rounds(contenders: &[Contender], tree: &Tree, rounds: usize) -> Result<Vec<Figure>> {
    let mut costs: Vec<Vec<Cost>> = contenders.iter().map(|_| Vec::with_capacity(rounds)).collect();
    for round in 0..WARM_UP_ROUNDS + rounds {
        for (contender, costs) in contenders.iter().zip(&mut costs) {
            let cost = once(contender, tree)?;
            if round >= WARM_UP_ROUNDS {
                costs.push(cost);
            }
        }
    }
    costs.iter().map(|costs| figure(costs)).collect()
}

fn once(contender: &Contender, tree: &Tree) -> Result<Cost> {
    let command: Vec<String> =
        contender.command.iter().map(|part| part.replace("{}", &tree.path.to_string_lossy())).collect();
    let output = repository::root().join("target/bench/output");
    std::fs::create_dir_all(output.parent().unwrap_or(Path::new("."))).context("cannot make target/bench")?;
    let cost = child::cost(&command, &output)?;
    match cost.exit_code {
        Some(code) if contender.codes.contains(&code) => Ok(cost),
        code => bail!("'{}' ended with {code:?}: its time would say nothing", command.join(" ")),
    }
}

fn figure(costs: &[Cost]) -> Result<Figure> {
    let wall_seconds = median(costs.iter().map(|cost| cost.wall_seconds)).context("no round was run")?;
    let peak_kib = costs.iter().map(|cost| cost.peak_memory_kib).max().unwrap_or(0);
    Ok(Figure { wall_seconds, peak_memory_mib: mebibytes(peak_kib) })
}

/// KiB as MiB; a process of 8 PiB and more would read as nothing.
fn mebibytes(kib: i64) -> f64 {
    f64::from(u32::try_from(kib / 1024).unwrap_or(0))
}

/// What was compared, where and how.
fn conditions(contenders: &[Contender], arguments: &Arguments) -> Result<String> {
    let mut text =
        format!("Target {}, medians of {} rounds after {WARM_UP_ROUNDS}", arguments.to, arguments.rounds);
    let cores = std::thread::available_parallelism().context("cannot count the processors")?;
    text.push_str(&format!(", {cores} cores, {}.\n", super::compiler()?));
    for contender in contenders {
        text.push_str(&format!("{}: {}\n", contender.name, contender.version));
    }
    for name in ["rg", "pluto"].iter().filter(|name| !contenders.iter().any(|there| there.name == **name)) {
        text.push_str(&format!("{name}: not given\n"));
    }
    Ok(text)
}

fn figures(contenders: &[Contender], trees: &[Tree], results: &[Vec<Figure>]) -> Table {
    let mut header = vec!["tree".to_owned()];
    header.extend(contenders.iter().map(|contender| format!("{} ms", contender.name)));
    header.extend(contenders.iter().map(|contender| format!("{} MiB", contender.name)));
    header.extend(contenders.iter().skip(1).map(|contender| format!("liftlock / {}", contender.name)));
    let mut table = Table::new(&header.iter().map(String::as_str).collect::<Vec<_>>());
    for (tree, figures) in trees.iter().zip(results) {
        let mut row = vec![tree.name.clone()];
        row.extend(figures.iter().map(|figure| format!("{:.1}", figure.wall_seconds * 1e3)));
        row.extend(figures.iter().map(|figure| format!("{:.0}", figure.peak_memory_mib)));
        row.extend(ratios(figures).iter().map(|ratio| format!("{ratio:.2}")));
        table.row(row);
    }
    table
}

/// Our wall time over that of each other program.
fn ratios(figures: &[Figure]) -> Vec<f64> {
    let Some((ours, others)) = figures.split_first() else { return Vec::new() };
    others.iter().map(|other| ours.wall_seconds / other.wall_seconds).collect()
}

/// The figures that the goals speak of, each with its goal.
fn summary(contenders: &[Contender], trees: &[Tree], results: &[Vec<Figure>]) -> String {
    let mut text = String::new();
    for (index, contender) in contenders.iter().skip(1).enumerate() {
        let ratios: Vec<f64> =
            results.iter().filter_map(|figures| ratios(figures).get(index).copied()).collect();
        let Some(mean) = geometric_mean(&ratios) else { continue };
        text.push_str(&match contender.name {
            "rg" => format!(
                "geometric mean: {mean:.2} times as long as rg (goal: {GOAL_RIPGREP_RATIO_MAX} at most)\n"
            ),
            name => format!(
                "geometric mean: {:.2} times as fast as {name} (goal: {GOAL_PLUTO_RATIO_MIN} at least)\n",
                1.0 / mean
            ),
        });
    }
    let peak = results.iter().filter_map(|figures| figures.first()).map(|figure| figure.peak_memory_mib);
    let peak = peak.fold(0.0, f64::max);
    text.push_str(&format!("peak memory: {peak:.0} MiB (goal: {GOAL_MEMORY_MIB_MAX} at most)\n"));
    for (tree, figures) in trees.iter().zip(results) {
        if let (Some(files), Some(ours)) = (tree.generated_files, figures.first()) {
            let files = f64::from(u32::try_from(files).unwrap_or(u32::MAX));
            let each = ours.wall_seconds * 1e6 / files;
            text.push_str(&format!("growth: {each:.1} µs a file at {files} files\n"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{Contender, Figure, Tree, figures, summary};
    use std::path::PathBuf;

    fn contenders() -> Vec<Contender> {
        ["liftlock", "rg", "pluto"]
            .map(|name| Contender { name, version: String::new(), command: Vec::new(), codes: &[] })
            .into()
    }

    fn figure(milliseconds: f64, peak_memory_mib: f64) -> Figure {
        Figure { wall_seconds: milliseconds / 1e3, peak_memory_mib }
    }

    #[test]
    fn ratios_are_ours_over_theirs_and_means_are_geometric() {
        let tree =
            |name: &str, files| Tree { name: name.to_owned(), path: PathBuf::new(), generated_files: files };
        let trees = [tree("one", None), tree("two", Some(1000))];
        let results = [
            vec![figure(20.0, 30.0), figure(10.0, 5.0), figure(100.0, 9.0)],
            vec![figure(40.0, 60.0), figure(5.0, 5.0), figure(800.0, 9.0)],
        ];
        let printed = figures(&contenders(), &trees, &results).print();
        let first: Vec<&str> = printed.lines().nth(2).unwrap().split('|').map(str::trim).collect();
        assert_eq!(first, ["", "one", "20.0", "10.0", "100.0", "30", "5", "9", "2.00", "0.20", ""]);
        assert_eq!(
            summary(&contenders(), &trees, &results),
            "geometric mean: 4.00 times as long as rg (goal: 3 at most)\n\
             geometric mean: 10.00 times as fast as pluto (goal: 4 at least)\n\
             peak memory: 60 MiB (goal: 150 at most)\n\
             growth: 40.0 µs a file at 1000 files\n"
        );
    }
}
