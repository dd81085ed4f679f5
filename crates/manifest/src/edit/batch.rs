//! All edits of one file, applied and proved.
//!
//! Each touched document is parsed again and must be the one intended. Where it is not, the faulty edit is
//! found by halving and refused by name; the others stay.

use std::ops::Range;

use text::Splice;

use super::context::Context;
use super::intent::Intent;
use super::prove::prove;
use super::realise::{Realised, realise, refusals};
use super::{Change, Reason, Refusal};
use crate::{Document, parse};

/// Edits found faulty in one document before the rest of its edits is refused with them. The proof has never
/// failed where the editor is right; a document that fails it this often is not worth more time.
const FAULTS_MAX: usize = 16;

/// Contradictions between the changes of one document before the rest is refused with them. Each costs another look
/// at all changes; fixes that agree with each other have none.
const CONTRADICTIONS_MAX: usize = 1_000;

/// The changes wanted in one document.
#[derive(Debug, Clone, Copy)]
pub struct DocumentChanges<'a, 't> {
    /// The document as parsed before the batch.
    pub document: &'a Document<'t>,
    /// The changes. Nodes are those of the document.
    pub changes: &'a [Change],
}

/// What became of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// The file with all changes made that are not refused.
    pub bytes: Vec<u8>,
    /// What was replaced, in offsets of the old file: sorted, without overlap.
    pub splices: Vec<Splice>,
    /// What was not done.
    pub refused: Vec<Refused>,
    /// The comments that went with what was taken out, in offsets of the old file, sorted.
    pub comments_gone: Vec<Range<usize>>,
}

/// A change that was not made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The position of its document among those given.
    pub document: usize,
    /// The position of the change among those of the document.
    pub change: usize,
    /// Why.
    pub reason: Reason,
}

/// Makes all changes of a file that can be made and proved. `documents` are of `bytes`, each given once.
#[must_use]
pub fn apply_batch(bytes: &[u8], documents: &[DocumentChanges<'_, '_>]) -> Batch {
    let mut made = Realised::default();
    let mut refused = Vec::new();
    for (position, edited) in documents.iter().enumerate() {
        let edits = Edits { document: edited.document, changes: edited.changes, is_proved: true };
        let done = edits.settle();
        made.splices.extend(done.made.splices);
        made.comments_gone.extend(done.made.comments_gone);
        let refusals = done.refused.into_iter();
        refused.extend(refusals.map(|Refusal { change, reason }| Refused {
            document: position,
            change,
            reason,
        }));
    }
    made.splices.sort_by_key(|splice| (splice.range.start, splice.range.end));
    made.comments_gone.sort_by_key(|comment| comment.start);
    refused.sort_by_key(|refused| (refused.document, refused.change));
    assemble(bytes, documents, made, refused)
}

/// The changes of one document that [`apply_batch`] would refuse, without making the text: only what its proof alone
/// would find is left out.
#[must_use]
pub fn foreseen_refusals(document: &Document<'_>, changes: &[Change]) -> Vec<Refusal> {
    let mut refused = Edits { document, changes, is_proved: false }.settle().refused;
    refused.sort_by_key(|refusal| refusal.change);
    refused
}

/// Applies the splices of all documents. If they do not fit the file (a document given twice or of another
/// text), nothing is applied and everything refused.
fn assemble(
    bytes: &[u8],
    documents: &[DocumentChanges<'_, '_>],
    Realised { splices, comments_gone }: Realised,
    refused: Vec<Refused>,
) -> Batch {
    match text::apply(bytes, &splices) {
        Ok(changed) if is_same_outside(bytes, &changed, &splices) => {
            Batch { bytes: changed, splices, refused, comments_gone }
        }
        _ => {
            let all = documents.iter().enumerate().flat_map(|(document, edited)| {
                (0..edited.changes.len()).map(move |change| Refused {
                    document,
                    change,
                    reason: Reason::MissIntent("the document is not one of this text".to_owned()),
                })
            });
            let refused = all.collect();
            Batch { bytes: bytes.to_vec(), splices: Vec::new(), refused, comments_gone: Vec::new() }
        }
    }
}

/// Whether the bytes around the splices are where they must be in the changed text.
fn is_same_outside(old: &[u8], new: &[u8], splices: &[Splice]) -> bool {
    let mut old_at = 0;
    let mut new_at = 0;
    for splice in splices {
        let length = splice.range.start.saturating_sub(old_at);
        if old.get(old_at..old_at + length) != new.get(new_at..new_at + length) {
            return false;
        }
        new_at += length + splice.replacement.len();
        old_at = splice.range.end;
    }
    old.get(old_at..) == new.get(new_at..)
}

