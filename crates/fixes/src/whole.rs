//! What `liftlock convert` does: a file's objects at another version, comments kept, one document in, one out.
//!
//! Takes bytes and the version wanted; gives bytes. Reads and writes nothing.

use std::error::Error as _;

use manifest::edit::{Change, DocumentChanges, apply_batch};
use manifest::resolve::Dialect;
use manifest::value::{ReadValue, Value};
use manifest::{Document, Object, objects};
use resource::{GroupVersion, GroupVersionKind};
use text::TextId;
use version::Minor;

use crate::convert::changes::without_repeats;
use crate::convert::newest::{newest, reachable};
use crate::convert::shared::Uses;
use crate::convert::{Note, convert_unshared};
use crate::source::Source;
use crate::verify::DeclaredDocument;
use crate::{Answers, Declared, Question, Refusal, Surprise, verify};

/// A converted text.
#[derive(Debug, Clone, PartialEq)]
pub struct Converted {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// What each object was and became, in order; objects that stay are left out.
    pub objects: Vec<(String, String)>,
    /// What a person should know. Spans are in the text before.
    pub notes: Vec<Note>,
}

/// Why a text is not converted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConvertText {
    /// It cannot be read.
    #[error("document {index} cannot be read: {reason}")]
    Read {
        /// The document, from 1.
        index: usize,
        /// Why.
        reason: String,
    },
    /// Nothing in it has an `apiVersion` and a `kind`.
    #[error("there is no object to convert: nothing has an 'apiVersion' and a 'kind'")]
    FindObject,
    /// No conversion of this kind is known at all.
    #[error("'{object}' is not a kind that can be converted")]
    KnowKind {
        /// What it is.
        object: String,
    },
    /// The kind is known, and not in the version that was asked for.
    #[error("'{object}' cannot become '{wanted}': {}", possible(.known))]
    KnowVersion {
        /// What it is.
        object: String,
        /// What was asked for.
        wanted: String,
        /// What it can become.
        known: Vec<String>,
    },
    /// A person has to do it.
    #[error("'{object}': {reason}")]
    Convert {
        /// What it is.
        object: String,
        /// Why.
        reason: Refusal,
    },
    /// Somebody has to decide something.
    #[error("{}", open(.0))]
    Answer(Vec<Question>),
    /// The editor does not make a change.
    #[error("'{object}' cannot be edited: {reason}")]
    Edit {
        /// The document's first object.
        object: String,
        /// Why.
        reason: String,
    },
    /// The outcome is not what was meant: our fault.
    #[error("the outcome was thrown away: {0}")]
    Verify(#[from] Surprise),
}

fn possible(known: &[String]) -> String {
    match known {
        [] => "nothing takes its place".to_owned(),
        known => format!("known are '{}'", known.join("', '")),
    }
}

fn open(questions: &[Question]) -> String {
    let texts = questions.iter().map(|question| {
        let choices: Vec<&str> = question.choices.iter().map(|choice| choice.id).collect();
        format!("'{}' has to be answered ({}): {}", question.id, choices.join(" or "), question.text)
    });
    texts.collect::<Vec<_>>().join("; ")
}

/// Converts every object of a text to `output_version`, or to the newest version that `minor` serves.
///
/// Objects that are at that version already, and objects of kinds that it does not have beside others that it has,
/// stay as they are.
///
/// # Errors
/// If something cannot be read, no object can become what was asked for, or a question is open.
pub fn convert_text(
    bytes: &[u8],
    output_version: Option<GroupVersion<'_>>,
    minor: Minor,
    answers: &Answers,
) -> Result<Converted, ConvertText> {
    let source = Source::plain(TextId(0), bytes);
    let documents = parsed(source)?;
    let wanted = Wanted { version: output_version, minor };
    let mut done = Done::default();
    for (index, document) in documents.iter().enumerate() {
        done.document(index, document, wanted, answers)?;
    }
    done.finish(source, &documents)
}

fn parsed(source: Source<'_>) -> Result<Vec<Document<'_>>, ConvertText> {
    let read = |index: usize, reason: String| ConvertText::Read { index: index + 1, reason };
    let documents = source.documents().map_err(|error| read(0, error.to_string()))?;
    let parsed =
        documents.ranges.iter().enumerate().map(|(index, range)| {
            documents.parse(range.clone()).map_err(|error| read(index, error.to_string()))
        });
    parsed.collect()
}

/// What kubectl refuses as it stands has no meaning that a conversion could keep.
fn readable(document: &Document<'_>) -> Result<(), String> {
    let refused = |error: ReadValue| match error.source() {
        Some(source) => format!("kubectl would refuse it: {error}: {source}"),
        None => format!("kubectl would refuse it: {error}"),
    };
    Value::from_document(document, Dialect::GoYaml2).map(drop).map_err(refused)
}

#[derive(Clone, Copy)]
struct Wanted<'a> {
    version: Option<GroupVersion<'a>>,
    minor: Minor,
}

