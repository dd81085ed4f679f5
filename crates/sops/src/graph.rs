//! Branches as graphs with origins.

use manifest::mutable::{Data as GraphData, Entry as GraphEntry, Graph, NodeIndex, Scalar, Tag};
use manifest::resolve::{Dialect, resolve};
use text::{DECRYPTED, Span, TextId, Track};

use crate::stores::styled;
use crate::tree::{Branch, Data, Entry, Value};

/// The graph of a document, as if it had been read out of what SOPS prints.
pub(crate) fn of_branch<T: Track>(branch: &Branch, text: TextId, track: &mut T) -> Graph<T::Origin> {
    let first = branch.entries().next().map(|entry| entry.key_span.start);
    let last = branch.entries().last().map(|entry| entry.value.span.end);
    // Metadata may stand anywhere, so that this is what is seen of the document.
    let start = first.unwrap_or(0);
    let span = Span::new(text, start..last.unwrap_or(0).max(start));
    let mut graph = Graph::new(GraphData::Mapping(Vec::new()), T::written(span));
    let root = graph.root();
    let entries = entries(branch, &mut graph, track);
    graph.node_mut(root).data = GraphData::Mapping(entries);
    graph
}

fn entries<T: Track>(
    branch: &Branch,
    graph: &mut Graph<T::Origin>,
    track: &mut T,
) -> Vec<GraphEntry<T::Origin>> {
    let mut entries = Vec::new();
    for Entry { key, key_span, value } in branch.entries() {
        let Some(key) = key.as_text() else { continue };
        let value = node(value, graph, track);
        entries.push(GraphEntry { key: text_scalar(key), key_origin: T::written(*key_span), value });
    }
    entries
}

fn node<T: Track>(value: &Value, graph: &mut Graph<T::Origin>, track: &mut T) -> NodeIndex {
    let origin = origin(value, track);
    match &value.data {
        Data::Branch(branch) => {
            let entries = entries(branch, graph, track);
            graph.add(GraphData::Mapping(entries), origin)
        }
        Data::List(items) => {
            let items = items.iter().filter(|item| !matches!(item.data, Data::Comment(_)));
            let items = items.map(|item| node(item, graph, track)).collect();
            graph.add(GraphData::Sequence(items), origin)
        }
        scalar => {
            let added = graph.add(GraphData::Scalar(scalar_of(scalar)), origin);
            graph.node_mut(added).is_tagged = is_binary(scalar);
            added
        }
    }
}

fn origin<T: Track>(value: &Value, track: &mut T) -> T::Origin {
    let written = T::written(value.span);
    let written = value.alias.map_or(written, |alias| T::aliased(written, alias));
    if value.is_decrypted { track.made(DECRYPTED, written, &[written]) } else { written }
}

/// A scalar as goyaml v3 reads it out of what SOPS prints.
pub(crate) fn scalar_of(data: &Data) -> Scalar {
    let Some(styled) = styled(data) else { return Scalar::null() };
    let tag = match data {
        Data::Text(_) if is_binary(data) => Tag::Binary,
        Data::Text(_) => Tag::Str,
        _ => resolve(Dialect::GoYaml3, &styled.text, styled.style, None)
            .map_or(Tag::Unset, |meaning| Tag::of_meaning(&meaning)),
    };
    Scalar { text: styled.text.into(), style: styled.style, tag }
}

fn is_binary(data: &Data) -> bool {
    matches!(data, Data::Text(text) if text.expose_text().is_none())
}

fn text_scalar(text: &str) -> Scalar {
    scalar_of(&Data::Text(text.into()))
}

/// Adds the spans of decrypted values.
pub(crate) fn add_decrypted_spans(branch: &Branch, spans: &mut Vec<Span>) {
    branch.entries().for_each(|entry| add_spans_of(&entry.value, spans));
}

fn add_spans_of(value: &Value, spans: &mut Vec<Span>) {
    match &value.data {
        Data::Branch(branch) => add_decrypted_spans(branch, spans),
        Data::List(items) => items.iter().for_each(|item| add_spans_of(item, spans)),
        Data::Comment(_) => {}
        _ if value.is_decrypted => spans.push(value.span),
        _ => {}
    }
}
