//! The text of a node as goyaml v3 prints it by itself, for those who look into what would be printed.
//!
//! Comments are no part of a graph and so not of the text either.

use std::borrow::Cow;

use manifest::emit::{Event, EventKind, Layout, Properties, emit};
use manifest::mutable::{Data, Graph, NodeIndex, Scalar, Tag};
use manifest::resolve::{Dialect, resolve};
use manifest::{ScalarStyle, Structure};

/// The text of a node, without the line end behind it. None for what cannot be printed.
pub(crate) fn text_of<O: Copy>(graph: &Graph<O>, node: NodeIndex) -> Option<Cow<'_, str>> {
    if let Some(scalar) = graph.scalar(node)
        && is_bare(&scalar.text)
        && printed_as(scalar) == (ScalarStyle::Plain, "")
    {
        return Some(Cow::Borrowed(&scalar.text));
    }
    let mut events = vec![Event::new(EventKind::DocumentStart)];
    push_events(graph, node, &mut events);
    events.push(Event::new(EventKind::DocumentEnd));
    let printed = emit(&events, Layout::KUSTOMIZE).ok()?;
    Some(Cow::Owned(printed.text.trim().to_owned()))
}

/// Whether a plain text is certain to be printed as it is.
fn is_bare(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphanumeric())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'/'))
}

/// Adds the events that print a node.
pub(crate) fn push_events<'g, O: Copy>(graph: &'g Graph<O>, node: NodeIndex, events: &mut Vec<Event<'g>>) {
    let (structure, properties) = (structure_of(graph, node), Properties::default());
    match &graph.node(node).data {
        Data::Scalar(scalar) => events.push(Event::new(scalar_event(scalar))),
        Data::Sequence(items) => {
            events.push(Event::new(EventKind::SequenceStart { structure, properties }));
            for item in items {
                push_events(graph, *item, events);
            }
            events.push(Event::new(EventKind::SequenceEnd));
        }
        Data::Mapping(entries) => {
            events.push(Event::new(EventKind::MappingStart { structure, properties }));
            for entry in entries {
                events.push(Event::new(scalar_event(&entry.key)));
                push_events(graph, entry.value, events);
            }
            events.push(Event::new(EventKind::MappingEnd));
        }
    }
}

/// How a collection is written.
pub(crate) fn structure_of<O: Copy>(graph: &Graph<O>, node: NodeIndex) -> Structure {
    if graph.node(node).is_flow { Structure::Flow } else { Structure::Block }
}

/// The event of a scalar.
pub(crate) fn scalar_event(scalar: &Scalar) -> EventKind<'_> {
    let (style, tag) = printed_as(scalar);
    EventKind::Scalar { text: &scalar.text, style, properties: Properties { anchor: "", tag } }
}

/// The style that a scalar asks for and the tag that is printed: one that the text has by itself is not, and a string
/// that would be something else without quotes gets them.
fn printed_as(scalar: &Scalar) -> (ScalarStyle, &str) {
    let Scalar { text, style, tag } = scalar;
    let is_plain = *style == ScalarStyle::Plain;
    let style = if is_plain && text.contains('\n') { ScalarStyle::Literal } else { *style };
    if *tag == Tag::Unset || *tag == Tag::Str && !is_plain {
        return (style, "");
    }
    let own =
        resolve(Dialect::GoYaml3, text, ScalarStyle::Plain, None).map(|meaning| Tag::of_meaning(&meaning));
    match tag {
        tag if own.as_ref() == Ok(tag) => (style, ""),
        Tag::Str if style == ScalarStyle::Plain => (ScalarStyle::DoubleQuoted, ""),
        Tag::Str => (style, ""),
        tag => (style, tag.as_str()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(scalar: Scalar, expected: &str) {
        let graph = Graph::new(Data::Scalar(scalar), ());
        assert_eq!(text_of(&graph, graph.root()).as_deref(), Some(expected));
    }

    #[test]
    fn scalars_are_printed_with_the_quotes_and_tags_that_they_need() {
        let quoted = |text: &str| Scalar { style: ScalarStyle::DoubleQuoted, ..Scalar::string(text) };
        check(Scalar::string("nginx"), "nginx");
        check(Scalar::untagged("8080"), "8080");
        check(Scalar::string("8080"), "\"8080\"");
        check(quoted("nginx"), "\"nginx\"");
        check(Scalar::string("a: b"), "'a: b'");
        check(Scalar { tag: Tag::Int, ..Scalar::untagged("x") }, "!!int x");
        check(Scalar::untagged("a\nb"), "|-\n  a\n  b");
    }
}
