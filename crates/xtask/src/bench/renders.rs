//! `cargo xtask bench renders`: what keeping renders is worth, and whether what is kept is what would be rendered.
//!
//! Copies trees, and renders all clusters of each as whole processes: with nothing kept, with everything kept, and after random edits of its files, each
//! time beside a run that keeps nothing. Two outputs that differ end it.

use super::figure::Figure;
use super::table::Table;
use super::{compiler, folder};
use crate::measure::child::{self, Cost};
use crate::parity::charts::compare::walkdir;
use crate::parity::random::numbers::Random;
use anyhow::{Context, Result, bail};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// So many edits pile up before the copy is made anew.
const PILE: usize = 5;

/// Arguments of `cargo xtask bench renders`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Tree that is rendered; may be given several times
    #[arg(long, required = true, value_name = "DIR")]
    corpus: Vec<PathBuf>,
    /// The cache that holds what was fetched for them; else nothing was
    #[arg(long, value_name = "DIR")]
    cache: Option<PathBuf>,
    /// A liftlock that is built already; else the dist profile is built
    #[arg(long, value_name = "PATH")]
    liftlock: Option<PathBuf>,
    /// Random edits of each tree
    #[arg(long, default_value_t = 100)]
    edits: usize,
    /// What the random edits come from
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Rounds that count
    #[arg(long, default_value_t = 7)]
    rounds: usize,
}

/// Measures and prints.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let ours = super::program(arguments.liftlock.as_deref())?;
    println!("Medians of {} rounds, {}.\n", arguments.rounds, compiler()?);
    let mut times = Table::new(&["tree", "renders", "wall s", "CPU s", "peak MiB"]);
    let mut edits = Table::new(&[
        "tree",
        "edits",
        "that changed the output",
        "renders kept",
        "made again for an edit",
        "wall s after an edit",
    ]);
    for corpus in &arguments.corpus {
        let name = corpus.file_name().unwrap_or_default().to_string_lossy().into_owned();
        eprintln!("measuring {name}");
        let bench = Bench::new(&ours, corpus, arguments.cache.as_deref())?;
        bench.times(&name, arguments.rounds, &mut times)?;
        bench.edits(&name, (arguments.edits, arguments.seed), &mut edits)?;
    }
    print!("{}\n{}", times.print(), edits.print());
    Ok(())
}

/// A copy of a tree, and the cache that is used for it.
struct Bench<'b> {
    ours: &'b Path,
    corpus: &'b Path,
    copy: PathBuf,
    cache: PathBuf,
}

impl<'b> Bench<'b> {
    fn new(ours: &'b Path, corpus: &'b Path, cache: Option<&Path>) -> Result<Self> {
        let scratch = folder()?.join("renders");
        let bench = Self { ours, corpus, copy: scratch.join("tree"), cache: scratch.join("cache") };
        clear(&bench.cache)?;
        if let Some(fetched) = cache {
            copy(fetched, &bench.cache)?;
        }
        bench.forget()?;
        bench.copy_anew()?;
        Ok(bench)
    }

    fn copy_anew(&self) -> Result<()> {
        clear(&self.copy)?;
        copy(self.corpus, &self.copy)
    }

    /// Takes away all renders that are kept.
    fn forget(&self) -> Result<()> {
        clear(&self.renders())
    }

    fn renders(&self) -> PathBuf {
        self.cache.join("v1/renders")
    }

    /// The files of renders, by when they were written.
    fn kept(&self) -> Result<BTreeSet<(PathBuf, std::time::SystemTime)>> {
        let mut kept = BTreeSet::new();
        for path in files(&self.renders())? {
            let written = path.metadata()?.modified()?;
            kept.insert((path, written));
        }
        Ok(kept)
    }

    /// Renders all clusters; gives the output and what that cost.
    fn render(&self, keeps: bool) -> Result<(Vec<u8>, Cost)> {
        let path = |path: &Path| path.display().to_string();
        let mut command = vec![
            path(self.ours),
            "render".to_owned(),
            "-C".to_owned(),
            path(&self.copy),
            "--cache".to_owned(),
            path(&self.cache),
        ];
        command.extend((!keeps).then(|| "--no-render-cache".to_owned()));
        let output = folder()?.join("output");
        let cost = child::cost(&command, &output)?;
        // What cannot be assessed is part of the work.
        if !matches!(cost.exit_code, Some(0 | 2 | 3)) {
            bail!("'{}' ended with {:?}", command.join(" "), cost.exit_code);
        }
        Ok((std::fs::read(output)?, cost))
    }

