//! Regular expressions, by the rules of Go's `regexp`.
//!
//! What is found is a part of the text and keeps its piece; what is replaced is put together of pieces. Of a broken pattern the
//! error names the whole, where Go names the part that is wrong.

use std::ops::Range;

use regex::bytes::{Captures, Regex};

use super::arguments::{any, bytes, fixed, int};
use super::rope::{Rope, part, parts};
use super::show::list_or_nil;
use crate::Parameter::{Int, String};
use crate::{Call, Element, Fault, Function, Value};

/// The family. Those without `must` panic where a pattern is none, which comes out as the same error.
pub(super) const FUNCTIONS: &[Function] = &[
    fixed("regexMatch", &[String, String], is_match),
    fixed("mustRegexMatch", &[String, String], must_match),
    fixed("regexFind", &[String, String], find),
    fixed("mustRegexFind", &[String, String], find),
    fixed("regexFindAll", &[String, String, Int], find_all),
    fixed("mustRegexFindAll", &[String, String, Int], find_all),
    fixed("regexReplaceAll", &[String, String, String], replace_all),
    fixed("mustRegexReplaceAll", &[String, String, String], replace_all),
    fixed("regexReplaceAllLiteral", &[String, String, String], replace_all_literal),
    fixed("mustRegexReplaceAllLiteral", &[String, String, String], replace_all_literal),
    fixed("regexSplit", &[String, String, Int], split),
    fixed("mustRegexSplit", &[String, String, Int], split),
    fixed("regexQuoteMeta", &[String], quote_meta),
];

/// Who compiles: `regexp.MustCompile` panics in words of its own.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Compile {
    Panics,
    Fails,
}

fn pattern(call: &Call<'_>, values: &[Value]) -> Result<Regex, Fault> {
    let compile = if call.name.starts_with("must") { Compile::Fails } else { Compile::Panics };
    let pattern = bytes(call, values, 0)?.as_text().into_owned();
    call.chooses_by(values);
    regexp::compile(&pattern).map_err(|error| match compile {
        Compile::Fails => Fault::new(error.to_string()),
        Compile::Panics => {
            let quoted = if pattern.contains('`') {
                crate::format::quote(pattern.as_bytes())
            } else {
                format!("`{pattern}`")
            };
            Fault::new(format!("regexp: Compile({quoted}): {error}"))
        }
    })
}

/// A pattern that is none matches nothing here, without a word.
fn is_match(call: &Call<'_>, values: &[Value]) -> Result<Value, Fault> {
    let pattern = regexp::compile(&bytes(call, values, 0)?.as_text());
    let is_match = pattern.is_ok_and(|pattern| {
        values.get(1).and_then(Value::as_bytes).is_some_and(|text| pattern.is_match(text.as_slice()))
    });
    Ok(Value::bool(is_match, call.made(values)))
}

fn must_match(call: &Call<'_>, values: &[Value]) -> Result<Value, Fault> {
    let is_match = pattern(call, values)?.is_match(bytes(call, values, 1)?.as_slice());
    Ok(Value::bool(is_match, call.made(values)))
}

/// Whether a match is one of Go's: it matches nothing between characters only.
fn is_found(text: &[u8], found: &Range<usize>) -> bool {
    let is_within = |byte: &u8| byte & 0b1100_0000 == 0b1000_0000;
    let splits = found.is_empty() && text.get(found.start).is_some_and(is_within);
    !splits || std::str::from_utf8(text).is_err()
}

fn find(call: &Call<'_>, values: &[Value]) -> Result<Value, Fault> {
    let text = bytes(call, values, 1)?.as_slice();
    match pattern(call, values)?.find(text) {
        Some(found) => Ok(part(call, any(call, values, 1)?, text, found.range())),
        None => Ok(Value::string("", call.made(values))),
    }
}

fn find_all(call: &Call<'_>, values: &[Value]) -> Result<Value, Fault> {
    let (text, count) = (bytes(call, values, 1)?.as_slice(), int(call, values, 2)?);
    let most = usize::try_from(count).unwrap_or(usize::MAX);
    let pattern = pattern(call, values)?;
    let whole = any(call, values, 1)?;
    let found = pattern.find_iter(text).map(|found| found.range()).filter(|found| is_found(text, found));
    let found: Vec<Range<usize>> = found.take(most).collect();
    Ok(list_or_nil(Element::String, parts(call, whole, text, &found), call.made(values)))
}

