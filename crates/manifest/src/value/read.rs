//! From nodes to values: aliases, merge keys and duplicate keys by the rules of a dialect.

use std::collections::BTreeMap;

use crate::limits::ALIAS_EXPANSION_NODES_MAX;
use crate::resolve::{Dialect, Meaning, ResolveScalar, Timestamp, resolve_node};
use crate::value::{Expansion, JsonKey, VALUE_DEPTH_MAX, Value, json_key};
use crate::{Document, NodeId, NodeKind};

/// Why a node has no value for a reader: it would refuse the document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadValue {
    /// A scalar contradicts its tag.
    #[error("a scalar has no meaning")]
    ResolveScalar {
        /// The scalar.
        node: NodeId,
        /// What contradicts.
        source: ResolveScalar,
    },
    /// A key that the reader does not take.
    #[error("a mapping has a bad key")]
    TakeKey {
        /// The key.
        node: NodeId,
        /// What is wrong with it.
        source: JsonKey,
    },
    /// A key that stands twice in one mapping; only v3 refuses that.
    #[error("mapping key '{key}' is already defined")]
    DefineKeyTwice {
        /// The second key.
        node: NodeId,
        /// Its text.
        key: String,
    },
    /// A merge key whose value is neither a mapping nor a sequence of mappings.
    #[error("'<<' needs a mapping or a sequence of mappings")]
    MergeOther {
        /// The value.
        node: NodeId,
    },
    /// An alias that stands inside of what it stands for.
    #[error("an anchor's value contains itself")]
    ContainItself {
        /// The alias.
        node: NodeId,
    },
    /// An alias of nothing.
    #[error("an alias has no anchor before it")]
    FindAnchor {
        /// The alias.
        node: NodeId,
    },
    /// More nodes than [`ALIAS_EXPANSION_NODES_MAX`] once aliases are expanded.
    #[error("aliases expand to more than {ALIAS_EXPANSION_NODES_MAX} nodes")]
    ExpandTooMuch,
    /// More nesting than a value may have once aliases are expanded.
    #[error("aliases nest deeper than {VALUE_DEPTH_MAX} levels")]
    NestTooDeep,
}

impl Value {
    /// Reads a node as the program of `dialect` does.
    ///
    /// In v2 keys are texts, as kubectl and Helm turn YAML into JSON, and of equal keys the last one counts, one that a
    /// merge brings included. In v3 keys keep their type, explicit keys win over merged ones, and equal keys are refused.
    /// Timestamps of v3 become texts as Go prints them; bytes under `!!binary` that are no UTF-8 get a replacement
    /// character each, as in Go's JSON.
    ///
    /// # Errors
    /// Whenever that program would refuse the document, or past a limit on expanded aliases.
    pub fn from_node(document: &Document<'_>, node: NodeId, dialect: Dialect) -> Result<Self, ReadValue> {
        let expansion = Expansion::new(ALIAS_EXPANSION_NODES_MAX);
        Reader { document, dialect, expansion }.value(node)
    }

    /// Reads a whole document; one without content is null.
    ///
    /// # Errors
    /// As [`Value::from_node`].
    pub fn from_document(document: &Document<'_>, dialect: Dialect) -> Result<Self, ReadValue> {
        document.root().map_or(Ok(Self::Null), |root| Self::from_node(document, root, dialect))
    }

    /// The value of a scalar, as Go hands it on to JSON.
    pub(crate) fn of_meaning(meaning: Meaning<'_>) -> Self {
        match meaning {
            Meaning::Null => Self::Null,
            Meaning::Bool(value) => Self::Bool(value),
            Meaning::Int(value) => Self::Int(value),
            Meaning::Unsigned(value) => Self::Unsigned(value),
            Meaning::Float(value) => Self::Float(value),
            Meaning::String(text) => Self::String(text.into_owned()),
            Meaning::Merge => Self::from("<<"),
            Meaning::Timestamp(text) => {
                Self::String(Timestamp::parse(text).map_or_else(|| text.to_owned(), Timestamp::to_rfc3339))
            }
            Meaning::Binary(bytes) => Self::String(lossy(&bytes)),
        }
    }
}

/// An entry with the node of its key.
struct Read {
    key: Value,
    value: Value,
}

struct Reader<'d, 't> {
    document: &'d Document<'t>,
    dialect: Dialect,
    expansion: Expansion,
}

impl Reader<'_, '_> {
    fn value(&mut self, node: NodeId) -> Result<Value, ReadValue> {
        self.expansion.visit()?;
        match self.document.node(node).kind {
            NodeKind::Scalar { .. } => self.scalar(node),
            NodeKind::Alias { target } => self.aliased(node, target, |reader, target| reader.value(target)),
            NodeKind::Sequence { .. } => {
                let items = self.nested(|reader| {
                    reader.document.items(node).iter().map(|item| reader.value(*item)).collect()
                });
                items.map(Value::Sequence)
            }
            NodeKind::Mapping { .. } => {
                let entries = self.nested(|reader| reader.mapping(node))?;
                Ok(Value::Mapping(entries.into_iter().map(|entry| (entry.key, entry.value)).collect()))
            }
        }
    }

