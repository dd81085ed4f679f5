//! After an edit: whether each document means what was declared, and nothing else changed.
//!
//! Takes the bytes before and after and the changes declared; compares values by a model of its own. Whoever wrote the
//! file rolls it back on a surprise.

mod model;

use manifest::edit::Change;
use manifest::resolve::Dialect;
use manifest::value::Value;

use crate::source::Source;

/// The changes declared for a file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Declared {
    /// By document, in order; documents without changes are left out.
    pub documents: Vec<DeclaredDocument>,
}

/// The changes declared for one document.
#[derive(Debug, Clone, PartialEq)]
pub struct DeclaredDocument {
    /// Its position in the file, from 0.
    pub index: usize,
    /// The changes, by nodes of the document as it was.
    pub changes: Vec<Change>,
}

/// Why an edited file is not what was declared.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Surprise {
    /// The file before cannot be read as it was.
    #[error("the file cannot be judged: {0}")]
    Judge(String),
    /// The file after cannot be read.
    #[error("document {index} can no longer be read: {reason}")]
    Read {
        /// Its position in the file, from 1.
        index: usize,
        /// Why.
        reason: String,
    },
    /// Documents were joined or split.
    #[error("the file had {before} documents and now has {after}")]
    Count {
        /// How many there were.
        before: usize,
        /// How many there are.
        after: usize,
    },
    /// A document that nothing was declared for is not the same.
    #[error("document {index} changed although nothing was to change in it")]
    Touched {
        /// Its position in the file, from 1.
        index: usize,
    },
    /// A document does not mean what was declared.
    #[error("document {index} does not mean what was declared, at '{path}'")]
    Differs {
        /// Its position in the file, from 1.
        index: usize,
        /// The first place where it differs.
        path: String,
    },
}

/// Compares a file after an edit with what was declared.
///
/// # Errors
/// The first surprise. The file must then be put back as it was.
pub fn verify(before: Source<'_>, after: Source<'_>, declared: &Declared) -> Result<(), Surprise> {
    let before = before.documents().map_err(|error| Surprise::Judge(error.to_string()))?;
    let after = after.documents().map_err(|error| Surprise::Judge(error.to_string()))?;
    if before.ranges.len() != after.ranges.len() {
        return Err(Surprise::Count { before: before.ranges.len(), after: after.ranges.len() });
    }
    let mut declared = declared.documents.iter().peekable();
    for (index, (old, new)) in before.ranges.iter().zip(&after.ranges).enumerate() {
        let changes = declared.next_if(|document| document.index == index);
        let Some(changes) = changes.map(|document| document.changes.as_slice()) else {
            if before.bytes(old.clone()) != after.bytes(new.clone()) {
                return Err(Surprise::Touched { index: index + 1 });
            }
            continue;
        };
        let old = before.parse(old.clone()).map_err(|error| Surprise::Judge(error.to_string()))?;
        let expected = model::expected(&old, changes).map_err(|error| Surprise::Judge(error.to_string()))?;
        let read = |reason: String| Surprise::Read { index: index + 1, reason };
        let new = after.parse(new.clone()).map_err(|error| read(error.to_string()))?;
        let found = Value::from_document(&new, Dialect::GoYaml2).map_err(|error| read(error.to_string()))?;
        if expected != found {
            return Err(Surprise::Differs { index: index + 1, path: first_difference(&expected, &found) });
        }
    }
    match declared.next() {
        Some(missing) => {
            Err(Surprise::Judge(format!("document {} is declared and not there", missing.index + 1)))
        }
        None => Ok(()),
    }
}

/// The path to the first place where two values differ.
fn first_difference(expected: &Value, found: &Value) -> String {
    let mut path = String::new();
    let (mut expected, mut found) = (expected, found);
    loop {
        let next = match (expected, found) {
            (Value::Mapping(wanted), Value::Mapping(present)) => {
                let keys = wanted.iter().chain(present).filter_map(|(key, _)| key.as_str());
                let differing = keys.into_iter().find(|key| expected.get(key) != found.get(key));
                differing.map(|key| (format!(".{key}"), expected.get(key), found.get(key)))
            }
            (Value::Sequence(wanted), Value::Sequence(present)) => {
                let index = (0..wanted.len().max(present.len()))
                    .find(|index| wanted.get(*index) != present.get(*index));
                index.map(|index| (format!("[{index}]"), wanted.get(index), present.get(index)))
            }
            _ => None,
        };
        let Some((step, wanted, present)) = next else { break };
        path.push_str(&step);
        let (Some(wanted), Some(present)) = (wanted, present) else { break };
        (expected, found) = (wanted, present);
    }
    path.trim_start_matches('.').to_owned()
}
