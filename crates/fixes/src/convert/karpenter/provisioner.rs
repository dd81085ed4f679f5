//! Provisioner v1alpha5 → NodePool v1beta1 and v1: what describes a node moves into a template.
//!
//! The old webhook filled in requirements, and silence about expiry and consolidation meant never. A NodePool fills in
//! other things, so each of these is a question.

use manifest::NodeId;
use manifest::edit::{Change, Fresh, Place};
use manifest::resolve::Meaning;

use super::kubelet_is_moved;
use crate::convert::Refusal;
use crate::convert::draft::{Asking, Draft, Field, entries, instead_of, mapping, string};
use crate::question::{alter, keep};

pub(in crate::convert) fn to_node_pool(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    let root = draft.root();
    let Some(spec) = draft.mapping_at(root, &["spec"])? else { return Ok(()) };
    if let Some(provider) = draft.field(spec, "provider")? {
        return Err(draft.malformed(
            provider.key,
            "describes a node class inline: write it as an EC2NodeClass and name it in 'providerRef'",
        ));
    }
    let disruption = disruption(draft, spec)?;
    let (old, template) = template(draft, spec)?;
    draft.gather(&old, "template", template)?;
    if let Some(disruption) = disruption {
        draft.insert(spec, Place::Last, "disruption", disruption);
    }
    limits(draft, spec)
}

fn is_v1(draft: &Draft<'_>) -> bool {
    draft.target().version == "v1"
}

fn template(draft: &mut Draft<'_>, spec: NodeId) -> Result<(Vec<Field>, Fresh), Refusal> {
    let mut old = Vec::new();
    let mut metadata = Vec::new();
    for key in ["labels", "annotations"] {
        take(draft, spec, (key, key), &mut old, &mut metadata)?;
    }
    let mut body = Vec::new();
    for key in ["taints", "startupTaints"] {
        take(draft, spec, (key, key), &mut old, &mut body)?;
    }
    if let Some(requirements) = requirements(draft, spec, &mut old)? {
        body.push(("requirements".to_owned(), requirements));
    }
    kubelet(draft, spec, &mut old, &mut body)?;
    node_class(draft, spec, &mut old, &mut body)?;
    if is_v1(draft)
        && let Some(expiry) = expiry(draft, spec, &mut old)?
    {
        body.push(("expireAfter".to_owned(), expiry));
    }
    let metadata = (!metadata.is_empty()).then_some(Fresh::Mapping(metadata));
    Ok((old, Fresh::Mapping(entries([("metadata", metadata), ("spec", Some(Fresh::Mapping(body)))]))))
}

fn take(
    draft: &mut Draft<'_>,
    spec: NodeId,
    (from, to): (&str, &str),
    old: &mut Vec<Field>,
    into: &mut Vec<(String, Fresh)>,
) -> Result<(), Refusal> {
    if let Some(field) = draft.entry(spec, from)? {
        old.push(field);
        into.push((to.to_owned(), field.carried()));
    }
    Ok(())
}

/// What the old webhook required where nothing was said about a label.
const DEFAULT_REQUIREMENTS: &[(&str, &str, &[&str])] = &[
    ("kubernetes.io/os", "In", &["linux"]),
    ("kubernetes.io/arch", "In", &["amd64"]),
    ("karpenter.sh/capacity-type", "In", &["on-demand"]),
];

/// With any of these said, the webhook did not narrow down the instance types.
const INSTANCE_LABELS: &[&str] = &[
    "node.kubernetes.io/instance-type",
    "karpenter.k8s.aws/instance-family",
    "karpenter.k8s.aws/instance-category",
    "karpenter.k8s.aws/instance-generation",
];

fn requirements(draft: &mut Draft<'_>, spec: NodeId, old: &mut Vec<Field>) -> Result<Option<Fresh>, Refusal> {
    let field = draft.entry(spec, "requirements")?;
    old.extend(field);
    let items = draft.mappings(spec, "requirements")?;
    let mut said = Vec::new();
    for item in &items {
        let Some(key) = draft.field(*item, "key")? else { continue };
        let text = draft.document().text(key.value).unwrap_or_default();
        if text == "karpenter.sh/provisioner-name" {
            draft.set_text(key, "karpenter.sh/nodepool");
        }
        said.push(text);
    }
    let labels = draft.mapping_at(spec, &["labels"])?;
    for entry in labels.map_or(&[][..], |labels| draft.document().entries(labels)) {
        said.extend(draft.document().text(entry.key));
    }
    let missing = missing_requirements(&said);
    let mut all: Vec<Fresh> = items.into_iter().map(Fresh::Moved).collect();
    if !missing.is_empty()
        && writes_requirements_out(draft, field.map_or(spec, |field| field.value), &missing)
    {
        all.extend(missing.iter().map(|(key, operator, values)| {
            let values = values.iter().map(|value| string(value)).collect();
            mapping([
                ("key", string(key)),
                ("operator", string(operator)),
                ("values", Fresh::Sequence(values)),
            ])
        }));
    }
    let all = Fresh::Sequence(all);
    Ok(match field {
        Some(field) => Some(instead_of(&[field], all)),
        None => (!missing.is_empty()).then_some(all).filter(|all| *all != Fresh::Sequence(Vec::new())),
    })
}

