//! NodePool v1beta1 → v1.

use manifest::NodeId;
use manifest::edit::Place;
use resource::GroupVersion;

use super::kubelet_is_moved;
use crate::convert::Refusal;
use crate::convert::draft::{Draft, mapping, string};

pub(in crate::convert) fn to_v1(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    let root = draft.root();
    let Some(spec) = draft.mapping_at(root, &["spec"])? else { return Ok(()) };
    let template = draft.mapping_at(spec, &["template", "spec"])?;
    if let Some(disruption) = draft.field(spec, "disruption")? {
        let node = draft.mapping(disruption.value)?;
        consolidation(draft, node)?;
        expiry(draft, node, spec, template)?;
    }
    match template {
        Some(template) => template_spec(draft, template),
        None => Ok(()),
    }
}

fn consolidation(draft: &mut Draft<'_>, disruption: NodeId) -> Result<(), Refusal> {
    let policy = draft.field(disruption, "consolidationPolicy")?;
    if let Some(policy) = policy
        && draft.document().text(policy.value) == Some("WhenUnderutilized")
    {
        draft.set_text(policy, "WhenEmptyOrUnderutilized");
    }
    if draft.field(disruption, "consolidateAfter")?.is_none() {
        // v1 wants it said; v1beta1 could not say it beside WhenUnderutilized and waited for nothing.
        let place = policy.map_or(Place::Last, |policy| Place::After(policy.key));
        draft.add(disruption, place, "consolidateAfter", string("0s"))?;
    }
    Ok(())
}

fn expiry(
    draft: &mut Draft<'_>,
    disruption: NodeId,
    spec: NodeId,
    template: Option<NodeId>,
) -> Result<(), Refusal> {
    let Some(expiry) = draft.entry(disruption, "expireAfter")? else { return Ok(()) };
    draft.note(expiry.key, "expiry stands in the template now and is forceful: it minds neither disruption budgets nor a replacement");
    match template {
        Some(template) => draft.add(template, Place::Last, "expireAfter", expiry.carried())?,
        None => {
            let body = mapping([("spec", mapping([("expireAfter", expiry.carried())]))]);
            draft.add(spec, Place::Last, "template", body)?;
        }
    }
    draft.remove(expiry);
    Ok(())
}

fn template_spec(draft: &mut Draft<'_>, template: NodeId) -> Result<(), Refusal> {
    if let Some(reference) = draft.mapping_at(template, &["nodeClassRef"])? {
        node_class(draft, reference)?;
    }
    if let Some(resources) = draft.drop_field(template, "resources")? {
        draft.note(resources.key, "'resources' of the template is gone: it was for the controller only");
    }
    if let Some(kubelet) = draft.entry(template, "kubelet")?
        && (draft.is_empty(kubelet.value) || kubelet_is_moved(draft, kubelet.value))
    {
        draft.remove(kubelet);
    }
    Ok(())
}

fn node_class(draft: &mut Draft<'_>, reference: NodeId) -> Result<(), Refusal> {
    if draft.field(reference, "group")?.is_none() {
        match draft.entry(reference, "apiVersion")? {
            Some(version) => {
                let text = draft.document().text(version.value).unwrap_or_default();
                let group = GroupVersion::parse(text).map_or("", |version| version.group);
                let group = if group.is_empty() { "karpenter.k8s.aws" } else { group };
                draft.rename(version, "group");
                draft.set_text(version, group);
            }
            None => draft.add(reference, Place::Last, "group", string("karpenter.k8s.aws"))?,
        }
    } else {
        draft.drop_field(reference, "apiVersion")?;
    }
    if draft.field(reference, "kind")?.is_none() {
        draft.add(reference, Place::Last, "kind", string("EC2NodeClass"))?;
    }
    Ok(())
}