/// The edits of one document.
struct Edits<'a, 't> {
    document: &'a Document<'t>,
    changes: &'a [Change],
    /// Whether the text is made and compared with what was wanted.
    is_proved: bool,
}

struct Settled {
    made: Realised,
    refused: Vec<Refusal>,
}

impl Edits<'_, '_> {
    /// Finds the splices of all changes that can be made together and proved.
    fn settle(&self) -> Settled {
        let mut refused = refusals(self.document, self.changes);
        let mut accepted: Vec<usize> = (0..self.changes.len()).collect();
        accepted.retain(|change| refused.binary_search_by_key(change, |refusal| refusal.change).is_err());
        let (mut faults, mut contradictions) = (0, 0);
        while faults < FAULTS_MAX && contradictions < CONTRADICTIONS_MAX {
            match self.attempt(&accepted) {
                Ok(made) => return Settled { made, refused },
                Err(Refusal { change, reason }) => {
                    match reason {
                        Reason::MissIntent(_) => faults += 1,
                        _ => contradictions += 1,
                    }
                    accepted.retain(|accepted| *accepted != change);
                    refused.push(Refusal { change, reason });
                }
            }
        }
        let reason = Reason::MissIntent("too many other changes of the document failed".to_owned());
        refused.extend(accepted.into_iter().map(|change| Refusal { change, reason: reason.clone() }));
        Settled { made: Realised::default(), refused }
    }

    /// The splices of the changes, proved; or the change at fault.
    fn attempt(&self, accepted: &[usize]) -> Result<Realised, Refusal> {
        let made = realise(self.document, self.changes, accepted)?;
        if made.splices.is_empty() || !self.is_proved {
            return Ok(made);
        }
        match self.check(&made.splices, accepted) {
            Ok(()) => Ok(made),
            Err(reason) => Err(self.culprit(accepted, reason)),
        }
    }

    /// The last change of the shortest beginning that fails, found by halving.
    fn culprit(&self, accepted: &[usize], reason: String) -> Refusal {
        let mut passes = 0;
        let mut fails = accepted.len();
        let mut reason = Reason::MissIntent(reason);
        while passes + 1 < fails {
            let middle = passes.midpoint(fails);
            let beginning = accepted.get(..middle).unwrap_or_default();
            match self.check_beginning(beginning) {
                Ok(()) => passes = middle,
                Err(found) => {
                    reason = found;
                    fails = middle;
                }
            }
        }
        let change = fails.checked_sub(1).and_then(|last| accepted.get(last)).copied().unwrap_or(0);
        Refusal { change, reason }
    }

    fn check_beginning(&self, beginning: &[usize]) -> Result<(), Reason> {
        let made = realise(self.document, self.changes, beginning).map_err(|refusal| refusal.reason)?;
        self.check(&made.splices, beginning).map_err(Reason::MissIntent)
    }

    /// Parses the changed document and compares it with the intended one.
    fn check(&self, splices: &[Splice], accepted: &[usize]) -> Result<(), String> {
        let range = self.document.range();
        // What begins a file and what follows a document are read differently: one byte of what stands before shows which.
        let before = usize::from(range.start > 0 && self.document.mask().is_none());
        let seen = range.start - before..range.end;
        let old = self.document.bytes().get(seen.clone()).unwrap_or_default();
        let rebased = rebased(splices, &seen).ok_or("a change reaches out of its document")?;
        let new = text::apply(old, &rebased).map_err(|error| error.to_string())?;
        if old.ends_with(b"\n") && !new.ends_with(b"\n") && range.end < self.document.bytes().len() {
            return Err("the next document would begin on the last line".to_owned());
        }
        let mask = match self.document.mask() {
            Some(mask) => Some(mask.part(range).spliced(&rebased).map_err(|error| error.to_string())?),
            None => None,
        };
        let document = parse(self.document.text_id(), &new, before..new.len(), mask.as_ref())
            .map_err(|error| error.to_string())?;
        let context = Context::new(self.document);
        let intent = Intent::of(&context, accepted.iter().filter_map(|index| self.changes.get(*index)));
        prove(self.document, &intent, &document)
    }
}

/// The splices in offsets of a part of the text; none if one of them is not within it.
fn rebased(splices: &[Splice], part: &Range<usize>) -> Option<Vec<Splice>> {
    let rebase = |splice: &Splice| {
        let start = splice.range.start.checked_sub(part.start)?;
        let end = splice.range.end.checked_sub(part.start).filter(|end| *end <= part.len())?;
        Some(Splice { range: start..end, replacement: splice.replacement.clone() })
    };
    splices.iter().map(rebase).collect()
}
