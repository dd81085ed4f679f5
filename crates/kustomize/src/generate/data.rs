//! ConfigMaps and Secrets out of keys and values.
//!
//! Takes a generator's arguments, gives the object with what the build has to remember of it: that its name gets a hash,
//! and what is to be done if there is an object of its name already.

use std::sync::Arc;

use compact_str::CompactString;
use manifest::ScalarStyle;
use manifest::mutable::{Data, Graph, NodeIndex, Scalar, Tag};
use manifest::resolve::base64;
use text::Track;

use super::key_values::{self, KeyValue};
use crate::fields::{self, ReachField, quoted_where_ambiguous};
use crate::kustomization::{GeneratorArguments, GeneratorOptions, Text, TextMap};
use crate::load::Loader;
use crate::resource::{Resource, annotation};
use crate::{Failure, Work};

/// Why an object cannot be generated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GenerateData {
    /// A generator without a name.
    #[error("a configmap must have a name")]
    MissName,
}

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    ConfigMap,
    Secret,
}

/// Characters in a line of base64 that is too long for one line.
const BASE64_LINE_CHARACTERS: usize = 70;

/// Generates the object.
pub(super) fn generate<T: Track>(
    work: &mut Work<T>,
    loader: &Loader,
    (kind, arguments): (Kind, &GeneratorArguments<T::Origin>),
) -> Result<Resource<T::Origin>, Failure> {
    let GeneratorArguments { name, namespace, behavior, secret_type, options, origin, .. } = arguments;
    let (kind_text, rule) = match kind {
        Kind::ConfigMap => ("ConfigMap", "configMapGenerator"),
        Kind::Secret => ("Secret", "secretGenerator"),
    };
    let made = work.tracker.made(rule, *origin, &[]);
    let mut object = Object::new(*origin);
    object.set_text("apiVersion", Scalar::untagged("v1"), made);
    object.set_text("kind", Scalar::untagged(kind_text), made);
    if name.text.is_empty() {
        return Err(GenerateData::MissName.into());
    }
    let metadata = object.map_at("metadata");
    object.set(metadata, ("name", *origin), string(&name.text), name.origin);
    if let Some(namespace) = namespace {
        object.set(metadata, ("namespace", *origin), string(&namespace.text), namespace.origin);
    }
    if kind == Kind::Secret {
        let (text, from) = secret_type.as_ref().map_or(("Opaque", made), |text| (&text.text, text.origin));
        object.set_text("type", string(text), from);
    }
    let pairs = key_values::load(work, loader, arguments)?;
    for pair in pairs {
        object.put_pair::<T>(&mut work.tracker, kind, pair);
    }
    if kind == Kind::Secret {
        object.map_at("data");
    }
    let mut hashes = true;
    if let Some(options) = options {
        hashes = !options.disable_name_suffix_hash;
        let decorated = object.decorate(options);
        if kind == Kind::ConfigMap {
            decorated?;
        }
        if options.immutable {
            let scalar = Scalar { text: "true".into(), style: ScalarStyle::Plain, tag: Tag::Bool };
            object.set_text("immutable", scalar, made);
        }
    }
    let mut resource = Resource::new(Arc::new(object.graph));
    let mut remembered = resource.metadata_map("annotations");
    if hashes {
        remembered.insert(annotation::NEEDS_HASH_SUFFIX.into(), annotation::ENABLED.into());
    }
    remembered.insert(annotation::GENERATOR_BEHAVIOR.into(), known_behavior(behavior).into());
    resource.set_metadata_map("annotations", &remembered, *origin)?;
    Ok(resource)
}

/// The behaviors that there are; any other word is none.
pub(super) fn known_behavior(word: &str) -> &'static str {
    match word {
        "create" => "create",
        "merge" => "merge",
        "replace" => "replace",
        _ => "unspecified",
    }
}

/// A string that gets the quotes that kyaml gives one when it sets a field.
fn string(text: &str) -> Scalar {
    quoted_where_ambiguous(Scalar::string(text))
}

/// A string as the value of a key: in a block if it has several lines.
pub(super) fn block_string(text: impl Into<CompactString>) -> Scalar {
    let scalar = Scalar::string(text);
    if scalar.text.contains('\n') {
        return Scalar { style: ScalarStyle::Literal, ..scalar };
    }
    quoted_where_ambiguous(scalar)
}

/// Base64 as kyaml writes it: lines of 70 characters, each with its end, unless all fits into less than one line.
pub(super) fn base64_in_lines(bytes: &[u8]) -> String {
    let encoded = base64::encode(bytes);
    if encoded.len() < BASE64_LINE_CHARACTERS {
        return encoded;
    }
    let mut lines = String::with_capacity(encoded.len() + encoded.len() / BASE64_LINE_CHARACTERS + 1);
    for (position, symbol) in encoded.chars().enumerate() {
        if position > 0 && position.is_multiple_of(BASE64_LINE_CHARACTERS) {
            lines.push('\n');
        }
        lines.push(symbol);
    }
    lines.push('\n');
    lines
}

/// An object while it is made.
struct Object<O> {
    graph: Graph<O>,
    origin: O,
}

impl<O: Copy> Object<O> {
    fn new(origin: O) -> Self {
        Self { graph: Graph::new(Data::Mapping(Vec::new()), origin), origin }
    }

