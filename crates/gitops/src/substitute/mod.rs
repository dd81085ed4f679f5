//! Post-build substitution as Flux does it: `${variables}` in the text of objects.
//!
//! [`substitute`] is the dialect of `fluxcd/pkg/envsubst` 1.8 (Flux 2.9), a fork of drone/envsubst. It takes a text and
//! something to look variables up by, and gives the text that becomes of it, of which bytes of what each piece is, and
//! which names were asked for. It knows no YAML, reads no environment and keeps nothing.
//!
//! [`object()`] is what Flux does around it with each object of a build: `fluxcd/pkg/kustomize` 1.41. What
//! `spec.postBuild` names is for the caller to find, and to [set](Variables::set) in its order.

mod characters;
mod evaluate;
mod fault;
mod function;
mod glob;
pub mod limits;
mod object;
mod output;
mod parse;
mod printed;
mod variables;

use std::borrow::Cow;

use evaluate::Evaluator;

pub use fault::{Fault, FaultKind};
pub use object::{Options, SUBSTITUTE_KEY, SubstituteObject, SubstitutedObject, object};
pub use output::{Piece, PieceSource};
pub use variables::{NAME_PATTERN, Strategy, Variable, Variables};

/// Whether a variable that nobody has set and that has no default is a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strictness {
    /// It is.
    Strict,
    /// It is empty.
    Lenient,
}

/// What came of asking for a variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Answer {
    /// It is set, if only to nothing.
    Found,
    /// It is not set, and each expression has a default for that.
    Defaulted,
    /// It is not set, and some expression has no default.
    Missing,
}

/// A variable that a text asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name<'t> {
    /// Its name.
    pub name: &'t str,
    /// The worst that came of asking for it.
    pub answer: Answer,
}

/// What a text became.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Substituted<'t> {
    /// The text: the one that was given if nothing has changed. A slice of a value may cut a character in two, so that it
    /// need not be UTF-8 where both text and values are.
    pub text: Cow<'t, [u8]>,
    /// Where each range of it came from; none if nothing has changed.
    pub pieces: Vec<Piece>,
    /// The variables that were asked for, in that order, each once.
    pub names: Vec<Name<'t>>,
}

impl Substituted<'_> {
    /// Whether the text is another one than that which was given.
    #[must_use]
    pub fn is_changed(&self) -> bool {
        matches!(self.text, Cow::Owned(_))
    }
}

/// Substitutes variables in a text. A text without a `$` costs a search for one.
///
/// # Errors
/// If the text is malformed, a variable is missing in a strict substitution, or a limit is passed. Nothing is evaluated of
/// a text that is malformed anywhere.
pub fn substitute<'t, 'v>(
    text: &'t [u8],
    lookup: impl Fn(&str) -> Option<&'v [u8]>,
    strictness: Strictness,
) -> Result<Substituted<'t>, Fault> {
    // The original takes a NUL for the end of the text.
    if memchr::memchr2(b'$', 0, text).is_none() {
        return Ok(Substituted { text: Cow::Borrowed(text), pieces: Vec::new(), names: Vec::new() });
    }
    let parts = parse::parse(text)?;
    let (output, names) = Evaluator::new(text, lookup, strictness).evaluate(&parts)?;
    if output.bytes == text {
        return Ok(Substituted { text: Cow::Borrowed(text), pieces: Vec::new(), names });
    }
    Ok(Substituted { text: Cow::Owned(output.bytes), pieces: output.pieces, names })
}
