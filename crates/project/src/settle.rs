//! What a finding's fix really takes, known only to who would make it.
//!
//! A check names the API to convert to; whether that conversion exists and what it asks depends on the object's
//! body. It is tried on the document at hand, so that a scan never calls safe what `fix` would ask about.

use checks::{Finding, Fix, FixAction, Safety};
use fixes::{Answers, Refusal, convert};
use manifest::{Document, Object};
use resource::GroupVersion;
use text::Span;

/// The finding with its fix as it will be: safe, asking, or by hand.
pub(crate) fn fix_of(document: &Document<'_>, mut finding: Finding) -> Finding {
    let Some(Fix { action: FixAction::Convert { object, api_version, kind }, safety }) = &finding.fix else {
        return finding;
    };
    let target = GroupVersion::parse(api_version).map(|group_version| group_version.with_kind(kind));
    let found = object_at(document, *object).zip(target);
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

fn object_at<'d>(document: &'d Document<'_>, span: Span) -> Option<Object<'d>> {
    manifest::objects(document).into_iter().find(|object| document.span(object.node) == span)
}
