//! From a graph to a value, as goyaml v3 reads what it has printed of the nodes.

use super::graph::{Data, Entry, Graph, NodeIndex};
use super::scalar::{Scalar, Tag};
use crate::resolve::{Dialect, Meaning, ResolveScalar, resolve};
use crate::value::{VALUE_DEPTH_MAX, Value};

/// Why a graph has no value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadGraph {
    /// A scalar contradicts its tag.
    #[error("'{text}' has no meaning")]
    ResolveScalar {
        /// The scalar.
        node: NodeIndex,
        /// Its text.
        text: String,
        /// What contradicts.
        source: ResolveScalar,
    },
    /// A key that stands twice in one mapping.
    #[error("mapping key '{key}' is already defined")]
    DefineKeyTwice {
        /// The mapping.
        node: NodeIndex,
        /// The key.
        key: String,
    },
    /// A key of another type than text below the root, which JSON cannot hold.
    #[error("key '{key}' is no text")]
    UseOtherKey {
        /// The mapping.
        node: NodeIndex,
        /// The key.
        key: String,
    },
    /// A key that is null.
    #[error("a key is null")]
    UseNullAsKey {
        /// The mapping.
        node: NodeIndex,
    },
    /// More nesting than a value may have.
    #[error("nested deeper than {VALUE_DEPTH_MAX} levels")]
    NestTooDeep,
}

impl<O: Copy> Graph<O> {
    /// The value of the whole.
    ///
    /// # Errors
    /// Where reading what was printed would fail.
    pub fn value(&self) -> Result<Value, ReadGraph> {
        self.value_of(self.root())
    }

    /// The value of a node, read as the root of a document is.
    ///
    /// # Errors
    /// As [`Graph::value`].
    pub fn value_of(&self, node: NodeIndex) -> Result<Value, ReadGraph> {
        if self.is_mapping(node) {
            return self.mapping(node, (VALUE_DEPTH_MAX - 1, self.node(node).is_flow));
        }
        self.read(node, (VALUE_DEPTH_MAX, false))
    }

    fn read(&self, node: NodeIndex, (depth_left, is_in_flow): (usize, bool)) -> Result<Value, ReadGraph> {
        let depth_left = depth_left.checked_sub(1).ok_or(ReadGraph::NestTooDeep)?;
        let within = (depth_left, is_in_flow || self.node(node).is_flow);
        match &self.node(node).data {
            Data::Scalar(scalar) => {
                let meaning = self.meaning(node, scalar, is_in_flow).map_err(|source| {
                    ReadGraph::ResolveScalar { node, text: scalar.text.to_string(), source }
                })?;
                Ok(Value::of_meaning(meaning))
            }
            Data::Sequence(items) => items
                .iter()
                .map(|item| self.read(*item, within))
                .collect::<Result<_, _>>()
                .map(Value::Sequence),
            Data::Mapping(_) => {
                self.refuse_other_keys(node)?;
                self.mapping(node, within)
            }
        }
    }

