//! `cargo xtask charts`: lays out chart repositories from the histories of open Git repositories, as a committed list says.
//!
//! Takes the list and the histories that were given; writes a folder for each place that charts were published in, with
//! archives and an `index.yaml`. Needs no network. What was not given is told by name, and nothing stands for it.

mod git;
mod index;
mod list;
mod pack;
pub(crate) mod serve;

use anyhow::{Context, Result, bail};
use git::History;
use list::{List, Listed};
use pack::Packed;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The list, from the repository's root.
const LIST: &str = "crates/xtask/data/charts.toml";

/// Arguments of `cargo xtask charts`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The folder that the chart repositories are laid into; what is in it stays
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
    /// The history of one Git repository of the list; may be given several times
    #[arg(long, value_name = "OWNER/NAME=DIR", value_parser = pair)]
    git: Vec<(String, PathBuf)>,
    /// A folder of such histories: OWNER/NAME, OWNER/NAME.git, or OWNER+NAME with the repository in it or in `repo`
    #[arg(long, value_name = "DIR")]
    gits: Option<PathBuf>,
}

/// What was laid out.
#[derive(Debug, Default)]
pub(crate) struct LaidOut {
    /// Folders below the one that was asked for, by the places that they stand for.
    pub(crate) folders: BTreeMap<String, PathBuf>,
    archives: usize,
    /// Git repositories that were not given, with the charts that they have.
    not_given: BTreeMap<String, BTreeSet<String>>,
    /// Charts with what is known to be different from what was published.
    lacking: Vec<String>,
}

/// Histories by OWNER/NAME.
struct Histories {
    named: BTreeMap<String, PathBuf>,
    folder: Option<PathBuf>,
}

fn pair(text: &str) -> Result<(String, PathBuf), String> {
    match text.split_once('=') {
        Some((name, path)) if name.contains('/') => Ok((name.to_owned(), path.into())),
        _ => Err(format!("'{text}' is not OWNER/NAME=DIR")),
    }
}

/// Lays out, and prints what `liftlock fetch` has to be told to take it from there.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let path = crate::repository::root().join(LIST);
    let list = List::read(&std::fs::read_to_string(&path).context("cannot read the list of charts")?)?;
    let histories =
        Histories { named: arguments.git.iter().cloned().collect(), folder: arguments.gits.clone() };
    std::fs::create_dir_all(&arguments.to)?;
    let to = arguments.to.canonicalize()?;
    print!("{}", lay_out(&list, &histories, &to)?.print());
    Ok(())
}

fn lay_out(list: &List, histories: &Histories, to: &Path) -> Result<LaidOut> {
    let mut laid_out = LaidOut::default();
    let mut packed = BTreeMap::new();
    let mut indexes: BTreeMap<&str, Vec<(&Listed, &Packed)>> = BTreeMap::new();
    for chart in list.charts.iter().filter(|chart| !chart.repositories.is_empty()) {
        pack_with_held(list, histories, chart, &mut packed)?;
    }
    for chart in &list.charts {
        match packed.get(&chart.key()) {
            Some(Some(archive)) => {
                let places = chart.repositories.iter().map(String::as_str);
                places.for_each(|place| indexes.entry(place).or_default().push((chart, archive)));
                let lacks = chart.lacks.as_ref().filter(|_| !chart.repositories.is_empty());
                laid_out.lacking.extend(lacks.map(|lacks| format!("{} lacks {lacks}", chart.key())));
            }
            Some(None) => {
                let charts = laid_out.not_given.entry(missing_of(list, histories, chart)).or_default();
                charts.insert(chart.key());
            }
            None => {}
        }
    }
    for (place, charts) in indexes {
        let folder = to.join(folder_of(place));
        std::fs::create_dir_all(&folder)?;
        for (chart, archive) in &charts {
            std::fs::write(folder.join(archive_name(chart)), &archive.bytes)?;
            laid_out.archives += 1;
        }
        let entries = charts.iter().map(|(chart, archive)| (*chart, pack::digest_of(&archive.bytes)));
        std::fs::write(folder.join("index.yaml"), index::text(&entries.collect::<Vec<_>>()))?;
        laid_out.folders.insert(place.to_owned(), folder);
    }
    Ok(laid_out)
}

