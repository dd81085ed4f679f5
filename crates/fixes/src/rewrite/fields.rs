//! What was said by an annotation or a prefix, said by the field that is for it.

use manifest::edit::Place;

use super::annotation::Annotations;
use crate::convert::Refusal;
use crate::convert::draft::{Draft, boolean, instead_of, string};

/// `CRON_TZ=Europe/Berlin 0 4 * * *` → a schedule and a time zone.
pub(super) fn cron_time_zone(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    let root = draft.root();
    let Some(spec) = draft.mapping_at(root, &["spec"])? else { return Ok(()) };
    let Some(schedule) = draft.field(spec, "schedule")? else { return Ok(()) };
    let text = draft.document().text(schedule.value).unwrap_or_default();
    let rest = text.strip_prefix("CRON_TZ=").or_else(|| text.strip_prefix("TZ="));
    let Some((zone, times)) = rest.and_then(|rest| rest.split_once(char::is_whitespace)) else {
        return Ok(());
    };
    if let Some(present) = draft.field(spec, "timeZone")? {
        return Err(draft.malformed(present.key, "stands beside a time zone in the schedule"));
    }
    draft.set_text(schedule, times.trim());
    draft.add(spec, Place::After(schedule.key), "timeZone", string(zone))
}

/// The annotation `kubernetes.io/ingress.class` → `ingressClassName`.
pub(super) fn ingress_class(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    const ANNOTATION: &str = "kubernetes.io/ingress.class";
    let root = draft.root();
    let Some(metadata) = draft.mapping_at(root, &["metadata"])? else { return Ok(()) };
    let mut annotations = Annotations::of(draft, metadata)?;
    let Some((_, class)) =
        annotations.with_prefix(draft, ANNOTATION).into_iter().find(|(name, _)| *name == ANNOTATION)
    else {
        return Ok(());
    };
    let Some(spec) = draft.mapping_at(root, &["spec"])? else {
        return Err(draft.malformed(root, "has no spec to name the class in"));
    };
    let taken = annotations.take(draft, ANNOTATION)?;
    match draft.text_of(spec, "ingressClassName")? {
        Some(present) if present == class => {}
        Some(_) => return Err(draft.malformed(spec, "names another class than the annotation")),
        None => {
            let name = instead_of(taken.as_slice(), string(class));
            draft.add(spec, draft.first_place(spec), "ingressClassName", name)?;
        }
    }
    annotations.remove(draft);
    Ok(())
}

/// The annotation for endpoints that are not ready → `publishNotReadyAddresses`.
pub(super) fn publish_not_ready(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    const ANNOTATION: &str = "service.alpha.kubernetes.io/tolerate-unready-endpoints";
    let root = draft.root();
    let Some(metadata) = draft.mapping_at(root, &["metadata"])? else { return Ok(()) };
    let mut annotations = Annotations::of(draft, metadata)?;
    let found = annotations.with_prefix(draft, ANNOTATION).into_iter().find(|(name, _)| *name == ANNOTATION);
    let Some((_, value)) = found else { return Ok(()) };
    let taken = annotations.take(draft, ANNOTATION)?;
    if value == "true"
        && let Some(spec) = draft.mapping_at(root, &["spec"])?
        && draft.field(spec, "publishNotReadyAddresses")?.is_none()
    {
        let publish = instead_of(taken.as_slice(), boolean(true));
        draft.add(spec, Place::Last, "publishNotReadyAddresses", publish)?;
    }
    annotations.remove(draft);
    Ok(())
}
