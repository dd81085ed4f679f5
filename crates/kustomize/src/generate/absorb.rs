//! What was generated, among the objects that are there: added, merged into the one of its name, or put in its place.

use std::collections::BTreeMap;

use compact_str::CompactString;
use manifest::mutable::{Data, Graph, NodeIndex, Scalar};
use text::Track;

use super::data::{base64_in_lines, block_string, known_behavior};
use crate::fields::{self, Create, ReachField, quoted_where_ambiguous};
use crate::identity::{Gvk, Id};
use crate::res_map::{ChangeMap, ResMap, Slot};
use crate::resource::{Resource, annotation};
use crate::{Failure, Work};

/// Why a generated object has no place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AbsorbGenerated {
    /// There is nothing to merge with or to replace.
    #[error("id {id} does not exist; cannot merge or replace")]
    MeetNone {
        /// The id.
        id: Box<Id>,
    },
    /// There is an object of the name, and nothing says what to do about it.
    #[error("id {id} exists; can not use behavior: '{behavior}', behavior must be merge or replace")]
    MeetOne {
        /// The id.
        id: Box<Id>,
        /// What is to be done.
        behavior: &'static str,
    },
    /// There are several objects of the name.
    #[error("found multiple objects that could accept merge of {id}")]
    MeetSeveral {
        /// The id.
        id: Box<Id>,
    },
    /// Readable data that is no scalar.
    #[error("stringData value for key \"{key}\" must be a scalar")]
    EncodeOther {
        /// Its key.
        key: String,
    },
    /// The object that is there has another id now than the one by which it was found.
    #[error("cannot find resource with id {id} to replace")]
    LoseTarget {
        /// The id.
        id: Box<Id>,
    },
}

/// Takes generated objects in.
pub(crate) fn absorb<T: Track>(
    work: &mut Work<T>,
    map: &mut ResMap<T::Origin>,
    generated: Vec<Resource<T::Origin>>,
) -> Result<(), Failure> {
    for resource in generated {
        absorb_one(work, map, resource)?;
    }
    Ok(())
}

fn absorb_one<T: Track>(
    work: &mut Work<T>,
    map: &mut ResMap<T::Origin>,
    generated: Resource<T::Origin>,
) -> Result<(), Failure> {
    let id = generated.current_id(&work.schema);
    let behavior = known_behavior(generated.annotation(annotation::GENERATOR_BEHAVIOR).unwrap_or_default());
    let is_for_another = matches!(behavior, "merge" | "replace");
    let id_of_fault = Box::new(id.clone());
    let slot = match (map.with_any_id(&work.schema, &id).as_slice(), is_for_another) {
        ([], true) => return Err(AbsorbGenerated::MeetNone { id: id_of_fault }.into()),
        ([], false) => {
            map.append(&work.schema, generated)?;
            return Ok(());
        }
        ([_], false) => return Err(AbsorbGenerated::MeetOne { id: id_of_fault, behavior }.into()),
        ([slot], true) => *slot,
        _ => return Err(AbsorbGenerated::MeetSeveral { id: id_of_fault }.into()),
    };
    let Some(before) = map.get(slot).cloned() else {
        return Err(ChangeMap::FindNone { what: "Id", id: id_of_fault }.into());
    };
    let mut generated = generated;
    let takes_string_data = work.follows_5_8_3() && generated.gvk() == Gvk::new("v1", "Secret");
    if takes_string_data && behavior == "merge" {
        refuse_string_data(&before)?;
    }
    Meeting { tracker: &mut work.tracker, before: &before, generated: &mut generated, takes_string_data }
        .bring_together(behavior)?;
    refuse_other_target(work, map, (slot, &generated))?;
    map.replace(slot, generated);
    Ok(())
}

