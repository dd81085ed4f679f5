//! HelmRelease v2beta1 and v2beta2 → v2.

use manifest::edit::Place;

use crate::convert::Refusal;
use crate::convert::draft::{Asking, Draft, integer};
use crate::question::{alter, keep};

pub(in crate::convert) fn from_v2beta1(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    fields(draft)?;
    let root = draft.root();
    let Some(spec) = draft.mapping_at(root, &["spec"])? else { return Ok(()) };
    if draft.field(spec, "maxHistory")?.is_some() || draft.field(spec, "chart")?.is_none() {
        // Without a chart it is a patch of a release: what it leaves out is said elsewhere.
        return Ok(());
    }
    let chosen = draft.choose(Asking {
        id: "helm-release-max-history",
        node: spec,
        text: "no maxHistory is written: v2beta1 keeps 10 revisions of the release, later versions keep 5"
            .to_owned(),
        choices: vec![
            keep("ten", "maxHistory: 10", "10 revisions stay for a rollback, as now"),
            alter(
                "five",
                "nothing",
                "older revisions than the last 5 are deleted at the next upgrade of the release",
            ),
        ],
        own_text: None,
    });
    match chosen {
        Some("ten") => draft.add(spec, Place::Last, "maxHistory", integer(10)),
        _ => Ok(()),
    }
}

/// v2beta2 → v2, and the part of v2beta1 that is the same.
pub(in crate::convert) fn fields(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    let root = draft.root();
    let Some(spec) = draft.mapping_at(root, &["spec"])? else { return Ok(()) };
    if let Some(chart) = draft.mapping_at(spec, &["chart", "spec"])? {
        super::source::values_file(draft, chart)?;
    }
    for renderer in draft.mappings(spec, "postRenderers")? {
        if let Some(kustomize) = draft.mapping_at(renderer, &["kustomize"])? {
            super::patches::merge(draft, kustomize)?;
        }
    }
    Ok(())
}
