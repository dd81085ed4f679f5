//! The formats: from bytes to branches, and back.
//!
//! Each file has one format, reads it as SOPS' package of that name does and prints what SOPS prints. What stands between
//! (which values are encrypted, the MAC) knows no format.

mod dotenv;
mod flatten;
mod ini;
mod json;
mod yaml;

use text::TextId;

use crate::limits::{DEPTH_MAX, DOCUMENT_BYTES_MAX, EXPANDED_BYTES_MAX, NODES_MAX};
use crate::metadata::ReadMetadata;
use crate::tree::{Branch, Data, Entry};
use crate::{Clear, Format};

pub(crate) use yaml::{of_node as branch_of_node, styled};

/// The key of the metadata.
pub(crate) const METADATA_KEY: &str = "sops";

/// What the keys of flattened metadata begin with in dotenv.
const METADATA_PREFIX: &str = "sops_";

/// Why a text cannot be read. Nothing of what it holds is said but keys and places.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadStore {
    /// More bytes than are read.
    #[error("larger than {DOCUMENT_BYTES_MAX} bytes")]
    BoundLength,
    /// More values than are read.
    #[error("more than {NODES_MAX} values")]
    BoundNodes,
    /// More text than is read, aliases expanded.
    #[error("aliases expand to more than {EXPANDED_BYTES_MAX} bytes")]
    BoundExpansion,
    /// More nesting than is followed.
    #[error("nested deeper than {DEPTH_MAX} levels")]
    BoundDepth,
    /// Bytes that are no text.
    #[error("not UTF-8")]
    ReadText,
    /// YAML or JSON that is broken.
    #[error(transparent)]
    Parse(#[from] manifest::ParseDocument),
    /// A key that stands twice.
    #[error("the key '{key}' stands there twice")]
    DefineKeyTwice {
        /// Which one.
        key: String,
    },
    /// An anchor that stands in itself.
    #[error("an alias stands in what it is an alias of")]
    FollowAlias,
    /// A document that is no mapping.
    #[error("a document is no mapping")]
    FindMapping,
    /// An integer that SOPS has no type for.
    #[error("an integer is larger than 64 bits with sign hold")]
    HoldInteger,
    /// A number that JSON allows and nothing can hold.
    #[error("a number is too large")]
    HoldNumber,
    /// A line that does not fit the format.
    #[error("line {line} is {what}")]
    ReadLine {
        /// Which line, from 1.
        line: usize,
        /// What is wrong with it.
        what: &'static str,
    },
}

/// Why branches cannot be printed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PrintStore {
    /// A value of a shape that the format does not have.
    #[error("{format} cannot hold the value of '{key}'")]
    HoldValue {
        /// The format.
        format: &'static str,
        /// The key.
        key: String,
    },
    /// More or fewer documents than the format has.
    #[error("{format} holds one document")]
    HoldDocuments {
        /// The format.
        format: &'static str,
    },
    /// A binary document without its one text.
    #[error("there is no text below 'data'")]
    FindData,
    /// YAML that cannot be printed.
    #[error(transparent)]
    EmitYaml(#[from] manifest::emit::EmitYaml),
}

/// Reads all documents of a text, metadata included.
pub(crate) fn read(format: Format, text: TextId, bytes: &[u8]) -> Result<Vec<Branch>, ReadStore> {
    if bytes.len() > DOCUMENT_BYTES_MAX {
        return Err(ReadStore::BoundLength);
    }
    match format {
        Format::Yaml => yaml::read(text, bytes),
        Format::Json | Format::Binary => json::read(text, bytes).map(|branch| vec![branch]),
        Format::Dotenv => dotenv::read(text, bytes).map(|branch| vec![branch]),
        Format::Ini => ini::read(text, bytes).map(|branch| vec![branch]),
    }
}

/// Takes the metadata out of all documents, and gives those of the first; none where there are none.
pub(crate) fn take_metadata(format: Format, branches: &mut [Branch]) -> Result<Option<Branch>, ReadMetadata> {
    match format {
        Format::Dotenv => {
            let Some(first) = branches.first_mut() else { return Ok(None) };
            let taken = first.take(|key| key.starts_with(METADATA_PREFIX));
            let named = taken.iter().filter_map(|entry| {
                let key = entry.key.as_text()?.strip_prefix(METADATA_PREFIX)?;
                Some((key, entry.value.clone()))
            });
            if taken.is_empty() { Ok(None) } else { flatten::restore(named).map(Some) }
        }
        Format::Ini => match take_nested(branches)? {
            None => Ok(None),
            Some(flat) => flatten::restore(
                flat.entries()
                    .filter_map(|entry| Some((entry.key.as_text()?, flatten::with_line_ends(&entry.value)))),
            )
            .map(Some),
        },
        Format::Yaml | Format::Json | Format::Binary => take_nested(branches),
    }
}

fn take_nested(branches: &mut [Branch]) -> Result<Option<Branch>, ReadMetadata> {
    let mut found = None;
    for (index, branch) in branches.iter_mut().enumerate() {
        let taken: Vec<Entry> = branch.take(|key| key == METADATA_KEY);
        if index == 0 {
            found = only(taken)?;
        }
    }
    Ok(found)
}

fn only(taken: Vec<Entry>) -> Result<Option<Branch>, ReadMetadata> {
    let mut taken = taken.into_iter();
    let Some(first) = taken.next() else { return Ok(None) };
    if taken.next().is_some() {
        return Err(ReadMetadata::FindOnce);
    }
    match first.value.data {
        Data::Branch(branch) => Ok(Some(branch)),
        _ => Err(ReadMetadata::FindMapping),
    }
}

/// Prints documents without metadata as SOPS does.
pub(crate) fn print(format: Format, branches: &[Branch]) -> Result<Clear, PrintStore> {
    if format == Format::Yaml {
        return yaml::print(branches);
    }
    let [branch] = branches else { return Err(PrintStore::HoldDocuments { format: format.name() }) };
    match format {
        Format::Yaml | Format::Json => json::print(branch),
        Format::Binary => match branch.entries().find(|entry| entry.key.as_text() == Some("data")) {
            Some(Entry { value: crate::tree::Value { data: Data::Text(text), .. }, .. }) => Ok(text.clone()),
            _ => Err(PrintStore::FindData),
        },
        Format::Dotenv => dotenv::print(branch),
        Format::Ini => ini::print(branch),
    }
}

/// A scalar as the flat formats print it (`ValToString` of SOPS' package `stores`); none for what is no scalar.
fn plain_text(data: &Data) -> Option<Vec<u8>> {
    Some(match data {
        Data::Null => b"<nil>".to_vec(),
        Data::Bool(value) => value.to_string().into_bytes(),
        Data::Int(value) => value.to_string().into_bytes(),
        Data::Float(value) => flatten::float_text(*value).into_bytes(),
        Data::Time(text) => text.clone().into_bytes(),
        Data::Text(text) => text.expose().to_vec(),
        Data::Comment(_) | Data::Branch(_) | Data::List(_) => return None,
    })
}
