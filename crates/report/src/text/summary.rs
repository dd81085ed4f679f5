//! The end of the text: the counts, what was not assessed, what waivers accept, what to type next.

use std::collections::BTreeMap;
use std::fmt::Write;

use inventory::NotAssessed;

use super::Style;
use super::wrap::hanging;
use version::Minor;

use crate::scan::ScanReport;
use crate::summary::Counts;
use crate::visible::visible;

/// Paths named for each reason why something was not assessed, unless all are asked for.
const NOT_ASSESSED_SHOWN: usize = 3;

/// Writes it all.
pub(super) fn write(output: &mut String, report: &ScanReport<'_>, style: Style) {
    write_counts(output, report, style);
    write_not_assessed(output, report, style);
    super::switches::write(output, report, style);
    write_waived(output, report, style);
    write_next(output, report, style);
}

/// The minor at which a journey begins, where it is known, and the one at which it ends.
type Way = (Option<Minor>, Minor);

/// The journeys in words: `1.24 → 1.26`, each with the clusters that go it where they have names.
pub(crate) fn journeys(report: &ScanReport<'_>) -> String {
    let mut ways: Vec<(Way, Vec<&str>)> = Vec::new();
    for journey in report.journeys {
        let way = (journey.from, journey.to);
        let name = journey.cluster.as_deref();
        match ways.iter_mut().find(|(known, _)| *known == way) {
            Some((_, names)) => names.extend(name),
            None => ways.push((way, name.into_iter().collect())),
        }
    }
    let in_words = |((from, to), names): &(Way, Vec<&str>)| {
        let start = from.map_or_else(|| "any version".to_owned(), |from| from.to_string());
        let names = if names.is_empty() { String::new() } else { format!("{} ", checks::listed(names)) };
        format!("{names}{start} → {to}")
    };
    ways.iter().map(in_words).collect::<Vec<_>>().join(", ")
}

fn write_counts(output: &mut String, report: &ScanReport<'_>, style: Style) {
    let summary = &report.summary;
    let found = match summary.total.total() {
        0 => "no findings".to_owned(),
        total => format!("{} in {}", counted(total, "finding"), counted(summary.files_with_findings, "file")),
    };
    let files = counted(usize::try_from(summary.files_assessed).unwrap_or(usize::MAX), "file");
    let open = match summary.not_assessed_total() {
        0 => String::new(),
        total => format!(", {total} not"),
    };
    let rendered: String = summary.rendered().iter().map(|rendered| format!("; {rendered}")).collect();
    let text = format!("{}: {found}; {files} assessed{open}{rendered}", visible(&journeys(report)));
    output.push_str(&hanging("", &text, style.width));
    if summary.total.total() > 0 {
        output.push('\n');
        write_table(output, report);
    }
}

fn write_table(output: &mut String, report: &ScanReport<'_>) {
    let _ = writeln!(
        output,
        "  {:<12} {:>7} {:>7} {:>8} {:>6} {:>9} {:>10} {:>6}",
        "at", "breaks", "silent", "warning", "info", "safe fix", "to answer", "later"
    );
    let rows = report.rows();
    for (name, counts) in &rows {
        write_row(output, name, counts);
    }
    if rows.len() > 1 {
        write_row(output, "total", &report.summary.total);
    }
}

fn write_row(output: &mut String, name: &str, counts: &Counts) {
    let cell = |count: usize| if count == 0 { "-".to_owned() } else { count.to_string() };
    let Counts { breaks, silent, warning, info, fixable, questions, later } = *counts;
    let _ = writeln!(
        output,
        "  {name:<12} {:>7} {:>7} {:>8} {:>6} {:>9} {:>10} {:>6}",
        cell(breaks),
        cell(silent),
        cell(warning),
        cell(info),
        cell(fixable),
        cell(questions),
        cell(later)
    );
}

fn write_not_assessed(output: &mut String, report: &ScanReport<'_>, style: Style) {
    let total = report.summary.not_assessed_total();
    if total == 0 {
        return;
    }
    let _ = writeln!(output, "\nNot assessed: {total} (neither clean nor at fault)");
    for (reason, count) in &report.summary.not_assessed {
        let _ = writeln!(output, "  {count:>5}  {}", reason.phrase());
        if style.summary_only {
            continue;
        }
        let items: Vec<&NotAssessed> =
            report.not_assessed.iter().filter(|item| item.reason == *reason).collect();
        let shown = if style.verbose { items.len() } else { NOT_ASSESSED_SHOWN };
        for item in items.iter().take(shown) {
            let detail = if item.detail.is_empty() { String::new() } else { format!("  ({})", item.detail) };
            let text = format!("{}{}", visible(&item.path), visible(&detail));
            output.push_str(&hanging("         ", &text, style.width));
        }
        if items.len() > shown {
            let _ = writeln!(output, "         and {} more; -v lists all", items.len() - shown);
        }
    }
}

fn write_waived(output: &mut String, report: &ScanReport<'_>, style: Style) {
    if report.waived.is_empty() {
        return;
    }
    let _ = writeln!(output, "\nAccepted by waivers: {}", counted(report.waived.len(), "finding"));
    if !style.verbose {
        return;
    }
    for waived in &report.waived {
        let (found, place) = (&waived.located.finding, &waived.located.place);
        let text = format!(
            "{}:{}:{}  {}, accepted by {} until {}: {}",
            place.path,
            place.start.line,
            place.start.column,
            found.check,
            waived.owner,
            waived.expires,
            waived.reason
        );
        output.push_str(&hanging("  ", &visible(&text), style.width));
    }
}

fn write_next(output: &mut String, report: &ScanReport<'_>, style: Style) {
    let Counts { fixable, questions, .. } = report.summary.total;
    let safe = counted_with(fixable, "safe fix", "safe fixes");
    let asked = counted(questions, "finding");
    let (command, what) = match (fixable, questions) {
        (0, 0) => match most_frequent_check(report) {
            None => return,
            Some(check) => (format!("liftlock explain {check}"), "says what is behind it".to_owned()),
        },
        (_, 0) => (report.fix_command.clone(), format!("shows {safe} as a diff; --write applies them")),
        (0, _) => (report.fix_command.clone(), format!("asks about {asked}; --write applies the answers")),
        (_, _) => {
            let what = format!("shows {safe} as a diff and asks about {asked}; --write applies them");
            (report.fix_command.clone(), what)
        }
    };
    let _ = writeln!(output, "\nNext: {}", visible(&command));
    output.push_str(&hanging("      ", &what, style.width));
}

/// The check with the most findings, the first by name of several.
fn most_frequent_check<'r>(report: &'r ScanReport<'_>) -> Option<&'r str> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for located in &report.findings {
        *counts.entry(located.finding.check).or_default() += 1;
    }
    counts.into_iter().rev().max_by_key(|(_, count)| *count).map(|(check, _)| check)
}

/// `1 file`, `2 files`.
pub(crate) fn counted(count: usize, noun: &str) -> String {
    counted_with(count, noun, &format!("{noun}s"))
}

fn counted_with(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
