//! Why a template stopped.

use crate::{Fault, FaultKind};

/// Why a template could not be executed, in Go's words: `template: NAME:LINE:COLUMN: executing "NAME" at <…>: …`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ExecuteTemplate {
    /// The whole text.
    pub message: String,
    /// Whether Go would have said so too.
    pub kind: FaultKind,
}

impl ExecuteTemplate {
    pub(super) fn go(message: String) -> Self {
        Self { message, kind: FaultKind::Go }
    }

    pub(super) fn into_fault(self) -> Fault {
        Fault { message: self.message, kind: self.kind }
    }
}

/// What ends a walk before its end.
#[derive(Debug)]
pub(super) enum Stop {
    /// A fault. Boxed, since it is rare and stands in every result.
    Failed(Box<ExecuteTemplate>),
    /// `{{break}}`.
    Break,
    /// `{{continue}}`.
    Continue,
}
