//! The scan as Markdown, for pull request comments and job summaries.

use std::fmt::Write;

use checks::Safety;

use crate::json::severity_id;
use crate::scan::{Located, ScanReport};
use crate::text::{counted, journeys};

/// The scan as Markdown: the table by minor, the findings by file, what was not assessed.
#[must_use]
pub fn markdown(report: &ScanReport<'_>) -> String {
    let mut output = format!("## Liftlock: {}\n\n", journeys(report));
    let summary = &report.summary;
    let files = counted(usize::try_from(summary.files_assessed).unwrap_or(usize::MAX), "file");
    let _ = writeln!(
        output,
        "**{}** in {files} assessed, **{}** not assessed, {} accepted by waivers.\n",
        counted(summary.total.total(), "finding"),
        summary.not_assessed_total(),
        summary.waived
    );
    write_minors(&mut output, report);
    for group in report.findings.chunk_by(|a, b| a.place.path == b.place.path) {
        write_file(&mut output, group);
    }
    write_not_assessed(&mut output, report);
    output
}

fn write_minors(output: &mut String, report: &ScanReport<'_>) {
    if report.summary.by_minor.is_empty() {
        return;
    }
    output.push_str(
        "| at | breaks | silent | warning | info | safe fix | to answer |\n|---|--:|--:|--:|--:|--:|--:|\n",
    );
    for row in &report.summary.by_minor {
        let name = row.minor.map_or_else(|| "any version".to_owned(), |minor| minor.to_string());
        let counts = &row.counts;
        let _ = writeln!(
            output,
            "| {name} | {} | {} | {} | {} | {} | {} |",
            counts.breaks, counts.silent, counts.warning, counts.info, counts.fixable, counts.questions
        );
    }
    output.push('\n');
}

fn write_file(output: &mut String, group: &[Located<'_>]) {
    let path = group.first().map(|located| located.place.path.as_str()).unwrap_or_default();
    let _ = writeln!(
        output,
        "### `{path}`\n\n| line | severity | check | finding | what to do | fix |\n|--:|---|---|---|---|---|"
    );
    for located in group {
        let found = located.finding;
        let fix = match found.fix.as_ref().map(|fix| &fix.safety) {
            None => "by hand",
            Some(Safety::Safe) => "safe",
            Some(Safety::Ask(_)) => "needs an answer",
        };
        let _ = writeln!(
            output,
            "| {} | {} | `{}` | {} | {} | {fix} |",
            located.place.start.line,
            severity_id(found.severity),
            found.check,
            cell(&found.message),
            cell(&found.remedy)
        );
    }
    output.push('\n');
}

fn write_not_assessed(output: &mut String, report: &ScanReport<'_>) {
    if report.not_assessed.is_empty() {
        return;
    }
    let _ = writeln!(
        output,
        "<details><summary>Not assessed: {}</summary>\n\n| file | reason | detail |\n|---|---|---|",
        report.not_assessed.len()
    );
    for item in report.not_assessed {
        let _ = writeln!(output, "| `{}` | {} | {} |", item.path, item.reason.phrase(), cell(&item.detail));
    }
    output.push_str("\n</details>\n");
}

/// Text that cannot end a table's cell or begin markup of its own.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('<', "&lt;").replace(['\n', '\r'], " ")
}