/// A part of a template of replacement.
enum Piece<'t> {
    Text(&'t [u8]),
    Group(&'t str),
}

/// The pieces of a template, as Go's `Expand` reads it: `$name` takes the longest name, `$$` is a `$`.
fn pieces(template: &[u8]) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = template;
    while let Some(dollar) = rest.iter().position(|byte| *byte == b'$') {
        let (before, behind) = rest.split_at(dollar);
        pieces.push(Piece::Text(before));
        let after = behind.get(1..).unwrap_or_default();
        if let Some(escaped) = after.strip_prefix(b"$") {
            pieces.push(Piece::Text(b"$"));
            rest = escaped;
            continue;
        }
        match group(after) {
            Some((name, taken)) => {
                pieces.push(Piece::Group(name));
                rest = after.get(taken..).unwrap_or_default();
            }
            None => {
                // What is malformed stays as it is.
                pieces.push(Piece::Text(b"$"));
                rest = after;
            }
        }
    }
    pieces.push(Piece::Text(rest));
    pieces
}

/// The name behind a `$`, and the bytes that it takes.
fn group(after: &[u8]) -> Option<(&str, usize)> {
    let (inner, is_braced) = match after.strip_prefix(b"{") {
        Some(inner) => (inner, true),
        None => (after, false),
    };
    let text = inner.utf8_chunks().next()?.valid();
    let end =
        text.find(|character: char| !character.is_alphanumeric() && character != '_').unwrap_or(text.len());
    let name = text.get(..end).filter(|name| !name.is_empty())?;
    if !is_braced {
        return Some((name, end));
    }
    inner.get(end).filter(|byte| **byte == b'}')?;
    Some((name, end + 2))
}

fn replace_all(call: &Call<'_>, values: &[Value]) -> Result<Value, Fault> {
    let template = bytes(call, values, 2)?.as_slice();
    let pieces = pieces(template);
    let (whole, template_origin) = (any(call, values, 1)?, any(call, values, 2)?.origin);
    let text = bytes(call, values, 1)?.as_slice();
    replaced(call, values, |rope, found| {
        for piece in &pieces {
            match piece {
                Piece::Text(text) => rope.push(text, template_origin)?,
                Piece::Group(name) => {
                    let group = match name.parse::<usize>() {
                        Ok(number) => found.get(number),
                        Err(_) => found.name(name),
                    };
                    if let Some(group) = group {
                        rope.push_part(text, group.range(), whole.origin)?;
                    }
                }
            }
        }
        Ok(())
    })
}

fn replace_all_literal(call: &Call<'_>, values: &[Value]) -> Result<Value, Fault> {
    let (new, origin) = (bytes(call, values, 2)?.as_slice(), any(call, values, 2)?.origin);
    replaced(call, values, |rope, _| rope.push(new, origin))
}

fn replaced<'c, 'l>(
    call: &'c Call<'l>,
    values: &[Value],
    replace: impl Fn(&mut Rope<'c, 'l>, &Captures<'_>) -> Result<(), Fault>,
) -> Result<Value, Fault> {
    let (whole, text) = (any(call, values, 1)?, bytes(call, values, 1)?.as_slice());
    let mut rope = Rope::new(call);
    let mut start = 0;
    for found in pattern(call, values)?.captures_iter(text) {
        let range = found.get(0).map(|whole| whole.range()).filter(|range| is_found(text, range));
        let Some(range) = range else { continue };
        rope.push_part(text, start..range.start, whole.origin)?;
        replace(&mut rope, &found)?;
        start = range.end;
    }
    rope.push_part(text, start..text.len(), whole.origin)?;
    Ok(rope.finish(values))
}

/// `regexp.Split`: what stands between the matches; a match of nothing before the text splits off nothing.
fn split(call: &Call<'_>, values: &[Value]) -> Result<Value, Fault> {
    let pattern = pattern(call, values)?;
    let (whole, text) = (any(call, values, 1)?, bytes(call, values, 1)?.as_slice());
    let most = match int(call, values, 2)? {
        0 => return Ok(list_or_nil(Element::String, Vec::new(), call.made(values))),
        count => usize::try_from(count).unwrap_or(usize::MAX),
    };
    let mut ranges = Vec::new();
    let (mut start, mut end) = (0, 0);
    for found in pattern.find_iter(text).map(|found| found.range()).filter(|found| is_found(text, found)) {
        if ranges.len() + 1 >= most {
            break;
        }
        end = found.start;
        if found.end != 0 {
            ranges.push(start..end);
        }
        start = found.end;
    }
    let is_nothing_of_nothing = text.is_empty() && bytes(call, values, 0)?.is_empty();
    if end != text.len() || text.is_empty() && !is_nothing_of_nothing {
        ranges.push(start..text.len());
    }
    Ok(Value::strings(parts(call, whole, text, &ranges), call.made(values)))
}

fn quote_meta(call: &Call<'_>, values: &[Value]) -> Result<Value, Fault> {
    let mut rope = Rope::new(call);
    let (whole, text) = (any(call, values, 0)?, bytes(call, values, 0)?.as_slice());
    for (position, byte) in text.iter().enumerate() {
        if br"\.+*?()|[]{}^$".contains(byte) {
            rope.push_own(b"\\")?;
        }
        rope.push_part(text, position..position + 1, whole.origin)?;
    }
    Ok(rope.finish(values))
}
