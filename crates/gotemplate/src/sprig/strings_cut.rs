//! Strings cut short: `trim` and its kin, `trunc`, `substr`, `abbrev`, `nospace`, `initials`.
//!
//! What was cut keeps the piece of its input; where a bound lies outside, the error is that of a Go slice.

use std::ops::Range;

use super::arguments::{any, bytes, fixed, int};
use super::rope::{Rope, part};
use super::words::is_space;
use crate::Parameter::{Int, String};
use crate::{Call, Fault, Function, Value};

/// The family.
pub(super) const FUNCTIONS: &[Function] = &[
    fixed("trim", &[String], trim),
    fixed("trimAll", &[String, String], trim_all),
    fixed("trimall", &[String, String], trim_all),
    fixed("trimSuffix", &[String, String], trim_suffix),
    fixed("trimPrefix", &[String, String], trim_prefix),
    fixed("trunc", &[Int, String], trunc),
    fixed("substr", &[Int, Int, String], substr),
    fixed("abbrev", &[Int, String], abbrev),
    fixed("abbrevboth", &[Int, Int, String], abbrev_both),
    fixed("nospace", &[String], nospace),
    fixed("initials", &[String], initials),
];

/// The range of `text` that is left when characters of a kind are taken from both ends.
fn trimmed(text: &[u8], goes: impl Fn(char) -> bool) -> Range<usize> {
    let characters: Vec<(usize, usize, char)> = {
        let mut at = 0;
        let mut found = Vec::new();
        for chunk in text.utf8_chunks() {
            for character in chunk.valid().chars() {
                found.push((at, at + character.len_utf8(), character));
                at += character.len_utf8();
            }
            for _ in chunk.invalid() {
                found.push((at, at + 1, char::REPLACEMENT_CHARACTER));
                at += 1;
            }
        }
        found
    };
    let Some(first) = characters.iter().find(|(.., character)| !goes(*character)) else { return 0..0 };
    let end = characters.iter().rfind(|(.., character)| !goes(*character)).map_or(first.1, |last| last.1);
    first.0..end
}

fn trim(call: &Call<'_>, arguments: &[Value]) -> Result<Value, Fault> {
    let text = bytes(call, arguments, 0)?.as_slice();
    call.chooses_by(arguments);
    Ok(part(call, any(call, arguments, 0)?, text, trimmed(text, is_space)))
}

fn trim_all(call: &Call<'_>, arguments: &[Value]) -> Result<Value, Fault> {
    let (set, text) = (bytes(call, arguments, 0)?.as_text(), bytes(call, arguments, 1)?.as_slice());
    call.chooses_by(arguments);
    Ok(part(call, any(call, arguments, 1)?, text, trimmed(text, |character| set.contains(character))))
}

fn trim_suffix(call: &Call<'_>, arguments: &[Value]) -> Result<Value, Fault> {
    let (suffix, text) = (bytes(call, arguments, 0)?.as_slice(), bytes(call, arguments, 1)?.as_slice());
    call.chooses_by(arguments);
    let end = if text.ends_with(suffix) { text.len() - suffix.len() } else { text.len() };
    Ok(part(call, any(call, arguments, 1)?, text, 0..end))
}

fn trim_prefix(call: &Call<'_>, arguments: &[Value]) -> Result<Value, Fault> {
    let (prefix, text) = (bytes(call, arguments, 0)?.as_slice(), bytes(call, arguments, 1)?.as_slice());
    call.chooses_by(arguments);
    let start = if text.starts_with(prefix) { prefix.len() } else { 0 };
    Ok(part(call, any(call, arguments, 1)?, text, start..text.len()))
}

fn length_of(text: &[u8]) -> i64 {
    i64::try_from(text.len()).unwrap_or(i64::MAX)
}

fn at(position: i64) -> usize {
    usize::try_from(position).unwrap_or(0)
}

fn trunc(call: &Call<'_>, arguments: &[Value]) -> Result<Value, Fault> {
    let (count, text) = (int(call, arguments, 0)?, bytes(call, arguments, 1)?.as_slice());
    let length = length_of(text);
    let range = match count {
        ..0 if length.saturating_add(count) > 0 => at(length + count)..text.len(),
        0.. if length > count => 0..at(count),
        _ => 0..text.len(),
    };
    Ok(part(call, any(call, arguments, 1)?, text, range))
}

