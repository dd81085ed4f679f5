//! The generator of Git: one set of parameters for each folder, or for each mapping in files.

use std::collections::{BTreeMap, BTreeSet};

use manifest::resolve::Dialect;
use manifest::value::Value;
use text::TextId;

use super::functions::sanitized;
use super::generators::{Making, refused, with_values};
use super::parameters::{Parameter, Parameters, flat, of_entries};
use crate::argo::pattern::{self, Dialect as Paths};
use crate::fields::Fields;
use crate::graph::Missing;
use crate::limits::DECLARING_FILE_BYTES_MAX;
use crate::trees::SharedTree;

/// The sets of a generator.
pub(super) fn parameters(generator: Fields<'_>, making: &mut Making<'_>) -> Result<Vec<Parameters>, Missing> {
    let has = |field: &str| generator.items(&[field]).next().is_some();
    if !has("directories") && !has("files") {
        return Err(refused("a Git generator asks for neither directories nor files"));
    }
    let tree = (making.files)(generator.text(&["repoURL"]), generator.text(&["revision"]))?;
    let mut sets = Vec::new();
    if has("directories") {
        for folder in chosen_folders(generator, &tree) {
            let parameters = with_path(Parameters::new(), (&folder, None), generator, making);
            sets.push(with_values(generator, parameters, making)?);
        }
        return Ok(sets);
    }
    for file in chosen_files(generator, &tree) {
        for mapping in mappings_of(&file, &tree)? {
            let folder = file.rsplit_once('/').map_or(".", |(folder, _)| folder);
            let parameters = if making.templating.is_go() {
                mapping
            } else {
                flat(&mapping).into_iter().map(|(key, text)| (key, text.into())).collect()
            };
            let parameters = with_path(parameters, (folder, Some(&file)), generator, making);
            sets.push(with_values(generator, parameters, making)?);
        }
    }
    Ok(sets)
}

/// What a list of patterns takes of paths: what one of them includes and none excludes.
fn chosen(
    paths: impl Iterator<Item = String>,
    (generator, field): (Fields<'_>, &str),
    dialect: Paths,
) -> Vec<String> {
    let patterns: Vec<(&str, bool)> = generator
        .items(&[field])
        .map(|item| (item.text(&["path"]), item.flag(&["exclude"]) == Some(true)))
        .collect();
    let matches = |path: &str, excludes: bool| {
        let mut patterns = patterns.iter().filter(|(_, is_exclusion)| *is_exclusion == excludes);
        patterns.any(|(pattern, _)| pattern::matches(pattern, path, dialect))
    };
    paths.filter(|path| matches(path, false) && !matches(path, true)).collect()
}

/// The folders that are asked for; none that is hidden or in a hidden one.
fn chosen_folders(generator: Fields<'_>, tree: &SharedTree) -> Vec<String> {
    let mut folders = BTreeSet::new();
    for file in tree.list(&|_| true).files {
        for (at, _) in file.match_indices('/') {
            let folder = file.get(..at).unwrap_or_default();
            let is_hidden = folder.split('/').any(|part| part.starts_with('.'));
            if is_hidden {
                break;
            }
            // By parts, so that what is in a folder stands behind it and before its neighbours.
            folders.insert(folder.split('/').map(str::to_owned).collect::<Vec<_>>());
        }
    }
    chosen(folders.into_iter().map(|parts| parts.join("/")), (generator, "directories"), Paths::Path)
}

fn chosen_files(generator: Fields<'_>, tree: &SharedTree) -> Vec<String> {
    let files: BTreeSet<String> = tree.list(&|_| true).files.into_iter().collect();
    chosen(files.into_iter(), (generator, "files"), Paths::Pathspec)
}

/// The mappings in a file: itself, or the items of a list.
fn mappings_of(file: &str, tree: &SharedTree) -> Result<Vec<Parameters>, Missing> {
    let unable = |reason: String| refused(&format!("unable to process file '{file}': {reason}"));
    let bytes =
        tree.read(file, DECLARING_FILE_BYTES_MAX).map_err(|error| unable(text::with_causes(&error)))?;
    let value = read_yaml(&bytes).map_err(unable)?;
    match &value {
        Value::Null => Ok(vec![Parameters::new()]),
        Value::Mapping(entries) => Ok(vec![of_entries(entries)]),
        value => mappings(value).ok_or_else(|| unable("it is no mapping and no list of mappings".to_owned())),
    }
}

/// The mappings in a list; none if there is anything else in it, or it is none.
pub(super) fn mappings(value: &Value) -> Option<Vec<Parameters>> {
    let items = match value {
        Value::Sequence(items) => items.as_slice(),
        Value::Null => &[],
        _ => return None,
    };
    let mapping = |item: &Value| match item {
        Value::Mapping(entries) => Some(of_entries(entries)),
        Value::Null => Some(Parameters::new()),
        _ => None,
    };
    items.iter().map(mapping).collect()
}

/// The first document of a text, as `sigs.k8s.io/yaml` reads it.
pub(crate) fn read_yaml(bytes: &[u8]) -> Result<Value, String> {
    let document =
        manifest::parse_first(TextId(0), bytes, 0..bytes.len()).map_err(|error| text::with_causes(&error))?;
    if document.root().is_none() {
        return Ok(Value::Null);
    }
    Value::from_document(&document, Dialect::GoYaml2).map_err(|error| text::with_causes(&error))
}

/// Parameters with those that say where they come from.
fn with_path(
    mut parameters: Parameters,
    (folder, file): (&str, Option<&str>),
    generator: Fields<'_>,
    making: &Making<'_>,
) -> Parameters {
    let base = |path: &str| path.rsplit('/').next().unwrap_or(path).to_owned();
    let mut texts =
        BTreeMap::from([("basename", base(folder)), ("basenameNormalized", sanitized(&base(folder)))]);
    if let Some(file) = file {
        texts.insert("filename", base(file));
        texts.insert("filenameNormalized", sanitized(&base(file)));
    }
    let segments: Vec<String> = folder.split('/').map(str::to_owned).collect();
    let prefix = generator.text(&["pathParamPrefix"]);
    if making.templating.is_go() {
        texts.insert("path", folder.to_owned());
        let mut path: Parameters =
            texts.into_iter().map(|(key, text)| (key.to_owned(), text.into())).collect();
        path.insert("segments".to_owned(), Parameter::TextList(segments));
        let path = Parameter::Map(path);
        if prefix.is_empty() {
            parameters.insert("path".to_owned(), path);
        } else {
            let path = Parameters::from([("path".to_owned(), path)]);
            parameters.insert(prefix.to_owned(), Parameter::Map(path));
        }
        return parameters;
    }
    let name = if prefix.is_empty() { "path".to_owned() } else { format!("{prefix}.path") };
    parameters.extend(texts.into_iter().map(|(key, text)| (format!("{name}.{key}"), text.into())));
    for (position, segment) in segments.into_iter().enumerate().filter(|(_, segment)| !segment.is_empty()) {
        parameters.insert(format!("{name}[{position}]"), segment.into());
    }
    parameters.insert(name, folder.into());
    parameters
}
