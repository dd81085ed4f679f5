//! How a value is printed, row by row as the libraries print it.

use manifest::emit::{Layout, json, json_indented, marshal, marshal_as_kubectl};
use manifest::value::Value;

use super::{report, rows, text, untyped};

#[test]
fn values_are_printed_as_the_real_printers_do() {
    let rows = rows(include_str!("../../data/values.jsonl"));
    assert!(rows.len() > 900);
    let mut differences = Vec::new();
    for row in &rows {
        let value = untyped(&row["value"]);
        let two = text(row, "v2");
        let expected = |name| row[name].as_str().unwrap_or(two);
        let cases = [
            ("v2", Layout::GOYAML2),
            ("v3", Layout::GOYAML3),
            ("wide", Layout::KUSTOMIZE_WIDE),
            ("compact", Layout::KUSTOMIZE),
        ];
        let by_chance = row["chance"] == true;
        for (name, layout) in cases.into_iter().filter(|(name, _)| *name != "v2" || !by_chance) {
            let actual = marshal(&value, layout).expect("values print");
            compare(&mut differences, name, expected(name), &actual);
        }
        let kubectl = marshal_as_kubectl(&value).ok();
        let expected_kubectl =
            if row["sigs_error"] == true { None } else { Some(expected("sigs").to_owned()) };
        if kubectl != expected_kubectl && !by_chance {
            differences.push(format!("sigs {}: {kubectl:?}, not {expected_kubectl:?}", row["value"]));
        }
    }
    report(&differences);
}

#[test]
fn values_are_json_as_go_prints_it() {
    let mut differences = Vec::new();
    for row in &rows(include_str!("../../data/values.jsonl")) {
        let Some(expected) = row["json"].as_str() else { continue };
        let value = untyped(&row["value"]);
        compare(&mut differences, "json", expected, &json(&value).expect("it is JSON"));
        let lines = row["lines"].as_str().unwrap_or(expected);
        compare(&mut differences, "lines", lines, &json_indented(&value, "  ").expect("it is JSON"));
    }
    report(&differences);
}

#[test]
fn infinities_are_no_json() {
    for value in [f64::INFINITY, f64::NEG_INFINITY, f64::NAN] {
        assert!(json(&Value::Float(value)).is_err());
        assert!(marshal_as_kubectl(&Value::Float(value)).is_err());
        assert!(marshal(&Value::Float(value), Layout::GOYAML2).is_ok());
    }
}

fn compare(differences: &mut Vec<String>, name: &str, expected: &str, actual: &str) {
    if expected != actual {
        differences.push(format!("{name}:\n  expected {expected:?}\n  actual   {actual:?}"));
    }
}
