//! Makes the planned fixes in one batch. A fix of which one change is refused is taken out whole.

use std::ops::Range;

use manifest::Document;
use manifest::edit::{Change, DocumentChanges, Reason, apply_batch};

use super::action::Action;
use super::{FileFix, NotFixed};
use crate::Note;
use crate::convert::changes::without_repeats;
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

    /// Takes out the fixes that want this change.
    fn drop_owners(&mut self, change: &Change, reason: &Reason, fix: &mut FileFix) {
        self.actions.retain(|action| {
            let owns = action.conversion.changes.contains(change);
            if owns {
                let reason = NotFixed::Edit(reason.to_string());
                fix.refused.extend(action.findings.iter().map(|finding| (*finding, reason.clone())));
            }
            !owns
        });
    }
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
        for refused in batch.refused {
            let change = changes.get(refused.document).and_then(|changes| changes.get(refused.change));
            if let (Some(planned), Some(change)) = (planned.get_mut(refused.document), change) {
                planned.drop_owners(change, &refused.reason, fix);
            }
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
