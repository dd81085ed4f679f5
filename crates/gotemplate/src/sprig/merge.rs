//! `merge` and `mergeOverwrite`, by mergo's rules: into the first map, which changes in place.
//!
//! A winner is patched over what it took the place of.

use super::arguments::{any, map, rest, variadic};
use super::show::is_empty;
use crate::Parameter;
use crate::{Call, Data, Fault, Function, Map, Marks, Value};

const MAP: Parameter = Parameter::Map;

/// The family.
pub(super) const FUNCTIONS: &[Function] = &[
    variadic("merge", &[MAP], MAP, |call, values| merged(call, values, Winner::First)),
    variadic("mustMerge", &[MAP], MAP, |call, values| merged(call, values, Winner::First)),
    variadic("mergeOverwrite", &[MAP], MAP, |call, values| merged(call, values, Winner::Last)),
    variadic("mustMergeOverwrite", &[MAP], MAP, |call, values| merged(call, values, Winner::Last)),
];

/// Whose value stays where both have one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Winner {
    First,
    Last,
}

/// Maps within one another that are merged; a map that was put into itself has no end.
const DEPTH_MAX: usize = 500;

fn merged(call: &Call<'_>, values: &[Value], winner: Winner) -> Result<Value, Fault> {
    let into = map(call, values, 0)?;
    for from in rest(values, 1).iter().filter_map(Value::as_map) {
        merge(call, (into, from), winner, DEPTH_MAX)?;
    }
    let merged = any(call, values, 0)?;
    // What is not in it may not be there because another map did not have it.
    let marks = values.iter().fold(Marks::NONE, |marks, value| marks | call.ledger.marks(value.origin, None));
    if marks.is_empty() {
        return Ok(merged.clone());
    }
    Ok(merged.clone().with_origin(call.made(values)))
}

fn merge(
    call: &Call<'_>,
    (into, from): (&Map, &Map),
    winner: Winner,
    depth_left: usize,
) -> Result<(), Fault> {
    if into.is_same(from) {
        return Ok(());
    }
    let Some(depth_left) = depth_left.checked_sub(1) else {
        return Err(Fault::limit(format!("more than {DEPTH_MAX} maps within one another")));
    };
    let entries: Vec<_> = from.entries().iter().map(|(key, entry)| (key.clone(), entry.clone())).collect();
    for (key, entry) in entries {
        let there = into.get(key.as_slice());
        let both = there.as_ref().and_then(Value::as_map).zip(entry.value.as_map());
        if let Some((inner, other)) = both {
            merge(call, (inner, other), winner, depth_left)?;
            // What is empty even so is replaced as a whole: nulls that were not laid over nothing are there then.
            if inner.is_empty() && !other.is_empty() {
                into.insert(key, entry.key, entry.value);
            }
            continue;
        }
        let replaces = match (&there, winner) {
            // A null is not laid over nothing.
            (None, Winner::First) => !matches!(entry.value.data, Data::Nil),
            (None, Winner::Last) => true,
            (Some(there), Winner::First) => is_empty(there) && !matches!(entry.value.data, Data::Nil),
            (Some(_), Winner::Last) => true,
        };
        if replaces {
            let origin = match &there {
                Some(there) => call.ledger.patched(entry.value.origin, Some(there.origin)),
                None => entry.value.origin,
            };
            into.insert(key, entry.key, entry.value.with_origin(origin));
        }
    }
    Ok(())
}
