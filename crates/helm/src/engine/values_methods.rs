//! The methods of Helm's type for values: `YAML`, `Table`, `AsMap`, `PathValue`; `Encode`, to which no template has
//! anything to give.

use gotemplate::{Call, Data, Fault, Map, MapType, Parameter, Signature, Value};

use super::yaml;
use crate::values::tables::{table_at, value_at};

/// What a method takes; none if there is no such method.
pub(super) fn signature(name: &str) -> Option<Signature> {
    let parameters: &'static [Parameter] = match name {
        "YAML" | "AsMap" => &[],
        "Encode" => &[Parameter::Named("io.Writer")],
        "Table" | "PathValue" => &[Parameter::String],
        _ => return None,
    };
    Some(Signature { parameters, variadic: None })
}

/// Calls a method that there is.
pub(super) fn call(call: &Call<'_>, map: &Map, name: &str, arguments: &[Value]) -> Result<Value, Fault> {
    let plain = || Value::new(Data::Map(map.under(MapType::Interface)), call.made(&[]));
    let path = arguments.first().and_then(Value::as_bytes);
    let path = path.map(|path| path.as_text().into_owned()).unwrap_or_default();
    let last = path.rsplit('.').next().unwrap_or_default();
    match name {
        "YAML" => yaml::text(call, &plain()),
        "Table" => match table_at(map, &path) {
            Some(table) => Ok(Value::new(Data::Map(table.under(map.map_type)), call.made(arguments))),
            None => Err(Fault::new(format!("\"{last}\" is not a table"))),
        },
        "PathValue" if path.is_empty() => Err(Fault::new("YAML path cannot be empty")),
        "PathValue" => value_at(map, &path).ok_or_else(|| Fault::new(format!("\"{last}\" is not a value"))),
        _ => Ok(plain()),
    }
}
