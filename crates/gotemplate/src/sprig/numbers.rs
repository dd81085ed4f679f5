//! Numbers: conversions, whole-number arithmetic, rounding, sequences.

use super::arguments::{any, bytes, fixed, int, rest, variadic};
use super::casts::{to_float64, to_int64};
use super::show::list_of;
use crate::Parameter::{Any, Float64, Int, String};
use crate::limits::STEPS_MAX;
use crate::{Call, Data, Element, Fault, Function, Value};

/// The family.
pub(super) const FUNCTIONS: &[Function] = &[
    fixed("atoi", &[String], |call, values| {
        let number = bytes(call, values, 0)?.as_text().parse().unwrap_or(0);
        Ok(Value::int(number, call.made(values)))
    }),
    fixed("int", &[Any], |call, values| Ok(Value::int(to_int64(any(call, values, 0)?), call.made(values)))),
    fixed("int64", &[Any], |call, values| {
        Ok(Value::int64(to_int64(any(call, values, 0)?), call.made(values)))
    }),
    fixed("float64", &[Any], |call, values| {
        Ok(Value::float(to_float64(any(call, values, 0)?), call.made(values)))
    }),
    fixed("toDecimal", &[Any], to_decimal),
    fixed("add1", &[Any], |call, values| {
        whole(call, values, |numbers| numbers.iter().fold(1, |sum, number| sum.wrapping_add(*number)))
    }),
    variadic("add", &[], Any, |call, values| {
        whole(call, values, |numbers| numbers.iter().fold(0, |sum, number| sum.wrapping_add(*number)))
    }),
    fixed("sub", &[Any, Any], |call, values| whole(call, values, |numbers| pair(numbers, i64::wrapping_sub))),
    variadic("mul", &[Any], Any, |call, values| {
        whole(call, values, |numbers| numbers.iter().fold(1, |product, number| product.wrapping_mul(*number)))
    }),
    fixed("div", &[Any, Any], |call, values| divided(call, values, i64::wrapping_div)),
    fixed("mod", &[Any, Any], |call, values| divided(call, values, i64::wrapping_rem)),
    variadic("max", &[Any], Any, |call, values| {
        whole(call, values, |numbers| numbers.iter().copied().max().unwrap_or(0))
    }),
    variadic("biggest", &[Any], Any, |call, values| {
        whole(call, values, |numbers| numbers.iter().copied().max().unwrap_or(0))
    }),
    variadic("min", &[Any], Any, |call, values| {
        whole(call, values, |numbers| numbers.iter().copied().min().unwrap_or(0))
    }),
    variadic("maxf", &[Any], Any, |call, values| float(call, values, greater)),
    variadic("minf", &[Any], Any, |call, values| float(call, values, |one, other| -greater(-one, -other))),
    fixed("ceil", &[Any], |call, values| {
        Ok(Value::float(to_float64(any(call, values, 0)?).ceil(), call.made(values)))
    }),
    fixed("floor", &[Any], |call, values| {
        Ok(Value::float(to_float64(any(call, values, 0)?).floor(), call.made(values)))
    }),
    variadic("round", &[Any, Int], Float64, round),
    fixed("until", &[Int], |call, values| {
        let stop = int(call, values, 0)?;
        sequence(call, values, (0, stop, if stop < 0 { -1 } else { 1 }))
    }),
    fixed("untilStep", &[Int, Int, Int], |call, values| {
        sequence(call, values, (int(call, values, 0)?, int(call, values, 1)?, int(call, values, 2)?))
    }),
];

fn whole(call: &Call<'_>, values: &[Value], count: impl Fn(&[i64]) -> i64) -> Result<Value, Fault> {
    let numbers: Vec<i64> = values.iter().map(to_int64).collect();
    Ok(Value::int64(count(&numbers), call.made(values)))
}

fn pair(numbers: &[i64], count: fn(i64, i64) -> i64) -> i64 {
    match numbers {
        [one, other] => count(*one, *other),
        _ => 0,
    }
}

fn divided(call: &Call<'_>, values: &[Value], count: fn(i64, i64) -> i64) -> Result<Value, Fault> {
    if to_int64(any(call, values, 1)?) == 0 {
        return Err(Fault::new("runtime error: integer divide by zero"));
    }
    whole(call, values, |numbers| pair(numbers, count))
}

fn float(call: &Call<'_>, values: &[Value], choose: fn(f64, f64) -> f64) -> Result<Value, Fault> {
    let mut numbers = values.iter().map(to_float64);
    let first = numbers.next().unwrap_or(0.0);
    Ok(Value::float(numbers.fold(first, choose), call.made(values)))
}

/// `math.Max`: no number where one of them is none, and 0 above -0.
fn greater(one: f64, other: f64) -> f64 {
    if one.is_nan() || other.is_nan() {
        return f64::NAN;
    }
    if one > other || one == other && one.is_sign_positive() { one } else { other }
}

#[expect(clippy::cast_precision_loss, reason = "Go converts the same way")]
fn round(call: &Call<'_>, values: &[Value]) -> Result<Value, Fault> {
    let (number, places) = (to_float64(any(call, values, 0)?), int(call, values, 1)?);
    let round_on = rest(values, 2).first().map_or(0.5, to_float64);
    let power = 10.0_f64.powf(places as f64);
    let digits = power * number;
    let rounded = if digits.fract() >= round_on { digits.ceil() } else { digits.floor() };
    Ok(Value::float(rounded / power, call.made(values)))
}

/// An octal number as a decimal one.
fn to_decimal(call: &Call<'_>, values: &[Value]) -> Result<Value, Fault> {
    let text = crate::format::text_of(any(call, values, 0)?);
    let number = std::str::from_utf8(&text).ok().and_then(|text| i64::from_str_radix(text, 8).ok());
    Ok(Value::int64(number.unwrap_or(0), call.made(values)))
}

fn sequence(call: &Call<'_>, values: &[Value], (start, stop, step): (i64, i64, i64)) -> Result<Value, Fault> {
    let origin = call.made(values);
    let mut items = Vec::new();
    let goes_on =
        |number: i64| if stop < start { step < 0 && number > stop } else { step > 0 && number < stop };
    let mut number = start;
    while goes_on(number) {
        if items.len() as u64 >= STEPS_MAX {
            return Err(Fault::limit(format!("{} gives more than {STEPS_MAX} numbers", call.name)));
        }
        items.push(Value::new(Data::Int(number, crate::IntType::Int), origin));
        let Some(next) = number.checked_add(step) else { break };
        number = next;
    }
    Ok(list_of(Element::Int, items, origin))
}
