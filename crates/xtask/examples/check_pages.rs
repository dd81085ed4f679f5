//! Prints the page of every check, and their index, as JSON: path to content. `cargo xtask generate` writes them.
//!
//! An example rather than part of the program, so that `cargo xtask house` and `ci` run while the engine does not compile.

#![expect(clippy::print_stdout, reason = "the pages are this program's output")]

use anyhow::Result;
use checks::{Confidence, Meta, Severity};
use std::collections::BTreeMap;
use version::Minor;

fn main() -> Result<()> {
    let checks: Vec<&Meta> = checks::registry().iter().map(|check| check.meta()).collect();
    let mut pages = BTreeMap::from([("docs/checks/README.md".to_owned(), index(&checks))]);
    for check in checks {
        pages.insert(format!("docs/checks/{}.md", check.id), page(check));
    }
    println!("{}", serde_json::to_string(&pages)?);
    Ok(())
}

fn index(checks: &[&Meta]) -> String {
    let mut text = "# Checks\n\nOne page per check; `liftlock explain CHECK` prints the same. ".to_owned();
    text.push_str(&format!("There are {} checks.\n\n", checks.len()));
    text.push_str("| check | what it finds | severity | Kubernetes | fix |\n|---|---|---|---|---|\n");
    for check in checks {
        let fix = if check.fix_safety.is_empty() { "–" } else { "yes" };
        let (id, title) = (check.id, cell(check.title));
        let (severity, minors) = (severity(check.severity), minors(check));
        text.push_str(&format!("| [{id}]({id}.md) | {title} | {severity} | {minors} | {fix} |\n"));
    }
    text
}

fn page(check: &Meta) -> String {
    // No `..`: a field that is added to what is known about a check must not be forgotten on its page.
    let Meta {
        id,
        title,
        severity: level,
        confidence: sureness,
        first: _,
        last: _,
        what,
        why,
        remedy,
        example,
        fixed,
        fix_safety,
        rows,
        links,
        triggers: _,
    } = check;
    let mut text = format!("# {id}\n\n{title}.\n\n");
    text.push_str(&format!("- Severity: {}\n", severity(*level)));
    text.push_str(&format!("- Confidence: {}\n", confidence(*sureness)));
    text.push_str(&format!("- Kubernetes: {}\n", minors(check)));
    section(&mut text, "What it finds", what);
    section(&mut text, "Why it hurts an upgrade", why);
    section(&mut text, "Example", &yaml(example));
    section(&mut text, "What to do", remedy);
    section(&mut text, "After it", &yaml(fixed));
    section(
        &mut text,
        "Fix",
        if fix_safety.is_empty() { "It has no fix: a person must decide." } else { fix_safety },
    );
    section(&mut text, "Facts", &list(rows, |row| format!("- `{row}`\n")));
    section(&mut text, "Links", &list(links, |link| format!("- <{link}>\n")));
    text
}

/// Adds a section, unless there is nothing to say in it.
fn section(text: &mut String, heading: &str, body: &str) {
    let body = body.trim();
    if !body.is_empty() {
        text.push_str(&format!("\n## {heading}\n\n{body}\n"));
    }
}

fn yaml(example: &str) -> String {
    let example = example.trim_end();
    if example.is_empty() { String::new() } else { format!("```yaml\n{example}\n```") }
}

fn list(items: &[&str], line: impl Fn(&str) -> String) -> String {
    items.iter().map(|item| line(item)).collect()
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "info",
        Severity::Warning => "warning",
        Severity::Silent => "silent: the meaning changes without any error",
        Severity::Breaks => "breaks",
    }
}

fn confidence(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Low => "low: a sign, such as a name or an image's path",
        Confidence::Medium => "medium: very likely; depends on something that a file does not show",
        Confidence::High => "high: what the file says, judged by facts with a source",
    }
}

fn minors(check: &Meta) -> String {
    let shown = |minor: Option<Minor>| minor.map(|minor| minor.to_string());
    match (shown(check.first), shown(check.last)) {
        (None, None) => "every upgrade".to_owned(),
        (Some(first), None) => format!("upgrades to {first} and later"),
        (None, Some(last)) => format!("upgrades up to {last}"),
        (Some(first), Some(last)) if first == last => format!("the upgrade to {first}"),
        (Some(first), Some(last)) => format!("upgrades to {first} up to {last}"),
    }
}
