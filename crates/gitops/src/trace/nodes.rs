//! Ranges of one text by the nodes that they stand in, and the same nodes in another text.
//!
//! A value that is printed anew keeps its keys and its order of items, so that a range is carried over by the way to its node
//! and by the bytes of the node's content. Pure.

use std::ops::Range;

use manifest::{Document, NodeId};
use text::{Span, TextId};

use crate::document::{parsed, range_of};

/// A step from a node to one below it.
enum Down {
    /// The value of the entry at this place, and its key as text.
    Value(String),
    /// The key of an entry.
    Key(String),
    Item(usize),
}

/// The range of the value at a path of keys, and of positions in lists.
pub(super) fn span_at(text: &str, path: &[&str]) -> Option<Range<u32>> {
    let document = parsed(text)?;
    let node = node_at(&document, path)?;
    Some(range_of(&document, node))
}

/// The content of the scalar at a path; none if there is no scalar.
pub(super) fn scalar_at(text: &str, path: &[&str]) -> Option<String> {
    let document = parsed(text)?;
    let node = document.dereference(node_at(&document, path)?);
    document.text(node).map(str::to_owned)
}

/// The values that elements of list generators of an `ApplicationSet` have under a key, where they say this.
pub(super) fn elements_saying(text: &str, key: &str, value: &str) -> Vec<Range<u32>> {
    let Some(document) = parsed(text) else { return Vec::new() };
    let generators = |node| document.get(node, "generators").map(|node| document.dereference(node));
    let spec = document.root().and_then(|root| document.get(root, "spec"));
    let mut open: Vec<NodeId> = spec.and_then(generators).into_iter().collect();
    let mut found = Vec::new();
    // Generators of generators stand below them, so that a document's depth bounds this.
    while let Some(list) = open.pop() {
        for generator in document.items(list).iter().map(|item| document.dereference(*item)) {
            let inner = ["matrix", "merge"].into_iter().filter_map(|kind| document.get(generator, kind));
            open.extend(inner.filter_map(|inner| generators(document.dereference(inner))));
            let elements = document.get(generator, "list");
            let elements = elements.and_then(|list| document.get(document.dereference(list), "elements"));
            let Some(elements) = elements.map(|elements| document.dereference(elements)) else { continue };
            let said = document.items(elements).iter().filter_map(|element| {
                let said = document.get(document.dereference(*element), key)?;
                (document.text(said)? == value).then(|| range_of(&document, said))
            });
            found.extend(said);
        }
    }
    found
}

/// An entry of `helmCharts` of a kustomization.
pub(super) struct ChartEntry {
    pub(super) name: String,
    pub(super) repository: String,
    pub(super) version: String,
    /// The version, or else the name.
    pub(super) range: Range<u32>,
}

/// The entries of `helmCharts` of a kustomization.
pub(super) fn chart_entries(text: &str) -> Vec<ChartEntry> {
    let Some(document) = parsed(text) else { return Vec::new() };
    let Some(list) = node_at(&document, &["helmCharts"]) else { return Vec::new() };
    let entry = |item: &NodeId| {
        let item = document.dereference(*item);
        let node = |field| document.get(item, field).map(|node| document.dereference(node));
        let said = |field| node(field).and_then(|node| document.text(node)).unwrap_or_default().to_owned();
        let version =
            node("version").filter(|node| document.text(*node).is_some_and(|text| !text.is_empty()));
        let range = range_of(&document, version.or_else(|| node("name"))?);
        Some(ChartEntry { name: said("name"), repository: said("repo"), version: said("version"), range })
    };
    document.items(document.dereference(list)).iter().filter_map(entry).collect()
}

/// The range of the nth object of a text, as `manifest::objects` counts them; none if it is the text as a whole.
pub(super) fn nth_object(text: &str, nth: usize) -> Option<Range<u32>> {
    let document = parsed(text)?;
    let objects = manifest::objects(&document);
    let object = objects.get(nth)?;
    (Some(object.node) != document.root()).then(|| range_of(&document, object.node))
}

/// Where a range of the content of the scalar at a path stands in the text; the scalar as a whole where its content is
/// written otherwise.
pub(super) fn in_scalar(text: &str, path: &[&str], range: Range<u32>) -> Option<Range<u32>> {
    let document = parsed(text)?;
    let node = document.dereference(node_at(&document, path)?);
    let within = document.content_map(node).and_then(|map| map.resolve(range));
    Some(within.map_or_else(|| range_of(&document, node), |(span, _)| span.start..span.end))
}

/// Where a range of one text stands in another one that says the same at a path of keys.
pub(super) fn twin((from, range): (&str, Range<u32>), (to, path): (&str, &[&str])) -> Option<Range<u32>> {
    let to = parsed(to)?;
    let below = node_at(&to, path)?;
    twin_below((from, range), (&to, below))
}

/// The same for an object that is an item of a list.
pub(super) fn twin_of_object(
    (from, range): (&str, Range<u32>),
    (to, nth): (&str, usize),
) -> Option<Range<u32>> {
    let to = parsed(to)?;
    let object = manifest::objects(&to).get(nth)?.node;
    twin_below((from, range), (&to, object))
}

