//! Comments of the document in new block text: those of what moves, and those that a new value takes over.

use std::ops::Range;

use super::Fresh;
use super::layout::child_of;
use super::patch::Chunk;
use super::remarks::Standing;
use super::write::{Holder, Writer, first_leaf};
use crate::ScalarStyle;

impl Writer<'_, '_, '_> {
    /// A comment with its bytes.
    pub(super) fn comment(&mut self, comment: &Range<usize>) {
        self.chunks.push(Chunk::Source { range: comment.clone(), shift: 0, adjust: Vec::new() });
    }

    /// Comments on lines of their own before what is written next in `column`.
    pub(super) fn comment_lines(&mut self, comments: &[Range<usize>], column: usize) {
        for comment in comments {
            self.comment(comment);
            self.line(column);
        }
    }

    /// The comments above a new entry or item; gives those that stand beside and below it. There is no room beside it
    /// if `has_note`, or if what moves there has a comment of its own.
    pub(super) fn begin_with_comments(&mut self, value: &Fresh, column: usize, has_note: bool) -> Standing {
        let Fresh::InsteadOf { of, value } = value else {
            self.head_comments(value, column);
            return Standing::default();
        };
        let mut standing = self.remarks.instead_of(self.context, of);
        let value = value.bare();
        if has_note || !self.has_room_beside(value) {
            standing.above.extend(standing.beside.take());
        }
        if !is_long(value) {
            standing.above.append(&mut standing.below);
        }
        standing.above.sort_by_key(|comment| comment.start);
        self.comment_lines(&standing.above, column);
        self.is_headed = false;
        standing
    }

    /// Comments after the last child of a new collection.
    pub(super) fn comments_below(&mut self, value: &Fresh, holder: Holder, comments: &[Range<usize>]) {
        if comments.is_empty() {
            return;
        }
        let column = self.child_column(holder, matches!(value.bare(), Fresh::Sequence(_)));
        for comment in comments {
            self.line(column);
            self.comment(comment);
        }
    }

    /// Whether a comment can stand beside the first line of a value: what moves may bring its own, and a block scalar
    /// that moves keeps its header.
    pub(super) fn has_room_beside(&self, value: &Fresh) -> bool {
        let Fresh::Moved(node) = value.bare() else { return true };
        let (document, layout) = (self.context.document, self.context.layout);
        if layout.is_block_collection(*node) {
            return true;
        }
        if matches!(document.scalar_style(*node), Some(ScalarStyle::Literal | ScalarStyle::Folded)) {
            return false;
        }
        let moved = child_of(document, *node).and_then(|old| self.moved_range(*node, old, true).ok());
        !moved.is_some_and(|range| layout.comment_within(&range))
    }

    /// The comments above what moves here, if its old place goes, above its new one: the outermost entry or
    /// item that begins with it.
    fn head_comments(&mut self, value: &Fresh, column: usize) {
        let is_headed = std::mem::replace(&mut self.is_headed, true);
        let layout = self.context.layout;
        let moved = first_leaf(value).filter(|_| !is_headed);
        let Some(child) = moved.and_then(|node| child_of(self.context.document, node)) else { return };
        let Some(extent) = self.context.extent(child).filter(|extent| extent.own_line) else { return };
        if extent.head >= extent.first || !self.consumed.covers(&(extent.head..extent.first)) {
            return;
        }
        let mut at = extent.head;
        while let Some(comment) = layout.line_comment(at).filter(|_| at < layout.line_start(extent.first)) {
            self.comment(&comment);
            self.line(column);
            at = layout.next_line(comment.end);
        }
    }
}

/// Whether a value has children on lines of their own.
fn is_long(value: &Fresh) -> bool {
    match value {
        Fresh::Mapping(entries) => !entries.is_empty(),
        Fresh::Sequence(items) => !items.is_empty(),
        Fresh::Scalar(_) | Fresh::TextOf { .. } | Fresh::Moved(_) | Fresh::InsteadOf { .. } => false,
    }
}
