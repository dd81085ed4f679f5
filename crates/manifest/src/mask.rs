//! Masks: which bytes of a template were hidden so that the rest could be parsed.

use std::ops::Range;

use text::{ApplySplices, Splice};

use crate::offset::offset;

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

    /// The mask of a part of the text, in offsets of that part.
    #[must_use]
    pub fn part(&self, part: Range<usize>) -> Self {
        let (start, end) = (offset(part.start), offset(part.end));
        let within = self.ranges.iter().filter(|range| range.start < end && start < range.end);
        let ranges = within.map(|range| range.start.max(start) - start..range.end.min(end) - start).collect();
        Self { bytes: self.bytes.get(part).unwrap_or_default().to_vec(), ranges }
    }

    /// The mask of the text after `splices`, none of which touches a masked byte.
    ///
    /// # Errors
    /// If the splices do not fit the text.
    pub fn spliced(&self, splices: &[Splice]) -> Result<Self, ApplySplices> {
        let bytes = text::apply(&self.bytes, splices)?;
        let mut ranges = Vec::with_capacity(self.ranges.len());
        let mut splices = splices.iter().peekable();
        let (mut removed, mut added) = (0, 0);
        for range in &self.ranges {
            while let Some(splice) = splices.next_if(|splice| splice.range.end <= range.start as usize) {
                removed += splice.range.len();
                added += splice.replacement.len();
            }
            let moved = |at: u32| offset((at as usize + added).saturating_sub(removed));
            ranges.push(moved(range.start)..moved(range.end));
        }
        Ok(Self { bytes, ranges })
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

/// How far beside a node an action still belongs to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// On its line.
    Line,
    /// On the lines around, up to the next one that holds something.
    Lines,
}

impl Mask {
    /// Whether what follows `at`, past white space and comments, is masked.
    pub(crate) fn follows(&self, at: u32, reach: Reach) -> bool {
        let mut at = at as usize;
        loop {
            match self.bytes.get(at) {
                _ if self.touches(offset(at)..offset(at + 1)) => return true,
                Some(b' ' | b'\t') => at += 1,
                Some(b'\r' | b'\n') if reach == Reach::Lines => at += 1,
                Some(b'#') if reach == Reach::Lines => {
                    let rest = self.bytes.get(at..).unwrap_or_default();
                    at += memchr::memchr(b'\n', rest).unwrap_or(rest.len());
                }
                _ => return false,
            }
        }
    }

    /// Whether what stands before `at`, past white space and comment lines, is masked.
    pub(crate) fn precedes(&self, at: u32, reach: Reach) -> bool {
        let mut end = at as usize;
        loop {
            let before = self.bytes.get(..end).unwrap_or_default();
            let line_start = memchr::memrchr(b'\n', before).map_or(0, |newline| newline + 1);
            let line = before.get(line_start..).unwrap_or_default();
            let text_end = line_start + line.trim_ascii_end().len();
            if text_end > line_start && self.touches(offset(text_end - 1)..offset(text_end)) {
                return true;
            }
            let is_passed = line.trim_ascii().is_empty() || line.trim_ascii_start().starts_with(b"#");
            match line_start.checked_sub(1) {
                Some(newline) if is_passed && reach == Reach::Lines => end = newline,
                _ => return false,
            }
        }
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
