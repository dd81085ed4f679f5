//! What a source is built with: the tool, and what the Application and files of the source say of it.

use manifest::value::Value;
use tree::{Place, Tree};

use super::application_set::read_yaml;
use crate::fields::Fields;
use crate::graph::Missing;
use crate::limits::DECLARING_FILE_BYTES_MAX;

/// The tools that build.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tool {
    Directory,
    Helm,
    Kustomize,
}

/// The tools by the fields that say something to them, in the order in which a refusal names them.
const TOOLS: [(&str, &str); 4] =
    [("kustomize", "Kustomize"), ("helm", "Helm"), ("directory", "Directory"), ("plugin", "Plugin")];

/// The file over what every Application says that builds a folder.
const OVERRIDES: &str = ".argocd-source.yaml";

/// What of a source no file may say.
const FIXED: [&str; 4] = ["chart", "path", "repoURL", "targetRevision"];

/// The kustomizations of a folder, in the order in which kustomize looks for them.
pub(crate) const KUSTOMIZATION_NAMES: [&str; 3] =
    ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// A source with what files say over it.
#[derive(Debug, Clone)]
pub(crate) struct ResolvedSource {
    pub(crate) tool: Tool,
    /// The folder, from the root of the tree on.
    pub(crate) folder: String,
    pub(crate) value: Value,
}

/// The folder of a path in a source.
pub(crate) fn folder_of(tree: &dyn Tree, path: &str) -> Result<String, Missing> {
    let missing = || Missing::Render(format!("{path}: app path does not exist"));
    if path.starts_with('/') {
        return Err(Missing::Render(format!("{path}: app path is absolute")));
    }
    let folder = kustomize::load::join("", path);
    if folder == ".." || folder.starts_with("../") {
        return Err(Missing::Render(format!("{path}: app path outside root")));
    }
    match tree.locate(&folder) {
        Ok(Place::Folder(_)) => Ok(folder),
        Ok(Place::File(_)) => Err(Missing::Render(format!("{path}: app path is not a directory"))),
        Err(_) => Err(missing()),
    }
}

/// What a source is built with. `application` is the name of what is built.
pub(crate) fn resolve(
    tree: &dyn Tree,
    folder: String,
    source: &Value,
    application: &str,
) -> Result<ResolvedSource, Missing> {
    let value = overridden(tree, &folder, source, application)?;
    let tool = match explicit_tool(&value)? {
        Some(tool) => tool,
        None => detected_tool(tree, &folder),
    };
    Ok(ResolvedSource { tool, folder, value })
}

/// The tool that a source names by saying something to it.
fn explicit_tool(source: &Value) -> Result<Option<Tool>, Missing> {
    let fields = Fields::of(source);
    let said: Vec<&(&str, &str)> =
        TOOLS.iter().filter(|(field, _)| fields.at(&[field]).value().is_some()).collect();
    match said.as_slice() {
        [] => Ok(None),
        [("kustomize", _)] => Ok(Some(Tool::Kustomize)),
        [("helm", _)] => Ok(Some(Tool::Helm)),
        [("directory", _)] => Ok(Some(Tool::Directory)),
        [_] => {
            let name = fields.text(&["plugin", "name"]).to_owned();
            Err(Missing::UseSource { source_kind: "config management plugin", name })
        }
        several => {
            let names: Vec<&str> = several.iter().map(|(_, name)| *name).collect();
            Err(Missing::Render(format!("multiple application sources defined: {}", names.join(","))))
        }
    }
}

/// The tool by the files of a folder. Of a chart and a kustomization in one folder the last in the order of the names counts.
fn detected_tool(tree: &dyn Tree, folder: &str) -> Tool {
    let mut names = files_of(tree, folder);
    names.sort_unstable();
    let tool = |name: &String| {
        if KUSTOMIZATION_NAMES.contains(&name.as_str()) {
            Some(Tool::Kustomize)
        } else {
            name.ends_with("Chart.yaml").then_some(Tool::Helm)
        }
    };
    names.iter().rev().find_map(tool).unwrap_or(Tool::Directory)
}

/// The names of the files that stand in a folder itself.
fn files_of(tree: &dyn Tree, folder: &str) -> Vec<String> {
    let name = |path: &str| {
        let rest = if folder.is_empty() { path } else { path.strip_prefix(folder)?.strip_prefix('/')? };
        (!rest.contains('/')).then(|| rest.to_owned())
    };
    tree.list_below(folder, &|path| name(path).is_some()).files.iter().filter_map(|path| name(path)).collect()
}

pub(crate) fn is_file(tree: &dyn Tree, path: &str) -> bool {
    matches!(tree.locate(path), Ok(Place::File(_)))
}

/// A source with what files of its folder say over it: one for all Applications, one for this.
fn overridden(tree: &dyn Tree, folder: &str, source: &Value, application: &str) -> Result<Value, Missing> {
    let mut merged = source.clone();
    let of_application = format!(".argocd-source-{application}.yaml");
    for name in [OVERRIDES, &of_application] {
        let path = kustomize::load::join(folder, name);
        if !is_file(tree, &path) {
            continue;
        }
        let refused = |reason: String| Missing::Render(format!("{path}: {reason}"));
        let bytes =
            tree.read(&path, DECLARING_FILE_BYTES_MAX).map_err(|error| refused(text::with_causes(&error)))?;
        match read_yaml(&bytes).map_err(refused)? {
            Value::Null => {}
            patch @ Value::Mapping(_) => merged = merge_patched(merged, &patch),
            _ => return Err(refused("it is no mapping".to_owned())),
        }
    }
    for field in FIXED {
        merged = with_field(merged, field, source.get(field));
    }
    Ok(merged)
}

/// A JSON merge patch: null takes away, mappings are merged, everything else replaces.
fn merge_patched(base: Value, patch: &Value) -> Value {
    let Value::Mapping(changes) = patch else { return patch.clone() };
    let mut entries = match base {
        Value::Mapping(entries) => entries,
        _ => Vec::new(),
    };
    for (key, change) in changes {
        let at = entries.iter().position(|(there, _)| there == key);
        let there = at.map(|at| entries.remove(at).1).unwrap_or(Value::Null);
        if !matches!(change, Value::Null) {
            entries.push((key.clone(), merge_patched(there, change)));
        }
    }
    Value::Mapping(entries)
}

fn with_field(value: Value, field: &str, wanted: Option<&Value>) -> Value {
    let Value::Mapping(mut entries) = value else { return value };
    entries.retain(|(key, _)| key.as_str() != Some(field));
    entries.extend(wanted.map(|wanted| (Value::from(field), wanted.clone())));
    Value::Mapping(entries)
}
