//! Kustomizations beside Flux's own packages: the oracle builds each of a copy of the tree, from the same object, and substitutes it
//! with what all units of the cluster render.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use gitops::{Cluster, RenderedObject, Unit};
use manifest::value::Value;
use serde_json::{Map, json};

use crate::objects::values;

/// The file that holds the Kustomization in the copy. It is called as no manifest is, so that no build takes it in.
const DECLARATION: &str = ".parity-kustomization";

/// A copy of a tree, for the oracle to find the Kustomization in.
pub(crate) fn copied(root: &Path) -> Result<PathBuf> {
    let copy = std::env::temp_dir().join(format!("parity-flux-{}", std::process::id()));
    let status = Command::new("cp").arg("-r").arg(root).arg(&copy).status()?;
    if !status.success() {
        bail!("cannot copy '{}'", root.display());
    }
    Ok(copy.canonicalize()?)
}

/// What the oracle makes of a unit.
pub(crate) fn theirs(oracle: &Path, copy: &Path, cluster: &Cluster, unit: &Unit) -> Result<Vec<Value>> {
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
pub(crate) fn data_of(cluster: &Cluster, namespace: &str) -> Result<Map<String, serde_json::Value>> {
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
