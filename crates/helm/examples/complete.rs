//! Lays what charts depend on beside them, out of other charts at hand: so that comparisons with Helm need no network.
//!
//! `complete SCRATCH FOLDER… [--shelf FOLDER…]` looks for charts below the folders; those behind `--shelf` are laid in only. Each that lacks a dependency is copied below the scratch
//! folder, and its copy gets one: the newest chart of that name in the range; else the nearest version that there is, and the
//! copy's requirement is adapted to it; else a chart of that name that renders nothing. Prints a line for each copy (`copy`,
//! the chart, the copy) and for each dependency (`note`, the chart, what was laid in), with tabs between the fields. The charts
//! themselves are never changed.
#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "it talks to a terminal, copies charts, and may stop at the unexpected"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use helm::chart::Chart;
use manifest::resolve::Dialect;
use manifest::value::Value;
use text::TextId;
use tree::Directory;
use version::semver::{Constraints, Version};

/// Charts within charts that are completed. The deepest open chart has three.
const DEPTH_MAX: usize = 6;

/// All charts at hand by their names.
type Shelf = BTreeMap<String, Vec<Held>>;

/// A chart at hand.
struct Held {
    version: Version,
    folder: PathBuf,
}

/// What is laid in for a dependency.
enum Choice<'s> {
    InRange(&'s Held),
    Nearest(&'s Held),
    Empty(Version),
}

fn main() {
    let arguments: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let (scratch, folders) =
        arguments.split_first().expect("usage: complete SCRATCH FOLDER... [--shelf FOLDER...]");
    let mut groups = folders.split(|argument| argument.as_os_str() == "--shelf");
    let mut charts_of_group =
        || groups.next().unwrap_or_default().iter().flat_map(|folder| charts_below(folder)).collect();
    let charts: Vec<PathBuf> = charts_of_group();
    let laid_in_only: Vec<PathBuf> = charts_of_group();
    let shelf = shelf(&[charts.as_slice(), &laid_in_only].concat());
    for (number, chart) in charts.iter().enumerate() {
        if missing(chart).is_empty() {
            continue;
        }
        let copy = scratch.join(number.to_string()).join(chart.file_name().unwrap());
        copy_folder(chart, &copy, &copy);
        for note in fill(&copy, chart, &shelf, 0) {
            println!("note\t{}\t{note}", chart.display());
        }
        println!("copy\t{}\t{}", chart.display(), copy.display());
    }
}

/// The charts below a folder, sorted; those within charts included.
fn charts_below(folder: &Path) -> Vec<PathBuf> {
    let mut charts = Vec::new();
    if folder.join("Chart.yaml").is_file() {
        charts.push(folder.to_owned());
    }
    let mut below: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    below.sort();
    below.retain(|path| path.is_dir() && !path.is_symlink());
    charts.extend(below.iter().flat_map(|path| charts_below(path)));
    charts
}

/// The charts that can be laid in: those whose metadata Helm reads.
fn shelf(charts: &[PathBuf]) -> Shelf {
    let mut shelf = Shelf::new();
    for folder in charts {
        let Some(chart) = outline(folder) else { continue };
        let Ok(version) = Version::parse(&chart.metadata.version) else { continue };
        shelf.entry(chart.name().to_owned()).or_default().push(Held { version, folder: folder.clone() });
    }
    shelf
}

fn outline(folder: &Path) -> Option<Chart> {
    Chart::outline_of_folder(&Directory::open(folder, 1).ok()?, "").ok()
}

/// Names and ranges of the dependencies that a chart does not hold, each once.
fn missing(folder: &Path) -> Vec<(String, String)> {
    let held: Vec<String> = std::fs::read_dir(folder.join("charts"))
        .map(|listed| listed.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect())
        .unwrap_or_default();
    let is_held = |name: &str| {
        held.iter().any(|one| {
            one == name
                || one.ends_with(".tgz") && one.strip_prefix(name).is_some_and(|rest| rest.starts_with('-'))
        })
    };
    let dependencies = outline(folder).map(|chart| chart.metadata.dependencies).unwrap_or_default();
    let mut missing: Vec<(String, String)> =
        dependencies.into_iter().flatten().map(|one| (one.name, one.version)).collect();
    missing.retain(|(name, _)| !is_held(name));
    missing.dedup_by(|one, other| one.0 == other.0);
    missing
}

/// Lays into a copy of `chart` what it lacks, and into that what it lacks in turn. Gives what people must know of it.
fn fill(copy: &Path, chart: &Path, shelf: &Shelf, depth: usize) -> Vec<String> {
    let mut notes = Vec::new();
    for (name, range) in missing(copy) {
        let folder = copy.join("charts").join(&name);
        let choice = choose(shelf.get(&name).map_or(&[][..], Vec::as_slice), &range);
        let version = match &choice {
            Choice::InRange(held) | Choice::Nearest(held) => &held.version,
            Choice::Empty(version) => version,
        };
        match &choice {
            Choice::InRange(_) => {}
            Choice::Nearest(_) => {
                notes.push(format!("{name} {version} for {range}"));
                adapt(copy, (&name, version));
            }
            Choice::Empty(_) => {
                notes.push(format!("{name} {version} without templates"));
                adapt(copy, (&name, version));
            }
        }
        match choice {
            Choice::InRange(held) | Choice::Nearest(held) => {
                copy_folder(&held.folder, &folder, chart);
                if depth < DEPTH_MAX {
                    notes.extend(fill(&folder, &held.folder, shelf, depth + 1));
                }
            }
            Choice::Empty(version) => {
                std::fs::create_dir_all(&folder).unwrap();
                let metadata = format!("apiVersion: v2\nname: {name}\nversion: {version}\n");
                std::fs::write(folder.join("Chart.yaml"), metadata).unwrap();
            }
        }
    }
    notes
}

fn choose<'s>(offered: &'s [Held], range: &str) -> Choice<'s> {
    let constraints = Constraints::parse(range).ok();
    let fits = |held: &&Held| constraints.as_ref().is_some_and(|range| range.check(&held.version));
    if let Some(held) = offered.iter().filter(fits).max_by(|one, other| one.version.compare(&other.version)) {
        return Choice::InRange(held);
    }
    let wanted = first_version(range);
    let distance = |held: &&Held| {
        let (found, wanted) = (held.version.numbers(), wanted.numbers());
        [0, 1, 2].map(|at| found[at].abs_diff(wanted[at]))
    };
    offered.iter().min_by_key(distance).map_or(Choice::Empty(wanted.clone()), Choice::Nearest)
}

