//! Flux' Provider v1beta1 and v1beta2 → v1beta3, and Receiver → v1.

use crate::convert::Refusal;
use crate::convert::draft::Draft;

pub(in crate::convert) fn provider(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    let root = draft.root();
    let Some(spec) = draft.mapping_at(root, &["spec"])? else { return Ok(()) };
    if let Some(field) = draft.drop_field(spec, "interval")? {
        draft.note(field.key, "'interval' is gone: providers are not reconciled any more");
    }
    Ok(())
}

pub(in crate::convert) fn alert(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    let root = draft.root();
    let Some(spec) = draft.mapping_at(root, &["spec"])? else { return Ok(()) };
    if let Some(summary) = draft.field(spec, "summary")? {
        draft.note(
            summary.key,
            "'summary' still works and is deprecated: 'eventMetadata.summary' says the same",
        );
    }
    Ok(())
}

pub(in crate::convert) fn receiver(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    let root = draft.root();
    let Some(spec) = draft.mapping_at(root, &["spec"])? else { return Ok(()) };
    if draft.field(spec, "secretRef")?.is_none() {
        return Err(draft.malformed(spec, "names no 'secretRef', which v1 wants"));
    }
    Ok(())
}
