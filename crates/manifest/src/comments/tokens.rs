//! The tokens of a document in the order in which goyaml's parser sees them.
//!
//! Nodes know where they stand; indicators are found in the gaps between them, which hold nothing but white space,
//! comments and indicators. Tokens that no byte stands for (a mapping begins, a block ends) are put in by structure.

use crate::document::Structure;
use crate::{Document, NodeId, NodeKind, ScalarStyle};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TokenKind {
    StreamStart,
    DocumentStart,
    /// `...`
    DocumentEnd,
    StreamEnd,
    BlockSequenceStart(NodeId),
    BlockMappingStart(NodeId),
    /// The end of a block collection; the column is that of its entries.
    BlockSequenceEnd {
        column: usize,
    },
    BlockMappingEnd {
        node: NodeId,
        column: usize,
    },
    FlowStart(NodeId),
    FlowEnd(NodeId),
    /// `-`
    BlockEntry,
    /// `,`
    FlowEntry,
    /// `?`
    ExplicitKey,
    /// `:`
    Value,
    Anchor,
    Tag,
    Scalar(NodeId),
    Alias(NodeId),
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    /// Its first byte; for tokens without bytes, that of what they stand before.
    pub(super) start: usize,
    /// One past its last byte.
    pub(super) end: usize,
    /// The column of the innermost open block's entries.
    pub(super) indent: Option<usize>,
    /// Whether it stands in brackets (an opening one included, a closing one not).
    pub(super) in_flow: bool,
}

impl Token {
    /// Whether bytes of the text stand for it.
    pub(super) fn is_written(&self) -> bool {
        !matches!(
            self.kind,
            TokenKind::BlockSequenceStart(_)
                | TokenKind::BlockMappingStart(_)
                | TokenKind::BlockSequenceEnd { .. }
                | TokenKind::BlockMappingEnd { .. }
        )
    }

    /// For the end of a block, the column of its entries.
    pub(super) fn ended_column(&self) -> Option<usize> {
        match self.kind {
            TokenKind::BlockSequenceEnd { column } | TokenKind::BlockMappingEnd { column, .. } => {
                Some(column)
            }
            _ => None,
        }
    }
}

/// Gives all tokens of a document. Blocks end where their last node does; where goyaml sees the end depends on the
/// comments that follow.
pub(super) fn tokens(document: &Document<'_>) -> Vec<Token> {
    let range = document.range();
    let mut walk = Walk {
        document,
        bytes: document.bytes().get(..range.end).unwrap_or_default(),
        at: range.start,
        blocks: Vec::new(),
        flow_level: 0,
        tokens: Vec::new(),
    };
    walk.push(TokenKind::StreamStart, range.start..range.start);
    walk.document_marker();
    if let Some(root) = document.root() {
        walk.node(root);
    }
    walk.document_end();
    walk.tokens
}

struct Walk<'d, 't> {
    document: &'d Document<'t>,
    bytes: &'t [u8],
    at: usize,
    /// Columns of the open blocks' entries.
    blocks: Vec<usize>,
    flow_level: usize,
    tokens: Vec<Token>,
}

impl Walk<'_, '_> {
    fn push(&mut self, kind: TokenKind, range: std::ops::Range<usize>) {
        let indent = self.blocks.last().copied();
        let in_flow = self.flow_level > 0;
        self.at = self.at.max(range.end);
        self.tokens.push(Token { kind, start: range.start, end: range.end, indent, in_flow });
    }

