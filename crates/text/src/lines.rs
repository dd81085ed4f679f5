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
    /// How many characters begin before each multiple of [`STRIDE_BYTES`].
    characters: Vec<u32>,
}

/// Bytes between two counts of characters. A line may be megabytes long (minified JSON), and to count it from its
/// start for each of its thousands of positions would take quadratic time.
const STRIDE_BYTES: usize = 1 << 12;

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
        let mut characters = vec![0];
        let mut sum = 0_u32;
        for stride in bytes.chunks(STRIDE_BYTES) {
            sum = sum.saturating_add(characters_in(stride));
            characters.push(sum);
        }
        Self { starts, characters }
    }

    /// How many characters begin before `offset`.
    fn characters_before(&self, bytes: &[u8], offset: u32) -> u32 {
        let stride = offset as usize / STRIDE_BYTES;
        let rest = bytes.get(stride * STRIDE_BYTES..offset as usize).unwrap_or_default();
        self.characters.get(stride).copied().unwrap_or(0).saturating_add(characters_in(rest))
    }

    /// The position of `offset` in `bytes`, which must be the bytes that were indexed.
    /// An offset past the end is clamped to it; a byte inside a character counts as its start.
    #[must_use]
    pub fn position(&self, bytes: &[u8], offset: u32) -> Position {
        let offset = offset.min(u32::try_from(bytes.len()).unwrap_or(u32::MAX));
        let line = self.starts.partition_point(|start| *start <= offset).max(1);
        let start = self.starts.get(line - 1).copied().unwrap_or(0);
        let before = self.characters_before(bytes, start);
        let characters = self.characters_before(bytes, offset).saturating_sub(before);
        Position { line: u32::try_from(line).unwrap_or(u32::MAX), column: characters.saturating_add(1) }
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

/// How many characters begin in `bytes`: those bytes that continue none.
fn characters_in(bytes: &[u8]) -> u32 {
    let begins = |byte: &&u8| (**byte & 0b1100_0000) != 0b1000_0000;
    u32::try_from(bytes.iter().filter(begins).count()).unwrap_or(u32::MAX)
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

    #[test]
    fn columns_of_a_long_line_count_every_character_once() {
        let text = format!("first\n{}", "aü日".repeat(STRIDE_BYTES));
        let index = LineIndex::new(text.as_bytes());
        for (count, (offset, _)) in text.char_indices().enumerate().skip(6).step_by(97) {
            let expected = Position { line: 2, column: u32::try_from(count - 6 + 1).unwrap() };
            assert_eq!(index.position(text.as_bytes(), u32::try_from(offset).unwrap()), expected);
        }
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig { failure_persistence: None, ..Default::default() })]

        #[test]
        fn positions_are_those_of_a_count_from_the_start(text in "[aü日\r\n ]{0,40}") {
            let index = LineIndex::new(text.as_bytes());
            let (mut line, mut column) = (1, 1);
            for (offset, character) in text.char_indices() {
                let position = index.position(text.as_bytes(), u32::try_from(offset).unwrap());
                proptest::prop_assert_eq!(position, Position { line, column });
                let range = index.line_range(text.as_bytes(), line);
                let is_line_end = matches!(character, '\r' | '\n');
                proptest::prop_assert!(range.contains(&offset) || is_line_end, "{} in {:?}", offset, range);
                (line, column) = if character == '\n' { (line + 1, 1) } else { (line, column + 1) };
            }
        }
    }
}
