//! An object as the text that variables are substituted in, with where its scalars stand there.

use std::borrow::Cow;
use std::ops::Range;

use manifest::emit::{Leaf, Printed, Shape, Way, marshal_shape};
use manifest::mutable::{Data, Graph, NodeIndex, PrintGraph, Scalar, Tag};
use manifest::resolve::{Dialect, Meaning, resolve};
use manifest::value::Value;
use text::Track;

/// A scalar of the object: a node, or the key of an entry of a mapping.
#[derive(Debug, Clone, Copy)]
pub(super) struct Site {
    node: NodeIndex,
    entry: Option<usize>,
}

/// The text of an object.
pub(super) struct PrintedObject<'g, O> {
    graph: &'g Graph<O>,
    printed: Printed<Site>,
}

impl<'g, O: Copy> PrintedObject<'g, O> {
    /// Prints an object as kubectl does, which is as kustomize does.
    pub(super) fn new(graph: &'g Graph<O>) -> Result<Self, PrintGraph> {
        // Finds what cannot be printed: keys that stand twice, scalars that contradict their tags.
        graph.value()?;
        let root = (graph.root(), false);
        let printed = marshal_shape(&root, &|node| shape(graph, *node), Way::ThroughJson)?;
        Ok(Self { graph, printed })
    }

    pub(super) fn text(&self) -> &str {
        &self.printed.text
    }

    /// Where a range of the text came from: the part of the first scalar that it has bytes of. None for syntax alone.
    pub(super) fn origin<T: Track<Origin = O>>(&self, tracker: &mut T, range: &Range<usize>) -> Option<O> {
        let scalars = &self.printed.scalars;
        let first = scalars.partition_point(|(place, _)| place.end <= range.start);
        let (place, site) = scalars.get(first).filter(|(place, _)| place.start < range.end)?;
        let (content, origin) = self.scalar(*site);
        let part = range.start.max(place.start)..range.end.min(place.end);
        if part == *place {
            return Some(origin);
        }
        let printed = self.text().get(place.clone()).unwrap_or_default();
        let within = part.start - place.start..part.end - place.start;
        match content_range(printed, content, &within) {
            Some(range) => Some(tracker.part(origin, content, range)),
            None => Some(origin),
        }
    }

    /// Whether a range is that of one scalar.
    pub(super) fn is_scalar(&self, range: &Range<usize>) -> bool {
        let scalars = &self.printed.scalars;
        let first = scalars.partition_point(|(place, _)| place.end <= range.start);
        scalars.get(first).is_some_and(|(place, _)| place == range)
    }

    fn scalar(&self, site: Site) -> (&str, O) {
        let key = site.entry.and_then(|position| self.graph.entries(site.node).get(position));
        match key {
            Some(entry) => (&entry.key.text, entry.key_origin),
            None => (self.graph.text(site.node), self.graph.origin(site.node)),
        }
    }
}

/// One level of an object. What has no meaning was refused before.
fn shape<O: Copy>(
    graph: &Graph<O>,
    (node, is_in_flow): (NodeIndex, bool),
) -> Shape<'_, (NodeIndex, bool), Site> {
    let within = is_in_flow || graph.node(node).is_flow;
    match &graph.node(node).data {
        Data::Scalar(scalar) => {
            Shape::Scalar(leaf(graph, node, (scalar, is_in_flow)), Site { node, entry: None })
        }
        Data::Sequence(items) => Shape::Sequence(items.iter().map(|item| (*item, within)).collect()),
        Data::Mapping(entries) => {
            let entries = entries.iter().enumerate().map(|(position, entry)| {
                let site = Site { node, entry: Some(position) };
                (Cow::Borrowed(entry.key.text.as_str()), site, (entry.value, within))
            });
            Shape::Mapping(entries.collect())
        }
    }
}

fn leaf<'g, O: Copy>(
    graph: &'g Graph<O>,
    node: NodeIndex,
    (scalar, is_in_flow): (&'g Scalar, bool),
) -> Leaf<'g> {
    // A tag that is written decides whatever the quotes.
    let meaning = if graph.node(node).is_tagged && scalar.tag != Tag::Unset {
        resolve(Dialect::GoYaml3, &scalar.text, scalar.style, Some(scalar.tag.as_str()))
    } else {
        scalar.meaning_within(is_in_flow)
    };
    match meaning {
        Ok(Meaning::Bool(value)) => Leaf::Bool(value),
        Ok(Meaning::Int(value)) => Leaf::Int(value),
        Ok(Meaning::Unsigned(value)) => Leaf::Unsigned(value),
        Ok(Meaning::Float(value)) => Leaf::Float(value),
        Ok(Meaning::String(text)) => Leaf::Text(text),
        Ok(Meaning::Merge | Meaning::Timestamp(_) | Meaning::Binary(_)) => match graph.value_of(node) {
            Ok(Value::String(text)) => Leaf::Text(text.into()),
            _ => Leaf::Null,
        },
        Ok(Meaning::Null) | Err(_) => Leaf::Null,
    }
}

/// The bytes of a scalar's content that a range of its printed form holds; none where that is not known: with escapes, and
/// where lines were broken.
fn content_range(printed: &str, content: &str, range: &Range<usize>) -> Option<Range<usize>> {
    let shifted = |by: usize| {
        let position = |at: usize| at.saturating_sub(by).min(content.len());
        position(range.start)..position(range.end)
    };
    if printed == content {
        return Some(shifted(0));
    }
    if printed.get(1..printed.len().saturating_sub(1)) == Some(content) {
        return Some(shifted(1));
    }
    printed.starts_with('|').then(|| block_range(printed, content, range)).flatten()
}

/// In a block each line of the content stands behind its indentation.
fn block_range(printed: &str, content: &str, range: &Range<usize>) -> Option<Range<usize>> {
    let position = |wanted: usize| {
        let mut lines = content.split_inclusive('\n');
        let (mut read, mut at) = (0, printed.find('\n')? + 1);
        loop {
            let rest = printed.get(at..)?;
            let printed_line = rest.split_inclusive('\n').next().unwrap_or_default();
            let Some(line) = lines.next() else { return (wanted <= at).then_some(read) };
            let bare = line.trim_end_matches('\n');
            let indent = printed_line.trim_end_matches('\n').strip_suffix(bare)?.len();
            if wanted < at + printed_line.len() {
                return Some(read + wanted.saturating_sub(at + indent));
            }
            read += line.len();
            at += printed_line.len();
            if read == content.len() {
                return Some(read);
            }
        }
    };
    let (start, end) = (position(range.start)?, position(range.end)?);
    (start <= end && end <= content.len()).then_some(start..end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_printed_scalars_are_parts_of_their_content() {
        for (printed, content, range, expected) in [
            ("abc", "abc", 1..2, Some("b")),
            ("\"abc\"", "abc", 1..3, Some("ab")),
            ("'abc'", "abc", 2..5, Some("bc")),
            ("\"a\\tc\"", "a\tc", 1..2, None),
            ("|\n  ab\n  cd\n", "ab\ncd\n", 4..6, Some("ab")),
            ("|\n  ab\n  cd\n", "ab\ncd\n", 10..11, Some("d")),
            ("|-\n  ab\n\n    cd", "ab\n\n  cd", 11..15, Some("  cd")),
        ] {
            let found = content_range(printed, content, &range).map(|range| &content[range]);
            assert_eq!(found, expected, "{printed:?} {range:?}");
        }
    }
}
