//! Deployment, DaemonSet, ReplicaSet and StatefulSet of extensions and the apps betas → apps/v1.
//!
//! The selector must be written out, two fields are gone, and some defaults are others: each of those is a question,
//! since writing it out keeps the behaviour and leaving it out takes up today's.

use manifest::NodeId;
use manifest::edit::{Fresh, Place};

use super::Refusal;
use super::draft::{Asking, Draft, entries, integer, mapping, string};
use crate::question::{alter, keep};

/// What the old APIs wrote for "no limit": the largest value of the field.
const UNLIMITED: i64 = 2_147_483_647;

pub(super) fn to_v1(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    let root = draft.root();
    let Some(spec) = draft.mapping_at(root, &["spec"])? else { return Ok(()) };
    let is_whole = is_whole(draft, spec)?;
    if is_whole {
        selector(draft, spec)?;
    }
    gone(
        draft,
        spec,
        "rollbackTo",
        "a rollback is asked for with 'kubectl rollout undo', no longer in the object",
    )?;
    gone(draft, spec, "templateGeneration", "the server counts generations by itself now")?;
    if !is_whole {
        return Ok(());
    }
    let from = draft.from();
    match (from.group, from.version, from.kind) {
        ("extensions", _, "Deployment") => {
            rolling_pace(draft, spec)?;
            revision_history(draft, spec, UNLIMITED)?;
            progress_deadline(draft, spec)
        }
        ("apps", "v1beta1", "Deployment") => revision_history(draft, spec, 2),
        ("extensions", _, "DaemonSet") | ("apps", "v1beta1", "StatefulSet") => update_strategy(draft, spec),
        _ => Ok(()),
    }
}

/// Whether everything that a workload must have is written. What is not whole is a patch of one, as kustomize takes
/// them: what it leaves out is said elsewhere, so neither a selector nor a default may be written into it.
fn is_whole(draft: &mut Draft<'_>, spec: NodeId) -> Result<bool, Refusal> {
    let Some(pod) = draft.mapping_at(spec, &["template", "spec"])? else { return Ok(false) };
    if draft.field(pod, "containers")?.is_none() {
        return Ok(false);
    }
    for container in draft.mappings(pod, "containers")? {
        if draft.field(container, "image")?.is_none() {
            return Ok(false);
        }
    }
    Ok(true)
}

fn selector(draft: &mut Draft<'_>, spec: NodeId) -> Result<(), Refusal> {
    if draft.field(spec, "selector")?.is_some() {
        return Ok(());
    }
    let labels = match draft.mapping_at(spec, &["template", "metadata"])? {
        Some(metadata) => draft.field(metadata, "labels")?,
        None => None,
    };
    let Some(labels) = labels.filter(|labels| !draft.is_empty(labels.value)) else {
        return Err(
            draft.malformed(spec, "has neither a selector nor labels in its template to make one from")
        );
    };
    let before = draft.entry(spec, "template")?.map_or(Place::Last, |field| Place::Before(field.key));
    draft.note(
        labels.value,
        "the selector that the old API took from these labels is written out; it cannot be changed later",
    );
    draft.add(spec, before, "selector", mapping([("matchLabels", labels.moved())]))
}

fn gone(draft: &mut Draft<'_>, spec: NodeId, key: &str, why: &str) -> Result<(), Refusal> {
    if let Some(field) = draft.drop_field(spec, key)? {
        draft.note(field.key, format!("'{key}' does not exist any more: {why}"));
    }
    Ok(())
}

fn update_strategy(draft: &mut Draft<'_>, spec: NodeId) -> Result<(), Refusal> {
    let strategy = draft.field(spec, "updateStrategy")?;
    if let Some(strategy) = strategy
        && draft.field(strategy.value, "type")?.is_some()
    {
        return Ok(());
    }
    let chosen = draft.choose(Asking {
        id: "workload-update-strategy",
        node: strategy.map_or(spec, |strategy| strategy.value),
        text: "no update strategy is written: the old API waits until each pod is deleted by hand (OnDelete), apps/v1 replaces them by itself (RollingUpdate)".to_owned(),
        choices: vec![
            keep("on-delete", "updateStrategy: {type: OnDelete}", "a change of the template reaches a pod only when somebody deletes it, as now"),
            alter("rolling-update", "nothing", "every change of the template replaces the pods one after the other"),
        ],
        own_text: None,
    });
    if chosen != Some("on-delete") {
        return Ok(());
    }
    match strategy {
        Some(strategy) => {
            let node = draft.mapping(strategy.value)?;
            draft.add(node, Place::Last, "type", string("OnDelete"))
        }
        None => draft.add(spec, Place::Last, "updateStrategy", mapping([("type", string("OnDelete"))])),
    }
}

