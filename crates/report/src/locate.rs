//! Gives findings their places.
//!
//! Takes spans and reads the files again; gives lines, columns and the line to show, with whatever is secret
//! masked. After this step no format has to think of secrets.

use std::borrow::Cow;
use std::collections::BTreeMap;

use ::text::{LineIndex, Position, Span};
use checks::Finding;
use inventory::{Inventory, NotAssessed};

use crate::scan::{Located, LocatedSwitch, Place, Sources};
use crate::secret;

/// The longest line that is shown of a file, in bytes: minified JSON has lines of megabytes.
const LINE_BYTES_MAX: usize = 400;

/// Gives every finding its place and sorts them by it. Each file is read once, and only if something is in it.
#[must_use]
pub fn locate<'a>(
    findings: &'a [Finding],
    inventory: &'a Inventory,
    sources: &dyn Sources,
) -> Vec<Located<'a>> {
    let mut located = locate_in_order(findings, inventory, sources);
    located.sort_by(|a, b| {
        let (first, second) = (&a.finding, &b.finding);
        let by_place = a.place.cmp(&b.place);
        by_place.then_with(|| (first.check, &first.message).cmp(&(second.check, &second.message)))
    });
    located
}

/// Gives every finding its place and leaves them in their order.
#[must_use]
pub fn locate_in_order<'a>(
    findings: impl IntoIterator<Item = &'a Finding>,
    inventory: &'a Inventory,
    sources: &dyn Sources,
) -> Vec<Located<'a>> {
    let mut files = Files { inventory, sources, read: BTreeMap::new() };
    findings
        .into_iter()
        .map(|finding| {
            let related = finding.related.iter();
            secret::masked(Located {
                finding: Cow::Borrowed(finding),
                place: files.place(finding.span),
                related: related.map(|(span, what)| (files.place(*span), what.as_str().into())).collect(),
            })
        })
        .collect()
}

/// Gives the conditions of charts their places, in the order of those.
#[must_use]
pub fn locate_switches<'a>(inventory: &'a Inventory, sources: &dyn Sources) -> Vec<LocatedSwitch<'a>> {
    let mut files = Files { inventory, sources, read: BTreeMap::new() };
    let located = inventory.switches.iter().map(|switch| LocatedSwitch {
        switch,
        place: files.place(switch.place),
        never_reached: switch.never_reached.map(|span| files.place(span)),
    });
    let mut located: Vec<_> = located.collect();
    located.sort_by(|a, b| (&a.switch.chart, &a.place).cmp(&(&b.switch.chart, &b.place)));
    located
}

/// What was not assessed, as it may be shown: no cause repeats a credential of the file.
#[must_use]
pub fn not_assessed(inventory: &Inventory) -> Cow<'_, [NotAssessed]> {
    let mut items = Cow::Borrowed(inventory.not_assessed.as_slice());
    for (index, item) in inventory.not_assessed.iter().enumerate() {
        if let Cow::Owned(detail) = secret::without_credentials(&item.detail)
            && let Some(item) = items.to_mut().get_mut(index)
        {
            item.detail = detail;
        }
    }
    items
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

/// Cuts a long line down to what surrounds the range. Bytes of a character that is cut in two are shown as
/// such.
fn shortened(line: &[u8], from: usize, to: usize) -> (String, usize, usize) {
    let begin = if from > LINE_BYTES_MAX / 2 { from - LINE_BYTES_MAX / 4 } else { 0 };
    let end = line.len().min(begin + LINE_BYTES_MAX).max(from);
    let before = String::from_utf8_lossy(line.get(begin..from).unwrap_or_default());
    let inside = String::from_utf8_lossy(line.get(from..to.min(end)).unwrap_or_default());
    let after = String::from_utf8_lossy(line.get(to.min(end)..end).unwrap_or_default());
    let (start, stop) = (before.len(), before.len() + inside.len());
    (format!("{before}{inside}{after}"), start, stop)
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
        assert_eq!(shortened(b"a\tb", 2, 3), ("a\tb".to_owned(), 2, 3));
    }

    #[test]
    fn a_file_that_became_shorter_gives_its_end() {
        let bytes = b"a: 1\n";
        let span = Span { text: ::text::TextId(0), start: 100, end: 200 };
        let place = place_in("a.yaml".to_owned(), bytes, &LineIndex::new(bytes), span);
        assert_eq!((place.line.as_str(), place.range_in_line), ("", (0, 0)));
    }

    #[test]
    fn characters_cut_in_two_do_not_move_the_range_off_a_boundary() {
        let line = "ü".repeat(600);
        for from in 390..410 {
            let (text, start, stop) = shortened(line.as_bytes(), from, from + 3);
            assert!(text.get(start..stop).is_some(), "{from}");
        }
    }
}
