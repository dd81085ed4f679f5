//! Functions with one parameter of each type, the same as in the program that makes the golden cases.

use gotemplate::{Bytes, Call, Data, Fault, Function, Parameter, Signature, Value};

type Answer = Result<Value, Fault>;

const fn function(
    name: &'static str,
    parameters: &'static [Parameter],
    variadic: Option<Parameter>,
    run: fn(&Call<'_>, &[Value]) -> Answer,
) -> Function {
    Function { name, signature: Signature { parameters, variadic }, run }
}

fn integer(count: usize) -> i64 {
    i64::try_from(count).unwrap()
}

fn text_of(values: &[Value]) -> &Bytes {
    values[0].as_bytes().unwrap()
}

/// How many items, entries or bytes the only argument has.
fn count(call: &Call<'_>, values: &[Value]) -> Answer {
    let count = match &values[0].data {
        Data::List(list) => list.items.len(),
        Data::Map(map) => map.len(),
        Data::ByteSlice(bytes) => bytes.len(),
        other => panic!("{other:?} was let through"),
    };
    Ok(Value::int(integer(count), call.made(values)))
}

fn successor(call: &Call<'_>, values: &[Value]) -> Answer {
    let Data::Int(number, int) = values[0].data else { panic!("{:?} was let through", values[0]) };
    Ok(Value::new(Data::Int(number.wrapping_add(1), int), call.made(values)))
}

fn bracketed(call: &Call<'_>, values: &[Value]) -> Answer {
    let text = text_of(values);
    let bytes = [b"<", text.as_slice(), b">"].concat();
    let made = call.made(values);
    let origin = call.ledger.composed(&[(1, made), (text.len(), values[0].origin), (1, made)]);
    Ok(Value::string(bytes, origin))
}

fn half(call: &Call<'_>, values: &[Value]) -> Answer {
    let Data::Float(number, _) = values[0].data else { panic!("{:?} was let through", values[0]) };
    Ok(Value::float(number / 2.0, call.made(values)))
}

fn opposite(call: &Call<'_>, values: &[Value]) -> Answer {
    let Data::Bool(flag) = values[0].data else { panic!("{:?} was let through", values[0]) };
    Ok(Value::bool(!flag, call.made(values)))
}

fn several(call: &Call<'_>, values: &[Value]) -> Answer {
    let text = text_of(values).as_text().into_owned();
    Ok(Value::string(format!("{text}{}", values.len() - 1), call.made(values)))
}

pub(crate) const FUNCTIONS: &[Function] = &[
    function("anything", &[Parameter::Any], None, |_, values| Ok(values[0].clone())),
    function("entries", &[Parameter::Map], None, count),
    function("failing", &[], None, |_, _| Err(Fault::new("it fails"))),
    function("flag", &[Parameter::Bool], None, opposite),
    function("float", &[Parameter::Float64], None, half),
    function("int64", &[Parameter::Int64], None, successor),
    function("integer", &[Parameter::Int], None, successor),
    function("items", &[Parameter::List], None, count),
    function("list", &[], Some(Parameter::Any), |call, values| {
        Ok(Value::list(values.to_vec(), call.made(values)))
    }),
    function("nothing", &[], None, |call, values| Ok(Value::nil(call.made(values)))),
    function("octets", &[Parameter::ByteSlice], None, count),
    function("several", &[Parameter::String], Some(Parameter::Int), several),
    function("str", &[Parameter::String], None, bracketed),
    function("texts", &[Parameter::Strings], None, count),
];
