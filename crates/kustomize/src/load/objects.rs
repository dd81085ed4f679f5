//! From a text to the objects in it, as kustomize reads resources and patches.

use std::collections::VecDeque;
use std::ops::Range;

use manifest::mutable::{Data, Graph, NodeIndex, Tag, TakeDocument};
use manifest::{Document, NodeId, ParseDocument, ScalarStyle};
use rayon::prelude::*;
use text::{Span, TextId, Track};

use super::documents::{self, SplitDocuments};
use crate::Failure;

/// Why a text holds something else than objects.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadObjects {
    /// A line that is no document separator and looks like one.
    #[error(transparent)]
    Split(#[from] SplitDocuments),
    /// Broken YAML.
    #[error("malformed YAML")]
    Parse(#[source] ParseDocument),
    /// YAML that cannot be worked on.
    #[error("malformed YAML")]
    Take(#[source] TakeDocument),
    /// Neither `apiVersion` nor `kind` nor `metadata`.
    #[error("missing Resource metadata")]
    MissMetadata,
    /// No kind.
    #[error("missing kind in object")]
    MissKind,
    /// No name.
    #[error("missing metadata.name in object")]
    MissName,
    /// Annotations that are a sequence. The original breaks off on most of them, and takes the others for a map.
    #[error("expected a map in metadata.annotations of {kind}")]
    AnnotateInSequence {
        /// The object's kind.
        kind: String,
    },
    /// The items of a list are no sequence.
    #[error("expected array in {kind}/items")]
    HoldNoItems {
        /// The list's kind.
        kind: String,
    },
    /// More lists than anybody writes into one text.
    #[error("more than {LISTS_MAX} lists in one text")]
    HoldTooManyLists,
}

/// Lists that one text may hold, those within others included. kubectl's own nest once; the bound keeps a hostile file
/// from being copied over and over.
const LISTS_MAX: usize = 10_000;

/// An object that was read, and where it stands.
type Placed<O> = (Graph<O>, Span);

/// Reads the objects of a text.
///
/// # Errors
/// At the first document that is broken or no object; what is before it is not given.
pub(crate) fn objects_of_text<T: Track>(
    text: TextId,
    bytes: &[u8],
) -> Result<Vec<Graph<T::Origin>>, Failure> {
    let ranges = documents::split(bytes)
        .map_err(|error| Failure::new(ReadObjects::from(error)).at(point(text, error.offset)))?;
    let is_only = ranges.len() == 1;
    let read = |range: &Range<usize>| objects_of_document::<T>((text, bytes), range.clone(), is_only);
    let kept: Result<Vec<_>, _> = if ranges.len() <= DOCUMENTS_BY_ONE_MAX {
        ranges.iter().map(read).collect()
    } else {
        let read: Vec<_> = ranges.par_iter().with_min_len(DOCUMENTS_AT_A_TIME).map(read).collect();
        // Of several faults the first one in the text is told, whichever thread was faster.
        read.into_iter().collect()
    };
    without_lists(kept?.into_iter().flatten().collect())
}

/// Up to this many documents one thread reads; handing them to others costs more than it saves.
const DOCUMENTS_BY_ONE_MAX: usize = 256;

/// How many documents a thread reads at a time at least: some 50 kB.
const DOCUMENTS_AT_A_TIME: usize = 64;

fn objects_of_document<T: Track>(
    (text, bytes): (TextId, &[u8]),
    range: Range<usize>,
    is_only: bool,
) -> Result<Vec<Placed<T::Origin>>, Failure> {
    let start = range.start;
    let document = manifest::parse_first(text, bytes, range).map_err(|error| {
        let offset = error.offset().map_or(start, |offset| offset as usize);
        Failure::new(ReadObjects::Parse(error)).at(point(text, offset))
    })?;
    let mut kept = Vec::new();
    for node in object_nodes(&document, is_only) {
        let place = document.span(node);
        let object = Graph::take::<T>(&document, node)
            .map_err(|error| Failure::new(ReadObjects::Take(error)).at(place))?;
        if is_kept(&object).map_err(|error| Failure::new(error).at(place))? {
            kept.push((object, place));
        }
    }
    Ok(kept)
}

/// The root, or the items of a `List` (or of what functions exchange) that is all that a text holds.
fn object_nodes(document: &Document<'_>, is_only: bool) -> Vec<NodeId> {
    let Some(root) = document.root() else { return Vec::new() };
    let is_wrapper = matches!(document.text_at(root, &["kind"]), Some("List" | "ResourceList"));
    match document.get(root, "items").filter(|_| is_only && is_wrapper) {
        Some(items) => document.items(items).to_vec(),
        None => vec![root],
    }
}

/// Whether there is an object; one that is empty is passed over.
pub(crate) fn is_kept<O: Copy>(object: &Graph<O>) -> Result<bool, ReadObjects> {
    let root = object.root();
    if object.is_null_or_empty(root) {
        return Ok(false);
    }
    let text = |path: &[&str]| match object.at(root, path) {
        Some(node) if !object.is_null_or_empty(node) => Some(object.text(node)),
        _ => None,
    };
    let kind = text(&["kind"]);
    if kind.is_none() && text(&["apiVersion"]).is_none() && text(&["metadata"]).is_none() {
        return Err(ReadObjects::MissMetadata);
    }
    let kind = kind.unwrap_or_default();
    if kind.is_empty() {
        return Err(ReadObjects::MissKind);
    }
    if !kind.ends_with("List") && text(&["metadata", "name"]).unwrap_or_default().is_empty() {
        return Err(ReadObjects::MissName);
    }
    match object.at(root, &["metadata", "annotations"]) {
        Some(annotations) if !object.items(annotations).is_empty() => {
            Err(ReadObjects::AnnotateInSequence { kind: kind.to_owned() })
        }
        _ => Ok(true),
    }
}

/// Puts the items of lists in their place. They come behind what else the text holds, and have gone through JSON.
fn without_lists<O: Copy>(mut open: VecDeque<Placed<O>>) -> Result<Vec<Graph<O>>, Failure> {
    let mut objects = Vec::with_capacity(open.len());
    let mut lists = 0;
    while let Some((object, place)) = open.pop_front() {
        let Some(items) = items_of_list(&object) else {
            objects.push(object);
            continue;
        };
        lists += 1;
        if lists > LISTS_MAX {
            return Err(Failure::new(ReadObjects::HoldTooManyLists).at(place));
        }
        if object.is_null(items) {
            continue;
        }
        if !object.is_sequence(items) {
            let kind = object.get(object.root(), "kind").map_or("", |kind| object.text(kind)).to_owned();
            return Err(Failure::new(ReadObjects::HoldNoItems { kind }).at(place));
        }
        for item in object.items(items) {
            let item = through_json(&object, *item);
            if is_kept(&item).map_err(|error| Failure::new(error).at(place))? {
                open.push_back((item, place));
            }
        }
    }
    Ok(objects)
}

fn items_of_list<O: Copy>(object: &Graph<O>) -> Option<NodeIndex> {
    let kind = object.get(object.root(), "kind")?;
    object.get(object.root(), "items").filter(|_| object.text(kind).ends_with("List"))
}

/// A copy whose texts are in double quotes, as all texts of JSON are.
fn through_json<O: Copy>(list: &Graph<O>, item: NodeIndex) -> Graph<O> {
    let mut copy = list.below(item);
    for node in copy.node_indices() {
        if let Data::Scalar(scalar) = &mut copy.node_mut(node).data
            && scalar.tag == Tag::Str
        {
            scalar.style = ScalarStyle::DoubleQuoted;
        }
    }
    copy
}

fn point(text: TextId, offset: usize) -> Span {
    let offset = u32::try_from(offset).unwrap_or(u32::MAX);
    Span::new(text, offset..offset)
}

#[cfg(test)]
mod tests {
    use text::Origins;

    use super::*;

    #[test]
    fn annotations_in_a_sequence_are_refused() {
        let read = |annotations: &str| {
            let text = format!("{{kind: Pod, metadata: {{name: p, annotations: {annotations}}}}}");
            objects_of_text::<Origins>(TextId(0), text.as_bytes()).map_err(|failure| failure.to_string())
        };
        assert_eq!(read("[a]").unwrap_err(), "expected a map in metadata.annotations of Pod");
        assert!(["[]", "{}", "text", "null"].iter().all(|annotations| read(annotations).is_ok()));
    }
}
