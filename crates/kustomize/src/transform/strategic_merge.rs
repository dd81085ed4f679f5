//! Strategic merge patches on objects: `patchesStrategicMerge`, and what `patches` shares with it.
//!
//! A patch names the object that it is for, or is applied to objects that somebody else has selected. It never changes
//! an object's namespace, and name and kind only where it is allowed to.

use std::collections::BTreeMap;

use compact_str::CompactString;
use manifest::mutable::{Data, Graph, NodeIndex, Scalar};
use text::Track;

use crate::fields::{Create, lookup_create, set_field};
use crate::kustomization::Text;
use crate::load::{Loader, objects_of_text};
use crate::merge::{self, MergePatch, Merged, RefuseMerge};
use crate::res_map::{ChangeMap, ResMap, Slot};
use crate::resource::{Resource, annotation};
use crate::{Failure, Work};

/// The patches of `patchesStrategicMerge`.
#[derive(Debug, Clone)]
pub(crate) struct StrategicMergePatches<O> {
    patches: Vec<Resource<O>>,
}

/// Why patches cannot be found or applied.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApplyPatches {
    /// Neither a path nor a patch.
    #[error("empty file path and empty patch content")]
    NameNone,
    /// Files or texts without any object.
    #[error("patch appears to be empty; files={files:?}")]
    HoldNone {
        /// The files, or the texts themselves.
        files: Vec<String>,
    },
    /// The object of a patch is not there, or not alone.
    #[error("{reason}; failed to find unique target for patch {id}")]
    FindTarget {
        /// What the search found.
        reason: ChangeMap,
        /// What the patch names.
        id: String,
    },
}

impl<O: Copy> StrategicMergePatches<O> {
    /// Reads the patches: each text is one, or else the path of a file of them. Those of `inline`, which only a plugin
    /// has, come last.
    pub(crate) fn load<T: Track<Origin = O>>(
        work: &mut Work<T>,
        loader: &Loader,
        (texts, inline): (&[Text<O>], Option<&Text<O>>),
    ) -> Result<Self, Failure> {
        if texts.is_empty() && inline.is_none() {
            return Err(ApplyPatches::NameNone.into());
        }
        let mut patches = Vec::new();
        for text in texts {
            let id = work.content_of(text);
            match objects_of_text::<T>(id, text.text.as_bytes()) {
                Ok(objects) => patches.extend(objects.into_iter().map(|object| Resource::new(object.into()))),
                Err(_) => {
                    let objects = loader.load_objects::<T>(&mut work.files, &text.text);
                    let placed = |failure: Failure| failure.at_origin(&work.tracker, text.origin);
                    let objects = objects.map_err(placed)?;
                    patches.extend(objects.iter().cloned().map(Resource::new));
                }
            }
        }
        if let Some(inline) = inline {
            let id = work.content_of(inline);
            let objects = objects_of_text::<T>(id, inline.text.as_bytes())?;
            patches.extend(objects.into_iter().map(|object| Resource::new(object.into())));
        }
        if patches.is_empty() {
            let files = texts.iter().map(|text| text.text.to_string()).collect();
            return Err(ApplyPatches::HoldNone { files }.into());
        }
        Ok(Self { patches })
    }

    /// Applies each patch to the object that it names.
    pub(crate) fn transform<T: Track<Origin = O>>(
        &self,
        work: &mut Work<T>,
        map: &mut ResMap<O>,
    ) -> Result<(), Failure> {
        for patch in &self.patches {
            let slot = find_target(work, map, patch)?;
            apply_to_selected(work, map, &[slot], patch)?;
        }
        Ok(())
    }
}

/// The one object that a patch names.
pub(crate) fn find_target<T: Track>(
    work: &Work<T>,
    map: &mut ResMap<T::Origin>,
    patch: &Resource<T::Origin>,
) -> Result<Slot, Failure> {
    let id = patch.original_id(&work.schema);
    map.by_any_id(&work.schema, &id).map_err(|reason| {
        let cause = ApplyPatches::FindTarget { reason, id: id.to_string() };
        Failure::new(cause).at_origin(&work.tracker, patch.origin)
    })
}

/// Applies a patch to objects whatever it says of their kind and version; those of which nothing is left go.
///
/// On this way the patch's labels and annotations are texts first: a null among them does not remove anything, but sets
/// the text `null`.
pub(crate) fn apply_to_selected<T: Track>(
    work: &mut Work<T>,
    map: &mut ResMap<T::Origin>,
    selected: &[Slot],
    patch: &Resource<T::Origin>,
) -> Result<(), Failure> {
    let patch = with_texts_in_metadata(patch)?;
    for slot in selected {
        let Some(resource) = map.get_mut(*slot) else { continue };
        let mut patch = patch.clone();
        take_version_of(&mut patch, resource)?;
        resource.apply_strategic_merge(work, &patch)?;
        if resource.is_empty() {
            map.remove(*slot);
        }
    }
    Ok(map.refuse_twice(&work.schema)?)
}

/// The patch as the original's copy for selected objects is.
fn with_texts_in_metadata<O: Copy>(patch: &Resource<O>) -> Result<Resource<O>, Failure> {
    let mut copy = patch.clone();
    for field in ["labels", "annotations"] {
        let texts = texts_in_metadata(patch, field)?;
        if texts.contains_key("") {
            // The original stops at a key without a name, after the map was made and before anything is in it.
            return Ok(emptied(copy, field));
        }
        copy.set_metadata_map(field, &texts, patch.origin)?;
    }
    let (name, namespace) = (CompactString::from(patch.name()), CompactString::from(patch.namespace()));
    let place = |field: &str| patch.graph().at(patch.graph().root(), &["metadata", field]);
    let origin = |field: &str| place(field).map_or(patch.origin, |node| patch.graph().origin(node));
    let graph = copy.graph_mut();
    set_in_metadata(graph, "name", (name, origin("name")))?;
    set_namespace(graph, (namespace, origin("namespace")))?;
    Ok(copy)
}

