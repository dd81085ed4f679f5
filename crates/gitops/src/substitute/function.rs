//! Slices of values and what is replaced in them: which bytes, never which text.

use std::ops::Range;

use memchr::memmem;

use super::characters;
use super::output::Output;
use super::parse::Operator;

/// The bytes that `:offset:length` leaves. A number that is none leaves all; an offset before the value is its beginning.
pub(super) fn slice(value: &[u8], arguments: &[Output]) -> Range<usize> {
    let whole = 0..value.len();
    let number = |argument: &Output| std::str::from_utf8(&argument.bytes).ok()?.parse::<i64>().ok();
    let size = i64::try_from(value.len()).unwrap_or(i64::MAX);
    let Some(offset) = arguments.first().and_then(number) else { return whole };
    let start = if offset < 0 { size.saturating_add(offset).max(0) } else { offset };
    let end = match arguments.get(1).map(number) {
        None => size,
        Some(None) => return whole,
        // Counted from the end.
        Some(Some(length)) if length < 0 => size.saturating_add(length),
        Some(Some(length)) => start.saturating_add(length).min(size),
    };
    let position = |number: i64| usize::try_from(number.clamp(0, size)).unwrap_or(0);
    if end < start { 0..0 } else { position(start)..position(end) }
}

/// The places of a value that an operator replaces. Only replacing all and the first takes an absent replacement for an
/// empty one.
pub(super) fn occurrences(value: &[u8], operator: Operator, arguments: &[Output]) -> Vec<Range<usize>> {
    let Some(what) = arguments.first().map(|argument| argument.bytes.as_slice()) else { return Vec::new() };
    let is_whole = arguments.len() == 2;
    let place = |start: usize| start..start + what.len();
    match operator {
        Operator::ReplaceAll if what.is_empty() => {
            let mut at = 0;
            let ends = characters::all(value).map(move |(_, length)| {
                at += length;
                at..at
            });
            std::iter::once(0..0).chain(ends).collect()
        }
        Operator::ReplaceAll => memmem::find_iter(value, what).map(place).collect(),
        Operator::ReplaceFirst => memmem::find(value, what).map(place).into_iter().collect(),
        Operator::ReplacePrefix if is_whole && value.starts_with(what) => vec![place(0)],
        Operator::ReplaceSuffix if is_whole && value.ends_with(what) => vec![place(value.len() - what.len())],
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sliced(value: &str, arguments: &[&str]) -> String {
        let arguments: Vec<_> =
            arguments.iter().map(|text| Output { bytes: text.as_bytes().to_vec(), pieces: vec![] }).collect();
        value[slice(value.as_bytes(), &arguments)].to_owned()
    }

    #[test]
    fn slices_count_from_both_ends_and_stop_at_them() {
        for (arguments, expected) in [
            (&["1"][..], "bcdef"),
            (&["-2"], "ef"),
            (&["-9"], "abcdef"),
            (&["9"], ""),
            (&["1", "2"], "bc"),
            (&["1", "-1"], "bcde"),
            (&["4", "-4"], ""),
            (&["4", "9"], "ef"),
            (&["9", "-9"], ""),
            (&["x"], "abcdef"),
            (&["1", "x"], "abcdef"),
            (&["+1", "-9223372036854775808"], ""),
            // Here the original's sum of both overflows, and it panics.
            (&["1", "9223372036854775807"], "bcdef"),
        ] {
            assert_eq!(sliced("abcdef", arguments), expected, "{arguments:?}");
        }
    }
}
