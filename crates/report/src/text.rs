//! Findings for a person at a terminal: excerpts with a caret, grouped by file, then a table.

use std::fmt::Write;

use annotate_snippets::{AnnotationKind, Element, Group, Level, Renderer, Snippet};
use checks::{Safety, Severity};
use inventory::NotAssessed;

use crate::scan::{Located, ScanReport};
use crate::summary::{Counts, Summary};

/// How the text is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Whether to use colours. Nothing is said by colour alone.
    pub color: bool,
    /// The width to wrap at.
    pub width: usize,
    /// Whether to list everything that was not assessed instead of a few for each reason.
    pub verbose: bool,
    /// Whether to leave the findings out and show the summary only.
    pub summary_only: bool,
}

/// Paths named for each reason why something was not assessed, unless all are asked for.
const NOT_ASSESSED_SHOWN: usize = 3;

/// The scan as text.
#[must_use]
pub fn text(report: &ScanReport<'_>, style: Style) -> String {
    let mut output = String::new();
    if !style.summary_only {
        let renderer =
            if style.color { Renderer::styled() } else { Renderer::plain() }.term_width(style.width);
        for located in &report.findings {
            output.push_str(&renderer.render(&[finding(located)]));
            output.push_str("\n\n");
        }
    }
    write_summary(&mut output, report);
    write_not_assessed(&mut output, report, style);
    write_waived(&mut output, report);
    write_next(&mut output, report);
    output
}

fn finding<'a>(located: &'a Located<'a>) -> Group<'a> {
    let found = located.finding;
    let mut group =
        level(found.severity).primary_title(found.message.as_str()).id(found.check).element(excerpt(located));
    for (place, what) in &located.related {
        let at = format!("{what}: {}:{}:{}", place.path, place.start.line, place.start.column);
        group = group.element(Level::NOTE.message(at));
    }
    if let Some(at) = when(located) {
        group = group.element(Level::NOTE.with_name("when").message(at));
    }
    group = group.element(Level::HELP.message(found.remedy.as_str()));
    match found.fix.as_ref().map(|fix| &fix.safety) {
        None => group,
        Some(Safety::Safe) => {
            group.element(Level::HELP.with_name("fix").message("safe; `liftlock fix` makes it"))
        }
        Some(Safety::Ask(question)) => {
            group.element(Level::HELP.with_name("fix").message(format!("needs an answer: {question}")))
        }
    }
}

fn excerpt<'a>(located: &'a Located<'a>) -> Element<'a> {
    let place = &located.place;
    let (from, to) = place.range_in_line;
    let line = if is_secret(located) { masked(&place.line) } else { place.line.clone() };
    let line_start = usize::try_from(place.start.line).unwrap_or(1);
    let to = if line.len() == place.line.len() { to } else { line.len() };
    Snippet::source(line)
        .line_start(line_start)
        .path(place.path.as_str())
        .annotation(AnnotationKind::Primary.span(from.min(to)..to))
        .into()
}

/// Whether the place shows a value of a Secret.
pub(crate) fn is_secret(located: &Located<'_>) -> bool {
    let is_secret_kind = located.finding.object.as_ref().is_some_and(|object| object.kind == "Secret");
    let path = located.finding.path.to_string();
    is_secret_kind && (path.starts_with("data") || path.starts_with("stringData"))
}

/// A line with everything after its key hidden.
fn masked(line: &str) -> String {
    match line.split_once(':') {
        Some((key, _)) => format!("{key}: ***"),
        None => "***".to_owned(),
    }
}

fn when(located: &Located<'_>) -> Option<String> {
    let found = located.finding;
    let clusters = found.clusters.join(", ");
    match (found.minor, clusters.is_empty()) {
        (None, true) => None,
        (Some(minor), true) => Some(format!("Kubernetes {minor}")),
        (None, false) => Some(format!("on {clusters}")),
        (Some(minor), false) => Some(format!("Kubernetes {minor}, on {clusters}")),
    }
}

fn level(severity: Severity) -> Level<'static> {
    match severity {
        Severity::Breaks => Level::ERROR.with_name("breaks"),
        Severity::Silent => Level::ERROR.with_name("silent"),
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
    }
}

