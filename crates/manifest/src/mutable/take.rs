//! From a parsed document to a graph: aliases and merge keys followed, scalars tagged.
//!
//! Follows what kustomize does when it reads a file: anchors are gone afterwards, own keys of a mapping stand before
//! those that a merge brings and win over them, and of several merged mappings the first named wins.

use compact_str::CompactString;
use text::Track;

use super::graph::{Data, Entry, Graph, NodeIndex};
use super::scalar::{Scalar, Tag};
use crate::limits::ALIAS_EXPANSION_NODES_MAX;
use crate::resolve::{Dialect, resolve};
use crate::value::VALUE_DEPTH_MAX;
use crate::{Document, NodeId, NodeKind, ScalarStyle, Structure};

/// Why a document cannot be worked on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TakeDocument {
    /// A key that is a mapping or a sequence.
    #[error("a key is a collection")]
    UseCollectionAsKey {
        /// The key.
        node: NodeId,
    },
    /// Two `<<` in one mapping.
    #[error("duplicate merge key")]
    MergeTwice {
        /// The second one.
        node: NodeId,
    },
    /// A merge key whose value is neither a mapping nor a sequence of mappings.
    #[error("'<<' needs a mapping or a sequence of mappings")]
    MergeOther {
        /// The value.
        node: NodeId,
    },
    /// An alias of nothing, or of what it stands in.
    #[error("an alias has no anchor before it")]
    FindAnchor {
        /// The alias.
        node: NodeId,
    },
    /// More nodes than [`ALIAS_EXPANSION_NODES_MAX`].
    #[error("aliases expand to more than {ALIAS_EXPANSION_NODES_MAX} nodes")]
    ExpandTooMuch,
    /// More nesting than a value may have.
    #[error("nested deeper than {VALUE_DEPTH_MAX} levels")]
    NestTooDeep,
}

impl<O: Copy> Graph<O> {
    /// Takes `node` of a document with all that hangs on it.
    ///
    /// # Errors
    /// Where kustomize would refuse the document, or past a limit on what aliases expand to.
    pub fn take<T: Track<Origin = O>>(document: &Document<'_>, node: NodeId) -> Result<Self, TakeDocument> {
        let count = document.node_ids_within(node).size_hint().1.unwrap_or(0);
        let mut taker = Taker::<T> {
            document,
            graph: None,
            expanding: Vec::new(),
            depth: 0,
            // Every second node is a key, more or less, and keys are no nodes of a graph.
            expected: count / 2 + 1,
            nodes_left: count.saturating_add(ALIAS_EXPANSION_NODES_MAX),
        };
        let root = taker.node(node)?;
        let origin = T::written(document.span(node));
        let mut graph = taker.graph.unwrap_or_else(|| Self::new(Data::Scalar(Scalar::null()), origin));
        graph.set_root(root);
        Ok(graph)
    }
}

struct Taker<'d, 't, T: Track> {
    document: &'d Document<'t>,
    graph: Option<Graph<T::Origin>>,
    /// The anchored nodes that are being expanded, innermost last.
    expanding: Vec<NodeId>,
    depth: usize,
    /// How many nodes the graph will have, roughly.
    expected: usize,
    nodes_left: usize,
}

impl<T: Track> Taker<'_, '_, T> {
    fn node(&mut self, node: NodeId) -> Result<NodeIndex, TakeDocument> {
        self.enter()?;
        let origin = T::written(self.document.span(node));
        let taken = match self.document.node(node).kind {
            NodeKind::Scalar { style } => {
                let scalar = self.scalar(node, style);
                let is_tagged = self.written_tag(node).is_some();
                let added = self.add(Data::Scalar(scalar), origin);
                if let Some(graph) = &mut self.graph {
                    graph.node_mut(added).is_tagged = is_tagged;
                }
                added
            }
            NodeKind::Sequence { structure } => {
                let items = self.document.items(node).iter();
                let items = items.map(|item| self.node(*item)).collect::<Result<_, _>>()?;
                self.add_collection((Data::Sequence(items), structure), origin)
            }
            NodeKind::Mapping { structure } => {
                let entries = self.entries(node)?;
                self.add_collection((Data::Mapping(entries), structure), origin)
            }
            NodeKind::Alias { target } => self.alias(node, target)?,
        };
        self.depth -= 1;
        Ok(taken)
    }

    /// Counts one more node, or one more mapping that a merge key brings, one level deeper than what stands around it.
    fn enter(&mut self) -> Result<(), TakeDocument> {
        self.nodes_left = self.nodes_left.checked_sub(1).ok_or(TakeDocument::ExpandTooMuch)?;
        self.depth += 1;
        if self.depth > VALUE_DEPTH_MAX {
            return Err(TakeDocument::NestTooDeep);
        }
        Ok(())
    }

    fn add(&mut self, data: Data<T::Origin>, origin: T::Origin) -> NodeIndex {
        match &mut self.graph {
            Some(graph) => graph.add(data, origin),
            none => {
                let graph = none.insert(Graph::new(data, origin));
                graph.reserve(self.expected);
                graph.root()
            }
        }
    }

    fn add_collection(
        &mut self,
        (data, structure): (Data<T::Origin>, Structure),
        origin: T::Origin,
    ) -> NodeIndex {
        let added = self.add(data, origin);
        if let Some(graph) = &mut self.graph {
            graph.node_mut(added).is_flow = structure == Structure::Flow;
        }
        added
    }