fn twin_below((from, range): (&str, Range<u32>), (to, below): (&Document<'_>, NodeId)) -> Option<Range<u32>> {
    let from = parsed(from)?;
    let (way, node) = way_to(&from, &range)?;
    let other = follow(to, below, &way)?;
    let (ours, theirs) = (from.content_map(node), to.content_map(other));
    let content = ours.and_then(|map| map.find(Span::new(TextId(0), range)));
    let within = content.zip(theirs).and_then(|(content, map)| map.resolve(content));
    Some(within.map_or_else(|| range_of(to, other), |(span, _)| span.start..span.end))
}

/// The node at a path of keys, and of positions in lists.
fn node_at(document: &Document<'_>, path: &[&str]) -> Option<NodeId> {
    let mut node = document.root()?;
    for part in path {
        let at = document.dereference(node);
        node = match document.is_sequence(at) {
            true => *document.items(at).get(part.parse::<usize>().ok()?)?,
            false => document.get(at, part)?,
        };
    }
    Some(node)
}

/// The innermost node that holds a range, and the way to it from the root.
fn way_to(document: &Document<'_>, range: &Range<u32>) -> Option<(Vec<Down>, NodeId)> {
    let holds = |node: NodeId| {
        let span = document.span(node);
        span.start <= range.start && range.end <= span.end
    };
    let (mut way, mut node) = (Vec::new(), document.root()?);
    // Each step goes down, so that a document's depth bounds them.
    loop {
        if let Some(entry) = document.entries(node).iter().find(|entry| holds(entry.key)) {
            way.push(Down::Key(document.text(entry.key)?.to_owned()));
            return Some((way, entry.key));
        }
        if let Some(entry) = document.entries(node).iter().find(|entry| holds(entry.value)) {
            way.push(Down::Value(document.text(entry.key)?.to_owned()));
            node = entry.value;
        } else if let Some(position) = document.items(node).iter().position(|item| holds(*item)) {
            way.push(Down::Item(position));
            node = *document.items(node).get(position)?;
        } else {
            return Some((way, node));
        }
    }
}

fn follow(document: &Document<'_>, from: NodeId, way: &[Down]) -> Option<NodeId> {
    let mut node = document.dereference(from);
    for step in way {
        node = match step {
            Down::Value(key) => document.get(node, key)?,
            Down::Key(key) => document.entry(node, key)?.key,
            Down::Item(position) => *document.items(node).get(*position)?,
        };
        node = document.dereference(node);
    }
    Some(node)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(text: &str, range: Option<Range<u32>>) -> &str {
        range.map_or("none", |range| &text[range.start as usize..range.end as usize])
    }

    fn range(text: &str, word: &str) -> Range<u32> {
        let start = text.find(word).unwrap();
        u32::try_from(start).unwrap()..u32::try_from(start + word.len()).unwrap()
    }

    #[test]
    fn a_range_is_carried_to_the_same_node_of_another_text() {
        let printed = "a:\n- b: plain text\nlong: |\n  one\n  two\n";
        let written = "spec: {values: {long: \"one\\ntwo\\n\", a: [{b: 'plain text'}]}}\n";
        let twin =
            |word| part(written, twin((printed, range(printed, word)), (written, &["spec", "values"])));
        assert_eq!(twin("plain text"), "plain text");
        assert_eq!(twin("text"), "text");
        assert_eq!(twin("b"), "b");
        assert_eq!(twin("one"), "one");
        assert_eq!(part(written, super::twin((printed, 0..1), (written, &["nothing"]))), "none");
    }

    #[test]
    fn the_content_of_a_scalar_has_places_where_it_is_written_as_it_is() {
        let text = "data:\n  values.yaml: |\n    a: 1\n    b: 2\n  base64: YTogMQ==\n";
        let content = "a: 1\nb: 2\n";
        assert_eq!(part(text, in_scalar(text, &["data", "values.yaml"], range(content, "2"))), "2");
        assert_eq!(part(text, in_scalar(text, &["data", "base64"], 40..41)), "YTogMQ==");
        assert_eq!(part(text, in_scalar(text, &["data", "gone"], 0..1)), "none");
    }

    #[test]
    fn elements_of_lists_say_a_parameter_at_any_depth_of_generators() {
        let set = "spec:\n  generators:\n  - list: {elements: [{v: 1.0.0, w: 2.0.0}, {v: '3.0.0'}]}\n  - matrix:\n      generators:\n      - list: {elements: [{v: 2.0.0}]}\n      - git: {files: []}\n";
        let told = |key, value| -> Vec<&str> {
            elements_saying(set, key, value).into_iter().map(|range| part(set, Some(range))).collect()
        };
        assert_eq!(told("v", "1.0.0"), ["1.0.0"]);
        assert_eq!(told("v", "2.0.0"), ["2.0.0"]);
        assert_eq!(told("v", "3.0.0"), ["'3.0.0'"]);
        assert_eq!(told("v", "4.0.0"), [""; 0]);
        assert!(elements_saying("spec: {generators: no}", "v", "1").is_empty());
        assert!(elements_saying("a: [", "v", "1").is_empty());
    }

    #[test]
    fn items_of_lists_are_objects_of_their_own() {
        let list =
            "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Pod\n  metadata: {name: a}\n";
        let item = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n";
        assert_eq!(part(list, twin_of_object((item, range(item, "Pod")), (list, 0))), "Pod");
        assert_eq!(nth_object(item, 0), None);
        assert!(nth_object(list, 0).is_some());
    }
}
