//! Why a change is not made.

/// Why a change is not made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// The place touches what a template action makes.
    #[error("the place depends on a template action")]
    TouchTemplate,
    /// Aliases show the same node; see [`Change::AtEveryUse`](super::Change::AtEveryUse).
    #[error("the value is also used through the anchor '{anchor}'")]
    ChangeEveryUse {
        /// The anchor.
        anchor: String,
    },
    /// The anchor would go while an alias still needs it.
    #[error("an alias still needs the anchor '{anchor}'")]
    LoseAnchor {
        /// The anchor.
        anchor: String,
    },
    /// A key is written twice, so that it is not clear which entry is meant.
    #[error("the key '{key}' is written more than once")]
    FindKeyTwice {
        /// The key.
        key: String,
    },
    /// The mapping has the new key already.
    #[error("the key '{key}' is there already")]
    RepeatKey {
        /// The key.
        key: String,
    },
    /// The key also comes through a merge key, so that taking its own entry out brings that one up.
    #[error("the key '{key}' also comes through '<<'")]
    UncoverMergedKey {
        /// The key.
        key: String,
    },
    /// The change names a node that is not what it must be.
    #[error("the place is no {expected}")]
    MisfitNode {
        /// What it must be.
        expected: &'static str,
    },
    /// A syntax that edits do not reach into: keys after `?`, pairs without braces, collections as keys.
    #[error("{what} is not edited")]
    MeetRareSyntax {
        /// What it is.
        what: &'static str,
    },
    /// Another change of the batch works on the same bytes.
    #[error("the place overlaps that of another change")]
    OverlapChange,
    /// A block collection or a comment would have to stand within brackets.
    #[error("a value in block style cannot move into brackets")]
    MoveIntoBrackets,
    /// A value would hold itself.
    #[error("a value cannot move into itself")]
    MoveIntoItself,
    /// The text made would not mean what was wanted. Checked after every edit; meeting it is a fault of the editor
    /// that costs one edit instead of a file.
    #[error("the changed text would mean something else: {0}")]
    MissIntent(String),
}

/// A change that is not made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("change {change}: {reason}")]
pub struct Refusal {
    /// The change's position among those given.
    pub change: usize,
    /// Why.
    pub reason: Reason,
}
