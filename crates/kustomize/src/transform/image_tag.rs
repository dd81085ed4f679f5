//! `images`: other names, tags and digests of images.
//!
//! Images are looked for twice in every object, as in the original: in the items of every `containers` and
//! `initContainers` wherever they are, and where the field specs say. Definitions of custom resources are left alone.

use std::ops::Range;

use compact_str::CompactString;
use manifest::mutable::{Data, Graph, NodeIndex, Scalar};
use text::Track;

use super::image::{Digests, ImageMatcher, ImageParts};
use crate::configuration::FieldSpecs;
use crate::failure::Cause;
use crate::field_spec::SpecTable;
use crate::fields::{self, ReachField};
use crate::kustomization::{Image, Text};
use crate::res_map::ResMap;
use crate::{Failure, Work};

/// Changes images.
#[derive(Debug, Clone)]
pub(crate) struct ImageTagTransformer<O> {
    /// Which images, and what becomes of each. One after the other, as if each were a transformer of its own.
    pub(crate) images: Vec<Image<O>>,
    /// Where images are named.
    pub(crate) specs: FieldSpecs,
}

impl<O: Copy> ImageTagTransformer<O> {
    /// Applies it to all objects.
    pub(crate) fn transform<T: Track<Origin = O>>(
        &self,
        work: &mut Work<T>,
        map: &mut ResMap<O>,
    ) -> Result<(), Failure> {
        let digests = if work.follows_5_8_3() { Digests::OfAnyAlgorithm } else { Digests::OfSha256 };
        let matchers: Vec<_> =
            self.images.iter().map(|image| ImageMatcher::new(&image.name, digests)).collect();
        let mut table = SpecTable::new(&self.specs);
        for slot in map.slots() {
            let is_left_alone = |kind: &str| kind == "CustomResourceDefinition";
            if map.get(slot).is_none_or(|resource| is_left_alone(resource.kind())) {
                continue;
            }
            let Some(resource) = map.get_mut(slot) else { continue };
            let mut in_containers = Vec::new();
            find_in_containers(resource.graph(), resource.graph().root(), &mut in_containers)?;
            let mut in_specs = Vec::new();
            table.visit(resource, None, &mut |graph, node| {
                expect_text(graph, node)?;
                in_specs.push(node);
                Ok(())
            })?;
            for (image, matcher) in self.images.iter().zip(&matchers) {
                for node in in_containers.iter().chain(&in_specs) {
                    if matcher.matches(resource.graph().text(*node))? {
                        set(image, resource.graph_mut(), *node, &mut work.tracker)?;
                    }
                }
            }
        }
        Ok(())
    }
}

/// Finds `image` in the items of `containers` and `initContainers` below a node.
fn find_in_containers<O: Copy>(
    graph: &Graph<O>,
    node: NodeIndex,
    found: &mut Vec<NodeIndex>,
) -> Result<(), Cause> {
    match &graph.node(node).data {
        Data::Scalar(_) => {}
        Data::Sequence(items) => {
            items.iter().try_for_each(|item| find_in_containers(graph, *item, found))?;
        }
        Data::Mapping(entries) => {
            for entry in entries {
                find_in_containers(graph, entry.value, found)?;
                if matches!(entry.key.text.as_str(), "containers" | "initContainers") {
                    for item in graph.items(entry.value) {
                        if let Some(image) = fields::lookup(graph, *item, &["image"])? {
                            expect_text(graph, image)?;
                            found.push(image);
                        }
                    }
                }
            }
        }
    }
    Ok(())
}

fn expect_text<O: Copy>(graph: &Graph<O>, node: NodeIndex) -> Result<(), ReachField> {
    if graph.scalar(node).is_some() {
        return Ok(());
    }
    let (expected, found) = ("ScalarNode", fields::kind_of(graph, node));
    Err(ReachField::MeetKind { expected, found, step: "image".to_owned() })
}