    fn scalar(&self, node: NodeId) -> Result<Value, ReadValue> {
        let meaning = resolve_node(self.document, node, self.dialect)
            .map_err(|source| ReadValue::ResolveScalar { node, source })?;
        Ok(meaning.map_or(Value::Null, Value::of_meaning))
    }

    /// Goes one collection deeper.
    fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, ReadValue>) -> Result<T, ReadValue> {
        self.expansion.enter()?;
        let result = read(self);
        self.expansion.leave();
        result
    }

    /// Reads what an alias stands for, unless that is being read already.
    fn aliased<T>(
        &mut self,
        node: NodeId,
        target: Option<NodeId>,
        read: impl FnOnce(&mut Self, NodeId) -> Result<T, ReadValue>,
    ) -> Result<T, ReadValue> {
        let target = self.expansion.enter_alias(self.document, node, target)?;
        let result = read(self, target);
        self.expansion.leave_alias();
        result
    }

    fn mapping(&mut self, node: NodeId) -> Result<Vec<Read>, ReadValue> {
        match self.dialect {
            Dialect::GoYaml2 => self.mapping_where_the_last_wins(node),
            Dialect::GoYaml3 => self.mapping_where_explicit_wins(node, self.keys_of(node)),
        }
    }

    /// v3 gives a mapping whose own keys are all texts a type that turns merged keys into texts as well.
    fn keys_of(&self, mapping: NodeId) -> Keys {
        let is_text = |key: NodeId| {
            let meaning = resolve_node(self.document, self.document.dereference(key), self.dialect);
            matches!(meaning, Ok(Some(Meaning::String(_) | Meaning::Merge)))
        };
        let entries = self.document.entries(mapping);
        if entries.iter().all(|entry| is_text(entry.key)) { Keys::Texts } else { Keys::Typed }
    }

    /// v2: a merge key stands for its entries at its place, and every entry overrides those before it.
    fn mapping_where_the_last_wins(&mut self, node: NodeId) -> Result<Vec<Read>, ReadValue> {
        let document = self.document;
        let mut entries = Vec::with_capacity(document.entries(node).len());
        for entry in document.entries(node) {
            if self.is_merge(entry.key)? {
                for merged in self.merged_mappings(entry.value)?.into_iter().rev() {
                    entries.extend(self.merged_entries(merged, Keys::Texts)?);
                }
            } else {
                entries.push(self.entry(entry.key, entry.value)?);
            }
        }
        Ok(unique(entries, Keep::Last))
    }

    /// v3: explicit entries first; then what is merged fills in the keys that are missing, the first mapping first.
    fn mapping_where_explicit_wins(&mut self, node: NodeId, keys: Keys) -> Result<Vec<Read>, ReadValue> {
        self.refuse_equal_keys(node)?;
        let document = self.document;
        let mut entries = Vec::with_capacity(document.entries(node).len());
        let mut merges = Vec::new();
        for entry in document.entries(node) {
            if self.is_merge(entry.key)? {
                merges.extend(self.merged_mappings(entry.value)?);
            } else if keys == Keys::Typed {
                entries.push(self.entry(entry.key, entry.value)?);
            } else {
                entries.extend(self.entry_with_text_key(entry.key, entry.value)?);
            }
        }
        let mut entries = unique(entries, Keep::Last);
        for merged in &merges {
            entries.extend(self.merged_entries(*merged, keys)?);
        }
        Ok(if merges.is_empty() { entries } else { unique(entries, Keep::First) })
    }

    fn is_merge(&self, key: NodeId) -> Result<bool, ReadValue> {
        let meaning = resolve_node(self.document, key, self.dialect);
        match meaning {
            Ok(meaning) => Ok(meaning == Some(Meaning::Merge)),
            Err(source) => Err(ReadValue::ResolveScalar { node: key, source }),
        }
    }

    fn entry(&mut self, key: NodeId, value: NodeId) -> Result<Read, ReadValue> {
        let read = self.value(key)?;
        let refused = |source| ReadValue::TakeKey { node: key, source };
        let key = match (self.dialect, read) {
            (Dialect::GoYaml2, read) => Value::String(json_key(read).map_err(refused)?),
            (Dialect::GoYaml3, Value::Sequence(_)) => return Err(refused(JsonKey::Unsupported("sequence"))),
            (Dialect::GoYaml3, Value::Mapping(_)) => return Err(refused(JsonKey::Unsupported("mapping"))),
            (Dialect::GoYaml3, read) => read,
        };
        Ok(Read { key, value: self.value(value)? })
    }

    /// An entry of a mapping whose keys are texts: the key as written; none for null, which has no text.
    fn entry_with_text_key(&mut self, key: NodeId, value: NodeId) -> Result<Option<Read>, ReadValue> {
        let node = self.document.dereference(key);
        let Some(text) = self.document.text(node) else {
            return Err(ReadValue::TakeKey { node: key, source: JsonKey::Unsupported("collection") });
        };
        let key = match self.value(key)? {
            Value::Null => return Ok(None),
            read @ Value::String(_) if self.document.tag(node) == Some("!!binary") => read,
            _ => Value::from(text),
        };
        Ok(Some(Read { key, value: self.value(value)? }))
    }

    /// The mappings under a merge key: one, an alias of one, or a sequence of both. Aliases stay aliases.
    fn merged_mappings(&self, value: NodeId) -> Result<Vec<NodeId>, ReadValue> {
        let document = self.document;
        let is_mapping = |node: NodeId| document.is_mapping(document.dereference(node));
        if is_mapping(value) {
            return Ok(vec![value]);
        }
        match document.items(value).iter().find(|item| !is_mapping(**item)) {
            Some(other) => Err(ReadValue::MergeOther { node: *other }),
            None if document.is_sequence(value) => Ok(document.items(value).to_vec()),
            None => Err(ReadValue::MergeOther { node: value }),
        }
    }

    fn merged_entries(&mut self, node: NodeId, keys: Keys) -> Result<Vec<Read>, ReadValue> {
        self.expansion.visit()?;
        let read = |reader: &mut Self, node| match reader.dialect {
            Dialect::GoYaml2 => reader.mapping_where_the_last_wins(node),
            Dialect::GoYaml3 => reader.mapping_where_explicit_wins(node, keys),
        };
        match self.document.node(node).kind {
            NodeKind::Alias { target } => self.aliased(node, target, read),
            _ => self.nested(|reader| read(reader, node)),
        }
    }

    /// v3 compares keys by their text and kind alone: `1` and `"1"` are equal, and so are any two collections.
    fn refuse_equal_keys(&self, mapping: NodeId) -> Result<(), ReadValue> {
        let mut seen = BTreeMap::new();
        for entry in self.document.entries(mapping) {
            let (kind, text) = self.key_text(entry.key);
            if seen.insert((kind, text), entry.key).is_some() {
                return Err(ReadValue::DefineKeyTwice { node: entry.key, key: text.to_owned() });
            }
        }
        Ok(())
    }

    fn key_text(&self, key: NodeId) -> (u8, &str) {
        match self.document.node(key).kind {
            NodeKind::Scalar { .. } => (0, self.document.text(key).unwrap_or_default()),
            NodeKind::Alias { target } => {
                (1, target.and_then(|target| self.document.anchor(target)).unwrap_or_default())
            }
            NodeKind::Mapping { .. } => (2, ""),
            NodeKind::Sequence { .. } => (3, ""),
        }
    }
}

