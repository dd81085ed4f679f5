//! The patterns of `#`, `##`, `%` and `%%`: `path.Match` of Go without a meaning for `/`, asked of each prefix of a value.
//!
//! Over ASCII a good pattern is matched once for all prefixes. Whatever else there is (characters of several bytes, which
//! prefixes cut, and patterns with a fault, which count only once a prefix reaches it) is asked prefix by prefix, as in the
//! original, and takes steps out of what one text may take.

use std::ops::Range;

use super::characters;
use super::fault::FaultKind;

/// Which of the prefixes that match is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    Shortest,
    Longest,
}

/// How long the prefix of `text` is that a pattern matches; none where it matches none but the empty one, or is faulty.
pub(super) fn prefix(
    pattern: &[u8],
    text: &[u8],
    extent: Extent,
    steps_left: &mut u64,
) -> Result<Option<usize>, FaultKind> {
    let mut steps = Steps { left: steps_left };
    if text.is_ascii()
        && let Some(chunks) = parsed(pattern)
    {
        return Ok(ends(&chunks, text, &mut steps)?.map(|ends| match extent {
            Extent::Shortest => ends.start,
            Extent::Longest => ends.end,
        }));
    }
    let mut found = None;
    for length in (1..=text.len()).rev() {
        match is_match(pattern, text.get(..length).unwrap_or_default(), &mut steps) {
            Ok(true) if extent == Extent::Longest => return Ok(Some(length)),
            Ok(true) => found = Some(length),
            Ok(false) => {}
            Err(Stop::BadPattern) => return Ok(None),
            Err(Stop::WorkTooLong) => return Err(FaultKind::WorkTooLong),
        }
    }
    Ok(found)
}

/// What is left of the work that one text may take.
struct Steps<'s> {
    left: &'s mut u64,
}

impl Steps<'_> {
    fn take(&mut self) -> Result<(), FaultKind> {
        *self.left = self.left.checked_sub(1).ok_or(FaultKind::WorkTooLong)?;
        Ok(())
    }
}

/// What matches one byte of ASCII.
enum Item {
    Byte(u8),
    Any,
    Class { is_negated: bool, ranges: Vec<(char, char)> },
}

/// Items in a row, behind a star or not.
struct Chunk {
    has_star: bool,
    items: Vec<Item>,
}

/// The first and the last of the prefixes that match, by their lengths. Every chunk but the last is best where it matches
/// first, whatever follows.
fn ends(chunks: &[Chunk], text: &[u8], steps: &mut Steps<'_>) -> Result<Option<Range<usize>>, FaultKind> {
    let Some((last, before)) = chunks.split_last() else { return Ok(None) };
    let mut at = 0;
    for chunk in before {
        match first_place(chunk, text, at, steps)? {
            Some(place) => at = place + chunk.items.len(),
            None => return Ok(None),
        }
    }
    if last.items.is_empty() {
        let first = at.max(1);
        return Ok((first <= text.len()).then_some(first..text.len()));
    }
    let Some(first) = first_place(last, text, at, steps)? else { return Ok(None) };
    let mut place = first;
    if last.has_star {
        for later in (first..=text.len() - last.items.len()).rev() {
            if stands_at(last, text, later, steps)? {
                place = later;
                break;
            }
        }
    }
    Ok(Some(first + last.items.len()..place + last.items.len()))
}

fn first_place(
    chunk: &Chunk,
    text: &[u8],
    from: usize,
    steps: &mut Steps<'_>,
) -> Result<Option<usize>, FaultKind> {
    let last = if chunk.has_star { text.len() } else { from };
    for place in from..=last {
        if stands_at(chunk, text, place, steps)? {
            return Ok(Some(place));
        }
    }
    Ok(None)
}

