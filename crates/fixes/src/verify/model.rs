//! What a document should mean after its changes, worked out on values.
//!
//! Shares no code with the editor: it never looks at bytes, so that it and the edited text, parsed again, are two
//! witnesses. Values are those that kubectl sees.

use std::collections::BTreeMap;

use manifest::edit::{Change, Fresh, FreshScalar, Place};
use manifest::limits::ALIAS_EXPANSION_NODES_MAX;
use manifest::resolve::Dialect;
use manifest::value::{ReadValue, Value, json_key};
use manifest::{Document, NodeId, NodeKind};

use crate::convert::changes::{bare, targets};

/// Nested collections in what is expected. Moves nest a document's own depth once or twice more at most.
const DEPTH_MAX: usize = 3 * manifest::limits::DEPTH_MAX;

/// Why nothing can be expected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Expect {
    /// The document has no meaning to begin with.
    #[error("kubectl cannot read the document: {0}")]
    Read(#[from] ReadValue),
    /// More nodes or levels than a document may have.
    #[error("the changed document would be too large")]
    TooLarge,
}

/// The value of `document` after `changes`.
pub(crate) fn expected(document: &Document<'_>, changes: &[Change]) -> Result<Value, Expect> {
    // Whatever is refused as it stands (an anchor that contains itself, say) is refused here, before any walk.
    let before = Value::from_document(document, Dialect::GoYaml2)?;
    let Some(root) = document.root().filter(|_| !changes.is_empty()) else { return Ok(before) };
    let mut at: BTreeMap<NodeId, Vec<&Change>> = BTreeMap::new();
    for change in changes {
        for target in targets(change) {
            at.entry(target).or_default().push(bare(change));
        }
    }
    Model { document, at, nodes_left: ALIAS_EXPANSION_NODES_MAX, depth: 0 }.node(root)
}

struct Model<'d> {
    document: &'d Document<'d>,
    at: BTreeMap<NodeId, Vec<&'d Change>>,
    nodes_left: usize,
    depth: usize,
}