fn rolling_pace(draft: &mut Draft<'_>, spec: NodeId) -> Result<(), Refusal> {
    let strategy = draft.field(spec, "strategy")?;
    let mut rolling = None;
    if let Some(strategy) = strategy {
        if draft.text_of(strategy.value, "type")? == Some("Recreate") {
            return Ok(());
        }
        rolling = draft.field(strategy.value, "rollingUpdate")?;
    }
    let mut missing = Vec::new();
    for key in ["maxUnavailable", "maxSurge"] {
        let written = match rolling {
            Some(rolling) => draft.field(rolling.value, key)?,
            None => None,
        };
        if written.is_none() {
            missing.push(key);
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    let written = missing.join(" and ");
    let chosen = draft.choose(Asking {
        id: "deployment-rolling-pace",
        node: rolling.or(strategy).map_or(spec, |field| field.value),
        text: format!("{written} not written: 1 in the old API, 25% in apps/v1"),
        choices: vec![
            keep("one-at-a-time", format!("{written}: 1"), "one pod at a time is replaced, as now"),
            alter("quarter", "nothing", "a quarter of the pods is replaced at a time"),
        ],
        own_text: None,
    });
    if chosen != Some("one-at-a-time") {
        return Ok(());
    }
    let pace = || missing.iter().map(|key| ((*key).to_owned(), integer(1))).collect::<Vec<_>>();
    match (strategy, rolling) {
        (_, Some(rolling)) => {
            let node = draft.mapping(rolling.value)?;
            let place = draft.first_place(node);
            for key in &missing {
                draft.add(node, place, key, integer(1))?;
            }
            Ok(())
        }
        (Some(strategy), None) => {
            let node = draft.mapping(strategy.value)?;
            draft.add(node, Place::Last, "rollingUpdate", Fresh::Mapping(pace()))
        }
        (None, None) => {
            let strategy = entries([("rollingUpdate", Some(Fresh::Mapping(pace())))]);
            draft.add(spec, Place::Last, "strategy", Fresh::Mapping(strategy))
        }
    }
}

fn revision_history(draft: &mut Draft<'_>, spec: NodeId, old: i64) -> Result<(), Refusal> {
    if draft.field(spec, "revisionHistoryLimit")?.is_some() {
        return Ok(());
    }
    let kept =
        if old == UNLIMITED { "all old ReplicaSets".to_owned() } else { format!("{old} old ReplicaSets") };
    let chosen = draft.choose(Asking {
        id: "deployment-revision-history",
        node: spec,
        text: format!("no revisionHistoryLimit is written: the old API keeps {kept}, apps/v1 keeps 10"),
        choices: vec![
            keep(
                "old-limit",
                format!("revisionHistoryLimit: {old}"),
                format!("{kept} stay for a rollback, as now"),
            ),
            alter("ten", "nothing", "10 old ReplicaSets stay for a rollback"),
        ],
        own_text: None,
    });
    match chosen {
        Some("old-limit") => draft.add(spec, Place::Last, "revisionHistoryLimit", integer(old)),
        _ => Ok(()),
    }
}

fn progress_deadline(draft: &mut Draft<'_>, spec: NodeId) -> Result<(), Refusal> {
    if draft.field(spec, "progressDeadlineSeconds")?.is_some() {
        return Ok(());
    }
    let chosen = draft.choose(Asking {
        id: "deployment-progress-deadline",
        node: spec,
        text: "no progressDeadlineSeconds is written: the old API waits for a rollout for ever, apps/v1 calls it failed after 600 seconds".to_owned(),
        choices: vec![
            keep("no-deadline", format!("progressDeadlineSeconds: {UNLIMITED}"), "a rollout that does not get on is never called failed, as now"),
            alter("ten-minutes", "nothing", "a rollout that does not get on for 600 seconds is reported as failed"),
        ],
        own_text: None,
    });
    match chosen {
        Some("no-deadline") => draft.add(spec, Place::Last, "progressDeadlineSeconds", integer(UNLIMITED)),
        _ => Ok(()),
    }
}