    fn times(&self, name: &str, rounds: usize, table: &mut Table) -> Result<()> {
        let (mut first, mut warm, mut none) = (Vec::new(), Vec::new(), Vec::new());
        // The first one reads the files from the disk.
        self.render(false)?;
        for _ in 0..rounds {
            none.push(self.render(false)?.1);
            self.forget()?;
            first.push(self.render(true)?.1);
            warm.push(self.render(true)?.1);
        }
        for (what, costs) in [("not kept", none), ("kept for the first time", first), ("kept", warm)] {
            let Figure { wall_seconds, cpu_seconds, peak_memory_mib } =
                Figure::of(&costs).context("no round was run")?;
            let figures =
                [format!("{wall_seconds:.3}"), format!("{cpu_seconds:.3}"), format!("{peak_memory_mib:.0}")];
            table.row([name.to_owned(), what.to_owned()].into_iter().chain(figures));
        }
        Ok(())
    }

    fn edits(&self, name: &str, (edits, seed): (usize, u64), table: &mut Table) -> Result<()> {
        let mut random = Random::new(seed);
        let (whole, _) = self.render(true)?;
        let kept = self.kept()?.len();
        let (mut changed, mut made, mut costs, mut pile) = (0, 0, Vec::new(), Vec::new());
        for nth in 0..edits {
            if nth % PILE == 0 {
                self.copy_anew()?;
                self.render(true)?;
                pile.clear();
            }
            pile.push(edit(&self.copy, &mut random)?);
            let before = self.kept()?;
            let (with, cost) = self.render(true)?;
            made += self.kept()?.difference(&before).count();
            costs.push(cost);
            let (without, _) = self.render(false)?;
            if with != without {
                bail!("{name}: what is kept is not what is rendered after {pile:#?}");
            }
            changed += usize::from(without != whole);
        }
        let wall =
            Figure::of(&costs).map_or_else(|| "-".to_owned(), |figure| format!("{:.3}", figure.wall_seconds));
        let each = if edits == 0 { 0.0 } else { share(made, edits) };
        table.row([
            name.to_owned(),
            edits.to_string(),
            changed.to_string(),
            kept.to_string(),
            format!("{each:.1}"),
            wall,
        ]);
        Ok(())
    }
}

fn share(count: usize, of: usize) -> f64 {
    let number = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    number(count) / number(of)
}

/// Changes a file, takes it away, gives it another name, or puts one beside it; says what.
fn edit(root: &Path, random: &mut Random) -> Result<String> {
    let all = files(root)?;
    let yaml: Vec<&PathBuf> =
        all.iter().filter(|path| path.extension().is_some_and(|end| end == "yaml" || end == "yml")).collect();
    let path = random.pick(&yaml);
    let shown = path.strip_prefix(root).unwrap_or(path).display().to_string();
    match random.below(8) {
        0 => {
            std::fs::remove_file(path)?;
            Ok(format!("{shown} removed"))
        }
        1 => {
            std::fs::rename(path, path.with_file_name("renamed.yaml"))?;
            Ok(format!("{shown} renamed"))
        }
        2 => {
            std::fs::copy(path, path.with_file_name("added.yaml"))?;
            Ok(format!("{shown} copied"))
        }
        3 => {
            std::fs::write(
                path.with_file_name(".sourceignore"),
                "renamed.yaml\nadded.yaml\n*release.yaml\n",
            )?;
            Ok(format!(".sourceignore beside {shown}"))
        }
        _ => {
            let mut text = std::fs::read(path)?;
            let places: Vec<usize> = text
                .iter()
                .enumerate()
                .filter(|(_, byte)| byte.is_ascii_alphanumeric())
                .map(|(at, _)| at)
                .collect();
            if places.is_empty() {
                return Ok(format!("{shown} left alone"));
            }
            let at = places.get(random.below(places.len())).copied().unwrap_or_default();
            if let Some(byte) = text.get_mut(at) {
                *byte = b"xe7".get(random.below(3)).copied().unwrap_or(b'x');
            }
            std::fs::write(path, text)?;
            Ok(format!("{shown} at byte {at}"))
        }
    }
}

fn clear(path: &Path) -> Result<()> {
    if path.exists() {
        std::fs::remove_dir_all(path).with_context(|| format!("cannot clear '{}'", path.display()))?;
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    for path in files(from)? {
        let target = to.join(path.strip_prefix(from)?);
        std::fs::create_dir_all(target.parent().context("a file without a folder")?)?;
        std::fs::copy(&path, &target).with_context(|| format!("cannot copy '{}'", path.display()))?;
    }
    Ok(())
}

/// All files below a folder, sorted; none if it is not there.
fn files(root: &Path) -> Result<Vec<PathBuf>> {
    if root.is_dir() { walkdir(root) } else { Ok(Vec::new()) }
}
