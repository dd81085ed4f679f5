//! New text in block style: entries and items, with the parts of the document that move into them.
//!
//! Takes what is wanted and the column of the key or dash that holds it; gives chunks of text.

use std::collections::BTreeSet;
use std::ops::Range;

use super::context::Context;
use super::layout::{Child, DASH_WIDTH, child_of};
use super::patch::Chunk;
use super::remarks::Remarks;
use super::scalar::{self, Surroundings};
use super::{Fresh, FreshScalar, Reason};
use crate::{NodeId, ScalarStyle};

/// Ranges that go, sorted and merged, so that what moves out of them knows to take its comments along.
#[derive(Debug, Default)]
pub(super) struct Consumed {
    ranges: Vec<Range<usize>>,
    /// The keys of entries whose head comments stand with the value that stands for the entry.
    headless: BTreeSet<NodeId>,
}

impl Consumed {
    pub(super) fn new(mut ranges: Vec<Range<usize>>, headless: BTreeSet<NodeId>) -> Self {
        ranges.sort_by_key(|range| (range.start, range.end));
        let mut merged: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
        for range in ranges {
            match merged.last_mut() {
                Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
                _ => merged.push(range),
            }
        }
        Self { ranges: merged, headless }
    }

    /// Whether the comments above an entry go with it even if another one takes its place.
    pub(super) fn takes_head(&self, key: NodeId) -> bool {
        self.headless.contains(&key)
    }

    /// Whether all of `range` goes.
    pub(super) fn covers(&self, range: &Range<usize>) -> bool {
        let after = self.ranges.partition_point(|consumed| consumed.start <= range.start);
        after
            .checked_sub(1)
            .and_then(|index| self.ranges.get(index))
            .is_some_and(|last| range.end <= last.end)
    }
}

/// What holds a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holder {
    /// A key, and its column.
    Key(usize),
    /// A dash, and its column.
    Dash(usize),
}

/// A comment of the document that stands at the end of the first line of what is written.
pub(super) type Note<'n> = Option<&'n Range<usize>>;

/// Writes new block text.
#[derive(Debug)]
pub(super) struct Writer<'w, 'd, 't> {
    pub(super) context: &'w Context<'d, 't>,
    pub(super) consumed: &'w Consumed,
    pub(super) remarks: &'w Remarks,
    pub(super) chunks: Vec<Chunk>,
    /// Whether the comments above the first thing that is written next are there already.
    pub(super) is_headed: bool,
    /// Whether a comment stays beside what is written, so that none may come along there.
    pub(super) is_beside_comment: bool,
}

impl<'w, 'd, 't> Writer<'w, 'd, 't> {
    pub(super) fn new(context: &'w Context<'d, 't>, consumed: &'w Consumed, remarks: &'w Remarks) -> Self {
        Self { context, consumed, remarks, chunks: Vec::new(), is_headed: false, is_beside_comment: false }
    }

    /// Begins another child: the comments above what it begins with are not there yet.
    pub(super) fn begin(&mut self) {
        self.is_headed = false;
    }

    pub(super) fn text(&mut self, text: &str) {
        match self.chunks.last_mut() {
            Some(Chunk::Text(last)) => last.push_str(text),
            _ => self.chunks.push(Chunk::Text(text.to_owned())),
        }
    }

    /// Ends the line and indents the next.
    pub(super) fn line(&mut self, column: usize) {
        let newline = self.context.style().newline;
        self.text(newline);
        self.indent(column);
    }

    pub(super) fn indent(&mut self, column: usize) {
        self.text(&" ".repeat(column));
    }

    /// Ends the file's last line after `value` if that ends with a block scalar whose text ends its last line.
    pub(super) fn end_file(&mut self, value: &Fresh, at: usize) {
        let is_last = at >= self.context.document.bytes().len();
        if is_last && last_leaf(value).is_some_and(|node| self.context.ends_with_broken_line(node)) {
            self.line(0);
        }
    }

