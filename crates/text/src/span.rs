//! The address of a piece of text.

use std::ops::Range;

/// Names one text within one run. Ids follow the sorted order in which texts were registered, never
/// the order in which threads finished.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TextId(pub u32);

/// A byte range in a text. The one address type of the program: a node in a file as written, a value in
/// a decoded scalar and a value in a rendered object all have one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The text that the range is in.
    pub text: TextId,
    /// First byte.
    pub start: u32,
    /// One past the last byte. Never less than `start`.
    pub end: u32,
}

impl Span {
    /// The span `range` of `text`. A reversed range becomes empty at its start.
    #[must_use]
    pub fn new(text: TextId, range: Range<u32>) -> Self {
        Self { text, start: range.start, end: range.end.max(range.start) }
    }

    /// The byte range, for slicing the text's bytes.
    #[must_use]
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Length in bytes.
    #[must_use]
    pub fn len(self) -> u32 {
        self.end - self.start
    }

    /// Whether it covers no byte, which marks a place rather than a range.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Whether `other` lies within it, in the same text.
    #[must_use]
    pub fn contains(self, other: Self) -> bool {
        self.text == other.text && self.start <= other.start && other.end <= self.end
    }
}
