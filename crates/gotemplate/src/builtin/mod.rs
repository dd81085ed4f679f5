//! The functions that every Go template knows.
//!
//! `and`, `or` and `call` are here for their signatures: the executor runs them itself, since they evaluate no more than
//! they need, or name what was written.

mod compare;
mod escape;
mod index;

use crate::format::{self, Formatted, Whose};
use crate::{Call, Data, Fault, Function, Ledger, Parameter, Signature, Value};

const ANY: Parameter = Parameter::Any;

/// What a function answers.
type Answer = Result<Value, Fault>;

type Run = fn(&Call<'_>, &[Value]) -> Answer;

const fn function(
    name: &'static str,
    parameters: &'static [Parameter],
    variadic: Option<Parameter>,
    run: Run,
) -> Function {
    Function { name, signature: Signature { parameters, variadic }, run }
}

/// All of them.
pub const BUILTINS: &[Function] = &[
    function("and", &[ANY], Some(ANY), by_executor),
    function("call", &[ANY], Some(ANY), by_executor),
    function("eq", &[ANY], Some(ANY), compare::eq),
    function("ge", &[ANY, ANY], None, compare::ge),
    function("gt", &[ANY, ANY], None, compare::gt),
    function("html", &[], Some(ANY), escape::html),
    function("index", &[ANY], Some(ANY), index::index),
    function("js", &[], Some(ANY), escape::js),
    function("le", &[ANY, ANY], None, compare::le),
    function("len", &[ANY], None, index::len),
    function("lt", &[ANY, ANY], None, compare::lt),
    function("ne", &[ANY, ANY], None, compare::ne),
    function("not", &[ANY], None, not),
    function("or", &[ANY], Some(ANY), by_executor),
    function("print", &[], Some(ANY), |call, values| Ok(formatted(call, format::sprint(values), values))),
    function("printf", &[Parameter::String], Some(ANY), printf),
    function("println", &[], Some(ANY), |call, values| Ok(formatted(call, format::sprintln(values), values))),
    function("slice", &[ANY], Some(ANY), index::slice),
    function("urlquery", &[], Some(ANY), escape::urlquery),
];

fn by_executor(call: &Call<'_>, _: &[Value]) -> Answer {
    Err(Fault::new(format!("{} is run by the executor", call.name)))
}

fn not(call: &Call<'_>, values: &[Value]) -> Answer {
    let is_true = values.first().is_some_and(crate::is_true);
    Ok(Value::bool(!is_true, call.made(values)))
}

fn printf(call: &Call<'_>, values: &[Value]) -> Answer {
    let Some((format, operands)) = values.split_first() else { return Err(Fault::new("no format")) };
    Ok(formatted(call, format::sprintf(format, operands), values))
}

/// A text that was formatted, with the pieces that are its inputs' own.
fn formatted(call: &Call<'_>, formatted: Formatted, inputs: &[Value]) -> Value {
    let Formatted { bytes, parts } = formatted;
    if !call.ledger.is_on() {
        return Value { data: Data::String(bytes.into()), origin: Ledger::NOWHERE };
    }
    let made = call.made(inputs);
    let format = inputs.first().and_then(|format| Some((format.origin, format.as_bytes()?)));
    let origin = |whose| match (whose, format) {
        (Whose::Value(origin), _) => origin,
        (Whose::Format(range), Some((origin, format))) => call.ledger.part(origin, format.as_slice(), range),
        (Whose::Nobody | Whose::Format(_), _) => made,
    };
    let parts: Vec<_> = parts.into_iter().map(|(length, whose)| (length, origin(whose))).collect();
    let origin = if parts.is_empty() { made } else { call.ledger.composed(&parts) };
    Value { data: Data::String(bytes.into()), origin }
}