    /// `key: value`, from the key's column on. `note` is a comment that stays with the key.
    pub(super) fn entry(
        &mut self,
        key: &str,
        value: &Fresh,
        column: usize,
        note: Note<'_>,
    ) -> Result<(), Reason> {
        let standing = self.begin_with_comments(value, column, note.is_some());
        let key = scalar::write_string(key, ScalarStyle::Plain, Surroundings::Block);
        self.text(&key);
        self.text(":");
        self.value(value, Holder::Key(column), note.or(standing.beside.as_ref()))?;
        self.comments_below(value, Holder::Key(column), &standing.below);
        Ok(())
    }

    /// `- value`, from the dash's column on.
    pub(super) fn item(&mut self, value: &Fresh, column: usize) -> Result<(), Reason> {
        let standing = self.begin_with_comments(value, column, false);
        self.text("-");
        self.value(value, Holder::Dash(column), standing.beside.as_ref())?;
        self.comments_below(value, Holder::Dash(column), &standing.below);
        Ok(())
    }

    /// What follows a colon or a dash, the gap included.
    pub(super) fn value(&mut self, value: &Fresh, holder: Holder, note: Note<'_>) -> Result<(), Reason> {
        match value {
            Fresh::Scalar(scalar) | Fresh::TextOf { node: _, value: scalar } => {
                self.scalar(scalar, holder, note)
            }
            Fresh::Mapping(entries) if entries.is_empty() => self.inline("{}", note),
            Fresh::Sequence(items) if items.is_empty() => self.inline("[]", note),
            Fresh::Mapping(entries) => return self.mapping(entries, holder, note),
            Fresh::Sequence(items) => return self.sequence(items, holder, note),
            Fresh::Moved(node) => return self.moved(*node, holder, note),
            Fresh::InsteadOf { of: _, value } => return self.value(value, holder, note),
        }
        Ok(())
    }

    fn inline(&mut self, text: &str, note: Note<'_>) {
        self.text(" ");
        self.text(text);
        self.note(note);
    }

    fn note(&mut self, note: Note<'_>) {
        if let Some(note) = note {
            self.text(" ");
            self.comment(note);
        }
    }

    fn scalar(&mut self, value: &FreshScalar, holder: Holder, note: Note<'_>) {
        if let FreshScalar::String(text) = value
            && let Some((header, lines)) = self.context.literal_lines(text)
        {
            self.inline(header, note);
            let column = self.child_column(holder, false);
            for line in lines {
                let newline = self.context.style().newline;
                self.text(newline);
                if !line.is_empty() {
                    self.indent(column);
                    self.text(line);
                }
            }
            return;
        }
        let style = match value {
            FreshScalar::String(text) if !scalar::is_plain_safe(text, Surroundings::Block) => {
                self.context.style().quotes
            }
            _ => ScalarStyle::Plain,
        };
        self.inline(&scalar::write(value, style, Surroundings::Block), note);
    }

    fn mapping(&mut self, entries: &[(String, Fresh)], holder: Holder, note: Note<'_>) -> Result<(), Reason> {
        let column = self.child_column(holder, false);
        for (index, (key, value)) in entries.iter().enumerate() {
            self.begin_child(index, holder, column, note);
            self.entry(key, value, column, None)?;
        }
        Ok(())
    }

    fn sequence(&mut self, items: &[Fresh], holder: Holder, note: Note<'_>) -> Result<(), Reason> {
        let column = self.child_column(holder, true);
        for (index, item) in items.iter().enumerate() {
            self.begin_child(index, holder, column, note);
            self.item(item, column)?;
        }
        Ok(())
    }

    /// The first child of an item stands beside the dash; all others begin lines.
    fn begin_child(&mut self, index: usize, holder: Holder, column: usize, note: Note<'_>) {
        let is_beside = matches!(holder, Holder::Dash(_)) && note.is_none();
        if index == 0 && is_beside {
            self.text(" ");
            return;
        }
        if index == 0 {
            self.note(note);
        } else {
            self.is_headed = false;
        }
        self.line(column);
    }

