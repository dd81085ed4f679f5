//! Base64 with the place that each byte of the text came from.

use std::ops::Range;

/// A text, and for each of its bytes the bytes of the original that say it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Traced {
    /// The text.
    pub(super) text: String,
    origins: Vec<Range<usize>>,
}

/// Why a text was not decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NotDecoded {
    /// It is no base64, or none of a text: then it stands for itself.
    NoText,
    /// It is the base64 of a compressed text.
    Compressed,
}

/// What gzip's output begins with.
const GZIP: &[u8] = b"\x1f\x8b";

impl Traced {
    /// A text that is its own original.
    pub(super) fn original(text: &str) -> Self {
        Self { text: text.to_owned(), origins: (0..text.len()).map(|at| at..at + 1).collect() }
    }

    /// The bytes of the original that say `range` of the text.
    pub(super) fn origin(&self, range: Range<usize>) -> Range<usize> {
        let origins = self.origins.get(range).unwrap_or_default();
        match (origins.first(), origins.last()) {
            (Some(first), Some(last)) => first.start..last.end,
            _ => 0..0,
        }
    }

    /// Whether the byte at `at` was decoded, and does not stand in the original as it is.
    pub(super) fn is_decoded(&self, at: usize) -> bool {
        self.origins.get(at).is_some_and(|origin| origin.len() > 1)
    }

    /// Puts `other` behind it.
    pub(super) fn append(&mut self, other: Self) {
        self.text.push_str(&other.text);
        self.origins.extend(other.origins);
    }

    /// A part of the text.
    pub(super) fn part(&self, range: Range<usize>) -> Self {
        Self {
            text: self.text.get(range.clone()).unwrap_or_default().to_owned(),
            origins: self.origins.get(range).unwrap_or_default().to_vec(),
        }
    }

    /// The text that this one is the base64 of. Line ends and blanks between its letters mean nothing.
    pub(super) fn decoded(&self) -> Result<Self, NotDecoded> {
        let letters: Vec<(u8, usize)> = self
            .text
            .bytes()
            .enumerate()
            .filter(|(_, byte)| !byte.is_ascii_whitespace())
            .map(|(at, byte)| (byte, at))
            .collect();
        let padding = letters.iter().rev().take_while(|(byte, _)| *byte == b'=').count();
        let (groups, rest) = letters.as_chunks::<4>();
        if groups.is_empty() || !rest.is_empty() || padding > 2 {
            return Err(NotDecoded::NoText);
        }
        let mut bytes = Vec::with_capacity(groups.len() * 3);
        let mut origins = Vec::with_capacity(groups.len() * 3);
        for (index, group) in groups.iter().enumerate() {
            let missing = if index + 1 == groups.len() { padding } else { 0 };
            let [first, .., last] = group;
            let origin = self.origin(first.1..last.1 + 1);
            for byte in group_bytes(group, missing).ok_or(NotDecoded::NoText)?.iter().take(3 - missing) {
                bytes.push(*byte);
                origins.push(origin.clone());
            }
        }
        if bytes.starts_with(GZIP) {
            return Err(NotDecoded::Compressed);
        }
        let text = String::from_utf8(bytes).map_err(|_| NotDecoded::NoText)?;
        let is_text = text.chars().all(|character| !character.is_control() || "\n\r\t".contains(character));
        if is_text { Ok(Self { text, origins }) } else { Err(NotDecoded::NoText) }
    }
}

fn group_bytes(group: &[(u8, usize); 4], missing: usize) -> Option<[u8; 3]> {
    let mut bits = 0_u32;
    for (index, (letter, _)) in group.iter().enumerate() {
        let value = if index >= 4 - missing { 0 } else { value_of(*letter)? };
        bits = bits << 6 | u32::from(value);
    }
    let [_, first, second, third] = bits.to_be_bytes();
    Some([first, second, third])
}

fn value_of(letter: u8) -> Option<u8> {
    Some(match letter {
        b'A'..=b'Z' => letter - b'A',
        b'a'..=b'z' => letter - b'a' + 26,
        b'0'..=b'9' => letter - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(text: &str) -> Result<String, NotDecoded> {
        Traced::original(text).decoded().map(|traced| traced.text)
    }

    #[test]
    fn texts_are_decoded_and_what_is_none_is_left() {
        for (encoded, text) in [
            ("aGVsbG8gd29ybGQ=", "hello world"),
            ("aGVsbG8gd29ybGQh", "hello world!"),
            ("w6kK", "é\n"),
            ("YQ==", "a"),
            ("aGVs\n  bG8gd2\r\n9ybGQ=\n", "hello world"),
        ] {
            assert_eq!(decoded(encoded), Ok(text.to_owned()), "{encoded}");
        }
        for encoded in
            ["", "#!/bin/sh", "aGVsbG8", "aGVsbG8gd29ybGQ==", "====", "aG=sbG8=", "/////w==", "AAAA"]
        {
            assert_eq!(decoded(encoded), Err(NotDecoded::NoText), "{encoded}");
        }
        assert_eq!(decoded("H4sIAAAAAAAA"), Err(NotDecoded::Compressed));
    }

    #[test]
    fn each_byte_knows_the_letters_that_say_it() {
        let encoded = "aGVs\nbG8gd29ybGQ=";
        let traced = Traced::original(encoded).decoded().unwrap();
        assert_eq!(&encoded[traced.origin(0..3)], "aGVs");
        assert_eq!(&encoded[traced.origin(3..4)], "bG8g");
        assert_eq!(&encoded[traced.origin(2..4)], "aGVs\nbG8g");
        let twice = Traced::original("YUdWc2JHOGdkMjl5YkdRPQ==").decoded().unwrap().decoded().unwrap();
        assert_eq!((twice.text.as_str(), twice.origin(0..3)), ("hello world", 0..8));
    }
}
