//! Rewrites of an object that stays in its API: what an annotation or a prefix said becomes a field.
//!
//! One function per check that asks for one, by the check's id. They use the same drafts as conversions.

mod annotation;
mod charts;
mod fields;
pub(crate) mod kustomization;
mod profile;
mod vars;

use manifest::{Document, Object};

use crate::convert::draft::Draft;
use crate::convert::{Conversion, Refusal};
use crate::{Answers, VarUse};

type Rewrite = fn(&mut Draft<'_>) -> Result<(), Refusal>;

/// The rewrites, by the id of the check whose findings they mend.
const REWRITES: &[(&str, Rewrite)] = &[
    ("apparmor-annotation", profile::apparmor),
    (kustomization::CHECK, kustomization::deprecated_fields),
    ("cron-time-zone-prefix", fields::cron_time_zone),
    ("ignored-annotation", fields::publish_not_ready),
    ("ingress-class-annotation", fields::ingress_class),
    ("seccomp-annotation", profile::seccomp),
];

/// Rewrites `object` as the check with this id wants it.
pub(crate) fn rewrite(
    check: &str,
    document: &Document<'_>,
    object: Object<'_>,
    answers: &Answers,
) -> Result<Conversion, Refusal> {
    let Some((_, rewrite)) = REWRITES.iter().find(|(id, _)| *id == check) else {
        let reason = format!("there is no rewrite for '{check}'");
        return Err(Refusal::Manual { reason });
    };
    drafted(document, object, answers, rewrite)
}

/// Says the `vars` of a kustomization by replacements of the fields in which they stand.
pub(crate) fn replace_vars(
    document: &Document<'_>,
    object: Object<'_>,
    answers: &Answers,
    uses: &[VarUse],
) -> Result<Conversion, Refusal> {
    drafted(document, object, answers, |draft| vars::replace(draft, uses))
}

/// Says the `helmChartInflationGenerator` of a kustomization by `helmCharts`.
pub(crate) fn rename_charts(
    document: &Document<'_>,
    object: Object<'_>,
    answers: &Answers,
) -> Result<Conversion, Refusal> {
    drafted(document, object, answers, charts::rename)
}

/// What a rewrite makes of an object, no part of which may be a template.
fn drafted(
    document: &Document<'_>,
    object: Object<'_>,
    answers: &Answers,
    rewrite: impl FnOnce(&mut Draft<'_>) -> Result<(), Refusal>,
) -> Result<Conversion, Refusal> {
    let mut draft = Draft::new(document, object, object.gvk, answers);
    if draft.is_templated() {
        return Err(Refusal::NeedsRendering);
    }
    rewrite(&mut draft)?;
    draft.finish()
}
