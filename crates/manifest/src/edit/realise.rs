//! From the changes of one document to splices.

use std::collections::BTreeSet;
use std::ops::Range;

use text::Splice;

use super::admit::admit;
use super::block::Block;
use super::context::Context;
use super::layout::{Child, child_at, count_of};
use super::patch::{Chunk, Patch, splices};
use super::plan::{Collection, Plan, Replacement};
use super::remarks::{self, Remarks};
use super::scalar::{self, Surroundings};
use super::style::is_json;
use super::write::Consumed;
use super::{Change, Fresh, FreshScalar, Reason, Refusal, flow, within};
use crate::offset::offset;
use crate::scan::has_lone_carriage_return;
use crate::{Document, NodeId, ScalarStyle};

/// The reasons for which changes are refused each by itself, with their positions.
pub(super) fn refusals(document: &Document<'_>, changes: &[Change]) -> Vec<Refusal> {
    let context = Context::new(document);
    let unreachable = unreachable(&context);
    let refused = changes.iter().enumerate().filter_map(|(change, wanted)| {
        let reason = match unreachable {
            Some(what) => Reason::MeetRareSyntax { what },
            None => admit(&context, wanted).err()?,
        };
        Some(Refusal { change, reason })
    });
    refused.collect()
}

/// What a whole document can hold that the editor does not reach into.
fn unreachable(context: &Context<'_, '_>) -> Option<&'static str> {
    let bytes = context.layout.bytes(context.document.range());
    if has_lone_carriage_return(bytes) {
        // Where lines begin is told from line feeds.
        return Some("a carriage return that ends a line by itself");
    }
    let root = context.layout.range(context.document.root()?);
    let behind = context.layout.bytes(root.start..context.document.range().end);
    memchr::memmem::find(behind, b"\n%").map(|_| "a directive behind the beginning of a document")
}

/// What changes come to in the text.
#[derive(Debug, Default)]
pub(super) struct Realised {
    /// Sorted, without overlap.
    pub(super) splices: Vec<Splice>,
    /// The comments that go with the text that is taken out.
    pub(super) comments_gone: Vec<Range<usize>>,
}

/// The splices of the changes at the positions `wanted`, each of which is admissible by itself.
pub(super) fn realise(
    document: &Document<'_>,
    changes: &[Change],
    wanted: &[usize],
) -> Result<Realised, Refusal> {
    let context = Context::new(document);
    let chosen = wanted.iter().filter_map(|index| Some((*index, changes.get(*index)?)));
    let plan = Plan::of(&context, chosen)?;
    let claims = remarks::claims(&context, &plan);
    let consumed = consumed(&context, &plan, remarks::claimed_children(&claims));
    keep_anchors(&context, &plan, &consumed)?;
    let block = Block { context: &context, consumed: &consumed, remarks: &Remarks::default() };
    let mut patches = patches_of(&block, &plan)?;
    let mut gone = remarks::left_behind(&context, &patches);
    if !gone.is_empty() && !claims.is_empty() {
        // Only now is it known which comments nothing takes along; the values that they belong to are written again.
        let remarks = remarks::hand_over(&gone, &claims);
        patches = patches_of(&Block { remarks: &remarks, ..block }, &plan)?;
        gone = remarks::left_behind(&context, &patches);
        patches.extend(remarks::set_above(&context, &consumed, &gone, &claims));
        gone = remarks::not_in_texts(remarks::left_behind(&context, &patches), &claims);
    }
    keep_actions(document, &patches)?;
    Ok(Realised { splices: splices(context.layout, patches)?, comments_gone: gone })
}

fn patches_of(block: &Block<'_, '_, '_>, plan: &Plan<'_>) -> Result<Vec<Patch>, Refusal> {
    let context = block.context;
    let mut patches = Vec::new();
    // Inner collections first: where several end at one place, what is added to the innermost stands first.
    for (node, collection) in plan.collections.iter().rev() {
        collection_patches(block, *node, collection, &mut patches)?;
    }
    for (node, change, value) in &filled(context, plan) {
        value_patches(block, *node, *change, value, &mut patches)?;
    }
    for (node, replacement) in &plan.values {
        match replacement {
            Replacement::Scalar(change, value) => {
                scalar_patches(context, *node, *change, value, &mut patches)?
            }
            Replacement::Value(change, value) => value_patches(block, *node, *change, value, &mut patches)?,
        }
    }
    for (key, (change, to)) in &plan.keys {
        patches.push(key_patch(context, *key, *change, to));
    }
    Ok(patches)
}

