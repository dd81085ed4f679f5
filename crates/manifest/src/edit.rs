//! Edits of a user's file that change no byte more than they must.
//!
//! Takes documents and the changes wanted in them, gives splices, or a whole file with all of them applied
//! and proved. Keeps indentation, quoting, line ends, comments and anchors. Never re-serialises what it was
//! not asked to change, and never touches what a template action makes.

mod admit;
mod batch;
mod block;
mod change;
mod context;
mod flow;
mod flow_write;
mod intent;
mod layout;
mod patch;
mod plan;
mod prove;
mod realise;
mod refusal;
mod remarks;
mod scalar;
mod style;
mod within;
mod write;
mod write_comments;

pub use batch::{Batch, DocumentChanges, Refused, apply_batch, foreseen_refusals};
pub use change::{Change, Fresh, FreshScalar, Place};
pub use refusal::{Reason, Refusal};

use text::Splice;

use crate::Document;

/// The splices that make `changes` in `document`: sorted, without overlap, in offsets of the whole text.
///
/// They are not proved to mean what was wanted; [`apply_batch`] does that.
///
/// # Errors
/// With the first change that cannot be made, and why. Nothing is made of the others then.
pub fn splices(document: &Document<'_>, changes: &[Change]) -> Result<Vec<Splice>, Refusal> {
    if let Some(refusal) = realise::refusals(document, changes).into_iter().next() {
        return Err(refusal);
    }
    let all: Vec<usize> = (0..changes.len()).collect();
    realise::realise(document, changes, &all).map(|realised| realised.splices)
}