    /// A tag that is written decides whatever the quotes.
    pub(super) fn meaning<'s>(
        &self,
        node: NodeIndex,
        scalar: &'s Scalar,
        is_in_flow: bool,
    ) -> Result<Meaning<'s>, ResolveScalar> {
        if self.node(node).is_tagged && scalar.tag != Tag::Unset {
            return resolve(Dialect::GoYaml3, &scalar.text, scalar.style, Some(scalar.tag.as_str()));
        }
        scalar.meaning_within(is_in_flow)
    }

    fn mapping(&self, mapping: NodeIndex, within: (usize, bool)) -> Result<Value, ReadGraph> {
        self.refuse_bad_keys(mapping)?;
        let read = self
            .entries(mapping)
            .iter()
            .map(|entry| Ok((Value::String(entry.key.text.to_string()), self.read(entry.value, within)?)));
        read.collect::<Result<_, _>>().map(Value::Mapping)
    }

    /// The root is read into a map of texts; what is below becomes one only if its keys are texts.
    fn refuse_other_keys(&self, mapping: NodeIndex) -> Result<(), ReadGraph> {
        let is_text = |entry: &&Entry<O>| {
            entry.key.tag == Tag::Str
                || matches!(entry.key.meaning(), Ok(Meaning::String(_) | Meaning::Merge))
        };
        match self.entries(mapping).iter().find(|entry| !is_text(entry)) {
            None => Ok(()),
            Some(entry) => Err(ReadGraph::UseOtherKey { node: mapping, key: entry.key.text.to_string() }),
        }
    }

    fn refuse_bad_keys(&self, mapping: NodeIndex) -> Result<(), ReadGraph> {
        let entries = self.entries(mapping);
        if entries.iter().any(|entry| matches!(entry.key.meaning(), Ok(Meaning::Null))) {
            return Err(ReadGraph::UseNullAsKey { node: mapping });
        }
        let twice = match entries.len() {
            0 | 1 => None,
            2..=KEYS_TO_PAIR_MAX => {
                let is_repeated = |position: &usize| {
                    entries[..*position].iter().any(|before| before.key.text == entries[*position].key.text)
                };
                (1..entries.len()).find(is_repeated).map(|position| &entries[position].key.text)
            }
            _ => {
                let mut keys: Vec<_> = entries.iter().map(|entry| &entry.key.text).collect();
                keys.sort_unstable();
                keys.windows(2).find(|pair| pair[0] == pair[1]).map(|pair| pair[0])
            }
        };
        match twice {
            None => Ok(()),
            Some(key) => Err(ReadGraph::DefineKeyTwice { node: mapping, key: key.to_string() }),
        }
    }
}

/// Up to this many keys comparing them pair by pair is cheaper than sorting them, which needs memory.
const KEYS_TO_PAIR_MAX: usize = 12;

#[cfg(test)]
mod tests {
    use text::{NoOrigins, TextId};

    use super::*;

    fn graph(text: &str) -> Graph<()> {
        let document = crate::parse(TextId(0), text.as_bytes(), 0..text.len(), None).unwrap();
        Graph::take::<NoOrigins>(&document, document.root().unwrap()).unwrap()
    }

    fn value(text: &str) -> Result<Value, ReadGraph> {
        graph(text).value()
    }

    #[test]
    fn keys_of_another_type_are_texts_at_the_root_and_refused_below() {
        assert_eq!(value("1: a\ntrue: b\n").expect("a value").get("1"), Some(&Value::from("a")));
        for text in ["a: {1: b}", "a: {true: b}", "a: [{b: c, 2020-01-01: d}]"] {
            assert!(matches!(value(text), Err(ReadGraph::UseOtherKey { .. })), "{text}");
        }
        assert!(value("a: {'1': b, !!str 2: c}").is_ok());
    }

    #[test]
    fn an_empty_value_in_brackets_is_a_string() {
        let read = |text: &str| value(text).expect("a value").get("a").cloned();
        assert_eq!(read("a:\n"), Some(Value::Null));
        assert_eq!(read("{a: }"), Some(Value::from("")));
        assert_eq!(read("a: [null]"), Some(Value::Sequence(vec![Value::Null])));
        assert_eq!(read("a: {b: }"), Some(Value::Mapping(vec![(Value::from("b"), Value::from(""))])));
    }

    #[test]
    fn a_tag_that_is_written_decides_whatever_the_quotes() {
        let read = |text: &str| value(text).expect("a value").get("a").cloned();
        assert_eq!(read("a: !!int \"7\""), Some(Value::Int(7)));
        assert_eq!(read("a: \"7\""), Some(Value::from("7")));
        assert_eq!(read("a: [!!null '']"), Some(Value::Sequence(vec![Value::Null])));
        assert_eq!(read("a: !!str 7"), Some(Value::from("7")));
    }

    #[test]
    fn a_key_may_not_stand_twice() {
        assert!(matches!(value("a: {b: 1, b: 2}"), Err(ReadGraph::DefineKeyTwice { .. })));
    }
}
