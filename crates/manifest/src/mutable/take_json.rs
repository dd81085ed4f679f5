//! From a parsed document to a graph of the JSON that kubectl, Helm and the reader of kustomizations make of it.
//!
//! Follows `sigs.k8s.io/yaml`: scalars mean what goyaml v2 takes them for, keys are texts and stand sorted, of equal keys
//! the last one counts, one that a merge brings included. Numbers stand as JSON prints them.

use compact_str::CompactString;
use text::Track;

use super::graph::{Data, Entry, Graph, NodeIndex};
use super::scalar::{Scalar, Tag};
use crate::emit::float;
use crate::limits::ALIAS_EXPANSION_NODES_MAX;
use crate::resolve::{Dialect, Meaning, resolve_node};
use crate::value::{Expansion, ReadValue, Value, json_key};
use crate::{Document, NodeId, NodeKind, ScalarStyle};

/// Why a document has no JSON.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TakeJson {
    /// goyaml v2 refuses it.
    #[error(transparent)]
    ReadValue(#[from] ReadValue),
    /// An infinity or not-a-number.
    #[error("JSON has no number for it")]
    HoldNumber {
        /// The scalar.
        node: NodeId,
    },
}

impl TakeJson {
    /// The node that is at fault; none if the document is as a whole.
    #[must_use]
    pub fn node(&self) -> Option<NodeId> {
        match self {
            Self::HoldNumber { node } => Some(*node),
            Self::ReadValue(fault) => match fault {
                ReadValue::ResolveScalar { node, .. }
                | ReadValue::TakeKey { node, .. }
                | ReadValue::DefineKeyTwice { node, .. }
                | ReadValue::MergeOther { node }
                | ReadValue::ContainItself { node }
                | ReadValue::FindAnchor { node } => Some(*node),
                ReadValue::ExpandTooMuch | ReadValue::NestTooDeep => None,
            },
        }
    }
}

impl<O: Copy> Graph<O> {
    /// Takes `node` of a document with all that hangs on it, as JSON.
    ///
    /// # Errors
    /// Where `sigs.k8s.io/yaml` would refuse the document, or past a limit on what aliases expand to.
    pub fn take_as_json<T: Track<Origin = O>>(
        document: &Document<'_>,
        node: NodeId,
    ) -> Result<Self, TakeJson> {
        let count = document.node_ids_within(node).size_hint().1.unwrap_or(0);
        let mut taker = Taker::<T> {
            document,
            graph: Self::new(Data::Scalar(Scalar::null()), T::written(document.span(node))),
            expansion: Expansion::new(count.saturating_add(ALIAS_EXPANSION_NODES_MAX)),
        };
        let root = taker.value(node)?;
        let mut graph = taker.graph;
        graph.set_root(root);
        Ok(graph)
    }
}

struct Taker<'d, 't, T: Track> {
    document: &'d Document<'t>,
    graph: Graph<T::Origin>,
    expansion: Expansion,
}

impl<T: Track> Taker<'_, '_, T> {
    fn value(&mut self, node: NodeId) -> Result<NodeIndex, TakeJson> {
        self.expansion.visit()?;
        let data = match self.document.node(node).kind {
            NodeKind::Scalar { .. } => Data::Scalar(self.scalar(node)?),
            NodeKind::Sequence { .. } => Data::Sequence(self.nested(|taker| {
                taker.document.items(node).iter().map(|item| taker.value(*item)).collect()
            })?),
            NodeKind::Mapping { .. } => {
                Data::Mapping(last_of_each_key(self.nested(|taker| taker.entries(node))?))
            }
            NodeKind::Alias { target } => {
                let taken = self.aliased(node, target, |taker, target| taker.value(target))?;
                self.bring(taken, self.document.span(node).start);
                return Ok(taken);
            }
        };
        Ok(self.graph.add(data, T::written(self.document.span(node))))
    }

    /// Marks a node as brought by the alias that begins at `alias`.
    fn bring(&mut self, node: NodeIndex, alias: u32) {
        let node = self.graph.node_mut(node);
        node.origin = T::aliased(node.origin, alias);
    }

