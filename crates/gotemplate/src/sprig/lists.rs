//! Lists: made, taken apart, searched. Items keep their origins; a list never changes, a new one is made.

use std::rc::Rc;

use super::arguments::{any, fixed, int, nil_pointer, rest, variadic};
use super::casts::to_int64;
use super::show::{is_deep_equal, is_empty, items, list_of, list_or_nil, text};
use super::strings::strings_of;
use super::strings_cut::out_of_bounds;
use crate::Parameter::{Any, Int};
use crate::format::kind_name;
use crate::{Call, Data, Element, Fault, Function, List, Value};

/// The family.
pub(super) const FUNCTIONS: &[Function] = &[
    variadic("list", &[], Any, |call, values| Ok(Value::list(values.to_vec(), call.made(values)))),
    variadic("tuple", &[], Any, |call, values| Ok(Value::list(values.to_vec(), call.made(values)))),
    fixed("append", &[Any, Any], append),
    fixed("push", &[Any, Any], append),
    fixed("mustAppend", &[Any, Any], append),
    fixed("mustPush", &[Any, Any], append),
    fixed("prepend", &[Any, Any], prepend),
    fixed("mustPrepend", &[Any, Any], prepend),
    fixed("first", &[Any], |call, values| one(call, values, ("find first", |items| items.first().cloned()))),
    fixed("mustFirst", &[Any], |call, values| {
        one(call, values, ("find first", |items| items.first().cloned()))
    }),
    fixed("last", &[Any], |call, values| one(call, values, ("find last", |items| items.last().cloned()))),
    fixed("mustLast", &[Any], |call, values| one(call, values, ("find last", |items| items.last().cloned()))),
    fixed("rest", &[Any], |call, values| {
        without_one(call, values, ("find rest", |items| items.into_iter().skip(1).collect()))
    }),
    fixed("mustRest", &[Any], |call, values| {
        without_one(call, values, ("find rest", |items| items.into_iter().skip(1).collect()))
    }),
    fixed("initial", &[Any], |call, values| without_one(call, values, ("find initial", without_last))),
    fixed("mustInitial", &[Any], |call, values| without_one(call, values, ("find initial", without_last))),
    fixed("reverse", &[Any], |call, values| {
        some(call, values, ("find reverse", |items| items.into_iter().rev().collect()))
    }),
    fixed("mustReverse", &[Any], |call, values| {
        some(call, values, ("find reverse", |items| items.into_iter().rev().collect()))
    }),
    fixed("compact", &[Any], |call, values| some(call, values, ("compact", full))),
    fixed("mustCompact", &[Any], |call, values| some(call, values, ("compact", full))),
    fixed("uniq", &[Any], |call, values| some(call, values, ("find uniq", different))),
    fixed("mustUniq", &[Any], |call, values| some(call, values, ("find uniq", different))),
    variadic("without", &[Any], Any, without),
    variadic("mustWithout", &[Any], Any, without),
    fixed("has", &[Any, Any], has),
    fixed("mustHas", &[Any, Any], has),
    variadic("slice", &[Any], Any, slice),
    variadic("mustSlice", &[Any], Any, slice),
    variadic("concat", &[], Any, concat),
    fixed("chunk", &[Int, Any], chunk),
    fixed("mustChunk", &[Int, Any], chunk),
    fixed("sortAlpha", &[Any], sort_alpha),
];

/// The items of the argument at `at`; what is no list is an error that names what cannot be done.
fn items_at(call: &Call<'_>, values: &[Value], (at, what): (usize, &str)) -> Result<Vec<Value>, Fault> {
    let value = any(call, values, at)?;
    if matches!(value.data, Data::Nil) {
        return Err(nil_pointer());
    }
    items(value).ok_or_else(|| Fault::new(format!("Cannot {what} on type {}", kind_name(value))))
}

fn append(call: &Call<'_>, values: &[Value]) -> Result<Value, Fault> {
    let mut list = items_at(call, values, (0, "push"))?;
    list.push(any(call, values, 1)?.clone());
    Ok(Value::list(list, call.made(values)))
}

fn prepend(call: &Call<'_>, values: &[Value]) -> Result<Value, Fault> {
    let mut list = items_at(call, values, (0, "prepend"))?;
    list.insert(0, any(call, values, 1)?.clone());
    Ok(Value::list(list, call.made(values)))
}

type Pick = fn(&[Value]) -> Option<Value>;

fn one(call: &Call<'_>, values: &[Value], (what, pick): (&str, Pick)) -> Result<Value, Fault> {
    let found = pick(&items_at(call, values, (0, what))?);
    Ok(found.unwrap_or_else(|| Value::nil(call.made(values))))
}

