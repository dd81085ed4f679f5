//! Setting one entry in several maps of an object, as labels and annotations do.
//!
//! The original puts one node under the key in all maps that do not have it yet: whoever changes it in one of them later
//! changes it in all. Where the key is there already, its node becomes a copy that keeps its style, and the shared node
//! takes that style on.

use manifest::ScalarStyle;
use manifest::mutable::{Data, Graph, NodeIndex, Scalar, Tag};
use text::Track;

use crate::field_spec::{Made, SpecTable};
use crate::fields::{self, Create, ReachField};
use crate::kustomization::{FieldSpec, Text, TextMap};
use crate::res_map::ResMap;
use crate::{Failure, Work};

/// Puts all entries into the maps that the specs name, in every object.
pub(super) fn set_entries<T: Track>(
    entries: &TextMap<T::Origin>,
    specs: &[FieldSpec],
    work: &mut Work<T>,
    map: &mut ResMap<T::Origin>,
) -> Result<(), Failure> {
    if entries.is_empty() {
        return Ok(());
    }
    let mut table = SpecTable::new(specs);
    let ambiguous: Vec<bool> = entries.iter().map(|(_, value)| fields::is_ambiguous(&value.text)).collect();
    for slot in map.slots() {
        let Some(resource) = map.get_mut(slot) else { continue };
        for ((key, value), is_ambiguous) in entries.iter().zip(&ambiguous) {
            let made = Made { create: Create::Mapping, tag: Tag::Unset, origin: value.origin };
            let mut entry = SharedEntry {
                key,
                value,
                is_ambiguous: *is_ambiguous,
                style: ScalarStyle::Plain,
                node: None,
            };
            table.visit(resource, Some(&made), &mut |graph, node| {
                Ok(entry.set(graph, node, &mut work.tracker)?)
            })?;
        }
    }
    Ok(())
}

/// An entry on its way through the maps of one object.
struct SharedEntry<'e, O> {
    key: &'e Text<O>,
    value: &'e Text<O>,
    /// Whether a reader of YAML 1.1 would take it for something else than a string.
    is_ambiguous: bool,
    style: ScalarStyle,
    /// The node that all maps hold that did not have the key.
    node: Option<NodeIndex>,
}

impl<O: Copy> SharedEntry<'_, O> {
    fn set<T: Track<Origin = O>>(
        &mut self,
        graph: &mut Graph<O>,
        map: NodeIndex,
        tracker: &mut T,
    ) -> Result<(), ReachField> {
        if !graph.is_mapping(map) && !graph.is_null(map) {
            let (found, step) = (fields::kind_of(graph, map), self.key.text.to_string());
            return Err(ReachField::MeetKind { expected: "MappingNode", found, step });
        }
        if self.is_ambiguous && self.style == ScalarStyle::Plain {
            self.take_style(graph, ScalarStyle::DoubleQuoted);
        }
        match graph.get(map, &self.key.text) {
            Some(there) => {
                self.take_style(graph, graph.scalar(there).map_or(ScalarStyle::Plain, |scalar| scalar.style));
                let origin = tracker.patched(self.value.origin, Some(graph.origin(there)));
                let scalar = self.scalar();
                let node = graph.node_mut(there);
                (node.data, node.origin) = (Data::Scalar(scalar), origin);
            }
            None => {
                let scalar = self.scalar();
                let node =
                    *self.node.get_or_insert_with(|| graph.add(Data::Scalar(scalar), self.value.origin));
                graph.push_entry(map, Scalar::untagged(self.key.text.clone()), self.key.origin, node);
            }
        }
        Ok(())
    }

    fn scalar(&self) -> Scalar {
        Scalar { style: self.style, ..Scalar::string(self.value.text.clone()) }
    }

    fn take_style(&mut self, graph: &mut Graph<O>, style: ScalarStyle) {
        self.style = style;
        if let Some(Data::Scalar(scalar)) = self.node.map(|node| &mut graph.node_mut(node).data) {
            scalar.style = style;
        }
    }
}
