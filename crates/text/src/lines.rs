//! From byte offsets to lines and columns, computed when something is shown.

/// A place as people and editors name it. Both numbers start at 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column in Unicode code points, from 1, as SARIF's `unicodeCodePoints` and most editors count.
    pub column: u32,
}

/// The offsets at which the lines of one text begin.
#[derive(Debug, Clone)]
pub struct LineIndex {
    starts: Vec<u32>,
}

impl LineIndex {
    /// Indexes `bytes`. Lines end at LF; a CR before it belongs to the line that it ends.
    #[must_use]
    pub fn new(bytes: &[u8]) -> Self {
        let mut starts = vec![0];
        for (offset, byte) in bytes.iter().enumerate() {
            if *byte == b'\n' {
                starts.push(u32::try_from(offset + 1).unwrap_or(u32::MAX));
            }
        }
        Self { starts }
    }

    /// The position of `offset` in `bytes`, which must be the bytes that were indexed.
    /// An offset past the end is clamped to it; a byte inside a character counts as its start.
    #[must_use]
    pub fn position(&self, bytes: &[u8], offset: u32) -> Position {
        let offset = offset.min(u32::try_from(bytes.len()).unwrap_or(u32::MAX));
        let line = self.starts.partition_point(|start| *start <= offset).max(1);
        let start = self.starts.get(line - 1).copied().unwrap_or(0);
        let before = bytes.get(start as usize..offset as usize).unwrap_or_default();
        let characters = before.iter().filter(|byte| (**byte & 0b1100_0000) != 0b1000_0000).count();
        Position {
            line: u32::try_from(line).unwrap_or(u32::MAX),
            column: u32::try_from(characters).unwrap_or(u32::MAX).saturating_add(1),
        }
    }

    /// The number of lines; a text that ends in LF has no line after it.
    #[must_use]
    pub fn count(&self) -> usize {
        self.starts.len()
    }

    /// The byte range of `line` (from 1) in `bytes`, its line end left out. Empty past the last line.
    #[must_use]
    pub fn line_range(&self, bytes: &[u8], line: u32) -> std::ops::Range<usize> {
        let index = (line as usize).saturating_sub(1);
        let Some(start) = self.starts.get(index).map(|start| *start as usize) else {
            return bytes.len()..bytes.len();
        };
        let mut end = self.starts.get(index + 1).map_or(bytes.len(), |next| *next as usize);
        while end > start && matches!(bytes.get(end - 1), Some(b'\n' | b'\r')) {
            end -= 1;
        }
        start..end
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_code_points_from_one() {
        let bytes = "a: b\r\nü: é # x\n".as_bytes();
        let index = LineIndex::new(bytes);
        assert_eq!(index.position(bytes, 0), Position { line: 1, column: 1 });
        assert_eq!(index.position(bytes, 6), Position { line: 2, column: 1 });
        let hash = u32::try_from(bytes.iter().position(|b| *b == b'#').unwrap()).unwrap();
        assert_eq!(index.position(bytes, hash), Position { line: 2, column: 6 });
        assert_eq!(index.line_range(bytes, 1), 0..4);
    }

    #[test]
    fn clamps_past_the_end() {
        let index = LineIndex::new(b"ab");
        assert_eq!(index.position(b"ab", 99), Position { line: 1, column: 3 });
        assert_eq!(index.line_range(b"ab", 9), 2..2);
    }
}
