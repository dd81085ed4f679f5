//! What the YAML libraries of kubectl, Helm and kustomize make of an input, from tables that `tools/oracle` wrote,
//! against what we make of it.

mod scalars;

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