type Requirement = (&'static str, &'static str, &'static [&'static str]);

fn missing_requirements(said: &[&str]) -> Vec<Requirement> {
    let mut missing: Vec<Requirement> =
        DEFAULT_REQUIREMENTS.iter().filter(|(key, ..)| !said.contains(key)).copied().collect();
    if !INSTANCE_LABELS.iter().any(|label| said.contains(label)) {
        missing.push(("karpenter.k8s.aws/instance-category", "In", &["c", "m", "r"]));
        missing.push(("karpenter.k8s.aws/instance-generation", "Gt", &["2"]));
    }
    missing
}

fn writes_requirements_out(draft: &mut Draft<'_>, node: NodeId, missing: &[Requirement]) -> bool {
    let keys: Vec<&str> = missing.iter().map(|(key, ..)| *key).collect();
    let keys = keys.join(", ");
    let chosen = draft.choose(Asking {
        id: "karpenter-requirements",
        node,
        text: format!("the webhook of v1alpha5 filled in requirements that are not written: {keys}; a NodePool is taken as written"),
        choices: vec![
            keep("write-out", format!("requirements for {keys}"), "the same instances are launched as now"),
            alter("as-written", "nothing", "any architecture, capacity type and instance type that is not ruled out may be launched"),
        ],
        own_text: None,
    });
    chosen == Some("write-out")
}

fn kubelet(
    draft: &mut Draft<'_>,
    spec: NodeId,
    old: &mut Vec<Field>,
    body: &mut Vec<(String, Fresh)>,
) -> Result<(), Refusal> {
    let Some(field) = draft.entry(spec, "kubeletConfiguration")? else { return Ok(()) };
    if draft.is_empty(field.value) || is_v1(draft) {
        if !draft.is_empty(field.value) {
            kubelet_is_moved(draft, field.value);
        }
        draft.remove(field);
        return Ok(());
    }
    old.push(field);
    body.push(("kubelet".to_owned(), instead_of(&[field], without_container_runtime(draft, field)?)));
    Ok(())
}

fn without_container_runtime(draft: &mut Draft<'_>, kubelet: Field) -> Result<Fresh, Refusal> {
    let Some(gone) = draft.entry(kubelet.value, "containerRuntime")? else { return Ok(kubelet.moved()) };
    let document = draft.document();
    let rest = document.entries(kubelet.value).iter().filter(|entry| entry.key != gone.key);
    let rest = rest.map(|entry| match document.text(entry.key) {
        Some(key) if !document.is_merge_key(entry.key) => Ok((key.to_owned(), Fresh::Moved(entry.value))),
        _ => Err(draft.malformed(entry.key, "is no plain key")),
    });
    rest.collect::<Result<_, _>>().map(Fresh::Mapping)
}

fn node_class(
    draft: &mut Draft<'_>,
    spec: NodeId,
    old: &mut Vec<Field>,
    body: &mut Vec<(String, Fresh)>,
) -> Result<(), Refusal> {
    let Some(reference) = draft.field(spec, "providerRef")? else {
        return Err(draft.malformed(spec, "names no 'providerRef', so the node class is unknown"));
    };
    old.push(reference);
    let node = draft.mapping(reference.value)?;
    let Some(name) = draft.field(node, "name")? else {
        return Err(draft.malformed(node, "has no name"));
    };
    let kind = ("kind", string("EC2NodeClass"));
    let class = if is_v1(draft) {
        mapping([("group", string("karpenter.k8s.aws")), kind, ("name", name.carried())])
    } else {
        mapping([("apiVersion", string("karpenter.k8s.aws/v1beta1")), kind, ("name", name.carried())])
    };
    body.push(("nodeClassRef".to_owned(), instead_of(&[reference], class)));
    Ok(())
}

