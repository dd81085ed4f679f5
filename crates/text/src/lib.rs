//! Texts with an address: ids, spans, piece maps, line index, splices.
//!
//! Everything that Liftlock says about a repository points at bytes that somebody wrote. This crate
//! holds the types for that: a [`Text`] is bytes with an id, a [`Span`] is a range in one of them,
//! and a [`PieceMap`] says where each range of a derived text came from, so that a span in decoded
//! or rendered text resolves to the file that a person must edit.
//!
//! Never parses anything.

mod causes;
mod divide;
mod lines;
mod nearest;
mod origin;
mod piece;
mod span;
mod splice;
mod texts;

pub use causes::with_causes;
pub use divide::Divided;
pub use lines::{LineIndex, Position};
pub use nearest::nearest;
pub use origin::{
    DECRYPTED, Decision, DecisionId, NoOrigins, Origin, Origins, Part, Record, RecordId, Step, Track,
    whole_of,
};
pub use piece::{Exactness, Piece, PieceMap};
pub use span::{Span, TextId};
pub use splice::{ApplySplices, Splice, apply};
pub use texts::{Source, Text, Texts};
