//! What an emitter is told: a flat list of starts, ends, scalars and aliases.

use text::Span;

use crate::{ScalarStyle, Structure};

/// The comments around a node, each with its `#`; lines are parted by `\n`. Only goyaml v3 has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Comments<'a> {
    /// On the lines before the node.
    pub head: &'a str,
    /// At the end of the node's line.
    pub line: &'a str,
    /// On the lines after the node, before an empty line.
    pub foot: &'a str,
    /// The foot of the entry before this key: it is printed once the whole of that entry is.
    pub tail: &'a str,
}

/// Anchor and tag of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Properties<'a> {
    /// The anchor's name; empty for none.
    pub anchor: &'a str,
    /// The tag in its short or long form, if it is to be printed; empty for none.
    pub tag: &'a str,
}

/// One step of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventKind<'a> {
    /// A document begins.
    DocumentStart,
    /// It ends.
    DocumentEnd,
    /// A mapping begins: keys and values follow in turn.
    MappingStart {
        /// How it is to be written; empty ones and those in brackets are always in brackets.
        structure: Structure,
        /// Anchor and tag.
        properties: Properties<'a>,
    },
    /// The innermost mapping ends.
    MappingEnd,
    /// A sequence begins.
    SequenceStart {
        /// How it is to be written.
        structure: Structure,
        /// Anchor and tag.
        properties: Properties<'a>,
    },
    /// The innermost sequence ends.
    SequenceEnd,
    /// A scalar.
    Scalar {
        /// Its content.
        text: &'a str,
        /// The style asked for; another one is taken where this cannot hold the content.
        style: ScalarStyle,
        /// Anchor and tag.
        properties: Properties<'a>,
    },
    /// An alias.
    Alias {
        /// The anchor's name.
        name: &'a str,
    },
}

/// A step with what belongs to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Event<'a> {
    /// The step.
    pub kind: EventKind<'a>,
    /// Comments to print around it.
    pub comments: Comments<'a>,
    /// Where it was written, for the piece map.
    pub origin: Option<Span>,
}

impl<'a> Event<'a> {
    /// A step without comments and origin.
    #[must_use]
    pub fn new(kind: EventKind<'a>) -> Self {
        Self { kind, comments: Comments::default(), origin: None }
    }
}
