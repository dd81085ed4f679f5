//! One file while its fixes are made in rounds.
//!
//! Takes the bytes as they are; gives its plan when nothing more happens, with every place told in the lines before and after.

use checks::Finding;
use fixes::{Answers, NotFixed, Note, Question, Surprise, VarUse};
use manifest::Mask;
use text::{LineIndex, Span, TextId};

use super::{Asking, FilePlan, Lines, Unfixed};
use crate::assess::Look;
use crate::trail::Trail;

/// A file while its rounds go on.
#[derive(Clone)]
pub(super) struct Work<'a> {
    pub(super) path: &'a str,
    pub(super) text: TextId,
    pub(super) look: Look,
    pub(super) answers: &'a Answers,
    pub(super) is_template: bool,
    pub(super) after: Vec<u8>,
    pub(super) trail: Trail,
    pub(super) made: Made,
    /// Where the vars stand that it declares, if it is a kustomization with some.
    pub(super) var_uses: Vec<VarUse>,
}

/// What came of the rounds so far, in places of the text before each.
#[derive(Clone, Default)]
pub(super) struct Made {
    pub(super) applied: Vec<Finding>,
    /// The round that asked and refused last.
    pub(super) round: usize,
    pub(super) questions: Vec<(Finding, Question)>,
    pub(super) refused: Vec<(Finding, NotFixed)>,
    pub(super) notes: Vec<(usize, Note)>,
    pub(super) surprise: Option<Surprise>,
}

impl Work<'_> {
    /// The mask under which the file is read; none for an ordinary manifest.
    pub(super) fn mask(&self, bytes: &[u8]) -> Option<Mask> {
        if self.is_template { manifest::mask_template(bytes) } else { None }
    }

    pub(super) fn finish(self, before: Vec<u8>) -> FilePlan {
        let Self { path, after, trail, made, is_template, .. } = self;
        let index = (LineIndex::new(&before), LineIndex::new(&after));
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        let lines = |round: usize, span: Span| {
            let at = span.range().start;
            Lines {
                before: index.0.position(&before, offset(trail.before(round, at))).line,
                after: index.1.position(&after, offset(trail.after(round, at))).line,
            }
        };
        let questions = made.questions.into_iter().map(|(finding, question)| {
            let lines = lines(made.round, question.span);
            Asking { finding, question, lines }
        });
        let refused = made.refused.into_iter().map(|(finding, why)| {
            let lines = lines(made.round, finding.span);
            Unfixed { finding, why, lines }
        });
        let notes = made.notes.into_iter().map(|(round, note)| (lines(round, note.span), note));
        FilePlan {
            path: path.to_owned(),
            questions: questions.collect(),
            refused: refused.collect(),
            notes: notes.collect(),
            applied: made.applied,
            surprise: made.surprise,
            is_template,
            before,
            after,
            trail,
        }
    }
}
