//! Flux' sources: GitRepository, Bucket, HelmChart betas → v1. The others change their header only.

use manifest::NodeId;
use manifest::edit::Fresh;

use crate::convert::Refusal;
use crate::convert::draft::{Draft, Field};

pub(in crate::convert) fn git_repository(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    let root = draft.root();
    let Some(spec) = draft.mapping_at(root, &["spec"])? else { return Ok(()) };
    if let Some(field) = draft.entry(spec, "gitImplementation")? {
        if draft.document().text(field.value) == Some("libgit2") {
            draft.note(field.value, "libgit2 is gone: the repository is cloned by go-git now");
        }
        draft.remove(field);
    }
    no_access_from(draft, spec)?;
    if let Some(verify) = draft.mapping_at(spec, &["verify"])?
        && let Some(mode) = draft.field(verify, "mode")?
        && draft.document().text(mode.value) == Some("head")
    {
        draft.set_text(mode, "HEAD");
    }
    Ok(())
}

pub(in crate::convert) fn bucket(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    let root = draft.root();
    match draft.mapping_at(root, &["spec"])? {
        Some(spec) => no_access_from(draft, spec),
        None => Ok(()),
    }
}

pub(in crate::convert) fn helm_chart(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    let root = draft.root();
    let Some(spec) = draft.mapping_at(root, &["spec"])? else { return Ok(()) };
    no_access_from(draft, spec)?;
    values_file(draft, spec)
}

fn no_access_from(draft: &mut Draft<'_>, spec: NodeId) -> Result<(), Refusal> {
    if let Some(field) = draft.drop_field(spec, "accessFrom")? {
        draft.note(field.key, "'accessFrom' is gone and was never acted upon here");
    }
    Ok(())
}

/// `valuesFile` is the first of `valuesFiles`.
pub(super) fn values_file(draft: &mut Draft<'_>, spec: NodeId) -> Result<(), Refusal> {
    let Some(single) = draft.entry(spec, "valuesFile")? else { return Ok(()) };
    if draft.is_null(single.value) || draft.document().text(single.value) == Some("") {
        draft.remove(single);
        return Ok(());
    }
    let list = draft.entry(spec, "valuesFiles")?;
    let mut files = vec![single.moved()];
    files.extend(draft.items(spec, "valuesFiles")?.into_iter().map(Fresh::Moved));
    let old: Vec<Field> = [Some(single), list].into_iter().flatten().collect();
    draft.gather(&old, "valuesFiles", Fresh::Sequence(files))
}