fn substr(call: &Call<'_>, arguments: &[Value]) -> Result<Value, Fault> {
    let (start, end) = (int(call, arguments, 0)?, int(call, arguments, 1)?);
    let text = bytes(call, arguments, 2)?.as_slice();
    let length = length_of(text);
    let range = if start < 0 {
        match end {
            ..0 => return Err(out_of_bounds(&format!("[:{end}]"))),
            _ if end > length => return Err(out_of_bounds(&format!("[:{end}] with length {length}"))),
            _ => 0..at(end),
        }
    } else if end < 0 || end > length {
        if start > length {
            return Err(out_of_bounds(&format!("[{start}:{length}]")));
        }
        at(start)..text.len()
    } else {
        if start > end {
            return Err(out_of_bounds(&format!("[{start}:{end}]")));
        }
        at(start)..at(end)
    };
    Ok(part(call, any(call, arguments, 2)?, text, range))
}

/// What Go panics with at a slice of these bounds.
pub(super) fn out_of_bounds(bounds: &str) -> Fault {
    Fault::new(format!("runtime error: slice bounds out of range {bounds}"))
}

fn abbrev(call: &Call<'_>, arguments: &[Value]) -> Result<Value, Fault> {
    let width = int(call, arguments, 0)?;
    let (value, text) = (any(call, arguments, 1)?, bytes(call, arguments, 1)?.as_slice());
    if width < 4 {
        return Ok(value.clone());
    }
    abbreviated(call, value, text, (0, width))
}

fn abbrev_both(call: &Call<'_>, arguments: &[Value]) -> Result<Value, Fault> {
    let (left, right) = (int(call, arguments, 0)?, int(call, arguments, 1)?);
    let (value, text) = (any(call, arguments, 2)?, bytes(call, arguments, 2)?.as_slice());
    if right < 4 || left > 0 && right < 7 {
        return Ok(value.clone());
    }
    abbreviated(call, value, text, (left, right))
}

/// At most `width` bytes of `text` with `...` for what was left out, so that `offset` is among what is left.
fn abbreviated(
    call: &Call<'_>,
    value: &Value,
    text: &[u8],
    (offset, width): (i64, i64),
) -> Result<Value, Fault> {
    let length = length_of(text);
    if text.is_empty() || length <= width {
        return Ok(value.clone());
    }
    let inside = width - 3;
    let mut offset = offset.min(length);
    if length - offset < inside {
        offset = length - inside;
    }
    let mut rope = Rope::new(call);
    if offset <= 4 {
        rope.push_part(text, 0..at(inside), value.origin)?;
        rope.push_own(b"...")?;
    } else if offset + inside < length {
        rope.push_own(b"...")?;
        let rest = text.get(at(offset)..).unwrap_or_default();
        if inside < 4 {
            // The original drops the error of a width too small and with it the text.
        } else if length_of(rest) <= inside {
            rope.push_part(text, at(offset)..text.len(), value.origin)?;
        } else {
            rope.push_part(text, at(offset)..at(offset + inside - 3), value.origin)?;
            rope.push_own(b"...")?;
        }
    } else {
        rope.push_own(b"...")?;
        rope.push_part(text, at(length - inside)..text.len(), value.origin)?;
    }
    Ok(rope.finish(std::slice::from_ref(value)))
}

/// The original looks at bytes, so what is not ASCII is garbled as soon as one space goes.
fn nospace(call: &Call<'_>, arguments: &[Value]) -> Result<Value, Fault> {
    let text = bytes(call, arguments, 0)?.as_slice();
    if !text.iter().any(|byte| is_space(char::from(*byte))) {
        return any(call, arguments, 0).cloned();
    }
    let left: std::string::String =
        text.iter().map(|byte| char::from(*byte)).filter(|character| !is_space(*character)).collect();
    Ok(Value::string(left, call.made(arguments)))
}

fn initials(call: &Call<'_>, arguments: &[Value]) -> Result<Value, Fault> {
    let text = bytes(call, arguments, 0)?.as_slice();
    let mut begins = true;
    let mut left = std::string::String::new();
    for character in text.iter().map(|byte| char::from(*byte)) {
        if is_space(character) {
            begins = true;
        } else if std::mem::take(&mut begins) {
            left.push(character);
        }
    }
    Ok(Value::string(left, call.made(arguments)))
}
