//! The comments between two tokens: which lines are a foot of what is before, which a head of what follows.

use std::ops::Range;

use crate::document::Comment;
use crate::{Document, ScalarStyle};

use super::tokens::{Token, TokenKind, column, tokens};

/// What a comment is to the nodes around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Head,
    Line,
    Foot,
}

/// A comment of one role: one line or several.
#[derive(Debug, Clone)]
pub(super) struct Part {
    pub(super) role: Role,
    pub(super) text: String,
    /// The first token that begins here or later gets it.
    pub(super) for_token_at: usize,
    /// The bytes that were looked through for it; empty for line comments.
    scanned: Range<usize>,
    start: usize,
    column: usize,
}

/// A document's tokens, the ends of its blocks where goyaml sees them, and its comments in the order of the text.
pub(super) struct Split {
    pub(super) tokens: Vec<Token>,
    pub(super) parts: Vec<Part>,
}

/// Splits all comments of a document.
pub(super) fn tokens_with_comments(document: &Document<'_>) -> Split {
    let range = document.range();
    let bytes = document.bytes().get(..range.end).unwrap_or_default();
    let own = bytes.get(range.start..).unwrap_or_default();
    let mut splitter = Splitter {
        document,
        bytes,
        from: range.start,
        line_ends: memchr::memchr_iter(b'\n', own).map(|end| range.start + end).collect(),
        parts: Vec::new(),
        next_comment: 0,
        stands_at: range.start,
    };
    let mut tokens = tokens(document);
    let written: Vec<usize> =
        tokens.iter().enumerate().filter(|(_, token)| token.is_written()).map(|(index, _)| index).collect();
    let mut before = Before::default();
    for (turn, &index) in written.iter().enumerate() {
        let Some(token) = tokens.get(index).copied() else { break };
        if let Some(previous) = before.last {
            splitter.between(before.owner().unwrap_or(previous), previous, token);
        }
        let ends_from = before.last_index.map_or(0, |last| last + 1);
        let ends = tokens.get_mut(ends_from..index).unwrap_or_default();
        splitter.place_block_ends(ends, token);
        let prior = ends.iter().rev().find(|token| token.ended_column().is_some()).copied();
        let next_start = written.get(turn + 1).and_then(|next| tokens.get(*next)).map(|next| next.start);
        splitter.after(token, prior.or(before.last), next_start.unwrap_or(range.end));
        before = Before { last: Some(token), last_but_one: before.last, last_index: Some(index) };
    }
    Split { tokens, parts: splitter.parts }
}

/// The written tokens before the present one.
#[derive(Debug, Clone, Copy, Default)]
struct Before {
    last: Option<Token>,
    last_but_one: Option<Token>,
    last_index: Option<usize>,
}

impl Before {
    /// Whose foot a comment may be: the last token, or the item before a comma.
    fn owner(&self) -> Option<Token> {
        match (self.last, self.last_but_one) {
            (Some(last), Some(item)) if last.kind == TokenKind::FlowEntry => Some(item),
            (last, _) => last,
        }
    }
}

struct Splitter<'d, 't> {
    document: &'d Document<'t>,
    bytes: &'t [u8],
    from: usize,
    /// The line breaks of the document.
    line_ends: Vec<usize>,
    parts: Vec<Part>,
    next_comment: usize,
    /// Where goyaml's scanner stands after the last token: past a line comment, and past white space where that had to be
    /// read to see whether the scalar goes on.
    stands_at: usize,
}

