//! What generators give to templates: parameters, as Go's maps hold them.
//!
//! Kinds are kept as far as a template can see them: a map of texts is none of anything, which functions for dictionaries
//! refuse. Numbers are floats, because they went through JSON.

use std::collections::BTreeMap;

use gotemplate::format::text_of;
use gotemplate::{Data, Ledger, Map, MapType, Value as TemplateValue};
use manifest::value::Value;

/// Parameters by their names.
pub(crate) type Parameters = BTreeMap<String, Parameter>;

/// One parameter.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Parameter {
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
    List(Vec<Parameter>),
    /// `[]string`.
    TextList(Vec<String>),
    /// `map[string]string`.
    Texts(BTreeMap<String, String>),
    Map(Parameters),
}

impl From<&str> for Parameter {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Parameter {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl Parameter {
    /// A value as Go's JSON decoder hands it over.
    #[expect(clippy::cast_precision_loss, reason = "Go's JSON decoder reads every number as a 64-bit float")]
    pub(crate) fn of(value: &Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(flag) => Self::Bool(*flag),
            Value::Int(number) => Self::Number(*number as f64),
            Value::Unsigned(number) => Self::Number(*number as f64),
            Value::Float(number) => Self::Number(*number),
            Value::String(text) => Self::Text(text.clone()),
            Value::Sequence(items) => Self::List(items.iter().map(Self::of).collect()),
            Value::Mapping(entries) => Self::Map(of_entries(entries)),
        }
    }

    /// The text, if it is one.
    pub(crate) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The same for the engine of templates.
    pub(crate) fn for_template(&self) -> TemplateValue {
        let text = |text: &String| TemplateValue::string(text.as_str(), Ledger::NOWHERE);
        match self {
            Self::Null => TemplateValue::nil(Ledger::NOWHERE),
            Self::Bool(flag) => TemplateValue::bool(*flag, Ledger::NOWHERE),
            Self::Number(number) => TemplateValue::float(*number, Ledger::NOWHERE),
            Self::Text(content) => text(content),
            Self::List(items) => {
                TemplateValue::list(items.iter().map(Self::for_template).collect(), Ledger::NOWHERE)
            }
            Self::TextList(items) => {
                TemplateValue::strings(items.iter().map(text).collect(), Ledger::NOWHERE)
            }
            Self::Texts(texts) => map(MapType::Strings, texts.iter().map(|(key, value)| (key, text(value)))),
            Self::Map(entries) => {
                let entries = entries.iter().map(|(key, value)| (key, value.for_template()));
                map(MapType::Interface, entries)
            }
        }
    }

    /// What Go's `%v` prints of it.
    pub(crate) fn printed(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            other => String::from_utf8_lossy(&text_of(&other.for_template())).into_owned(),
        }
    }

    /// What was merged over it: mappings entry by entry, everything else as a whole.
    pub(crate) fn merge(&mut self, over: &Self) {
        match (self, over) {
            (Self::Map(entries), Self::Map(others)) => merge(entries, others),
            (Self::Texts(entries), Self::Texts(others)) => {
                entries.extend(others.iter().map(|(key, value)| (key.clone(), value.clone())));
            }
            (Self::Map(entries), Self::Texts(others)) => {
                entries.extend(others.iter().map(|(key, value)| (key.clone(), value.clone().into())));
            }
            (one, other) => *one = other.clone(),
        }
    }
}

/// Puts parameters over others.
pub(crate) fn merge(parameters: &mut Parameters, over: &Parameters) {
    for (key, value) in over {
        match parameters.get_mut(key) {
            Some(there) => there.merge(value),
            None => {
                parameters.insert(key.clone(), value.clone());
            }
        }
    }
}

/// The entries of a mapping whose keys are texts.
pub(crate) fn of_entries(entries: &[(Value, Value)]) -> Parameters {
    let entry = |(key, value): &(Value, Value)| Some((key.as_str()?.to_owned(), Parameter::of(value)));
    entries.iter().filter_map(entry).collect()
}

fn map<'k>(map_type: MapType, entries: impl Iterator<Item = (&'k String, TemplateValue)>) -> TemplateValue {
    let map = Map::new(map_type);
    for (key, value) in entries {
        map.insert(key.as_str().into(), Ledger::NOWHERE, value);
    }
    TemplateValue::unwritten(Data::Map(map))
}

/// All that parameters hold, by paths with dots, as text. What is empty is not there.
pub(crate) fn flat(parameters: &Parameters) -> BTreeMap<String, String> {
    let mut texts = BTreeMap::new();
    for (key, value) in parameters {
        flatten(key.clone(), value, &mut texts);
    }
    texts
}

fn flatten(path: String, parameter: &Parameter, texts: &mut BTreeMap<String, String>) {
    match parameter {
        Parameter::Map(entries) => {
            for (key, value) in entries {
                flatten(format!("{path}.{key}"), value, texts);
            }
        }
        Parameter::Texts(entries) => {
            texts.extend(entries.iter().map(|(key, value)| (format!("{path}.{key}"), value.clone())));
        }
        Parameter::List(items) => {
            for (position, value) in items.iter().enumerate() {
                flatten(format!("{path}.{position}"), value, texts);
            }
        }
        leaf => {
            texts.insert(path, leaf.printed());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_nested_is_called_by_its_path() {
        let list = Parameter::List(vec![Parameter::Number(1.0), Parameter::Map(Parameters::new())]);
        let inner = Parameters::from([
            ("list".to_owned(), list),
            ("text".to_owned(), "x".into()),
            ("segments".to_owned(), Parameter::TextList(vec!["a".to_owned(), "b".to_owned()])),
        ]);
        let outer = Parameters::from([
            ("a".to_owned(), Parameter::Map(inner)),
            ("large".to_owned(), Parameter::Number(1e6)),
            ("nothing".to_owned(), Parameter::Null),
        ]);
        let expected = [
            ("a.list.0", "1"),
            ("a.segments", "[a b]"),
            ("a.text", "x"),
            ("large", "1e+06"),
            ("nothing", "<nil>"),
        ];
        let expected = expected.map(|(key, value)| (key.to_owned(), value.to_owned()));
        assert_eq!(flat(&outer), BTreeMap::from(expected));
    }

    #[test]
    fn lists_are_replaced_and_mappings_are_merged() {
        let of = |key: &str, value: Parameter| Parameters::from([(key.to_owned(), value)]);
        let mut one = of("map", Parameter::Map(of("a", Parameter::List(vec![Parameter::Null]))));
        let two = of("map", Parameter::Map(of("b", "".into())));
        merge(&mut one, &two);
        merge(&mut one, &of("map", Parameter::Map(of("a", Parameter::List(Vec::new())))));
        let mut expected = of("a", Parameter::List(Vec::new()));
        expected.insert("b".to_owned(), "".into());
        assert_eq!(one, of("map", Parameter::Map(expected)));
    }
}
