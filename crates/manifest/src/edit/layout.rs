//! Where things stand in the text: lines, columns, colons, dashes, and the comments that belong to an entry.
//!
//! Takes a document and byte offsets, gives byte offsets. Decides nothing about changes.

use std::ops::Range;

use crate::{Document, Entry, NodeId, NodeKind, ScalarStyle, Structure};

/// Columns from a dash to what it holds.
pub(super) const DASH_WIDTH: usize = 2;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// What belongs to an entry of a block mapping or an item of a block sequence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Extent {
    /// The first byte of the line of its first head comment; without any, of its own line. The same as
    /// `first` if it does not begin its line.
    pub(super) head: usize,
    /// The first byte of the key or the dash.
    pub(super) first: usize,
    /// Whether nothing but indentation stands before it on its line.
    pub(super) own_line: bool,
    /// One past the value.
    pub(super) value_end: usize,
    /// One past what belongs to it: the value, its trailing comment, and deeper comment lines right below.
    pub(super) end: usize,
    /// Where the line after it begins.
    pub(super) next: usize,
}

/// The lines of one document.
#[derive(Debug, Clone, Copy)]
pub(super) struct Layout<'d, 't> {
    pub(super) document: &'d Document<'t>,
}

impl<'d, 't> Layout<'d, 't> {
    pub(super) fn new(document: &'d Document<'t>) -> Self {
        Self { document }
    }

    pub(super) fn byte(self, at: usize) -> Option<u8> {
        self.document.bytes().get(at).copied()
    }