/// Packs a chart and those that it holds, each once; none where a history was not given.
fn pack_with_held(
    list: &List,
    histories: &Histories,
    chart: &Listed,
    packed: &mut BTreeMap<String, Option<Packed>>,
) -> Result<()> {
    if packed.contains_key(&chart.key()) {
        return Ok(());
    }
    let mut held = Vec::new();
    for key in &chart.holds {
        let row = list.row(key).with_context(|| format!("'{key}' is not in the list"))?;
        pack_with_held(list, histories, row, packed)?;
        held.push((row, packed.get(key).cloned().flatten()));
    }
    let archive = match histories.of(&chart.git) {
        Some(path) if held.iter().all(|(_, archive)| archive.is_some()) => {
            let archive = packed_of(chart, &History::at(&path)?, &held);
            Some(archive.with_context(|| format!("cannot pack '{}' of '{}'", chart.key(), chart.git))?)
        }
        _ => None,
    };
    packed.insert(chart.key(), archive);
    Ok(())
}

fn packed_of(chart: &Listed, history: &History, held: &[(&Listed, Option<Packed>)]) -> Result<Packed> {
    let mut files = history.files(&chart.commit, &chart.path)?;
    let packed = if chart.is_published_archive() {
        pack::published(files.remove("").context("no archive is there")?)
    } else {
        for name in &chart.without {
            files.remove(name).with_context(|| format!("there is no '{name}' to leave out"))?;
        }
        pack::stamp(chart, &mut files)?;
        for (row, archive) in held {
            let bytes = archive.as_ref().map(|archive| archive.bytes.clone()).unwrap_or_default();
            files.insert(format!("charts/{}", archive_name(row)), bytes);
        }
        pack::pack(chart, &files)?
    };
    if packed.digest != chart.digest {
        bail!("the list says the digest {}, it is {}", chart.digest, packed.digest);
    }
    Ok(packed)
}

/// The repository whose absence keeps a chart from being packed.
fn missing_of(list: &List, histories: &Histories, chart: &Listed) -> String {
    if histories.of(&chart.git).is_none() {
        return chart.git.clone();
    }
    let mut held = chart.holds.iter().filter_map(|key| list.row(key));
    held.find(|row| histories.of(&row.git).is_none()).map_or_else(String::new, |row| row.git.clone())
}

/// The folder of a place: its address without the scheme.
fn folder_of(place: &str) -> &str {
    place.split_once("://").map_or(place, |(_, rest)| rest).trim_end_matches('/')
}

fn archive_name(chart: &Listed) -> String {
    format!("{}-{}.tgz", chart.name, chart.version)
}

impl Histories {
    fn of(&self, name: &str) -> Option<PathBuf> {
        if let Some(path) = self.named.get(name) {
            return Some(path.clone());
        }
        let folder = self.folder.as_ref()?;
        let flat = name.replace('/', "+");
        let places = [name.to_owned(), format!("{name}.git"), format!("{flat}/repo"), flat];
        places.iter().map(|place| folder.join(place)).find(|path| path.is_dir())
    }
}

impl LaidOut {
    fn print(&self) -> String {
        let mut text = format!("{} archives in {} repositories\n", self.archives, self.folders.len());
        for line in &self.lacking {
            text.push_str(&format!("  {line}\n"));
        }
        for (git, charts) in &self.not_given {
            let charts: Vec<&str> = charts.iter().map(String::as_str).collect();
            text.push_str(&format!("not given: {git}: {}\n", charts.join(", ")));
        }
        text.push_str("liftlock fetch");
        for (place, folder) in &self.folders {
            text.push_str(&format!(" \\\n  --mirror {place}={}", folder.display()));
        }
        text.push('\n');
        text
    }
}

#[cfg(test)]
mod tests;