    fn scalar(&self, node: NodeId) -> Result<Scalar, TakeJson> {
        let meaning = resolve_node(self.document, node, Dialect::GoYaml2)
            .map_err(|source| ReadValue::ResolveScalar { node, source })?
            .unwrap_or(Meaning::Null);
        let (text, tag) = match Value::of_meaning(meaning) {
            Value::Bool(value) => (CompactString::from(if value { "true" } else { "false" }), Tag::Bool),
            Value::Int(value) => (compact_str::format_compact!("{value}"), Tag::Int),
            Value::Unsigned(value) => (compact_str::format_compact!("{value}"), Tag::Int),
            Value::Float(value) => {
                let text = float::json(value).ok_or(TakeJson::HoldNumber { node })?;
                let is_int = text.parse::<i64>().is_ok() || text.parse::<u64>().is_ok();
                let tag = if is_int { Tag::Int } else { Tag::Float };
                (CompactString::from(text), tag)
            }
            Value::String(text) => (CompactString::from(text), Tag::Str),
            Value::Null | Value::Sequence(_) | Value::Mapping(_) => return Ok(Scalar::null()),
        };
        Ok(Scalar { text, style: ScalarStyle::Plain, tag })
    }

    /// All entries in the order in which they take effect: a merge stands for its entries at its place.
    fn entries(&mut self, mapping: NodeId) -> Result<Vec<Entry<T::Origin>>, TakeJson> {
        let document = self.document;
        let mut entries = Vec::with_capacity(document.entries(mapping).len());
        for entry in document.entries(mapping) {
            let meaning = resolve_node(document, entry.key, Dialect::GoYaml2);
            match meaning {
                Ok(Some(Meaning::Merge)) => {
                    for merged in self.merged_mappings(entry.value)?.into_iter().rev() {
                        self.merge(merged, &mut entries)?;
                    }
                }
                _ => entries.push(self.entry(entry.key, entry.value)?),
            }
        }
        Ok(entries)
    }

    fn entry(&mut self, key: NodeId, value: NodeId) -> Result<Entry<T::Origin>, TakeJson> {
        let document = self.document;
        let read = Value::from_node(document, key, Dialect::GoYaml2)?;
        let text = json_key(read).map_err(|source| ReadValue::TakeKey { node: key, source })?;
        let written = document.dereference(key);
        let origin = T::written(document.span(written));
        let key_origin = if written == key { origin } else { T::aliased(origin, document.span(key).start) };
        Ok(Entry { key: Scalar::string(text), key_origin, value: self.value(value)? })
    }

    /// The mappings under a merge key: one, an alias of one, or a sequence of both. Aliases stay aliases.
    fn merged_mappings(&self, value: NodeId) -> Result<Vec<NodeId>, TakeJson> {
        let document = self.document;
        let is_mapping = |node: NodeId| document.is_mapping(document.dereference(node));
        if is_mapping(value) {
            return Ok(vec![value]);
        }
        match document.items(value).iter().find(|item| !is_mapping(**item)) {
            Some(other) => Err(ReadValue::MergeOther { node: *other }.into()),
            None if document.is_sequence(value) => Ok(document.items(value).to_vec()),
            None => Err(ReadValue::MergeOther { node: value }.into()),
        }
    }

    fn merge(&mut self, merged: NodeId, into: &mut Vec<Entry<T::Origin>>) -> Result<(), TakeJson> {
        self.expansion.visit()?;
        let NodeKind::Alias { target } = self.document.node(merged).kind else {
            into.extend(self.nested(|taker| taker.entries(merged))?);
            return Ok(());
        };
        let alias = self.document.span(merged).start;
        for mut entry in self.aliased(merged, target, |taker, target| taker.entries(target))? {
            entry.key_origin = T::aliased(entry.key_origin, alias);
            self.bring(entry.value, alias);
            into.push(entry);
        }
        Ok(())
    }