/// The first version that stands in a range, with zeros for what it leaves open.
fn first_version(range: &str) -> Version {
    let start = range.find(|character: char| character.is_ascii_digit()).unwrap_or(range.len());
    let digits =
        range[start..].split(|character: char| !character.is_ascii_digit() && character != '.').next();
    let mut numbers: Vec<&str> =
        digits.unwrap_or_default().split('.').filter(|part| !part.is_empty()).collect();
    numbers.resize(3, "0");
    Version::parse(&numbers.join(".")).unwrap()
}

/// Makes a copy of a chart ask for the version that is laid in. What its metadata says is otherwise the same, in JSON.
fn adapt(copy: &Path, (name, version): (&str, &Version)) {
    for file in ["Chart.yaml", "requirements.yaml"] {
        let path = copy.join(file);
        let Ok(bytes) = std::fs::read(&path) else { continue };
        let document = manifest::parse_first(TextId(0), &bytes, 0..bytes.len()).unwrap();
        let mut metadata = Value::from_document(&document, Dialect::GoYaml2).unwrap();
        for dependency in list_mut(&mut metadata, "dependencies") {
            let is_meant = get_mut(dependency, "name").is_some_and(|found| found.as_str() == Some(name));
            if let Some(range) = get_mut(dependency, "version").filter(|_| is_meant) {
                *range = Value::from(version.original());
            }
        }
        std::fs::write(&path, manifest::emit::json(&metadata).unwrap()).unwrap();
    }
}

fn list_mut<'v>(value: &'v mut Value, key: &str) -> &'v mut [Value] {
    match get_mut(value, key) {
        Some(Value::Sequence(items)) => items,
        _ => &mut [],
    }
}

fn get_mut<'v>(value: &'v mut Value, key: &str) -> Option<&'v mut Value> {
    let Value::Mapping(entries) = value else { return None };
    entries.iter_mut().find(|(found, _)| found.as_str() == Some(key)).map(|(_, value)| value)
}

/// Copies a folder with what links in it lead to, but for what is at `without`: a chart may stand in the one that it
/// depends on.
fn copy_folder(from: &Path, to: &Path, without: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path == without {
            continue;
        }
        if path.is_dir() && !path.is_symlink() {
            copy_folder(&path, &target, without);
        } else if path.is_file() {
            std::fs::copy(&path, &target).unwrap();
        }
    }
}