/// The journeys in words: `1.24 → 1.26`, with the cluster's name where there is one.
pub(crate) fn journeys(report: &ScanReport<'_>) -> String {
    let mut ways: Vec<String> = report
        .journeys
        .iter()
        .map(|journey| {
            let start = journey.from.map_or_else(|| "any version".to_owned(), |from| from.to_string());
            let name = journey.cluster.as_ref().map(|name| format!("{name} ")).unwrap_or_default();
            format!("{name}{start} → {}", journey.to)
        })
        .collect();
    ways.dedup();
    ways.join(", ")
}

fn write_summary(output: &mut String, report: &ScanReport<'_>) {
    let summary = &report.summary;
    let found = match summary.total.total() {
        0 => "no findings".to_owned(),
        1 => "1 finding in 1 file".to_owned(),
        total => format!("{total} findings in {}", counted(summary.files_with_findings, "file")),
    };
    let files = counted(usize::try_from(summary.files_assessed).unwrap_or(usize::MAX), "file");
    let _ = writeln!(output, "{}: {found}; {files} assessed", journeys(report));
    if summary.total.total() > 0 {
        output.push('\n');
        write_table(output, summary);
    }
}

fn write_table(output: &mut String, summary: &Summary) {
    let _ = writeln!(
        output,
        "  {:<12} {:>7} {:>7} {:>8} {:>6} {:>9} {:>10}",
        "at", "breaks", "silent", "warning", "info", "safe fix", "to answer"
    );
    for row in &summary.by_minor {
        let name = row.minor.map_or_else(|| "any version".to_owned(), |minor| minor.to_string());
        write_row(output, &name, &row.counts);
    }
    if summary.by_minor.len() > 1 {
        write_row(output, "total", &summary.total);
    }
}

fn write_row(output: &mut String, name: &str, counts: &Counts) {
    let cell = |count: usize| if count == 0 { "-".to_owned() } else { count.to_string() };
    let Counts { breaks, silent, warning, info, fixable, questions } = *counts;
    let _ = writeln!(
        output,
        "  {name:<12} {:>7} {:>7} {:>8} {:>6} {:>9} {:>10}",
        cell(breaks),
        cell(silent),
        cell(warning),
        cell(info),
        cell(fixable),
        cell(questions)
    );
}

fn write_not_assessed(output: &mut String, report: &ScanReport<'_>, style: Style) {
    let total = report.summary.not_assessed_total();
    if total == 0 {
        return;
    }
    let _ = writeln!(output, "\nNot assessed: {total} (neither clean nor at fault)");
    for (reason, count) in &report.summary.not_assessed {
        let items: Vec<&NotAssessed> =
            report.not_assessed.iter().filter(|item| item.reason == *reason).collect();
        let _ = writeln!(output, "  {count:>5}  {}", reason.phrase());
        let shown = if style.verbose { items.len() } else { NOT_ASSESSED_SHOWN };
        for item in items.iter().take(shown) {
            let detail = if item.detail.is_empty() { String::new() } else { format!("  ({})", item.detail) };
            let _ = writeln!(output, "         {}{detail}", item.path);
        }
        if items.len() > shown {
            let _ = writeln!(output, "         and {} more; -v lists all", items.len() - shown);
        }
    }
}

fn write_waived(output: &mut String, report: &ScanReport<'_>) {
    if !report.waived.is_empty() {
        let _ = writeln!(output, "\n{} accepted by waivers", counted(report.waived.len(), "finding"));
    }
}

fn write_next(output: &mut String, report: &ScanReport<'_>) {
    let Counts { fixable, questions, .. } = report.summary.total;
    if fixable + questions == 0 {
        return;
    }
    let what = match (fixable, questions) {
        (safe, 0) => format!("shows {} as a diff", counted_with(safe, "safe fix", "safe fixes")),
        (0, asked) => format!("asks {}", counted(asked, "question")),
        (safe, asked) => format!(
            "shows {} as a diff and asks {}",
            counted_with(safe, "safe fix", "safe fixes"),
            counted(asked, "question")
        ),
    };
    let _ = writeln!(output, "\nNext: {}   {what}; --write applies them", report.fix_command);
}

/// `1 file`, `2 files`.
pub(crate) fn counted(count: usize, noun: &str) -> String {
    counted_with(count, noun, &format!("{noun}s"))
}

fn counted_with(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
