//! Flux' ImageUpdateAutomation → v1: the fields of v1alpha2 and later are the same, the template's data is not.

use crate::convert::Refusal;
use crate::convert::draft::Draft;

pub(in crate::convert) fn update_automation(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    let root = draft.root();
    let Some(spec) = draft.mapping_at(root, &["spec"])? else { return Ok(()) };
    for key in ["checkout", "commit", "push"] {
        if let Some(field) = draft.field(spec, key)? {
            return Err(draft.malformed(field.key, "is the shape of v1alpha1: it belongs under 'spec.git', with 'spec.sourceRef' for the repository"));
        }
    }
    let Some(commit) = draft.mapping_at(spec, &["git", "commit"])? else { return Ok(()) };
    if let Some(template) = draft.field(commit, "messageTemplate")? {
        let text = draft.document().text(template.value).unwrap_or_default();
        if text.contains(".Updated") || text.contains(".ImageResult") {
            let note = "the message template uses '.Updated' or '.Changed.ImageResult', which are gone: use '.Changed.FileChanges', '.Changed.Objects' or '.Changed.Changes'";
            draft.note(template.value, note);
        }
    }
    Ok(())
}
