//! What will become of the fixes of findings, before anybody asks for them: a scan must not call safe, or ready to
//! be answered, what `fix` would then leave.
//!
//! Plans as a fix does, with no answers, and makes nothing. What only the proof of the changed text or a build can find is
//! not foreseen.

use std::collections::BTreeMap;

use checks::{Context, Finding, FixAction, Safety};
use manifest::Document;

use super::action::{Job, plan};
use super::locate::place_of;
use super::places::Places;
use super::{FileFix, NotFixed, apply, held};
use crate::Answers;
use crate::convert::Refusal;

/// The findings of one document with their fixes as they will be made: safe, after an answer, later, or, without a
/// fix, by hand.
#[must_use]
pub fn foresee(context: &Context<'_>, document: &Document<'_>, mut findings: Vec<Finding>) -> Vec<Finding> {
    let mut fix = FileFix::default();
    let mut wanted = Vec::new();
    for (index, finding) in findings.iter().enumerate() {
        match place_of(finding) {
            Some(_) if finding.fix.as_ref().is_some_and(|fix| needs_a_build(&fix.action)) => {}
            Some(place) if place.text == document.text_id() => wanted.push(index),
            Some(_) => fix.refused.push((index, NotFixed::Elsewhere)),
            None => {}
        }
    }
    let answers = Answers::none();
    if !wanted.is_empty() {
        let places = Places::of(document, &findings, &wanted);
        let job = Job { context, places: &places, findings: &findings, answers: &answers, var_uses: &[] };
        let mut actions = plan(job, &wanted, &mut fix);
        held::hold_back(document, &mut actions, &mut fix);
        apply::foresee(document, actions, &mut fix);
    }
    let mut questions: BTreeMap<usize, String> = BTreeMap::new();
    for (index, question) in fix.questions {
        questions.entry(index).or_insert(question.text);
    }
    for (index, question) in questions {
        ask(findings.get_mut(index), question);
    }
    for (index, reason) in fix.refused {
        if let Some(finding) = findings.get_mut(index) {
            leave(finding, reason);
        }
    }
    findings
}

fn needs_a_build(action: &FixAction) -> bool {
    matches!(action, FixAction::ReplaceVars { .. })
}

fn ask(finding: Option<&mut Finding>, question: String) {
    // What the check wants a yes to stays: who makes the fix asks the rest by itself.
    if let Some(fix) =
        finding.and_then(|finding| finding.fix.as_mut()).filter(|fix| fix.safety == Safety::Safe)
    {
        fix.safety = Safety::Ask(question);
    }
}

/// Says of a finding why its fix is not made: now, or at all.
fn leave(finding: &mut Finding, reason: NotFixed) {
    match reason {
        // Whatever goes first is made in the same run, and what is left then is judged anew.
        NotFixed::Behind => {}
        NotFixed::Later { .. } | NotFixed::Held => {
            if let Some(fix) = finding.fix.as_mut() {
                let then = Box::new(fix.safety.clone());
                fix.safety = Safety::Later { reason: reason.to_string(), then };
            }
        }
        NotFixed::Refused(Refusal::Manual { reason }) => by_hand(finding, &reason),
        NotFixed::Refused(_)
        | NotFixed::Edit(_)
        | NotFixed::Unreadable(_)
        | NotFixed::Gone
        | NotFixed::Elsewhere
        | NotFixed::NotServed { .. }
        | NotFixed::NotTaken { .. }
        | NotFixed::Unproved { .. }
        | NotFixed::Declined => by_hand(finding, &reason.to_string()),
    }
}

fn by_hand(finding: &mut Finding, reason: &str) {
    finding.remedy = format!("{}; by hand, since {reason}", finding.remedy);
    finding.fix = None;
}
