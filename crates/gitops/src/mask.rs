//! Texts without what nobody may see: `***` in place of sensitive bytes.
//!
//! Takes a text and the ranges of it that are sensitive; gives a text that is still YAML and says the same but for them. Where
//! that does not come off nothing of the text is shown. Pure.

use std::ops::Range;

use manifest::{Document, NodeId, ScalarStyle};

use crate::document::{parsed, range_of};

/// What stands in place of what nobody may see.
pub(crate) const MASK: &str = "***";

/// A text without its sensitive bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Masked {
    pub(crate) text: String,
    /// The ranges that were replaced, in the clear text and in this one, in their order.
    replaced: Vec<(Range<usize>, Range<usize>)>,
}

/// A range of a text, and what stands there instead.
type Replacement = (Range<usize>, String);

impl Masked {
    /// Masks the sensitive ranges of a text.
    pub(crate) fn new(text: &str, sensitive: &[Range<u32>]) -> Self {
        let within_text = |range: &Range<u32>| range.start as usize..(range.end as usize).min(text.len());
        let sensitive = merged(sensitive.iter().map(within_text));
        let Some(document) = parsed(text) else { return Self::nothing(text) };
        let scalars = scalars(&document);
        let mut replacements: Vec<Replacement> = Vec::new();
        for (range, style) in &scalars {
            let parts: Vec<Range<usize>> = within(&sensitive, range).collect();
            if !parts.is_empty() {
                replacements.extend(in_scalar(text, (range, *style), &parts));
            }
        }
        replacements.extend(outside(text, &sensitive, &scalars));
        replacements.sort_by_key(|(range, _)| (range.start, range.end));
        let masked = Self::with(text, replacements);
        let still_says_as_much = parsed(&masked.text)
            .is_some_and(|shown| manifest::objects(&shown).len() == manifest::objects(&document).len());
        if still_says_as_much { masked } else { Self::nothing(text) }
    }

    fn with(text: &str, replacements: Vec<Replacement>) -> Self {
        let mut shown = String::with_capacity(text.len());
        let mut replaced = Vec::with_capacity(replacements.len());
        let mut at = 0;
        for (range, mask) in replacements.into_iter().filter(|(range, _)| !range.is_empty()) {
            if range.start < at {
                continue;
            }
            shown.push_str(text.get(at..range.start).unwrap_or_default());
            let start = shown.len();
            shown.push_str(&mask);
            at = range.end;
            replaced.push((range, start..shown.len()));
        }
        shown.push_str(text.get(at..).unwrap_or_default());
        Self { text: shown, replaced }
    }

    /// An object of which nothing is shown.
    fn nothing(text: &str) -> Self {
        let shown = format!("apiVersion: '{MASK}'\nkind: '{MASK}'\nmetadata:\n  name: '{MASK}'\n");
        let replaced = vec![(0..text.len(), 0..shown.len())];
        Self { text: shown, replaced }
    }

    /// The range of the clear text that a range of this one stands for.
    pub(crate) fn to_clear(&self, range: &Range<u32>) -> Range<u32> {
        led(self.replaced.iter().map(|(clear, shown)| (shown, clear)), range)
    }

    /// The range of this text that stands for a range of the clear one.
    pub(crate) fn to_shown(&self, range: &Range<u32>) -> Range<u32> {
        led(self.replaced.iter().map(|(clear, shown)| (clear, shown)), range)
    }
}

/// Where a range of a text stands in another one, of which some ranges are others: in their order, those of the text and those of the other one.
fn led<'r>(
    replaced: impl Iterator<Item = (&'r Range<usize>, &'r Range<usize>)> + Clone,
    range: &Range<u32>,
) -> Range<u32> {
    let place = |at: u32, is_end: bool| {
        u32::try_from(placed(replaced.clone(), at as usize, is_end)).unwrap_or(u32::MAX)
    };
    place(range.start, false)..place(range.end, true)
}

fn placed<'r>(
    replaced: impl Iterator<Item = (&'r Range<usize>, &'r Range<usize>)>,
    at: usize,
    is_end: bool,
) -> usize {
    let mut shift = (0, 0);
    for (from, to) in replaced {
        if at < from.start || (at == from.start && is_end) {
            break;
        }
        if at < from.end || (at == from.end && is_end) {
            return if is_end { to.end } else { to.start };
        }
        shift = (from.end, to.end);
    }
    at - shift.0 + shift.1
}

/// All of a text.
pub(crate) fn whole() -> Vec<Range<u32>> {
    std::iter::once(0..u32::MAX).collect()
}

