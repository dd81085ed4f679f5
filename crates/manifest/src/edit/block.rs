//! Changes of block collections and of the values in them, as patches.
//!
//! Takes what becomes of the children of one collection; gives the patches that make it so.

use std::ops::Range;

use super::context::Context;
use super::layout::{Child, Extent, child_at, child_of, count_of};
use super::patch::{Chunk, Patch};
use super::plan::{Addition, Collection};
use super::remarks::Remarks;
use super::write::{Consumed, Holder, Writer};
use super::{Fresh, Reason, Refusal};
use crate::{NodeId, ScalarStyle};

/// Makes the patches of one document.
#[derive(Debug)]
pub(super) struct Block<'w, 'd, 't> {
    pub(super) context: &'w Context<'d, 't>,
    pub(super) consumed: &'w Consumed,
    pub(super) remarks: &'w Remarks,
}

impl<'w, 'd, 't> Block<'w, 'd, 't> {
    pub(super) fn writer(&self) -> Writer<'w, 'd, 't> {
        Writer::new(self.context, self.consumed, self.remarks)
    }

    /// The patches of a block collection that has children.
    pub(super) fn collection(
        &self,
        node: NodeId,
        plan: &Collection<'_>,
        patches: &mut Vec<Patch>,
    ) -> Result<(), Refusal> {
        let children = Children { block: self, node, plan, column: self.context.column_of(node) };
        if plan.removed.len() == count_of(self.context.document, node) && plan.additions().next().is_none() {
            return children.empty(patches);
        }
        let first_kept = children.beside_dash(patches)?;
        for index in plan.touched() {
            children.child(index, first_kept, patches)?;
        }
        Ok(())
    }

    /// The patches that put `value` in place of a value held by a block collection.
    pub(super) fn replace_value(
        &self,
        node: NodeId,
        change: usize,
        value: &Fresh,
        patches: &mut Vec<Patch>,
    ) -> Result<(), Reason> {
        let child = child_of(self.context.document, node);
        let (Some(child), Some(gap_start)) = (child, self.context.gap_start(node)) else {
            return Err(Reason::MeetRareSyntax { what: "a key after '?'" });
        };
        let extent = self.context.extent(child).ok_or(Reason::MeetRareSyntax { what: "a key after '?'" })?;
        let column = self.context.layout.column(extent.first);
        let holder = match child {
            Child::Entry(_) => Holder::Key(column),
            Child::Item(_) => Holder::Dash(column),
        };
        let mut writer = self.writer();
        if let Some(anchor) = self.context.document.anchor(node).filter(|_| self.context.is_shared(node)) {
            writer.text(&format!(" &{anchor}"));
        }
        let place = Place { node, gap_start, extent };
        let patch = if self.context.layout.is_block_collection(node) {
            self.in_place_of_block(&place, value, holder, writer)?
        } else {
            self.in_place_of_inline(&place, value, holder, writer)?
        };
        patches.push(Patch { change, ..patch });
        Ok(())
    }

    fn in_place_of_block(
        &self,
        place: &Place,
        value: &Fresh,
        holder: Holder,
        mut writer: Writer<'_, '_, '_>,
    ) -> Result<Patch, Reason> {
        let layout = self.context.layout;
        let properties_end = self.context.properties_end(place.node, place.gap_start);
        let note = layout.trailing_comment(properties_end).filter(|_| writer.has_room_beside(value));
        writer.value(value, holder, note.as_ref())?;
        writer.end_file(value, place.extent.end);
        Ok(Patch::new(place.gap_start..place.extent.end, 0, writer.chunks))
    }

    fn in_place_of_inline(
        &self,
        place: &Place,
        value: &Fresh,
        holder: Holder,
        mut writer: Writer<'_, '_, '_>,
    ) -> Result<Patch, Reason> {
        let layout = self.context.layout;
        let comment = layout.trailing_comment(place.extent.value_end);
        let range = layout.range(place.node);
        if comment.is_some() && !self.is_inline(value) {
            let end = comment.as_ref().map_or(place.extent.value_end, |comment| comment.end);
            let note = comment.filter(|_| writer.has_room_beside(value));
            writer.value(value, holder, note.as_ref())?;
            writer.end_file(value, end);
            return Ok(Patch::new(place.gap_start..end, 0, writer.chunks));
        }
        writer.is_beside_comment = comment.is_some();
        writer.value(value, holder, None)?;
        writer.end_file(value, place.extent.value_end);
        // The gap before a value is somebody's alignment: it stays where a value stays beside its key.
        let has_text = !self.context.document.span(place.node).is_empty();
        let keeps_gap = has_text && range.start > place.gap_start && self.is_inline(value);
        let mut content = writer.chunks;
        if let Some(Chunk::Text(text)) = content.first_mut()
            && keeps_gap
            && let Some(rest) = text.strip_prefix(' ')
        {
            *text = rest.to_owned();
            return Ok(Patch::new(range.start..place.extent.value_end, 0, content));
        }
        Ok(Patch::new(place.gap_start..place.extent.value_end, 0, content))
    }

    /// Whether a value stands beside its key rather than on lines of its own.
    fn is_inline(&self, value: &Fresh) -> bool {
        match value {
            Fresh::InsteadOf { of: _, value } => self.is_inline(value),
            Fresh::Scalar(super::FreshScalar::String(text))
            | Fresh::TextOf { node: _, value: super::FreshScalar::String(text) } => {
                self.context.literal_lines(text).is_none()
            }
            Fresh::Scalar(_) | Fresh::TextOf { .. } => true,
            Fresh::Mapping(entries) => entries.is_empty(),
            Fresh::Sequence(items) => items.is_empty(),
            Fresh::Moved(node) => {
                !self.context.layout.is_block_collection(*node)
                    && !matches!(
                        self.context.document.scalar_style(*node),
                        Some(ScalarStyle::Literal | ScalarStyle::Folded)
                    )
            }
        }
    }
}

