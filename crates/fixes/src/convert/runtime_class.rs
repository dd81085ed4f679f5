//! RuntimeClass v1alpha1 → v1beta1 and v1: the spec is gone, its fields stand at the top.

use manifest::edit::Place;

use super::Refusal;
use super::draft::Draft;

pub(super) fn from_v1alpha1(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    let root = draft.root();
    let Some(spec) = draft.field(root, "spec")? else { return Ok(()) };
    let body = draft.mapping(spec.value)?;
    let Some(handler) = draft.field(body, "runtimeHandler")? else {
        return Err(draft.malformed(spec.value, "has no 'runtimeHandler'"));
    };
    draft.gather(&[spec], "handler", handler.moved())?;
    for key in ["overhead", "scheduling"] {
        if let Some(field) = draft.field(body, key)? {
            draft.insert(root, Place::Last, key, field.moved());
        }
    }
    Ok(())
}
