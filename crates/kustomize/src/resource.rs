//! One object of a build.
//!
//! What the build has to remember of an object (earlier names, prefixes, who refers to it) stands in annotations of the
//! object itself, as in the original: patches can see them, selectors can select by them, and whatever wipes the
//! annotations wipes the memory, on which the output then depends. They are taken off at the end.

use std::collections::BTreeMap;
use std::sync::Arc;

use compact_str::CompactString;
use manifest::mutable::{Data, Graph, NodeIndex, Scalar};

use crate::fields::{self, Create, ReachField, set_field};
use crate::identity::{Gvk, Id};
use crate::schema::Schema;

/// The annotations in which a build remembers things. They are part of what patches can see.
pub(crate) mod annotation {
    pub(crate) const PREVIOUS_KINDS: &str = "internal.config.kubernetes.io/previousKinds";
    pub(crate) const PREVIOUS_NAMES: &str = "internal.config.kubernetes.io/previousNames";
    pub(crate) const PREVIOUS_NAMESPACES: &str = "internal.config.kubernetes.io/previousNamespaces";
    pub(crate) const PREFIXES: &str = "internal.config.kubernetes.io/prefixes";
    pub(crate) const SUFFIXES: &str = "internal.config.kubernetes.io/suffixes";
    pub(crate) const REFERENCED_BY: &str = "internal.config.kubernetes.io/refBy";
    pub(crate) const GENERATOR_BEHAVIOR: &str = "internal.config.kubernetes.io/generatorBehavior";
    pub(crate) const NEEDS_HASH_SUFFIX: &str = "internal.config.kubernetes.io/needsHashSuffix";
    pub(crate) const ALLOW_NAME_CHANGE: &str = "internal.config.kubernetes.io/allowNameChange";
    pub(crate) const ALLOW_KIND_CHANGE: &str = "internal.config.kubernetes.io/allowKindChange";
    pub(crate) const ORIGIN: &str = "config.kubernetes.io/origin";
    pub(crate) const TRANSFORMATIONS: &str = "alpha.config.kubernetes.io/transformations";
    pub(crate) const HELM_GENERATED: &str = "internal.config.kubernetes.io/helm-generated";
    pub(crate) const LOCAL_CONFIG: &str = "config.kubernetes.io/local-config";

    /// The value of those that are switches.
    pub(crate) const ENABLED: &str = "enabled";

    /// What is taken off at the end.
    pub(crate) const BUILD: [&str; 19] = [
        PREVIOUS_KINDS,
        PREVIOUS_NAMES,
        PREFIXES,
        SUFFIXES,
        PREVIOUS_NAMESPACES,
        ALLOW_NAME_CHANGE,
        ALLOW_KIND_CHANGE,
        REFERENCED_BY,
        GENERATOR_BEHAVIOR,
        NEEDS_HASH_SUFFIX,
        "internal.config.kubernetes.io/path",
        "internal.config.kubernetes.io/index",
        "internal.config.kubernetes.io/seqindent",
        "internal.config.kubernetes.io/id",
        "internal.config.kubernetes.io/annotations-migration-resource-id",
        "config.kubernetes.io/path",
        "config.kubernetes.io/index",
        "config.k8s.io/id",
        HELM_GENERATED,
    ];
}

/// An object with its nodes, shared until somebody changes it.
#[derive(Debug, Clone)]
pub struct Resource<O> {
    graph: Arc<Graph<O>>,
    /// The names of the vars that are read from it.
    pub(crate) var_names: Vec<CompactString>,
    /// Where what the build writes into the object of its own accord is said to come from: the object itself.
    pub(crate) origin: O,
}

impl<O: Copy> Resource<O> {
    /// An object of a graph whose root is a mapping.
    #[must_use]
    pub fn new(graph: Arc<Graph<O>>) -> Self {
        let origin = graph.origin(graph.root());
        Self { graph, var_names: Vec::new(), origin }
    }

    /// Its nodes.
    #[must_use]
    pub fn graph(&self) -> &Graph<O> {
        &self.graph
    }

    /// Its nodes to change; copied first if others hold them as well.
    pub fn graph_mut(&mut self) -> &mut Graph<O> {
        Arc::make_mut(&mut self.graph)
    }

    /// Puts other nodes in place of all of its own.
    pub fn set_graph(&mut self, graph: Graph<O>) {
        self.graph = Arc::new(graph);
    }

