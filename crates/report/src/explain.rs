//! What is known about a check, an API, an add-on or a version, for a person who asks.

use std::fmt::Write;

use catalog::{Api, BehaviourChange, CrdApi, Found, Release};
use checks::{Check, Confidence, Meta};
use jiff::civil::Date;
use version::Minor;

use crate::calendar::calendar_text;
use crate::json::severity_id;

/// A check: what, why it hurts, since when, what to do, where the facts come from.
#[must_use]
pub fn explain_check(check: &Meta) -> String {
    let mut output = format!("{} ({})\n\n", check.title, check.id);
    let window = match (check.first, check.last) {
        (None, None) => "every upgrade".to_owned(),
        (Some(first), None) => format!("upgrades to {first} and later"),
        (None, Some(last)) => format!("upgrades up to {last}"),
        (Some(first), Some(last)) if first == last => format!("the upgrade to {first}"),
        (Some(first), Some(last)) => format!("upgrades to {first} … {last}"),
    };
    let confidence = match check.confidence {
        Confidence::High => "high",
        Confidence::Medium => "medium",
        Confidence::Low => "low",
    };
    let _ = writeln!(
        output,
        "severity    {}\nconfidence  {confidence}\nmatters for {window}",
        severity_id(check.severity)
    );
    section(&mut output, "What it finds", check.what);
    section(&mut output, "Why it hurts", check.why);
    section(&mut output, "What to do", check.remedy);
    section(&mut output, "Example", check.example);
    section(&mut output, "Mended", check.fixed);
    section(&mut output, "Fix", check.fix_safety);
    section(&mut output, "Sources", &check.links.join("\n"));
    output
}

/// All checks, one a line.
#[must_use]
pub fn list_checks(checks: &[&'static dyn Check]) -> String {
    let width = checks.iter().map(|check| check.meta().id.len()).max().unwrap_or(0);
    let mut output = String::new();
    for check in checks {
        let meta = check.meta();
        let _ = writeln!(output, "{:<width$}  {:<7}  {}", meta.id, severity_id(meta.severity), meta.title);
    }
    output
}

/// Facts that were found by a name. Empty if there are none.
#[must_use]
pub fn explain_facts(facts: &[Found], today: Date) -> String {
    let mut parts: Vec<String> = facts.iter().map(|fact| explain_fact(*fact, today)).collect();
    parts.dedup();
    parts.join("\n")
}

fn explain_fact(fact: Found, today: Date) -> String {
    match fact {
        Found::Api(api) => explain_api(api),
        Found::Crd(crd) => explain_crd(crd),
        Found::Addon(addon) => explain_addon(addon),
        Found::Release(release) => explain_release(release, today),
        Found::Behaviour(change) => explain_behaviour(change),
        Found::FeatureGate(gate) => {
            format!(
                "feature gate {}\n  removed  {}: a component that is given it does not start\n  source   {}\n",
                gate.name(),
                gate.removed(),
                gate.source()
            )
        }
    }
}

fn explain_api(api: Api) -> String {
    let mut output = format!("{}\n", api.gvk());
    let minor = |minor: Option<Minor>| minor.map(|minor| minor.to_string());
    row(&mut output, "introduced", minor(api.introduced()));
    row(&mut output, "deprecated", minor(api.deprecated()));
    row(&mut output, "removed", minor(api.removed()));
    row(
        &mut output,
        "use",
        api.replacement().map(|gvk| replacement(gvk, catalog::api(gvk).and_then(Api::introduced))),
    );
    row(&mut output, "notes", Some(api.notes().to_owned()));
    row(&mut output, "source", Some(api.source().to_owned()));
    output
}

fn replacement(gvk: resource::GroupVersionKind<'_>, since: Option<Minor>) -> String {
    match since {
        Some(since) => format!("{gvk}, served since {since}"),
        None => gvk.to_string(),
    }
}

fn explain_crd(crd: CrdApi) -> String {
    let mut output = format!("{} (custom resource of {})\n", crd.gvk(), crd.addon());
    let version = |version: Option<catalog::VersionText>| version.map(|version| version.text().to_owned());
    row(&mut output, "introduced", version(crd.introduced()));
    row(&mut output, "deprecated", version(crd.deprecated()));
    row(&mut output, "unserved", version(crd.unserved()));
    row(&mut output, "removed", version(crd.removed()));
    row(&mut output, "use", crd.replacement().map(|gvk| gvk.to_string()));
    row(&mut output, "notes", Some(crd.notes().to_owned()));
    row(&mut output, "source", Some(crd.source().to_owned()));
    output
}

fn explain_addon(addon: &str) -> String {
    let mut output = format!("add-on {addon}\n");
    for row in catalog::addon_compatibility(addon) {
        let bound = |minor: Option<Minor>| minor.map_or_else(|| "?".to_owned(), |minor| minor.to_string());
        let _ = writeln!(
            output,
            "  {:<14} Kubernetes {} … {}  ({})",
            row.version_range(),
            bound(row.oldest()),
            bound(row.newest()),
            row.basis()
        );
    }
    let mut kinds: Vec<String> =
        catalog::crd_apis().filter(|crd| crd.addon() == addon).map(|crd| crd.gvk().to_string()).collect();
    kinds.dedup();
    if !kinds.is_empty() {
        let _ = writeln!(output, "  custom resources: {}", kinds.join(", "));
    }
    output
}

fn explain_release(release: Release, today: Date) -> String {
    let minor = release.minor();
    let mut output = format!("Kubernetes {minor}\n");
    row(&mut output, "hop", Some(release.hop_notes().to_owned()));
    let removed: Vec<String> =
        catalog::apis().filter(|api| api.removed() == Some(minor)).map(|api| api.gvk().to_string()).collect();
    row(&mut output, "no longer served", (!removed.is_empty()).then(|| removed.join(", ")));
    let changes: Vec<&str> = catalog::behaviours()
        .filter(|change| change.milestones().any(|(_, at)| at == minor))
        .map(BehaviourChange::id)
        .collect();
    row(&mut output, "changes", (!changes.is_empty()).then(|| changes.join(", ")));
    row(&mut output, "source", Some(release.source().to_owned()));
    output.push('\n');
    output.push_str(&calendar_text(Some(minor), today));
    output
}

fn explain_behaviour(change: BehaviourChange) -> String {
    let mut output = format!("{} ({})\n", change.id(), change.area());
    row(&mut output, "change", Some(change.change().to_owned()));
    row(&mut output, "since", Some(change.effective_text().to_owned()));
    row(&mut output, "in files", Some(change.detect().to_owned()));
    row(&mut output, "on a cluster", Some(change.detect_live().to_owned()));
    row(&mut output, "what to do", Some(change.fix().to_owned()));
    row(&mut output, "source", Some(change.source().to_owned()));
    output
}

fn row(output: &mut String, name: &str, value: Option<String>) {
    if let Some(value) = value.filter(|value| !value.is_empty() && value != "-") {
        let _ = writeln!(output, "  {name:<16} {value}");
    }
}

fn section(output: &mut String, title: &str, text: &str) {
    if text.is_empty() {
        return;
    }
    let _ = writeln!(output, "\n{title}:");
    for line in text.lines() {
        let _ = writeln!(output, "  {line}");
    }
}
