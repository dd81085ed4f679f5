//! Values to JSON and back, as Helm's functions answer: `toJson`, `fromJson`, `fromJsonArray`.

use gotemplate::json::{Decoded, Style, read, write};
use gotemplate::{Call, Data, Element, Entry, Fault, FloatType, List, Map, MapType, Value};

use crate::values::json_kind;

/// A value as `encoding/json` prints it.
///
/// # Errors
/// In the words of `encoding/json`, if JSON cannot say it.
pub(super) fn text(call: &Call<'_>, value: &Value) -> Result<Value, Fault> {
    write(call, value, Style::Compact)
}

/// A text as a table; what is wrong with it stands under `Error`.
pub(super) fn table(call: &Call<'_>, text: &Value) -> Result<Value, Fault> {
    let made = call.made(std::slice::from_ref(text));
    let Decoded { value, fault } = read(call, text)?;
    let (map, told) = match (value.data, fault) {
        (Data::Map(map), fault) => (map, fault.map(|fault| fault.message)),
        (Data::Nil, None) => (Map::nil(MapType::Interface), None),
        (Data::Nil, Some(fault)) if is_of_number(&fault) => {
            (Map::new(MapType::Interface), Some(cannot_hold(&NUMBER, "map[string]interface {}")))
        }
        (Data::Nil, Some(fault)) => (Map::new(MapType::Interface), Some(fault.message)),
        (data, _) => {
            let told = cannot_hold(&data, "map[string]interface {}");
            (Map::new(MapType::Interface), Some(told))
        }
    };
    if let Some(told) = told {
        let entry = Entry { key: made, value: Value::string(told, made) };
        map.entries_mut().insert("Error".into(), entry);
    }
    Ok(Value::new(Data::Map(map), made))
}

/// A text as a list; what is wrong with it is its only item.
pub(super) fn list(call: &Call<'_>, text: &Value) -> Result<Value, Fault> {
    let made = call.made(std::slice::from_ref(text));
    let Decoded { value, fault } = read(call, text)?;
    let told = match (value.data, fault) {
        (Data::List(list), None) => return Ok(Value::new(Data::List(list), made)),
        (Data::Nil, None) => return Ok(Value::new(Data::List(List::nil(Element::Interface)), made)),
        (Data::Nil, Some(fault)) if is_of_number(&fault) => cannot_hold(&NUMBER, "[]interface {}"),
        (Data::List(_) | Data::Nil, Some(fault)) => fault.message,
        // What the whole is comes before what is within.
        (data, _) => cannot_hold(&data, "[]interface {}"),
    };
    Ok(Value::list(vec![Value::string(told, made)], made))
}

/// What stands for a number that no `float64` holds where it is all that the text has.
const NUMBER: Data = Data::Float(f64::INFINITY, FloatType::Float64);

/// Whether a number is refused, rather than the text.
fn is_of_number(fault: &Fault) -> bool {
    fault.message.starts_with("json: cannot unmarshal number ")
}

fn cannot_hold(data: &Data, wanted: &str) -> String {
    let found = json_kind(data);
    format!("json: cannot unmarshal {found} into Go value of type {wanted}")
}
