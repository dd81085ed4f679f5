//! What a person or a conversion wants changed, in terms of nodes. The vocabulary of the editor.

use crate::NodeId;

/// One wanted change of one document. Nodes are those of the document as parsed before the batch.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// Writes another value in place of a scalar. Its quoting is kept where the new value allows it.
    SetScalar {
        /// The scalar.
        node: NodeId,
        /// What it should mean.
        value: FreshScalar,
    },
    /// Gives an entry another key. Its value, comments and place stay.
    RenameKey {
        /// The key's node.
        key: NodeId,
        /// The new key.
        to: String,
    },
    /// Takes out an entry with the comments that belong to it.
    RemoveEntry {
        /// The key's node.
        key: NodeId,
    },
    /// Takes out an item with the comments that belong to it.
    RemoveItem {
        /// The item.
        item: NodeId,
    },
    /// Adds an entry to a mapping.
    InsertEntry {
        /// The mapping, which may be empty.
        mapping: NodeId,
        /// Where among its entries.
        place: Place,
        /// The new key.
        key: String,
        /// The new value.
        value: Fresh,
    },
    /// Adds an item at the end of a sequence.
    AppendItem {
        /// The sequence, which may be empty.
        sequence: NodeId,
        /// The new item.
        value: Fresh,
    },
    /// Writes another value, of any shape, in place of a node. Parts of the old value that are to stay
    /// are named by [`Fresh::Moved`].
    ReplaceValue {
        /// The value that goes.
        node: NodeId,
        /// What comes.
        value: Fresh,
    },
    /// Replaces neighbouring or scattered entries of one mapping by one new entry at the place of the
    /// first: `serviceName: a`, `servicePort: 80` become `service: …` with both values moved into it.
    ReplaceEntries {
        /// The keys of the entries that go. All of one mapping.
        keys: Vec<NodeId>,
        /// The new key.
        key: String,
        /// The new value.
        value: Fresh,
    },
    /// The change within, at a node that is anchored or stands in one that is: aliases show it too, and that is
    /// wanted. Without this such a change is refused.
    AtEveryUse(Box<Change>),
}

/// Where a new entry goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Before the entry with this key node.
    Before(NodeId),
    /// After the entry with this key node.
    After(NodeId),
    /// After the last entry.
    Last,
}

/// A value that is not in the text yet.
#[derive(Debug, Clone, PartialEq)]
pub enum Fresh {
    /// A scalar.
    Scalar(FreshScalar),
    /// A mapping in this order.
    Mapping(Vec<(String, Fresh)>),
    /// A sequence.
    Sequence(Vec<Fresh>),
    /// A node of the document, moved here with its bytes, quoting and comments; only its indentation changes.
    Moved(NodeId),
    /// A scalar whose text holds the text of a node with the comments in it and the one behind it: they are not lost.
    TextOf {
        /// The node.
        node: NodeId,
        /// The scalar.
        value: FreshScalar,
    },
    /// A value that says what other entries or items said which go: their comments, where nothing that moves takes
    /// them along, stand with it. Those above them stand above it, the one beside the first beside it if there is room.
    InsteadOf {
        /// The keys of the entries, or the items. Those that stay where they are keep their comments.
        of: Vec<NodeId>,
        /// The value.
        value: Box<Fresh>,
    },
}

impl Fresh {
    /// The value itself, without the word whose comments it takes.
    pub(super) fn bare(&self) -> &Fresh {
        let mut value = self;
        while let Self::InsteadOf { value: inner, .. } = value {
            value = inner;
        }
        value
    }
}

/// A scalar that is not in the text yet, by what it should mean to both dialects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FreshScalar {
    /// A string; quoted wherever a reader could take it for something else.
    String(String),
    /// A whole number.
    Integer(i64),
    /// `true` or `false`.
    Boolean(bool),
    /// `null`.
    Null,
}
