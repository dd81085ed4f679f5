//! Why a text cannot be substituted, in the words of the original, and where.

use super::limits::{EXPRESSION_DEPTH_MAX, OUTPUT_BYTES_MAX, STEPS_MAX};

/// What is wrong, and at which byte of the text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind}")]
pub struct Fault {
    /// What is wrong.
    pub kind: FaultKind,
    /// Where: of a missing variable the first byte of its expression, of a syntax fault the byte that does not fit.
    pub place: usize,
}

/// What is wrong with a text. The words of the first six are those of `fluxcd/pkg/envsubst`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FaultKind {
    /// An expression of another form than those that there are.
    #[error("bad substitution")]
    FormExpression,
    /// A name that is followed by something else than an operator or `}`.
    #[error("missing closing brace")]
    CloseBrace,
    /// An expression that does not begin with a name.
    #[error("unable to parse variable name")]
    NameVariable,
    /// An operator whose argument is missing or has no end.
    #[error("unable to parse substitution within function")]
    ReadArgument,
    /// A variable that nobody has set, in a strict substitution.
    #[error("variable not set (strict mode): \"{name}\"")]
    FindVariable {
        /// Its name.
        name: String,
    },
    /// Expressions within each other without end.
    #[error("expressions stand in each other more than {EXPRESSION_DEPTH_MAX} levels deep")]
    NestTooDeep,
    /// More text than a file may hold.
    #[error("the text would grow beyond {OUTPUT_BYTES_MAX} bytes")]
    GrowTooLarge,
    /// Patterns that take too long.
    #[error("the functions of the text take more than {STEPS_MAX} steps")]
    WorkTooLong,
}

impl FaultKind {
    /// What a person can do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::FormExpression | Self::CloseBrace | Self::NameVariable | Self::ReadArgument => {
                "write '$${' for a '${' that is to stay"
            }
            Self::FindVariable { .. } => "set the variable, or give it a default: ${NAME:=default}",
            Self::NestTooDeep | Self::GrowTooLarge | Self::WorkTooLong => {
                "this is more than any manifest needs: look at the values of the variables"
            }
        }
    }

    pub(super) fn at(self, place: usize) -> Fault {
        Fault { kind: self, place }
    }
}
