//! From tokens and comments to nodes: each node takes the comments that wait when its token comes.

use crate::document::Structure;
use crate::{Document, NodeId, NodeKind};

use super::split::{Part, Role, Split};
use super::tokens::{Token, TokenKind};
use super::{Comments, NodeComments};

/// Hands all comments to nodes.
pub(super) fn attach(document: &Document<'_>, split: &Split) -> Comments {
    let count = document.node_ids().count();
    let mut attacher = Attacher {
        parts: &split.parts,
        waiting: NodeComments::default(),
        stem_length: 0,
        nodes: vec![NodeComments::default(); count],
        comments: Comments::default(),
    };
    let is_explicit = split.tokens.get(1).is_some_and(|token| token.kind == TokenKind::DocumentStart);
    if document.root().is_none() && !is_explicit {
        // Comments alone make no document, and goyaml drops them.
        return Comments::default();
    }
    for (index, token) in split.tokens.iter().enumerate() {
        attacher.reach(token);
        if index == 1 && !is_explicit {
            attacher.split_document_head(token);
        }
        attacher.take(token);
        if token.kind == TokenKind::DocumentEnd {
            // What stands behind the dots is no part of this document.
            break;
        }
    }
    let Attacher { mut nodes, mut comments, .. } = attacher;
    for node in document.node_ids().rev() {
        move_feet_to_keys(document, node, &mut nodes);
    }
    let with_ids = document.node_ids().zip(nodes);
    comments.nodes = with_ids.filter(|(_, comments)| !comments.is_empty()).collect();
    comments
}

struct Attacher<'s> {
    /// What is left, in the order of the text.
    parts: &'s [Part],
    waiting: NodeComments,
    /// How much of the waiting head stood before the dash that has just been passed.
    stem_length: usize,
    nodes: Vec<NodeComments>,
    comments: Comments,
}

impl Attacher<'_> {
    /// Lets the comments wait that a token is the first to stand behind. Heads pass by the end of a block.
    fn reach(&mut self, token: &Token) {
        while let [part, rest @ ..] = self.parts {
            let is_end = token.ended_column().is_some();
            if part.for_token_at > token.start || is_end && part.role == Role::Head {
                return;
            }
            let slot = match part.role {
                Role::Head => &mut self.waiting.head,
                Role::Line => &mut self.waiting.line,
                Role::Foot => &mut self.waiting.foot,
            };
            if !slot.is_empty() {
                slot.push('\n');
            }
            slot.push_str(&part.text);
            self.parts = rest;
        }
    }

    /// Without a `---`, what stands above the last empty line of the first head belongs to the document.
    fn split_document_head(&mut self, token: &Token) {
        if matches!(token.kind, TokenKind::DocumentEnd | TokenKind::StreamEnd) {
            return;
        }
        let head = std::mem::take(&mut self.waiting.head);
        if let Some(above) = head.strip_suffix('\n') {
            above.clone_into(&mut self.comments.head);
        } else if let Some((above, below)) = head.rsplit_once("\n\n") {
            above.clone_into(&mut self.comments.head);
            below.clone_into(&mut self.waiting.head);
        } else {
            self.waiting.head = head;
        }
    }

    fn take(&mut self, token: &Token) {
        let stem_length = std::mem::take(&mut self.stem_length);
        match token.kind {
            TokenKind::Scalar(node) | TokenKind::Alias(node) | TokenKind::FlowStart(node) => {
                let waiting = std::mem::take(&mut self.waiting);
                self.set(node, |comments| *comments = waiting);
            }
            TokenKind::FlowEnd(node) | TokenKind::BlockMappingEnd { node, .. } => {
                let NodeComments { head: _, line, foot } = std::mem::take(&mut self.waiting);
                self.set(node, |comments| {
                    comments.line = line;
                    comments.foot = foot;
                });
            }
            TokenKind::BlockEntry => self.stem_length = self.waiting.head.len(),
            TokenKind::BlockSequenceStart(node) | TokenKind::BlockMappingStart(node) if stem_length > 0 => {
                let head = std::mem::take(&mut self.waiting.head);
                let (stem, rest) = head.split_at_checked(stem_length).unwrap_or((&head, ""));
                rest.trim_start_matches('\n').clone_into(&mut self.waiting.head);
                self.set(node, |comments| stem.clone_into(&mut comments.head));
            }
            TokenKind::DocumentEnd | TokenKind::StreamEnd => {
                let NodeComments { head, line: _, foot } = std::mem::take(&mut self.waiting);
                self.comments.foot = if foot.is_empty() { head } else { foot };
            }
            _ => {}
        }
    }

    fn set(&mut self, node: NodeId, set: impl FnOnce(&mut NodeComments)) {
        if let Some(comments) = self.nodes.get_mut(node.index()) {
            set(comments);
        }
    }
}

/// The foot of an entry hangs on its key; in block mappings a foot before a key belongs to the key before that one.
fn move_feet_to_keys(document: &Document<'_>, mapping: NodeId, nodes: &mut [NodeComments]) {
    let mut previous: Option<NodeId> = None;
    let is_block = matches!(document.node(mapping).kind, NodeKind::Mapping { structure: Structure::Block });
    for entry in document.entries(mapping) {
        if let Some(previous) = previous.filter(|_| is_block) {
            move_foot(nodes, entry.key, previous);
        }
        if nodes.get(entry.key.index()).is_some_and(|key| key.foot.is_empty()) {
            move_foot(nodes, entry.value, entry.key);
        }
        previous = Some(entry.key);
    }
    if let Some(last) = previous.filter(|_| is_block) {
        move_foot(nodes, mapping, last);
    }
}

fn move_foot(nodes: &mut [NodeComments], from: NodeId, to: NodeId) {
    let foot = nodes.get_mut(from.index()).map(|from| std::mem::take(&mut from.foot)).unwrap_or_default();
    if let Some(to) = nodes.get_mut(to.index()).filter(|_| !foot.is_empty()) {
        to.foot = foot;
    }
}
