//! New texts for the manifests of a record.
//!
//! Takes a record and texts; gives a record whose JSON differs in nothing else. What was made is read again and compared
//! with what was wanted.

use std::collections::BTreeMap;

use text::{ApplySplices, Splice};

use super::Record;
use crate::json::{Json, JsonData, ReadJson, quoted, read};
use crate::limits::RECORD_JSON_BYTES_MAX;

/// Texts to put in place.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct NewTexts {
    /// The manifest; none leaves it as it is.
    pub manifest: Option<String>,
    /// Manifests of hooks, by their places in the list of hooks.
    pub hooks: BTreeMap<usize, String>,
}

impl std::fmt::Debug for NewTexts {
    // Manifests may hold secrets.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("NewTexts").field("hooks", &self.hooks.keys()).finish_non_exhaustive()
    }
}

/// Why a record is not changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeRecord {
    /// The JSON of the record cannot be read.
    #[error("the record is not JSON")]
    Json(#[from] ReadJson),
    /// A manifest that is not there: Helm leaves out what is empty, and this puts nothing in.
    #[error("the record has no {0}")]
    NotThere(String),
    /// An empty text, for which Helm would leave the whole field out.
    #[error("the new {0} is empty")]
    Empty(String),
    /// More bytes of JSON than [`RECORD_JSON_BYTES_MAX`].
    #[error("the record would take more than {RECORD_JSON_BYTES_MAX} bytes")]
    TooLarge,
    /// The changes do not fit into the text.
    #[error("the record cannot be changed")]
    Apply(#[from] ApplySplices),
    /// What was made is not what was wanted.
    #[error("the changed record does not read as what was put into it")]
    Verify,
}

impl Record {
    /// The record with new texts; all other bytes of its JSON stay. Texts that are there already change nothing.
    ///
    /// # Errors
    /// If a text has no place or is empty, or the record would be too large.
    pub fn with_texts(&self, texts: &NewTexts) -> Result<Self, ChangeRecord> {
        let json = read(&self.json)?;
        let mut splices = Vec::new();
        for (place, text) in places(texts) {
            let present = place.find(&json).ok_or_else(|| ChangeRecord::NotThere(place.to_string()))?;
            if text.is_empty() {
                return Err(ChangeRecord::Empty(place.to_string()));
            }
            if present.as_text() != Some(text) {
                splices.push(Splice::new(present.range.clone(), quoted(text)));
            }
        }
        if splices.is_empty() {
            return Ok(self.clone());
        }
        splices.sort_by_key(|splice| splice.range.start);
        let added: usize = splices.iter().map(|splice| splice.replacement.len()).sum();
        if self.json.len().saturating_add(added) > RECORD_JSON_BYTES_MAX {
            return Err(ChangeRecord::TooLarge);
        }
        let changed = text::apply(self.json.as_bytes(), &splices)?;
        let changed = String::from_utf8(changed).map_err(|_| ChangeRecord::Verify)?;
        verify(&changed, texts)?;
        Ok(Self { storage: self.storage, given: None, json: changed })
    }
}

/// Where a text stands.
#[derive(Debug, Clone, Copy)]
enum Place {
    Manifest,
    Hook(usize),
}

impl Place {
    fn find<'j, 't>(self, json: &'j Json<'t>) -> Option<&'j Json<'t>> {
        let around = match self {
            Self::Manifest => json,
            Self::Hook(at) => json.get("hooks")?.items().get(at)?,
        };
        around.get("manifest").filter(|value| matches!(value.data, JsonData::String(_)))
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Manifest => formatter.write_str("manifest"),
            Self::Hook(at) => write!(formatter, "manifest of hook {at}"),
        }
    }
}

fn places(texts: &NewTexts) -> impl Iterator<Item = (Place, &str)> {
    let hooks = texts.hooks.iter().map(|(at, text)| (Place::Hook(*at), text.as_str()));
    texts.manifest.as_deref().map(|text| (Place::Manifest, text)).into_iter().chain(hooks)
}

fn verify(changed: &str, texts: &NewTexts) -> Result<(), ChangeRecord> {
    let json = read(changed)?;
    let is_there = |(place, text): (Place, &str)| place.find(&json).and_then(Json::as_text) == Some(text);
    if places(texts).all(is_there) { Ok(()) } else { Err(ChangeRecord::Verify) }
}
