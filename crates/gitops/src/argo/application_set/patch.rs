//! `templatePatch`: a strategic merge over an Application.

use manifest::value::Value;

use super::generators::refused;
use super::git::read_yaml;
use crate::graph::Missing;

/// What a patch says is to be done, instead of what is to be there.
const DIRECTIVE: &str = "$patch";

/// The keys that are kept of what is there.
const RETAINED: &str = "$retainKeys";

/// The only lists of Applications whose items are put together: those of the metadata.
const MERGED_LISTS: [&str; 1] = ["finalizers"];

/// An Application with a patch over it. Its project stays what it was.
pub(super) fn apply(application: Value, patch: &str) -> Result<Value, Missing> {
    let patch = read_yaml(patch.as_bytes())
        .map_err(|reason| refused(&format!("error while converting template to json: {reason}")))?;
    let project = application.get("spec").and_then(|spec| spec.get("project")).cloned();
    let mut patched = match &patch {
        Value::Null => application,
        Value::Mapping(entries) => merged(application, entries)?,
        _ => return Err(refused("invalid templatePatch: it is no mapping")),
    };
    if let (Some(project), Some(spec)) = (project, at_mut(&mut patched, "spec")) {
        put(spec, "project", project);
    }
    Ok(patched)
}

/// The value of a key in a mapping.
pub(super) fn at_mut<'v>(value: &'v mut Value, key: &str) -> Option<&'v mut Value> {
    let Value::Mapping(entries) = value else { return None };
    entries.iter_mut().find(|(name, _)| name.as_str() == Some(key)).map(|(_, value)| value)
}

/// Puts a value at a key of a mapping.
pub(super) fn put(mapping: &mut Value, key: &str, value: Value) {
    let Value::Mapping(entries) = mapping else { return };
    match entries.iter_mut().find(|(name, _)| name.as_str() == Some(key)) {
        Some((_, there)) => *there = value,
        None => entries.push((Value::from(key), value)),
    }
}

fn merged(base: Value, patch: &[(Value, Value)]) -> Result<Value, Missing> {
    let others = |patch: &[(Value, Value)]| {
        let others = patch.iter().filter(|(key, _)| key.as_str() != Some(DIRECTIVE)).cloned();
        Value::Mapping(others.collect())
    };
    let directive = patch.iter().find(|(key, _)| key.as_str() == Some(DIRECTIVE));
    match directive.map(|(_, value)| value.as_str().unwrap_or_default()) {
        None | Some("merge") => {}
        Some("replace") => return Ok(others(patch)),
        Some("delete") => return Ok(Value::Mapping(Vec::new())),
        Some(other) => return Err(refused(&format!("invalid templatePatch: unknown patch type '{other}'"))),
    }
    let mut merged_in = base;
    for (key, value) in patch.iter().filter(|(key, _)| key.as_str() != Some(DIRECTIVE)) {
        let name = key.as_str().unwrap_or_default();
        if name == RETAINED {
            merged_in = retained(merged_in, value);
            continue;
        }
        if name.starts_with('$') {
            return Err(refused(&format!("templatePatch: the directive '{name}' is not followed here")));
        }
        put_over(&mut merged_in, name, value)?;
    }
    Ok(merged_in)
}

fn put_over(base: &mut Value, key: &str, value: &Value) -> Result<(), Missing> {
    if matches!(value, Value::Null) {
        if let Value::Mapping(entries) = base {
            entries.retain(|(name, _)| name.as_str() != Some(key));
        }
        return Ok(());
    }
    let there = at_mut(base, key).map(|there| std::mem::replace(there, Value::Null));
    let value = match (there, value) {
        (Some(there), value) if key == "valuesObject" && is_too_deep(&there, value) => {
            return Err(refused("templatePatch: what is in 'valuesObject' cannot be merged"));
        }
        (Some(there @ Value::Mapping(_)), Value::Mapping(patch)) => merged(there, patch)?,
        (Some(Value::Sequence(there)), Value::Sequence(more)) if MERGED_LISTS.contains(&key) => {
            Value::Sequence(united(there, more))
        }
        (_, value) => value.clone(),
    };
    put(base, key, value);
    Ok(())
}

/// What is said to be kept of a mapping, where a patch says that nothing else is.
fn retained(base: Value, keys: &Value) -> Value {
    let (Value::Mapping(mut entries), Value::Sequence(keys)) = (base.clone(), keys) else { return base };
    entries.retain(|(key, _)| keys.contains(key));
    Value::Mapping(entries)
}

/// The items of both, each once, those of the patch first.
fn united(items: Vec<Value>, patch: &[Value]) -> Vec<Value> {
    let mut all = patch.to_vec();
    all.extend(items.into_iter().filter(|item| !patch.contains(item)));
    all
}

/// Whether values for charts would have to be merged deeper than Argo CD can: it knows no kinds within them.
fn is_too_deep(there: &Value, patch: &Value) -> bool {
    let is_deep = |value: &Value| matches!(value, Value::Mapping(_) | Value::Sequence(_));
    let (Value::Mapping(_), Value::Mapping(patch)) = (there, patch) else { return false };
    patch.iter().any(|(key, value)| {
        is_deep(value) && key.as_str().and_then(|key| there.get(key)).is_some_and(is_deep)
    })
}
