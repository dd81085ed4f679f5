//! Fields of an object's value, read as leniently as an API server prunes: what has another type is not there.

use manifest::value::Value;

/// A place in a value; may be empty.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fields<'v>(Option<&'v Value>);

impl<'v> Fields<'v> {
    pub(crate) fn of(value: &'v Value) -> Self {
        Self(Some(value))
    }

    /// What stands at a path of keys.
    pub(crate) fn at(self, path: &[&str]) -> Self {
        let step = |value: Option<&'v Value>, key: &&str| value.and_then(|value| value.get(key));
        Self(path.iter().fold(self.0, step))
    }

    pub(crate) fn value(self) -> Option<&'v Value> {
        self.0.filter(|value| !matches!(value, Value::Null))
    }

    /// The text there; empty if there is none.
    pub(crate) fn text(self, path: &[&str]) -> &'v str {
        self.at(path).0.and_then(Value::as_str).unwrap_or_default()
    }

    pub(crate) fn flag(self, path: &[&str]) -> Option<bool> {
        match self.at(path).0 {
            Some(Value::Bool(flag)) => Some(*flag),
            _ => None,
        }
    }

    /// The items of the sequence there.
    pub(crate) fn items(self, path: &[&str]) -> impl Iterator<Item = Fields<'v>> + use<'v> {
        let items: &[Value] = match self.at(path).0 {
            Some(Value::Sequence(items)) => items,
            _ => &[],
        };
        items.iter().map(Fields::of)
    }

    /// The texts of the mapping there, by their keys.
    pub(crate) fn texts(self, path: &[&str]) -> impl Iterator<Item = (&'v str, &'v str)> + use<'v> {
        let entries: &[(Value, Value)] = match self.at(path).0 {
            Some(Value::Mapping(entries)) => entries,
            _ => &[],
        };
        entries.iter().filter_map(|(key, value)| Some((key.as_str()?, value.as_str()?)))
    }
}
