//! From the bytes of a kustomization file, or the nodes of a plugin's configuration, to what they say.
//!
//! A kustomization file is the JSON that `sigs.k8s.io/yaml` makes of its first document, read strictly: unknown fields and
//! values of other types are refused. Everything else that the original reads, it reads leniently. Deprecated fields are
//! brought into today's form here, and nowhere else is known that they exist.

mod arguments;
mod file;
mod generators;
mod helm;
mod value;

use std::ops::Range;

use manifest::mutable::{Graph, ReadGraph, TakeJson};
use manifest::{Document, ParseDocument};
use text::{Span, TextId, Track};

use crate::Failure;

pub(crate) use generators::ObjectMeta;
pub(crate) use helm::HelmPlugin;
pub(crate) use value::{Fault, Read, Rules, Value, read_map, refuse_later_field};

/// Why a kustomization or a configuration cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadKustomization {
    /// Broken YAML.
    #[error("malformed YAML")]
    Parse(#[source] ParseDocument),
    /// YAML that JSON cannot hold.
    #[error("malformed YAML")]
    Take(#[source] TakeJson),
    /// A scalar without a meaning.
    #[error("malformed YAML")]
    ReadGraph(#[source] ReadGraph),
    /// A field that there is not.
    #[error("unknown field \"{field}\"{}", nearest.map(|word| format!("; did you mean '{word}'?")).unwrap_or_default())]
    UseUnknownField {
        /// The field.
        field: String,
        /// The one that may have been meant.
        nearest: Option<&'static str>,
    },
    /// A value of another type than its field.
    #[error("cannot unmarshal {found} into {} of type {expected}", if field.is_empty() { "the whole".to_owned() } else { format!("field '{field}'") })]
    MismatchType {
        /// What is there.
        found: &'static str,
        /// The field, from the root.
        field: String,
        /// What is wanted.
        expected: &'static str,
    },
    /// A kustomization that says nothing.
    #[error("kustomization.yaml is empty")]
    SayNothing,
    /// Another kind.
    #[error("kind should be Kustomization or Component")]
    BeOtherKind,
    /// Another version than the kind has.
    #[error("apiVersion for {kind} should be {expected}")]
    BeOtherVersion {
        /// The kind.
        kind: String,
        /// Its version.
        expected: &'static str,
    },
}

/// A document, and the JSON that it is.
pub(crate) type Taken<'t, T> = (Document<'t>, Graph<<T as Track>::Origin>);

/// The first document of a text as JSON; none if it holds nothing.
pub(crate) fn take<T: Track>(text: TextId, bytes: &[u8]) -> Result<Option<Taken<'_, T>>, Failure> {
    take_part::<T>(text, bytes, 0..bytes.len())
}

/// The first document of a part of a text as JSON; none if it holds nothing.
pub(crate) fn take_part<T: Track>(
    text: TextId,
    bytes: &[u8],
    range: Range<usize>,
) -> Result<Option<Taken<'_, T>>, Failure> {
    let document = manifest::parse_first(text, bytes, range).map_err(|error| {
        let offset = error.offset().unwrap_or(0);
        Failure::new(ReadKustomization::Parse(error)).at(Span::new(text, offset..offset))
    })?;
    let Some(root) = document.root() else { return Ok(None) };
    let taken = Graph::take_as_json::<T>(&document, root).map_err(|error| {
        let place = error.node().map_or_else(|| text::whole_of(text), |node| document.span(node));
        Failure::new(ReadKustomization::Take(error)).at(place)
    })?;
    Ok(Some((document, taken)))
}

/// Reads the first document of a text as every other file than a kustomization is read: leniently.
pub(crate) fn read_text<T: Track, R: Read<T::Origin>>(
    tracker: &T,
    text: TextId,
    bytes: &[u8],
) -> Result<R, Failure> {
    match take::<T>(text, bytes)? {
        None => Ok(R::absent(T::written(text::whole_of(text)))),
        Some((_, graph)) => {
            Value::whole(&graph, Rules::LENIENT).get().map_err(|fault: Fault<_>| fault.into_failure(tracker))
        }
    }
}

#[cfg(test)]
mod tests;
