//! `namePrefix` and `nameSuffix`: texts before and behind names.
//!
//! Kinds whose names mean something outside of the build keep theirs. What is put to a name is remembered with the object:
//! references are told apart by it later.

use compact_str::CompactString;
use manifest::mutable::{Scalar, Tag};
use text::Track;

use crate::configuration::FieldSpecs;
use crate::field_spec::{Made, SpecTable};
use crate::fields::{self, Create};
use crate::identity::Gvk;
use crate::kustomization::Text;
use crate::res_map::ResMap;
use crate::resource::{Resource, annotation};
use crate::{Failure, Work};

/// On which side of a name a text goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Before,
    Behind,
}

/// Puts a text to names.
#[derive(Debug, Clone)]
pub(crate) struct AffixTransformer<O> {
    /// The text.
    pub(crate) text: Text<O>,
    /// Its side.
    pub(crate) side: Side,
    /// Which fields hold names.
    pub(crate) specs: FieldSpecs,
}

/// The path whose text is the object's own name.
const NAME_PATH: &str = "metadata/name";

impl<O: Copy> AffixTransformer<O> {
    /// Applies it to all objects.
    pub(crate) fn transform<T: Track<Origin = O>>(
        &self,
        work: &mut Work<T>,
        map: &mut ResMap<O>,
    ) -> Result<(), Failure> {
        let mut table = SpecTable::new(&self.specs);
        for slot in map.slots() {
            let Some(resource) = map.get(slot) else { continue };
            let original = resource.original_gvk();
            if keeps_its_name(&original) {
                continue;
            }
            if let Some(resource) = map.get_mut(slot) {
                self.apply(&original, &mut table, work, resource)?;
            }
        }
        Ok(())
    }

    fn apply<T: Track<Origin = O>>(
        &self,
        original: &Gvk,
        table: &mut SpecTable<'_>,
        work: &mut Work<T>,
        resource: &mut Resource<O>,
    ) -> Result<(), Failure> {
        let made = Made { create: Create::Scalar, tag: Tag::Str, origin: self.text.origin };
        for prepared in table.applying_to(original).iter() {
            let spec = &self.specs[prepared.position];
            if spec.path == NAME_PATH {
                self.remember(work, resource);
            }
            if !resource.gvk().is_selected_by(&spec.gvk) {
                continue;
            }
            prepared.follow(spec, resource, Some(&made), &mut |graph, node| {
                let there = graph.text(node);
                let mine = (self.text.text.len(), self.text.origin);
                let name = (there.len(), graph.origin(node));
                let mut text = CompactString::with_capacity(there.len() + self.text.text.len());
                let parts = match self.side {
                    Side::Before => {
                        text.push_str(&self.text.text);
                        text.push_str(there);
                        [mine, name]
                    }
                    Side::Behind => {
                        text.push_str(there);
                        text.push_str(&self.text.text);
                        [name, mine]
                    }
                };
                let origin = work.tracker.composed(&parts);
                Ok(fields::set_scalar(graph, node, (Scalar::untagged(text), origin))?)
            })?;
        }
        Ok(())
    }

    fn remember<T: Track<Origin = O>>(&self, work: &Work<T>, resource: &mut Resource<O>) {
        if self.text.text.is_empty() {
            return;
        }
        let list = match self.side {
            Side::Before => annotation::PREFIXES,
            Side::Behind => annotation::SUFFIXES,
        };
        resource.append_to_list(list, &self.text.text);
        resource.store_previous_id(&work.schema);
    }
}