impl<'t> Splitter<'_, 't> {
    fn comment_text(&self, comment: &Comment) -> &'t str {
        let bytes = self.bytes.get(comment.start as usize..comment.end as usize).unwrap_or_default();
        std::str::from_utf8(bytes).unwrap_or_default().trim_end_matches('\r')
    }

    fn line(&self, at: usize) -> usize {
        self.line_ends.partition_point(|end| *end < at)
    }

    fn breaks_in(&self, range: Range<usize>) -> usize {
        self.line(range.end) - self.line(range.start)
    }

    fn column(&self, at: usize) -> usize {
        column(self.bytes, at, self.from)
    }

    fn take_comments_before(&mut self, end: usize) -> Vec<Comment> {
        let rest = self.document.comments().get(self.next_comment..).unwrap_or_default();
        let count = rest.partition_point(|comment| (comment.start as usize) < end);
        self.next_comment += count;
        rest.get(..count).unwrap_or_default().to_vec()
    }

    /// Splits the comments before `next`. `owner` is whose foot they may be, `previous` the token before them.
    fn between(&mut self, owner: Token, previous: Token, next: Token) {
        let comments = self.take_comments_before(next.start);
        let Some(first) = comments.first() else { return };
        let start = first.start as usize;
        let empty_lines_before = self.breaks_since_content(start);
        let mut run = Run {
            text: String::new(),
            start,
            start_line: 0,
            start_column: 0,
            for_token_at: owner.start,
            scanned_from: self.stands_at,
            may_be_foot: empty_lines_before <= 1,
            foot_line: self.foot_line(start, empty_lines_before),
            follows_value: owner.kind == TokenKind::Value,
            indent: previous.indent.unwrap_or(0),
        };
        let mut after_empty = false;
        for (index, comment) in comments.iter().enumerate() {
            let limit = comments.get(index + 1).map_or(next.start, |next| next.start as usize);
            self.add_line(&mut run, comment, index == 0);
            let line_end = self.empty_line_after(comment.end as usize..limit);
            after_empty = line_end.is_some();
            if let Some(line_end) = line_end {
                self.meet_empty_line(&mut run, line_end);
            }
        }
        self.meet_token(&mut run, next, after_empty);
        if !run.text.is_empty() {
            run.for_token_at = run.start;
            self.close(&mut run, Role::Head, next.start.saturating_sub(1));
        }
    }

    fn meet_token(&mut self, run: &mut Run, next: Token, after_empty: bool) {
        match next.kind {
            TokenKind::FlowEnd(_) => self.close_foot(run, next.start),
            TokenKind::StreamEnd if next.start >= self.bytes.len() => {
                if !after_empty && run.is_foot() {
                    self.close_foot(run, next.start);
                }
            }
            _ => self.meet_column(run, next.start),
        }
    }

    /// Line breaks between `at` and the last character before it that is not white space.
    fn breaks_since_content(&self, at: usize) -> usize {
        let before = self.bytes.get(self.from..at).unwrap_or_default();
        let content_end = self.from + before.trim_ascii_end().len();
        self.breaks_in(content_end..at)
    }

    /// The line on which a comment must begin to be a foot. A scanner that still stands on the first line knows none.
    fn foot_line(&self, start: usize, breaks: usize) -> Option<usize> {
        if self.line(self.stands_at) == 0 {
            return None;
        }
        let beside_content = breaks == 0 && self.column(start) > 1;
        Some(self.line(start) - breaks.min(self.line(start)) + 1 + usize::from(beside_content))
    }

    fn add_line(&mut self, run: &mut Run, comment: &Comment, is_first: bool) {
        let start = comment.start as usize;
        self.meet_column(run, start);
        if run.text.is_empty() {
            run.start = start;
            run.start_column = self.column(start);
            // goyaml does not count the break after the comment before.
            run.start_line = self.line(start) - usize::from(!is_first && self.line(start) > 0);
        } else {
            run.text.push('\n');
        }
        run.text.push_str(self.comment_text(comment));
    }

    /// A comment or token further left ends what is before it: that is a foot.
    fn meet_column(&mut self, run: &mut Run, at: usize) {
        let column = self.column(at);
        if !run.text.is_empty() && column < run.indent && column != run.start_column {
            self.close(run, Role::Foot, at);
        }
    }

    /// The first empty line makes a foot of what stands right below a token, or further left than it; later ones stay in
    /// the text.
    fn meet_empty_line(&mut self, run: &mut Run, line_end: usize) {
        if run.is_foot() {
            self.close_foot(run, line_end);
        } else if !run.text.is_empty() {
            run.text.push('\n');
        }
        run.may_be_foot = false;
    }

    fn close_foot(&mut self, run: &mut Run, end: usize) {
        if run.text.is_empty() {
            return;
        }
        if run.start_column < run.indent {
            run.for_token_at = run.start;
        }
        self.close(run, Role::Foot, end);
    }

    fn close(&mut self, run: &mut Run, role: Role, end: usize) {
        self.parts.push(Part {
            role,
            text: std::mem::take(&mut run.text),
            for_token_at: run.for_token_at,
            scanned: run.scanned_from..end,
            start: run.start,
            column: run.start_column,
        });
        run.scanned_from = end;
        run.for_token_at = end;
    }

    /// The end of the first empty line in a gap after a comment. goyaml takes the second half of CRLF for one.
    fn empty_line_after(&self, gap: Range<usize>) -> Option<usize> {
        let bytes = self.bytes.get(gap.clone()).unwrap_or_default();
        let mut breaks = memchr::memchr_iter(b'\n', bytes);
        let first = breaks.next()?;
        let is_crlf = bytes.get(first.wrapping_sub(1)) == Some(&b'\r')
            || first == 0 && self.bytes.get(gap.start.wrapping_sub(1)) == Some(&b'\r');
        let end = if is_crlf { Some(first) } else { breaks.next() };
        end.map(|end| gap.start + end)
    }

    /// Blocks end where the white space before `next` begins, or at a comment of their own column in it, so that this
    /// comment and those after it are left for the blocks around. The end of a document ends those blocks only where it
    /// stands itself that do not stand further right than it.
    fn place_block_ends(&self, tokens: &mut [Token], next: Token) {
        let mut end = self.stands_at.saturating_sub(1);
        let mut is_forced = false;
        let next_column = self.column(next.start);
        for token in tokens {
            let Some(column) = token.ended_column() else { continue };
            if column <= next_column && !is_forced {
                is_forced = true;
                end = next.start.saturating_sub(1);
            }
            end = self.end_of_block(column, end);
            token.start = end;
            token.end = end;
        }
    }

    fn end_of_block(&self, column: usize, mut end: usize) -> usize {
        let mut stop = end;
        for part in self.parts.iter().rev() {
            if part.scanned.end < stop || part.role == Role::Line {
                break;
            }
            if part.column == column {
                end = part.start;
            }
            stop = part.scanned.start;
        }
        end
    }

    /// Takes the comment on a token's line, and notes where the scanner stands then.
    fn after(&mut self, token: Token, prior: Option<Token>, next_start: usize) {
        self.stands_at = token.end;
        let takes_no_line = matches!(
            token.kind,
            TokenKind::StreamStart
                | TokenKind::DocumentStart
                | TokenKind::DocumentEnd
                | TokenKind::BlockEntry
        );
        if takes_no_line {
            return;
        }
        let style = match token.kind {
            TokenKind::Scalar(node) => self.document.scalar_style(node),
            _ => None,
        };
        let is_block = matches!(style, Some(ScalarStyle::Literal | ScalarStyle::Folded));
        let line_from = if is_block { token.start } else { token.end };
        let comment = self.document.comments().get(self.next_comment).copied();
        let on_line = comment.filter(|comment| {
            let start = comment.start as usize;
            start < next_start && start >= line_from && self.breaks_in(line_from..start) == 0
        });
        if let Some(comment) = on_line {
            self.next_comment += 1;
            self.parts.push(self.line_part(&comment, token, prior));
            self.stands_at = self.stands_at.max(comment.end as usize);
        }
        if is_block || on_line.is_none() && style == Some(ScalarStyle::Plain) {
            self.stands_at = self.past_white_space(self.stands_at);
        }
    }

    /// What stands behind a colon or a comma is about the node before it.
    fn line_part(&self, comment: &Comment, token: Token, prior: Option<Token>) -> Part {
        let start = comment.start as usize;
        let first = self.bytes.get(token.start);
        let separates = if token.in_flow { first == Some(&b',') } else { first == Some(&b':') };
        let owner = if separates { prior.unwrap_or(token) } else { token };
        Part {
            role: Role::Line,
            text: self.comment_text(comment).to_owned(),
            for_token_at: owner.start,
            scanned: start..start,
            start,
            column: self.column(start),
        }
    }

    fn past_white_space(&self, at: usize) -> usize {
        let rest = self.bytes.get(at..).unwrap_or_default();
        at + rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n')).count()
    }
}

/// Comment lines under way to become a part.
struct Run {
    text: String,
    start: usize,
    start_line: usize,
    start_column: usize,
    for_token_at: usize,
    scanned_from: usize,
    /// No empty line has been met yet, neither before the comments nor between them.
    may_be_foot: bool,
    foot_line: Option<usize>,
    follows_value: bool,
    indent: usize,
}

impl Run {
    fn is_foot(&self) -> bool {
        let below_token = self.foot_line == Some(self.start_line) && !self.follows_value;
        self.may_be_foot && (below_token || self.start_column < self.indent)
    }
}
