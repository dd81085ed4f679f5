//! The suffix that says what an object holds, behind the names of generated objects.
//!
//! What is hashed is JSON as Go prints it: the data, the kind, the type of a Secret, and a name that is always empty,
//! because the original looks it up under the one key `metadata/name`. The digest's digits that look alike or make words
//! have others in their place.

use manifest::emit::{self, JsonText};
use manifest::mutable::{Graph, ReadGraph, Scalar};
use manifest::value::Value;
use sha2::{Digest, Sha256};
use text::Track;

use crate::fields::{self, ReachField};
use crate::res_map::ResMap;
use crate::resource::{Resource, annotation};
use crate::{Failure, Work};

/// Why an object has no hash.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HashContent {
    /// Neither a ConfigMap nor a Secret. The original hashes the nodes of such an object with their lines, columns and
    /// comments; another suffix than its own would be another object in the cluster, so none is made.
    #[error("the content of a {kind} cannot be hashed, only that of a ConfigMap or Secret")]
    HashOtherKind {
        /// The kind.
        kind: String,
    },
    /// Data without a meaning.
    #[error("the data cannot be read")]
    ReadGraph(#[from] ReadGraph),
    /// Data that JSON cannot hold.
    #[error("the data cannot be hashed")]
    PrintJson(#[from] JsonText),
}

/// How many digits of the digest a suffix has.
const SUFFIX_DIGITS: usize = 10;

/// The suffix of an object.
pub(crate) fn content_hash<O: Copy>(resource: &Resource<O>) -> Result<String, HashContent> {
    let graph = resource.graph();
    let (fields, optional) = match resource.kind() {
        "ConfigMap" => (["data", "metadata/name"].as_slice(), "binaryData"),
        "Secret" => (["data", "metadata/name", "type"].as_slice(), "stringData"),
        kind => return Err(HashContent::HashOtherKind { kind: kind.to_owned() }),
    };
    let mut entries = vec![(Value::from("kind"), Value::from(resource.kind()))];
    for field in fields {
        let name = field.rsplit('/').next().unwrap_or(field);
        entries.push((Value::from(name), field_value(graph, field)?.unwrap_or_else(|| Value::from(""))));
    }
    if let Some(value) = field_value(graph, optional)?.filter(|value| value.as_str().is_none()) {
        entries.push((Value::from(optional), value));
    }
    Ok(suffix(emit::json(&Value::Mapping(entries))?.as_bytes()))
}

/// A scalar counts as its text whatever it means; anything that is no mapping otherwise counts as null.
fn field_value<O: Copy>(graph: &Graph<O>, field: &str) -> Result<Option<Value>, ReadGraph> {
    let Some(node) = graph.get(graph.root(), field) else { return Ok(None) };
    if let Some(Scalar { text, .. }) = graph.scalar(node) {
        return Ok(Some(Value::from(text.as_str())));
    }
    Ok(Some(match graph.value_of(node)? {
        mapping @ Value::Mapping(_) => as_floats(mapping),
        _ => Value::Null,
    }))
}

/// Go reads every number of JSON as a 64-bit float.
pub(super) fn as_floats(value: Value) -> Value {
    match value {
        #[expect(clippy::cast_precision_loss, reason = "the loss is what the original has")]
        Value::Int(value) => Value::Float(value as f64),
        #[expect(clippy::cast_precision_loss, reason = "the loss is what the original has")]
        Value::Unsigned(value) => Value::Float(value as f64),
        Value::Sequence(items) => Value::Sequence(items.into_iter().map(as_floats).collect()),
        Value::Mapping(entries) => {
            Value::Mapping(entries.into_iter().map(|(key, value)| (key, as_floats(value))).collect())
        }
        other @ (Value::Null | Value::Bool(_) | Value::Float(_) | Value::String(_)) => other,
    }
}

/// The first digits of the digest, those that are easily mistaken replaced.
fn suffix(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    let nibbles = digest.iter().flat_map(|byte| [byte >> 4, byte & 0xf]);
    let digit = |nibble: u8| match nibble {
        0 => 'g',
        1 => 'h',
        3 => 'k',
        10 => 'm',
        14 => 't',
        nibble => char::from_digit(u32::from(nibble), 16).unwrap_or('g'),
    };
    nibbles.take(SUFFIX_DIGITS).map(digit).collect()
}

/// Puts the suffix behind the names of all objects that want one.
pub(crate) fn append_hashes<T: Track>(
    work: &mut Work<T>,
    map: &mut ResMap<T::Origin>,
) -> Result<(), Failure> {
    for slot in map.slots() {
        if !map.get(slot).is_some_and(|resource| resource.is_enabled(annotation::NEEDS_HASH_SUFFIX)) {
            continue;
        }
        let Some(resource) = map.get_mut(slot) else { continue };
        let hash = content_hash(resource)
            .map_err(|cause| Failure::new(cause).at_origin(&work.tracker, resource.origin))?;
        resource.store_previous_id(&work.schema);
        append_to_name(&mut work.tracker, resource, &hash)?;
    }
    Ok(())
}

fn append_to_name<T: Track>(
    tracker: &mut T,
    resource: &mut Resource<T::Origin>,
    hash: &str,
) -> Result<(), ReachField> {
    let name = format!("{}-{hash}", resource.name());
    let written = resource.name_node().map_or(resource.origin, |node| resource.graph().origin(node));
    let made = tracker.made("hash", resource.origin, &[resource.origin]);
    let parts = [(resource.name().len(), written), (hash.len() + 1, made)];
    let origin = tracker.composed(&parts);
    let fallback = resource.origin;
    let graph = resource.graph_mut();
    let create = (fields::Create::Mapping, fallback);
    if let Some(metadata) = fields::lookup_create(graph, graph.root(), &["metadata"], create)? {
        fields::set_field(graph, metadata, "name", (Scalar::untagged(name), origin))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use text::{NoOrigins, TextId};

    use super::*;

    fn resource(yaml: &str) -> Resource<()> {
        let document = manifest::parse_first(TextId(0), yaml.as_bytes(), 0..yaml.len()).unwrap();
        let graph = Graph::take::<NoOrigins>(&document, document.root().unwrap()).unwrap();
        Resource::new(Arc::new(graph))
    }

    #[test]
    fn hashes_are_those_of_the_original() {
        let cases = include_str!("hash_cases.txt").split("=== ").skip(1);
        for (expected, yaml) in cases.filter_map(|case| case.split_once('\n')) {
            assert_eq!(content_hash(&resource(yaml)).as_deref(), Ok(expected), "{yaml}");
        }
    }

    #[test]
    fn other_kinds_are_refused_by_name() {
        let refused = HashContent::HashOtherKind { kind: "Pod".to_owned() };
        assert_eq!(content_hash(&resource("kind: Pod")), Err(refused));
    }
}
