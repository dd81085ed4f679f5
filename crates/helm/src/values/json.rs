//! JSON to values of the template engine.
//!
//! Takes JSON with its places; gives what Go's `encoding/json` makes of it: 64-bit floats for numbers, maps with the last
//! of equal keys. Each key and value has its place in the text for an origin.

use std::collections::BTreeMap;
use std::ops::Range;

use gotemplate::{Bytes, Data, Entry, Ledger, Map, MapType, Value};
use text::{Origin, Span, TextId};

use crate::json::{Json, JsonData, Member};

/// A number that a 64-bit float cannot hold, which Go's reader refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NumberOutOfRange;

/// Makes values of one text.
pub(crate) struct ValuesOf<'l> {
    /// The text's id.
    pub(crate) id: TextId,
    /// Where the JSON begins in it.
    pub(crate) offset: usize,
    /// Who keeps the origins.
    pub(crate) ledger: &'l Ledger,
}

impl ValuesOf<'_> {
    pub(crate) fn value(&self, json: &Json<'_>) -> Result<Value, NumberOutOfRange> {
        let origin = self.origin(&json.range);
        Ok(match &json.data {
            JsonData::Null => Value::nil(origin),
            JsonData::Bool(value) => Value::bool(*value, origin),
            JsonData::Number(written) => Value::float(float(written)?, origin),
            JsonData::String(text) => Value::string(&**text, origin),
            JsonData::Array(items) => {
                let items: Result<Vec<_>, _> = items.iter().map(|item| self.value(item)).collect();
                Value::list(items?, origin)
            }
            JsonData::Object(members) => Value::new(Data::Map(self.map(members)?), origin),
        })
    }

    pub(crate) fn map(&self, members: &[Member<'_>]) -> Result<Map, NumberOutOfRange> {
        let mut entries = BTreeMap::new();
        for Member { key, key_range, value } in members {
            let entry = Entry { key: self.origin(key_range), value: self.value(value)? };
            entries.insert(Bytes::from(&**key), entry);
        }
        Ok(Map::of(MapType::Interface, entries))
    }

    fn origin(&self, range: &Range<usize>) -> Origin {
        let place = |at: usize| u32::try_from(self.offset + at).unwrap_or(u32::MAX);
        self.ledger.written(Span::new(self.id, place(range.start)..place(range.end)))
    }
}

fn float(written: &str) -> Result<f64, NumberOutOfRange> {
    match written.parse::<f64>() {
        Ok(value) if value.is_finite() => Ok(value),
        _ => Err(NumberOutOfRange),
    }
}
