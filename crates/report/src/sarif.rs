//! SARIF 2.1.0 with physical locations, for code scanning in pull requests.
//!
//! What was not assessed stands among the invocation's notifications, since SARIF has no third verdict:
//! a viewer shows it, and it makes no result.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::BTreeMap;

use checks::{Confidence, Finding, Meta, Safety, Severity};
use inventory::NotAssessed;
use serde_json::{Value, json};

use crate::scan::{Located, Place, ScanReport, Waived};
use crate::visible::visible_json;

/// Results in one run: GitHub refuses a file with more. What matters most is kept, and a notification says
/// how much is left out.
const RESULTS_MAX: usize = 25_000;

/// The scan as SARIF, pretty-printed, with a line end. `checks` are the checks that ran; `version` is
/// the program's own.
#[must_use]
pub fn sarif(report: &ScanReport<'_>, checks: &[&Meta], version: &str) -> String {
    sarif_within(report, checks, version, RESULTS_MAX)
}

fn sarif_within(report: &ScanReport<'_>, checks: &[&Meta], version: &str, results_max: usize) -> String {
    let rules: Vec<Value> = checks.iter().map(|check| rule(check)).collect();
    let (results, left_out) = results(report, checks, results_max);
    let mut notifications: Vec<Value> = report.not_assessed.iter().map(notification).collect();
    notifications.extend((left_out > 0).then(|| cut(left_out, results_max)));
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
    visible_json(text)
}

/// The results, at most `results_max` of them, and how many are left out. Those that break go first, those
/// that waivers accept go last; what is kept stays in the order of the report.
fn results(report: &ScanReport<'_>, checks: &[&Meta], results_max: usize) -> (Vec<Value>, usize) {
    let waived = report.waived.iter().map(|waived| (&waived.located, Some(waived)));
    let mut kept: Vec<_> =
        report.findings.iter().map(|located| (located, None)).chain(waived).enumerate().collect();
    let left_out = kept.len().saturating_sub(results_max);
    if left_out > 0 {
        kept.sort_by_key(|(_, (located, waived))| (waived.is_some(), Reverse(located.finding.severity)));
        kept.truncate(results_max);
        kept.sort_by_key(|(index, _)| *index);
    }
    let mut seen = BTreeMap::new();
    let result_of = |(located, waived): (&Located<'_>, Option<&Waived<'_>>)| {
        let mut value = result(located, checks, &mut seen);
        if let Some(waived) = waived {
            let reason = format!("{} ({}, until {})", waived.reason, waived.owner, waived.expires);
            value["suppressions"] =
                json!([{ "kind": "external", "status": "accepted", "justification": reason }]);
        }
        value
    };
    (kept.into_iter().map(|(_, item)| item).map(result_of).collect(), left_out)
}

fn cut(left_out: usize, results_max: usize) -> Value {
    json!({
        "level": "error",
        "descriptor": { "id": "results-left-out" },
        "message": { "text": format!(
            "{left_out} results are left out, since code scanning takes {results_max} at most; -o json has all"
        ) },
    })
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

fn result(located: &Located<'_>, checks: &[&Meta], seen: &mut BTreeMap<String, usize>) -> Value {
    let found = &located.finding;
    let mut value = json!({
        "ruleId": found.check,
        "level": level(found.severity),
        "message": { "text": message(found) },
        "locations": [location(found, &located.place)],
        "partialFingerprints": { "liftlock/v1": fingerprint(located, seen) },
        "properties": {
            "minor": found.minor.map(|minor| minor.to_string()),
            "clusters": found.clusters,
            "roots": found.roots,
            "charts": found.charts.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "deployed": found.is_deployed,
            "field": found.path.to_string(),
            "fixable": found.fix.as_ref().is_some_and(|fix| !matches!(fix.safety, Safety::Later { .. })),
        },
    });
    if let Some(index) = checks.iter().position(|check| check.id == found.check) {
        value["ruleIndex"] = json!(index);
    }
    if !located.related.is_empty() {
        value["relatedLocations"] = related(located);
    }
    value
}

/// What was found and what to do. Viewers do not show properties, so the roots stand in the text too.
fn message(found: &Finding) -> String {
    let mut text = format!("{}. {}", capitalised(&found.message), found.remedy);
    let rendered_by = found.rendered_by();
    if !rendered_by.is_empty() {
        text.push_str(&format!(" (rendered by {})", rendered_by.join(", ")));
    }
    if found.is_deployed == Some(false) {
        text.push_str(" (nothing deploys this file)");
    }
    text
}

fn related(located: &Located<'_>) -> Value {
    let places = located.related.iter().enumerate();
    let place = |(index, (place, what)): (usize, &(Place, Cow<'_, str>))| json!({ "id": index, "message": { "text": what }, "physicalLocation": physical(place) });
    places.map(place).collect()
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

/// What stays when lines move: the check, the file, the object and the field, and which one it is of several
/// that share them all.
fn fingerprint(located: &Located<'_>, seen: &mut BTreeMap<String, usize>) -> String {
    let found = &located.finding;
    let object =
        found.object.as_ref().map(|object| format!("{}/{}", object.kind, object.key)).unwrap_or_default();
    let name = format!("{}:{}:{object}:{}", found.check, located.place.path, found.path);
    let count = seen.entry(name.clone()).or_default();
    *count += 1;
    format!("{name}:{count}")
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
