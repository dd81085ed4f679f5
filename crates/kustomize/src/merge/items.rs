//! The items of a list, found and replaced by the values of their keys.
//!
//! Does what kyaml's setter and matcher of elements do, of which some is odd: a key without a value fits every item that
//! has the key, items of nothing go away whenever something is set, and an item without keys pushes out all others. Where
//! all items have all their keys, as they nearly always do, an index finds them; else they are gone through one by one.

use crate::lookup::Lookup;

use compact_str::CompactString;
use manifest::mutable::{Graph, NodeIndex};

use super::RefuseMerge;
use super::tuple::{Tuple, value_of};
use crate::fields::kind_of;

/// Items that one merge may look at one by one: a list of 10,000 items without keys, each compared with each. An object
/// that a cluster takes (1.5 MB) holds about as many.
pub(super) const SCAN_STEPS_MAX: usize = 100_000_000;

/// Up to this many items looking at each is cheaper than an index, which needs memory.
const SCAN_ITEMS_MAX: usize = 16;

/// Which item is meant: keys and their values. There may be fewer values than keys.
#[derive(Clone, Copy)]
pub(super) struct Query<'q> {
    pub(super) keys: &'q [&'q str],
    pub(super) values: &'q [CompactString],
}

impl Query<'_> {
    /// Whether it can mean a mapping only.
    fn is_of_mappings(self) -> bool {
        self.keys.first().is_some_and(|key| !key.is_empty())
            && self.values.first().is_some_and(|value| !value.is_empty())
    }

    fn is_full(self, keys: &[&str]) -> bool {
        self.keys == keys
            && self.values.len() == keys.len()
            && self.values.iter().all(|value| !value.is_empty())
    }
}

/// The items of one list.
pub(super) struct Items<'k> {
    keys: &'k [&'k str],
    /// What was taken out leaves a hole, so that positions stay.
    slots: Vec<Option<NodeIndex>>,
    /// The positions of each combination of values; none where the items are gone through.
    index: Option<Lookup<Tuple, Vec<usize>>>,
}