/// The ranges of a text where another one, which is the same but for what is masked, says something else.
pub(crate) fn differing(clear: &str, shown: &str) -> Vec<Range<u32>> {
    if clear == shown {
        return Vec::new();
    }
    let (Some(ours), Some(theirs)) = (parsed(clear), parsed(shown)) else { return whole() };
    let mut found = Vec::new();
    let Some(roots) = ours.root().zip(theirs.root()) else { return whole() };
    let mut open = vec![roots];
    while let Some((one, other)) = open.pop() {
        let (entries, others) = (ours.entries(one), theirs.entries(other));
        let (items, other_items) = (ours.items(one), theirs.items(other));
        if entries.len() != others.len() || items.len() != other_items.len() {
            found.push(range_of(&ours, one));
        } else if entries.is_empty() && items.is_empty() {
            if ours.text(one) != theirs.text(other) {
                found.push(range_of(&ours, one));
            }
        } else {
            for (entry, other) in entries.iter().zip(others) {
                open.extend([(entry.key, other.key), (entry.value, other.value)]);
            }
            open.extend(items.iter().copied().zip(other_items.iter().copied()));
        }
    }
    if found.is_empty() { whole() } else { found }
}

/// The ranges of all occurrences of some words.
pub(crate) fn occurrences(text: &str, words: &[String]) -> Vec<Range<u32>> {
    let of_word = |word: &String| {
        let length = word.len();
        let found = memchr::memmem::find_iter(text.as_bytes(), word).map(move |at| at..at + length);
        found.filter_map(narrow).collect::<Vec<_>>()
    };
    words.iter().filter(|word| !word.is_empty()).flat_map(of_word).collect()
}

/// All of an object's scalars but its kind: what is masked where nobody knows which of them are sensitive.
pub(crate) fn all_values(text: &str) -> Vec<Range<u32>> {
    let Some(document) = parsed(text) else { return whole() };
    let Some(root) = document.root() else { return Vec::new() };
    let said = ["apiVersion", "kind"].into_iter().filter_map(|key| document.get(root, key));
    let kept: Vec<NodeId> = document.entries(root).iter().map(|entry| entry.key).chain(said).collect();
    let scalars = document.node_ids().filter(|node| document.scalar_style(*node).is_some());
    scalars.filter(|node| !kept.contains(node)).map(|node| range_of(&document, node)).collect()
}

pub(crate) fn narrow(range: Range<usize>) -> Option<Range<u32>> {
    Some(u32::try_from(range.start).ok()?..u32::try_from(range.end).ok()?)
}

/// Ranges in their order, those that touch as one.
fn merged(ranges: impl Iterator<Item = Range<usize>>) -> Vec<Range<usize>> {
    let mut all: Vec<Range<usize>> = ranges.filter(|range| !range.is_empty()).collect();
    all.sort_by_key(|range| range.start);
    let mut merged: Vec<Range<usize>> = Vec::with_capacity(all.len());
    for range in all {
        match merged.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    merged
}

/// The parts of sorted ranges that lie in another one.
fn within<'r>(
    sorted: &'r [Range<usize>],
    range: &'r Range<usize>,
) -> impl Iterator<Item = Range<usize>> + use<'r> {
    let first = sorted.partition_point(|one| one.end <= range.start);
    let reached = sorted.iter().skip(first).take_while(|one| one.start < range.end);
    reached.map(|one| one.start.max(range.start)..one.end.min(range.end))
}

/// Keys and values that are written out, by where they stand.
fn scalars(document: &Document<'_>) -> Vec<(Range<usize>, ScalarStyle)> {
    let of_node = |node| {
        let span = document.span(node);
        Some((span.start as usize..span.end as usize, document.scalar_style(node)?))
    };
    let mut scalars: Vec<_> = document.node_ids().filter_map(of_node).collect();
    scalars.sort_by_key(|(range, _)| range.start);
    scalars
}

/// What stands in place of parts of a scalar.
fn in_scalar(
    text: &str,
    (range, style): (&Range<usize>, ScalarStyle),
    parts: &[Range<usize>],
) -> Vec<Replacement> {
    let inner = match style {
        ScalarStyle::Plain => range.clone(),
        ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => {
            range.start + 1..range.end.saturating_sub(1).max(range.start + 1)
        }
        ScalarStyle::Literal | ScalarStyle::Folded => {
            let header = text.get(range.clone()).and_then(|block| block.find('\n'));
            header.map_or(range.end, |at| range.start + at + 1)..range.end
        }
    };
    let parts =
        parts.iter().flat_map(|part| lines(text, part.start.max(inner.start)..part.end.min(inner.end)));
    let parts: Vec<Replacement> = parts.map(|part| (part, MASK.to_owned())).collect();
    let begins_masked = parts.first().is_some_and(|(part, _)| part.start == range.start);
    if style != ScalarStyle::Plain || !begins_masked {
        return parts;
    }
    // A plain scalar that begins with an asterisk would be an alias.
    let whole = Masked::with(text.get(..range.end).unwrap_or_default(), parts).text;
    let shown = whole.get(range.start..).unwrap_or(MASK).replace('\'', "''");
    vec![(range.clone(), format!("'{shown}'"))]
}

/// The parts of a range on each of its lines, without the blanks before them.
fn lines(text: &str, range: Range<usize>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = range.start;
    for line in text.get(range).unwrap_or_default().split_inclusive('\n') {
        let content = line.trim_end_matches(['\n', '\r']);
        let start = at + content.len() - content.trim_start_matches([' ', '\t']).len();
        if start < at + content.len() {
            found.push(start..at + content.len());
        }
        at += line.len();
    }
    found
}