fn keeps_its_name(gvk: &Gvk) -> bool {
    match gvk.kind.as_str() {
        "CustomResourceDefinition" | "Namespace" => true,
        "APIService" => gvk.group == "apiregistration.k8s.io",
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use text::Origin;

    use super::*;
    use crate::configuration::Configuration;
    use crate::testing::{applied, objects, text};

    fn affix(side: Side, affix: &str) -> AffixTransformer<Origin> {
        AffixTransformer { text: text(affix), side, specs: Configuration::builtin().name_prefix }
    }

    fn object(api_version: &str, kind: &str, name: &str) -> String {
        format!("apiVersion: {api_version}\nkind: {kind}\nmetadata:\n  name: {name}\n")
    }

    #[test]
    fn names_get_a_text_before_or_behind_them() {
        let pod = object("v1", "Pod", "b");
        for (side, expected) in [(Side::Before, "ab"), (Side::Behind, "ba")] {
            let found = applied(&pod, |work, map| affix(side, "a").transform(work, map));
            assert_eq!(found, Ok(object("v1", "Pod", expected)));
        }
    }

    #[test]
    fn kinds_whose_names_mean_something_elsewhere_keep_them() {
        let kept = [
            object("v1", "Namespace", "ns"),
            object("apiextensions.k8s.io/v1", "CustomResourceDefinition", "c"),
            object("apiregistration.k8s.io/v1", "APIService", "a"),
        ];
        for kept in kept {
            let found = applied(&kept, |work, map| affix(Side::Before, "p-").transform(work, map));
            assert_eq!(found, Ok(kept));
        }
        let other = object("other.io/v1", "APIService", "a");
        let found = applied(&other, |work, map| affix(Side::Before, "p-").transform(work, map));
        assert_eq!(found, Ok(object("other.io/v1", "APIService", "p-a")));
    }

    #[test]
    fn a_plain_name_that_becomes_a_number_is_one() {
        let found =
            applied(&object("v1", "Pod", "e3"), |work, map| affix(Side::Before, "1").transform(work, map));
        assert_eq!(found, Ok(object("v1", "Pod", "1000")));
    }

    #[test]
    fn a_field_that_is_to_be_made_is_the_text_alone() {
        let specs = crate::kustomization::FieldSpec { gvk: Gvk::ANY, path: "spec/ref".into(), create: true };
        let transformer = AffixTransformer { specs: vec![specs].into(), ..affix(Side::Before, "a-") };
        let pod = object("v1", "Pod", "b");
        let found = applied(&pod, |work, map| transformer.transform(work, map));
        assert_eq!(found, Ok(format!("{pod}spec:\n  ref: a-\n")));
    }

    #[test]
    fn annotations_that_hold_nothing_give_way_to_what_is_remembered() {
        for annotations in ["null", "{}", "5", "text"] {
            let pod = format!("{}  annotations: {annotations}\n", object("v1", "Pod", "b"));
            let (mut work, mut map) = objects(&pod);
            affix(Side::Before, "a-").transform(&mut work, &mut map).unwrap();
            let pod = map.resources().next().unwrap();
            assert_eq!(pod.list(annotation::PREVIOUS_NAMES), ["b"], "{annotations}");
        }
    }

    #[test]
    fn the_object_remembers_what_it_was_called_and_what_it_got() {
        let (mut work, mut map) = objects(&object("v1", "Pod", "b"));
        affix(Side::Before, "a-").transform(&mut work, &mut map).unwrap();
        affix(Side::Behind, "-c").transform(&mut work, &mut map).unwrap();
        let pod = map.resources().next().unwrap();
        let names: Vec<_> = pod.previous_ids().iter().map(|id| id.name.to_string()).collect();
        assert_eq!((pod.name(), names), ("a-b-c", vec!["b".to_owned(), "a-b".to_owned()]));
        assert_eq!(pod.list(annotation::PREFIXES), ["a-"]);
        assert_eq!(pod.list(annotation::SUFFIXES), ["-c"]);
    }

    #[test]
    fn a_name_is_composed_of_its_parts() {
        let (mut work, mut map) = objects(&object("v1", "Pod", "b"));
        let transformer = affix(Side::Before, "a-");
        transformer.transform(&mut work, &mut map).unwrap();
        let pod = map.resources().next().unwrap();
        let origin = pod.graph().origin(pod.name_node().unwrap());
        let Origin::Recorded(record) = origin else { panic!("{origin:?}") };
        let Some(text::Record::Composed { parts }) = work.tracker.record(record) else { panic!() };
        let parts: Vec<_> = work.tracker.parts(*parts).iter().map(|part| part.length).collect();
        assert_eq!(parts, [2, 1]);
    }
}
