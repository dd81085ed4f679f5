//! HorizontalPodAutoscaler v2beta1 and v2beta2 → v2: each metric gets `metric` and `target`.
//!
//! The scale target's own `apiVersion` is brought up to date on the way where it names a dead one: nobody else would
//! find it, and the autoscaler stops without it.

use manifest::NodeId;
use manifest::edit::Fresh;

use super::Refusal;
use super::draft::{Draft, Field, entries, mapping, string};

/// v2beta1 → v2beta2 or v2.
pub(super) fn from_v2beta1(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    let root = draft.root();
    scale_target(draft, root)?;
    let Some(spec) = draft.mapping_at(root, &["spec"])? else { return Ok(()) };
    for item in draft.mappings(spec, "metrics")? {
        metric(draft, item)?;
    }
    stale_status(draft, root)
}

/// v2beta2 → v2: the fields are the same.
pub(super) fn from_v2beta2(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    let root = draft.root();
    scale_target(draft, root)
}

fn metric(draft: &mut Draft<'_>, item: NodeId) -> Result<(), Refusal> {
    for key in ["resource", "containerResource"] {
        if let Some(source) = draft.field(item, key)? {
            let source = draft.mapping(source.value)?;
            let pair = ("targetAverageUtilization", "averageUtilization", "Utilization");
            target(draft, source, &[pair, ("targetAverageValue", "averageValue", "AverageValue")])?;
        }
    }
    if let Some(source) = draft.field(item, "pods")? {
        let source = draft.mapping(source.value)?;
        metric_identity(draft, source, "selector")?;
        target(draft, source, &[("targetAverageValue", "averageValue", "AverageValue")])?;
    }
    if let Some(source) = draft.field(item, "external")? {
        let source = draft.mapping(source.value)?;
        metric_identity(draft, source, "metricSelector")?;
        let average = ("targetAverageValue", "averageValue", "AverageValue");
        target(draft, source, &[("targetValue", "value", "Value"), average])?;
    }
    match draft.field(item, "object")? {
        Some(source) => object_metric(draft, source),
        None => Ok(()),
    }
}

/// `metricName` and its selector become `metric`.
fn metric_identity(draft: &mut Draft<'_>, source: NodeId, selector: &str) -> Result<(), Refusal> {
    let name = draft.entry(source, "metricName")?;
    let selector = draft.entry(source, selector)?;
    let old: Vec<Field> = name.into_iter().chain(selector).collect();
    if old.is_empty() {
        return Ok(());
    }
    let selector = selector.filter(|field| !draft.is_null(field.value));
    let metric = entries([("name", name.map(Field::moved)), ("selector", selector.map(Field::moved))]);
    draft.gather(&old, "metric", Fresh::Mapping(metric))
}

/// The fields that say how much become `target`, whose type is that of the first one that is there.
fn target(
    draft: &mut Draft<'_>,
    source: NodeId,
    pairs: &[(&str, &'static str, &str)],
) -> Result<(), Refusal> {
    let mut old = Vec::new();
    let mut values = Vec::new();
    let mut kind = None;
    for (from, to, target_type) in pairs {
        let Some(field) = draft.entry(source, from)? else { continue };
        old.push(field);
        if !draft.is_null(field.value) {
            kind = kind.or(Some(*target_type));
            values.push((*to, Some(field.moved())));
        }
    }
    let Some(kind) = kind else { return Ok(()) };
    let mut fields = entries([("type", Some(string(kind)))]);
    fields.extend(entries(values));
    draft.gather(&old, "target", Fresh::Mapping(fields))
}

fn object_metric(draft: &mut Draft<'_>, source: Field) -> Result<(), Refusal> {
    let source = draft.mapping(source.value)?;
    let described = draft.entry(source, "target")?;
    if described.is_none() || draft.entry(source, "describedObject")?.is_some() {
        // Already of the new shape.
        return Ok(());
    }
    if let Some(described) = described {
        nested_api_version(draft, described.value)?;
        draft.rename(described, "describedObject");
    }
    metric_identity(draft, source, "selector")?;
    let average = draft.field(source, "averageValue")?;
    let value = draft.entry(source, "targetValue")?;
    let (kind, old): (_, Vec<Field>) = match average {
        Some(average) => ("AverageValue", value.into_iter().chain([average]).collect()),
        None => ("Value", value.into_iter().collect()),
    };
    // Beside an average the old API still wanted a value, and people wrote 0: the new one refuses that.
    let value = value.filter(|value| average.is_none() || !is_zero(draft, *value));
    let target = entries([
        ("type", Some(string(kind))),
        ("value", value.map(Field::moved)),
        ("averageValue", average.map(Field::moved)),
    ]);
    if old.is_empty() { Ok(()) } else { draft.gather(&old, "target", Fresh::Mapping(target)) }
}

fn is_zero(draft: &Draft<'_>, field: Field) -> bool {
    matches!(draft.document().text(field.value), Some("0" | ""))
}

fn scale_target(draft: &mut Draft<'_>, root: NodeId) -> Result<(), Refusal> {
    match draft.mapping_at(root, &["spec", "scaleTargetRef"])? {
        Some(target) => nested_api_version(draft, target),
        None => Ok(()),
    }
}

/// Brings a reference to a workload or an Ingress of a dead version up to date.
pub(super) fn nested_api_version(draft: &mut Draft<'_>, reference: NodeId) -> Result<(), Refusal> {
    let Some(field) = draft.field(reference, "apiVersion")? else { return Ok(()) };
    let kind = draft.text_of(reference, "kind")?.unwrap_or_default();
    let old = draft.document().text(field.value).unwrap_or_default();
    let new = match (old, kind) {
        (
            "extensions/v1beta1" | "apps/v1beta1" | "apps/v1beta2",
            "Deployment" | "ReplicaSet" | "StatefulSet" | "DaemonSet",
        ) => "apps/v1",
        ("extensions/v1beta1" | "networking.k8s.io/v1beta1", "Ingress") => "networking.k8s.io/v1",
        _ => return Ok(()),
    };
    draft.note(
        field.value,
        format!("the reference to '{old}' becomes '{new}': the old version is not served any more"),
    );
    draft.set_text(field, new);
    Ok(())
}

fn stale_status(draft: &mut Draft<'_>, root: NodeId) -> Result<(), Refusal> {
    if let Some(status) = draft.field(root, "status")?
        && draft.field(status.value, "currentMetrics")?.is_some()
    {
        draft.note(
            status.value,
            "the status was left as it is: it belongs to the server and has no place in a file",
        );
    }
    Ok(())
}

/// A `target` of one kind of measure.
pub(super) fn utilization_target(value: Fresh) -> Fresh {
    mapping([("type", string("Utilization")), ("averageUtilization", value)])
}