/// Refuses patches that would take a template action out.
fn keep_actions(document: &Document<'_>, patches: &[Patch]) -> Result<(), Refusal> {
    let Some(mask) = document.mask() else { return Ok(()) };
    let touching =
        patches.iter().find(|patch| mask.touches(offset(patch.range.start)..offset(patch.range.end)));
    match touching {
        Some(patch) => Err(Refusal { change: patch.change, reason: Reason::TouchTemplate }),
        None => Ok(()),
    }
}

/// Collections in block text that have no children yet, with what comes into them.
fn filled(context: &Context<'_, '_>, plan: &Plan<'_>) -> Vec<(NodeId, usize, Fresh)> {
    let empty = plan.collections.iter().filter(|(node, _)| is_filled_as_value(context, **node));
    let filled = empty.filter_map(|(node, collection)| {
        let additions: Vec<_> = collection.before.values().flatten().collect();
        let change = additions.first()?.change;
        let is_mapping = additions.iter().all(|addition| addition.key.is_some());
        let value = if is_mapping {
            let entry =
                |key: Option<&str>, value: &Fresh| (key.unwrap_or_default().to_owned(), value.clone());
            Fresh::Mapping(additions.iter().map(|addition| entry(addition.key, addition.value)).collect())
        } else {
            Fresh::Sequence(additions.iter().map(|addition| addition.value.clone()).collect())
        };
        Some((*node, change, value))
    });
    filled.collect()
}

/// Whether what comes into the node comes in place of it: `{}`, `[]` or nothing, outside of brackets.
fn is_filled_as_value(context: &Context<'_, '_>, node: NodeId) -> bool {
    let layout = context.layout;
    let is_bracket_of_root = layout.is_flow(node) && context.document.node(node).parent.is_none();
    count_of(context.document, node) == 0
        && !is_bracket_of_root
        && (!layout.is_in_flow(node) || !layout.is_flow(node))
}

fn collection_patches(
    block: &Block<'_, '_, '_>,
    node: NodeId,
    collection: &Collection<'_>,
    patches: &mut Vec<Patch>,
) -> Result<(), Refusal> {
    if is_filled_as_value(block.context, node) {
        return Ok(());
    }
    if block.context.layout.is_flow(node) {
        return flow::collection(block.context, node, collection, patches);
    }
    block.collection(node, collection, patches)
}

fn value_patches(
    block: &Block<'_, '_, '_>,
    node: NodeId,
    change: usize,
    value: &Fresh,
    patches: &mut Vec<Patch>,
) -> Result<(), Refusal> {
    let layout = block.context.layout;
    let is_root = block.context.document.node(node).parent.is_none();
    let made = if layout.is_in_flow(node) || (is_root && layout.is_flow(node)) {
        flow::replace_value(block.context, node, change, value).map(|patch| patches.push(patch))
    } else if is_root {
        root_patch(block, node, change, value).map(|patch| patches.push(patch))
    } else {
        block.replace_value(node, change, value, patches)
    };
    made.map_err(|reason| Refusal { change, reason })
}

/// Another value for the whole document.
fn root_patch(
    block: &Block<'_, '_, '_>,
    root: NodeId,
    change: usize,
    value: &Fresh,
) -> Result<Patch, Reason> {
    let context = block.context;
    let mut writer = block.writer();
    let range = root_range(context, root);
    if context.layout.column(range.start) > 0 {
        writer.line(0);
    }
    match value {
        Fresh::Mapping(entries) if !entries.is_empty() => {
            for (index, (key, value)) in entries.iter().enumerate() {
                if index > 0 {
                    writer.line(0);
                }
                writer.begin();
                writer.entry(key, value, 0, None)?;
            }
        }
        Fresh::Sequence(items) if !items.is_empty() => {
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    writer.line(0);
                }
                writer.begin();
                writer.item(item, 0)?;
            }
        }
        _ => return Err(Reason::MeetRareSyntax { what: "a document that becomes a scalar" }),
    }
    writer.end_file(value, range.end);
    Ok(Patch::new(range, change, writer.chunks))
}

