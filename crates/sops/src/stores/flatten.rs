//! Metadata in formats that have no nesting: `age__list_0__map_enc` for the field `enc` of the first item of `age`.

use std::collections::BTreeMap;

use text::Span;

use crate::limits::DEPTH_MAX;
use crate::metadata::ReadMetadata;
use crate::tree::{Branch, Data, Value};

const MAP: &str = "__map_";
const LIST: &str = "__list_";

/// What the keys lead to.
#[derive(Default)]
struct Node {
    value: Option<Value>,
    fields: BTreeMap<String, Node>,
    items: BTreeMap<usize, Node>,
}

/// One step of a key.
enum Step<'k> {
    Field(&'k str),
    Item(usize),
}

/// Makes the nested metadata out of flat entries.
pub(super) fn restore<'k>(entries: impl Iterator<Item = (&'k str, Value)>) -> Result<Branch, ReadMetadata> {
    let mut root = Node::default();
    for (key, value) in entries {
        let unflatten = || ReadMetadata::Unflatten { key: key.to_owned() };
        let mut node = &mut root;
        for step in steps(key).ok_or_else(unflatten)? {
            node = match step {
                Step::Field(field) => node.fields.entry(field.to_owned()).or_default(),
                Step::Item(index) => node.items.entry(index).or_default(),
            };
        }
        if node.value.replace(value).is_some() {
            return Err(unflatten());
        }
    }
    match root.finish("sops")?.data {
        Data::Branch(branch) => Ok(branch),
        _ => Err(ReadMetadata::FindMapping),
    }
}

/// The steps of a key; none where it has more than [`DEPTH_MAX`]. Numbers that are none count as 0, as in SOPS.
fn steps(key: &str) -> Option<Vec<Step<'_>>> {
    let mut steps = Vec::new();
    let mut rest = key;
    let mut is_item = false;
    loop {
        let end = [rest.find(MAP), rest.find(LIST)].into_iter().flatten().min().unwrap_or(rest.len());
        let (name, behind) = rest.split_at(end);
        steps.push(if is_item { Step::Item(name.parse().unwrap_or(0)) } else { Step::Field(name) });
        if steps.len() > DEPTH_MAX {
            return None;
        }
        (rest, is_item) = match (behind.strip_prefix(MAP), behind.strip_prefix(LIST)) {
            (Some(rest), _) => (rest, false),
            (None, Some(rest)) => (rest, true),
            (None, None) => return Some(steps),
        };
    }
}

impl Node {
    fn finish(self, key: &str) -> Result<Value, ReadMetadata> {
        let unflatten = || ReadMetadata::Unflatten { key: key.to_owned() };
        let kinds = [self.value.is_some(), !self.fields.is_empty(), !self.items.is_empty()];
        if kinds.into_iter().filter(|is_there| *is_there).count() > 1 {
            return Err(unflatten());
        }
        if let Some(value) = self.value {
            return Ok(value);
        }
        let span = Span::new(text::TextId(0), 0..0);
        if self.items.is_empty() {
            let mut branch = Branch::default();
            for (key, node) in self.fields {
                let value = node.finish(&key)?;
                branch.push(key, span, value);
            }
            return Ok(Value::new(Data::Branch(branch), span));
        }
        let is_whole = self.items.keys().enumerate().all(|(position, index)| position == *index);
        if !is_whole {
            return Err(unflatten());
        }
        let items = self.items.into_values().map(|node| node.finish(key)).collect::<Result<_, _>>()?;
        Ok(Value::new(Data::List(items), span))
    }
}

/// A text in which `\n` stands for the end of a line, as SOPS writes metadata into INI.
pub(super) fn with_line_ends(value: &Value) -> Value {
    let mut value = value.clone();
    if let Some(text) = value.text().map(|text| text.replace("\\n", "\n")) {
        value.data = Data::Text(text.into());
    }
    value
}

/// A number as Go's `FormatFloat(value, 'G', -1, 64)`, with a digit behind the point where it could be taken for an integer.
pub(super) fn float_text(value: f64) -> String {
    let text = match manifest::emit::float_text(value).as_str() {
        ".nan" => "NaN".to_owned(),
        ".inf" => "+Inf".to_owned(),
        "-.inf" => "-Inf".to_owned(),
        text => text.replace('e', "E"),
    };
    if text.contains(['.', 'E', 'N', 'I']) { text } else { text + ".0" }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> Value {
        Value::new(Data::Text(text.into()), Span::new(text::TextId(0), 0..0))
    }

    fn restored(keys: &[&str]) -> Result<Branch, ReadMetadata> {
        restore(keys.iter().map(|key| (*key, value(key))))
    }

    #[test]
    fn keys_lead_through_lists_and_mappings() {
        let branch = restored(&["a__list_0__map_b", "a__list_0__map_c", "a__list_1__map_b", "d"]).unwrap();
        assert_eq!(branch.get("d").and_then(Value::text), Some("d"));
        let Some(Data::List(items)) = branch.get("a").map(|value| &value.data) else { panic!() };
        let Data::Branch(second) = &items[1].data else { panic!() };
        assert_eq!((items.len(), second.get("b").and_then(Value::text)), (2, Some("a__list_1__map_b")));
    }

    #[test]
    fn keys_that_contradict_each_other_are_refused() {
        for keys in [
            &["a", "a"][..],
            &["a", "a__map_b"],
            &["a__list_0", "a__map_b"],
            &["a__list_1"],
            &["a__list_0", "a__list_99999999"],
        ] {
            assert!(matches!(restored(keys), Err(ReadMetadata::Unflatten { .. })), "{keys:?}");
        }
        assert!(matches!(restored(&["a__map_".repeat(1_000).as_str()]), Err(ReadMetadata::Unflatten { .. })));
    }

    #[test]
    fn numbers_are_not_taken_for_integers() {
        for (value, text) in [(1.0, "1.0"), (1.5, "1.5"), (1e21, "1E+21"), (f64::INFINITY, "+Inf")] {
            assert_eq!(float_text(value), text);
        }
    }
}
