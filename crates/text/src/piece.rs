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

    /// The bytes of the derived text that `origin` shows: the way back from [`PieceMap::resolve`]. What stands in the
    /// origin between the pieces belongs to the one before it. None if no piece came from there.
    #[must_use]
    pub fn find(&self, origin: Span) -> Option<Range<u32>> {
        let mut found: Option<Range<u32>> = None;
        for (position, piece) in self.pieces.iter().enumerate() {
            let end = self.pieces.get(position + 1).map_or(self.length, |next| next.start);
            let is_beside = piece.origin.text != origin.text
                || piece.origin.end <= origin.start
                || piece.origin.start >= origin.end;
            if is_beside {
                continue;
            }
            let part = match piece.exactness {
                Exactness::Computed => piece.start..end,
                Exactness::Verbatim => {
                    let from = piece.start + origin.start.saturating_sub(piece.origin.start);
                    from..end.min(piece.start + (origin.end - piece.origin.start))
                }
            };
            found = Some(match found {
                None => part,
                Some(so_far) => so_far.start.min(part.start)..so_far.end.max(part.end),
            });
        }
        found
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
    fn a_range_of_the_origin_is_found_in_the_derived_text() {
        let mut map = PieceMap::new();
        map.push(5, file(10..15), Exactness::Verbatim);
        map.push(1, file(15..17), Exactness::Computed);
        map.push(4, file(20..24), Exactness::Verbatim);
        assert_eq!(map.find(file(11..13)), Some(1..3));
        assert_eq!(map.find(file(14..22)), Some(4..8));
        assert_eq!(map.find(file(15..16)), Some(5..6));
        assert_eq!(map.find(file(17..20)), None);
        assert_eq!(map.find(file(0..100)), Some(0..10));
    }

    #[test]
    fn a_computed_piece_resolves_to_the_whole_of_its_origin() {
        let mut map = PieceMap::new();
        map.push(1, file(3..9), Exactness::Computed);
        assert_eq!(map.resolve(0..1), Some((file(3..9), Exactness::Computed)));
        assert_eq!(map.resolve(0..0), Some((file(3..9), Exactness::Computed)));
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig { failure_persistence: None, ..Default::default() })]

        #[test]
        fn an_exact_range_has_its_own_bytes_in_the_origin_and_any_other_lies_around_them(
            parts in proptest::collection::vec((0..5_u32, 0..20_u32, proptest::prelude::any::<bool>()), 1..8),
            from in 0..40_u32,
            length in 1..8_u32,
        ) {
            let mut map = PieceMap::new();
            // Where each byte came from: one place, or a range of them.
            let mut origins = Vec::new();
            for (length, start, is_verbatim) in parts {
                let origin = file(start..start + length);
                map.push(length, origin, if is_verbatim { Exactness::Verbatim } else { Exactness::Computed });
                let of_byte = |offset| if is_verbatim { start + offset..start + offset + 1 } else { origin.start..origin.end };
                origins.extend((0..length).map(of_byte));
            }
            let range = from..from + length;
            let wanted = origins.get(from as usize..range.end as usize);
            match (map.resolve(range), wanted) {
                (None, None) => {}
                (Some((span, exactness)), Some(wanted)) => {
                    proptest::prop_assert!(wanted.iter().all(|origin| span.start <= origin.start && origin.end <= span.end));
                    if exactness == Exactness::Verbatim {
                        let places: Vec<_> = (span.start..span.end).map(|place| place..place + 1).collect();
                        proptest::prop_assert_eq!(places.as_slice(), wanted);
                    }
                }
                (found, wanted) => proptest::prop_assert!(false, "{:?}, not {:?}", found, wanted),
            }
        }
    }
}