/// The texts of a map in the metadata. The original takes the items of a sequence for keys and values in turn, and falls
/// over an odd number of them.
fn texts_in_metadata<O: Copy>(
    patch: &Resource<O>,
    field: &str,
) -> Result<BTreeMap<CompactString, CompactString>, MergePatch> {
    let graph = patch.graph();
    let items = graph.at(graph.root(), &["metadata", field]).map_or(&[][..], |map| graph.items(map));
    if items.is_empty() {
        return Ok(patch.metadata_map(field));
    }
    let text = |item: &NodeIndex| CompactString::from(graph.text(*item));
    let mut texts = BTreeMap::new();
    for pair in items.chunks(2) {
        let [key, value] = pair else {
            let reason = RefuseMerge::MeetKind { expected: "MappingNode", found: "SequenceNode" };
            return Err(MergePatch { path: vec!["metadata".into(), field.into()], reason });
        };
        texts.insert(text(key), text(value));
    }
    Ok(texts)
}

fn emptied<O: Copy>(mut patch: Resource<O>, field: &str) -> Resource<O> {
    let origin = patch.origin;
    let graph = patch.graph_mut();
    if let Some(metadata) = graph.get(graph.root(), "metadata") {
        graph.remove_entry(metadata, field);
        let empty = graph.add(Data::Mapping(Vec::new()), origin);
        graph.push_entry(metadata, Scalar::untagged(field), origin, empty);
    }
    patch
}

/// Gives a patch the `apiVersion` of the object that it is for.
fn take_version_of<O: Copy>(patch: &mut Resource<O>, resource: &Resource<O>) -> Result<(), Failure> {
    let own = resource.graph();
    let version = own.get(own.root(), "apiVersion");
    let origin = version.map_or(resource.origin, |node| own.origin(node));
    let version = Scalar::untagged(resource.gvk().api_version());
    let kind = Scalar::untagged(patch.kind());
    let graph = patch.graph_mut();
    let root = graph.root();
    let kind_origin = graph.get(root, "kind").map_or(origin, |node| graph.origin(node));
    set_field(graph, root, "kind", (kind, kind_origin))?;
    set_field(graph, root, "apiVersion", (version, origin))?;
    Ok(())
}

impl<O: Copy> Resource<O> {
    /// Merges a patch. Namespace, name and kind stay as they are, the latter two unless the patch may change them.
    ///
    /// # Errors
    /// If the patch holds nodes of other kinds than the object, or a directive that there is not.
    pub(crate) fn apply_strategic_merge<T: Track<Origin = O>>(
        &mut self,
        work: &mut Work<T>,
        patch: &Self,
    ) -> Result<(), Failure> {
        let may_rename = patch.is_enabled(annotation::ALLOW_NAME_CHANGE);
        let may_change_kind = patch.is_enabled(annotation::ALLOW_KIND_CHANGE);
        let kind = self.texts_at(&["kind"]);
        let name = self.texts_at(&["metadata", "name"]);
        let namespace = self.texts_at(&["metadata", "namespace"]);
        if may_rename || may_change_kind {
            self.store_previous_id(&work.schema);
        }
        let graph = self.graph_mut();
        let root = graph.graft(patch.graph(), patch.graph().root());
        let merged = merge::merge(graph, root, (&mut work.tracker, &work.schema))
            .map_err(|cause| Failure::new(cause).at_origin(&work.tracker, patch.origin))?;
        if merged == Merged::Deleted {
            let origin = graph.origin(root);
            let nothing = graph.add(Data::Scalar(Scalar::null()), origin);
            graph.set_root(nothing);
        }
        if self.is_empty() {
            return Ok(());
        }
        let graph = self.graph_mut();
        // What the original cannot put back it leaves as it is.
        if !may_change_kind {
            let (text, origin) = kind;
            let _ = set_field(graph, graph.root(), "kind", (Scalar::untagged(text), origin));
        }
        if !may_rename {
            let _ = set_in_metadata(graph, "name", name);
        }
        let _ = set_namespace(graph, namespace);
        Ok(())
    }

    /// A text as the identity of an object is read, and where it comes from.
    fn texts_at(&self, path: &[&str]) -> (CompactString, O) {
        let graph = self.graph();
        match graph.at(graph.root(), path).filter(|node| !graph.is_null(*node)) {
            Some(node) => (graph.text(node).into(), graph.origin(node)),
            None => (CompactString::default(), self.origin),
        }
    }
}

fn set_in_metadata<O: Copy>(
    graph: &mut Graph<O>,
    field: &str,
    (text, origin): (CompactString, O),
) -> Result<Option<NodeIndex>, crate::fields::ReachField> {
    let create = (Create::Mapping, origin);
    match lookup_create(graph, graph.root(), &["metadata"], create)? {
        Some(metadata) => set_field(graph, metadata, field, (Scalar::untagged(text), origin)).map(Some),
        None => Ok(None),
    }
}

/// Sets the namespace, or takes it away if it is empty.
fn set_namespace<O: Copy>(
    graph: &mut Graph<O>,
    (namespace, origin): (CompactString, O),
) -> Result<(), crate::fields::ReachField> {
    if !namespace.is_empty() {
        return set_in_metadata(graph, "namespace", (namespace, origin)).map(|_| ());
    }
    if let Some(metadata) = graph.get(graph.root(), "metadata") {
        graph.remove_entry(metadata, "namespace");
    }
    Ok(())
}
