//! SARIF 2.1.0 with physical locations, for code scanning in pull requests.
//!
//! What was not assessed stands among the invocation's notifications, since SARIF has no third verdict:
//! a viewer shows it, and it makes no result.

use checks::{Confidence, Finding, Meta, Severity};
use inventory::NotAssessed;
use serde_json::{Value, json};

use crate::scan::{Located, Place, ScanReport};

/// The scan as SARIF, pretty-printed, with a line end. `checks` are the checks that ran; `version` is
/// the program's own.
#[must_use]
pub fn sarif(report: &ScanReport<'_>, checks: &[&Meta], version: &str) -> String {
    let rules: Vec<Value> = checks.iter().map(|check| rule(check)).collect();
    let waived = report.waived.iter().map(|waived| suppressed(&waived.finding, &waived.reason, checks));
    let results: Vec<Value> =
        report.findings.iter().map(|located| result(located, checks)).chain(waived).collect();
    let notifications: Vec<Value> = report.not_assessed.iter().map(notification).collect();
    let document = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "liftlock",
                "semanticVersion": version,
                "informationUri": "https://github.com/liftlock/liftlock",
                "rules": rules,
            }},
            "columnKind": "unicodeCodePoints",
            "invocations": [{
                "executionSuccessful": true,
                "toolExecutionNotifications": notifications,
            }],
            "results": results,
            "properties": { "notAssessed": report.summary.not_assessed_total() },
        }],
    });
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}

fn rule(check: &Meta) -> Value {
    json!({
        "id": check.id,
        "name": pascal_case(check.id),
        "shortDescription": { "text": check.title },
        "fullDescription": { "text": format!("{} {}", check.what, check.why) },
        "help": { "text": check.remedy },
        "defaultConfiguration": { "level": level(check.severity) },
        "properties": { "precision": precision(check.confidence), "tags": ["kubernetes", "upgrade"] },
    })
}

fn result(located: &Located<'_>, checks: &[&Meta]) -> Value {
    let found = located.finding;
    let related: Vec<Value> = located
        .related
        .iter()
        .enumerate()
        .map(|(index, (place, what))| {
            json!({ "id": index, "message": { "text": what }, "physicalLocation": physical(place) })
        })
        .collect();
    let mut value = bare_result(found, checks);
    value["locations"] = json!([location(found, &located.place)]);
    if !related.is_empty() {
        value["relatedLocations"] = json!(related);
    }
    value["partialFingerprints"] = json!({ "liftlock/v1": fingerprint(located) });
    value
}

fn bare_result(found: &Finding, checks: &[&Meta]) -> Value {
    let mut value = json!({
        "ruleId": found.check,
        "level": level(found.severity),
        "message": { "text": format!("{}. {}", capitalised(&found.message), found.remedy) },
        "properties": {
            "minor": found.minor.map(|minor| minor.to_string()),
            "clusters": found.clusters,
            "field": found.path.to_string(),
            "fixable": found.fix.is_some(),
        },
    });
    if let Some(index) = checks.iter().position(|check| check.id == found.check) {
        value["ruleIndex"] = json!(index);
    }
    value
}

fn suppressed(found: &Finding, reason: &str, checks: &[&Meta]) -> Value {
    let mut value = bare_result(found, checks);
    value["suppressions"] = json!([{ "kind": "external", "status": "accepted", "justification": reason }]);
    value
}

fn location(found: &Finding, place: &Place) -> Value {
    let mut location = json!({ "physicalLocation": physical(place) });
    if let Some(object) = &found.object {
        let name = format!("{}/{} {}", object.api_version, object.kind, object.key);
        location["logicalLocations"] = json!([{ "fullyQualifiedName": name, "kind": "object" }]);
    }
    location
}

fn physical(place: &Place) -> Value {
    json!({
        "artifactLocation": { "uri": uri(&place.path), "uriBaseId": "%SRCROOT%" },
        "region": {
            "startLine": place.start.line,
            "startColumn": place.start.column,
            "endLine": place.end.line,
            "endColumn": place.end.column,
        },
    })
}

fn notification(item: &NotAssessed) -> Value {
    let detail = if item.detail.is_empty() { String::new() } else { format!(": {}", item.detail) };
    json!({
        "level": "warning",
        "descriptor": { "id": format!("not-assessed/{}", item.reason.id()) },
        "message": { "text": format!("not assessed ({}){detail}", item.reason.phrase()) },
        "locations": [{ "physicalLocation": { "artifactLocation": { "uri": uri(&item.path), "uriBaseId": "%SRCROOT%" } } }],
    })
}

/// A path as a relative URI: everything but unreserved characters and slashes is percent-encoded.
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            uri.push_str(&format!("%{byte:02X}"));
        }
    }
    uri
}

/// What stays when lines move: the check, the file, the object and the field.
fn fingerprint(located: &Located<'_>) -> String {
    let found = located.finding;
    let object =
        found.object.as_ref().map(|object| format!("{}/{}", object.kind, object.key)).unwrap_or_default();
    format!("{}:{}:{object}:{}", found.check, located.place.path, found.path)
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Breaks | Severity::Silent => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

fn precision(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::High => "very-high",
        Confidence::Medium => "high",
        Confidence::Low => "medium",
    }
}

fn pascal_case(id: &str) -> String {
    id.split('-').map(capitalised).collect()
}

fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_uris() {
        assert_eq!(uri("apps/a b/ü#.yaml"), "apps/a%20b/%C3%BC%23.yaml");
    }

    #[test]
    fn ids_become_names() {
        assert_eq!(pascal_case("removed-api"), "RemovedApi");
    }
}
