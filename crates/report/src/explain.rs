//! What is known about a check, an API, an add-on or a version, for a person who asks. Prose is wrapped; examples and
//! links stay as they are.

use std::collections::BTreeMap;
use std::fmt::Write;

use catalog::{Api, BehaviourChange, CrdApi, Found, Release};
use checks::{Check, Confidence, Meta};
use jiff::civil::Date;
use version::Minor;

use crate::calendar::calendar_text;
use crate::json::severity_id;
use crate::text::hanging;

/// A check: what, why it hurts, since when, what to do, where the facts come from. In lines of `width` columns.
#[must_use]
pub fn explain_check(check: &Meta, width: usize) -> String {
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
    let prose = |text: &str| hanging("  ", text, width);
    let lines = |text: &str| text.lines().map(|line| format!("  {line}\n")).collect::<String>();
    for (title, text) in [
        ("What it finds", prose(check.what)),
        ("Why it hurts", prose(check.why)),
        ("What to do", prose(check.remedy)),
        ("Example", lines(check.example)),
        ("Mended", lines(check.fixed)),
        ("Fix", prose(check.fix_safety)),
        ("Sources", lines(&check.links.join("\n"))),
    ] {
        if !text.trim().is_empty() {
            let _ = write!(output, "\n{title}:\n{text}");
        }
    }
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

/// Facts that were found by a name, as of `today`, in lines of `width` columns. Empty if there are none.
#[must_use]
pub fn explain_facts(facts: &[Found], today: Date, width: usize) -> String {
    let mut parts: Vec<String> = facts.iter().map(|fact| explain_fact(*fact, today, width)).collect();
    parts.dedup();
    parts.join("\n")
}

fn explain_fact(fact: Found, today: Date, width: usize) -> String {
    match fact {
        Found::Api(api) => explain_api(api, width),
        Found::Crd(crd) => explain_crd(crd, width),
        Found::Addon(addon) => explain_addon(addon, width),
        Found::Release(release) => explain_release(release, today, width),
        Found::Behaviour(change) => explain_behaviour(change, width),
        Found::FeatureGate(gate) => {
            let mut rows = Rows::of(&format!("feature gate {}", gate.name()), width);
            rows.add("removed", &format!("{}: a component that is given it does not start", gate.removed()));
            rows.add("source", gate.source());
            rows.output
        }
    }
}

/// A heading with named values below it.
struct Rows {
    output: String,
    width: usize,
}

impl Rows {
    fn of(heading: &str, width: usize) -> Self {
        Self { output: format!("{heading}\n"), width }
    }

    /// A value, unless it is empty or, as tables write it, a dash.
    fn add(&mut self, name: &str, value: &str) {
        if !value.is_empty() && value != "-" {
            self.output.push_str(&hanging(&format!("  {name:<16} "), value, self.width));
        }
    }

    fn add_if(&mut self, name: &str, value: Option<impl ToString>) {
        if let Some(value) = value {
            self.add(name, &value.to_string());
        }
    }

    /// Several values, one below the other.
    fn add_each(&mut self, name: &str, values: &[String]) {
        for (index, value) in values.iter().enumerate() {
            self.add(if index == 0 { name } else { "" }, value);
        }
    }
}

fn explain_api(api: Api, width: usize) -> String {
    let mut rows = Rows::of(&api.gvk().to_string(), width);
    rows.add_if("introduced", api.introduced());
    rows.add_if("deprecated", api.deprecated());
    rows.add_if("removed", api.removed());
    rows.add_if(
        "use",
        api.replacement().map(|gvk| replacement(gvk, catalog::api(gvk).and_then(Api::introduced))),
    );
    rows.add("notes", api.notes());
    rows.add("source", api.source());
    rows.output
}

fn replacement(gvk: resource::GroupVersionKind<'_>, since: Option<Minor>) -> String {
    match since {
        Some(since) => format!("{gvk}, served since {since}"),
        None => gvk.to_string(),
    }
}

fn explain_crd(crd: CrdApi, width: usize) -> String {
    let mut rows = Rows::of(&format!("{} (custom resource of {})", crd.gvk(), crd.addon()), width);
    let version = |version: Option<catalog::VersionText>| version.map(|version| version.text());
    rows.add_if("introduced", version(crd.introduced()));
    rows.add_if("deprecated", version(crd.deprecated()));
    rows.add_if("unserved", version(crd.unserved()));
    rows.add_if("removed", version(crd.removed()));
    rows.add_if("use", crd.replacement());
    rows.add("notes", crd.notes());
    rows.add("source", crd.source());
    rows.output
}

fn explain_addon(addon: &str, width: usize) -> String {
    let mut output = format!("add-on {addon}\n");
    let mut statements: Vec<_> = catalog::addon_compatibility(addon).collect();
    statements.sort_by_key(|statement| numbers_in(statement.version_range()));
    let range_width = statements.iter().map(|statement| statement.version_range().len()).max().unwrap_or(0);
    for statement in statements {
        let bound = |minor: Option<Minor>| minor.map_or_else(|| "?".to_owned(), |minor| minor.to_string());
        let _ = writeln!(
            output,
            "  {:<range_width$}  Kubernetes {} … {}  ({})",
            statement.version_range(),
            bound(statement.oldest()),
            bound(statement.newest()),
            statement.basis()
        );
    }
    let mut kinds: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for crd in catalog::crd_apis().filter(|crd| crd.addon() == addon) {
        kinds.entry(crd.gvk().group_version().to_string()).or_default().push(crd.gvk().kind);
    }
    if !kinds.is_empty() {
        output.push_str("\n  custom resources:\n");
    }
    for (group_version, mut kinds) in kinds {
        kinds.dedup();
        output.push_str(&hanging(&format!("    {group_version}: "), &kinds.join(", "), width));
    }
    output
}

/// The numbers that a range names, by which ranges sort as people count: 1.9 before 1.10.
fn numbers_in(range: &str) -> Vec<u64> {
    let digits = range.split(|character: char| !character.is_ascii_digit());
    digits.filter_map(|digits| digits.parse().ok()).collect()
}

fn explain_release(release: Release, today: Date, width: usize) -> String {
    let minor = release.minor();
    let mut rows = Rows::of(&format!("Kubernetes {minor}"), width);
    rows.add("hop", release.hop_notes());
    let removed: Vec<String> =
        catalog::apis().filter(|api| api.removed() == Some(minor)).map(|api| api.gvk().to_string()).collect();
    rows.add_each("no longer served", &removed);
    let changes: Vec<String> = catalog::behaviours()
        .filter(|change| change.milestones().any(|(_, at)| at == minor))
        .map(|change| format!("{}: {}", change.id(), change.change()))
        .collect();
    rows.add_each("changes", &changes);
    rows.add("source", release.source());
    rows.output + "\n" + &calendar_text(Some(minor), today)
}

fn explain_behaviour(change: BehaviourChange, width: usize) -> String {
    let mut rows = Rows::of(&format!("{} ({})", change.id(), change.area()), width);
    rows.add("change", change.change());
    rows.add("since", change.effective_text());
    rows.add("in files", change.detect());
    rows.add("on a cluster", change.detect_live());
    rows.add("what to do", change.fix());
    rows.add("source", change.source());
    rows.output
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_an_add_on_come_as_people_count() {
        let text = explain_addon("cert-manager", 80);
        let place = |version: &str| text.find(&format!("  {version} ")).unwrap();
        assert!(place("1.2.x") < place("1.9.x") && place("1.9.x") < place("1.10.x"), "{text}");
    }

    #[test]
    fn no_line_of_prose_is_wider_than_asked_for() {
        let changes: String = catalog::behaviours().map(|change| explain_behaviour(change, 60)).collect();
        // A word that is longer stands alone behind the name's column.
        let is_too_wide = |line: &&str| line.chars().count() > 60 && line.trim().contains(' ');
        let wide: Vec<&str> =
            changes.lines().filter(is_too_wide).filter(|line| line.starts_with("     ")).collect();
        assert_eq!(wide, [""; 0]);
    }
}