    /// Whether nothing is left of it: a patch deleted it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.graph.is_null_or_empty(self.graph.root())
    }

    /// Its group, version and kind as written.
    #[must_use]
    pub fn gvk(&self) -> Gvk {
        Gvk::new(self.text(&["apiVersion"]), self.text(&["kind"]))
    }

    /// Its kind; empty if it says none.
    #[must_use]
    pub fn kind(&self) -> &str {
        self.text(&["kind"])
    }

    /// Its name; empty if it has none.
    #[must_use]
    pub fn name(&self) -> &str {
        self.text(&["metadata", "name"])
    }

    /// Its namespace as written; empty if it has none.
    #[must_use]
    pub fn namespace(&self) -> &str {
        self.text(&["metadata", "namespace"])
    }

    fn text(&self, path: &[&str]) -> &str {
        match self.graph.at(self.graph.root(), path) {
            Some(node) if !self.graph.is_null(node) => self.graph.text(node),
            _ => "",
        }
    }

    /// What it is called now.
    #[must_use]
    pub fn current_id(&self, schema: &Schema) -> Id {
        let gvk = self.gvk();
        let is_cluster_scoped = schema.is_cluster_scoped(&gvk);
        Id { gvk, name: self.name().into(), namespace: self.namespace().into(), is_cluster_scoped }
    }

    /// What it was called before, oldest first. The original forgets in them that a kind has no namespace, and keeps
    /// [`NO_NAMESPACE`](crate::identity::NO_NAMESPACE) as the namespace's name instead.
    #[must_use]
    pub fn previous_ids(&self) -> Vec<Id> {
        let Some(names) = self.annotation(annotation::PREVIOUS_NAMES) else { return Vec::new() };
        let namespaces = self.annotation(annotation::PREVIOUS_NAMESPACES).unwrap_or_default().split(',');
        let kinds = self.annotation(annotation::PREVIOUS_KINDS).unwrap_or_default().split(',');
        let Gvk { group, version, .. } = self.gvk();
        let ids = names.split(',').zip(namespaces).zip(kinds).map(|((name, namespace), kind)| Id {
            gvk: Gvk { group: group.clone(), version: version.clone(), kind: kind.into() },
            name: name.into(),
            namespace: namespace.into(),
            is_cluster_scoped: false,
        });
        ids.collect()
    }

    /// Its group and version, and the kind that it had when it was read.
    #[must_use]
    pub fn original_gvk(&self) -> Gvk {
        let gvk = self.gvk();
        if self.annotation(annotation::PREVIOUS_NAMES).is_none() {
            return gvk;
        }
        let kinds = self.annotation(annotation::PREVIOUS_KINDS).unwrap_or_default();
        Gvk { kind: kinds.split(',').next().unwrap_or_default().into(), ..gvk }
    }

    /// What it was called when it was read.
    #[must_use]
    pub fn original_id(&self, schema: &Schema) -> Id {
        self.previous_ids().into_iter().next().unwrap_or_else(|| self.current_id(schema))
    }

    /// Remembers what it is called now.
    pub(crate) fn store_previous_id(&mut self, schema: &Schema) {
        let id = self.current_id(schema);
        self.append_to_list(annotation::PREVIOUS_NAMES, &id.name);
        self.append_to_list(annotation::PREVIOUS_NAMESPACES, id.effective_namespace());
        self.append_to_list(annotation::PREVIOUS_KINDS, &id.gvk.kind);
    }

    /// The value of an annotation.
    #[must_use]
    pub fn annotation(&self, key: &str) -> Option<&str> {
        let annotations = self.graph.at(self.graph.root(), &["metadata", "annotations"])?;
        self.graph.get(annotations, key).map(|node| self.graph.text(node))
    }

    /// Whether one of the build's switches is on.
    pub(crate) fn is_enabled(&self, key: &str) -> bool {
        self.annotation(key) == Some(annotation::ENABLED)
    }

    /// The texts of a map in the metadata, sorted by key.
    pub(crate) fn metadata_map(&self, field: &str) -> BTreeMap<CompactString, CompactString> {
        let map = self.graph.at(self.graph.root(), &["metadata", field]);
        let entries = map.map_or(&[][..], |map| self.graph.entries(map));
        let mut texts = BTreeMap::new();
        for entry in entries {
            texts.insert(entry.key.text.clone(), CompactString::from(self.graph.text(entry.value)));
        }
        texts
    }

    /// Puts a map into the metadata in place of the one that is there: sorted, all of it strings. An empty one is left
    /// out. Entries whose text stays keep their origin.
    pub(crate) fn set_metadata_map(
        &mut self,
        field: &str,
        texts: &BTreeMap<CompactString, CompactString>,
        origin: O,
    ) -> Result<(), ReachField> {
        let graph = self.graph_mut();
        let create = (Create::Mapping, origin);
        let Some(metadata) = fields::lookup_create(graph, graph.root(), &["metadata"], create)? else {
            return Ok(());
        };
        let before = graph.remove_entry(metadata, field);
        if texts.is_empty() {
            return Ok(());
        }
        let map_origin = before.as_ref().map_or(origin, |entry| graph.origin(entry.value));
        let map = graph.add(Data::Mapping(Vec::new()), map_origin);
        let key_origin = before.as_ref().map_or(origin, |entry| entry.key_origin);
        graph.push_entry(metadata, Scalar::untagged(field), key_origin, map);
        for (key, text) in texts {
            let kept = before.as_ref().and_then(|before| {
                let entry = graph.entries(before.value).iter().find(|entry| entry.key.text == *key)?;
                // A collection becomes an empty text, which nobody wrote.
                let is_kept = graph.scalar(entry.value).is_some() && graph.text(entry.value) == text;
                is_kept.then(|| (entry.key_origin, graph.origin(entry.value)))
            });
            let (key_origin, value_origin) = kept.unwrap_or((origin, origin));
            let scalar = fields::quoted_where_ambiguous(Scalar::string(text.clone()));
            let value = graph.add(Data::Scalar(scalar), value_origin);
            graph.push_entry(map, Scalar::untagged(key.clone()), key_origin, value);
        }
        Ok(())
    }

    /// Sets one annotation of the build's own, in place. Annotations that hold nothing give way: null, an empty map, and,
    /// as in the original, a scalar.
    pub(crate) fn set_build_annotation(&mut self, key: &'static str, (value, origin): (&str, O)) {
        let graph = self.graph_mut();
        let root = graph.root();
        if let Some(metadata) = graph.get(root, "metadata")
            && let Some(annotations) = graph.get(metadata, "annotations")
            && graph.entries(annotations).is_empty()
            && graph.items(annotations).is_empty()
        {
            graph.remove_entry(metadata, "annotations");
        }
        let path = &["metadata", "annotations"];
        let map = fields::lookup_create(graph, root, path, (Create::Mapping, origin));
        if let Ok(Some(map)) = map {
            let scalar = (Scalar::string(value), origin);
            // A map that is no mapping takes nothing; the original panics where it cannot remember.
            let _ = set_field(graph, map, key, scalar);
        }
    }

    /// Adds to one of the build's lists. Nothing is added for an empty text.
    pub(crate) fn append_to_list(&mut self, key: &'static str, text: &str) {
        if text.is_empty() {
            return;
        }
        let list = match self.annotation(key) {
            Some(list) => format!("{list},{text}"),
            None => text.to_owned(),
        };
        self.set_build_annotation(key, (&list, self.origin));
    }

    /// The texts of one of the build's lists.
    pub(crate) fn list(&self, key: &str) -> Vec<&str> {
        self.annotation(key).map(|list| list.split(',').collect()).unwrap_or_default()
    }

    /// Takes off what the build has remembered. A collection among the annotations becomes an empty text, which is `made`.
    pub(crate) fn remove_build_annotations(&mut self, made: O) -> Result<(), ReachField> {
        let Some(map) = self.graph.at(self.graph.root(), &["metadata", "annotations"]) else { return Ok(()) };
        if self.graph.entries(map).is_empty() {
            return Ok(());
        }
        let mut texts = self.metadata_map("annotations");
        texts.retain(|key, _| !annotation::BUILD.contains(&key.as_str()));
        self.set_metadata_map("annotations", &texts, made)
    }

    /// The node of a name, for those who point at it.
    #[must_use]
    pub fn name_node(&self) -> Option<NodeIndex> {
        self.graph.at(self.graph.root(), &["metadata", "name"])
    }
}
