//! Strings put together and looked at: `quote`, `cat`, `indent`, `replace`, `join`, `repeat`, `contains` and the like.
//!
//! Results keep the pieces of their inputs; what a function adds itself is a piece made by it.

use super::arguments::{any, bytes, fixed, int, rest, variadic};
use super::rope::Rope;
use super::{show, words};
use crate::Parameter::{Any, Int, String};
use crate::limits::OUTPUT_BYTES_MAX;
use crate::{Call, Data, Fault, Function, Value};

/// The family.
pub(super) const FUNCTIONS: &[Function] = &[
    fixed("repeat", &[Int, String], repeat),
    fixed("contains", &[String, String], contains),
    fixed("hasPrefix", &[String, String], has_prefix),
    fixed("hasSuffix", &[String, String], has_suffix),
    variadic("quote", &[], Any, quote),
    variadic("squote", &[], Any, squote),
    variadic("cat", &[], Any, cat),
    fixed("indent", &[Int, String], indent),
    fixed("nindent", &[Int, String], nindent),
    fixed("replace", &[String, String, String], replace),
    fixed("plural", &[String, String, Int], plural),
    fixed("toString", &[Any], to_string),
    fixed("toStrings", &[Any], to_strings),
    fixed("join", &[String, Any], join),
    fixed("wrap", &[Int, String], wrap),
    fixed("wrapWith", &[Int, String, String], wrap_with),
];

fn repeat(call: &Call<'_>, arguments: &[Value]) -> Result<Value, Fault> {
    let (count, text) = (int(call, arguments, 0)?, bytes(call, arguments, 1)?);
    let Ok(count) = usize::try_from(count) else {
        return Err(Fault::new("strings: negative Repeat count"));
    };
    if text.len().saturating_mul(count) > OUTPUT_BYTES_MAX {
        return Err(Fault::limit(format!("repeat gives more than {OUTPUT_BYTES_MAX} bytes")));
    }
    let origin = any(call, arguments, 1)?.origin;
    let mut rope = Rope::new(call);
    for _ in 0..if text.is_empty() { 0 } else { count } {
        rope.push(text.as_slice(), origin)?;
    }
    Ok(rope.finish(arguments))
}

fn contains(call: &Call<'_>, arguments: &[Value]) -> Result<Value, Fault> {
    let (part, text) = (bytes(call, arguments, 0)?, bytes(call, arguments, 1)?);
    Ok(Value::bool(memchr::memmem::find(text.as_slice(), part.as_slice()).is_some(), call.made(arguments)))
}

fn has_prefix(call: &Call<'_>, arguments: &[Value]) -> Result<Value, Fault> {
    let (part, text) = (bytes(call, arguments, 0)?, bytes(call, arguments, 1)?);
    Ok(Value::bool(text.as_slice().starts_with(part.as_slice()), call.made(arguments)))
}

fn has_suffix(call: &Call<'_>, arguments: &[Value]) -> Result<Value, Fault> {
    let (part, text) = (bytes(call, arguments, 0)?, bytes(call, arguments, 1)?);
    Ok(Value::bool(text.as_slice().ends_with(part.as_slice()), call.made(arguments)))
}

fn quote(call: &Call<'_>, arguments: &[Value]) -> Result<Value, Fault> {
    let mut rope = Rope::new(call);
    for (at, value) in arguments.iter().filter(|value| !matches!(value.data, Data::Nil)).enumerate() {
        let text = show::text(value);
        let quoted = crate::format::quote(text.as_slice());
        rope.push_own(if at > 0 { b" \"" } else { b"\"" })?;
        // Where nothing was escaped the inside is the value's own bytes.
        let inside = quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or_default();
        if inside.as_bytes() == text.as_slice() {
            rope.push(text.as_slice(), value.origin)?;
        } else {
            rope.push(inside.as_bytes(), call.made(std::slice::from_ref(value)))?;
        }
        rope.push_own(b"\"")?;
    }
    Ok(rope.finish(arguments))
}

fn squote(call: &Call<'_>, arguments: &[Value]) -> Result<Value, Fault> {
    let mut rope = Rope::new(call);
    for (at, value) in arguments.iter().filter(|value| !matches!(value.data, Data::Nil)).enumerate() {
        rope.push_own(if at > 0 { b" '" } else { b"'" })?;
        rope.push(&crate::format::text_of(value), value.origin)?;
        rope.push_own(b"'")?;
    }
    Ok(rope.finish(arguments))
}

fn cat(call: &Call<'_>, arguments: &[Value]) -> Result<Value, Fault> {
    let mut rope = Rope::new(call);
    for (at, value) in arguments.iter().filter(|value| !matches!(value.data, Data::Nil)).enumerate() {
        if at > 0 {
            rope.push_own(b" ")?;
        }
        rope.push(&crate::format::text_of(value), value.origin)?;
    }
    Ok(rope.finish(arguments))
}