/// The original looks the object up again, by the id that it has now.
fn refuse_other_target<T: Track>(
    work: &Work<T>,
    map: &mut ResMap<T::Origin>,
    (slot, generated): (Slot, &Resource<T::Origin>),
) -> Result<(), AbsorbGenerated> {
    let id = generated.current_id(&work.schema);
    match map.with_current_id(&work.schema, &id)[..] {
        [found] if found == slot => Ok(()),
        [] | [_] => Err(AbsorbGenerated::LoseTarget { id: Box::new(id) }),
        _ => Err(AbsorbGenerated::MeetSeveral { id: Box::new(id) }),
    }
}

/// A text of a map, with the origins of key and value.
type OwnedText<O> = (CompactString, O, O);
type Texts<O> = BTreeMap<CompactString, OwnedText<O>>;

/// A generated object and the one of its name.
struct Meeting<'m, T: Track> {
    tracker: &'m mut T,
    before: &'m Resource<T::Origin>,
    generated: &'m mut Resource<T::Origin>,
    /// Whether the readable data of a Secret is merged as well: since 5.8.3.
    takes_string_data: bool,
}

/// Readable data of a Secret can be encoded where it is scalars.
fn refuse_string_data<O: Copy>(secret: &Resource<O>) -> Result<(), AbsorbGenerated> {
    let graph = secret.graph();
    let entries = graph.get(graph.root(), "stringData").map_or(&[][..], |map| graph.entries(map));
    match entries.iter().find(|entry| graph.scalar(entry.value).is_none()) {
        None => Ok(()),
        Some(entry) => Err(AbsorbGenerated::EncodeOther { key: entry.key.text.to_string() }),
    }
}

