//! From a graph to a value, as goyaml v3 reads what it has printed of the nodes.

use super::graph::{Data, Graph, NodeIndex};
use crate::resolve::{Meaning, ResolveScalar};
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

    /// The value of a node.
    ///
    /// # Errors
    /// As [`Graph::value`].
    pub fn value_of(&self, node: NodeIndex) -> Result<Value, ReadGraph> {
        self.read(node, VALUE_DEPTH_MAX)
    }

    fn read(&self, node: NodeIndex, depth_left: usize) -> Result<Value, ReadGraph> {
        let depth_left = depth_left.checked_sub(1).ok_or(ReadGraph::NestTooDeep)?;
        match &self.node(node).data {
            Data::Scalar(scalar) => {
                let meaning = scalar.meaning().map_err(|source| ReadGraph::ResolveScalar {
                    node,
                    text: scalar.text.to_string(),
                    source,
                })?;
                Ok(Value::of_meaning(meaning))
            }
            Data::Sequence(items) => items
                .iter()
                .map(|item| self.read(*item, depth_left))
                .collect::<Result<_, _>>()
                .map(Value::Sequence),
            Data::Mapping(entries) => {
                self.refuse_bad_keys(node)?;
                let read = entries.iter().map(|entry| {
                    Ok((Value::String(entry.key.text.to_string()), self.read(entry.value, depth_left)?))
                });
                read.collect::<Result<_, _>>().map(Value::Mapping)
            }
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