/// What has been converted so far.
#[derive(Default)]
struct Done {
    declared: Declared,
    converted: Vec<(String, String)>,
    notes: Vec<Note>,
    questions: Vec<Question>,
    /// Whether any object is or becomes what was asked for.
    is_useful: bool,
    /// Why the first object that stays does so.
    stays: Option<ConvertText>,
}

impl Done {
    fn document(
        &mut self,
        index: usize,
        document: &Document<'_>,
        wanted: Wanted<'_>,
        answers: &Answers,
    ) -> Result<(), ConvertText> {
        let mut conversions = Vec::new();
        for object in objects(document) {
            match target(object.gvk, wanted) {
                Ok(target) if target == object.gvk => self.is_useful = true,
                Ok(target) => {
                    let conversion = convert_unshared(document, object, target, answers)
                        .map_err(|reason| ConvertText::Convert { object: object.gvk.to_string(), reason })?;
                    self.is_useful = true;
                    self.converted.push((object.gvk.to_string(), target.to_string()));
                    conversions.push((object, conversion));
                }
                Err(reason) => {
                    self.stays.get_or_insert(reason);
                }
            }
        }
        let changes = self.changes(document, conversions)?;
        if !changes.is_empty() {
            readable(document).map_err(|reason| ConvertText::Read { index: index + 1, reason })?;
            self.declared.documents.push(DeclaredDocument { index, changes });
        }
        Ok(())
    }

    fn changes(
        &mut self,
        document: &Document<'_>,
        conversions: Vec<(Object<'_>, crate::Conversion)>,
    ) -> Result<Vec<Change>, ConvertText> {
        let uses = Uses::of(document);
        let followed =
            conversions.iter().flat_map(|(_, conversion)| conversion.aliases.iter().copied()).collect();
        let mut changes = Vec::new();
        for (object, conversion) in conversions {
            uses.check(document, object.node, &conversion, &followed)
                .map_err(|reason| ConvertText::Convert { object: object.gvk.to_string(), reason })?;
            changes.extend(conversion.changes);
            self.notes.extend(conversion.notes);
            self.questions.extend(conversion.questions);
        }
        let mut changes = without_repeats(changes);
        uses.mark(document, &mut changes);
        Ok(changes)
    }

    fn finish(self, source: Source<'_>, documents: &[Document<'_>]) -> Result<Converted, ConvertText> {
        if !self.questions.is_empty() {
            return Err(ConvertText::Answer(self.questions));
        }
        if !self.is_useful {
            return Err(self.stays.unwrap_or(ConvertText::FindObject));
        }
        let changed: Vec<DocumentChanges<'_, '_>> = self
            .declared
            .documents
            .iter()
            .filter_map(|declared| {
                Some(DocumentChanges { document: documents.get(declared.index)?, changes: &declared.changes })
            })
            .collect();
        let batch = apply_batch(source.bytes, &changed);
        if let Some(refused) = batch.refused.first() {
            let document = changed.get(refused.document).map(|changed| changed.document);
            let object =
                document.and_then(|document| objects(document).first().map(|object| object.gvk.to_string()));
            return Err(ConvertText::Edit {
                object: object.unwrap_or_default(),
                reason: refused.reason.to_string(),
            });
        }
        verify(source, Source::plain(TextId(0), &batch.bytes), &self.declared)?;
        let gone = batch.comments_gone.into_iter().map(|comment| Note::comment_gone(source.text, comment));
        let notes = self.notes.into_iter().chain(gone).collect();
        Ok(Converted { bytes: batch.bytes, objects: self.converted, notes })
    }
}

/// What an object should become.
fn target<'a>(gvk: GroupVersionKind<'a>, wanted: Wanted<'a>) -> Result<GroupVersionKind<'a>, ConvertText> {
    let Some(version) = wanted.version else {
        return newest(gvk, wanted.minor).ok_or_else(|| ConvertText::KnowKind { object: gvk.to_string() });
    };
    if gvk.group_version() == version {
        return Ok(gvk);
    }
    let known = reachable(gvk);
    match known.iter().find(|known| known.group_version() == version) {
        Some(target) => Ok(*target),
        None if known.is_empty() && catalog::api(gvk).is_none() && catalog::crd_api(gvk).len() == 0 => {
            Err(ConvertText::KnowKind { object: gvk.to_string() })
        }
        None => Err(ConvertText::KnowVersion {
            object: gvk.to_string(),
            wanted: version.to_string(),
            known: known.iter().map(|known| known.group_version().to_string()).collect(),
        }),
    }
}
