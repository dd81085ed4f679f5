//! Values to TOML and back, as Helm's functions answer: `toToml`, `fromToml`.

mod cursor;
mod print;
mod read;
mod scalar;
mod tables;
mod times;
mod values;

use gotemplate::{Call, Data, Element, Entry, List, Map, MapType, Value};
use text::Origin;

pub(super) use print::{text, text_or_error};

use tables::{Node, Table};

/// A text as a table; what is wrong with it stands under `Error`.
pub(super) fn table(call: &Call<'_>, text: &Value) -> Value {
    let origin = call.made(std::slice::from_ref(text));
    let bytes = text.as_bytes().map(|bytes| bytes.as_slice().to_vec()).unwrap_or_default();
    let map = match read::read(&bytes, &|written| times::time(call, written, origin)) {
        Ok(table) => map_of(table, origin),
        Err(told) => {
            let value = Value::string(told, origin);
            let entry = ("Error".into(), Entry { key: origin, value });
            Map::of(MapType::Interface, std::iter::once(entry).collect())
        }
    };
    Value::new(Data::Map(map), origin)
}

fn map_of(table: Table, origin: Origin) -> Map {
    let entries = table.into_iter();
    let entries =
        entries.map(|(key, node)| (key.into(), Entry { key: origin, value: value_of(node, origin) }));
    Map::of(MapType::Interface, entries.collect())
}

fn value_of(node: Node, origin: Origin) -> Value {
    let table = |table| Value::new(Data::Map(map_of(table, origin)), origin);
    match node {
        Node::Text(text) => Value::string(text, origin),
        Node::Integer(number) => Value::int64(number, origin),
        Node::Float(number) => Value::float(number, origin),
        Node::Bool(value) => Value::bool(value, origin),
        Node::Time(time) => time,
        Node::Array(items) => {
            Value::list(items.into_iter().map(|item| value_of(item, origin)).collect(), origin)
        }
        Node::Tables(tables) => {
            let items = tables.into_iter().map(table).collect();
            let list = List::new(Element::Named("map[string]interface {}"), items);
            Value::new(Data::List(list), origin)
        }
        Node::Table(inner) => table(inner),
    }
}
