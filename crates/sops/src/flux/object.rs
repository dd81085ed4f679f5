//! Objects that kustomize built, decrypted in place.

use manifest::mutable::{Data as GraphData, Graph, NodeIndex, Scalar};
use manifest::resolve::{Meaning, base64};
use manifest::value::Value as Plain;
use text::{DECRYPTED, Span, TextId, Track};
use zeroize::Zeroizing;

use super::{format_of_content, format_of_path};
use crate::cipher::{ENVELOPE_START, open};
use crate::data_key;
use crate::limits::{DEPTH_MAX, NODES_MAX};
use crate::metadata::{Metadata, ReadMetadata, Rule};
use crate::stores::{METADATA_KEY, ReadStore};
use crate::tree::{Branch, Data, Value};
use crate::walk::{KeyPath, Selection, WalkDocument};
use crate::{Clear, Fault, KeyService, MacCheck, decrypt};

/// The annotation by which an object is left as it is, and its value in any case.
const ANNOTATION: &str = "kustomize.toolkit.fluxcd.io/decrypt";
const DISABLED: &str = "disabled";

/// What was done to an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing in it is encrypted, or its annotation says to leave it.
    Left,
    /// So many values were decrypted.
    Decrypted {
        /// How many.
        values: usize,
    },
}

/// Why an object is not decrypted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecryptObject {
    /// The object as a whole.
    #[error("{object} cannot be decrypted: {source}")]
    Whole {
        /// Its kind, namespace and name.
        object: String,
        /// Why.
        source: Fault,
    },
    /// An entry of a Secret that is itself an encrypted file.
    #[error("entry '{key}' of {object} cannot be decrypted: {source}")]
    Entry {
        /// The Secret's kind, namespace and name.
        object: String,
        /// The entry's key.
        key: String,
        /// Why.
        source: Fault,
    },
    /// An encrypted Secret where nobody says how to decrypt it.
    #[error(
        "{object} is encrypted by SOPS, and its Kustomization has no 'spec.decryption': Flux refuses to apply it"
    )]
    RequireDecryption {
        /// Its kind, namespace and name.
        object: String,
    },
}

/// Decrypts an object of a build, as Flux does of a Kustomization whose provider is SOPS (`DecryptResource`).
///
/// A value that is decrypted keeps its place as one that was made by [`text::DECRYPTED`] of what it was. Where this fails the
/// object is partly decrypted, and must not be used.
///
/// # Errors
/// Where something is encrypted and cannot be decrypted.
pub fn decrypt_object<T: Track>(
    graph: &mut Graph<T::Origin>,
    track: &mut T,
    keys: &dyn KeyService,
) -> Result<Outcome, DecryptObject> {
    if is_left(graph) {
        return Ok(Outcome::Left);
    }
    // What is held in several places would be decrypted in one, and be clear in the next.
    *graph = graph.unshared();
    let root = graph.root();
    let values = if is_encrypted(graph) {
        let whole = |source| DecryptObject::Whole { object: object_name(graph), source };
        let metadata = metadata_of(graph).map_err(|source| whole(Fault::ReadMetadata(source)))?;
        let data_key = data_key::get(&metadata, keys).map_err(|source| whole(source.into()))?;
        graph.remove_entry(root, METADATA_KEY);
        let mut opener = Opener::<T> {
            selection: Selection::new(&metadata.rule),
            data_key,
            track,
            path: KeyPath::default(),
            values: 0,
        };
        let opened = opener.node(graph, root).map(|()| opener.values);
        opened.map_err(|source| DecryptObject::Whole { object: object_name(graph), source: source.into() })?
    } else if graph.get(root, "kind").is_some_and(|kind| graph.text(kind) == "Secret") {
        decrypt_entries(graph, track, keys)?
    } else {
        0
    };
    Ok(if values == 0 { Outcome::Left } else { Outcome::Decrypted { values } })
}

/// Refuses an encrypted Secret of a Kustomization without `spec.decryption` (`IsEncryptedSecret`), as Flux refuses the whole
/// Kustomization for it then.
///
/// # Errors
/// Where the object is one.
pub fn require_decryption<O: Copy>(graph: &Graph<O>) -> Result<(), DecryptObject> {
    let root = graph.root();
    let is = |key: &str, text: &str| graph.get(root, key).is_some_and(|node| graph.text(node) == text);
    if is("kind", "Secret")
        && is("apiVersion", "v1")
        && graph.get(root, METADATA_KEY).is_some()
        && !is_left(graph)
    {
        return Err(DecryptObject::RequireDecryption { object: object_name(graph) });
    }
    Ok(())
}