impl<'d> Model<'d> {
    fn changes(&self, node: NodeId) -> Vec<&'d Change> {
        self.at.get(&node).cloned().unwrap_or_default()
    }

    fn node(&mut self, node: NodeId) -> Result<Value, Expect> {
        for change in self.changes(node) {
            match change {
                Change::SetScalar { value, .. } => return Ok(scalar(value)),
                Change::ReplaceValue { value, .. } => return self.fresh(value),
                _ => {}
            }
        }
        self.unchanged(node)
    }

    fn unchanged(&mut self, node: NodeId) -> Result<Value, Expect> {
        self.nodes_left = self.nodes_left.checked_sub(1).ok_or(Expect::TooLarge)?;
        if self.depth > DEPTH_MAX {
            return Err(Expect::TooLarge);
        }
        self.depth += 1;
        let value = match self.document.node(node).kind {
            NodeKind::Alias { target: Some(target) } => self.node(target),
            NodeKind::Scalar { .. } | NodeKind::Alias { target: None } => {
                Ok(Value::from_node(self.document, node, Dialect::GoYaml2)?)
            }
            NodeKind::Sequence { .. } => self.sequence(node),
            NodeKind::Mapping { .. } => self.mapping(node),
        };
        self.depth -= 1;
        value
    }

    fn sequence(&mut self, node: NodeId) -> Result<Value, Expect> {
        let mut items = Vec::new();
        for item in self.document.items(node) {
            if !self.changes(*item).iter().any(|change| matches!(change, Change::RemoveItem { .. })) {
                items.push(self.node(*item)?);
            }
        }
        for change in self.changes(node) {
            if let Change::AppendItem { value, .. } = change {
                items.push(self.fresh(value)?);
            }
        }
        Ok(Value::Sequence(items))
    }

    fn mapping(&mut self, node: NodeId) -> Result<Value, Expect> {
        let mut entries = Entries::default();
        for entry in self.document.entries(node) {
            self.inserted(node, Place::Before(entry.key), &mut entries)?;
            self.entry(entry.key, entry.value, &mut entries)?;
            self.inserted(node, Place::After(entry.key), &mut entries)?;
        }
        self.inserted(node, Place::Last, &mut entries)?;
        Ok(entries.finish())
    }

    fn inserted(&mut self, mapping: NodeId, at: Place, entries: &mut Entries) -> Result<(), Expect> {
        for change in self.changes(mapping) {
            if let Change::InsertEntry { place, key, value, .. } = change
                && *place == at
            {
                entries.set(key.clone(), self.fresh(value)?);
            }
        }
        Ok(())
    }

    fn entry(&mut self, key: NodeId, value: NodeId, entries: &mut Entries) -> Result<(), Expect> {
        let mut renamed = None;
        for change in self.changes(key) {
            match change {
                Change::RemoveEntry { .. } => return Ok(()),
                Change::RenameKey { to, .. } => renamed = Some(to.clone()),
                Change::ReplaceEntries { keys, key: new, value } => {
                    if keys.first() == Some(&key) {
                        entries.set(new.clone(), self.fresh(value)?);
                    }
                    return Ok(());
                }
                _ => {}
            }
        }
        if renamed.is_none() && self.document.is_merge_key(key) {
            return self.merge(value, entries);
        }
        let name = match renamed {
            Some(name) => name,
            None => self.key(key)?,
        };
        let value = self.node(value)?;
        entries.set(name, value);
        Ok(())
    }

    fn key(&self, key: NodeId) -> Result<String, Expect> {
        let value = Value::from_node(self.document, key, Dialect::GoYaml2)?;
        json_key(value).map_err(|source| Expect::Read(ReadValue::TakeKey { node: key, source }))
    }

    /// What a merge key brings counts like entries that stand in its place; of a list of them the first wins.
    fn merge(&mut self, value: NodeId, entries: &mut Entries) -> Result<(), Expect> {
        let merged = match self.node(value)? {
            Value::Sequence(items) => items,
            single => vec![single],
        };
        for mapping in merged.into_iter().rev() {
            if let Value::Mapping(pairs) = mapping {
                for (key, value) in pairs {
                    entries.set(key.as_str().unwrap_or_default().to_owned(), value);
                }
            }
        }
        Ok(())
    }

    fn fresh(&mut self, fresh: &'d Fresh) -> Result<Value, Expect> {
        match fresh {
            Fresh::Scalar(value) | Fresh::TextOf { node: _, value } => Ok(scalar(value)),
            Fresh::Moved(node) => self.node(*node),
            Fresh::InsteadOf { of: _, value } => self.fresh(value),
            Fresh::Sequence(items) => {
                items.iter().map(|item| self.fresh(item)).collect::<Result<_, _>>().map(Value::Sequence)
            }
            Fresh::Mapping(pairs) => {
                let mut entries = Entries::default();
                for (key, value) in pairs {
                    entries.set(key.clone(), self.fresh(value)?);
                }
                Ok(entries.finish())
            }
        }
    }
}

/// The entries of a mapping; of equal keys the last one counts.
#[derive(Default)]
struct Entries(BTreeMap<String, Value>);

impl Entries {
    fn set(&mut self, key: String, value: Value) {
        self.0.insert(key, value);
    }

    fn finish(self) -> Value {
        Value::Mapping(self.0.into_iter().map(|(key, value)| (Value::String(key), value)).collect())
    }
}

fn scalar(value: &FreshScalar) -> Value {
    match value {
        FreshScalar::String(text) => Value::String(text.clone()),
        FreshScalar::Integer(number) => Value::Int(*number),
        FreshScalar::Boolean(value) => Value::Bool(*value),
        FreshScalar::Null => Value::Null,
    }
}