/// Words of sensitive ranges that are part of no scalar, as those of comments.
fn outside(
    text: &str,
    sensitive: &[Range<usize>],
    scalars: &[(Range<usize>, ScalarStyle)],
) -> Vec<Replacement> {
    let mut found = Vec::new();
    for range in sensitive {
        let mut at = range.start;
        let first = scalars.partition_point(|(scalar, _)| scalar.end <= range.start);
        let reached = scalars.iter().skip(first).take_while(|(scalar, _)| scalar.start < range.end);
        for scalar in reached.map(|(scalar, _)| scalar.clone()).chain(std::iter::once(range.end..range.end)) {
            if at < scalar.start {
                found.extend(words(text, at..scalar.start));
            }
            at = at.max(scalar.end);
        }
    }
    found
}

fn words(text: &str, range: Range<usize>) -> Vec<Replacement> {
    let mut found: Vec<Replacement> = Vec::new();
    let between = text.get(range.clone()).unwrap_or_default();
    for (at, word) in between.char_indices().filter(|(_, one)| one.is_alphanumeric()) {
        let place = range.start + at..range.start + at + word.len_utf8();
        match found.last_mut() {
            Some((last, _)) if last.end == place.start => last.end = place.end,
            _ => found.push((place, MASK.to_owned())),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(text: &str, word: &str) -> Range<u32> {
        let start = text.find(word).unwrap();
        narrow(start..start + word.len()).unwrap()
    }

    fn shown(text: &str, words: &[&str]) -> String {
        let ranges: Vec<_> = words.iter().map(|word| range(text, word)).collect();
        Masked::new(text, &ranges).text
    }

    #[test]
    fn what_is_masked_is_still_yaml_in_every_style() {
        for (text, words, expected) in [
            ("a: hunter2\n", ["hunter2"].as_slice(), "a: '***'\n"),
            ("a: https://me:hunter2@host\n", &["hunter2"], "a: https://me:***@host\n"),
            ("a: hunter2.it's\n", &["hunter2"], "a: '***.it''s'\n"),
            ("a: \"x hunter2\"\n", &["hunter2"], "a: \"x ***\"\n"),
            ("a: \"hunter2\"\n", &["\"hunter2\""], "a: \"***\"\n"),
            (
                "a: |\n  one\n  hunter2\n  two\nb: c\n",
                &["  hunter2\n  tw"],
                "a: |\n  one\n  ***\n  ***o\nb: c\n",
            ),
            ("hunter2: x\n", &["hunter2"], "'***': x\n"),
            ("a: b # hunter2 is it\n", &["hunter2 is"], "a: b # *** *** it\n"),
            ("a: b\n# hunter2\n", &["b\n# hunter2\n"], "a: '***'\n# ***\n"),
            ("- hunter2\n- 5432\n", &["hunter2\n- 5432"], "- '***'\n- '***'\n"),
        ] {
            assert_eq!(shown(text, words), expected, "{text}");
        }
    }

    #[test]
    fn a_text_that_would_say_something_else_is_not_shown_at_all() {
        let text = "a: [\n";
        assert_eq!(
            Masked::new(text, &whole()).text,
            "apiVersion: '***'\nkind: '***'\nmetadata:\n  name: '***'\n"
        );
    }

    #[test]
    fn ranges_of_what_is_shown_lead_back_to_the_clear_text() {
        let text = "a: hunter2\nb: c\nd: x-hunter3\n";
        let masked = Masked::new(text, &[range(text, "hunter2"), range(text, "hunter3")]);
        let back = |word: &str| {
            let clear = masked.to_clear(&range(&masked.text, word));
            &text[clear.start as usize..clear.end as usize]
        };
        assert_eq!((back("a"), back("'***'"), back("c"), back("x-")), ("a", "hunter2", "c", "x-"));
        assert_eq!((back("x-***"), back("b: c\nd")), ("x-hunter3", "b: c\nd"));
        let shown = |word: &str| {
            let shown = masked.to_shown(&range(text, word));
            &masked.text[shown.start as usize..shown.end as usize]
        };
        assert_eq!((shown("a"), shown("hunter2"), shown("unter"), shown("c")), ("a", "'***'", "'***'", "c"));
        assert_eq!((shown("x-hunter3"), shown("b: c\nd")), ("x-***", "b: c\nd"));
    }

    #[test]
    fn what_differs_is_found_by_its_place() {
        let clear = "a: 1\nb: [x, hunter2]\n";
        let of = |shown: &str| -> Vec<&str> {
            let ranges = differing(clear, shown).into_iter();
            ranges.map(|range| clear.get(range.start as usize..range.end as usize).unwrap_or("all")).collect()
        };
        assert_eq!(of("a: 1\nb: [x, '***']\n"), ["hunter2"]);
        assert_eq!(of(clear), [""; 0]);
        assert_eq!(of("a: 1\nb: ["), ["all"]);
        assert_eq!(of("a: 1\nb: x\n"), ["[x, hunter2]"]);
    }
}
