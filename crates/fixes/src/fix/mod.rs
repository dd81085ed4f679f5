//! The findings of one file → the file with everything mended that can be.
//!
//! Takes bytes, findings and answers; gives new bytes, what was applied, what is asked and what was refused and why.
//! A fix is made whole or not at all. Writes nothing: `project` does, and puts the file back if [`crate::verify()`] is
//! surprised.

mod action;
mod apply;
mod foresee;
mod held;
mod locate;
mod places;

use checks::{Context, Finding};
use text::Splice;
use version::Minor;

use crate::convert::{Note, Refusal};
use crate::source::Source;
use crate::{Answers, Declared, Question};

pub use foresee::foresee;

/// What became of a file's findings. Positions are those of the findings as given.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FileFix {
    /// The new bytes; none if nothing changes.
    pub bytes: Option<Vec<u8>>,
    /// What was replaced, in offsets of the old bytes: sorted, without overlap.
    pub splices: Vec<Splice>,
    /// The findings that are mended, in order.
    pub applied: Vec<usize>,
    /// What nobody has answered yet, by finding.
    pub questions: Vec<(usize, Question)>,
    /// The findings that have a fix which was not made, and why.
    pub refused: Vec<(usize, NotFixed)>,
    /// What a person should know about what was applied.
    pub notes: Vec<(usize, Note)>,
    /// What was changed, for [`crate::verify()`].
    pub declared: Declared,
}

/// Why a fix was not made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotFixed {
    /// The conversion or rewrite is not done by program.
    #[error("{0}")]
    Refused(Refusal),
    /// The editor does not make the change.
    #[error("the file cannot be edited there: {0}")]
    Edit(String),
    /// The document cannot be read.
    #[error("the document cannot be read: {0}")]
    Unreadable(String),
    /// The finding's span is no node of the file as it is now.
    #[error("the place is not in the file any more")]
    Gone,
    /// The place is in a text made from the file (a string in a `ConfigMap`, a rendered template).
    #[error("the place is inside a text that the file only holds: edit it there")]
    Elsewhere,
    /// A later version is not served yet where the file is used now.
    #[error("later: '{target}' is not served at {start}; convert before the hop to {before}")]
    Later {
        /// The version to convert to.
        target: String,
        /// The minor that a cluster runs now.
        start: Minor,
        /// The hop before which it can and must be done.
        before: Minor,
    },
    /// Not served at the start, and no minor serves both.
    #[error("'{target}' is not served at {start}, which a cluster that reads the file runs")]
    NotServed {
        /// The version to convert to.
        target: String,
        /// The minor that a cluster runs now.
        start: Minor,
    },
    /// Another fix of the same object goes first.
    #[error("another fix changes the same object: run again after it")]
    Behind,
    /// An item of the same typed list is not converted, and all share one header.
    #[error("another item of the same list is not converted, and all must change together")]
    Held,
    /// Somebody said no.
    #[error("left as it is by answer")]
    Declined,
    /// Another version of a chart was asked for, and what it renders is not better, or nobody has it.
    #[error("the other version is not taken: {reason}")]
    NotTaken {
        /// Why not.
        reason: String,
    },
    /// What the file's kustomizations render could not be shown to stay the same.
    #[error("not proved to render the same: {reason}")]
    Unproved {
        /// Why not.
        reason: String,
    },
}

/// Mends the findings of one file. `findings` may hold findings of other texts; they are passed over.
#[must_use]
pub fn fix_file(
    context: &Context<'_>,
    source: Source<'_>,
    findings: &[Finding],
    answers: &Answers,
) -> FileFix {
    let mut fix = FileFix::default();
    let documents = match source.documents() {
        Ok(documents) => documents,
        Err(error) => {
            let reason = NotFixed::Unreadable(error.to_string());
            fix.refused = locate::fixable(source, findings).map(|index| (index, reason.clone())).collect();
            return fix;
        }
    };
    let mut parsed = Vec::new();
    for (index, wanted) in locate::by_document(source, &documents, findings, &mut fix) {
        let range = documents.ranges.get(index).cloned().unwrap_or_default();
        match documents.parse(range) {
            Ok(document) => parsed.push((index, document, wanted)),
            Err(error) => {
                let reason = NotFixed::Unreadable(error.to_string());
                fix.refused.extend(wanted.into_iter().map(|finding| (finding, reason.clone())));
            }
        }
    }
    let mut planned = Vec::new();
    for (index, document, wanted) in &parsed {
        let places = places::Places::of(document, findings, wanted);
        let job = action::Job { context, places: &places, findings, answers, var_uses: source.var_uses };
        let mut actions = action::plan(job, wanted, &mut fix);
        held::hold_back(document, &mut actions, &mut fix);
        planned.push(apply::Planned { index: *index, document, actions });
    }
    apply::apply(source.bytes, planned, &mut fix);
    fix.applied.sort_unstable();
    fix.refused.sort_by_key(|(finding, _)| *finding);
    fix.questions.sort_by_key(|(finding, _)| *finding);
    fix.notes.sort_by_key(|(finding, _)| *finding);
    fix
}