/// The seconds under `key` as a duration.
fn seconds(draft: &mut Draft<'_>, field: Field) -> Result<Fresh, Refusal> {
    match draft.meaning(field.value) {
        Meaning::Int(seconds) => Ok(instead_of(&[field], string(&format!("{seconds}s")))),
        _ => Err(draft.malformed(field.value, "is no number of seconds")),
    }
}

/// When nodes are too old; none only while the question is open.
fn expiry(draft: &mut Draft<'_>, spec: NodeId, old: &mut Vec<Field>) -> Result<Option<Fresh>, Refusal> {
    if let Some(field) = draft.entry(spec, "ttlSecondsUntilExpired")? {
        old.push(field);
        if !draft.is_null(field.value) {
            return seconds(draft, field).map(Some);
        }
    }
    let chosen = draft.choose(Asking {
        id: "karpenter-expiry",
        node: spec,
        text: "no ttlSecondsUntilExpired is written: nodes never expire in v1alpha5, and after 720 hours in a NodePool".to_owned(),
        choices: vec![
            keep("never", "expireAfter: Never", "nodes never expire, as now"),
            alter("month", "nothing", "nodes are replaced when they are 720 hours old"),
        ],
        own_text: None,
    });
    Ok((chosen == Some("never")).then(|| string("Never")))
}

fn disruption(draft: &mut Draft<'_>, spec: NodeId) -> Result<Option<Fresh>, Refusal> {
    let mut fields = consolidation(draft, spec)?;
    if !is_v1(draft) {
        let mut old = Vec::new();
        if let Some(expiry) = expiry(draft, spec, &mut old)? {
            fields.push(("expireAfter".to_owned(), expiry));
        }
        old.into_iter().for_each(|field| draft.remove(field));
    }
    Ok((!fields.is_empty()).then_some(Fresh::Mapping(fields)))
}

fn consolidation(draft: &mut Draft<'_>, spec: NodeId) -> Result<Vec<(String, Fresh)>, Refusal> {
    let mut old = Vec::new();
    let mut is_enabled = false;
    if let Some(field) = draft.entry(spec, "consolidation")? {
        if !draft.is_null(field.value)
            && let Some(enabled) = draft.field(field.value, "enabled")?
        {
            is_enabled = draft.meaning(enabled.value) == Meaning::Bool(true);
        }
        draft.remove(field);
        old.push(field);
    }
    let empty = draft.entry(spec, "ttlSecondsAfterEmpty")?;
    if let Some(field) = empty {
        draft.remove(field);
        if !draft.is_null(field.value) {
            let policy = ("consolidationPolicy", Some(instead_of(&old, string("WhenEmpty"))));
            return Ok(entries([policy, ("consolidateAfter", Some(seconds(draft, field)?))]));
        }
        old.push(field);
    }
    if is_enabled {
        let policy = if is_v1(draft) { "WhenEmptyOrUnderutilized" } else { "WhenUnderutilized" };
        let policy = Some(instead_of(&old, string(policy)));
        let after = is_v1(draft).then(|| string("0s"));
        return Ok(entries([("consolidationPolicy", policy), ("consolidateAfter", after)]));
    }
    Ok(no_consolidation(draft, spec, &old))
}

fn no_consolidation(draft: &mut Draft<'_>, spec: NodeId, old: &[Field]) -> Vec<(String, Fresh)> {
    let chosen = draft.choose(Asking {
        id: "karpenter-consolidation",
        node: spec,
        text: "neither consolidation nor ttlSecondsAfterEmpty is on: nodes stay in v1alpha5, and are consolidated in a NodePool".to_owned(),
        choices: vec![
            keep("never", "consolidationPolicy: WhenEmpty, consolidateAfter: Never", "nodes stay even if they are empty, as now"),
            alter("default", "nothing", "nodes that are empty or little used are removed and their pods moved"),
        ],
        own_text: None,
    });
    match chosen {
        Some("never") => entries([
            ("consolidationPolicy", Some(instead_of(old, string("WhenEmpty")))),
            ("consolidateAfter", Some(string("Never"))),
        ]),
        _ => Vec::new(),
    }
}

/// `limits.resources` loses its middle level.
fn limits(draft: &mut Draft<'_>, spec: NodeId) -> Result<(), Refusal> {
    let Some(limits) = draft.field(spec, "limits")? else { return Ok(()) };
    let node = draft.mapping(limits.value)?;
    match draft.field(node, "resources")? {
        Some(resources) => {
            draft.change(Change::ReplaceValue { node: limits.written, value: resources.moved() })
        }
        None if draft.is_empty(node) => draft.remove(limits),
        None => {}
    }
    Ok(())
}