/// The place of a value in a block collection.
#[derive(Debug, Clone, Copy)]
struct Place {
    node: NodeId,
    gap_start: usize,
    extent: Extent,
}

/// The children of one block collection.
#[derive(Debug)]
struct Children<'b, 'w, 'd, 't, 'c> {
    block: &'b Block<'w, 'd, 't>,
    node: NodeId,
    plan: &'b Collection<'c>,
    column: usize,
}

impl<'c> Children<'_, '_, '_, '_, 'c> {
    fn extent(&self, index: usize, change: usize) -> Result<Extent, Refusal> {
        let context = self.block.context;
        child_at(context.document, self.node, index)
            .and_then(|child| context.extent(child))
            .ok_or(Refusal { change, reason: Reason::MeetRareSyntax { what: "a key after '?'" } })
    }

    /// Takes all children out: what is left is written `{}` or `[]`.
    fn empty(&self, patches: &mut Vec<Patch>) -> Result<(), Refusal> {
        let context = self.block.context;
        // Whether nothing is left cannot be known where actions make a part of it.
        if let Some((_, change)) = self.plan.removed.first_key_value()
            && context.document.is_opaque(self.node)
        {
            return Err(Refusal { change: *change, reason: Reason::TouchTemplate });
        }
        let brackets = if context.document.is_mapping(self.node) { "{}" } else { "[]" };
        let mut brackets_left = Some(brackets);
        for (index, change) in &self.plan.removed {
            let extent = self.extent(*index, *change)?;
            let gap_start = context.gap_start(self.node);
            let patch = |range, text: &str| Patch::new(range, *change, chunks(text));
            match (gap_start, brackets_left.take()) {
                (Some(gap_start), Some(brackets)) if extent.own_line => {
                    let at = context.properties_end(self.node, gap_start);
                    patches.push(patch(at..at, &format!(" {brackets}")));
                    patches.push(patch(extent.head..extent.next, ""));
                }
                (_, Some(brackets)) => patches.push(patch(extent.first..extent.end, brackets)),
                (_, None) => patches.push(patch(extent.head..extent.next, "")),
            }
        }
        Ok(())
    }