fn indent(call: &Call<'_>, arguments: &[Value]) -> Result<Value, Fault> {
    indented(call, arguments, b"")
}

fn nindent(call: &Call<'_>, arguments: &[Value]) -> Result<Value, Fault> {
    indented(call, arguments, b"\n")
}

fn indented(call: &Call<'_>, arguments: &[Value], before: &[u8]) -> Result<Value, Fault> {
    let (spaces, text) = (int(call, arguments, 0)?, bytes(call, arguments, 1)?);
    let origin = any(call, arguments, 1)?.origin;
    let Ok(spaces) = usize::try_from(spaces) else {
        return Err(Fault::new("strings: negative Repeat count"));
    };
    if spaces > OUTPUT_BYTES_MAX {
        return Err(Fault::limit(format!("{} gives more than {OUTPUT_BYTES_MAX} bytes", call.name)));
    }
    let pad = vec![b' '; spaces];
    let whole = text.as_slice();
    let mut rope = Rope::new(call);
    rope.push_own(before)?;
    let mut start = 0;
    for line in whole.split_inclusive(|byte| *byte == b'\n') {
        rope.push_own(&pad)?;
        rope.push_part(whole, start..start + line.len(), origin)?;
        start += line.len();
    }
    if whole.is_empty() || whole.ends_with(b"\n") {
        rope.push_own(&pad)?;
    }
    Ok(rope.finish(arguments))
}

fn replace(call: &Call<'_>, arguments: &[Value]) -> Result<Value, Fault> {
    let (old, new) = (bytes(call, arguments, 0)?, bytes(call, arguments, 1)?);
    let (new_origin, source) = (any(call, arguments, 1)?.origin, any(call, arguments, 2)?);
    let whole = bytes(call, arguments, 2)?.as_slice();
    let found = words::occurrences(whole, old.as_slice());
    call.chooses_by(arguments);
    if found.is_empty() {
        return Ok(source.clone());
    }
    let mut rope = Rope::new(call);
    let mut start = 0;
    for at in found {
        rope.push_part(whole, start..at, source.origin)?;
        rope.push(new.as_slice(), new_origin)?;
        start = at + old.len();
    }
    rope.push_part(whole, start..whole.len(), source.origin)?;
    Ok(rope.finish(arguments))
}

fn plural(call: &Call<'_>, arguments: &[Value]) -> Result<Value, Fault> {
    let count = int(call, arguments, 2)?;
    any(call, arguments, usize::from(count != 1)).cloned()
}

fn to_string(call: &Call<'_>, arguments: &[Value]) -> Result<Value, Fault> {
    let value = any(call, arguments, 0)?;
    Ok(Value::string(show::text(value), value.origin))
}

/// Sprig's `strslice`: the items that are not nil as strings, or the one value that this is.
pub(super) fn strings_of(value: &Value) -> Vec<Value> {
    match show::items(value) {
        Some(items) => items
            .iter()
            .filter(|item| !matches!(item.data, Data::Nil))
            .map(|item| Value::string(show::text(item), item.origin))
            .collect(),
        None if matches!(value.data, Data::Nil) => Vec::new(),
        None => vec![Value::string(show::text(value), value.origin)],
    }
}

fn to_strings(call: &Call<'_>, arguments: &[Value]) -> Result<Value, Fault> {
    let value = any(call, arguments, 0)?;
    Ok(Value::strings(strings_of(value), value.origin))
}

fn join(call: &Call<'_>, arguments: &[Value]) -> Result<Value, Fault> {
    let separator = bytes(call, arguments, 0)?;
    let separator_origin = any(call, arguments, 0)?.origin;
    let mut rope = Rope::new(call);
    for (at, item) in strings_of(any(call, arguments, 1)?).iter().enumerate() {
        if at > 0 {
            rope.push(separator.as_slice(), separator_origin)?;
        }
        rope.push(show::text(item).as_slice(), item.origin)?;
    }
    Ok(rope.finish(arguments))
}

fn wrap(call: &Call<'_>, arguments: &[Value]) -> Result<Value, Fault> {
    let (length, text) = (int(call, arguments, 0)?, bytes(call, arguments, 1)?);
    let wrapped = words::wrap(text.as_slice(), length, b"\n", words::LongWords::Whole);
    Ok(Value::string(wrapped, call.made(arguments)))
}

fn wrap_with(call: &Call<'_>, arguments: &[Value]) -> Result<Value, Fault> {
    let (length, separator, text) =
        (int(call, arguments, 0)?, bytes(call, arguments, 1)?, bytes(call, arguments, 2)?);
    let separator = if separator.is_empty() { b"\n".as_slice() } else { separator.as_slice() };
    let wrapped = words::wrap(text.as_slice(), length, separator, words::LongWords::Cut);
    Ok(Value::string(wrapped, call.made(rest(arguments, 0))))
}
