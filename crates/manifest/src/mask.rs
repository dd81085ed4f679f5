//! Masks: which bytes of a template were hidden so that the rest could be parsed.

use std::ops::Range;

/// The bytes of a template with its actions overwritten by bytes of equal length, and where they are.
/// Offsets in the masked bytes are offsets in the original.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mask {
    bytes: Vec<u8>,
    ranges: Vec<Range<u32>>,
}

impl Mask {
    /// A mask of `bytes`, overwritten in `ranges`, which are sorted and do not overlap.
    #[must_use]
    pub fn new(bytes: Vec<u8>, ranges: Vec<Range<u32>>) -> Self {
        Self { bytes, ranges }
    }

    /// The bytes to parse.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The ranges that were overwritten, sorted.
    #[must_use]
    pub fn ranges(&self) -> &[Range<u32>] {
        &self.ranges
    }

    /// Whether `range` shares a byte with a masked range.
    #[must_use]
    pub fn touches(&self, range: Range<u32>) -> bool {
        let first = self.ranges.partition_point(|masked| masked.end <= range.start);
        self.ranges.get(first).is_some_and(|masked| masked.start < range.end)
    }

    /// Whether `range` shares a byte with a masked range or stands right beside one, with no white space
    /// or indicator between: then both are one word to whoever renders the template.
    #[must_use]
    pub fn touches_node(&self, range: Range<u32>) -> bool {
        let beside = |masked: &Range<u32>| masked.end == range.start || masked.start == range.end;
        let first = self.ranges.partition_point(|masked| masked.end < range.start);
        self.touches(range.clone()) || self.ranges.iter().skip(first).take(2).any(beside)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn touching_is_sharing_a_byte_and_a_node_also_minds_its_neighbours() {
        let mask = Mask::new(vec![0; 40], vec![5..10, 20..25]);
        assert!(mask.touches(9..12) && mask.touches(0..30) && mask.touches(22..23));
        assert!(!mask.touches(10..20) && !mask.touches(0..5) && !mask.touches(25..40));
        assert!(mask.touches_node(10..12) && mask.touches_node(15..20) && mask.touches_node(2..5));
        assert!(!mask.touches_node(11..19) && !mask.touches_node(26..30));
    }
}
