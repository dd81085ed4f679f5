//! `cargo xtask parity flux`: what Kustomizations and Helm releases of whole repositories render, beside Flux's own packages and Helm.
//!
//! Observes each tree as the program does, with the charts of a folder where one is given. Every Kustomization that is built of
//! the tree is built by the oracle as well, and every release whose chart is at hand by Helm. Objects are compared by what they
//! mean, one by one. What is not assessed here, or what the other side cannot be given, is counted and not compared.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a parity run starts another program and prints what it found"
)]

mod kustomizations;
mod objects;
mod releases;
mod shelf;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use gitops::{
    Cluster, Clusters, Fleet, Outcome, Ports, Renders, Repository, Request, Unit, UnitKind, observe,
};
use tree::{Directory, Tree};

use objects::{Objects, by_name, differences, values};
use releases::Beside;
use shelf::Shelf;

/// What is compared with.
struct Arguments {
    oracle: PathBuf,
    helm: Option<PathBuf>,
    charts: Option<PathBuf>,
    trees: Vec<PathBuf>,
}

/// What came of one tree.
#[derive(Default)]
struct Totals {
    kustomizations: Compared,
    releases: Compared,
    /// Releases whose values no schema was at hand to judge.
    without_schema: usize,
    /// Objects with lines that Helm renders differently each time.
    unstable: usize,
    /// Units that are compared with nothing, by the reason.
    left_out: BTreeMap<String, usize>,
    different: Vec<String>,
}

/// Units of a kind that were compared.
#[derive(Default)]
struct Compared {
    units: usize,
    objects: usize,
    different_units: usize,
}