    pub(super) fn child_column(&self, holder: Holder, is_sequence: bool) -> usize {
        match (holder, is_sequence) {
            (Holder::Key(column), false) => column + self.context.style().step,
            (Holder::Key(column), true) => column + self.context.style().dash_step,
            (Holder::Dash(column), _) => column + DASH_WIDTH,
        }
    }

    /// A node of the document with its bytes, from the gap after its colon or dash on.
    fn moved(&mut self, node: NodeId, holder: Holder, note: Note<'_>) -> Result<(), Reason> {
        if self.context.layout.is_in_flow(node) {
            return self.moved_out_of_flow(node, holder, note);
        }
        let old = child_of(self.context.document, node)
            .ok_or(Reason::MisfitNode { expected: "value that can move" })?;
        let range = self.moved_range(node, old, note.is_none() && !self.is_beside_comment)?;
        if self.context.layout.is_block_collection(node) {
            self.moved_block(node, old, holder, range, note);
        } else {
            let shift = difference(column_of(holder), self.context.holder_column(node));
            return self.moved_inline(range, shift, node, note);
        }
        Ok(())
    }

    fn moved_inline(
        &mut self,
        range: Range<usize>,
        shift: isize,
        node: NodeId,
        note: Note<'_>,
    ) -> Result<(), Reason> {
        let style = self.context.document.scalar_style(node);
        if note.is_some() && matches!(style, Some(ScalarStyle::Literal | ScalarStyle::Folded)) {
            return Err(Reason::MeetRareSyntax { what: "a comment where a block scalar would begin" });
        }
        if !range.is_empty() {
            self.text(" ");
        }
        self.source(range, shift, node);
        self.note(note);
        Ok(())
    }

    fn source(&mut self, range: Range<usize>, shift: isize, node: NodeId) {
        let mut adjust = Vec::new();
        if !self.consumed.covers(&self.context.layout.range(node)) {
            let left = anchors_within(self.context, node).into_iter();
            let left = left.chain(self.context.layout.comments_within(&range));
            adjust.extend(left.map(|range| (range, "")));
        }
        adjust.extend(self.context.header_of_unbroken(node));
        self.chunks.push(Chunk::Source { range, shift, adjust });
    }

    /// A value with the comments after it that move along: those whose place goes, if there is room beside it.
    pub(super) fn moved_range(
        &self,
        node: NodeId,
        old: Child,
        has_room: bool,
    ) -> Result<Range<usize>, Reason> {
        let start = self.value_start(node, old)?;
        let extent = self.context.extent(old).ok_or(Reason::MeetRareSyntax { what: "a key after '?'" })?;
        let has_room = has_room || self.context.layout.is_block_collection(node);
        let takes_comments = has_room && self.consumed.covers(&(extent.value_end..extent.end));
        let end = if takes_comments { extent.end } else { extent.value_end };
        Ok(start..end.max(start))
    }

    fn value_start(&self, node: NodeId, old: Child) -> Result<usize, Reason> {
        let layout = self.context.layout;
        match old {
            Child::Entry(entry) => {
                let colon =
                    layout.colon_end(entry).ok_or(Reason::MeetRareSyntax { what: "a key after '?'" })?;
                Ok(layout.value_range(colon, node).start)
            }
            Child::Item(item) => Ok(layout.range(item).start),
        }
    }