    /// Where the first child stands beside a dash and goes, what comes next takes its place. Gives the position of
    /// the first child that was not dealt with.
    fn beside_dash(&self, patches: &mut Vec<Patch>) -> Result<usize, Refusal> {
        let Some(change) = self.plan.removed.get(&0).copied() else { return Ok(0) };
        let first = self.extent(0, change)?;
        if first.own_line {
            return Ok(0);
        }
        let count = count_of(self.block.context.document, self.node);
        let kept = (0..count).find(|index| !self.plan.removed.contains_key(index)).unwrap_or(count);
        let mut additions: Vec<&Addition<'c>> = Vec::new();
        for index in 0..kept {
            additions.extend(self.plan.before.get(&index).into_iter().flatten());
            additions.extend(self.plan.after.get(&index).into_iter().flatten());
        }
        additions.extend(self.plan.before.get(&kept).into_iter().flatten());
        let mut writer = self.block.writer();
        for (position, addition) in additions.iter().enumerate() {
            if position > 0 {
                writer.line(self.column);
            }
            self.write(&mut writer, addition)?;
        }
        let end = if kept < count {
            if !additions.is_empty() {
                writer.line(self.column);
            }
            let next = self.extent(kept, change)?;
            next.head + self.block.context.layout.indentation(next.head).len()
        } else {
            self.extent(count.saturating_sub(1), change)?.end
        };
        patches.push(Patch::new(first.first..end, change, writer.chunks));
        Ok(kept)
    }

    fn child(&self, index: usize, first_kept: usize, patches: &mut Vec<Patch>) -> Result<(), Refusal> {
        let plan = self.plan;
        if index >= first_kept
            && let Some(change) = plan.removed.get(&index)
        {
            let range = self.removed_lines(index, *change)?;
            patches.push(Patch::new(range, *change, Vec::new()));
        }
        if let Some(addition) = plan.replaced.get(&index) {
            patches.push(self.replaced(index, addition)?);
        }
        let before_is_done = first_kept > 0 && index <= first_kept;
        for addition in plan.before.get(&index).into_iter().flatten().filter(|_| !before_is_done) {
            patches.push(self.before(index, addition)?);
        }
        for addition in plan.after.get(&index).into_iter().flatten().filter(|_| index >= first_kept) {
            self.after(index, addition, patches)?;
        }
        Ok(())
    }

    /// The lines of a child that goes, with the empty lines that would stand there twice or for nothing: those between
    /// two that go, those before a run that other empty lines or the document's end follow, and those after a
    /// run that the collection or a text begins.
    fn removed_lines(&self, index: usize, change: usize) -> Result<Range<usize>, Refusal> {
        let layout = self.block.context.layout;
        let extent = self.extent(index, change)?;
        let mut range = extent.head..extent.next;
        let (next, plan) = (index + 1, self.plan);
        let is_removed = |index: usize| plan.removed.contains_key(&index);
        let follows_removed = index.checked_sub(1).is_some_and(is_removed);
        let is_last_of_run = !is_removed(next);
        if !plan.before.contains_key(&index)
            && !self.ends_with_text(index)
            && (follows_removed || self.run_ends_in_blank(index, change)?)
        {
            range.start = layout.blank_lines_before(extent.head);
        }
        let is_between = is_last_of_run && next < count_of(self.block.context.document, self.node);
        let is_free = !plan.after.contains_key(&index) && !plan.before.contains_key(&next);
        if is_between && is_free && extent.own_line {
            let start = (0..=index).rev().take_while(|index| is_removed(*index)).last().unwrap_or(index);
            if start == 0 || self.ends_with_text(start) {
                range.end = layout.blank_lines_after(extent.next);
            }
        }
        Ok(range)
    }

    /// Whether the children from `first` on that go are followed by an empty line or the document's end.
    fn run_ends_in_blank(&self, first: usize, change: usize) -> Result<bool, Refusal> {
        let layout = self.block.context.layout;
        let last = (first..).take_while(|next| self.plan.removed.contains_key(next)).last();
        let end = self.extent(last.unwrap_or(first), change)?.next;
        Ok(layout.is_blank_line(end) || layout.next_line(end) == end)
    }

    /// Whether the empty lines before a child may be part of a text.
    fn ends_with_text(&self, index: usize) -> bool {
        let context = self.block.context;
        let before = index.checked_sub(1).and_then(|before| child_at(context.document, self.node, before));
        before.is_some_and(|before| context.ends_with_block_scalar(before.value()))
    }

    fn before(&self, index: usize, addition: &Addition<'c>) -> Result<Patch, Refusal> {
        let extent = self.extent(index, addition.change)?;
        let mut writer = self.block.writer();
        if extent.own_line {
            writer.indent(self.column);
            self.write(&mut writer, addition)?;
            writer.line(0);
        } else {
            self.write(&mut writer, addition)?;
            writer.line(self.column);
        }
        Ok(Patch::new(extent.head..extent.head, addition.change, writer.chunks))
    }

