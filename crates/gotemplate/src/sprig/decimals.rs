//! Arithmetic of decimal numbers, sequences as text, and a random whole number.

use super::arguments::{any, fixed, int, rest, variadic};
use super::casts::to_float64;
use crate::Parameter::{Any, Int};
use crate::decimal::Decimal;
use crate::limits::OUTPUT_BYTES_MAX;
use crate::{Call, Fault, Function, Value};

/// The family.
pub(super) const FUNCTIONS: &[Function] = &[
    fixed("add1f", &[Any], |call, values| {
        computed(call, values, (to_float64(any(call, values, 0)?), &[1.0], Decimal::plus))
    }),
    variadic("addf", &[], Any, |call, values| computed(call, values, (0.0, &floats(values), Decimal::plus))),
    variadic("subf", &[Any], Any, |call, values| from_first(call, values, Decimal::minus)),
    variadic("mulf", &[Any], Any, |call, values| from_first(call, values, Decimal::times)),
    variadic("divf", &[Any], Any, |call, values| from_first(call, values, Decimal::over)),
    variadic("seq", &[], Int, seq),
    fixed("randInt", &[Int, Int], random),
];

type Operation = fn(&Decimal, &Decimal) -> Result<Decimal, Fault>;

fn floats(values: &[Value]) -> Vec<f64> {
    values.iter().map(to_float64).collect()
}

fn from_first(call: &Call<'_>, values: &[Value], operation: Operation) -> Result<Value, Fault> {
    computed(call, values, (to_float64(any(call, values, 0)?), &floats(rest(values, 1)), operation))
}

fn computed(
    call: &Call<'_>,
    values: &[Value],
    (first, others, operation): (f64, &[f64], Operation),
) -> Result<Value, Fault> {
    let mut result = Decimal::of(first)?;
    for other in others {
        result = operation(&result, &Decimal::of(*other)?)?;
    }
    Ok(Value::float(result.to_float(), call.made(values)))
}

/// The numbers from the first to the last one with blanks between, as the program `seq` prints them.
fn seq(call: &Call<'_>, values: &[Value]) -> Result<Value, Fault> {
    let towards = |start: i64, end: i64| if end < start { -1 } else { 1 };
    let numbers: Vec<i64> = (0..values.len()).map(|at| int(call, values, at)).collect::<Result<_, _>>()?;
    let (start, step, end) = match numbers.as_slice() {
        [end] => (1, towards(1, *end), *end),
        [start, end] => (*start, towards(*start, *end), *end),
        // A step that leads away gives nothing.
        [start, step, end] if *step == 0 || (*step > 0) != (end >= start) => (*start, 0, *start),
        [start, step, end] => (*start, *step, *end),
        _ => (0, 0, 0),
    };
    let mut text = String::new();
    let mut number = start;
    while step != 0 && if step > 0 { number <= end } else { number >= end } {
        if text.len() > OUTPUT_BYTES_MAX {
            return Err(Fault::limit(format!("{} gives more than {OUTPUT_BYTES_MAX} bytes", call.name)));
        }
        if number != start {
            text.push(' ');
        }
        text.push_str(&number.to_string());
        let Some(next) = number.checked_add(step) else { break };
        number = next;
    }
    Ok(Value::string(text, call.made(values)))
}

/// A number from the first to below the second. Which one is as likely as any other, but for one part in 2⁶⁴ over the
/// count of them.
fn random(call: &Call<'_>, values: &[Value]) -> Result<Value, Fault> {
    let (least, end) = (int(call, values, 0)?, int(call, values, 1)?);
    let count = u64::try_from(end.wrapping_sub(least)).ok().filter(|count| *count > 0);
    let count = count.ok_or_else(|| Fault::new("invalid argument to Intn"))?;
    let mut bytes = [0; 8];
    call.ports.random(&mut bytes).map_err(|source| Fault::new(source.to_string()))?;
    let drawn = (u128::from(u64::from_le_bytes(bytes)) * u128::from(count)) >> 64;
    Ok(Value::int(least.wrapping_add(i64::try_from(drawn).unwrap_or(0)), call.made(values)))
}
