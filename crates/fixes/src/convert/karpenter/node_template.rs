//! AWSNodeTemplate v1alpha1 → EC2NodeClass v1beta1 and v1: selectors become lists of terms.

use manifest::NodeId;
use manifest::edit::{Fresh, Place};

use super::node_class;
use crate::convert::Refusal;
use crate::convert::draft::{Asking, Draft, Field, mapping, string};
use crate::question::keep;

/// Terms that a name × owner product may give: the limit of the API.
const TERMS_MAX: usize = 30;

pub(in crate::convert) fn to_node_class(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    let root = draft.root();
    let Some(spec) = draft.mapping_at(root, &["spec"])? else { return Ok(()) };
    for key in ["launchTemplate", "launchTemplateName"] {
        if let Some(field) = draft.field(spec, key)? {
            return Err(draft
                .malformed(field.key, "has no successor: the node class describes the instance itself now"));
        }
    }
    for (old, new) in
        [("subnetSelector", "subnetSelectorTerms"), ("securityGroupSelector", "securityGroupSelectorTerms")]
    {
        if let Some(selector) = draft.field(spec, old)? {
            let terms = terms(draft, selector.value)?;
            draft.gather(&[selector], new, Fresh::Sequence(terms))?;
        }
    }
    images(draft, spec)?;
    role(draft, spec)?;
    if draft.target().version == "v1" { node_class::hop_limit(draft, spec) } else { Ok(()) }
}

/// One term of all tags, or one for each id.
fn terms(draft: &mut Draft<'_>, selector: NodeId) -> Result<Vec<Fresh>, Refusal> {
    let selector = draft.mapping(selector)?;
    let document = draft.document();
    let mut tags = Vec::new();
    let mut found = Vec::new();
    for entry in document.entries(selector) {
        let key = document.text(entry.key).unwrap_or_default();
        let value = draft.follow(entry.value);
        if matches!(key, "aws-ids" | "aws::ids") {
            let ids = document.text(value).unwrap_or_default().split(',');
            found.extend(
                ids.map(str::trim).filter(|id| !id.is_empty()).map(|id| mapping([("id", string(id))])),
            );
        } else if document.is_merge_key(entry.key) {
            return Err(draft.malformed(entry.key, "brings tags from elsewhere"));
        } else {
            tags.push((key.to_owned(), Fresh::Moved(entry.value)));
        }
    }
    match (found.is_empty(), tags.is_empty()) {
        (false, false) => {
            Err(draft.malformed(selector, "asks for ids and tags at once, which no list of terms can say"))
        }
        (false, true) => Ok(found),
        _ => Ok(vec![mapping([("tags", Fresh::Mapping(tags))])]),
    }
}

fn images(draft: &mut Draft<'_>, spec: NodeId) -> Result<(), Refusal> {
    let family = draft.field(spec, "amiFamily")?;
    let text = family.map_or(Some("AL2"), |family| draft.document().text(family.value)).unwrap_or_default();
    if let Some(selector) = draft.field(spec, "amiSelector")? {
        let terms = image_terms(draft, selector)?;
        draft.gather(&[selector], "amiSelectorTerms", Fresh::Sequence(terms))?;
        if family.is_none() {
            draft.add(spec, Place::Last, "amiFamily", string("AL2"))?;
        }
        return Ok(());
    }
    if draft.target().version != "v1" {
        return match family {
            Some(_) => Ok(()),
            None => draft.add(spec, Place::Last, "amiFamily", string("AL2")),
        };
    }
    let Some(alias) = node_class::alias_of(text) else {
        let reason =
            format!("there is no alias for the family '{text}': name its images in 'amiSelectorTerms'");
        return Err(Refusal::Manual { reason });
    };
    let terms = Fresh::Sequence(vec![mapping([("alias", string(alias))])]);
    match family {
        Some(family) => draft.gather(&[family], "amiSelectorTerms", terms),
        None => draft.add(spec, Place::Last, "amiSelectorTerms", terms),
    }
}

fn image_terms(draft: &mut Draft<'_>, selector: Field) -> Result<Vec<Fresh>, Refusal> {
    let node = draft.mapping(selector.value)?;
    let split = |text: Option<&str>| -> Vec<String> {
        let parts = text.unwrap_or_default().split(',').map(str::trim);
        parts.filter(|part| !part.is_empty()).map(str::to_owned).collect()
    };
    let names = split(draft.text_of(node, "aws::name")?);
    let owners = split(draft.text_of(node, "aws::owners")?);
    if names.is_empty() && owners.is_empty() {
        return terms(draft, node);
    }
    if draft.document().entries(node).len() > usize::from(!names.is_empty()) + usize::from(!owners.is_empty())
    {
        return Err(draft.malformed(node, "asks for names or owners and for something else at once"));
    }
    let mut found = Vec::new();
    for name in if names.is_empty() { vec![None] } else { names.iter().map(Some).collect() } {
        for owner in if owners.is_empty() { vec![None] } else { owners.iter().map(Some).collect() } {
            let fields = [("name", name), ("owner", owner)];
            let fields = fields.into_iter().filter_map(|(key, value)| Some((key.to_owned(), string(value?))));
            found.push(Fresh::Mapping(fields.collect()));
        }
    }
    if found.len() > TERMS_MAX {
        return Err(draft.malformed(node, "gives more terms than the API takes"));
    }
    Ok(found)
}

fn role(draft: &mut Draft<'_>, spec: NodeId) -> Result<(), Refusal> {
    let profile = draft.field(spec, "instanceProfile")?;
    let mut choices = Vec::new();
    if profile.is_some() {
        choices.push(keep(
            "instance-profile",
            "instanceProfile stays",
            "nodes get the role of the profile that you manage, as now; Karpenter 0.32 itself wants a role",
        ));
    }
    let answer = draft.choose_text(Asking {
        id: "karpenter-node-role",
        node: profile.map_or(spec, |profile| profile.value),
        text: "a node class names the role of its nodes, of which Karpenter makes the instance profile"
            .to_owned(),
        choices,
        own_text: Some("the name of the nodes' IAM role"),
    });
    match (answer.as_deref(), profile) {
        (None | Some("instance-profile"), _) => Ok(()),
        (Some(name), Some(profile)) => {
            draft.rename(profile, "role");
            draft.set_text(profile, name);
            Ok(())
        }
        (Some(name), None) => draft.add(spec, Place::Last, "role", string(name)),
    }
}