/// What the keys of a v3 mapping become.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Keys {
    /// Each has the type that it resolves to.
    Typed,
    /// Each is the text that was written.
    Texts,
}

/// Which of several entries with the same key counts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Keep {
    First,
    Last,
}

/// Leaves each key once, at the place where it first appears, with the value of the entry that counts.
fn unique(entries: Vec<Read>, keep: Keep) -> Vec<Read> {
    let mut by_key: Vec<usize> = (0..entries.len()).collect();
    by_key.sort_by(|one, two| key_at(&entries, *one).cmp(&key_at(&entries, *two)));
    // The place of an entry is that of the first one with its key.
    let mut place: Vec<usize> = (0..entries.len()).collect();
    for pair in by_key.windows(2) {
        if let [one, two] = pair
            && key_at(&entries, *one) == key_at(&entries, *two)
        {
            let first = place.get(*one).copied().unwrap_or(*one);
            if let Some(slot) = place.get_mut(*two) {
                *slot = first;
            }
        }
    }
    let mut kept: Vec<Option<Read>> = Vec::with_capacity(entries.len());
    for (entry, place) in entries.into_iter().zip(place) {
        kept.push(None);
        if let Some(slot) = kept.get_mut(place)
            && (slot.is_none() || keep == Keep::Last)
        {
            *slot = Some(entry);
        }
    }
    kept.into_iter().flatten().collect()
}

fn key_at(entries: &[Read], index: usize) -> Option<(u8, &Value)> {
    // Keys of different types are different keys, however equal their values.
    entries.get(index).map(|entry| (u8::from(matches!(entry.key, Value::Float(_))), &entry.key))
}

/// Each byte that is no part of a UTF-8 character becomes one replacement character.
fn lossy(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|_| char::REPLACEMENT_CHARACTER));
    }
    text
}
