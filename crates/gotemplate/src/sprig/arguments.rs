//! Reads arguments that the executor has checked.
//!
//! Each reader takes the arguments and a position and gives the Rust type of the parameter declared there. What cannot be
//! (a caller that skipped the check) is a fault that says so, never a panic.

use crate::{Bytes, Call, Data, Fault, Function, Map, Parameter, Signature, Value};

/// The code of a function.
pub(super) type Run = fn(&Call<'_>, &[Value]) -> Result<Value, Fault>;

/// A function of fixed parameters.
pub(super) const fn fixed(name: &'static str, parameters: &'static [Parameter], run: Run) -> Function {
    Function { name, signature: Signature { parameters, variadic: None }, run }
}

/// A function with a variadic last parameter.
pub(super) const fn variadic(
    name: &'static str,
    parameters: &'static [Parameter],
    rest: Parameter,
    run: Run,
) -> Function {
    Function { name, signature: Signature { parameters, variadic: Some(rest) }, run }
}

fn unchecked(call: &Call<'_>, at: usize) -> Fault {
    Fault::new(format!("argument {at} of {} was not checked against its signature", call.name))
}

/// The argument at `at`.
pub(super) fn any<'a>(call: &Call<'_>, arguments: &'a [Value], at: usize) -> Result<&'a Value, Fault> {
    arguments.get(at).ok_or_else(|| unchecked(call, at))
}

/// The string at `at`.
pub(super) fn bytes<'a>(call: &Call<'_>, arguments: &'a [Value], at: usize) -> Result<&'a Bytes, Fault> {
    any(call, arguments, at)?.as_bytes().ok_or_else(|| unchecked(call, at))
}

/// The string at `at` as text.
pub(super) fn string(call: &Call<'_>, arguments: &[Value], at: usize) -> Result<String, Fault> {
    bytes(call, arguments, at).map(|text| text.as_text().into_owned())
}

/// The integer at `at`.
pub(super) fn int(call: &Call<'_>, arguments: &[Value], at: usize) -> Result<i64, Fault> {
    match &any(call, arguments, at)?.data {
        Data::Int(value, _) => Ok(*value),
        _ => Err(unchecked(call, at)),
    }
}

/// The unsigned integer at `at`.
pub(super) fn uint(call: &Call<'_>, arguments: &[Value], at: usize) -> Result<u64, Fault> {
    match &any(call, arguments, at)?.data {
        Data::Uint(value, _) => Ok(*value),
        _ => Err(unchecked(call, at)),
    }
}

/// The bool at `at`.
pub(super) fn bool(call: &Call<'_>, arguments: &[Value], at: usize) -> Result<bool, Fault> {
    match &any(call, arguments, at)?.data {
        Data::Bool(value) => Ok(*value),
        _ => Err(unchecked(call, at)),
    }
}

/// The map at `at`.
pub(super) fn map<'a>(call: &Call<'_>, arguments: &'a [Value], at: usize) -> Result<&'a Map, Fault> {
    any(call, arguments, at)?.as_map().ok_or_else(|| unchecked(call, at))
}

/// The arguments from `at` on.
pub(super) fn rest(arguments: &[Value], at: usize) -> &[Value] {
    arguments.get(at..).unwrap_or_default()
}

/// What Go panics with where a function looks at the type of nil.
pub(super) fn nil_pointer() -> Fault {
    Fault::new("runtime error: invalid memory address or nil pointer dereference")
}
