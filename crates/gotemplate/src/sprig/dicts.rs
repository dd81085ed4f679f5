//! Maps: made, read, changed in place as Go changes them. Entries keep their origins.

use text::Decision;

use super::arguments::{any, bytes, fixed, map, nil_pointer, rest, variadic};
use super::show::text;
use crate::Parameter::{self, Any, String};
use crate::format::type_name;
use crate::{Bytes, Call, Data, Fault, Function, Map, MapType, Value};

const MAP: Parameter = Parameter::Map;

/// The family.
pub(super) const FUNCTIONS: &[Function] = &[
    variadic("dict", &[], Any, dict),
    fixed("get", &[MAP, String], get),
    fixed("set", &[MAP, String, Any], set),
    fixed("unset", &[MAP, String], unset),
    fixed("hasKey", &[MAP, String], has_key),
    variadic("pluck", &[String], MAP, pluck),
    variadic("keys", &[], MAP, keys),
    fixed("values", &[MAP], values_of),
    variadic("pick", &[MAP], String, pick),
    variadic("omit", &[MAP], String, omit),
    variadic("dig", &[], Any, dig),
];

fn dict(call: &Call<'_>, values: &[Value]) -> Result<Value, Fault> {
    let made = Map::new(MapType::Interface);
    for pair in values.chunks(2) {
        let Some(key) = pair.first() else { continue };
        let value = pair.get(1).cloned().unwrap_or_else(|| Value::string("", call.made(values)));
        made.insert(text(key), key.origin, value);
    }
    Ok(Value::new(Data::Map(made), call.made(values)))
}

fn get(call: &Call<'_>, values: &[Value]) -> Result<Value, Fault> {
    let key = bytes(call, values, 1)?;
    call.chooses_by(values);
    let missing = || {
        Value::string(
            "",
            call.ledger
                .missing(values.first().map_or(crate::Ledger::NOWHERE, |map| map.origin), &key.as_text()),
        )
    };
    Ok(map(call, values, 0)?.get(key.as_slice()).unwrap_or_else(missing))
}

fn set(call: &Call<'_>, values: &[Value]) -> Result<Value, Fault> {
    let (key, value) = (any(call, values, 1)?, any(call, values, 2)?);
    let map = map(call, values, 0)?;
    if map.is_nil() {
        return Err(Fault::new("assignment to entry in nil map"));
    }
    map.insert(bytes(call, values, 1)?.clone(), key.origin, value.clone());
    any(call, values, 0).cloned()
}

fn unset(call: &Call<'_>, values: &[Value]) -> Result<Value, Fault> {
    map(call, values, 0)?.remove(bytes(call, values, 1)?.as_slice());
    any(call, values, 0).cloned()
}

fn has_key(call: &Call<'_>, values: &[Value]) -> Result<Value, Fault> {
    let has = map(call, values, 0)?.get(bytes(call, values, 1)?.as_slice()).is_some();
    Ok(Value::bool(has, call.made(values)))
}

fn pluck(call: &Call<'_>, values: &[Value]) -> Result<Value, Fault> {
    let key = bytes(call, values, 0)?;
    call.chooses_by(values);
    let maps = rest(values, 1).iter().filter_map(Value::as_map);
    Ok(Value::list(maps.filter_map(|map| map.get(key.as_slice())).collect(), call.made(values)))
}

/// Go's order is another one each time; here it is that of the keys.
fn keys(call: &Call<'_>, values: &[Value]) -> Result<Value, Fault> {
    let mut found = Vec::new();
    for map in values.iter().filter_map(Value::as_map) {
        let entries = map.entries();
        found.extend(entries.iter().map(|(key, entry)| Value::new(Data::String(key.clone()), entry.key)));
    }
    Ok(Value::strings(found, call.made(values)))
}

/// In the order of the keys, as [`keys()`].
fn values_of(call: &Call<'_>, values: &[Value]) -> Result<Value, Fault> {
    let found = map(call, values, 0)?.entries().values().map(|entry| entry.value.clone()).collect();
    Ok(Value::list(found, call.made(values)))
}

fn pick(call: &Call<'_>, values: &[Value]) -> Result<Value, Fault> {
    chosen(call, values, |key, named| named.contains(&key))
}

fn omit(call: &Call<'_>, values: &[Value]) -> Result<Value, Fault> {
    chosen(call, values, |key, named| !named.contains(&key))
}

fn chosen(
    call: &Call<'_>,
    values: &[Value],
    is_wanted: fn(&Bytes, &[&Bytes]) -> bool,
) -> Result<Value, Fault> {
    call.chooses_by(values);
    let named: Vec<&Bytes> = rest(values, 1).iter().filter_map(Value::as_bytes).collect();
    let made = Map::new(MapType::Interface);
    for (key, entry) in map(call, values, 0)?.entries().iter() {
        if is_wanted(key, &named) {
            made.insert(key.clone(), entry.key, entry.value.clone());
        }
    }
    Ok(Value::new(Data::Map(made), call.made(values)))
}

fn dig(call: &Call<'_>, values: &[Value]) -> Result<Value, Fault> {
    let [keys @ .., fallback, whole] = values else {
        return Err(Fault::new("dig needs at least three arguments"));
    };
    if keys.is_empty() {
        return Err(Fault::new("dig needs at least three arguments"));
    }
    call.chooses_by(values);
    let mut step = as_map(whole)?;
    let mut names = Vec::new();
    for key in keys {
        names.push(key.as_bytes().ok_or_else(|| not_a(key, "string"))?);
    }
    for (position, name) in names.iter().enumerate() {
        let Some(found) = step.get(name.as_slice()) else { return Ok(fallen_back(call, fallback, values)) };
        if position + 1 == names.len() {
            return Ok(found);
        }
        step = as_map(&found)?;
    }
    Err(nil_pointer())
}

/// What is given where nothing was found, which is a choice.
fn fallen_back(call: &Call<'_>, fallback: &Value, values: &[Value]) -> Value {
    call.ledger.chosen(fallback.clone(), || Decision {
        rule: call.name,
        place: call.place,
        read: values.iter().map(|value| value.origin).collect(),
        parent: call.decision,
    })
}

fn as_map(value: &Value) -> Result<Map, Fault> {
    match &value.data {
        Data::Map(map) if matches!(map.map_type, MapType::Interface) => Ok(map.clone()),
        _ => Err(not_a(value, "map[string]interface {}")),
    }
}

/// What Go panics with where a value is not of the asserted type.
fn not_a(value: &Value, wanted: &str) -> Fault {
    let found = match value.data {
        Data::Nil => "nil".to_owned(),
        _ => type_name(value).into_owned(),
    };
    Fault::new(format!("interface conversion: interface {{}} is {found}, not {wanted}"))
}
