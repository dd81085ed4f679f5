//! Mutating and validating webhook configurations v1beta1 → v1: what was a default must be said.
//!
//! The old defaults differ from today's, so they are written out; side effects are something only a person knows.

use manifest::NodeId;
use manifest::edit::{Fresh, Place};

use super::Refusal;
use super::draft::{Asking, Draft, integer, string};
use crate::question::alter;

pub(super) fn to_v1(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    let root = draft.root();
    for webhook in draft.mappings(root, "webhooks")? {
        side_effects(draft, webhook)?;
        missing(draft, webhook, "admissionReviewVersions", Fresh::Sequence(vec![string("v1beta1")]))?;
        missing(draft, webhook, "failurePolicy", string("Ignore"))?;
        missing(draft, webhook, "matchPolicy", string("Exact"))?;
        missing(draft, webhook, "timeoutSeconds", integer(30))?;
    }
    Ok(())
}

fn missing(draft: &mut Draft<'_>, webhook: NodeId, key: &str, old_default: Fresh) -> Result<(), Refusal> {
    if draft.field(webhook, key)?.is_some() {
        return Ok(());
    }
    draft.add(webhook, Place::Last, key, old_default)
}

fn side_effects(draft: &mut Draft<'_>, webhook: NodeId) -> Result<(), Refusal> {
    let written = draft.field(webhook, "sideEffects")?;
    let text = written.and_then(|field| draft.document().text(field.value));
    if matches!(text, Some("None" | "NoneOnDryRun")) {
        return Ok(());
    }
    let now = text.unwrap_or("nothing, which means Unknown");
    let chosen = draft.choose(Asking {
        id: "webhook-side-effects",
        node: webhook,
        text: format!("v1 accepts only None and NoneOnDryRun as side effects; here it says {now}"),
        choices: vec![
            alter("none", "sideEffects: None", "you state that a call of the webhook changes nothing outside of the request; dry runs call it"),
            alter("none-on-dry-run", "sideEffects: NoneOnDryRun", "you state that the webhook looks at 'dryRun' and then changes nothing"),
        ],
        own_text: None,
    });
    let value = match chosen {
        Some("none") => "None",
        Some("none-on-dry-run") => "NoneOnDryRun",
        _ => return Ok(()),
    };
    match written {
        Some(field) => draft.set_text(field, value),
        None => draft.add(webhook, Place::Last, "sideEffects", string(value))?,
    }
    Ok(())
}
