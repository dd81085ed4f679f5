//! The outcome of a scan, with every finding at its place.

use std::collections::BTreeMap;

use ::text::{LineIndex, Position, Span};
use checks::{Finding, Journey};
use inventory::{Inventory, NotAssessed};

use crate::Summary;

/// Reads a file again for its excerpts.
pub trait Sources {
    /// The bytes of the file at `path`; none if they cannot be read any more.
    fn bytes(&self, path: &str) -> Option<Vec<u8>>;
}

/// A finding that a waiver accepts.
#[derive(Debug, Clone)]
pub struct Waived {
    /// The finding.
    pub finding: Finding,
    /// Who answers for it.
    pub owner: String,
    /// Why it is acceptable.
    pub reason: String,
    /// The last day on which the waiver holds, `YYYY-MM-DD`.
    pub expires: String,
}

/// The outcome of a scan, as the formats take it.
#[derive(Debug)]
pub struct ScanReport<'a> {
    /// Each finding with its place, sorted by path, then by place, then by check.
    pub findings: Vec<Located<'a>>,
    /// Findings that waivers accept.
    pub waived: Vec<Waived>,
    /// What was not assessed, sorted by path.
    pub not_assessed: &'a [NotAssessed],
    /// The ways that were judged.
    pub journeys: &'a [Journey],
    /// The counts.
    pub summary: Summary,
    /// The command that shows the fixes, to be named as the next one to type.
    pub fix_command: String,
}

/// A finding with its file, lines and columns.
#[derive(Debug, Clone)]
pub struct Located<'a> {
    /// The finding.
    pub finding: &'a Finding,
    /// Where it is.
    pub place: Place,
    /// Other places that it names, each with what it is.
    pub related: Vec<(Place, &'a str)>,
}

/// Where something stands, in a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file's path; empty if the text is no file.
    pub path: String,
    /// The first character.
    pub start: Position,
    /// One past the last character.
    pub end: Position,
    /// The line that it begins in, without its line end.
    pub line: String,
    /// The bytes of the range within `line`.
    pub range_in_line: (usize, usize),
}

/// The longest line that is shown of a file, in bytes: minified JSON has lines of megabytes.
const LINE_BYTES_MAX: usize = 400;

/// Gives every finding its place and sorts them. Each file is read once, and only if something is in it.
#[must_use]
pub fn locate<'a>(
    findings: &'a [Finding],
    inventory: &'a Inventory,
    sources: &dyn Sources,
) -> Vec<Located<'a>> {
    let mut files = Files { inventory, sources, read: BTreeMap::new() };
    let mut located: Vec<Located<'a>> = findings
        .iter()
        .map(|finding| Located {
            finding,
            place: files.place(finding.span),
            related: finding.related.iter().map(|(span, what)| (files.place(*span), what.as_str())).collect(),
        })
        .collect();
    located.sort_by(|a, b| {
        let key = |located: &Located<'_>| (located.finding.check, located.finding.message.clone());
        a.place.cmp(&b.place).then_with(|| key(a).cmp(&key(b)))
    });
    located
}

struct Files<'a> {
    inventory: &'a Inventory,
    sources: &'a dyn Sources,
    read: BTreeMap<String, Option<(Vec<u8>, LineIndex)>>,
}

impl Files<'_> {
    fn place(&mut self, span: Span) -> Place {
        let resolved = self.inventory.texts.resolve(span).map_or(span, |(span, _)| span);
        let path = self.inventory.texts.path(resolved.text).unwrap_or_default().to_owned();
        let sources = self.sources;
        let file = self.read.entry(path.clone()).or_insert_with(|| {
            let bytes = sources.bytes(&path)?;
            let lines = LineIndex::new(&bytes);
            Some((bytes, lines))
        });
        let unknown = Position { line: 1, column: 1 };
        match file {
            None => Place { path, start: unknown, end: unknown, line: String::new(), range_in_line: (0, 0) },
            Some((bytes, lines)) => place_in(path, bytes, lines, resolved),
        }
    }
}

fn place_in(path: String, bytes: &[u8], lines: &LineIndex, span: Span) -> Place {
    let start = lines.position(bytes, span.start);
    let range = lines.line_range(bytes, start.line);
    let line = bytes.get(range.clone()).unwrap_or_default();
    let from = (span.start as usize).saturating_sub(range.start).min(line.len());
    let to = (span.end as usize).saturating_sub(range.start).clamp(from, line.len());
    let (line, from, to) = shortened(line, from, to);
    Place { path, start, end: lines.position(bytes, span.end), line, range_in_line: (from, to) }
}

/// Cuts a long line down to what surrounds the range, on character boundaries.
fn shortened(line: &[u8], from: usize, to: usize) -> (String, usize, usize) {
    let begin = if from > LINE_BYTES_MAX / 2 { from - LINE_BYTES_MAX / 4 } else { 0 };
    let end = line.len().min(begin + LINE_BYTES_MAX).max(from);
    let before = String::from_utf8_lossy(line.get(begin..from).unwrap_or_default());
    let inside = String::from_utf8_lossy(line.get(from..to.min(end)).unwrap_or_default());
    let after = String::from_utf8_lossy(line.get(to.min(end)..end).unwrap_or_default());
    let (start, stop) = (before.len(), before.len() + inside.len());
    // A tab would be drawn wider than it is counted.
    (format!("{before}{inside}{after}").replace('\t', " "), start, stop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_cut_around_the_range() {
        let line = [b"x".repeat(1000), b"FOUND".to_vec(), b"y".repeat(1000)].concat();
        let (text, from, to) = shortened(&line, 1000, 1005);
        assert_eq!(&text[from..to], "FOUND");
        assert!(text.len() <= LINE_BYTES_MAX);
        assert_eq!(shortened(b"a\tb", 2, 3), ("a b".to_owned(), 2, 3));
    }
}
