//! Piece maps: where each range of a derived text came from.

use std::ops::Range;

use crate::Span;

/// Whether a range of a derived text holds the origin's own bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exactness {
    /// Byte for byte the origin's bytes: an offset within the one is the same offset within the other,
    /// and an edit can be carried back.
    Verbatim,
    /// Made from the origin (an escape, a fold, a function). Evidence to show; never edited through.
    Computed,
}

/// One range of a derived text with its origin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// First byte in the derived text. The piece ends where the next begins.
    pub start: u32,
    /// Where it came from.
    pub origin: Span,
    /// Whether the bytes are the origin's own.
    pub exactness: Exactness,
}

/// The pieces of a derived text: sorted, without gaps, covering all of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PieceMap {
    pieces: Vec<Piece>,
    length: u32,
}

impl PieceMap {
    /// An empty map; grow it with [`PieceMap::push`].
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the next `length` bytes of the derived text. Neighbours that continue each other merge.
    pub fn push(&mut self, length: u32, origin: Span, exactness: Exactness) {
        if length == 0 {
            return;
        }
        let continues = self.pieces.last().is_some_and(|last| {
            last.exactness == Exactness::Verbatim
                && exactness == Exactness::Verbatim
                && last.origin.text == origin.text
                && last.origin.end == origin.start
        });
        match self.pieces.last_mut() {
            Some(last) if continues => last.origin.end = origin.end,
            _ => self.pieces.push(Piece { start: self.length, origin, exactness }),
        }
        self.length += length;
    }

    /// The length of the derived text in bytes.
    #[must_use]
    pub fn len(&self) -> u32 {
        self.length
    }

    /// Whether the derived text is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// The span that `range` of the derived text came from, one step up: exact if it lies in verbatim
    /// pieces that continue each other, else the union of the pieces' origins within one text.
    /// None if the range is outside of the text or its pieces come from several texts.
    #[must_use]
    pub fn resolve(&self, range: Range<u32>) -> Option<(Span, Exactness)> {
        let first = self.pieces.partition_point(|piece| piece.start <= range.start).checked_sub(1)?;
        if range.end > self.length || range.end < range.start {
            return None;
        }
        let mut union: Option<Span> = None;
        let mut exactness = Exactness::Verbatim;
        for (offset, piece) in self.pieces.iter().enumerate().skip(first) {
            if piece.start >= range.end && offset > first {
                break;
            }
            let piece_end = self.pieces.get(offset + 1).map_or(self.length, |next| next.start);
            let part = self.part_of(piece, range.start.max(piece.start)..range.end.min(piece_end));
            if piece.exactness == Exactness::Computed {
                exactness = Exactness::Computed;
            }
            union = Some(match union {
                None => part,
                Some(so_far) if so_far.text != part.text => return None,
                Some(so_far) => {
                    if so_far.end != part.start {
                        exactness = Exactness::Computed;
                    }
                    Span::new(so_far.text, so_far.start.min(part.start)..so_far.end.max(part.end))
                }
            });
        }
        union.map(|span| (span, exactness))
    }

    fn part_of(&self, piece: &Piece, range: Range<u32>) -> Span {
        match piece.exactness {
            Exactness::Computed => piece.origin,
            Exactness::Verbatim => {
                let start = piece.origin.start + (range.start - piece.start);
                Span::new(piece.origin.text, start..start + (range.end - range.start))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::TextId;

    fn file(range: Range<u32>) -> Span {
        Span::new(TextId(0), range)
    }

    #[test]
    fn resolves_verbatim_ranges_to_the_same_bytes() {
        let mut map = PieceMap::new();
        map.push(5, file(10..15), Exactness::Verbatim);
        map.push(4, file(20..24), Exactness::Verbatim);
        assert_eq!(map.resolve(1..3), Some((file(11..13), Exactness::Verbatim)));
        assert_eq!(map.resolve(6..9), Some((file(21..24), Exactness::Verbatim)));
        assert_eq!(map.resolve(4..6), Some((file(14..21), Exactness::Computed)));
        assert_eq!(map.resolve(8..10), None);
    }

    #[test]
    fn merges_neighbours_that_continue_each_other() {
        let mut map = PieceMap::new();
        map.push(5, file(10..15), Exactness::Verbatim);
        map.push(5, file(15..20), Exactness::Verbatim);
        assert_eq!(map.resolve(3..8), Some((file(13..18), Exactness::Verbatim)));
    }

    #[test]
    fn a_computed_piece_resolves_to_the_whole_of_its_origin() {
        let mut map = PieceMap::new();
        map.push(1, file(3..9), Exactness::Computed);
        assert_eq!(map.resolve(0..1), Some((file(3..9), Exactness::Computed)));
        assert_eq!(map.resolve(0..0), Some((file(3..9), Exactness::Computed)));
    }
}
