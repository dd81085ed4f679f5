//! HorizontalPodAutoscaler to and from autoscaling/v1, which knows one metric only: the CPU's utilization.
//!
//! The way out for clusters of which no two share a v2: everything that v1 cannot say is a refusal with the reason.

use manifest::NodeId;
use manifest::edit::{Change, Fresh};

use super::Refusal;
use super::autoscaler::utilization_target;
use super::draft::{Draft, Field, mapping, string};

/// Any v2 version → v1.
pub(super) fn to_v1(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    let root = draft.root();
    let Some(spec) = draft.mapping_at(root, &["spec"])? else { return Ok(()) };
    if let Some(target) = draft.mapping_at(spec, &["scaleTargetRef"])? {
        super::autoscaler::nested_api_version(draft, target)?;
    }
    if draft.field(spec, "behavior")?.is_some() {
        return Err(cannot("'behavior'"));
    }
    let Some(metrics) = draft.entry(spec, "metrics")? else { return Ok(()) };
    let items = draft.mappings(spec, "metrics")?;
    match items.as_slice() {
        [] => draft.remove(metrics),
        [only] => {
            let utilization = cpu_utilization(draft, *only)?;
            let key = "targetCPUUtilizationPercentage".to_owned();
            draft.change(Change::ReplaceEntries { keys: vec![metrics.key], key, value: utilization.moved() });
        }
        _ => return Err(cannot("more than one metric")),
    }
    Ok(())
}

fn cannot(what: &str) -> Refusal {
    let reason = format!(
        "autoscaling/v1 cannot say {what}; give clusters before and after 1.23 a file each, or move the old ones on first"
    );
    Refusal::Manual { reason }
}

fn cpu_utilization(draft: &mut Draft<'_>, metric: NodeId) -> Result<Field, Refusal> {
    let other = || cannot("a metric other than the CPU's utilization");
    if draft.text_of(metric, "type")? != Some("Resource") {
        return Err(other());
    }
    let Some(resource) = draft.mapping_at(metric, &["resource"])? else { return Err(other()) };
    if draft.text_of(resource, "name")? != Some("cpu") {
        return Err(other());
    }
    if let Some(old) = draft.field(resource, "targetAverageUtilization")? {
        return Ok(old);
    }
    let Some(target) = draft.mapping_at(resource, &["target"])? else { return Err(other()) };
    draft.field(target, "averageUtilization")?.ok_or_else(other)
}

/// v1 → v2.
pub(super) fn to_v2(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    let root = draft.root();
    let Some(spec) = draft.mapping_at(root, &["spec"])? else { return Ok(()) };
    if let Some(target) = draft.mapping_at(spec, &["scaleTargetRef"])? {
        super::autoscaler::nested_api_version(draft, target)?;
    }
    let Some(utilization) = draft.field(spec, "targetCPUUtilizationPercentage")? else { return Ok(()) };
    let resource = mapping([("name", string("cpu")), ("target", utilization_target(utilization.moved()))]);
    let metric = mapping([("type", string("Resource")), ("resource", resource)]);
    match draft.entry(spec, "metrics")? {
        Some(_) => Err(draft.malformed(utilization.key, "stands beside 'metrics'")),
        None => draft.gather(&[utilization], "metrics", Fresh::Sequence(vec![metric])),
    }
}