    fn set(&mut self, map: NodeIndex, (key, key_origin): (&str, O), scalar: Scalar, origin: O) {
        let value = self.graph.add(Data::Scalar(scalar), origin);
        self.graph.push_entry(map, Scalar::untagged(key), key_origin, value);
    }

    fn set_text(&mut self, key: &str, scalar: Scalar, origin: O) {
        self.set(self.graph.root(), (key, self.origin), scalar, origin);
    }

    /// The mapping under a key of the root, made if it is missing.
    fn map_at(&mut self, key: &str) -> NodeIndex {
        let root = self.graph.root();
        self.map_in(root, key)
    }

    fn map_in(&mut self, parent: NodeIndex, key: &str) -> NodeIndex {
        if let Some(map) = self.graph.get(parent, key) {
            return map;
        }
        let map = self.graph.add(Data::Mapping(Vec::new()), self.origin);
        self.graph.push_entry(parent, Scalar::untagged(key), self.origin, map);
        map
    }

    fn put_pair<T: Track<Origin = O>>(&mut self, tracker: &mut T, kind: Kind, pair: KeyValue<O>) {
        let KeyValue { key, key_origin, value, value_origin, source: _ } = pair;
        let encode = |tracker: &mut T, value: &[u8]| {
            let origin = tracker.made("base64", self.origin, &[value_origin]);
            (block_string(base64_in_lines(value)), origin)
        };
        let (field, (scalar, origin)) = match (kind, String::from_utf8(value)) {
            (Kind::ConfigMap, Ok(text)) => ("data", (block_string(text), value_origin)),
            (Kind::ConfigMap, Err(error)) => ("binaryData", encode(tracker, error.as_bytes())),
            (Kind::Secret, Ok(text)) => ("data", encode(tracker, text.as_bytes())),
            (Kind::Secret, Err(error)) => ("data", encode(tracker, error.as_bytes())),
        };
        let map = self.map_at(field);
        self.set(map, (&key, key_origin), scalar, origin);
    }

    /// Puts labels and annotations on it.
    fn decorate(&mut self, options: &GeneratorOptions<O>) -> Result<(), ReachField> {
        self.put_texts("labels", &options.labels)?;
        self.put_texts("annotations", &options.annotations)
    }

    fn put_texts(&mut self, field: &str, texts: &TextMap<O>) -> Result<(), ReachField> {
        for (key, Text { text, origin, .. }) in texts {
            let metadata = self.map_at("metadata");
            let map = self.map_in(metadata, field);
            if key.text.is_empty() {
                // A setter without a name sets the node itself, which has to be a scalar then.
                let (expected, found) = ("ScalarNode", fields::kind_of(&self.graph, map));
                return Err(ReachField::MeetKind { expected, found, step: String::new() });
            }
            let scalar = Scalar { style: ScalarStyle::SingleQuoted, ..Scalar::string(text.clone()) };
            self.set(map, (&key.text, key.origin), scalar, *origin);
        }
        Ok(())
    }
}

/// Brings the options of a kustomization into those of one of its generators, which win.
pub(super) fn merge_options<O: Copy>(
    own: Option<&GeneratorOptions<O>>,
    global: Option<&GeneratorOptions<O>>,
) -> Option<GeneratorOptions<O>> {
    let Some(global) = global else { return own.cloned() };
    let Some(own) = own else { return Some(global.clone()) };
    Some(GeneratorOptions {
        labels: merge_texts(&own.labels, &global.labels),
        annotations: merge_texts(&own.annotations, &global.annotations),
        disable_name_suffix_hash: own.disable_name_suffix_hash || global.disable_name_suffix_hash,
        immutable: own.immutable || global.immutable,
    })
}

fn merge_texts<O: Copy>(own: &TextMap<O>, global: &TextMap<O>) -> TextMap<O> {
    let mut merged = own.clone();
    for (key, text) in global {
        if let Err(position) = merged.binary_search_by(|(there, _)| there.text.cmp(&key.text)) {
            merged.insert(position, (key.clone(), text.clone()));
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_folded_from_the_seventieth_character_on() {
        for (bytes, lines) in [(0, 1), (51, 1), (52, 2), (104, 2), (105, 2), (106, 3), (157, 4)] {
            let text = base64_in_lines(&vec![0; bytes]);
            let expected = base64::encode(&vec![0; bytes]);
            assert_eq!(text.replace('\n', ""), expected, "{bytes}");
            assert_eq!(text.ends_with('\n'), expected.len() >= 70, "{bytes}");
            assert_eq!(text.lines().count().max(1), lines, "{bytes}");
        }
    }

    #[test]
    fn own_options_win_over_those_of_the_kustomization() {
        let text = |text: &str| Text { text: text.into(), origin: (), content: None };
        let options = |labels: &[(&str, &str)], immutable| GeneratorOptions {
            labels: labels.iter().map(|(key, value)| (text(key), text(value))).collect(),
            annotations: TextMap::new(),
            disable_name_suffix_hash: false,
            immutable,
        };
        let merged = merge_options(
            Some(&options(&[("a", "own"), ("c", "own")], true)),
            Some(&options(&[("a", "global"), ("b", "global")], false)),
        )
        .unwrap();
        let labels: Vec<_> =
            merged.labels.iter().map(|(key, value)| (key.text.as_str(), value.text.as_str())).collect();
        assert_eq!(labels, [("a", "own"), ("b", "global"), ("c", "own")]);
        assert!(merged.immutable);
    }
}
