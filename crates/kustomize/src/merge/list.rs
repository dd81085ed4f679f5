//! Lists that merge: items with the same values of their keys come together.
//!
//! The patch's items come first, in its order; then those of the object that it does not name.

use crate::lookup::Lookup;

use compact_str::CompactString;
use manifest::mutable::{Data, NodeIndex, Scalar, Tag};
use text::{Step, Track};

use super::directive::Directive;
use super::items::{Items, Query};
use super::tuple::{self, Tuple};
use super::{Merge, MergePatch, RefuseMerge, Source, Walked};
use crate::fields::{kind_of, quoted_where_ambiguous};
use crate::schema::Type;

/// Both lists, of which the patch's may be missing or the same one.
struct Lists<'k> {
    base: NodeIndex,
    patch: Option<NodeIndex>,
    /// The keys that some item has a value of.
    keys: &'k [&'k str],
    base_items: Items<'k>,
    patch_items: Option<Items<'k>>,
    /// What comes out.
    merged: Items<'k>,
    /// Where the merged list comes from, as it becomes by what is removed.
    removed: Vec<(NodeIndex, Option<NodeIndex>)>,
}

impl<'m, T: Track> Merge<'m, T> {
    /// Merges two lists by keys; the one key without a name stands for items that are scalars.
    pub(super) fn walk_list(
        &mut self,
        base: Option<NodeIndex>,
        patch: Option<NodeIndex>,
        (keys, known): (&[&str], Option<Type<'m>>),
    ) -> Result<Walked, MergePatch> {
        let walked = self.visit_list(base, patch)?;
        let Walked::Node(base, source) = walked else { return Ok(walked) };
        let patch = patch.filter(|patch| !self.graph.is_null(*patch));
        let lists = patch.into_iter().chain(Some(base).filter(|base| Some(*base) != patch));
        let items = lists.flat_map(|list| self.graph.items(list).iter().copied());
        let mut tuples = tuple::distinct(self.graph, items, keys);
        if tuples.is_empty() {
            return Ok(walked);
        }
        tuple::complete(&mut tuples, &mut self.scan_steps_left)?;
        let used = tuple::used_keys(&tuples, keys.len());
        let keys: Vec<&str> = used.iter().filter_map(|key| keys.get(*key).copied()).collect();
        for tuple in &mut tuples {
            *tuple = used.iter().filter_map(|key| tuple.get(*key).cloned()).collect();
        }
        let mut lists = self.lists(base, patch, &keys);
        for tuple in &tuples {
            self.merge_items(&mut lists, tuple, known.and_then(Type::items))?;
        }
        self.add_rest(&mut lists)?;
        Ok(Walked::Node(self.finish(lists), source))
    }

    /// Which of both lists stays.
    fn visit_list(
        &mut self,
        base: Option<NodeIndex>,
        patch: Option<NodeIndex>,
    ) -> Result<Walked, RefuseMerge> {
        let Some(own) = base.filter(|node| !self.graph.is_null(*node)) else {
            return Ok(patch.map_or(Walked::Gone, |patch| Walked::Node(patch, Source::Patch)));
        };
        if patch.is_some_and(|patch| self.graph.is_null(patch)) {
            return Ok(Walked::Gone);
        }
        self.take_brackets(own, patch);
        Ok(match (self.take_list_directive(patch)?, patch) {
            (Directive::Delete, _) => Walked::Gone,
            (Directive::Replace, Some(patch)) => Walked::Node(patch, Source::Patch),
            (Directive::Replace | Directive::Merge, _) => Walked::Node(own, Source::Base),
        })
    }

    fn lists<'k>(&self, base: NodeIndex, patch: Option<NodeIndex>, keys: &'k [&'k str]) -> Lists<'k> {
        let graph = &*self.graph;
        let other = patch.filter(|patch| *patch != base);
        let items = |list: NodeIndex| Items::new(graph, graph.items(list), keys, graph.items(list).len());
        let count = graph.items(base).len() + other.map_or(0, |other| graph.items(other).len());
        Lists {
            base,
            patch,
            keys,
            base_items: items(base),
            patch_items: other.map(items),
            merged: Items::new(graph, &[], keys, count),
            removed: Vec::new(),
        }
    }

    /// Merges the items that have these values.
    fn merge_items(
        &mut self,
        lists: &mut Lists<'_>,
        values: &Tuple,
        known: Option<Type<'m>>,
    ) -> Result<(), MergePatch> {
        let query = Query { keys: lists.keys, values };
        let (base, patch) = self.find(lists, query)?;
        let walked = self.walk(base, patch, known)?;
        let (item, source) = match walked {
            Walked::Node(item, source) if !self.graph.is_null(item) && !self.is_empty_map(item) => {
                (item, source)
            }
            _ => {
                if let Some(base) = base.filter(|base| Some(*base) != patch) {
                    lists.removed.push((base, patch));
                }
                return Ok(lists.base_items.remove(self.graph, query, &mut self.scan_steps_left)?);
            }
        };
        if source == Source::Patch && base != Some(item) && lists.patch != Some(lists.base) {
            let origin = self.graph.origin(item);
            self.graph.node_mut(item).origin = self.tracker.patched(origin, None);
        }
        self.complete_item(item, query)?;
        Ok(lists.merged.set(self.graph, query, item, &mut self.scan_steps_left)?)
    }

    /// The first items of both lists that have those of the values that are there.
    fn find(
        &mut self,
        lists: &Lists<'_>,
        query: Query<'_>,
    ) -> Result<(Option<NodeIndex>, Option<NodeIndex>), RefuseMerge> {
        let has_value = |position: &usize| query.values.get(*position).is_some_and(|value| !value.is_empty());
        let present: Vec<usize> = (0..query.keys.len()).filter(has_value).collect();
        let keys: Vec<&str> =
            present.iter().filter_map(|position| query.keys.get(*position).copied()).collect();
        let values: Tuple =
            present.iter().filter_map(|position| query.values.get(*position).cloned()).collect();
        let narrow = Query { keys: &keys, values: &values };
        let query = if present.is_empty() { query } else { narrow };
        let steps_left = &mut self.scan_steps_left;
        let base = lists.base_items.first(self.graph, query, steps_left)?;
        let patch = match &lists.patch_items {
            Some(items) => items.first(self.graph, query, steps_left)?,
            None => lists.patch.and(base),
        };
        Ok((base, patch))
    }

    /// Gives an item the keys that it was found by and does not have. An item that is a scalar loses its tag.
    fn complete_item(&mut self, item: NodeIndex, query: Query<'_>) -> Result<(), RefuseMerge> {
        for (key, value) in query.keys.iter().zip(query.values) {
            if value.is_empty() || self.graph.get(item, key).is_some() {
                continue;
            }
            let expected = if key.is_empty() { "ScalarNode" } else { "MappingNode" };
            let found = kind_of(self.graph, item);
            if found != expected {
                return Err(RefuseMerge::MeetKind { expected, found });
            }
            if let Data::Scalar(scalar) = &mut self.graph.node_mut(item).data {
                scalar.text.clone_from(value);
                scalar.tag = Tag::Unset;
                continue;
            }
            let origin = self.graph.origin(item);
            let scalar = quoted_where_ambiguous(Scalar::untagged(value.clone()));
            let node = self.graph.add(Data::Scalar(scalar), origin);
            self.graph.push_entry(item, Scalar::untagged(*key), origin, node);
        }
        Ok(())
    }

    /// Brings the object's items behind those of the patch. Those that the patch names keep its place if there is one
    /// key, and go behind the others if there are several.
    fn add_rest(&mut self, lists: &mut Lists<'_>) -> Result<(), RefuseMerge> {
        let (graph, steps_left) = (&*self.graph, &mut self.scan_steps_left);
        let keys = lists.keys;
        for item in lists.base_items.iter() {
            if keys == [""] {
                let values = [CompactString::from(graph.text(item))];
                lists.merged.set(graph, Query { keys, values: &values }, item, steps_left)?;
                continue;
            }
            let mut values = Tuple::with_capacity(keys.len());
            for key in keys {
                if !graph.is_mapping(item) && !graph.is_null(item) {
                    let found = kind_of(graph, item);
                    return Err(RefuseMerge::MeetKind { expected: "MappingNode", found });
                }
                match graph.get(item, key) {
                    Some(value) => values.push(graph.text(value).into()),
                    None => lists.merged.push(graph, item),
                }
            }
            let query = Query { keys, values: &values };
            if keys.len() > 1 {
                lists.merged.remove(graph, query, steps_left)?;
            }
            lists.merged.set(graph, query, item, steps_left)?;
        }
        Ok(())
    }

    /// The merged list as a node of its own.
    fn finish(&mut self, lists: Lists<'_>) -> NodeIndex {
        let Lists { base, patch, merged, removed, .. } = lists;
        let mut origin = self.graph.origin(base);
        if let Some(patch) = patch.filter(|patch| *patch != base) {
            origin = self.tracker.touched(origin, self.graph.origin(patch));
        }
        if !removed.is_empty() {
            let positions: Lookup<NodeIndex, usize> =
                self.graph.items(base).iter().enumerate().map(|(position, item)| (*item, position)).collect();
            for (item, by) in removed {
                let was = self.graph.origin(item);
                let by = by.map_or(was, |by| self.graph.origin(by));
                let position = positions
                    .get(&item)
                    .map_or(u32::MAX, |position| u32::try_from(*position).unwrap_or(u32::MAX));
                origin = self.tracker.removed(origin, Step::Index(position), by, was);
            }
        }
        let items = merged.iter().collect();
        self.graph.add(Data::Sequence(items), origin)
    }

    fn is_empty_map(&self, node: NodeIndex) -> bool {
        self.graph.is_mapping(node) && self.graph.entries(node).is_empty()
    }
}
