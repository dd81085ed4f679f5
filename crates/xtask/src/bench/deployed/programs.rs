//! The programs that render whole repositories, as command lines, and what has to be gone before each run.

use crate::shell::Program;
use anyhow::{Context, Result};
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// One command that is measured.
pub(super) struct Run {
    pub(super) program: &'static str,
    pub(super) state: &'static str,
    /// None where the program was not given.
    pub(super) command: Option<Vec<String>>,
    /// What is removed before.
    pub(super) removed: Vec<PathBuf>,
}

/// Where the copy is, and where programs keep things.
pub(super) struct Places<'p> {
    pub(super) copy: &'p Path,
    pub(super) scratch: &'p Path,
    /// The folder below the copy that programs begin at which want one.
    pub(super) entry: &'p str,
}

/// Ours: fetching and rendering with nothing at hand, rendering with everything, and without what it keeps of renders.
pub(super) fn ours(liftlock: &Path, places: &Places<'_>) -> [Run; 3] {
    let (liftlock, copy) = (liftlock.display(), places.copy.display());
    let cache = places.scratch.join("liftlock-cache");
    let render = format!("'{liftlock}' render -C '{copy}' --cache '{}'", cache.display());
    let fetch = format!("'{liftlock}' fetch '{copy}' --cache '{}'", cache.display());
    // What cannot be fetched is told, and what can be is rendered all the same.
    let both = format!("{fetch}; {render}");
    let removed = vec![cache, places.copy.join("liftlock.lock")];
    let warm = |state, command: &str| {
        let (command, removed) = (Some(shell(command)), Vec::new());
        Run { program: "liftlock", state, command, removed }
    };
    [
        Run { program: "liftlock", state: "cold: fetch and render", command: Some(shell(&both)), removed },
        warm("warm: render", &render),
        warm("warm, without its renders", &format!("{render} --no-render-cache")),
    ]
}

/// flate: the same, and rendering without what it keeps of renders.
pub(super) fn flate(flate: Option<&Path>, places: &Places<'_>) -> [Run; 3] {
    let cache = places.scratch.join("flate-cache");
    let command = |more: &str| {
        let words = format!(
            "'{}' build all -p '{}' --cache-dir '{}' --no-progress --skip-crds=false --skip-secrets=false {more}",
            flate?.display(),
            places.copy.display(),
            cache.display()
        );
        Some(shell(&words))
    };
    let without = "--helm-render-cache-mb 0 --kustomize-render-cache-mb 0";
    let run = |state, command, removed| Run { program: "flate", state, command, removed };
    [
        run("cold", command(""), vec![cache.clone()]),
        run("warm", command(""), Vec::new()),
        run("warm, without its renders", command(without), Vec::new()),
    ]
}

/// flux-local, which keeps nothing.
pub(super) fn flux_local(flux_local: Option<&Path>, places: &Places<'_>) -> Run {
    let command = flux_local.map(|program| {
        let folder = places.copy.join(places.entry);
        let options = "build all --enable-helm --no-skip-crds --no-skip-secrets";
        shell(&format!(
            "cd '{}' && '{}' {options} '{}'",
            places.copy.display(),
            program.display(),
            folder.display()
        ))
    });
    Run { program: "flux-local", state: "", command, removed: Vec::new() }
}

/// `flux build kustomization`, one process for each that is rendered of the repository.
pub(super) fn flux(flux: Option<&Path>, liftlock: &Path, places: &Places<'_>) -> Result<Run> {
    let command = flux.map(|flux| script(flux, liftlock, places).map(|script| shell(&script))).transpose()?;
    Ok(Run { program: "flux build kustomization", state: "no releases", command, removed: Vec::new() })
}

/// A script that builds all Kustomizations, each from the object that its parent renders.
fn script(flux: &Path, liftlock: &Path, places: &Places<'_>) -> Result<String> {
    let cache = places.scratch.join("liftlock-cache").display().to_string();
    let copy = places.copy.display().to_string();
    let objects = places.scratch.join("objects");
    let told = |arguments: &[&str]| {
        let program = Program::new(liftlock).arguments(arguments.iter().copied());
        let program = program.arguments(["-C", copy.as_str(), "--cache", cache.as_str()]);
        Ok::<_, anyhow::Error>(program.outcome()?.1)
    };
    told(&["render", "--output-dir", &objects.display().to_string()])?;
    let tree: Tree = serde_json::from_str(&told(&["tree", "-o", "json"])?).context("cannot read the tree")?;
    let mut lines = format!("cd '{copy}'\n");
    for cluster in tree.clusters {
        for unit in cluster.units.iter().filter(|unit| unit.kind == "Kustomization") {
            let Some(path) = unit.source.split(' ').nth(2) else { continue };
            let (name, namespace) = (&unit.name, &unit.namespace);
            let file = format!("kustomize.toolkit.fluxcd.io_kustomization_{namespace}_{name}.yaml");
            let Some(file) = found(&objects.join(&cluster.name), &file)? else { continue };
            lines.push_str(&format!(
                "'{}' build kustomization {name} -n {namespace} --path '{path}' --kustomization-file '{}' --dry-run\n",
                flux.display(),
                file.display()
            ));
        }
    }
    let place = places.scratch.join("flux.sh");
    std::fs::write(&place, lines)?;
    Ok(format!("sh '{}'", place.display()))
}

/// The first file of a name below a folder.
fn found(folder: &Path, name: &str) -> Result<Option<PathBuf>> {
    let files = crate::parity::charts::compare::walkdir(folder)?;
    Ok(files.into_iter().find(|path| path.file_name().is_some_and(|found| *found == *name)))
}

fn shell(script: &str) -> Vec<String> {
    ["sh", "-c", script].map(str::to_owned).into()
}

/// What `liftlock tree -o json` says that is needed here.
#[derive(Deserialize)]
struct Tree {
    clusters: Vec<Cluster>,
}

#[derive(Deserialize)]
struct Cluster {
    name: String,
    units: Vec<Unit>,
}

#[derive(Deserialize)]
struct Unit {
    kind: String,
    namespace: String,
    name: String,
    source: String,
}
