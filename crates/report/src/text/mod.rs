//! Findings for a person at a terminal: by file, with excerpts and carets, then a table and what to do next.

mod finding;
mod summary;
mod switches;
mod wrap;

use std::borrow::Cow;
use std::collections::BTreeMap;

use annotate_snippets::Renderer;

use crate::scan::{Located, ScanReport};
use crate::visible::visible;

pub(crate) use self::summary::{counted, journeys};
pub(crate) use self::wrap::hanging;

/// How the text is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Whether to use colours. Nothing is said by colour alone.
    pub color: bool,
    /// The width to wrap at.
    pub width: usize,
    /// Whether to show every finding in full and to list everything that was not assessed.
    pub verbose: bool,
    /// Whether to leave the findings out and show the summary only.
    pub summary_only: bool,
}

/// Findings of one check with one remedy that are shown with an excerpt; the others take one line each. A
/// repository has hundreds of objects of one API, and after the third nobody reads the excerpt.
const EXCERPTS_PER_REMEDY_MAX: usize = 3;

/// The narrowest width that is laid out for; a terminal below it wraps by itself.
const WIDTH_COLUMNS_MIN: usize = 40;

/// The scan as text.
#[must_use]
pub fn text(report: &ScanReport<'_>, style: Style) -> String {
    let style = Style { width: style.width.max(WIDTH_COLUMNS_MIN), ..style };
    let mut output = String::new();
    if !style.summary_only {
        write_findings(&mut output, report, style);
    }
    summary::write(&mut output, report, style);
    output
}

fn write_findings(output: &mut String, report: &ScanReport<'_>, style: Style) {
    let renderer = if style.color { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.term_width(style.width);
    let mut shown: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let mut short = 0;
    let reached = report.reached();
    for file in report.findings.chunk_by(|a, b| a.place.path == b.place.path) {
        write_header(output, file, style);
        let mut before = None;
        for located in file {
            let finding = located.finding.as_ref();
            let count = shown.entry((finding.check, finding.remedy.as_str())).or_default();
            *count += 1;
            let is_full = style.verbose || *count <= EXCERPTS_PER_REMEDY_MAX;
            if before.is_some_and(|before| before || is_full) {
                output.push('\n');
            }
            if is_full {
                output.push_str(&finding::full(located, reached, (&renderer, style)));
            } else {
                short += 1;
                finding::write_short(output, located, style, before.is_none());
            }
            before = Some(is_full);
        }
        output.push('\n');
    }
    if short > 0 {
        let them = counted(short, "finding");
        output.push_str(&format!(
            "{them} without an excerpt, the same in kind as others above; -v shows all in full\n\n"
        ));
    }
}

/// The file, with the place of its first finding so that an editor can be sent there.
fn write_header(output: &mut String, file: &[Located<'_>], style: Style) {
    let Some(first) = file.first().map(|located| &located.place) else { return };
    let path = if first.path.is_empty() { Cow::Borrowed("(no file)") } else { visible(&first.path) };
    let (bold, plain) = if style.color { ("\u{1b}[1m", "\u{1b}[0m") } else { ("", "") };
    let count = if file.len() > 1 { format!("  {} findings", file.len()) } else { String::new() };
    let (line, column) = (first.start.line, first.start.column);
    output.push_str(&format!("{bold}{path}:{line}:{column}{plain}{count}\n"));
}