fn main() -> Result<ExitCode> {
    let arguments = arguments(std::env::args().skip(1))?;
    let mut is_equal = true;
    for tree in &arguments.trees {
        let totals = compare(&arguments, tree)?;
        print!("{}", totals.print(&tree.display().to_string()));
        is_equal &= totals.different.is_empty();
    }
    Ok(if is_equal { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn arguments(mut words: impl Iterator<Item = String>) -> Result<Arguments> {
    let Some(oracle) = words.next() else { bail!("expected: ORACLE [--helm PATH] [--charts DIR] TREE…") };
    let mut found = Arguments {
        oracle: PathBuf::from(oracle).canonicalize()?,
        helm: None,
        charts: None,
        trees: Vec::new(),
    };
    while let Some(word) = words.next() {
        match word.as_str() {
            "--helm" => found.helm = words.next().map(PathBuf::from),
            "--charts" => found.charts = words.next().map(PathBuf::from),
            _ => found.trees.push(word.into()),
        }
    }
    Ok(found)
}

fn compare(arguments: &Arguments, root: &Path) -> Result<Totals> {
    let tree: Arc<dyn Tree + Send> = Arc::new(Directory::open(root, 0)?);
    let repository = Repository::open(tree);
    let clusters = Clusters::find(&repository, &|_| None);
    let request = Request { version_of: &|_| None, is_wanted: &|_| true, now_nanoseconds: 0, threads: 0 };
    let shelf = Shelf::at(arguments.charts.as_deref().unwrap_or(Path::new("")));
    let ports = Ports { charts: &shelf, ..Ports::offline() };
    let fleet = observe(&clusters, (&ports, &Renders::default()), &request)?;
    let mut totals = Totals::default();
    compare_kustomizations(&arguments.oracle, root, &fleet, &mut totals)?;
    match &arguments.helm {
        Some(helm) => compare_releases(helm, &arguments.oracle, &shelf, (&fleet, &mut totals))?,
        None => println!("helm: not given"),
    }
    Ok(totals)
}

fn units(fleet: &Fleet, kind: UnitKind) -> impl Iterator<Item = (&Cluster, &Unit)> {
    let all = fleet.clusters.iter().flat_map(|cluster| cluster.units.iter().map(move |unit| (cluster, unit)));
    all.filter(move |(_, unit)| unit.key.kind == kind)
}

fn compare_kustomizations(oracle: &Path, root: &Path, fleet: &Fleet, totals: &mut Totals) -> Result<()> {
    let copy = kustomizations::copied(root)?;
    for (cluster, unit) in units(fleet, UnitKind::Kustomization) {
        if !unit.is_built_of_the_repository() {
            totals.leave_out("a Kustomization that is not built of this tree");
            continue;
        }
        let theirs = kustomizations::theirs(oracle, &copy, cluster, unit);
        let theirs = theirs.with_context(|| format!("{} of {}", unit.key, cluster.name));
        match theirs {
            Ok(theirs) => {
                let told = differences(&ours(unit)?, &by_name(theirs)?);
                totals.note((cluster, unit), told);
            }
            Err(error) => totals.different.push(format!("{error:#}")),
        }
    }
    std::fs::remove_dir_all(&copy)?;
    Ok(())
}

fn compare_releases(
    helm: &Path,
    oracle: &Path,
    shelf: &Shelf,
    (fleet, totals): (&Fleet, &mut Totals),
) -> Result<()> {
    let scratch = std::env::temp_dir().join(format!("parity-flux-releases-{}", std::process::id()));
    std::fs::create_dir_all(&scratch)?;
    let beside = Beside { helm, oracle, shelf, scratch: &scratch };
    for (cluster, unit) in units(fleet, UnitKind::HelmRelease) {
        if let Outcome::NotAssessed(_) = unit.outcome {
            totals.leave_out("a release that is not assessed here");
            continue;
        }
        let given = match beside.given(cluster, unit) {
            Ok(given) => given,
            Err(reason) => {
                totals.leave_out(&format!("a release: {reason:#}"));
                continue;
            }
        };
        match beside.theirs(&given) {
            Ok(mut theirs) => {
                let mut ours = ours(unit)?;
                totals.without_schema += usize::from(theirs.is_without_schema);
                totals.unstable += theirs.without_unstable(&mut ours);
                totals.note((cluster, unit), differences(&ours, &theirs.objects));
            }
            Err(error) => totals.different.push(format!("{} of {}: {error:#}", unit.key, cluster.name)),
        }
    }
    std::fs::remove_dir_all(&scratch)?;
    Ok(())
}

fn ours(unit: &Unit) -> Result<Objects> {
    let mut found = Vec::new();
    for object in unit.objects() {
        found.extend(values(&object.text)?);
    }
    by_name(found)
}

impl Totals {
    fn leave_out(&mut self, reason: &str) {
        *self.left_out.entry(reason.to_owned()).or_default() += 1;
    }

    fn note(&mut self, (cluster, unit): (&Cluster, &Unit), (told, objects): (Vec<String>, usize)) {
        let compared = match unit.key.kind {
            UnitKind::HelmRelease => &mut self.releases,
            _ => &mut self.kustomizations,
        };
        compared.units += 1;
        compared.objects += objects;
        compared.different_units += usize::from(!told.is_empty());
        self.different.extend(told.iter().map(|line| format!("{}: {}: {line}", cluster.name, unit.key)));
    }

    fn print(&self, tree: &str) -> String {
        let Self { kustomizations, releases, without_schema, unstable, left_out, different } = self;
        let mut text = format!("{tree}: {} different objects\n", different.len());
        for (name, Compared { units, objects, different_units }) in
            [("Kustomizations", kustomizations), ("HelmReleases", releases)]
        {
            text.push_str(&format!(
                "  {units} {name} compared with {objects} objects, {different_units} of them different\n"
            ));
        }
        text.push_str(&format!(
            "  {without_schema} without a schema that cannot be loaded; {unstable} objects with lines that Helm renders differently each time\n"
        ));
        for (reason, count) in left_out {
            text.push_str(&format!("  {count} not compared: {reason}\n"));
        }
        different.iter().for_each(|line| text.push_str(&format!("  {line}\n")));
        text
    }
}