/// Changes one image. What stays of it keeps its origin.
fn set<T: Track>(
    image: &Image<T::Origin>,
    graph: &mut Graph<T::Origin>,
    node: NodeIndex,
    tracker: &mut T,
) -> Result<(), ReachField> {
    let there = CompactString::from(graph.text(node));
    let written = graph.origin(node);
    let parts = ImageParts::of(&there);
    let new = |text: &'_ Option<Text<T::Origin>>| {
        let text = text.as_ref().filter(|text| !text.text.is_empty())?;
        Some((text.text.clone(), text.origin))
    };
    let (new_name, new_tag, new_digest) = (new(&image.new_name), new(&image.new_tag), new(&image.digest));
    let suffix = new(&image.tag_suffix).filter(|_| new_tag.is_none() && new_digest.is_none());
    let keeps_tag = new_tag.is_none() && new_digest.is_none();
    let keeps_digest = keeps_tag && suffix.is_none();
    let mut old = |range: Range<usize>| {
        let origin = tracker.part(written, &there, range.clone());
        (CompactString::from(&there[range]), origin)
    };
    let tag = match new_tag {
        Some(tag) => vec![tag],
        None if keeps_tag => std::iter::once(old(parts.tag)).chain(suffix).collect(),
        None => Vec::new(),
    };
    let kept_digest = if keeps_digest { parts.digest } else { 0..0 };
    let digest = new_digest.unwrap_or_else(|| old(kept_digest));
    let name = new_name.unwrap_or_else(|| old(parts.name));

    let mut composed = Composition { text: CompactString::default(), parts: Vec::new() };
    composed.push(&name);
    let mut mark = |text| (CompactString::const_new(text), tracker.made("images", image.origin, &[]));
    let is_tagged = tag.iter().any(|(text, _)| !text.is_empty());
    if is_tagged {
        composed.push(&mark(":"));
        tag.iter().for_each(|part| composed.push(part));
    }
    if !digest.0.is_empty() {
        composed.push(&mark("@"));
        composed.push(&digest);
    }
    let origin = if composed.text == there { written } else { tracker.composed(&composed.parts) };
    fields::set_scalar(graph, node, (Scalar::untagged(composed.text), origin))
}

/// A text that is put together of parts.
struct Composition<O> {
    text: CompactString,
    parts: Vec<(usize, O)>,
}

impl<O: Copy> Composition<O> {
    fn push(&mut self, (text, origin): &(CompactString, O)) {
        self.text.push_str(text);
        self.parts.push((text.len(), *origin));
    }
}

#[cfg(test)]
mod tests {
    use text::{Origin, Origins, Record};

    use super::*;
    use crate::configuration::Configuration;
    use crate::testing::{applied, objects, text};

    fn image(name: &str) -> Image<Origin> {
        let (new_name, new_tag, tag_suffix, digest) = (None, None, None, None);
        Image { name: name.into(), new_name, new_tag, tag_suffix, digest, origin: text("").origin }
    }

    fn transformer(images: &[Image<Origin>]) -> ImageTagTransformer<Origin> {
        ImageTagTransformer { images: images.to_vec(), specs: Configuration::builtin().images }
    }

    fn pod(image: &str) -> String {
        format!("apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\nspec:\n  containers:\n  - image: {image}\n")
    }

    fn check(image: &Image<Origin>, before: &str, after: &str) {
        let transformer = transformer(std::slice::from_ref(image));
        let found = applied(&pod(before), |work, map| transformer.transform(work, map));
        assert_eq!(found, Ok(pod(after)), "{image:?}");
    }

    #[test]
    fn names_tags_and_digests_are_replaced() {
        let named = image("a");
        check(&named, "a:1@sha256:d", "a:1@sha256:d");
        check(&Image { new_name: Some(text("b")), ..named.clone() }, "a:1@sha256:d", "b:1@sha256:d");
        check(&Image { new_tag: Some(text("2")), ..named.clone() }, "a:1@sha256:d", "a:2");
        check(&Image { digest: Some(text("sha256:e")), ..named.clone() }, "a:1", "a@sha256:e");
        let both = Image { new_tag: Some(text("2")), digest: Some(text("sha256:e")), ..named.clone() };
        check(&both, "a", "a:2@sha256:e");
        check(&Image { new_tag: Some(text("2")), ..named }, "b:1", "b:1");
    }

