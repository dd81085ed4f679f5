//! Why a function of a template gave no value, in Go's words.

/// What a function answers instead of a value. The executor puts the template's name, line and expression before it, as
/// Go does: `template: x:1:2: executing "x" at <f .>: error calling f: …`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Fault {
    /// The text that Go's function returns as its error.
    pub message: String,
    /// Whether Go would have said so too.
    pub kind: FaultKind,
}

/// Who speaks in a [`Fault`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// Go: the text is the original's.
    Go,
    /// Go's parser: a text that was to be executed is no template.
    Parse,
    /// We do: a limit of [`crate::limits`] was reached.
    Limit,
}

impl Fault {
    /// An error of Go's own.
    #[must_use]
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), kind: FaultKind::Go }
    }

    /// A limit of ours; `what` names it and its value.
    #[must_use]
    pub fn limit(what: impl Into<String>) -> Self {
        Self { message: what.into(), kind: FaultKind::Limit }
    }
}
