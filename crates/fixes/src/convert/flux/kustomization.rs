//! Flux Kustomization v1beta1 and v1beta2 → v1.

use crate::convert::Refusal;
use crate::convert::draft::Draft;

pub(in crate::convert) fn to_v1(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    let root = draft.root();
    let Some(spec) = draft.mapping_at(root, &["spec"])? else { return Ok(()) };
    super::patches::merge(draft, spec)?;
    if let Some(field) = draft.drop_field(spec, "validation")? {
        draft.note(
            field.key,
            "'validation' is gone: everything is validated by the server before it is applied",
        );
    }
    if let Some(kube_config) = draft.mapping_at(spec, &["kubeConfig"])?
        && draft.field(kube_config, "secretRef")?.is_none()
        && draft.field(kube_config, "configMapRef")?.is_none()
    {
        return Err(draft.malformed(kube_config, "names no secret, which v1 wants"));
    }
    Ok(())
}