    pub(super) fn bytes(self, range: Range<usize>) -> &'t [u8] {
        self.document.bytes().get(range).unwrap_or_default()
    }

    /// The full span of a node as a range of bytes.
    pub(super) fn range(self, node: NodeId) -> Range<usize> {
        self.document.full_span(node).range()
    }

    /// The first byte of the line, after a byte order mark.
    pub(super) fn line_start(self, at: usize) -> usize {
        let start = memchr::memrchr(b'\n', self.bytes(0..at)).map_or(0, |newline| newline + 1);
        if start == 0 && self.document.bytes().starts_with(BYTE_ORDER_MARK) {
            return BYTE_ORDER_MARK.len().min(at);
        }
        start
    }

    /// One past the last byte of the line, its line end left out.
    pub(super) fn line_end(self, at: usize) -> usize {
        let end = self.limit();
        let newline = memchr::memchr(b'\n', self.bytes(at..end)).map_or(end, |offset| at + offset);
        if newline > at && newline < end && self.byte(newline - 1) == Some(b'\r') {
            newline - 1
        } else {
            newline
        }
    }

    /// Where the line after that of `at` begins; the document's end if there is none.
    pub(super) fn next_line(self, at: usize) -> usize {
        let end = self.limit();
        memchr::memchr(b'\n', self.bytes(at..end)).map_or(end, |offset| at + offset + 1)
    }

    /// Whether nothing but white space stands on the line that begins at `start`, and the line ends.
    pub(super) fn is_blank_line(self, start: usize) -> bool {
        let line = self.bytes(start..self.next_line(start));
        line.ends_with(b"\n") && line.iter().all(u8::is_ascii_whitespace)
    }

    /// Where the empty lines right before the line that begins at `start` begin.
    pub(super) fn blank_lines_before(self, start: usize) -> usize {
        let mut start = start;
        while start > self.document.range().start {
            let before = self.line_start(start - 1);
            if before >= start || !self.is_blank_line(before) {
                break;
            }
            start = before;
        }
        start
    }

    /// Where the empty lines that begin at `start` end.
    pub(super) fn blank_lines_after(self, start: usize) -> usize {
        let mut start = start;
        while self.is_blank_line(start) {
            start = self.next_line(start);
        }
        start
    }

    fn limit(self) -> usize {
        self.document.range().end
    }

    /// Columns before `at` in its line. What stands before a key or a dash is ASCII.
    pub(super) fn column(self, at: usize) -> usize {
        at - self.line_start(at)
    }

    pub(super) fn begins_line(self, at: usize) -> bool {
        self.bytes(self.line_start(at)..at).iter().all(|byte| matches!(byte, b' ' | b'\t'))
    }

    /// The white space that the line of `at` begins with.
    pub(super) fn indentation(self, at: usize) -> &'t [u8] {
        let start = self.line_start(at);
        let line = self.bytes(start..self.line_end(at));
        let length = line.iter().position(|byte| !matches!(byte, b' ' | b'\t')).unwrap_or(line.len());
        line.get(..length).unwrap_or_default()
    }

    /// The comment of the document that begins at `at`. Actions masked as comments are none.
    pub(super) fn comment_at(self, at: usize) -> Option<Range<usize>> {
        let comments = self.document.comments();
        let index = comments.binary_search_by_key(&at, |comment| comment.start as usize).ok()?;
        let comment = comments.get(index)?;
        (self.byte(at) == Some(b'#')).then_some(comment.start as usize..comment.end as usize)
    }

    /// The comment that follows `at` on its line with nothing but white space between.
    pub(super) fn trailing_comment(self, at: usize) -> Option<Range<usize>> {
        let rest = self.bytes(at..self.line_end(at));
        let blank = rest.iter().position(|byte| !matches!(byte, b' ' | b'\t'))?;
        self.comment_at(at + blank)
    }

    /// The position after the last byte before `at` that is neither white space nor part of a comment.
    pub(super) fn end_of_token_before(self, at: usize) -> usize {
        let mut at = at;
        let comments = self.document.comments();
        let mut index = comments.partition_point(|comment| comment.end as usize <= at);
        while let Some(before) = at.checked_sub(1) {
            let comment = index.checked_sub(1).and_then(|index| comments.get(index));
            match (self.byte(before), comment) {
                (_, Some(comment)) if comment.end as usize == at => {
                    at = comment.start as usize;
                    index -= 1;
                }
                (Some(b' ' | b'\t' | b'\r' | b'\n'), _) => at = before,
                _ => break,
            }
        }
        at
    }

    /// One past the `:` of an entry; none for keys after `?`, empty keys, keys without a colon and keys that are
    /// collections.
    pub(super) fn colon_end(self, entry: Entry) -> Option<usize> {
        let key = self.range(entry.key);
        let before = self.end_of_token_before(key.start);
        let is_explicit = before > 0
            && self.byte(before - 1) == Some(b'?')
            && self.bytes(before..key.start).iter().any(u8::is_ascii_whitespace);
        let is_scalar = !self.document.is_mapping(entry.key) && !self.document.is_sequence(entry.key);
        let gap = self.bytes(key.end..self.limit()).iter().position(|byte| !matches!(byte, b' ' | b'\t'))?;
        let colon = key.end + gap;
        // An anchor or a tag alone is still an empty key.
        let is_written = !matches!(
            (self.document.scalar_style(entry.key), self.document.text(entry.key)),
            (Some(ScalarStyle::Plain), Some(""))
        );
        (!is_explicit && is_scalar && is_written && self.byte(colon) == Some(b':')).then_some(colon + 1)
    }

    /// The comma that follows a child within brackets; none after the last without one.
    pub(super) fn comma_after(self, at: usize) -> Option<usize> {
        let at = self.skip_trivia(at);
        (self.byte(at) == Some(b',')).then_some(at)
    }

    /// The first byte from `at` on that is neither white space nor part of a comment.
    pub(super) fn skip_trivia(self, at: usize) -> usize {
        let mut at = at;
        while at < self.limit() {
            match (self.byte(at), self.comment_at(at)) {
                (Some(b'#'), Some(comment)) => at = comment.end,
                (Some(b' ' | b'\t' | b'\r' | b'\n'), _) => at += 1,
                _ => break,
            }
        }
        at
    }

    /// The first byte from `at` on that is no blank, on the same line.
    pub(super) fn skip_blanks(self, at: usize) -> usize {
        let rest = self.bytes(at..self.line_end(at));
        at + rest.iter().position(|byte| !matches!(byte, b' ' | b'\t')).unwrap_or(rest.len())
    }

    /// One past the `-` of an item of a block sequence.
    pub(super) fn dash_end(self, item: NodeId) -> Option<usize> {
        let end = self.end_of_token_before(self.range(item).start);
        (end > 0 && self.byte(end - 1) == Some(b'-')).then_some(end)
    }

    /// Where the value of an entry stands, properties included: right after the colon if it is empty.
    pub(super) fn value_range(self, colon_end: usize, value: NodeId) -> Range<usize> {
        let range = self.range(value);
        range.start.max(colon_end)..range.end.max(colon_end)
    }

    /// Whether the node spans lines by indentation: a block collection with children.
    pub(super) fn is_block_collection(self, node: NodeId) -> bool {
        matches!(
            self.document.node(node).kind,
            NodeKind::Mapping { structure: Structure::Block }
                | NodeKind::Sequence { structure: Structure::Block }
        )
    }

    /// Whether the node stands within brackets.
    pub(super) fn is_in_flow(self, node: NodeId) -> bool {
        self.document.node(node).parent.is_some_and(|parent| self.is_flow(parent))
    }

    /// Whether the node is a collection in brackets.
    pub(super) fn is_flow(self, node: NodeId) -> bool {
        matches!(
            self.document.node(node).kind,
            NodeKind::Mapping { structure: Structure::Flow }
                | NodeKind::Sequence { structure: Structure::Flow }
        )
    }

    /// Whether the node is the mapping in `[a: 1]`, which has no brackets of its own.
    pub(super) fn is_pair_without_braces(self, node: NodeId) -> bool {
        let first = self.document.entries(node).first();
        let is_first_key = first.is_some_and(|entry| self.range(entry.key).start == self.range(node).start);
        self.is_flow(node) && (is_first_key || !matches!(self.document.raw(node).first(), Some(b'{' | b'[')))
    }

    /// Whether the node is a plain or quoted empty value, or the plain word `null` or `~`.
    pub(super) fn is_null(self, node: NodeId) -> bool {
        self.document.scalar_style(node) == Some(ScalarStyle::Plain)
            && matches!(self.document.text(node), Some("" | "~" | "null" | "Null" | "NULL"))
            && self.document.tag(node).is_none()
    }

    /// The first byte of a child of a block collection: of its key or its dash.
    pub(super) fn first_of(self, child: Child) -> Option<usize> {
        match child {
            Child::Entry(entry) => Some(self.range(entry.key).start),
            Child::Item(item) => self.dash_end(item).map(|end| end - 1),
        }
    }

    /// What belongs to a child of a block collection; none where the syntax is out of reach.
    /// `is_document_head` says that comments above it are the document's.
    pub(super) fn extent(self, child: Child, is_document_head: bool) -> Option<Extent> {
        let first = self.first_of(child)?;
        let value_end = self.value_end(child)?;
        let own_line = self.begins_line(first);
        let column = self.column(first);
        let head = match (own_line, is_document_head) {
            (false, _) => first,
            (true, true) => self.line_start(first),
            (true, false) => self.head_of(first, column).max(self.end_of_items_before(child)),
        };
        let end = self.end_with_comments(value_end, column, self.holds_dashes(child, column));
        Some(Extent { head, first, own_line, value_end, end, next: self.next_line(end) })
    }

    /// One past an item; an empty one ends with its anchor and tag or its dash, wherever the parser puts it.
    fn item_end(self, item: NodeId, dash_end: usize) -> usize {
        if !self.document.span(item).is_empty() {
            return self.range(item).end;
        }
        let properties = [self.document.anchor_range(item), self.document.tag_range(item)];
        properties.into_iter().flatten().fold(dash_end, |end, range| end.max(range.end as usize))
    }

    /// One past the value of a child: of the last child of its last child and so on. The parser's own end would
    /// leave out the colon of an empty last value, and take in the comment after an empty last dash.
    fn value_end(self, child: Child) -> Option<usize> {
        let mut last = child;
        while let Some(inner) = self.last_child(last.value()) {
            last = inner;
        }
        match last {
            Child::Entry(entry) => Some(self.value_range(self.colon_end(entry)?, entry.value).end),
            Child::Item(item) => Some(self.item_end(item, self.dash_end(item)?)),
        }
    }

    fn last_child(self, node: NodeId) -> Option<Child> {
        let last = count_of(self.document, node).checked_sub(1).filter(|_| self.is_block_collection(node))?;
        child_at(self.document, node, last)
    }

    /// The first line of the comments directly above the line of `first`, in the same column.
    fn head_of(self, first: usize, column: usize) -> usize {
        let mut head = self.line_start(first);
        while let Some(newline) = head.checked_sub(1)
            && head > self.document.range().start
        {
            let start = self.line_start(newline);
            if self.comment_at(start + column).is_none() || !self.begins_line(start + column) {
                break;
            }
            head = start;
        }
        head
    }

    /// Past the trailing comment and the comment lines right below that are deeper or, below `dashes` in the same column,
    /// items that somebody commented out.
    fn end_with_comments(self, value_end: usize, column: usize, dashes: bool) -> usize {
        let mut end = self.trailing_comment(value_end).map_or(value_end, |comment| comment.end);
        let mut item = None;
        loop {
            let next = self.next_line(end);
            let Some(comment) = self.line_comment(next).filter(|_| next < self.limit() && next > end) else {
                return end;
            };
            if self.column(comment.start) <= column {
                let is_same = dashes && self.column(comment.start) == column;
                let (gap, is_dash) = self.commented_item(&comment);
                match item {
                    _ if is_same && is_dash => item = Some(gap),
                    Some(item) if is_same && gap >= item + DASH_WIDTH => {}
                    _ => return end,
                }
            }
            end = comment.end;
        }
    }

    /// How far the text of a comment stands from its `#`, and whether it begins as an item does.
    fn commented_item(self, comment: &Range<usize>) -> (usize, bool) {
        let text = self.bytes(comment.start + 1..comment.end);
        let gap = text.iter().take_while(|byte| **byte == b' ').count();
        let rest = text.get(gap..).unwrap_or_default();
        (gap, rest == b"-" || rest.starts_with(b"- "))
    }

    /// Whether a child holds a block sequence whose dashes stand in its own column.
    fn holds_dashes(self, child: Child, column: usize) -> bool {
        let value = child.value();
        matches!(self.document.node(value).kind, NodeKind::Sequence { structure: Structure::Block })
            && self.column(self.document.span(value).range().start) == column
    }

    /// Where the line after the commented items of the child before begins, if its dashes stand in its own column.
    fn end_of_items_before(self, child: Child) -> usize {
        let before = || {
            let collection = self.document.node(child.value()).parent?;
            let index = index_of(self.document, collection, child.value())?.checked_sub(1)?;
            let before = child_at(self.document, collection, index)?;
            let column = self.column(self.first_of(before)?);
            let holds_dashes = self.holds_dashes(before, column);
            holds_dashes.then(|| self.value_end(before)).flatten().map(|end| (end, column))
        };
        before().map_or(0, |(end, column)| self.next_line(self.end_with_comments(end, column, true)))
    }

    /// The comments within `range`, with the lines that they have to themselves or the gap before them.
    pub(super) fn comments_within(
        self,
        range: &Range<usize>,
    ) -> impl Iterator<Item = Range<usize>> + use<'d, 't> {
        let comments = self.document.comments();
        let first = comments.partition_point(|comment| (comment.start as usize) < range.start);
        let (start, end) = (range.start, range.end);
        let within = comments.iter().skip(first).map(|comment| comment.start as usize..comment.end as usize);
        within.take_while(move |comment| comment.end <= end).map(move |comment| {
            let line = self.line_start(comment.start);
            if line >= start && self.begins_line(comment.start) {
                line..self.next_line(comment.end).min(end)
            } else {
                let before = self.bytes(start..comment.start).iter().rev();
                let gap = before.take_while(|byte| matches!(byte, b' ' | b'\t')).count();
                comment.start - gap..comment.end
            }
        })
    }

    /// Whether a comment begins within `range`.
    pub(super) fn comment_within(self, range: &Range<usize>) -> bool {
        let comments = self.document.comments();
        let first = comments.partition_point(|comment| (comment.start as usize) < range.start);
        comments.get(first).is_some_and(|comment| (comment.start as usize) < range.end)
    }

    /// The comment that is all that stands on the line beginning at `start`.
    pub(super) fn line_comment(self, start: usize) -> Option<Range<usize>> {
        let line = self.bytes(start..self.line_end(start));
        let blank = line.iter().position(|byte| !matches!(byte, b' ' | b'\t'))?;
        self.comment_at(start + blank)
    }
}