    /// A block collection begins on the line after its key, or beside its dash. Where something stands between
    /// (an anchor, a tag, a comment), that moves along.
    fn moved_block(&mut self, node: NodeId, old: Child, holder: Holder, range: Range<usize>, note: Note<'_>) {
        let layout = self.context.layout;
        let is_sequence = self.context.document.is_sequence(node);
        let first = self.context.document.span(node).range().start;
        let old_column = layout.column(first);
        let column = match (holder, old) {
            // The distance from the key is a matter of taste, and it was somebody's.
            (Holder::Key(column), Child::Entry(_)) => {
                column + old_column.saturating_sub(self.context.holder_column(node))
            }
            _ => self.child_column(holder, is_sequence),
        };
        let shift = difference(column, old_column);
        let gap = layout.end_of_token_before(range.start)..first;
        let gap_bytes = layout.bytes(gap.clone());
        let is_plain_gap = gap_bytes.iter().all(u8::is_ascii_whitespace);
        if is_plain_gap || !self.consumed.covers(&gap) {
            match holder {
                Holder::Dash(_) if note.is_none() => self.text(" "),
                _ => {
                    self.note(note);
                    self.line(column);
                }
            }
            self.source(first..range.end, shift, node);
        } else if gap_bytes.contains(&b'\n') {
            let is_commented = note.is_some() && layout.trailing_comment(gap.start).is_some();
            self.note(note);
            if is_commented {
                // There is room for one comment beside the key.
                self.line(column);
                let comment = layout.skip_blanks(gap.start);
                self.source(comment..range.end, shift, node);
            } else {
                self.source(gap.start..range.end, shift, node);
            }
        } else {
            self.text(" ");
            self.source(range, shift, node);
        }
    }

    fn moved_out_of_flow(&mut self, node: NodeId, holder: Holder, note: Note<'_>) -> Result<(), Reason> {
        let layout = self.context.layout;
        if let Some("-" | "?") = self.context.document.text(node)
            && self.context.document.scalar_style(node) == Some(ScalarStyle::Plain)
        {
            // A plain string within brackets begins an item or a key outside of them.
            let text = self.context.document.text(node).unwrap_or_default().to_owned();
            self.scalar(&FreshScalar::String(text), holder, note);
            return Ok(());
        }
        let range = layout.range(node);
        let old_column = layout.indentation(range.start).len();
        let shift = difference(column_of(holder), old_column);
        self.moved_inline(range, shift, node, note)
    }
}

/// The node that a new value begins with, if it moves there.
pub(super) fn first_leaf(value: &Fresh) -> Option<NodeId> {
    match value {
        Fresh::Scalar(_) | Fresh::TextOf { .. } => None,
        Fresh::Moved(node) => Some(*node),
        Fresh::Mapping(entries) => entries.first().and_then(|(_, value)| first_leaf(value)),
        Fresh::Sequence(items) => items.first().and_then(first_leaf),
        // Its comments are those of the entries that it stands for.
        Fresh::InsteadOf { .. } => None,
    }
}

/// The node that a new value ends with, if it moves there.
fn last_leaf(value: &Fresh) -> Option<NodeId> {
    match value {
        Fresh::Scalar(_) | Fresh::TextOf { .. } => None,
        Fresh::Moved(node) => Some(*node),
        Fresh::Mapping(entries) => entries.last().and_then(|(_, value)| last_leaf(value)),
        Fresh::Sequence(items) => items.last().and_then(last_leaf),
        Fresh::InsteadOf { of: _, value } => last_leaf(value),
    }
}

fn column_of(holder: Holder) -> usize {
    match holder {
        Holder::Key(column) | Holder::Dash(column) => column,
    }
}

fn difference(new: usize, old: usize) -> isize {
    isize::try_from(new).unwrap_or(0) - isize::try_from(old).unwrap_or(0)
}

/// The anchors that a node and what it holds define, each with the white space after it.
fn anchors_within(context: &Context<'_, '_>, node: NodeId) -> Vec<Range<usize>> {
    let document = context.document;
    if !document.has_anchors() {
        return Vec::new();
    }
    let range = context.layout.range(node);
    let nodes = document.node_ids().skip(node.index());
    let within =
        nodes.take_while(|inner| context.layout.range(*inner).start < range.end.max(range.start + 1));
    within
        .filter_map(|inner| document.anchor_range(inner))
        .map(|anchor| {
            let end = anchor.end as usize;
            let blanks =
                context.layout.bytes(end..range.end).iter().take_while(|byte| **byte == b' ').count();
            anchor.start as usize..end + blanks
        })
        .filter(|anchor| range.start <= anchor.start && anchor.end <= range.end)
        .collect()
}