fn is_left<O: Copy>(graph: &Graph<O>) -> bool {
    let annotation = graph.at(graph.root(), &["metadata", "annotations", ANNOTATION]);
    annotation.is_some_and(|node| graph.text(node).eq_ignore_ascii_case(DISABLED))
}

fn is_encrypted<O: Copy>(graph: &Graph<O>) -> bool {
    graph.at(graph.root(), &[METADATA_KEY, "mac"]).is_some_and(|mac| !graph.text(mac).is_empty())
}

/// Kind, namespace and name, as Flux joins them.
fn object_name<O: Copy>(graph: &Graph<O>) -> String {
    let text = |path: &[&str]| {
        graph.at(graph.root(), path).map(|node| graph.text(node)).filter(|text| !text.is_empty())
    };
    let parts = [text(&["kind"]), text(&["metadata", "namespace"]), text(&["metadata", "name"])];
    parts.into_iter().flatten().collect::<Vec<_>>().join("/")
}

fn metadata_of<O: Copy>(graph: &Graph<O>) -> Result<Metadata, ReadMetadata> {
    let node = graph.get(graph.root(), METADATA_KEY).ok_or(ReadMetadata::FindMapping)?;
    let mut nodes_left = NODES_MAX;
    let value = value_of(graph, node, DEPTH_MAX, &mut nodes_left);
    match value.map_err(|source| ReadMetadata::ReadValues { source })?.data {
        Data::Branch(branch) => Metadata::read(&branch),
        _ => Err(ReadMetadata::FindMapping),
    }
}

/// A node as SOPS sees it. Metadata have no place of their own in what is decrypted.
fn value_of<O: Copy>(
    graph: &Graph<O>,
    node: NodeIndex,
    depth_left: usize,
    nodes_left: &mut usize,
) -> Result<Value, ReadStore> {
    let span = Span::new(TextId(0), 0..0);
    let depth_left = depth_left.checked_sub(1).ok_or(ReadStore::BoundDepth)?;
    *nodes_left = nodes_left.checked_sub(1).ok_or(ReadStore::BoundNodes)?;
    let data = match &graph.node(node).data {
        GraphData::Scalar(scalar) => match scalar.meaning() {
            Ok(Meaning::Null) => Data::Null,
            Ok(Meaning::Bool(value)) => Data::Bool(value),
            Ok(Meaning::Int(value)) => Data::Int(value),
            Ok(Meaning::Float(value)) => Data::Float(value),
            _ => Data::Text(Clear::from(scalar.text.as_str())),
        },
        GraphData::Sequence(items) => {
            let items = items.iter().map(|item| value_of(graph, *item, depth_left, nodes_left));
            Data::List(items.collect::<Result<_, _>>()?)
        }
        GraphData::Mapping(entries) => {
            let mut branch = Branch::default();
            for entry in entries {
                let value = value_of(graph, entry.value, depth_left, nodes_left)?;
                branch.push(entry.key.text.as_str(), span, value);
            }
            Data::Branch(branch)
        }
    };
    Ok(Value::new(data, span))
}

/// Opens the values of an object. Objects nest no deeper than the documents that they were read from.
struct Opener<'k, T: Track> {
    selection: Selection<'k>,
    data_key: Zeroizing<Vec<u8>>,
    track: &'k mut T,
    path: KeyPath,
    values: usize,
}

