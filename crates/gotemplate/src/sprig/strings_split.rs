//! Strings taken apart: `split`, `splitn`, `splitList`.
//!
//! Each part keeps the piece of the text that it was.

use std::collections::BTreeMap;
use std::ops::Range;

use super::arguments::{any, bytes, fixed, int};
use super::rope;
use super::words::{character_starts, occurrences};
use crate::Parameter::{Int, String};
use crate::{Bytes, Call, Entry, Fault, Function, Map, MapType, Value};

/// The family.
pub(super) const FUNCTIONS: &[Function] = &[
    fixed("split", &[String, String], split),
    fixed("splitn", &[String, Int, String], split_n),
    fixed("splitList", &[String, String], split_list),
];

/// The ranges of Go's `strings.SplitN`; fewer than 0 wanted means all.
fn ranges(text: &[u8], separator: &[u8], wanted: i64) -> Vec<Range<usize>> {
    let wanted = match usize::try_from(wanted) {
        Ok(0) => return Vec::new(),
        Ok(wanted) => wanted,
        Err(_) => usize::MAX,
    };
    let cuts: Vec<(usize, usize)> = if separator.is_empty() {
        character_starts(text).skip(1).map(|start| (start, start)).collect()
    } else {
        occurrences(text, separator).into_iter().map(|start| (start, start + separator.len())).collect()
    };
    if separator.is_empty() && text.is_empty() {
        return Vec::new();
    }
    let mut start = 0;
    let mut found = Vec::new();
    for (end, next) in cuts.into_iter().take(wanted - 1) {
        found.push(start..end);
        start = next;
    }
    found.push(start..text.len());
    found
}

fn parts(call: &Call<'_>, arguments: &[Value], wanted: i64) -> Result<Vec<Value>, Fault> {
    let last = arguments.len().saturating_sub(1);
    let (separator, text) = (bytes(call, arguments, 0)?.as_slice(), bytes(call, arguments, last)?.as_slice());
    let whole = any(call, arguments, last)?;
    call.chooses_by(arguments);
    Ok(rope::parts(call, whole, text, &ranges(text, separator, wanted)))
}

fn split_list(call: &Call<'_>, arguments: &[Value]) -> Result<Value, Fault> {
    Ok(Value::strings(parts(call, arguments, -1)?, any(call, arguments, 1)?.origin))
}

fn split(call: &Call<'_>, arguments: &[Value]) -> Result<Value, Fault> {
    numbered(call, arguments, -1)
}

fn split_n(call: &Call<'_>, arguments: &[Value]) -> Result<Value, Fault> {
    numbered(call, arguments, int(call, arguments, 1)?)
}

fn numbered(call: &Call<'_>, arguments: &[Value], wanted: i64) -> Result<Value, Fault> {
    let entries: BTreeMap<Bytes, Entry> = parts(call, arguments, wanted)?
        .into_iter()
        .enumerate()
        .map(|(at, value)| (Bytes::from(format!("_{at}")), Entry { key: value.origin, value }))
        .collect();
    let origin = call.made(arguments);
    Ok(Value::new(crate::Data::Map(Map::of(MapType::Strings, entries)), origin))
}
