//! Values as text, for tests to compare.

use gotemplate::{Data, Map, Value};

pub(crate) fn map(map: &Map) -> String {
    let entries = map.entries();
    let entries = entries.iter().map(|(key, entry)| format!("{}: {}", key.as_text(), value(&entry.value)));
    format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
}

fn value(shown: &Value) -> String {
    match &shown.data {
        Data::Nil => "null".to_owned(),
        Data::Bool(value) => value.to_string(),
        Data::Int(value, _) => format!("int64({value})"),
        Data::Float(value, _) => format!("float64({value})"),
        Data::String(text) => format!("{:?}", text.as_text()),
        Data::List(list) => format!("[{}]", list.items.iter().map(value).collect::<Vec<_>>().join(", ")),
        Data::Map(inner) => map(inner),
        other => panic!("no value of a file: {other:?}"),
    }
}