/// What is left without one item; nil where there was none to leave out.
fn without_one(call: &Call<'_>, values: &[Value], (what, choose): (&str, Choose)) -> Result<Value, Fault> {
    let items = items_at(call, values, (0, what))?;
    let origin = call.made(values);
    Ok(if items.is_empty() {
        list_or_nil(Element::Interface, items, origin)
    } else {
        Value::list(choose(items), origin)
    })
}

type Choose = fn(Vec<Value>) -> Vec<Value>;

fn some(call: &Call<'_>, values: &[Value], (what, choose): (&str, Choose)) -> Result<Value, Fault> {
    let items = items_at(call, values, (0, what))?;
    call.chooses_by(values);
    Ok(Value::list(choose(items), call.made(values)))
}

fn without_last(mut items: Vec<Value>) -> Vec<Value> {
    items.pop();
    items
}

fn full(items: Vec<Value>) -> Vec<Value> {
    items.into_iter().filter(|item| !is_empty(item)).collect()
}

fn different(items: Vec<Value>) -> Vec<Value> {
    let mut kept: Vec<Value> = Vec::new();
    for item in items {
        if !kept.iter().any(|there| is_deep_equal(&item, there)) {
            kept.push(item);
        }
    }
    kept
}

fn without(call: &Call<'_>, values: &[Value]) -> Result<Value, Fault> {
    let mut list = items_at(call, values, (0, "find without"))?;
    let left_out = rest(values, 1);
    call.chooses_by(values);
    list.retain(|item| !left_out.iter().any(|out| is_deep_equal(item, out)));
    Ok(Value::list(list, call.made(values)))
}

fn has(call: &Call<'_>, values: &[Value]) -> Result<Value, Fault> {
    let (needle, haystack) = (any(call, values, 0)?, any(call, values, 1)?);
    if matches!(haystack.data, Data::Nil) {
        return Ok(Value::bool(false, call.made(values)));
    }
    let list = items_at(call, values, (1, "find has"))?;
    Ok(Value::bool(list.iter().any(|item| is_deep_equal(needle, item)), call.made(values)))
}

fn slice(call: &Call<'_>, values: &[Value]) -> Result<Value, Fault> {
    let whole = any(call, values, 0)?;
    if matches!(whole.data, Data::Nil) {
        return Err(nil_pointer());
    }
    let Some(list) = items(whole) else {
        return Err(Fault::new(format!("list should be type of slice or array but {}", kind_name(whole))));
    };
    if list.is_empty() {
        return Ok(Value::nil(call.made(values)));
    }
    let length = i64::try_from(list.len()).unwrap_or(i64::MAX);
    let start = values.get(1).map_or(0, to_int64);
    let end = values.get(2).map_or(length, to_int64);
    let range = usize::try_from(start).ok().zip(usize::try_from(end).ok());
    let Some((start, end)) = range.filter(|(start, end)| start <= end && end <= &list.len()) else {
        return Err(Fault::new("reflect.Value.Slice: slice index out of bounds"));
    };
    let part = list.get(start..end).unwrap_or_default().to_vec();
    match &whole.data {
        Data::List(List { element, .. }) => Ok(list_of(*element, part, call.made(values))),
        _ => Err(out_of_bounds("")),
    }
}

fn concat(call: &Call<'_>, values: &[Value]) -> Result<Value, Fault> {
    let mut all = Vec::new();
    for value in values {
        if matches!(value.data, Data::Nil) {
            return Err(nil_pointer());
        }
        let told = || Fault::new(format!("Cannot concat type {} as list", kind_name(value)));
        all.extend(items(value).ok_or_else(told)?);
    }
    Ok(list_or_nil(Element::Interface, all, call.made(values)))
}

fn chunk(call: &Call<'_>, values: &[Value]) -> Result<Value, Fault> {
    let size = int(call, values, 0)?;
    let value = any(call, values, 1)?;
    if matches!(value.data, Data::Nil) {
        return Err(nil_pointer());
    }
    let list = items(value).ok_or_else(|| Fault::new(format!("Cannot chunk type {}", kind_name(value))))?;
    let size = usize::try_from(size).ok().filter(|size| *size > 0);
    let Some(size) = size else { return Err(Fault::new("runtime error: makeslice: len out of range")) };
    let chunks: Vec<Value> =
        list.chunks(size).map(|chunk| Value::list(chunk.to_vec(), value.origin)).collect();
    let list = List { element: Element::Named("[]interface {}"), items: Rc::new(chunks.into()) };
    Ok(Value::new(Data::List(list), call.made(values)))
}

fn sort_alpha(call: &Call<'_>, values: &[Value]) -> Result<Value, Fault> {
    let value = any(call, values, 0)?;
    if items(value).is_none() {
        return Ok(Value::strings(vec![Value::string(text(value), value.origin)], call.made(values)));
    }
    call.chooses_by(values);
    let mut strings = strings_of(value);
    strings.sort_by(|one, other| one.as_bytes().cmp(&other.as_bytes()));
    Ok(Value::strings(strings, call.made(values)))
}
