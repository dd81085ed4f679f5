//! What a finding's fix really takes, known only to who would make it.
//!
//! A check names the API to convert to; whether that conversion exists and what it asks depends on the object's
//! body. It is tried on the document at hand, so that a scan never calls safe what `fix` would ask about.

use std::collections::BTreeMap;

use checks::{Finding, Fix, FixAction, Safety};
use fixes::{Answers, Refusal, convert};
use manifest::{Document, Object};
use resource::GroupVersion;
use text::Span;

/// The findings of a document with their fixes as they will be: safe, asking, or by hand.
pub(crate) fn fixes_of(document: &Document<'_>, findings: Vec<Finding>) -> Vec<Finding> {
    let converts =
        |finding: &Finding| matches!(&finding.fix, Some(Fix { action: FixAction::Convert { .. }, .. }));
    if !findings.iter().any(converts) {
        return findings;
    }
    // A list may hold thousands of objects: they are gathered once, not for each finding.
    let objects = manifest::objects(document).into_iter().map(|object| (document.span(object.node), object));
    let objects: BTreeMap<Span, Object<'_>> = objects.collect();
    findings.into_iter().map(|finding| fix_of(document, &objects, finding)).collect()
}

fn fix_of<'d>(
    document: &'d Document<'_>,
    objects: &BTreeMap<Span, Object<'d>>,
    mut finding: Finding,
) -> Finding {
    let Some(Fix { action: FixAction::Convert { object, api_version, kind }, safety }) = &finding.fix else {
        return finding;
    };
    let target = GroupVersion::parse(api_version).map(|group_version| group_version.with_kind(kind));
    let found = objects.get(object).copied().zip(target);
    let Some((object, target)) = found else { return finding };
    match convert(document, object, target, &Answers::none()) {
        Err(refusal) => {
            let reason = match refusal {
                Refusal::Manual { reason } => reason,
                other => other.to_string(),
            };
            finding.remedy = format!("{}; by hand, since {reason}", finding.remedy);
            finding.fix = None;
        }
        Ok(conversion) => {
            let question = conversion.questions.first().map(|question| question.text.clone());
            if let (Safety::Safe, Some(question)) = (safety, question) {
                let action = FixAction::Convert {
                    object: document.span(object.node),
                    api_version: api_version.clone(),
                    kind: kind.clone(),
                };
                finding.fix = Some(Fix { action, safety: Safety::Ask(question) });
            }
        }
    }
    finding
}
