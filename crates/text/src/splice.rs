//! Splices: the only way in which a user's bytes change.

use std::ops::Range;

/// Replaces a byte range by other bytes. An empty range inserts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Splice {
    /// The bytes to replace.
    pub range: Range<usize>,
    /// What stands there afterwards.
    pub replacement: Vec<u8>,
}

impl Splice {
    /// Replaces `range` by `replacement`.
    #[must_use]
    pub fn new(range: Range<usize>, replacement: impl Into<Vec<u8>>) -> Self {
        Self { range, replacement: replacement.into() }
    }
}

/// Why splices cannot be applied. Indices are positions in the slice given.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApplySplices {
    /// A range is reversed or ends past the text.
    #[error("splice {0} lies outside of the text")]
    OutOfBounds(usize),
    /// Two splices touch the same byte or insert at the same place.
    #[error("splices {0} and {1} overlap")]
    Overlap(usize, usize),
    /// The splices are not sorted by start.
    #[error("splice {0} is out of order")]
    Unsorted(usize),
}

/// Applies sorted splices that do not overlap. Every byte outside of their ranges is copied unchanged.
///
/// # Errors
/// If a splice lies outside of `bytes`, overlaps another, or they are not sorted; nothing is applied then.
pub fn apply(bytes: &[u8], splices: &[Splice]) -> Result<Vec<u8>, ApplySplices> {
    check(bytes.len(), splices)?;
    let added: usize = splices.iter().map(|splice| splice.replacement.len()).sum();
    let mut output = Vec::with_capacity(bytes.len() + added);
    let mut copied = 0;
    for splice in splices {
        output.extend_from_slice(bytes.get(copied..splice.range.start).unwrap_or_default());
        output.extend_from_slice(&splice.replacement);
        copied = splice.range.end;
    }
    output.extend_from_slice(bytes.get(copied..).unwrap_or_default());
    Ok(output)
}

fn check(length: usize, splices: &[Splice]) -> Result<(), ApplySplices> {
    for (index, splice) in splices.iter().enumerate() {
        if splice.range.start > splice.range.end || splice.range.end > length {
            return Err(ApplySplices::OutOfBounds(index));
        }
        let Some((before_index, before)) = index.checked_sub(1).and_then(|i| Some((i, splices.get(i)?)))
        else {
            continue;
        };
        if splice.range.start < before.range.start {
            return Err(ApplySplices::Unsorted(index));
        }
        let same_place =
            before.range.is_empty() && splice.range.is_empty() && before.range.start == splice.range.start;
        if splice.range.start < before.range.end || same_place {
            return Err(ApplySplices::Overlap(before_index, index));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replaces_inserts_and_removes() {
        let splices = [Splice::new(0..1, "X"), Splice::new(2..2, "++"), Splice::new(3..5, "")];
        assert_eq!(apply(b"abcdef", &splices).unwrap(), b"Xb++cf");
    }

    #[test]
    fn refuses_what_is_ambiguous() {
        assert_eq!(apply(b"abc", &[Splice::new(1..4, "")]), Err(ApplySplices::OutOfBounds(0)));
        assert_eq!(
            apply(b"abc", &[Splice::new(0..2, ""), Splice::new(1..3, "")]),
            Err(ApplySplices::Overlap(0, 1))
        );
        assert_eq!(
            apply(b"abc", &[Splice::new(1..1, "x"), Splice::new(1..1, "y")]),
            Err(ApplySplices::Overlap(0, 1))
        );
        assert_eq!(
            apply(b"abc", &[Splice::new(2..3, ""), Splice::new(0..1, "")]),
            Err(ApplySplices::Unsorted(1))
        );
    }

    /// Cuts a text into parts by lengths, and replaces every second one.
    fn every_second_part(lengths: &[usize], replacements: &[Vec<u8>], length: usize) -> Vec<Splice> {
        let mut splices = Vec::new();
        let mut at = 0;
        for (part, replacement) in lengths.chunks(2).zip(replacements) {
            let start = at + part[0] + 1;
            let end = start + part.get(1).copied().unwrap_or(0);
            if end > length {
                break;
            }
            splices.push(Splice::new(start..end, replacement.clone()));
            at = end;
        }
        splices
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig { failure_persistence: None, ..Default::default() })]

        #[test]
        fn bytes_outside_of_splices_stay_and_those_within_are_the_new_ones(
            bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..40),
            lengths in proptest::collection::vec(0..5_usize, 0..12),
            replacements in proptest::collection::vec(proptest::collection::vec(proptest::prelude::any::<u8>(), 0..4), 6),
        ) {
            let splices = every_second_part(&lengths, &replacements, bytes.len());
            let mut expected = bytes.clone();
            for splice in splices.iter().rev() {
                expected.splice(splice.range.clone(), splice.replacement.iter().copied());
            }
            proptest::prop_assert_eq!(apply(&bytes, &splices), Ok(expected));
            if let [first, second, ..] = splices.as_slice() {
                let swapped = [second.clone(), first.clone()];
                proptest::prop_assert_eq!(apply(&bytes, &swapped), Err(ApplySplices::Unsorted(1)));
            }
        }
    }
}
