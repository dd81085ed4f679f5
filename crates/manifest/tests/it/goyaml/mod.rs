//! What the YAML libraries of kubectl, Helm and kustomize make of an input, from tables that `tools/oracle` wrote,
//! against what we make of it.

mod documents;
mod events;
mod nodes;
mod scalars;
mod values;

use manifest::value::Value;
use serde_json::Value as Json;

/// The rows of a golden table.
fn rows(table: &str) -> Vec<Json> {
    table.lines().map(|line| serde_json::from_str(line).expect("a row is JSON")).collect()
}

/// A text field of a row; absent is empty.
fn text<'row>(row: &'row Json, field: &str) -> &'row str {
    row[field].as_str().unwrap_or_default()
}

/// Fails with the first differences and their number.
fn report(differences: &[String]) {
    assert!(
        differences.is_empty(),
        "{} differ:\n{}",
        differences.len(),
        differences.iter().take(25).cloned().collect::<Vec<_>>().join("\n")
    );
}

/// The value that a table writes with its Go type: numbers as `{"i"}`, `{"u"}`, `{"f"}`, mappings as `{"m": pairs}`.
fn untyped(json: &Json) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::Bool(*value),
        Json::String(text) => Value::String(text.clone()),
        Json::Array(items) => Value::Sequence(items.iter().map(untyped).collect()),
        Json::Object(object) => {
            let (kind, content) = object.iter().next().expect("an object names a kind");
            let text = content.as_str().unwrap_or_default();
            match kind.as_str() {
                "i" => Value::Int(text.parse().expect("a number")),
                "u" => Value::Unsigned(text.parse().expect("a number")),
                "f" => Value::Float(text.trim_start_matches('+').parse().expect("a number")),
                "b" => Value::String(from_hex(text)),
                "t" => Value::String(text.to_owned()),
                "m" => Value::Mapping(
                    content
                        .as_array()
                        .expect("pairs")
                        .iter()
                        .map(|pair| (untyped(&pair[0]), untyped(&pair[1])))
                        .collect(),
                ),
                other => unreachable!("no kind '{other}'"),
            }
        }
        Json::Number(_) => unreachable!("numbers are written with their kind"),
    }
}

/// The text that JSON shows for bytes that are no UTF-8: in the tables all of them but ASCII.
fn from_hex(text: &str) -> String {
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).expect("hex"), 16).expect("hex");
    let shown = |byte: u8| if byte.is_ascii() { char::from(byte) } else { char::REPLACEMENT_CHARACTER };
    text.as_bytes().chunks(2).map(|pair| shown(byte(pair))).collect()
}