    /// The original finds them twice, and appends it each time.
    #[test]
    fn a_suffix_is_appended_twice_where_field_specs_name_a_container() {
        let image = Image { tag_suffix: Some(text("-x")), ..image("a") };
        check(&image, "a:1@sha256:d", "a:1-x-x");
        check(&image, "a", "a:-x-x");
        let object = |image: &str| {
            format!(
                "apiVersion: x/v1\nkind: Foo\nmetadata:\n  name: f\nspec:\n  any:\n    containers:\n    - image: {image}\n"
            )
        };
        let found = applied(&object("a:1"), |work, map| transformer(&[image]).transform(work, map));
        assert_eq!(found, Ok(object("a:1-x")));
    }

    #[test]
    fn one_image_may_be_changed_twice() {
        let images = [
            Image { new_name: Some(text("b")), ..image("a") },
            Image { new_tag: Some(text("2")), ..image("b") },
        ];
        let found = applied(&pod("a:1"), |work, map| transformer(&images).transform(work, map));
        assert_eq!(found, Ok(pod("b:2")));
    }

    #[test]
    fn containers_are_found_anywhere_but_in_definitions() {
        let object = |kind: &str, tag: u8| {
            format!(
                "apiVersion: x/v1\nkind: {kind}\nmetadata:\n  name: f\nspec:\n- deep:\n    containers:\n    - image: a:{tag}\n"
            )
        };
        let images = [Image { new_tag: Some(text("2")), ..image("a") }];
        for (kind, tag) in [("Foo", 2), ("CustomResourceDefinition", 1)] {
            let found = applied(&object(kind, 1), |work, map| transformer(&images).transform(work, map));
            assert_eq!(found, Ok(object(kind, tag)));
        }
    }

    #[test]
    fn an_image_that_is_no_text_is_refused() {
        let failed = applied(&pod("[a]"), |work, map| transformer(&[image("a")]).transform(work, map));
        assert_eq!(
            failed.unwrap_err(),
            "wrong node kind: expected ScalarNode but got SequenceNode at 'image'"
        );
    }

    /// The composed image of a pod after `images`, part by part.
    fn parts(before: &str, images: &[Image<Origin>]) -> Vec<(u32, Origin)> {
        let (mut work, mut map) = objects(&pod(before));
        transformer(images).transform(&mut work, &mut map).unwrap();
        let graph = map.resources().next().unwrap().graph();
        let containers = graph.at(graph.root(), &["spec", "containers"]).unwrap();
        let origin = graph.origin(graph.get(graph.items(containers)[0], "image").unwrap());
        let Origin::Recorded(record) = origin else { panic!("{origin:?}") };
        let Some(Record::Composed { parts }) = Origins::record(&work.tracker, record) else { panic!() };
        work.tracker.parts(*parts).iter().map(|part| (part.length, part.origin)).collect()
    }

    #[test]
    fn what_stays_of_an_image_keeps_its_origin() {
        let parts = parts("a:1", &[Image { new_tag: Some(text("2")), ..image("a") }]);
        assert_eq!(parts.iter().map(|(length, _)| *length).collect::<Vec<_>>(), [1, 1, 1]);
        assert_eq!(parts[2].1, text("2").origin);
    }

    #[test]
    fn a_tag_that_was_set_is_still_that_tag_where_only_the_name_is_set_again() {
        let images = [
            Image { new_tag: Some(text("v22")), ..image("a") },
            Image { new_name: Some(text("long")), ..image("a") },
        ];
        let parts = parts("a:1", &images);
        assert_eq!(parts.iter().map(|(length, _)| *length).collect::<Vec<_>>(), [4, 1, 3]);
        assert_eq!(parts[2].1, text("v22").origin);
    }
}