impl<T: Track> Meeting<'_, T> {
    fn bring_together(mut self, behavior: &str) -> Result<(), ReachField> {
        let before = self.before.graph();
        let origin_before = before.at(before.root(), &["metadata", "annotations", annotation::ORIGIN]);
        let origin_before = origin_before.map(|text| (before.text(text).to_owned(), before.origin(text)));
        self.take_metadata()?;
        if behavior == "merge" {
            self.merge_data("data")?;
            self.merge_data("binaryData")?;
            if let Some((text, origin)) = origin_before {
                self.generated.set_build_annotation(annotation::ORIGIN, (&text, origin));
            }
        }
        Ok(())
    }

    /// Labels and annotations of both, name and namespace of the one that is there, and what the build remembers of it.
    fn take_metadata(&mut self) -> Result<(), ReachField> {
        let labels = self.merged("labels");
        self.set_metadata_map("labels", labels)?;
        let needs_hash = self.generated.annotation(annotation::NEEDS_HASH_SUFFIX).is_some();
        let mut annotations = self.merged("annotations");
        let before = texts_of(self.before.graph(), self.metadata_map(self.before, "annotations"));
        for key in annotation::BUILD {
            match before.get(key) {
                Some(remembered) => annotations.insert(key.into(), remembered.clone()),
                None => annotations.remove(key),
            };
        }
        if !needs_hash {
            annotations.remove(annotation::NEEDS_HASH_SUFFIX);
        }
        self.set_metadata_map("annotations", annotations)?;
        self.take_name("name")?;
        self.take_name("namespace")?;
        self.generated.var_names.clone_from(&self.before.var_names);
        Ok(())
    }

    fn take_name(&mut self, field: &str) -> Result<(), ReachField> {
        let from = self.before.graph();
        let there = from.at(from.root(), &["metadata", field]).filter(|node| !from.is_null_or_empty(*node));
        let text = there.map_or("", |node| from.text(node)).to_owned();
        let origin = there.map_or(self.before.origin, |node| from.origin(node));
        let fallback = self.generated.origin;
        let graph = self.generated.graph_mut();
        let create = (Create::Mapping, fallback);
        let Some(metadata) = fields::lookup_create(graph, graph.root(), &["metadata"], create)? else {
            return Ok(());
        };
        if text.is_empty() && field == "namespace" {
            graph.remove_entry(metadata, field);
        } else {
            fields::set_field(graph, metadata, field, (Scalar::untagged(text), origin))?;
        }
        Ok(())
    }

    fn metadata_map(&self, resource: &Resource<T::Origin>, field: &str) -> Option<NodeIndex> {
        let graph = resource.graph();
        graph.at(graph.root(), &["metadata", field])
    }

    /// The entries of a map in the metadata of both; those of the generated object win.
    fn merged(&mut self, field: &str) -> Texts<T::Origin> {
        let before = texts_of(self.before.graph(), self.metadata_map(self.before, field));
        let own = texts_of(self.generated.graph(), self.metadata_map(self.generated, field));
        self.over(before, own)
    }

    fn over(&mut self, before: Texts<T::Origin>, own: Texts<T::Origin>) -> Texts<T::Origin> {
        let mut merged = before;
        for (key, (text, key_origin, origin)) in own {
            let over = merged.get(&key).map(|(_, _, origin)| *origin);
            let origin = over.map_or(origin, |over| self.tracker.patched(origin, Some(over)));
            merged.insert(key, (text, key_origin, origin));
        }
        merged
    }

    fn set_metadata_map(&mut self, field: &str, texts: Texts<T::Origin>) -> Result<(), ReachField> {
        let origin = self.generated.origin;
        let graph = self.generated.graph_mut();
        let create = (Create::Mapping, origin);
        if let Some(metadata) = fields::lookup_create(graph, graph.root(), &["metadata"], create)? {
            set_map(graph, (metadata, field), texts, |text| quoted_where_ambiguous(Scalar::string(text)));
        }
        Ok(())
    }

    fn merge_data(&mut self, field: &str) -> Result<(), ReachField> {
        let entries = |graph: &Graph<T::Origin>| texts_of(graph, graph.get(graph.root(), field));
        let (mut before, own) = (entries(self.before.graph()), entries(self.generated.graph()));
        if self.takes_string_data && field == "data" {
            let graph = self.before.graph();
            for (key, (text, key_origin, origin)) in texts_of(graph, graph.get(graph.root(), "stringData")) {
                let origin = self.tracker.made("base64", self.before.origin, &[origin]);
                before.insert(key, (base64_in_lines(text.as_bytes()).into(), key_origin, origin));
            }
        }
        let merged = self.over(before, own);
        let graph = self.generated.graph_mut();
        let root = graph.root();
        set_map(graph, (root, field), merged, block_string);
        Ok(())
    }
}

/// The texts of a mapping; those of nulls and collections are empty.
fn texts_of<O: Copy>(graph: &Graph<O>, map: Option<NodeIndex>) -> Texts<O> {
    let mut texts = Texts::new();
    for entry in map.map_or(&[][..], |map| graph.entries(map)) {
        let text = if graph.is_null(entry.value) { "" } else { graph.text(entry.value) };
        texts.insert(entry.key.text.clone(), (text.into(), entry.key_origin, graph.origin(entry.value)));
    }
    texts
}

/// Puts a map of strings in place of the one that is there; an empty one is left out.
fn set_map<O: Copy>(
    graph: &mut Graph<O>,
    (parent, field): (NodeIndex, &str),
    texts: Texts<O>,
    scalar: impl Fn(CompactString) -> Scalar,
) {
    let before = graph.remove_entry(parent, field);
    if texts.is_empty() {
        return;
    }
    let parent_origin = graph.origin(parent);
    let (key_origin, origin) =
        before.map_or((parent_origin, parent_origin), |entry| (entry.key_origin, graph.origin(entry.value)));
    let map = graph.add(Data::Mapping(Vec::new()), origin);
    graph.push_entry(parent, Scalar::untagged(field), key_origin, map);
    for (key, (text, key_origin, origin)) in texts {
        let value = graph.add(Data::Scalar(scalar(text)), origin);
        graph.push_entry(map, Scalar::untagged(key), key_origin, value);
    }
}