    fn alias(&mut self, alias: NodeId, target: Option<NodeId>) -> Result<NodeIndex, TakeDocument> {
        let target = target.filter(|target| !self.is_cyclic(*target, alias));
        let target = target.ok_or(TakeDocument::FindAnchor { node: alias })?;
        self.expanding.push(target);
        let taken = self.node(target)?;
        self.expanding.pop();
        if let Some(graph) = &mut self.graph {
            let node = graph.node_mut(taken);
            node.origin = T::aliased(node.origin, self.document.span(alias).start);
        }
        Ok(taken)
    }

    /// Whether an alias of `target` would bring what it stands in.
    fn is_cyclic(&self, target: NodeId, alias: NodeId) -> bool {
        self.expanding.contains(&target) || self.document.ancestors(alias).any(|node| node == target)
    }

    fn scalar(&self, node: NodeId, style: ScalarStyle) -> Scalar {
        let text = CompactString::from(self.document.text(node).unwrap_or_default());
        let tag = match self.written_tag(node) {
            Some(tag) => Tag::of(&crate::resolve::short_tag(tag)),
            None => resolve(Dialect::GoYaml3, &text, style, None)
                .map_or(Tag::Unset, |meaning| Tag::of_meaning(&meaning)),
        };
        Scalar { text, style, tag }
    }

    fn written_tag(&self, node: NodeId) -> Option<&str> {
        self.document.tag(node).filter(|tag| *tag != "!")
    }

    /// Own entries in their order, then those that `<<` brings.
    fn entries(&mut self, mapping: NodeId) -> Result<Vec<Entry<T::Origin>>, TakeDocument> {
        let document = self.document;
        let mut entries = Vec::with_capacity(document.entries(mapping).len());
        let mut merged = None;
        for entry in document.entries(mapping) {
            if self.is_merge(entry.key) {
                if merged.replace(entry.value).is_some() {
                    return Err(TakeDocument::MergeTwice { node: entry.key });
                }
                continue;
            }
            let (key, key_origin) = self.key(entry.key)?;
            let value = self.node(entry.value)?;
            entries.push(Entry { key, key_origin, value });
        }
        if let Some(merged) = merged {
            self.merge(merged, &mut entries)?;
        }
        Ok(entries)
    }

    fn is_merge(&self, key: NodeId) -> bool {
        match self.document.tag(key) {
            Some(tag) => crate::resolve::short_tag(tag) == "!!merge",
            None => self.document.is_merge_key(key),
        }
    }

    fn key(&self, key: NodeId) -> Result<(Scalar, T::Origin), TakeDocument> {
        let written = self.document.dereference(key);
        let NodeKind::Scalar { style } = self.document.node(written).kind else {
            return Err(TakeDocument::UseCollectionAsKey { node: key });
        };
        let origin = T::written(self.document.span(written));
        let origin = if written == key { origin } else { T::aliased(origin, self.document.span(key).start) };
        // Under a tag that is written quotes say nothing, while under one that is not they make a string.
        let is_tagged = self.written_tag(written).is_some();
        let scalar = self.scalar(written, style);
        let style = if is_tagged && scalar.tag != Tag::Str { ScalarStyle::Plain } else { style };
        Ok((Scalar { style, ..scalar }, origin))
    }

    /// Adds what a merge key brings and is not there yet. Of several mappings the first named wins, and stands last: so
    /// they are gone through from the last to the first, each replacing what an earlier one in this order brought.
    fn merge(&mut self, merged: NodeId, entries: &mut Vec<Entry<T::Origin>>) -> Result<(), TakeDocument> {
        let own = entries.len();
        let mut sources = Vec::new();
        self.merge_sources(merged, &mut sources)?;
        for (mapping, alias) in sources.into_iter().rev() {
            self.enter()?;
            self.expanding.push(mapping);
            let brought = self.entries(mapping)?;
            self.expanding.pop();
            self.depth -= 1;
            for mut entry in brought {
                if let Some(alias) = alias {
                    entry.key_origin = T::aliased(entry.key_origin, alias);
                    if let Some(graph) = &mut self.graph {
                        let value = graph.node_mut(entry.value);
                        value.origin = T::aliased(value.origin, alias);
                    }
                }
                match entries.iter().position(|there| there.key.text == entry.key.text) {
                    None => entries.push(entry),
                    Some(position) if position >= own => entries[position] = entry,
                    Some(_) => {}
                }
            }
        }
        Ok(())
    }

    /// The mappings that a merge names, in their order, each with the start of the alias that names it.
    fn merge_sources(
        &self,
        merged: NodeId,
        sources: &mut Vec<(NodeId, Option<u32>)>,
    ) -> Result<(), TakeDocument> {
        let document = self.document;
        let other = TakeDocument::MergeOther { node: merged };
        match document.node(merged).kind {
            NodeKind::Mapping { .. } => sources.push((merged, None)),
            NodeKind::Alias { target } => {
                let target = target.ok_or(TakeDocument::FindAnchor { node: merged })?;
                if self.is_cyclic(target, merged) {
                    return Err(TakeDocument::FindAnchor { node: merged });
                }
                if !document.is_mapping(target) {
                    return Err(other);
                }
                sources.push((target, Some(document.span(merged).start)));
            }
            NodeKind::Sequence { .. } => {
                for item in document.items(merged) {
                    if document.is_sequence(*item) {
                        return Err(other);
                    }
                    self.merge_sources(*item, sources)?;
                }
            }
            NodeKind::Scalar { .. } => return Err(other),
        }
        Ok(())
    }
}
