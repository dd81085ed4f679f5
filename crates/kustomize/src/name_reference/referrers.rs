//! The fields in which objects of a kind name others.
//!
//! Most objects name none in most of the fields, so all paths of a kind are walked at once, along the keys that they
//! share. Kinds for which one path goes on where another one ends are walked path by path: what one of them sets, the
//! next one may find.

use std::collections::BTreeMap;
use std::rc::Rc;

use compact_str::CompactString;
use manifest::mutable::{Data, Graph, NodeIndex};

use crate::configuration::NameBackReference;
use crate::field_spec::{Prepared, Step};
use crate::identity::Gvk;
use crate::kustomization::FieldSpec;

/// A field that may name objects of a kind.
#[derive(Debug)]
pub(super) struct ReferenceField<'t> {
    pub(super) target: &'t Gvk,
    pub(super) spec: &'t FieldSpec,
    pub(super) prepared: Prepared,
}

/// The fields of one kind, in their order.
#[derive(Debug)]
pub(super) struct ReferenceFields<'t> {
    pub(super) fields: Vec<ReferenceField<'t>>,
    /// The keys that their paths share; none where they have to be walked one by one.
    trie: Option<Trie>,
}

/// What is met at a field: a node, or a scalar where the path goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Met {
    Node(NodeIndex),
    EndsTooEarly,
}

/// Keys of paths, and at their ends the fields that they lead to.
#[derive(Debug, Default)]
struct Trie {
    below: Vec<(CompactString, Trie)>,
    fields: Vec<u32>,
}

/// The tables of all kinds that were asked for.
#[derive(Debug)]
pub(super) struct ReferenceTable<'t> {
    references: &'t [NameBackReference],
    by_kind: BTreeMap<Gvk, Rc<ReferenceFields<'t>>>,
}

impl<'t> ReferenceTable<'t> {
    pub(super) fn new(references: &'t [NameBackReference]) -> Self {
        Self { references, by_kind: BTreeMap::new() }
    }

    /// The fields of a kind.
    pub(super) fn of(&mut self, kind: &Gvk) -> Rc<ReferenceFields<'t>> {
        if let Some(known) = self.by_kind.get(kind) {
            return Rc::clone(known);
        }
        let mut fields = Vec::new();
        for NameBackReference { gvk: target, referrers } in self.references {
            for spec in referrers.iter().filter(|spec| kind.is_selected_by(&spec.gvk)) {
                fields.push(ReferenceField { target, spec, prepared: Prepared::new(fields.len(), spec) });
            }
        }
        let trie = Trie::of(&fields);
        let fields = Rc::new(ReferenceFields { fields, trie });
        self.by_kind.insert(kind.clone(), Rc::clone(&fields));
        fields
    }
}

impl ReferenceFields<'_> {
    /// What is met in an object, by field and in the order of the fields; none where fields have to be walked one by
    /// one.
    pub(super) fn met<O: Copy>(&self, graph: &Graph<O>) -> Option<Vec<(usize, Met)>> {
        let trie = self.trie.as_ref()?;
        let mut met = Vec::new();
        trie.walk(graph, graph.root(), &mut met);
        met.sort_by_key(|(field, _)| *field);
        Some(met)
    }
}

impl Trie {
    fn of(fields: &[ReferenceField<'_>]) -> Option<Self> {
        let mut trie = Self::default();
        for (number, field) in (0..).zip(fields) {
            let mut place = &mut trie;
            for step in &field.prepared.steps {
                let (Step::Key(key), false) = step else { return None };
                let position = place.below.iter().position(|(known, _)| known == key);
                let position = position.unwrap_or_else(|| {
                    place.below.push((key.clone(), Self::default()));
                    place.below.len() - 1
                });
                place = &mut place.below[position].1;
            }
            place.fields.push(number);
        }
        (!trie.goes_on_where_one_ends()).then_some(trie)
    }

    fn goes_on_where_one_ends(&self) -> bool {
        !self.fields.is_empty() && !self.below.is_empty()
            || self.below.iter().any(|(_, below)| below.goes_on_where_one_ends())
    }

    fn walk<O: Copy>(&self, graph: &Graph<O>, node: NodeIndex, met: &mut Vec<(usize, Met)>) {
        if self.below.is_empty() {
            met.extend(self.fields.iter().map(|field| (*field as usize, Met::Node(node))));
            return;
        }
        match &graph.node(node).data {
            Data::Scalar(scalar) if scalar.is_null() => {}
            Data::Scalar(_) => self.end_too_early(met),
            Data::Sequence(items) => items.iter().for_each(|item| self.walk(graph, *item, met)),
            Data::Mapping(_) => {
                for (key, below) in &self.below {
                    if let Some(field) = graph.get(node, key) {
                        below.walk(graph, field, met);
                    }
                }
            }
        }
    }

    fn end_too_early(&self, met: &mut Vec<(usize, Met)>) {
        met.extend(self.fields.iter().map(|field| (*field as usize, Met::EndsTooEarly)));
        self.below.iter().for_each(|(_, below)| below.end_too_early(met));
    }
}