impl<T: Track> Opener<'_, T> {
    fn node(&mut self, graph: &mut Graph<T::Origin>, node: NodeIndex) -> Result<(), WalkDocument> {
        match &graph.node(node).data {
            GraphData::Scalar(_) => self.scalar(graph, node),
            GraphData::Sequence(items) => {
                for item in items.clone() {
                    self.node(graph, item)?;
                }
                Ok(())
            }
            GraphData::Mapping(entries) => {
                let entries: Vec<_> =
                    entries.iter().map(|entry| (entry.key.text.to_string(), entry.value)).collect();
                for (key, value) in entries {
                    self.path.push(&key, &self.selection)?;
                    self.node(graph, value)?;
                    self.path.pop();
                }
                Ok(())
            }
        }
    }

    fn scalar(&mut self, graph: &mut Graph<T::Origin>, node: NodeIndex) -> Result<(), WalkDocument> {
        let Some(scalar) = graph.scalar(node) else { return Ok(()) };
        let meaning = scalar.meaning().unwrap_or(Meaning::Null);
        if meaning == Meaning::Null || !self.is_encrypted(&meaning) {
            return Ok(());
        }
        let path = || self.path.shown();
        let found = type_name(&meaning);
        let (Meaning::String(_) | Meaning::Timestamp(_)) = meaning else {
            return Err(WalkDocument::FindText { path: path(), found });
        };
        if scalar.text.is_empty() {
            return Ok(());
        }
        let opened = open(&scalar.text, &self.data_key, &self.path.authenticated());
        let opened = opened.map_err(|source| WalkDocument::OpenValue { path: path(), source })?;
        let scalar = json_scalar(&opened).ok_or_else(|| WalkDocument::ExchangeComment { path: path() })?;
        replace(graph, node, scalar, self.track);
        self.values += 1;
        Ok(())
    }

    /// Comments are gone once kustomize has built, so that where they ruled Flux opens whatever looks encrypted
    /// (`decryptEnvelopedValues`).
    fn is_encrypted(&self, meaning: &Meaning<'_>) -> bool {
        match self.selection.rule() {
            Rule::EncryptedCommentRegex(_) | Rule::UnencryptedCommentRegex(_) => {
                matches!(meaning, Meaning::String(text) if text.starts_with(ENVELOPE_START))
            }
            _ => self.selection.selects(self.path.is_matched(), false),
        }
    }
}

fn type_name(meaning: &Meaning<'_>) -> &'static str {
    match meaning {
        Meaning::Null => "nil",
        Meaning::Bool(_) => "bool",
        Meaning::Int(_) | Meaning::Unsigned(_) => "int",
        Meaning::Float(_) => "float64",
        Meaning::String(_) | Meaning::Timestamp(_) | Meaning::Merge | Meaning::Binary(_) => "string",
    }
}

/// A decrypted value once it has gone through JSON, where times are texts; none for comments and collections.
fn json_scalar(data: &Data) -> Option<Scalar> {
    let value = match data {
        Data::Null => Plain::Null,
        Data::Bool(value) => Plain::Bool(*value),
        Data::Int(value) => Plain::Int(*value),
        Data::Float(value) => Plain::Float(*value),
        Data::Time(text) => Plain::from(text.as_str()),
        Data::Text(text) => Plain::String(String::from_utf8_lossy(text.expose()).into_owned()),
        Data::Comment(_) | Data::Branch(_) | Data::List(_) => return None,
    };
    Scalar::from_json(&value)
}

fn replace<T: Track>(graph: &mut Graph<T::Origin>, node: NodeIndex, scalar: Scalar, track: &mut T) {
    let node = graph.node_mut(node);
    node.origin = track.made(DECRYPTED, node.origin, &[node.origin]);
    node.data = GraphData::Scalar(scalar);
    node.is_tagged = false;
}

/// Decrypts the entries of a Secret's `data` that are encrypted files themselves. What is not base64 is left to the build.
fn decrypt_entries<T: Track>(
    graph: &mut Graph<T::Origin>,
    track: &mut T,
    keys: &dyn KeyService,
) -> Result<usize, DecryptObject> {
    let Some(data) = graph.get(graph.root(), "data") else { return Ok(0) };
    let entries: Vec<_> =
        graph.entries(data).iter().map(|entry| (entry.key.text.to_string(), entry.value)).collect();
    let mut values = 0;
    for (key, node) in entries {
        let decrypted = decrypt_entry(&key, graph.text(node), keys);
        let failed = |source| DecryptObject::Entry { object: object_name(graph), key: key.clone(), source };
        if let Some(clear) = decrypted.map_err(failed)? {
            let encoded = Plain::String(base64::encode(clear.expose()));
            if let Some(scalar) = Scalar::from_json(&encoded) {
                replace(graph, node, scalar, track);
                values += 1;
            }
        }
    }
    Ok(values)
}

/// An entry's content, printed as the format that its key's ending says; none if it is not encrypted.
fn decrypt_entry(key: &str, encoded: &str, keys: &dyn KeyService) -> Result<Option<Clear>, Fault> {
    let Some(bytes) = base64::decode(encoded) else { return Ok(None) };
    let Some(format) = format_of_content(&bytes) else { return Ok(None) };
    let decrypted = decrypt((TextId(0), &bytes), format, keys, MacCheck::Overlooked)?;
    decrypted.print_as(format_of_path(key)).map(Some)
}