    /// Goes past white space, comments and directives.
    fn skip_blank(&mut self) {
        while let Some(byte) = self.bytes.get(self.at) {
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' => self.at += 1,
                b'#' => self.skip_line(),
                b'%' if self.tokens.len() == 1 && self.column(self.at) == 0 => self.skip_line(),
                _ if self
                    .bytes
                    .get(self.at..)
                    .is_some_and(|rest| rest.starts_with("\u{feff}".as_bytes())) =>
                {
                    self.at += "\u{feff}".len();
                }
                _ => break,
            }
        }
    }

    fn skip_line(&mut self) {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        self.at += memchr::memchr(b'\n', rest).unwrap_or(rest.len());
    }

    fn column(&self, at: usize) -> usize {
        column(self.bytes, at, self.document.range().start)
    }

    /// Takes an indicator if it comes next.
    fn indicator(&mut self, indicator: u8, kind: TokenKind) -> bool {
        self.skip_blank();
        let is_next = self.bytes.get(self.at) == Some(&indicator);
        if is_next {
            self.push(kind, self.at..self.at + 1);
        }
        is_next
    }

    fn document_marker(&mut self) {
        // A marker of the document before this one may stand first.
        for marker in ["...", "---"] {
            self.skip_blank();
            let stands = self.bytes.get(self.at..).is_some_and(|rest| rest.starts_with(marker.as_bytes()));
            let begins_root = self.document.root().is_some_and(|root| {
                self.document.full_span(root).range().start == self.at && !self.document.is_sequence(root)
            });
            if stands && !begins_root && self.column(self.at) == 0 {
                let range = self.at..self.at + marker.len();
                if marker == "---" {
                    self.push(TokenKind::DocumentStart, range);
                } else {
                    self.at = range.end;
                }
            }
        }
    }

    fn document_end(&mut self) {
        self.skip_blank();
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        if rest.starts_with(b"...") && self.column(self.at) == 0 {
            self.push(TokenKind::DocumentEnd, self.at..self.at + 3);
            self.skip_blank();
        }
        self.push(TokenKind::StreamEnd, self.at..self.at);
    }

    fn node(&mut self, node: NodeId) {
        self.properties(node);
        let span = self.document.span(node).range();
        match self.document.node(node).kind {
            NodeKind::Scalar { style: ScalarStyle::Plain } if span.is_empty() => {}
            NodeKind::Scalar { .. } => self.push(TokenKind::Scalar(node), span),
            NodeKind::Alias { .. } => self.push(TokenKind::Alias(node), span),
            NodeKind::Mapping { structure: Structure::Flow } => self.flow_mapping(node),
            NodeKind::Sequence { structure: Structure::Flow } => self.flow_sequence(node),
            NodeKind::Mapping { structure: Structure::Block } => self.block_mapping(node),
            NodeKind::Sequence { structure: Structure::Block } => self.block_sequence(node),
        }
    }

    /// Anchor and tag, in the order in which they are written.
    fn properties(&mut self, node: NodeId) {
        let range = |range: std::ops::Range<u32>| range.start as usize..range.end as usize;
        let anchor = self.document.anchor_range(node).map(|anchor| (range(anchor), TokenKind::Anchor));
        let tag = self.document.tag_range(node).map(|tag| (range(tag), TokenKind::Tag));
        let mut properties: Vec<_> = [anchor, tag].into_iter().flatten().collect();
        properties.sort_by_key(|(range, _)| range.start);
        for (range, kind) in properties {
            self.push(kind, range);
        }
    }

    fn flow_sequence(&mut self, node: NodeId) {
        self.flow_level += 1;
        self.open_bracket(node);
        let document = self.document;
        for item in document.items(node) {
            self.indicator(b',', TokenKind::FlowEntry);
            self.node(*item);
        }
        self.close_bracket(node);
    }

    fn flow_mapping(&mut self, node: NodeId) {
        // `[a: b]` holds a mapping without brackets of its own.
        let start = self.document.span(node).range().start;
        let has_brackets = self.bytes.get(start) == Some(&b'{');
        if has_brackets {
            self.flow_level += 1;
            self.open_bracket(node);
        }
        let document = self.document;
        for entry in document.entries(node) {
            self.indicator(b',', TokenKind::FlowEntry);
            self.indicator(b'?', TokenKind::ExplicitKey);
            self.node(entry.key);
            self.indicator(b':', TokenKind::Value);
            self.node(entry.value);
        }
        if has_brackets {
            self.close_bracket(node);
        }
    }

    fn open_bracket(&mut self, node: NodeId) {
        let start = self.document.span(node).range().start;
        self.push(TokenKind::FlowStart(node), start..start + 1);
    }

    fn close_bracket(&mut self, node: NodeId) {
        self.indicator(b',', TokenKind::FlowEntry);
        self.flow_level -= 1;
        let end = self.document.span(node).range().end;
        self.push(TokenKind::FlowEnd(node), end.saturating_sub(1)..end);
    }

    fn block_mapping(&mut self, node: NodeId) {
        let document = self.document;
        let start = self.start_of_entries(node);
        let column = self.column(start);
        self.blocks.push(column);
        self.push(TokenKind::BlockMappingStart(node), start..start);
        for entry in document.entries(node) {
            self.indicator(b'?', TokenKind::ExplicitKey);
            self.node(entry.key);
            self.indicator(b':', TokenKind::Value);
            self.node(entry.value);
        }
        self.blocks.pop();
        let end = self.at;
        self.push(TokenKind::BlockMappingEnd { node, column }, end..end);
    }

    /// Where the first entry begins: at its `?`, its key's properties or its key.
    fn start_of_entries(&mut self, node: NodeId) -> usize {
        self.skip_blank();
        let first = self.document.entries(node).first();
        let key = first.map(|entry| self.document.full_span(entry.key).range().start);
        key.map_or(self.at, |key| key.min(self.at))
    }

    fn block_sequence(&mut self, node: NodeId) {
        self.skip_blank();
        let start = self.at;
        let column = self.column(start);
        // Dashes under a key of the same column are entries of no block of their own.
        let has_block = self.blocks.last().is_none_or(|open| *open < column);
        if has_block {
            self.blocks.push(column);
            self.push(TokenKind::BlockSequenceStart(node), start..start);
        }
        let document = self.document;
        for item in document.items(node) {
            self.indicator(b'-', TokenKind::BlockEntry);
            self.node(*item);
        }
        if has_block {
            self.blocks.pop();
            let end = self.at;
            self.push(TokenKind::BlockSequenceEnd { column }, end..end);
        }
    }
}

/// Characters between the start of the line and `at`; the text begins at `from`.
pub(super) fn column(bytes: &[u8], at: usize, from: usize) -> usize {
    let before = bytes.get(from..at).unwrap_or_default();
    let line = memchr::memrchr(b'\n', before).map_or(before, |end| before.get(end + 1..).unwrap_or_default());
    let line = line.strip_prefix("\u{feff}".as_bytes()).unwrap_or(line);
    // Continuation bytes of UTF-8 are no characters of their own.
    line.iter().filter(|byte| **byte & 0xC0 != 0x80).count()
}
