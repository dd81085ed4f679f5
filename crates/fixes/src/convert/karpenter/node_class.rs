//! EC2NodeClass v1beta1 → v1: the image is chosen by terms.

use manifest::NodeId;
use manifest::edit::{Fresh, Place};

use crate::convert::Refusal;
use crate::convert::draft::{Asking, Draft, Field, boolean, integer, mapping, string};
use crate::question::{alter, keep};

pub(in crate::convert) fn to_v1(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    let root = draft.root();
    let Some(spec) = draft.mapping_at(root, &["spec"])? else { return Ok(()) };
    let family = draft.field(spec, "amiFamily")?;
    if draft.items(spec, "amiSelectorTerms")?.is_empty() {
        alias(draft, spec, family)?;
    } else if let Some(family) = family {
        ubuntu(draft, spec, family)?;
    }
    hop_limit(draft, spec)
}

/// The alias that stands for the newest image of a family.
pub(super) fn alias_of(family: &str) -> Option<&'static str> {
    Some(match family {
        "AL2" => "al2@latest",
        "AL2023" => "al2023@latest",
        "Bottlerocket" => "bottlerocket@latest",
        "Windows2019" => "windows2019@latest",
        "Windows2022" => "windows2022@latest",
        _ => return None,
    })
}

fn alias(draft: &mut Draft<'_>, spec: NodeId, family: Option<Field>) -> Result<(), Refusal> {
    let Some(family) = family else {
        return Err(draft.malformed(spec, "has neither 'amiFamily' nor 'amiSelectorTerms'"));
    };
    let text = draft.document().text(family.value).unwrap_or_default();
    let Some(alias) = alias_of(text) else {
        let reason =
            format!("there is no alias for the family '{text}': name its images in 'amiSelectorTerms'");
        return Err(Refusal::Manual { reason });
    };
    let terms = Fresh::Sequence(vec![mapping([("alias", string(alias))])]);
    let empty = draft.entry(spec, "amiSelectorTerms")?;
    let old: Vec<Field> = [Some(family), empty].into_iter().flatten().collect();
    draft.note(family.value, format!("'{alias}' takes the newest image of the control plane's minor, as the family alone did; pin a date to choose when nodes change"));
    draft.gather(&old, "amiSelectorTerms", terms)
}

/// Ubuntu left the list of families; its user data is that of AL2 and its root device another one.
fn ubuntu(draft: &mut Draft<'_>, spec: NodeId, family: Field) -> Result<(), Refusal> {
    if draft.document().text(family.value) != Some("Ubuntu") {
        return Ok(());
    }
    draft.note(family.value, "the family Ubuntu is gone: AL2 gives the same user data, and the root device of Ubuntu is written out");
    draft.set_text(family, "AL2");
    if draft.field(spec, "blockDeviceMappings")?.is_some() {
        return Ok(());
    }
    let disk = mapping([
        ("encrypted", boolean(true)),
        ("volumeSize", string("20Gi")),
        ("volumeType", string("gp3")),
    ]);
    let device = mapping([("deviceName", string("/dev/sda1")), ("ebs", disk)]);
    draft.add(spec, Place::After(family.key), "blockDeviceMappings", Fresh::Sequence(vec![device]))
}

/// Where nothing is written, pods that are not on the host's network lose the instance metadata in v1.
pub(super) fn hop_limit(draft: &mut Draft<'_>, spec: NodeId) -> Result<(), Refusal> {
    let options = draft.field(spec, "metadataOptions")?;
    if let Some(options) = options
        && draft.field(options.value, "httpPutResponseHopLimit")?.is_some()
    {
        return Ok(());
    }
    let chosen = draft.choose(Asking {
        id: "karpenter-hop-limit",
        node: options.map_or(spec, |options| options.value),
        text: "no hop limit for the instance metadata is written: 2 in the old API, 1 in v1".to_owned(),
        choices: vec![
            keep("two", "metadataOptions.httpPutResponseHopLimit: 2", "pods reach the instance metadata, as now"),
            alter("one", "nothing", "only pods on the host's network reach the instance metadata; those that take their role or region from it stop working"),
        ],
        own_text: None,
    });
    if chosen != Some("two") {
        return Ok(());
    }
    match options {
        Some(options) => {
            let node = draft.mapping(options.value)?;
            draft.add(node, Place::Last, "httpPutResponseHopLimit", integer(2))
        }
        None => draft.add(
            spec,
            Place::Last,
            "metadataOptions",
            mapping([("httpPutResponseHopLimit", integer(2))]),
        ),
    }
}