fn stands_at(chunk: &Chunk, text: &[u8], place: usize, steps: &mut Steps<'_>) -> Result<bool, FaultKind> {
    let Some(part) = text.get(place..place + chunk.items.len()) else { return Ok(false) };
    for (item, byte) in chunk.items.iter().zip(part) {
        steps.take()?;
        let is_match = match item {
            Item::Byte(wanted) => wanted == byte,
            Item::Any => true,
            Item::Class { is_negated, ranges } => {
                *steps.left = steps.left.saturating_sub(ranges.len() as u64);
                let character = char::from(*byte);
                ranges.iter().any(|(low, high)| (*low..=*high).contains(&character)) != *is_negated
            }
        };
        if !is_match {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The chunks of a pattern; none if it has a fault.
fn parsed(pattern: &[u8]) -> Option<Vec<Chunk>> {
    let mut chunks = Vec::new();
    let mut rest = pattern;
    while !rest.is_empty() {
        let (has_star, mut chunk, after) = split_chunk(rest);
        rest = after;
        let mut items = Vec::new();
        while let [first, behind @ ..] = chunk {
            let item = match first {
                b'?' => (Item::Any, behind),
                b'[' => {
                    let (class, behind) = Class::parse(behind).ok()?;
                    (Item::Class { is_negated: class.is_negated, ranges: class.ranges }, behind)
                }
                b'\\' => (Item::Byte(*behind.first()?), behind.get(1..)?),
                byte => (Item::Byte(*byte), behind),
            };
            items.push(item.0);
            chunk = item.1;
        }
        chunks.push(Chunk { has_star, items });
    }
    Some(chunks)
}

/// The next chunk: whether stars stand before it, the chunk, and what follows.
fn split_chunk(pattern: &[u8]) -> (bool, &[u8], &[u8]) {
    let stars = pattern.iter().take_while(|byte| **byte == b'*').count();
    let pattern = pattern.get(stars..).unwrap_or_default();
    let mut is_in_class = false;
    let mut at = 0;
    while let Some(byte) = pattern.get(at) {
        match byte {
            b'\\' if at + 1 < pattern.len() => at += 1,
            b'[' => is_in_class = true,
            b']' => is_in_class = false,
            b'*' if !is_in_class => break,
            _ => {}
        }
        at += 1;
    }
    let (chunk, rest) = pattern.split_at(at);
    (stars > 0, chunk, rest)
}

/// `[…]`.
struct Class {
    is_negated: bool,
    ranges: Vec<(char, char)>,
}

impl Class {
    /// A class from behind its bracket, and what follows it.
    fn parse(pattern: &[u8]) -> Result<(Self, &[u8]), Stop> {
        let (is_negated, mut rest) = match pattern {
            [b'^', rest @ ..] => (true, rest),
            _ => (false, pattern),
        };
        let mut ranges = Vec::new();
        loop {
            if let [b']', after @ ..] = rest
                && !ranges.is_empty()
            {
                return Ok((Self { is_negated, ranges }, after));
            }
            let (low, behind) = class_character(rest)?;
            let (high, behind) = match behind {
                [b'-', behind @ ..] => class_character(behind)?,
                _ => (low, behind),
            };
            ranges.push((low, high));
            rest = behind;
        }
    }

    fn has(&self, character: char) -> bool {
        self.ranges.iter().any(|(low, high)| (*low..=*high).contains(&character)) != self.is_negated
    }
}

/// A character of a class, escaped or not. Something has to follow it.
fn class_character(pattern: &[u8]) -> Result<(char, &[u8]), Stop> {
    let pattern = match pattern {
        [] | [b'-' | b']', ..] => return Err(Stop::BadPattern),
        [b'\\', rest @ ..] => rest,
        pattern => pattern,
    };
    let (character, length) = characters::first(pattern).ok_or(Stop::BadPattern)?;
    let rest = pattern.get(length..).filter(|rest| !rest.is_empty()).ok_or(Stop::BadPattern)?;
    if character == char::REPLACEMENT_CHARACTER && length == 1 {
        return Err(Stop::BadPattern);
    }
    Ok((character, rest))
}

/// Why matching ends without an answer.
enum Stop {
    BadPattern,
    WorkTooLong,
}

/// Whether a pattern matches all of a text.
fn is_match(pattern: &[u8], text: &[u8], steps: &mut Steps<'_>) -> Result<bool, Stop> {
    let (mut pattern, mut text) = (pattern, text);
    'chunks: while !pattern.is_empty() {
        let (has_star, chunk, rest) = split_chunk(pattern);
        pattern = rest;
        if has_star && chunk.is_empty() {
            return Ok(true);
        }
        let fits = |left: &[u8]| left.is_empty() || !rest.is_empty();
        if let Some(left) = match_chunk(chunk, text, steps)?.filter(|left| fits(left)) {
            text = left;
            continue;
        }
        if !has_star {
            return Ok(false);
        }
        for skipped in 1..=text.len() {
            let candidate = text.get(skipped..).unwrap_or_default();
            if let Some(left) = match_chunk(chunk, candidate, steps)?.filter(|left| fits(left)) {
                text = left;
                continue 'chunks;
            }
        }
        return Ok(false);
    }
    Ok(text.is_empty())
}

/// What is left of a text that a chunk matches the beginning of.
fn match_chunk<'t>(chunk: &[u8], text: &'t [u8], steps: &mut Steps<'_>) -> Result<Option<&'t [u8]>, Stop> {
    let (mut chunk, mut text) = (chunk, text);
    while let [first, rest @ ..] = chunk {
        steps.take().map_err(|_| Stop::WorkTooLong)?;
        let Some((character, length)) = characters::first(text) else { return Ok(None) };
        let wanted = match first {
            b'[' => {
                let (class, behind) = Class::parse(rest)?;
                *steps.left = steps.left.saturating_sub(class.ranges.len() as u64);
                if !class.has(character) {
                    return Ok(None);
                }
                (chunk, text) = (behind, text.get(length..).unwrap_or_default());
                continue;
            }
            b'?' => {
                (chunk, text) = (rest, text.get(length..).unwrap_or_default());
                continue;
            }
            b'\\' => rest.first().ok_or(Stop::BadPattern)?,
            byte => byte,
        };
        if text.first() != Some(wanted) {
            return Ok(None);
        }
        chunk = if *first == b'\\' { rest.get(1..).unwrap_or_default() } else { rest };
        text = text.get(1..).unwrap_or_default();
    }
    Ok(Some(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lengths(pattern: &str, text: &str) -> (Option<usize>, Option<usize>) {
        let find = |extent| prefix(pattern.as_bytes(), text.as_bytes(), extent, &mut 10_000).unwrap();
        (find(Extent::Shortest), find(Extent::Longest))
    }

    /// The same by asking each prefix.
    fn asked(pattern: &str, text: &str) -> (Option<usize>, Option<usize>) {
        let (mut left, text) = (100_000, text.as_bytes());
        let mut steps = Steps { left: &mut left };
        let mut matching = Vec::new();
        for length in 1..=text.len() {
            match is_match(pattern.as_bytes(), &text[..length], &mut steps) {
                Ok(true) => matching.push(length),
                Ok(false) => {}
                Err(_) => return (None, None),
            }
        }
        (matching.first().copied(), matching.last().copied())
    }

    #[test]
    fn all_prefixes_at_once_are_each_prefix_by_itself() {
        let patterns = [
            "",
            "*",
            "**",
            "a",
            "*a",
            "a*",
            "a*b",
            "*/",
            "*/*",
            "?",
            "??",
            "*?",
            "[a-c]",
            "[^a-c]*",
            "*[/.]",
            "a\\*",
            "\\",
            "[",
            "[]a]",
            "[a",
            "[a-]",
            "*b*a",
            "a*a*a",
            "[a-c][a-c]",
            "ab",
            "*ab",
            "b*[a]",
        ];
        let texts =
            ["", "a", "ab", "aab", "a/b/c", "abcabc", "a*b", "a.b.c", "bbb", "aaaa", "ba", "[a", "\\"];
        for pattern in patterns {
            for text in texts {
                assert_eq!(lengths(pattern, text), asked(pattern, text), "{pattern:?} of {text:?}");
            }
        }
    }

    #[test]
    fn work_without_end_is_refused() {
        let text = "é".repeat(2_000);
        let asked = prefix(b"*?*?*x", text.as_bytes(), Extent::Longest, &mut 100_000);
        assert_eq!(asked, Err(FaultKind::WorkTooLong));
    }
}
