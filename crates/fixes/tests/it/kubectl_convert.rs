//! Our conversions beside what kubectl-convert printed: golden data of `cargo xtask parity convert`, replayed.
//!
//! Each line holds an object, the JSON merge patch from it with the new header to what the other program made of it
//! (its added defaults taken out), and the paths at which ours differs on purpose.

use std::collections::{BTreeMap, BTreeSet};

use fixes::{Answer, Answers, Unanswered, convert_text};
use resource::GroupVersion;
use serde_json::Value;
use version::Minor;

use crate::case;

#[test]
fn ours_is_theirs_but_for_the_places_listed() {
    let mut pairs = 0;
    let mut objects = 0;
    for (name, lines) in golden() {
        let version = name.rsplit_once(".jsonl").unwrap().0;
        let to = target_of(version);
        for (number, line) in lines.lines().enumerate() {
            check(line, to, &format!("{name}:{}", number + 1));
            objects += 1;
        }
        pairs += 1;
    }
    assert!(pairs >= 90 && objects >= 5_000, "only {objects} objects of {pairs} pairs were found");
}

fn golden() -> Vec<(String, String)> {
    let folder = case::data().join("kubectl-convert");
    let mut files: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    let name = |path: &std::path::Path| path.file_name().unwrap().to_str().unwrap().to_owned();
    files.iter().map(|path| (name(path), String::from_utf8(case::read(path)).unwrap())).collect()
}

/// `GROUP_VERSION.Kind.GROUP_VERSION`: the last part, whose group may hold dots.
fn target_of(name: &str) -> GroupVersion<'static> {
    let row = fixes::conversions().iter().find(|row| {
        let suffix = format!(".{}", row.to.to_string().replace('/', "_"));
        let of_kind = |kind: &&&str| name.ends_with(&format!(".{kind}{suffix}"));
        row.kinds.iter().any(|kind| of_kind(&kind))
    });
    row.unwrap_or_else(|| panic!("no row converts {name}")).to
}

fn check(line: &str, to: GroupVersion<'_>, place: &str) {
    let line: Value = serde_json::from_str(line).unwrap();
    let input = serde_json::to_vec(&line["in"]).unwrap();
    let converted = convert_text(&input, Some(to), Minor::new(37), &answers())
        .unwrap_or_else(|error| panic!("{place}: {error}"));
    let ours: Value = serde_json::from_slice(&converted.bytes).unwrap();
    let mut theirs = line["in"].clone();
    theirs["apiVersion"] = Value::String(to.to_string());
    if let Some(patch) = line.get("patch") {
        merge(&mut theirs, patch);
    }
    let expected: BTreeSet<String> = line["deviates"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|path| path.as_str().unwrap().to_owned())
        .collect();
    assert_eq!(differences(&theirs, &ours), expected, "{place}");
}

fn answers() -> Answers {
    let mut answers = Answers::none().or(Unanswered::KeepMeaning);
    answers.answer("webhook-side-effects", Answer::Choice("none".to_owned()));
    answers.answer("certificate-signer", Answer::Choice("kubernetes.io/kube-apiserver-client".to_owned()));
    answers
}

/// Applies a JSON merge patch (RFC 7386).
fn merge(value: &mut Value, patch: &Value) {
    let Value::Object(changes) = patch else {
        *value = patch.clone();
        return;
    };
    if !value.is_object() {
        *value = Value::Object(serde_json::Map::new());
    }
    let Value::Object(entries) = value else { return };
    for (key, change) in changes {
        if change.is_null() {
            entries.remove(key);
        } else {
            merge(entries.entry(key.clone()).or_insert(Value::Null), change);
        }
    }
}

fn differences(theirs: &Value, ours: &Value) -> BTreeSet<String> {
    let mut leaves = [BTreeMap::new(), BTreeMap::new()];
    collect(theirs, String::new(), &mut leaves[0]);
    collect(ours, String::new(), &mut leaves[1]);
    let [theirs, ours] = leaves;
    let paths = theirs.keys().chain(ours.keys());
    paths.filter(|path| theirs.get(*path) != ours.get(*path)).cloned().collect()
}

fn collect(value: &Value, path: String, found: &mut BTreeMap<String, Value>) {
    match value {
        Value::Object(entries) if !entries.is_empty() => {
            for (key, value) in entries {
                let step = if key.contains(['.', '/']) { format!("[\"{key}\"]") } else { format!(".{key}") };
                collect(value, format!("{path}{step}"), found);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            for (index, value) in items.iter().enumerate() {
                collect(value, format!("{path}[{index}]"), found);
            }
        }
        leaf => {
            found.insert(path.trim_start_matches('.').to_owned(), leaf.clone());
        }
    }
}