/// A child of a collection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Child {
    /// An entry of a mapping.
    Entry(Entry),
    /// An item of a sequence.
    Item(NodeId),
}

impl Child {
    /// The key of an entry.
    pub(super) fn key(self) -> Option<NodeId> {
        match self {
            Self::Entry(entry) => Some(entry.key),
            Self::Item(_) => None,
        }
    }

    /// The value that the child holds.
    pub(super) fn value(self) -> NodeId {
        match self {
            Self::Entry(entry) => entry.value,
            Self::Item(item) => item,
        }
    }
}

/// The child of its collection that a value is or belongs to; none for keys and the root.
pub(super) fn child_of(document: &Document<'_>, value: NodeId) -> Option<Child> {
    let parent = document.node(value).parent?;
    child_at(document, parent, index_of(document, parent, value)?).filter(|child| child.value() == value)
}

/// The children of a collection are in the order of the arena, so that one is found by halving.
pub(super) fn index_of(document: &Document<'_>, collection: NodeId, node: NodeId) -> Option<usize> {
    let entries = document.entries(collection);
    if entries.is_empty() {
        return document.items(collection).binary_search(&node).ok();
    }
    let index = entries.partition_point(|entry| entry.key <= node).checked_sub(1)?;
    entries.get(index).filter(|entry| entry.key == node || entry.value == node).map(|_| index)
}

/// The child at a position.
pub(super) fn child_at(document: &Document<'_>, collection: NodeId, index: usize) -> Option<Child> {
    match document.entries(collection).get(index) {
        Some(entry) => Some(Child::Entry(*entry)),
        None => document.items(collection).get(index).map(|item| Child::Item(*item)),
    }
}

/// How many children a collection has.
pub(super) fn count_of(document: &Document<'_>, collection: NodeId) -> usize {
    document.entries(collection).len().max(document.items(collection).len())
}
