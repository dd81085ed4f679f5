//! PodDisruptionBudget policy/v1beta1 → v1: the header, and the empty selector that turns from nothing into everything.

use manifest::NodeId;
use manifest::edit::{Change, Fresh};

use super::Refusal;
use super::draft::{Asking, Draft, mapping, string};
use crate::question::{alter, keep};

/// The label that no pod has, by which the API server itself writes the old meaning of an empty selector.
const MATCH_NONE_LABEL: &str = "pdb.kubernetes.io/deprecated-v1beta1-empty-selector-match";

pub(super) fn to_v1(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    let root = draft.root();
    let Some(spec) = draft.mapping_at(root, &["spec"])? else { return Ok(()) };
    let Some(selector) = draft.field(spec, "selector")? else {
        draft.note(spec, "a budget without a selector matches no pod in both versions: it protects nothing");
        return Ok(());
    };
    let node = draft.mapping(selector.value)?;
    if !selects_everything(draft, node)? {
        return Ok(());
    }
    let chosen = draft.choose(Asking {
        id: "pdb-empty-selector",
        node,
        text: "an empty selector matches no pod in policy/v1beta1 and every pod of the namespace in policy/v1".to_owned(),
        choices: vec![
            keep("match-none", format!("a selector for the label '{MATCH_NONE_LABEL}', which no pod has"), "the budget goes on protecting nothing, as now"),
            alter("match-all", "the selector stays '{}'", "from policy/v1 on the budget protects every pod of the namespace and can hold up draining nodes"),
        ],
        own_text: None,
    });
    if chosen == Some("match-none") {
        let expression = mapping([("key", string(MATCH_NONE_LABEL)), ("operator", string("Exists"))]);
        let value = mapping([("matchExpressions", Fresh::Sequence(vec![expression]))]);
        draft.change(Change::ReplaceValue { node: selector.written, value });
    }
    Ok(())
}

fn selects_everything(draft: &mut Draft<'_>, selector: NodeId) -> Result<bool, Refusal> {
    for key in ["matchLabels", "matchExpressions"] {
        if let Some(field) = draft.field(selector, key)?
            && !draft.is_empty(field.value)
        {
            return Ok(false);
        }
    }
    Ok(true)
}
