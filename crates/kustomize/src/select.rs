//! Which objects a selector means: patterns over group, version, kind, name and namespace, selectors of labels and
//! annotations.
//!
//! A selector is compiled once for each transformer and then asked of objects; where it names its objects by plain names
//! it looks them up, so that a thousand patches of a thousand objects take no million comparisons.

use manifest::mutable::NodeIndex;

use crate::identity::{Gvk, Id};
use crate::kustomization::Selector;
use crate::label_selector::{LabelSelector, ParseLabelSelector};
use regexp::CompilePattern;

use crate::pattern::Pattern;
use crate::res_map::{ResMap, Slot};
use crate::resource::Resource;
use crate::schema::Schema;

/// Why a selector selects nothing at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SelectObjects {
    /// A part is no regular expression.
    #[error(transparent)]
    CompilePattern(#[from] CompilePattern),
    /// It is no selector of labels or annotations.
    #[error(transparent)]
    ParseLabels(#[from] ParseLabelSelector),
}

/// A selector, ready to be asked.
#[derive(Debug, Clone)]
pub(crate) struct CompiledSelector {
    group: Pattern,
    version: Pattern,
    kind: Pattern,
    name: Pattern,
    namespace: Pattern,
    // A broken one is told only when an object comes that far.
    labels: Result<LabelSelector, ParseLabelSelector>,
    annotations: Result<LabelSelector, ParseLabelSelector>,
}

impl CompiledSelector {
    /// Compiles the patterns.
    pub(crate) fn new(selector: &Selector) -> Result<Self, SelectObjects> {
        let Selector { id, label_selector, annotation_selector } = selector;
        let Id { gvk: Gvk { group, version, kind }, name, namespace, is_cluster_scoped: _ } = id;
        Ok(Self {
            group: Pattern::whole(group)?,
            version: Pattern::whole(version)?,
            kind: Pattern::whole(kind)?,
            name: Pattern::whole(name)?,
            namespace: Pattern::whole(namespace)?,
            labels: LabelSelector::parse(label_selector),
            annotations: LabelSelector::parse(annotation_selector),
        })
    }

    /// The objects that are meant, in their order: by the name and namespace that they have or were read with, and the
    /// kind that they have.
    pub(crate) fn select<O: Copy>(
        &self,
        schema: &Schema,
        map: &mut ResMap<O>,
    ) -> Result<Vec<Slot>, SelectObjects> {
        let mut selected = self.candidates(schema, map);
        let mut refused = None;
        selected.retain(|slot| {
            let Some(resource) = map.get(*slot).filter(|_| refused.is_none()) else { return false };
            self.means(schema, resource).unwrap_or_else(|error| {
                refused = Some(error);
                false
            })
        });
        refused.map_or(Ok(selected), Err)
    }

    /// The objects that may be meant: those of the names, if it is made of names, else all.
    pub(crate) fn candidates<O: Copy>(&self, schema: &Schema, map: &mut ResMap<O>) -> Vec<Slot> {
        match self.name.texts() {
            Some(names) => map.with_any_name(schema, &names),
            None => map.slots(),
        }
    }

    /// Whether its selectors of labels and annotations can be read.
    pub(crate) fn is_sound(&self) -> bool {
        self.labels.is_ok() && self.annotations.is_ok()
    }

    fn means<O: Copy>(&self, schema: &Schema, resource: &Resource<O>) -> Result<bool, SelectObjects> {
        if !self.means_gvk(&resource.gvk()) {
            return Ok(false);
        }
        if !(self.namespace.is_empty() && self.name.is_empty()) {
            let (current, original) = (resource.current_id(schema), resource.original_id(schema));
            let is_met =
                |pattern: &Pattern, [one, other]: [&str; 2]| pattern.matches(one) || pattern.matches(other);
            if !is_met(&self.namespace, [&original, &current].map(Id::effective_namespace))
                || !is_met(&self.name, [&original.name, &current.name])
            {
                return Ok(false);
            }
        }
        Ok(self.means_labels(resource)? && self.means_annotations(resource)?)
    }

    /// Whether group, version and kind are meant.
    fn means_gvk(&self, gvk: &Gvk) -> bool {
        self.group.matches(&gvk.group) && self.version.matches(&gvk.version) && self.kind.matches(&gvk.kind)
    }

    /// Whether an id is meant, its namespace taken as it is written.
    pub(crate) fn means_id(&self, id: &Id) -> bool {
        self.means_gvk(&id.gvk) && self.name.matches(&id.name) && self.namespace.matches(&id.namespace)
    }

    /// Whether the labels of an object are meant.
    pub(crate) fn means_labels<O: Copy>(&self, resource: &Resource<O>) -> Result<bool, ParseLabelSelector> {
        means(self.labels.as_ref(), resource, "labels")
    }

    /// Whether the annotations of an object are meant.
    pub(crate) fn means_annotations<O: Copy>(
        &self,
        resource: &Resource<O>,
    ) -> Result<bool, ParseLabelSelector> {
        means(self.annotations.as_ref(), resource, "annotations")
    }
}

fn means<O: Copy>(
    selector: Result<&LabelSelector, &ParseLabelSelector>,
    resource: &Resource<O>,
    field: &str,
) -> Result<bool, ParseLabelSelector> {
    let selector = selector.map_err(Clone::clone)?;
    if selector.is_empty() {
        return Ok(true);
    }
    let graph = resource.graph();
    let map: Option<NodeIndex> = graph.at(graph.root(), &["metadata", field]);
    Ok(selector.matches(|key| map.and_then(|map| graph.get(map, key)).map(|value| graph.text(value))))
}

#[cfg(test)]
#[expect(clippy::unwrap_in_result, reason = "a test that meets the unexpected should stop")]
mod tests {
    use text::{NoOrigins, TextId};

    use super::*;
    use crate::load::objects_of_text;

    const OBJECTS: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: shop
  labels: {app: web}
  annotations: {owner: a}
---
apiVersion: v1
kind: Service
metadata:
  name: web
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: prod-web
  annotations:
    internal.config.kubernetes.io/previousNames: web
    internal.config.kubernetes.io/previousNamespaces: old
    internal.config.kubernetes.io/previousKinds: ConfigMap
";

    fn selector(fields: &[(&str, &str)]) -> Selector {
        let mut selector = Selector::default();
        for (field, text) in fields {
            let place = match *field {
                "group" => &mut selector.id.gvk.group,
                "version" => &mut selector.id.gvk.version,
                "kind" => &mut selector.id.gvk.kind,
                "name" => &mut selector.id.name,
                "namespace" => &mut selector.id.namespace,
                "labels" => &mut selector.label_selector,
                _ => &mut selector.annotation_selector,
            };
            *place = (*text).into();
        }
        selector
    }

    fn select(fields: &[(&str, &str)]) -> Result<String, SelectObjects> {
        let schema = Schema::default();
        let mut map = ResMap::<()>::default();
        for graph in objects_of_text::<NoOrigins>(TextId(0), OBJECTS.as_bytes()).expect("objects") {
            map.push(Resource::new(graph.into()));
        }
        let selected = CompiledSelector::new(&selector(fields))?.select(&schema, &mut map)?;
        let kinds: Vec<_> =
            selected.iter().filter_map(|slot| map.get(*slot)).map(|r| r.kind().to_owned()).collect();
        Ok(kinds.join(" "))
    }

    fn check(fields: &[(&str, &str)], expected: &str) {
        assert_eq!(select(fields).expect("a selector"), expected, "{fields:?}");
    }

    #[test]
    fn selects_by_what_objects_are_and_were_called() {
        check(&[], "Deployment Service ConfigMap");
        check(&[("name", "web")], "Deployment Service ConfigMap");
        check(&[("name", "prod-web")], "ConfigMap");
        check(&[("name", "prod-.*")], "ConfigMap");
        check(&[("name", "w[ea]b")], "Deployment Service ConfigMap");
        check(&[("name", "web|prod-web")], "Deployment Service ConfigMap");
        check(&[("kind", "Deployment|Service"), ("name", "web")], "Deployment Service");
        check(&[("group", "apps")], "Deployment");
        check(&[("version", "v1"), ("name", "we")], "");
    }

    #[test]
    fn a_missing_namespace_is_the_default_one() {
        check(&[("namespace", "default")], "Service ConfigMap");
        check(&[("namespace", "shop")], "Deployment");
        check(&[("namespace", "old")], "ConfigMap");
        check(&[("namespace", ".*")], "Deployment Service ConfigMap");
    }

    #[test]
    fn selects_by_labels_and_annotations() {
        check(&[("labels", "app=web")], "Deployment");
        check(&[("labels", "!app")], "Service ConfigMap");
        check(&[("annotations", "owner in (a)"), ("name", "web")], "Deployment");
    }

    #[test]
    fn a_broken_selector_of_labels_is_told_when_an_object_comes_that_far() {
        check(&[("labels", "a=("), ("kind", "Pod")], "");
        assert!(select(&[("labels", "a=(")]).is_err());
        assert!(select(&[("name", "("), ("kind", "Pod")]).is_err());
    }
}
