//! Choices: `default`, `coalesce`, `ternary`, `all`, `any`, `empty`, `fail`.
//!
//! What is chosen keeps its own origin and stands under the decision that chose it.

use text::Decision;

use super::arguments::{any, bool, bytes, fixed, variadic};
use super::show::is_empty;
use crate::Parameter::{Any, Bool, String};
use crate::{Call, Fault, Function, Value};

/// The family.
pub(super) const FUNCTIONS: &[Function] = &[
    variadic("default", &[Any], Any, default),
    fixed("empty", &[Any], |call, values| {
        Ok(Value::bool(is_empty(any(call, values, 0)?), call.made(values)))
    }),
    variadic("coalesce", &[], Any, coalesce),
    variadic("all", &[], Any, |call, values| {
        Ok(Value::bool(!values.iter().any(is_empty), call.made(values)))
    }),
    variadic("any", &[], Any, |call, values| {
        Ok(Value::bool(!values.iter().all(is_empty), call.made(values)))
    }),
    fixed("ternary", &[Any, Any, Bool], ternary),
    fixed("fail", &[String], |call, values| Err(Fault::new(bytes(call, values, 0)?.as_text()))),
];

/// A value that was chosen among others.
fn chosen(call: &Call<'_>, value: &Value, among: &[Value]) -> Value {
    call.ledger.chosen(value.clone(), || {
        let read = among.iter().map(|value| value.origin).collect();
        Decision { rule: call.name, place: call.place, read, parent: call.decision }
    })
}

fn default(call: &Call<'_>, values: &[Value]) -> Result<Value, Fault> {
    let fallback = any(call, values, 0)?;
    let given = values.get(1).filter(|given| !is_empty(given));
    Ok(chosen(call, given.unwrap_or(fallback), values))
}

fn coalesce(call: &Call<'_>, values: &[Value]) -> Result<Value, Fault> {
    match values.iter().find(|value| !is_empty(value)) {
        Some(value) => Ok(chosen(call, value, values)),
        None => Ok(Value::nil(call.made(values))),
    }
}

fn ternary(call: &Call<'_>, values: &[Value]) -> Result<Value, Fault> {
    let position = usize::from(!bool(call, values, 2)?);
    Ok(chosen(call, any(call, values, position)?, values))
}
