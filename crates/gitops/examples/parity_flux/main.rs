//! `cargo xtask parity flux`: what Kustomizations of whole repositories render, beside Flux's own packages.
//!
//! Observes each tree as the program does. Every Kustomization that is built of it is built by the oracle as well, of a copy of the
//! tree, from the same object, and substituted with what all units of the cluster render as if it stood there. Objects are
//! compared by what they mean, one by one. What is not assessed here is counted and not compared.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a parity run starts another program and prints what it found"
)]

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use gitops::{
    Cluster, Clusters, Ports, RenderedObject, Renders, Repository, Request, Unit, UnitKind, observe,
};
use manifest::resolve::Dialect;
use manifest::value::Value;
use serde_json::{Map, json};
use text::TextId;
use tree::{Directory, Tree};

/// The file that holds the Kustomization in the copy. It is called as no manifest is, so that no build takes it in.
const DECLARATION: &str = ".parity-kustomization";

/// What came of one tree.
#[derive(Default)]
struct Totals {
    units: usize,
    not_assessed: usize,
    objects: usize,
    different: Vec<String>,
}

fn main() -> Result<ExitCode> {
    let mut arguments = std::env::args().skip(1);
    let Some(oracle) = arguments.next() else { bail!("expected: ORACLE TREE…") };
    let mut is_equal = true;
    for tree in arguments {
        let totals = compare(Path::new(&oracle), Path::new(&tree))?;
        let Totals { units, not_assessed, objects, different } = totals;
        println!(
            "{tree}: {units} Kustomizations compared, {objects} objects, {} different; {not_assessed} not assessed here",
            different.len()
        );
        different.iter().for_each(|line| println!("  {line}"));
        is_equal &= different.is_empty();
    }
    Ok(if is_equal { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn compare(oracle: &Path, root: &Path) -> Result<Totals> {
    let tree: Arc<dyn Tree + Send> = Arc::new(Directory::open(root, 0)?);
    let repository = Repository::open(tree);
    let clusters = Clusters::find(&repository, &|_| None);
    let request = Request { version_of: &|_| None, is_wanted: &|_| true, now_nanoseconds: 0, threads: 0 };
    let fleet = observe(&clusters, (&Ports::offline(), &Renders::default()), &request)?;
    let copy = copied(root)?;
    let mut totals = Totals::default();
    for cluster in &fleet.clusters {
        for unit in cluster.units.iter().filter(|unit| unit.key.kind == UnitKind::Kustomization) {
            if !unit.is_built_of_the_repository() {
                totals.not_assessed += 1;
                continue;
            }
            totals.units += 1;
            let theirs = theirs(oracle, &copy, cluster, unit)
                .with_context(|| format!("{} of {}", unit.key, cluster.name));
            match theirs {
                Ok(theirs) => note_differences(&mut totals, (cluster, unit), &theirs)?,
                Err(error) => totals.different.push(format!("{error:#}")),
            }
        }
    }
    std::fs::remove_dir_all(&copy)?;
    Ok(totals)
}

/// A copy of a tree, for the oracle to find the Kustomization in.
fn copied(root: &Path) -> Result<PathBuf> {
    let copy = std::env::temp_dir().join(format!("parity-flux-{}", std::process::id()));
    let status = Command::new("cp").arg("-r").arg(root).arg(&copy).status()?;
    if !status.success() {
        bail!("cannot copy '{}'", root.display());
    }
    Ok(copy.canonicalize()?)
}

/// What the oracle makes of a unit.
fn theirs(oracle: &Path, copy: &Path, cluster: &Cluster, unit: &Unit) -> Result<Vec<Value>> {
    let declaration = unit.declaration();
    std::fs::write(copy.join(DECLARATION), declaration.text.as_bytes())?;
    let folder = unit.folder().unwrap_or_default();
    let built = Command::new(oracle).args(["build"]).arg(copy).args([folder, DECLARATION]).output()?;
    if !built.status.success() {
        bail!("the oracle refuses it: {}", String::from_utf8_lossy(&built.stderr).trim());
    }
    let text = String::from_utf8(built.stdout)?;
    let mut objects = values(&text)?;
    let said = values(&declaration.text)?.pop().context("no object")?;
    if let Some(post_build) = said.get("spec").and_then(|spec| spec.get("postBuild")) {
        objects = substituted(oracle, &objects, (post_build, cluster, unit))?;
    }
    Ok(objects)
}

/// Objects with their variables substituted by the oracle.
fn substituted(
    oracle: &Path,
    objects: &[Value],
    (post_build, cluster, unit): (&Value, &Cluster, &Unit),
) -> Result<Vec<Value>> {
    let data = data_of(cluster, &unit.key.namespace)?;
    let mut lines = String::new();
    for object in objects {
        let text = manifest::emit::marshal_as_kubectl(object)?;
        let line = json!({"object": text, "postBuild": json_of(post_build)?, "cluster": data});
        lines.push_str(&format!("{line}\n"));
    }
    let mut child =
        Command::new(oracle).arg("substitute").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let mut input = child.stdin.take().context("the oracle has no input")?;
    let writer = std::thread::spawn(move || input.write_all(lines.as_bytes()));
    let output = child.wait_with_output()?;
    writer.join().map_err(|_| anyhow::anyhow!("writing to the oracle has panicked"))??;
    let answers = String::from_utf8(output.stdout)?;
    let mut found = Vec::new();
    for (object, line) in objects.iter().zip(answers.lines()) {
        let answer: serde_json::Value = serde_json::from_str(line)?;
        if let Some(error) = answer.get("error").and_then(serde_json::Value::as_str) {
            bail!("the oracle refuses to substitute: {error}");
        }
        match answer.get("text").and_then(serde_json::Value::as_str) {
            Some(text) => found.extend(values(text)?),
            None => found.push(object.clone()),
        }
    }
    Ok(found)
}

/// The data of all objects of a namespace. What is encrypted is what stands for it here.
fn data_of(cluster: &Cluster, namespace: &str) -> Result<Map<String, serde_json::Value>> {
    let mut data = Map::new();
    let objects = cluster.units.iter().flat_map(Unit::objects);
    let is_data = |object: &&RenderedObject| {
        object.id.group.is_empty() && ["ConfigMap", "Secret"].contains(&object.id.kind.as_str())
    };
    for object in objects.filter(is_data).filter(|object| object.id.namespace == namespace) {
        let Some(value) = values(&object.text)?.pop() else { continue };
        let is_encrypted = value.get("sops").is_some();
        let mut texts = Map::new();
        for field in ["data", "stringData"] {
            let Some(Value::Mapping(entries)) = value.get(field) else { continue };
            for (key, text) in entries {
                let (Some(key), Some(text)) = (key.as_str(), text.as_str()) else { continue };
                let text = if is_encrypted && text.starts_with("ENC[") {
                    format!("«{key}»")
                } else {
                    text.to_owned()
                };
                texts.insert(key.to_owned(), text.into());
            }
        }
        let name = format!("{}/{}", object.id.kind, object.id.name);
        data.entry(name).or_insert_with(|| texts.into());
    }
    Ok(data)
}

fn note_differences(totals: &mut Totals, (cluster, unit): (&Cluster, &Unit), theirs: &[Value]) -> Result<()> {
    let mut ours = BTreeMap::new();
    for object in unit.objects() {
        for value in values(&object.text)? {
            ours.insert(name_of(&value), manifest::emit::marshal_as_kubectl(&value)?);
        }
    }
    let mut different =
        |what: String| totals.different.push(format!("{}: {}: {what}", cluster.name, unit.key));
    for value in theirs {
        let name = name_of(value);
        totals.objects += 1;
        match ours.remove(&name) {
            None => different(format!("{name} is missing")),
            Some(text) if text != manifest::emit::marshal_as_kubectl(value)? => different(name),
            Some(_) => {}
        }
    }
    ours.into_keys().for_each(|name| different(format!("{name} is too much")));
    Ok(())
}

fn name_of(value: &Value) -> String {
    let at = |path: &[&str]| {
        let found = path.iter().try_fold(value, |value, key| value.get(key));
        found.and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let names =
        [at(&["apiVersion"]), at(&["kind"]), at(&["metadata", "namespace"]), at(&["metadata", "name"])];
    names.join(" ")
}

/// The objects of a text, with the keys of all mappings in order.
fn values(text: &str) -> Result<Vec<Value>> {
    let documents = manifest::parse_all(TextId(0), text.as_bytes())?;
    let mut found = Vec::new();
    for document in documents.iter().filter(|document| document.root().is_some()) {
        found.push(Value::from_document(document, Dialect::GoYaml2)?);
    }
    Ok(found)
}

fn json_of(value: &Value) -> Result<serde_json::Value> {
    Ok(match value {
        Value::Null => serde_json::Value::Null,
        Value::Bool(flag) => (*flag).into(),
        Value::Int(number) => (*number).into(),
        Value::String(text) => text.clone().into(),
        Value::Sequence(items) => items.iter().map(json_of).collect::<Result<Vec<_>>>()?.into(),
        Value::Mapping(entries) => {
            let mut object = Map::new();
            for (key, value) in entries {
                object.insert(key.as_str().context("a key is no text")?.to_owned(), json_of(value)?);
            }
            object.into()
        }
        _ => bail!("a value of a substitution is no text"),
    })
}
