//! SubjectAccessReview and LocalSubjectAccessReview v1beta1 → v1: `group` becomes `groups`.

use super::Refusal;
use super::draft::Draft;

pub(super) fn to_v1(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    let root = draft.root();
    let Some(spec) = draft.mapping_at(root, &["spec"])? else { return Ok(()) };
    if let Some(group) = draft.entry(spec, "group")? {
        draft.rename(group, "groups");
    }
    Ok(())
}
