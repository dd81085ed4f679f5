//! `patchesStrategicMerge` and `patchesJson6902` → `patches`, for a Kustomization and for a HelmRelease's post renderers.
//!
//! `patches` holds each patch as a text. An object or a list of operations becomes that text by its own bytes, moved to
//! the left; so its comments stay. Merges go first and operations last, which is the order they were applied in.

use manifest::edit::{Fresh, FreshScalar};
use manifest::{Document, NodeId, NodeKind};

use crate::convert::Refusal;
use crate::convert::draft::{Draft, Field, entries, instead_of, instead_of_item, mapping};

pub(in crate::convert) fn merge(draft: &mut Draft<'_>, holder: NodeId) -> Result<(), Refusal> {
    let merges = draft.entry(holder, "patchesStrategicMerge")?;
    let operations = draft.entry(holder, "patchesJson6902")?;
    if merges.is_none() && operations.is_none() {
        return Ok(());
    }
    let mut patches = Vec::new();
    for item in draft.items(holder, "patchesStrategicMerge")? {
        patches.push(instead_of_item(item, mapping([("patch", patch_text(draft, item)?)])));
    }
    let present = draft.entry(holder, "patches")?;
    patches.extend(draft.items(holder, "patches")?.into_iter().map(Fresh::Moved));
    for item in draft.mappings(holder, "patchesJson6902")? {
        patches.push(operation(draft, item)?);
    }
    let old: Vec<Field> = [merges, operations, present].into_iter().flatten().collect();
    if patches.is_empty() {
        old.into_iter().for_each(|field| draft.remove(field));
        return Ok(());
    }
    draft.gather(&old, "patches", Fresh::Sequence(patches))
}

fn operation(draft: &mut Draft<'_>, item: NodeId) -> Result<Fresh, Refusal> {
    let Some(patch) = draft.field(item, "patch")? else {
        return Err(draft.malformed(item, "has no 'patch'"));
    };
    let text = instead_of(&[patch], patch_text(draft, patch.value)?);
    let target = draft.field(item, "target")?.map(Field::carried);
    Ok(instead_of_item(item, Fresh::Mapping(entries([("patch", Some(text)), ("target", target)]))))
}

fn patch_text(draft: &Draft<'_>, node: NodeId) -> Result<Fresh, Refusal> {
    let document = draft.document();
    if document.text(node).is_some() {
        return Ok(Fresh::Moved(node));
    }
    match text_of(document, node) {
        Some(text) => Ok(Fresh::TextOf { node, value: FreshScalar::String(text) }),
        None => {
            let path = draft.path(node);
            let reason =
                format!("'{path}' uses an anchor, an alias or a template and cannot become a text by itself");
            Err(Refusal::Manual { reason })
        }
    }
}

/// The bytes of a collection, with the indentation of its first line taken off all others.
fn text_of(document: &Document<'_>, node: NodeId) -> Option<String> {
    let span = document.span(node);
    let inside = document.node_ids().filter(|other| span.contains(document.span(*other)));
    let is_plain = |other: NodeId| {
        let is_alias = matches!(document.node(other).kind, NodeKind::Alias { .. });
        !is_alias && document.anchor_range(other).is_none() && !document.is_opaque(other)
    };
    if !inside.into_iter().all(is_plain) {
        return None;
    }
    let bytes = document.bytes();
    let start = span.range().start;
    let line_start = memchr::memrchr(b'\n', bytes.get(..start)?).map_or(0, |end| end + 1);
    let column = start - line_start;
    let end = end_with_comment(document, span.range().end);
    let raw = std::str::from_utf8(bytes.get(start..end)?).ok()?;
    let mut text = String::with_capacity(raw.len());
    for (index, line) in raw.trim_end().lines().enumerate() {
        let strip = if index == 0 { 0 } else { column.min(line.len() - line.trim_start_matches(' ').len()) };
        text.push_str(line.get(strip..).unwrap_or_default().trim_end_matches('\r'));
        text.push('\n');
    }
    Some(text)
}

/// The end of a collection, or of the comment behind its last value.
fn end_with_comment(document: &Document<'_>, end: usize) -> usize {
    let rest = document.bytes().get(end..).unwrap_or_default();
    let line = rest.get(..memchr::memchr(b'\n', rest).unwrap_or(rest.len())).unwrap_or_default();
    let comment = document.comments().iter().find(|comment| {
        let start = comment.start as usize;
        start >= end && line.get(..start - end).is_some_and(|gap| gap.iter().all(u8::is_ascii_whitespace))
    });
    comment.map_or(end, |comment| comment.end as usize)
}
