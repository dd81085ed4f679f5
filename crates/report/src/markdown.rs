//! The scan as Markdown, for pull request comments and job summaries.

use std::fmt::Write;

use checks::Safety;

use crate::json::severity_id;
use crate::scan::{Located, ScanReport};
use crate::summary::Counts;
use crate::text::{counted, journeys};
use crate::visible::visible;

/// Characters of the whole: GitHub refuses a comment of more than 65,536. The rest is for what a workflow puts
/// around it.
const CHARACTERS_MAX: usize = 64_000;

/// Of these, kept for the list of what was not assessed, so that findings cannot push it out.
const NOT_ASSESSED_CHARACTERS: usize = 8_000;

/// The scan as Markdown: the table by minor, the findings by file, what was not assessed. What does not fit
/// into a comment is left out, and a note says how much.
#[must_use]
pub fn markdown(report: &ScanReport<'_>) -> String {
    let mut output = format!("## Liftlock: {}\n\n", prose(&journeys(report)));
    write_counts(&mut output, report);
    write_minors(&mut output, report);
    write_findings(&mut output, report);
    write_not_assessed(&mut output, report);
    output
}

fn write_counts(output: &mut String, report: &ScanReport<'_>) {
    let summary = &report.summary;
    let files = counted(usize::try_from(summary.files_assessed).unwrap_or(usize::MAX), "file");
    let rendered: String = summary.rendered().iter().map(|rendered| format!(", {rendered}")).collect();
    let _ = writeln!(
        output,
        "**{}** in {files} assessed, **{}** not assessed, {} accepted by waivers{rendered}.\n",
        counted(summary.total.total(), "finding"),
        summary.not_assessed_total(),
        summary.waived
    );
}

fn write_minors(output: &mut String, report: &ScanReport<'_>) {
    if report.summary.by_minor.is_empty() {
        return;
    }
    output.push_str(
        "| at | breaks | silent | warning | info | safe fix | to answer | later |\n|---|--:|--:|--:|--:|--:|--:|--:|\n",
    );
    for (name, counts) in report.rows() {
        let Counts { breaks, silent, warning, info, fixable, questions, later } = counts;
        let _ = writeln!(
            output,
            "| {name} | {breaks} | {silent} | {warning} | {info} | {fixable} | {questions} | {later} |",
        );
    }
    output.push('\n');
}

/// The findings, a table for each file, as far as there is room.
fn write_findings(output: &mut String, report: &ScanReport<'_>) {
    let mut room = (CHARACTERS_MAX - NOT_ASSESSED_CHARACTERS).saturating_sub(output.len());
    let mut left_out = 0;
    for file in report.findings.chunk_by(|a, b| a.place.path == b.place.path) {
        let path = file.first().map_or("", |located| located.place.path.as_str());
        let header = format!(
            "### {}\n\n| line | severity | check | finding | what to do | fix |\n|--:|---|---|---|---|---|\n",
            code(path)
        );
        let rows: Vec<String> = file.iter().map(row).collect();
        let mut block = header;
        let mut fit = 0;
        for row in &rows {
            if block.len() + row.len() >= room {
                break;
            }
            block.push_str(row);
            fit += 1;
        }
        left_out += rows.len() - fit;
        if fit > 0 {
            block.push('\n');
            room = room.saturating_sub(block.len());
            output.push_str(&block);
        }
        if left_out > 0 {
            room = 0;
        }
    }
    if left_out > 0 {
        let them = counted(left_out, "finding");
        let _ =
            writeln!(output, "> **{them} left out**: a comment has no room for more; `-o json` has all.\n");
    }
}

fn row(located: &Located<'_>) -> String {
    let found = &located.finding;
    let fix = match found.fix.as_ref().map(|fix| &fix.safety) {
        None => "by hand",
        Some(Safety::Safe) => "safe",
        Some(Safety::Ask(_)) => "needs an answer",
        Some(Safety::Later { .. }) => "later",
    };
    let mut message = prose(&found.message);
    let rendered_by = found.rendered_by();
    if !rendered_by.is_empty() {
        let roots: Vec<String> = rendered_by.iter().map(|root| code(root)).collect();
        message.push_str(&format!(" (rendered by {})", roots.join(", ")));
    }
    if found.is_deployed == Some(false) {
        message.push_str(" (nothing deploys this file)");
    }
    format!(
        "| {} | {} | `{}` | {message} | {} | {fix} |\n",
        located.place.start.line,
        severity_id(found.severity),
        found.check,
        prose(&found.remedy)
    )
}

fn write_not_assessed(output: &mut String, report: &ScanReport<'_>) {
    let total = report.not_assessed.len();
    if total == 0 {
        return;
    }
    let _ = writeln!(
        output,
        "<details><summary>Not assessed: {total}</summary>\n\n| file | reason | detail |\n|---|---|---|"
    );
    let (mut room, mut shown) = (NOT_ASSESSED_CHARACTERS / 2, 0);
    for item in report.not_assessed.iter() {
        let row = format!("| {} | {} | {} |\n", code(&item.path), item.reason.phrase(), prose(&item.detail));
        if row.len() >= room {
            break;
        }
        room -= row.len();
        output.push_str(&row);
        shown += 1;
    }
    if shown < total {
        let _ = writeln!(output, "\n{} more are left out; `-o json` has all.", total - shown);
    }
    output.push_str("\n</details>\n");
}

/// Text that shows as it is: it cannot end a table's cell, begin markup of its own or call a person.
fn prose(text: &str) -> String {
    let mut output = String::with_capacity(text.len());
    for character in visible(text).chars() {
        match character {
            '<' => output.push_str("&lt;"),
            '>' => output.push_str("&gt;"),
            '&' => output.push_str("&amp;"),
            '@' => output.push_str("&#64;"),
            '#' => output.push_str("&#35;"),
            '|' | '`' | '*' | '_' | '[' | ']' | '~' | '\\' => output.extend(['\\', character]),
            other => output.push(other),
        }
    }
    output
}

/// A path as code. One with a backtick or a bar, which end code or a cell, is shown as prose.
fn code(path: &str) -> String {
    if path.contains(['`', '|']) { prose(path) } else { format!("`{}`", visible(path)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_from_files_begins_no_markup() {
        assert_eq!(
            prose("a|b <img> @team *x* [l](u) `c`\n# t"),
            "a\\|b &lt;img&gt; &#64;team \\*x\\* \\[l\\](u) \\`c\\`\\\\n&#35; t"
        );
        assert_eq!(code("a b.yaml"), "`a b.yaml`");
        assert_eq!(code("a`|b.yaml"), "a\\`\\|b.yaml");
    }
}
