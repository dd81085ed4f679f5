//! Which comment belongs to which node, as goyaml v3 decides it and kustomize prints it.
//!
//! Takes a document with its comments; gives a table beside the arena. goyaml attaches while it scans: by the token before
//! a comment, empty lines, columns and open blocks. So this goes the same way in three steps: the document's tokens
//! (`tokens`), the comments between them split into heads, line comments and feet (`split`), and those handed to
//! nodes in token order (`attach`). Must not change the document, and judges no comment's content.

mod attach;
mod split;
mod tokens;

use crate::{Document, NodeId};

/// The comments of one node: lines with their `#`, parted by `\n`; empty for none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NodeComments {
    /// On the lines before it.
    pub head: String,
    /// At the end of its line.
    pub line: String,
    /// On the lines after it. The foot of an entry hangs on its key.
    pub foot: String,
}

impl NodeComments {
    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.head.is_empty() && self.line.is_empty() && self.foot.is_empty()
    }
}

/// All comments of a document, by what they hang on.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Comments {
    /// Sorted by node; only nodes that have some.
    nodes: Vec<(NodeId, NodeComments)>,
    /// Before the document, set off by an empty line.
    pub head: String,
    /// After the document's last node.
    pub foot: String,
}

impl Comments {
    /// Attaches the comments of a document.
    ///
    /// The document is taken for a text of its own, as kustomize cuts its files before it reads them: line numbers count
    /// from the document's first byte.
    #[must_use]
    pub fn of(document: &Document<'_>) -> Self {
        if document.comments().is_empty() {
            return Self::default();
        }
        let tokens = split::tokens_with_comments(document);
        attach::attach(document, &tokens)
    }

    /// The comments of a node; none if it has no comment.
    #[must_use]
    pub fn node(&self, node: NodeId) -> Option<&NodeComments> {
        let index = self.nodes.binary_search_by_key(&node, |(id, _)| *id).ok()?;
        self.nodes.get(index).map(|(_, comments)| comments)
    }

    /// All nodes that have comments, in the order of the text.
    pub fn nodes(&self) -> impl Iterator<Item = (NodeId, &NodeComments)> {
        self.nodes.iter().map(|(id, comments)| (*id, comments))
    }
}