    fn after(&self, index: usize, addition: &Addition<'c>, patches: &mut Vec<Patch>) -> Result<(), Refusal> {
        let extent = self.extent(index, addition.change)?;
        // The file's last line may have no end, and yet blanks behind what stands on it.
        let has_end = self.block.context.layout.byte(extent.next.wrapping_sub(1)) == Some(b'\n');
        let ends_line = extent.next > extent.end && has_end || self.plan.removed.contains_key(&index);
        let context = self.block.context;
        let last = child_at(context.document, self.node, index).map(Child::value);
        if last.is_some_and(|last| context.ends_with_blanks(last)) {
            let reason = Reason::MeetRareSyntax { what: "blanks at the end of a file's last block scalar" };
            return Err(Refusal { change: addition.change, reason });
        }
        let mut writer = self.block.writer();
        if ends_line {
            writer.indent(self.column);
            self.write(&mut writer, addition)?;
            writer.line(0);
        } else {
            writer.line(self.column);
            self.write(&mut writer, addition)?;
            writer.end_file(addition.value, extent.next);
            let header = last.and_then(|last| context.header_of_unbroken(last));
            patches.extend(header.map(|(range, text)| Patch::new(range, addition.change, chunks(text))));
        }
        patches.push(Patch::new(extent.next..extent.next, addition.change, writer.chunks));
        Ok(())
    }

    /// Another entry in the place of one. A comment beside the old one that does not move with its value stays.
    fn replaced(&self, index: usize, addition: &Addition<'c>) -> Result<Patch, Refusal> {
        let context = self.block.context;
        let extent = self.extent(index, addition.change)?;
        let old = child_at(context.document, self.node, index);
        let key = old.and_then(Child::key);
        let takes_comments = key.is_some_and(|key| self.block.consumed.takes_head(key));
        let mut writer = self.block.writer();
        let note = old
            .map(Child::value)
            .filter(|old| !takes_comments && !holds(addition.value, *old))
            .filter(|_| writer.has_room_beside(addition.value))
            .and_then(|old| self.note_beside(old, extent));
        let start = if takes_comments { extent.head } else { extent.first };
        if start < extent.first {
            writer.indent(self.column);
        }
        writer.comment_lines(key.map_or(&[], |key| self.block.remarks.of_replaced(key)), self.column);
        writer
            .entry(addition.key.unwrap_or_default(), addition.value, self.column, note.as_ref())
            .map_err(|reason| Refusal { change: addition.change, reason })?;
        writer.end_file(addition.value, extent.end);
        let patch = Patch::new(start..extent.end, addition.change, writer.chunks);
        Ok(Patch { is_within_value: true, ..patch })
    }

    fn note_beside(&self, old: NodeId, extent: Extent) -> Option<Range<usize>> {
        let context = self.block.context;
        let at = if context.layout.is_block_collection(old) {
            context.properties_end(old, context.gap_start(old)?)
        } else {
            extent.value_end
        };
        context.layout.trailing_comment(at)
    }

    fn write(&self, writer: &mut Writer<'_, '_, '_>, addition: &Addition<'c>) -> Result<(), Refusal> {
        writer.begin();
        let written = match addition.key {
            Some(key) => writer.entry(key, addition.value, self.column, None),
            None => writer.item(addition.value, self.column),
        };
        written.map_err(|reason| Refusal { change: addition.change, reason })
    }
}

/// Whether a new value holds a node of the document.
pub(super) fn holds(value: &Fresh, node: NodeId) -> bool {
    match value {
        Fresh::Scalar(_) | Fresh::TextOf { .. } => false,
        Fresh::Moved(moved) => *moved == node,
        Fresh::Mapping(entries) => entries.iter().any(|(_, value)| holds(value, node)),
        Fresh::Sequence(items) => items.iter().any(|value| holds(value, node)),
        Fresh::InsteadOf { of: _, value } => holds(value, node),
    }
}

fn chunks(text: &str) -> Vec<Chunk> {
    if text.is_empty() { Vec::new() } else { vec![Chunk::Text(text.to_owned())] }
}
