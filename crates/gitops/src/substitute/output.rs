//! The text that a substitution makes, with where each range of it came from.

use std::ops::Range;

/// A range of the text that was made. Pieces stand in order and without gaps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// How many bytes it has; none has 0.
    pub length: usize,
    /// Where they came from.
    pub source: PieceSource,
}

/// Where a piece came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PieceSource {
    /// These bytes of the text that was given.
    Input(Range<usize>),
    /// These bytes of a variable's value.
    Value {
        /// The variable, by its position among the names that were asked for.
        name: usize,
        /// The bytes.
        range: Range<usize>,
        /// The expression that asked for it, in the text that was given.
        place: Range<usize>,
    },
    /// Made of a variable's value: its length, or its letters in another case.
    Computed {
        /// The variable, by its position among the names that were asked for.
        name: usize,
        /// The expression that made it, in the text that was given.
        place: Range<usize>,
    },
}

/// Bytes with their pieces.
#[derive(Debug, Default)]
pub(super) struct Output {
    pub(super) bytes: Vec<u8>,
    pub(super) pieces: Vec<Piece>,
}

impl Output {
    /// Adds bytes that came from `source`. Neighbours that continue each other become one.
    pub(super) fn push(&mut self, bytes: &[u8], source: PieceSource) {
        if bytes.is_empty() {
            return;
        }
        self.bytes.extend_from_slice(bytes);
        if let (Some(last), PieceSource::Input(next)) = (self.pieces.last_mut(), &source)
            && let PieceSource::Input(before) = &mut last.source
            && before.end == next.start
        {
            before.end = next.end;
            last.length += bytes.len();
            return;
        }
        self.pieces.push(Piece { length: bytes.len(), source });
    }

    /// Adds another output.
    pub(super) fn append(&mut self, other: &Self) {
        let mut at = 0;
        for piece in &other.pieces {
            let range = at..at + piece.length;
            at = range.end;
            self.push(other.bytes.get(range).unwrap_or_default(), piece.source.clone());
        }
    }
}