/// What another value for the whole document takes the place of: the root, or what follows the `---` of an empty one
/// and the comment beside it.
fn root_range(context: &Context<'_, '_>, root: NodeId) -> std::ops::Range<usize> {
    let mut range = context.layout.range(root);
    if let Some(last) = count_of(context.document, root).checked_sub(1) {
        let extent = child_at(context.document, root, last).and_then(|child| context.extent(child));
        range.end = extent.map_or(range.end, |extent| extent.end);
    }
    if range.is_empty() {
        let end = context.layout.trailing_comment(range.end).map_or(range.end, |comment| comment.end);
        range = end..end;
    }
    range
}

fn scalar_patches(
    context: &Context<'_, '_>,
    node: NodeId,
    change: usize,
    value: &FreshScalar,
    patches: &mut Vec<Patch>,
) -> Result<(), Refusal> {
    let layout = context.layout;
    let document = context.document;
    let span = document.span(node).range();
    let surroundings = surroundings_of(context, node);
    let style = document.scalar_style(node).unwrap_or(ScalarStyle::Plain);
    if let (None, FreshScalar::String(text)) = (document.tag_range(node), value)
        && let Some((range, text)) = within::difference(context, node, text)
    {
        let patch = Patch::new(range, change, vec![Chunk::Text(text)]);
        patches.push(Patch { is_within_value: true, ..patch });
        return Ok(());
    }
    if let Some(tag) = document.tag_range(node) {
        // The tag told the type of the old value. The text after it follows with the gap between.
        let end = if tag.end as usize <= span.start { span.start } else { tag.end as usize };
        let end = document
            .anchor_range(node)
            .map_or(end, |anchor| if anchor.start >= tag.end { anchor.start as usize } else { end });
        patches.push(Patch::new(tag.start as usize..end, change, Vec::new()));
    }
    let text = block_scalar(context, node, value, style, surroundings)
        .unwrap_or_else(|| scalar::write(value, quotes(context, value, style, surroundings), surroundings));
    let range = if span.is_empty() {
        let start = context.gap_start(node).map(|start| context.properties_end(node, start));
        let start = start.unwrap_or(span.start);
        start..start
    } else {
        span
    };
    let needs_gap = range.is_empty()
        && !matches!(layout.byte(range.start.wrapping_sub(1)), Some(b' ' | b'\t' | b'\n') | None);
    let text = if needs_gap { format!(" {text}") } else { text };
    let patch = Patch::new(range, change, vec![Chunk::Text(text)]);
    patches.push(Patch { is_within_value: true, ..patch });
    Ok(())
}

/// The old quotes, or the document's where plain text would not do.
fn quotes(
    context: &Context<'_, '_>,
    value: &FreshScalar,
    style: ScalarStyle,
    surroundings: Surroundings,
) -> ScalarStyle {
    match (style, value) {
        (ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted, _) => style,
        (_, FreshScalar::String(text)) if !scalar::is_plain_safe(text, surroundings) => {
            context.style().quotes
        }
        _ => ScalarStyle::Plain,
    }
}

/// A block scalar stays one if the new text is one of several lines.
fn block_scalar(
    context: &Context<'_, '_>,
    node: NodeId,
    value: &FreshScalar,
    style: ScalarStyle,
    surroundings: Surroundings,
) -> Option<String> {
    let FreshScalar::String(text) = value else { return None };
    if !matches!(style, ScalarStyle::Literal | ScalarStyle::Folded) || surroundings != Surroundings::Block {
        return None;
    }
    let (header, lines) = context.literal_lines(text)?;
    let layout = context.layout;
    let span = context.document.span(node).range();
    let first_line = layout.next_line(span.start);
    let old =
        (first_line < span.end).then(|| layout.indentation(first_line).len()).filter(|column| *column > 0);
    let column = old.unwrap_or_else(|| context.holder_column(node) + context.style().step);
    let mut written = header.to_owned();
    if let Some(comment) = layout.trailing_comment(
        layout
            .bytes(span.clone())
            .iter()
            .position(u8::is_ascii_whitespace)
            .map_or(span.end, |width| span.start + width),
    ) {
        written.push(' ');
        written.push_str(&String::from_utf8_lossy(layout.bytes(comment)));
    }
    for line in lines {
        written.push_str(context.style().newline);
        if !line.is_empty() {
            written.push_str(&" ".repeat(column));
            written.push_str(line);
        }
    }
    Some(written)
}

