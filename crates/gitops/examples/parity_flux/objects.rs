//! Objects of both sides, by what they mean: names, contents, and how they differ.

use std::collections::BTreeMap;

use anyhow::Result;
use manifest::resolve::Dialect;
use manifest::value::Value;
use text::TextId;

/// Objects as they are compared: printed texts by what they are called, several where a unit renders one twice.
pub(crate) type Objects = BTreeMap<String, Vec<String>>;

/// The objects of a text, with the keys of all mappings in order.
pub(crate) fn values(text: &str) -> Result<Vec<Value>> {
    let documents = manifest::parse_all(TextId(0), text.as_bytes())?;
    let mut found = Vec::new();
    for document in documents.iter().filter(|document| document.root().is_some()) {
        let value = Value::from_document(document, Dialect::GoYaml2)?;
        // A document of `null` is no object for anybody.
        found.extend(Some(value).filter(|value| *value != Value::Null));
    }
    Ok(found)
}

/// Values by their names. Items of a `List` stand for themselves.
pub(crate) fn by_name(values: impl IntoIterator<Item = Value>) -> Result<Objects> {
    let mut objects = Objects::new();
    for value in values.into_iter().flat_map(items) {
        let text = manifest::emit::marshal_as_kubectl(&value)?;
        objects.entry(name_of(&value)).or_default().push(text);
    }
    Ok(objects)
}

fn items(value: Value) -> Vec<Value> {
    let is_list = value.get("kind").and_then(Value::as_str).is_some_and(|kind| kind.ends_with("List"));
    match value.get("items") {
        Some(Value::Sequence(items)) if is_list => items.clone(),
        _ => vec![value],
    }
}

/// What is different, in words, one line for each object; how many objects theirs are.
pub(crate) fn differences(ours: &Objects, theirs: &Objects) -> (Vec<String>, usize) {
    let mut told = Vec::new();
    for (name, texts) in theirs {
        match ours.get(name) {
            None => told.push(format!("{name} is missing")),
            Some(own) if own != texts => told.push(format!("{name}{}", first_difference(own, texts))),
            Some(_) => {}
        }
    }
    let too_much = ours.keys().filter(|name| !theirs.contains_key(*name));
    told.extend(too_much.map(|name| format!("{name} is too much")));
    (told, theirs.values().map(Vec::len).sum())
}

fn first_difference(ours: &[String], theirs: &[String]) -> String {
    if ours.len() != theirs.len() {
        return format!(": {} times, theirs {}", ours.len(), theirs.len());
    }
    let mut lines = ours.iter().zip(theirs).flat_map(|(own, other)| own.lines().zip(other.lines()));
    match lines.find(|(own, other)| own != other) {
        Some((own, other)) => format!(": ours '{}', theirs '{}'", own.trim(), other.trim()),
        None => format!(
            ": ours has {} lines, theirs {}",
            ours.iter().map(|text| text.lines().count()).sum::<usize>(),
            theirs.iter().map(|text| text.lines().count()).sum::<usize>()
        ),
    }
}

pub(crate) fn name_of(value: &Value) -> String {
    let names = [text_at(value, &["apiVersion"]), text_at(value, &["kind"])];
    let metadata = ["namespace", "name"].map(|key| text_at(value, &["metadata", key]));
    names.into_iter().chain(metadata).collect::<Vec<_>>().join(" ")
}

/// The text at a path, or an empty one.
pub(crate) fn text_at<'v>(value: &'v Value, path: &[&str]) -> &'v str {
    let found = path.iter().try_fold(value, |value, key| value.get(key));
    found.and_then(Value::as_str).unwrap_or_default()
}
