//! Types and equality: `typeOf`, `kindIs`, `deepEqual` and the like.

use super::arguments::{any, bytes, fixed};
use super::show::{deep_copy, is_deep_equal};
use crate::Parameter::{Any, String};
use crate::format::{kind_name, type_name};
use crate::{Call, Data, Fault, Function, Value};

/// The family.
pub(super) const FUNCTIONS: &[Function] = &[
    fixed("typeOf", &[Any], |call, values| {
        Ok(Value::string(type_name(any(call, values, 0)?).as_ref(), call.made(values)))
    }),
    fixed("typeIs", &[String, Any], |call, values| is_type(call, values, &[""])),
    fixed("typeIsLike", &[String, Any], |call, values| is_type(call, values, &["", "*"])),
    fixed("kindOf", &[Any], |call, values| {
        Ok(Value::string(kind_name(any(call, values, 0)?), call.made(values)))
    }),
    fixed("kindIs", &[String, Any], kind_is),
    fixed("deepEqual", &[Any, Any], |call, values| {
        let is_equal = is_deep_equal(any(call, values, 0)?, any(call, values, 1)?);
        Ok(Value::bool(is_equal, call.made(values)))
    }),
    fixed("deepCopy", &[Any], copy),
    fixed("mustDeepCopy", &[Any], copy),
];

/// Whether the type is the wanted one behind one of the prefixes.
fn is_type(call: &Call<'_>, values: &[Value], prefixes: &[&str]) -> Result<Value, Fault> {
    let wanted = bytes(call, values, 0)?.as_text().into_owned();
    let found = type_name(any(call, values, 1)?);
    let is_type = prefixes.iter().any(|prefix| *found == format!("{prefix}{wanted}"));
    Ok(Value::bool(is_type, call.made(values)))
}

fn kind_is(call: &Call<'_>, values: &[Value]) -> Result<Value, Fault> {
    let is_kind = bytes(call, values, 0)?.as_text() == kind_name(any(call, values, 1)?);
    Ok(Value::bool(is_kind, call.made(values)))
}

fn copy(call: &Call<'_>, values: &[Value]) -> Result<Value, Fault> {
    let value = any(call, values, 0)?;
    if matches!(value.data, Data::Nil) {
        return Err(Fault::new("reflect: call of reflect.Value.Type on zero Value"));
    }
    deep_copy(value)
}
