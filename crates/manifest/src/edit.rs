//! Edits of a user's file that change no byte more than they must.
//!
//! Takes a document and the changes wanted, gives splices. Keeps indentation, quoting, line ends,
//! comments and anchors. Never re-serialises what it was not asked to change.

mod change;

pub use change::{Change, Fresh, FreshScalar, Place};