impl<'k> Items<'k> {
    /// `count` is how many items there may come to be.
    pub(super) fn new<O: Copy>(
        graph: &Graph<O>,
        items: &[NodeIndex],
        keys: &'k [&'k str],
        count: usize,
    ) -> Self {
        let slots = items.iter().copied().map(Some).collect();
        let mut list = Self { keys, slots, index: None };
        if count > SCAN_ITEMS_MAX {
            list.index = list.build_index(graph, items);
        }
        list
    }

    fn build_index<O: Copy>(
        &self,
        graph: &Graph<O>,
        items: &[NodeIndex],
    ) -> Option<Lookup<Tuple, Vec<usize>>> {
        let mut index: Lookup<Tuple, Vec<usize>> =
            Lookup::with_capacity_and_hasher(items.len(), Default::default());
        for (position, item) in items.iter().enumerate() {
            index.entry(self.full_tuple(graph, *item)?).or_default().push(position);
        }
        Some(index)
    }

    /// The values of an item that has all keys.
    fn full_tuple<O: Copy>(&self, graph: &Graph<O>, item: NodeIndex) -> Option<Tuple> {
        if graph.is_null(item) {
            return None;
        }
        let values = self.keys.iter().map(|key| value_of(graph, item, key));
        values.map(|value| (!value.is_empty()).then(|| value.into())).collect()
    }

    /// The items as they stand.
    pub(super) fn iter(&self) -> impl Iterator<Item = NodeIndex> {
        self.slots.iter().flatten().copied()
    }

    /// The first item whose values are these.
    pub(super) fn first<O: Copy>(
        &self,
        graph: &Graph<O>,
        query: Query<'_>,
        steps_left: &mut usize,
    ) -> Result<Option<NodeIndex>, RefuseMerge> {
        if let Some(index) = self.index.as_ref().filter(|_| query.is_full(self.keys)) {
            let position = index.get(query.values).and_then(|positions| positions.first());
            return Ok(position.and_then(|position| self.slots.get(*position).copied().flatten()));
        }
        self.count_steps(steps_left)?;
        let has = |item: &NodeIndex| {
            query.keys.iter().zip(query.values).all(|(key, value)| {
                let own = if key.is_empty() { Some(*item) } else { graph.get(*item, key) };
                own.is_some_and(|own| graph.text(own) == value)
            })
        };
        Ok(self.iter().find(has))
    }

    /// Puts an item in place of all that the query means, or behind the others if it means none.
    pub(super) fn set<O: Copy>(
        &mut self,
        graph: &Graph<O>,
        query: Query<'_>,
        item: NodeIndex,
        steps_left: &mut usize,
    ) -> Result<(), RefuseMerge> {
        let has_met = self.replace(graph, query, Some(item), steps_left)?;
        if !has_met && !graph.is_null(item) {
            self.push(graph, item);
        }
        Ok(())
    }

    /// Takes all items out that the query means.
    pub(super) fn remove<O: Copy>(
        &mut self,
        graph: &Graph<O>,
        query: Query<'_>,
        steps_left: &mut usize,
    ) -> Result<(), RefuseMerge> {
        self.replace(graph, query, None, steps_left).map(|_| ())
    }

    /// Adds an item behind the others.
    pub(super) fn push<O: Copy>(&mut self, graph: &Graph<O>, item: NodeIndex) {
        let tuple = self.index.as_ref().and_then(|_| self.full_tuple(graph, item));
        match (&mut self.index, tuple) {
            (Some(index), Some(tuple)) => index.entry(tuple).or_default().push(self.slots.len()),
            (index, _) => *index = None,
        }
        self.slots.push(Some(item));
    }

    fn replace<O: Copy>(
        &mut self,
        graph: &Graph<O>,
        query: Query<'_>,
        item: Option<NodeIndex>,
        steps_left: &mut usize,
    ) -> Result<bool, RefuseMerge> {
        let is_regular =
            item.is_none_or(|item| self.full_tuple(graph, item).as_deref() == Some(query.values));
        if is_regular
            && query.is_full(self.keys)
            && let Some(index) = &mut self.index
        {
            let positions = match item {
                Some(_) => index.get(query.values).cloned(),
                None => index.remove(query.values),
            };
            for position in positions.iter().flatten() {
                if let Some(slot) = self.slots.get_mut(*position) {
                    *slot = item;
                }
            }
            return Ok(positions.is_some());
        }
        self.index = None;
        self.replace_one_by_one(graph, query, item, steps_left)
    }

    fn replace_one_by_one<O: Copy>(
        &mut self,
        graph: &Graph<O>,
        query: Query<'_>,
        item: Option<NodeIndex>,
        steps_left: &mut usize,
    ) -> Result<bool, RefuseMerge> {
        self.count_steps(steps_left)?;
        let mut has_met = false;
        let mut kept = Vec::with_capacity(self.slots.len());
        for own in self.iter() {
            let is_mapping = graph.is_mapping(own);
            if graph.is_null(own) || (is_mapping && graph.entries(own).is_empty()) {
                continue;
            }
            if !is_mapping && query.is_of_mappings() {
                kept.push(Some(own));
            } else if is_met(graph, own, query)? {
                has_met = true;
                kept.extend(item.map(Some));
            } else if !query.values.is_empty() {
                kept.push(Some(own));
            }
        }
        self.slots = kept;
        Ok(has_met)
    }

    fn count_steps(&self, steps_left: &mut usize) -> Result<(), RefuseMerge> {
        *steps_left = steps_left.checked_sub(self.slots.len()).ok_or(RefuseMerge::ScanTooMuch)?;
        Ok(())
    }
}

/// Whether an item has the values. A key whose value is empty is met by any item that has the key, one that there is no
/// value for by whatever met the key before it.
fn is_met<O: Copy>(graph: &Graph<O>, item: NodeIndex, query: Query<'_>) -> Result<bool, RefuseMerge> {
    for (position, key) in query.keys.iter().enumerate() {
        let Some(value) = query.values.get(position) else { return Ok(position > 0) };
        let expected = if key.is_empty() { "ScalarNode" } else { "MappingNode" };
        let found = kind_of(graph, item);
        if found != expected {
            return Err(RefuseMerge::MeetKind { expected, found });
        }
        let is_met = if key.is_empty() {
            graph.text(item) == value
        } else {
            graph.get(item, key).is_some_and(|own| value.is_empty() || graph.text(own) == value)
        };
        if !is_met {
            return Ok(false);
        }
    }
    Ok(true)
}

#[cfg(test)]
mod tests;
