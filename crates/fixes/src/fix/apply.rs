//! Makes the planned fixes in one batch. A fix of which one change is refused is taken out whole.

use std::collections::BTreeMap;
use std::ops::Range;

use manifest::edit::{Change, DocumentChanges, Reason, apply_batch, foreseen_refusals};
use manifest::{Document, NodeId};

use super::action::Action;
use super::{FileFix, NotFixed};
use crate::Note;
use crate::convert::changes::{self, without_repeats};
use crate::verify::DeclaredDocument;

/// Batches tried for one file. Each but the last drops a fix that the editor refused.
const BATCHES_MAX: usize = 64;

/// The fixes of one document.
pub(super) struct Planned<'a> {
    /// The document's position in the file.
    pub(super) index: usize,
    pub(super) document: &'a Document<'a>,
    pub(super) actions: Vec<Action>,
}

impl Planned<'_> {
    fn changes(&self) -> Vec<Change> {
        let changes = self.actions.iter().flat_map(|action| action.conversion.changes.iter().cloned());
        without_repeats(changes.collect())
    }

    /// Takes out the fixes that want one of these changes.
    fn drop_owners(&mut self, refused: &[(&Change, &Reason)], fix: &mut FileFix) {
        let mut by_target: BTreeMap<Option<NodeId>, Vec<(&Change, &Reason)>> = BTreeMap::new();
        for (change, reason) in refused {
            by_target.entry(first_target(change)).or_default().push((change, reason));
        }
        self.actions.retain(|action| {
            let reason = action.conversion.changes.iter().find_map(|change| {
                let refused = by_target.get(&first_target(change))?;
                refused.iter().find(|(refused, _)| *refused == change).map(|(_, reason)| *reason)
            });
            if let Some(reason) = reason {
                let reason = match reason {
                    // What works on the same bytes is made first; the rest is planned again after it.
                    Reason::OverlapChange => NotFixed::Behind,
                    _ => NotFixed::Edit(reason.to_string()),
                };
                fix.refused.extend(action.findings.iter().map(|finding| (*finding, reason.clone())));
            }
            reason.is_none()
        });
    }
}

fn first_target(change: &Change) -> Option<NodeId> {
    changes::targets(change).first().copied()
}

/// Takes out the fixes that the editor would refuse, without making the text.
pub(super) fn foresee(document: &Document<'_>, actions: Vec<Action>, fix: &mut FileFix) -> Vec<Action> {
    let mut planned = Planned { index: 0, document, actions };
    for _ in 0..BATCHES_MAX {
        let changes = planned.changes();
        let refusals = foreseen_refusals(document, &changes);
        if refusals.is_empty() {
            break;
        }
        let refused = refusals.iter().filter_map(|found| Some((changes.get(found.change)?, &found.reason)));
        planned.drop_owners(&refused.collect::<Vec<_>>(), fix);
    }
    planned.actions
}

pub(super) fn apply(bytes: &[u8], mut planned: Vec<Planned<'_>>, fix: &mut FileFix) {
    for _ in 0..BATCHES_MAX {
        planned.retain(|planned| !planned.actions.is_empty());
        let changes: Vec<Vec<Change>> = planned.iter().map(Planned::changes).collect();
        let documents: Vec<DocumentChanges<'_, '_>> = planned
            .iter()
            .zip(&changes)
            .map(|(planned, changes)| DocumentChanges { document: planned.document, changes })
            .collect();
        let batch = apply_batch(bytes, &documents);
        if batch.refused.is_empty() {
            if batch.bytes != bytes {
                fix.bytes = Some(batch.bytes);
                fix.splices = batch.splices;
            }
            note_comments(&planned, &batch.comments_gone, fix);
            record(planned, changes, fix);
            return;
        }
        for refused in batch.refused.chunk_by(|one, other| one.document == other.document) {
            let position = refused.first().map_or(0, |refused| refused.document);
            let Some((planned, changes)) = planned.get_mut(position).zip(changes.get(position)) else {
                continue;
            };
            let refused =
                refused.iter().filter_map(|found| Some((changes.get(found.change)?, &found.reason)));
            planned.drop_owners(&refused.collect::<Vec<_>>(), fix);
        }
    }
    let reason = NotFixed::Edit("too many other fixes of the file were refused".to_owned());
    let rest =
        planned.iter().flat_map(|planned| planned.actions.iter().flat_map(|action| action.findings.iter()));
    fix.refused.extend(rest.map(|finding| (*finding, reason.clone())));
}

/// Says of every comment that went that it did, with the fix whose object it stood in.
fn note_comments(planned: &[Planned<'_>], gone: &[Range<usize>], fix: &mut FileFix) {
    let spans = planned.iter().flat_map(|planned| {
        planned.actions.iter().map(|action| (planned.document.span(action.node), action.findings.first()))
    });
    let mut spans: Vec<_> = spans.filter_map(|(span, finding)| Some((span, *finding?))).collect();
    spans.sort_unstable_by_key(|(span, finding)| (span.start, *finding));
    for comment in gone {
        let after = spans.partition_point(|(span, _)| span.range().start <= comment.start);
        let owner = after.checked_sub(1).and_then(|owner| spans.get(owner)).or(spans.first());
        if let Some((span, finding)) = owner {
            fix.notes.push((*finding, Note::comment_gone(span.text, comment.clone())));
        }
    }
}

fn record(planned: Vec<Planned<'_>>, changes: Vec<Vec<Change>>, fix: &mut FileFix) {
    for (planned, changes) in planned.into_iter().zip(changes) {
        for action in planned.actions {
            let first = action.findings.first().copied().unwrap_or_default();
            fix.applied.extend(action.findings);
            fix.notes.extend(action.conversion.notes.into_iter().map(|note| (first, note)));
        }
        fix.declared.documents.push(DeclaredDocument { index: planned.index, changes });
    }
}