    /// Goes one collection deeper.
    fn nested<R>(&mut self, take: impl FnOnce(&mut Self) -> Result<R, TakeJson>) -> Result<R, TakeJson> {
        self.expansion.enter()?;
        let taken = take(self);
        self.expansion.leave();
        taken
    }

    /// Takes what an alias stands for, unless that is being taken already.
    fn aliased<R>(
        &mut self,
        alias: NodeId,
        target: Option<NodeId>,
        take: impl FnOnce(&mut Self, NodeId) -> Result<R, TakeJson>,
    ) -> Result<R, TakeJson> {
        let target = self.expansion.enter_alias(self.document, alias, target)?;
        let taken = take(self, target);
        self.expansion.leave_alias();
        taken
    }
}

/// Sorts entries by key and leaves the last one of each.
fn last_of_each_key<O: Copy>(mut entries: Vec<Entry<O>>) -> Vec<Entry<O>> {
    entries.reverse();
    entries.sort_by(|one, two| one.key.text.cmp(&two.key.text));
    entries.dedup_by(|later, first| later.key.text == first.key.text);
    entries
}

#[cfg(test)]
mod tests {
    use text::{NoOrigins, Origin, Origins, TextId};

    use super::*;
    use crate::emit::json;

    fn check(yaml: &str, expected: Result<&str, &str>) {
        let documents = crate::parse_all(TextId(0), yaml.as_bytes()).unwrap();
        let root = documents[0].root().unwrap();
        let printed = Graph::take_as_json::<NoOrigins>(&documents[0], root)
            .map(|graph| json(&graph.value().unwrap()).unwrap())
            .map_err(|fault| fault.to_string());
        assert_eq!(printed.as_deref().map_err(String::as_str), expected, "{yaml}");
        if let Ok(expected) = expected {
            let value = Value::from_node(&documents[0], root, Dialect::GoYaml2).unwrap();
            assert_eq!(json(&value).unwrap(), expected, "{yaml}");
        }
    }

    #[test]
    fn scalars_mean_what_version_2_takes_them_for() {
        check(
            "[yes, 0o17, 017, 1_000, 1.0, 1e3, 1e21, 2001-01-01, ~, '1', !!str 1, 18446744073709551615]",
            Ok(r#"[true,15,15,1000,1,1000,1e+21,"2001-01-01",null,"1","1",18446744073709551615]"#),
        );
        check("a: .inf", Err("JSON has no number for it"));
        check("100000000000000000000", Ok("100000000000000000000"));
        check("1.2345678901234567e19", Ok("12345678901234567000"));
    }

    #[test]
    fn keys_are_sorted_texts_and_the_last_of_equal_ones_counts() {
        check("{b: 1, a: 2, b: 3, 1: x, yes: z}", Ok(r#"{"1":"x","a":2,"b":3,"true":"z"}"#));
        check("~: 1", Err("a mapping has a bad key"));
    }

    #[test]
    fn what_a_merge_brings_overrides_what_stands_before_it() {
        check(
            "x: &x {a: 1, b: 1}\nw: &w {b: 2, c: 2}\nz: {a: 0, <<: [*x, *w], c: 3}\n",
            Ok(r#"{"w":{"b":2,"c":2},"x":{"a":1,"b":1},"z":{"a":1,"b":1,"c":3}}"#),
        );
        check("a: &a\n  b: *a\n", Err("an anchor's value contains itself"));
        check("<<: 1", Err("'<<' needs a mapping or a sequence of mappings"));
    }

    #[test]
    fn aliases_name_the_definition_and_their_place() {
        let yaml = "a: &a x\nb: *a\n";
        let documents = crate::parse_all(TextId(0), yaml.as_bytes()).unwrap();
        let graph = Graph::take_as_json::<Origins>(&documents[0], documents[0].root().unwrap()).unwrap();
        let origin = graph.origin(graph.get(graph.root(), "b").unwrap());
        assert!(matches!(origin, Origin::Aliased { alias: 11, .. }), "{origin:?}");
    }
}