fn key_patch(context: &Context<'_, '_>, key: NodeId, change: usize, to: &str) -> Patch {
    let surroundings = surroundings_of(context, key);
    let style = context.document.scalar_style(key).unwrap_or(ScalarStyle::Plain);
    let value = FreshScalar::String(to.to_owned());
    let text = scalar::write(&value, quotes(context, &value, style, surroundings), surroundings);
    Patch::new(context.document.span(key).range(), change, vec![Chunk::Text(text)])
}

fn surroundings_of(context: &Context<'_, '_>, node: NodeId) -> Surroundings {
    match context.document.node(node).parent {
        Some(parent) if context.layout.is_flow(parent) && is_json(context.layout, parent) => {
            Surroundings::Json
        }
        Some(parent) if context.layout.is_flow(parent) => Surroundings::Flow,
        _ => Surroundings::Block,
    }
}

/// The ranges that go.
fn consumed(context: &Context<'_, '_>, plan: &Plan<'_>, headless: BTreeSet<NodeId>) -> Consumed {
    let mut ranges = Vec::new();
    for (node, collection) in &plan.collections {
        for (index, is_removed) in collection
            .removed
            .keys()
            .map(|index| (index, true))
            .chain(collection.replaced.keys().map(|i| (i, false)))
        {
            let Some(child) = child_at(context.document, *node, *index) else { continue };
            if context.layout.is_flow(*node) {
                ranges.push(flow_range(context, child));
            } else if let Some(extent) = context.extent(child) {
                let takes_head = child.key().is_some_and(|key| headless.contains(&key));
                ranges.push(match (is_removed, takes_head) {
                    (true, _) => extent.head..extent.next,
                    (false, true) => extent.head..extent.end,
                    (false, false) => extent.first..extent.end,
                });
            }
        }
    }
    for (node, replacement) in &plan.values {
        let full = context.layout.range(*node);
        match (replacement, context.gap_start(*node)) {
            (Replacement::Value(..), Some(gap)) if context.layout.is_block_collection(*node) => {
                let child = super::layout::child_of(context.document, *node);
                let end = child.and_then(|child| context.extent(child)).map_or(full.end, |extent| extent.end);
                ranges.push(gap..end);
            }
            _ => ranges.push(full),
        }
    }
    Consumed::new(ranges, headless)
}

/// Refuses to remove an anchor that an alias needs which stays, unless what it marks moves somewhere.
fn keep_anchors(context: &Context<'_, '_>, plan: &Plan<'_>, consumed: &Consumed) -> Result<(), Refusal> {
    if context.uses().is_empty() {
        return Ok(());
    }
    let moved = plan.moved();
    let layout = context.layout;
    for (node, collection) in &plan.collections {
        for (index, change) in &collection.removed {
            let Some(child) = child_at(context.document, *node, *index) else { continue };
            let range = flow_range(context, child);
            let first =
                context.uses().partition_point(|(anchored, _)| layout.range(*anchored).start < range.start);
            let uses = context.uses().iter().skip(first);
            for (anchored, alias) in
                uses.take_while(|(anchored, _)| layout.range(*anchored).start < range.end)
            {
                let is_moved = moved.iter().any(|moved| {
                    let moved = layout.range(*moved);
                    moved.start <= layout.range(*anchored).start && layout.range(*anchored).end <= moved.end
                });
                if !is_moved && !consumed.covers(&layout.range(*alias)) {
                    let anchor = context.document.anchor(*anchored).unwrap_or_default().to_owned();
                    return Err(Refusal { change: *change, reason: Reason::LoseAnchor { anchor } });
                }
            }
        }
    }
    Ok(())
}

fn flow_range(context: &Context<'_, '_>, child: Child) -> Range<usize> {
    match child {
        Child::Entry(entry) => context.layout.range(entry.key).start..context.layout.range(entry.value).end,
        Child::Item(item) => context.layout.range(item),
    }
}
