//! `liftlock render`: the objects that a repository deploys, as Flux or Argo CD would apply them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Args;
use gitops::{Cluster, Fleet, RenderedObject, Unit};

use crate::commands::fleet::{FleetArguments, VersionArgument};
use crate::commands::kustomize::write_file;
use crate::error::{CommandError, Outcome};
use crate::terminal;

/// Render what a repository deploys, as Flux or Argo CD would apply it.
///
/// Prints the objects of all units of all clusters, or of those units that are named. Values of Secrets are printed as
/// they stand in the repository: encrypted ones stay encrypted. Where a key decrypts them, they and all that is made of them
/// stand as `***`, in files as well.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  liftlock render\n  liftlock render --cluster production apps\n  liftlock render helmrelease/monitoring/grafana\n  liftlock render --output-dir rendered/"
)]
pub(crate) struct RenderArguments {
    /// Units: NAME, NAMESPACE/NAME, or KIND/NAMESPACE/NAME. Without any: all.
    #[arg(value_name = "UNIT")]
    units: Vec<String>,
    #[command(flatten)]
    fleet: FleetArguments,
    #[command(flatten)]
    version: VersionArgument,
    /// Write a file for each object into this folder: CLUSTER/KIND-NAMESPACE-NAME/OBJECT.yaml.
    #[arg(long, value_name = "DIR")]
    output_dir: Option<PathBuf>,
}

pub(crate) fn run(arguments: &RenderArguments) -> Result<Outcome, CommandError> {
    let fleet = arguments.fleet.observe(arguments.version.from)?;
    let chosen = chosen(&fleet, &arguments.units)?;
    match &arguments.output_dir {
        None => terminal::print(&text_of(&chosen))?,
        Some(folder) => write(folder, &chosen)?,
    }
    if chosen.iter().flat_map(|(_, unit)| unit.objects()).any(RenderedObject::is_masked) {
        terminal::tell("decrypted values, and what is made of them, stand as ***");
    }
    Ok(arguments.fleet.tell_missing(&fleet))
}

/// The objects of the units that are named.
pub(crate) fn text_of_units(fleet: &Fleet, names: &[String]) -> Result<String, CommandError> {
    Ok(text_of(&chosen(fleet, names)?))
}

/// The units that are named, each with its cluster.
fn chosen<'f>(fleet: &'f Fleet, names: &[String]) -> Result<Vec<(&'f Cluster, &'f Unit)>, CommandError> {
    let all =
        || fleet.clusters.iter().flat_map(|cluster| cluster.units.iter().map(move |unit| (cluster, unit)));
    for name in names {
        if !all().any(|(_, unit)| is_named(unit, name)) {
            let error = CommandError::user(format!("there is no unit '{name}'"));
            return Err(error.hint("`liftlock tree` lists the units"));
        }
    }
    let is_chosen =
        |(_, unit): &(&Cluster, &Unit)| names.is_empty() || names.iter().any(|name| is_named(unit, name));
    Ok(all().filter(is_chosen).collect())
}

fn is_named(unit: &Unit, name: &str) -> bool {
    let key = &unit.key;
    match name.split('/').collect::<Vec<_>>()[..] {
        [name] => name == key.name,
        [namespace, name] => (namespace, name) == (key.namespace.as_str(), key.name.as_str()),
        [kind, namespace, name] => {
            kind.eq_ignore_ascii_case(key.kind.as_str())
                && (namespace, name) == (key.namespace.as_str(), key.name.as_str())
        }
        _ => false,
    }
}

/// What stands before an object, beside the names: the separator, the kind, and what is between them.
const LINE_BYTES: usize = 32;

fn text_of(units: &[(&Cluster, &Unit)]) -> String {
    // Every object has a line before it.
    let bytes = |(cluster, unit): &(&Cluster, &Unit)| {
        let line = cluster.name.len() + unit.key.namespace.len() + unit.key.name.len() + LINE_BYTES;
        unit.objects().iter().map(|object| object.text.len() + line).sum::<usize>()
    };
    let mut text = String::with_capacity(units.iter().map(bytes).sum());
    for (cluster, unit) in units {
        for object in unit.objects() {
            text.push_str("---\n# ");
            text.push_str(&report::visible(&format!("{}: {}", cluster.name, unit.key)));
            text.push('\n');
            text.push_str(object.text.trim_matches('\n'));
            text.push('\n');
        }
    }
    text
}

fn write(folder: &Path, units: &[(&Cluster, &Unit)]) -> Result<(), CommandError> {
    let mut files: BTreeMap<PathBuf, String> = BTreeMap::new();
    for (cluster, unit) in units {
        let key = &unit.key;
        let unit_name = format!("{}-{}-{}", key.kind.as_str().to_lowercase(), key.namespace, key.name);
        for object in unit.objects() {
            let name = format!("{}.yaml", file_name(object));
            let path = folder.join(safe(&cluster.name)).join(safe(&unit_name)).join(name);
            let text = files.entry(path).or_default();
            if !text.is_empty() {
                text.push_str("---\n");
            }
            text.push_str(object.text.trim_matches('\n'));
            text.push('\n');
        }
    }
    files.iter().try_for_each(|(path, text)| {
        make_folder_of(path)?;
        write_file(path, text)
    })
}

#[expect(
    clippy::disallowed_methods,
    reason = "the output that was asked for is no working tree of somebody's"
)]
fn make_folder_of(path: &Path) -> Result<(), CommandError> {
    let folder = path.parent().unwrap_or(Path::new(""));
    std::fs::create_dir_all(folder).map_err(|error| {
        CommandError::environment(format!("cannot write '{}'", path.display())).because(error)
    })
}

fn file_name(object: &RenderedObject) -> String {
    let id = &object.id;
    let parts = [id.group.as_str(), id.kind.as_str(), id.namespace.as_str(), id.name.as_str()];
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    safe(&parts.join("_").to_lowercase())
}

/// A name that is one part of a path and no other.
fn safe(name: &str) -> String {
    let is_safe = |character: char| character.is_alphanumeric() || "-_.".contains(character);
    let name: String =
        name.chars().map(|character| if is_safe(character) { character } else { '_' }).collect();
    if name.trim_matches('.').is_empty() { format!("_{name}") } else { name }
}
