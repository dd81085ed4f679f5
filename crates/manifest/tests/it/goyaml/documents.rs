//! What a document means: keys, duplicates, merges and aliases, row by row as the libraries decode it.

use manifest::emit::json;
use manifest::parse_all;
use manifest::resolve::Dialect;
use manifest::scan::Verdict;
use manifest::value::{ReadValue, Value};
use text::TextId;

use super::{report, rows, text, untyped};

fn read(document: &str, dialect: Dialect) -> Result<Value, String> {
    let documents = parse_all(TextId(0), document.as_bytes()).map_err(|error| error.to_string())?;
    let Some(first) = documents.first() else { return Ok(Value::Null) };
    Value::from_document(first, dialect).map_err(|error| error.to_string())
}

#[test]
fn documents_mean_what_kubectl_takes_them_for() {
    let mut differences = Vec::new();
    for row in &rows(include_str!("../../data/documents.jsonl")) {
        let value = read(text(row, "yaml"), Dialect::GoYaml2);
        let actual = value.and_then(|value| json(&value).map_err(|error| error.to_string()));
        // Go writes bytes that are no text as an escape; the character is the same.
        let readable = || text(row, "v2").replace("\\ufffd", "\u{fffd}");
        let expected = if row["error2"] == true { None } else { Some(readable()) };
        if actual.clone().ok() != expected {
            differences.push(format!("{}: {actual:?}, not {expected:?}", row["yaml"]));
        }
    }
    report(&differences);
}

#[test]
fn documents_mean_what_kustomize_takes_them_for() {
    let rows = rows(include_str!("../../data/documents.jsonl"));
    assert!(rows.len() > 160);
    let mut differences = Vec::new();
    for row in &rows {
        let actual = read(text(row, "yaml"), Dialect::GoYaml3);
        let expected = if row["error3"] == true { None } else { Some(untyped(&row["v3"])) };
        if actual.clone().ok() != expected {
            differences.push(format!("{}: {actual:?}, not {expected:?}", row["yaml"]));
        }
    }
    report(&differences);
}

/// The reference refuses aliases by their share of a document; here their number alone counts.
#[test]
fn a_billion_laughs_are_refused() {
    let mut document = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..9 {
        let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
        document.push_str(&format!("a{level}: &a{level} [{aliases}]\n"));
    }
    let documents = parse_all(TextId(0), document.as_bytes()).expect("it is YAML");
    for dialect in [Dialect::GoYaml2, Dialect::GoYaml3] {
        assert_eq!(Value::from_document(&documents[0], dialect), Err(ReadValue::ExpandTooMuch));
    }
}

#[test]
fn aliases_that_stack_their_depths_are_refused() {
    let mut document = String::from("a0: &a0 x\n");
    for level in 1..20 {
        let open = "[".repeat(100);
        let close = "]".repeat(100);
        document.push_str(&format!("a{level}: &a{level} {open}*a{}{close}\n", level - 1));
    }
    let documents = parse_all(TextId(0), document.as_bytes()).expect("it is YAML");
    assert_eq!(Value::from_document(&documents[0], Dialect::GoYaml2), Err(ReadValue::NestTooDeep));
}

#[test]
fn the_first_bad_key_is_named() {
    let documents = parse_all(TextId(0), b"a: 1\nb: {c: 1, c: 2}\n").expect("it is YAML");
    let error = Value::from_document(&documents[0], Dialect::GoYaml3).expect_err("a key stands twice");
    let ReadValue::DefineKeyTwice { node, key } = error else { unreachable!("{error}") };
    assert_eq!((key.as_str(), documents[0].span(node).range()), ("c", 15..16));
}

/// What kubectl takes and nobody writes: oddities at a root that is a scalar, at an explicit key, a comma in a tag in
/// brackets, a question mark glued to its key. They are named as broken or read as YAML has it.
const ONLY_LIBYAML: &[&str] =
    &["\"a\"#c\n: b\n", "--- \"x\"#c\n", "&a \"b\"#c\n", "? \"a\"#c\n: b\n", "[!!str, a]\n", "[?a]\n"];

#[test]
fn what_only_libyaml_takes_is_read_as_kubectl_and_kustomize_read_it() {
    let rows = rows(include_str!("../../data/tolerated.jsonl"));
    let taken = rows.iter().filter(|row| row["error2"] != true).count();
    assert!(taken > 130 && rows.len() - taken > 40, "{taken} of {}", rows.len());
    let mut differences = Vec::new();
    for row in rows.iter().filter(|row| !ONLY_LIBYAML.contains(&text(row, "yaml"))) {
        let value = read(text(row, "yaml"), Dialect::GoYaml2);
        let verdict = manifest::scan::validate(text(row, "yaml").as_bytes());
        assert!(
            value.is_err() || !matches!(verdict, Verdict::Invalid { .. }),
            "{}: {verdict:?}",
            row["yaml"]
        );
        let actual = value.and_then(|value| json(&value).map_err(|error| error.to_string()));
        let expected = if row["error2"] == true { None } else { Some(text(row, "v2").to_owned()) };
        if actual.clone().ok() != expected {
            differences.push(format!("kubectl, {}: {actual:?}, not {expected:?}", row["yaml"]));
        }
        let actual = read(text(row, "yaml"), Dialect::GoYaml3);
        let expected = if row["error3"] == true { None } else { Some(untyped(&row["v3"])) };
        if actual.clone().ok() != expected {
            differences.push(format!("kustomize, {}: {actual:?}, not {expected:?}", row["yaml"]));
        }
    }
    report(&differences);
}
