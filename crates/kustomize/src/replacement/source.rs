//! The value of a replacement: the field of one object, a part of it, or a text.

use manifest::mutable::{Data, Graph, NodeIndex, Scalar};
use text::Track;

use super::path::split;
use crate::Work;
use crate::fields::{self, ReachField};
use crate::identity::Id;
use crate::kustomization::{ReplacementField, Text};
use crate::res_map::{ResMap, Slot};
use crate::resource::Resource;

/// Why there is no value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TakeSource {
    /// No object.
    #[error("nothing selected by {source_object}")]
    SelectNone {
        /// What is looked for.
        source_object: String,
    },
    /// More than one object.
    #[error("multiple matches for selector {source_object}")]
    SelectSeveral {
        /// What is looked for.
        source_object: String,
    },
    /// The field's path leads through what it cannot.
    #[error("error looking up replacement source")]
    LookUp(#[source] ReachField),
    /// No such field, or nothing in it.
    #[error("fieldPath `{path}` is missing for replacement source {id}")]
    FindField {
        /// The path.
        path: String,
        /// The object.
        id: Box<Id>,
    },
    /// A delimiter, and a field that is no scalar.
    #[error("delimiter option can only be used with scalar nodes")]
    SplitCollection,
    /// No such part.
    #[error("options.index {index} is out of bounds for value {value}")]
    LeaveParts {
        /// The part.
        index: i64,
        /// What has fewer.
        value: String,
    },
}

/// Where a replacement's value stands. A field is read each time it is set, since setting may change it.
#[derive(Debug)]
pub(super) enum Source<O> {
    Field(Slot, NodeIndex),
    Text(Graph<O>),
}

impl<O: Copy> Source<O> {
    /// A text that stands in the replacement itself.
    pub(super) fn of_text(text: &Text<O>) -> Self {
        Self::Text(Graph::new(Data::Scalar(Scalar::untagged(text.text.clone())), text.origin))
    }

    /// The value as it is now. None if its object is gone, which nobody takes away while replacements are carried out.
    pub(super) fn value(&self, map: &ResMap<O>) -> Option<Graph<O>> {
        match self {
            Self::Text(graph) => Some(graph.clone()),
            Self::Field(slot, node) => map.get(*slot).map(|resource| resource.graph().below(*node)),
        }
    }
}

/// What an object is and was called, without a thought on whether its kind has namespaces.
pub(super) fn ids<O: Copy>(resource: &Resource<O>) -> Vec<Id> {
    let current = Id {
        gvk: resource.gvk(),
        name: resource.name().into(),
        namespace: resource.namespace().into(),
        is_cluster_scoped: false,
    };
    let mut ids = vec![current];
    ids.extend(resource.previous_ids());
    ids
}

/// Whether an id is meant by parts of which empty ones mean any.
fn is_selected(id: &Id, wanted: &Id) -> bool {
    (wanted.name.is_empty() || wanted.name == id.name)
        && (wanted.namespace.is_empty() || wanted.is_in_namespace_of(id))
        && id.gvk.is_selected_by(&wanted.gvk)
}

/// Finds the value of a field.
pub(super) fn find<T: Track>(
    field: &ReplacementField,
    declared: T::Origin,
    work: &mut Work<T>,
    map: &mut ResMap<T::Origin>,
) -> Result<Source<T::Origin>, TakeSource> {
    let slot = find_object(field, work, map)?;
    let path = if field.field_path.is_empty() { "metadata.name" } else { &field.field_path };
    let steps: Vec<_> = split(path);
    let steps: Vec<&str> = steps.iter().map(|step| step.trim()).filter(|step| !step.is_empty()).collect();
    let missing = || TakeSource::FindField { path: path.to_owned(), id: Box::new(field.id.clone()) };
    let graph = map.get(slot).ok_or_else(missing)?.graph();
    let node = fields::lookup(graph, graph.root(), &steps).map_err(TakeSource::LookUp)?;
    let node = node.filter(|node| !graph.is_null_or_empty(*node)).ok_or_else(missing)?;
    let options = &field.options;
    if options.delimiter.is_empty() {
        return Ok(Source::Field(slot, node));
    }
    let scalar = graph.scalar(node).ok_or(TakeSource::SplitCollection)?;
    let part = usize::try_from(options.index).ok();
    let part = part.and_then(|index| scalar.text.split(options.delimiter.as_str()).nth(index));
    let part =
        part.ok_or_else(|| TakeSource::LeaveParts { index: options.index, value: scalar.text.to_string() })?;
    let scalar = Scalar { text: part.into(), ..scalar.clone() };
    let origin = work.tracker.made("replacement", declared, &[graph.origin(node)]);
    Ok(Source::Text(Graph::new(Data::Scalar(scalar), origin)))
}

fn find_object<T: Track>(
    field: &ReplacementField,
    work: &Work<T>,
    map: &mut ResMap<T::Origin>,
) -> Result<Slot, TakeSource> {
    let wanted = &field.id;
    let candidates = match wanted.name.as_str() {
        "" => map.slots(),
        name => map.with_any_name(&work.schema, &[name]),
    };
    let is_meant = |slot: &Slot| {
        map.get(*slot).is_some_and(|resource| ids(resource).iter().any(|id| is_selected(id, wanted)))
    };
    let mut found = candidates.into_iter().filter(is_meant);
    match (found.next(), found.next()) {
        (Some(slot), None) => Ok(slot),
        (None, _) => Err(TakeSource::SelectNone { source_object: shown(field) }),
        (Some(_), Some(_)) => Err(TakeSource::SelectSeveral { source_object: shown(field) }),
    }
}

/// A source as the original shows it.
fn shown(field: &ReplacementField) -> String {
    let ReplacementField { id, field_path, options } = field;
    let mut shown = id.to_string();
    if !field_path.is_empty() {
        shown.push_str(&format!(":{field_path}"));
    }
    if !options.delimiter.is_empty() || options.create {
        shown.push_str(&format!(":{}({}), create={}", options.delimiter, options.index, options.create));
    }
    shown
}
