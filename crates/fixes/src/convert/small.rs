//! Conversions of one or two fields that need no file of their own.

use manifest::edit::{Change, Fresh, Place};

use super::Refusal;
use super::draft::{Asking, Draft, boolean};
use crate::question::{alter, keep};

/// `StorageVersionMigration` v1alpha1 → v1beta1 and v1: a resource has a group and a name, no version.
pub(super) fn storage_version_migration(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    let root = draft.root();
    let Some(spec) = draft.mapping_at(root, &["spec"])? else { return Ok(()) };
    if let Some(token) = draft.drop_field(spec, "continueToken")? {
        draft.note(token.key, "'continueToken' is gone: the controller keeps its place by itself");
    }
    if let Some(resource) = draft.mapping_at(spec, &["resource"])? {
        draft.drop_field(resource, "version")?;
    }
    Ok(())
}

/// `LeaseCandidate` v1alpha1 → v1beta1: one strategy in place of a list.
pub(super) fn lease_candidate(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    let root = draft.root();
    let Some(spec) = draft.mapping_at(root, &["spec"])? else { return Ok(()) };
    let Some(strategies) = draft.entry(spec, "preferredStrategies")? else { return Ok(()) };
    let items = draft.items(spec, "preferredStrategies")?;
    match items.as_slice() {
        [] => draft.remove(strategies),
        [first, rest @ ..] => {
            if !rest.is_empty() {
                draft.note(
                    strategies.value,
                    "only the first of the preferred strategies stays: there is one in the new API",
                );
            }
            let keys = vec![strategies.key];
            draft.change(Change::ReplaceEntries {
                keys,
                key: "strategy".to_owned(),
                value: Fresh::Moved(*first),
            });
        }
    }
    Ok(())
}

/// `PodCertificateRequest` v1beta1 → v1: the key and its proof stand in the stub request only.
pub(super) fn pod_certificate_request(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    let root = draft.root();
    let Some(spec) = draft.mapping_at(root, &["spec"])? else { return Ok(()) };
    if draft.field(spec, "stubPKCS10Request")?.is_none() {
        let reason = "v1 wants 'stubPKCS10Request', which only the holder of the key can make";
        return Err(Refusal::Manual { reason: reason.to_owned() });
    }
    draft.drop_field(spec, "pkixPublicKey")?;
    draft.drop_field(spec, "proofOfPossession")?;
    Ok(())
}

/// `PodSecurityPolicy` extensions/v1beta1 → policy/v1beta1: from one dead API to another.
pub(super) fn pod_security_policy(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    let root = draft.root();
    draft.note(root, "PodSecurityPolicy has no successor: policy/v1beta1 is gone since 1.25, so plan for Pod Security admission");
    Ok(())
}

/// KEDA's old group: two fields of the scale target have other names.
pub(super) fn scaled_object(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    let root = draft.root();
    let Some(spec) = draft.mapping_at(root, &["spec"])? else { return Ok(()) };
    if draft.text_of(spec, "scaleType")? == Some("job") || draft.field(spec, "jobTargetRef")?.is_some() {
        let reason =
            "a ScaledObject that starts jobs is a ScaledJob in keda.sh, with a job template of its own";
        return Err(Refusal::Manual { reason: reason.to_owned() });
    }
    if let Some(scale_type) = draft.entry(spec, "scaleType")? {
        draft.remove(scale_type);
    }
    let Some(target) = draft.mapping_at(spec, &["scaleTargetRef"])? else { return Ok(()) };
    for (old, new) in [("deploymentName", "name"), ("containerName", "envSourceContainerName")] {
        if let Some(field) = draft.entry(target, old)? {
            draft.rename(field, new);
        }
    }
    Ok(())
}

/// `Scale` of the old groups → autoscaling/v1: its selector is a text in the status only, which no file holds.
pub(super) fn scale(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    let root = draft.root();
    if let Some(status) = draft.entry(root, "status")? {
        draft.note(
            status.key,
            "the status was left as it is: it belongs to the server and has no place in a file",
        );
    }
    Ok(())
}

/// Gatekeeper's `ConstraintTemplate` v1beta1 → v1: the schema has to be structural unless it says otherwise.
pub(super) fn constraint_template(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    let root = draft.root();
    let Some(validation) = draft.mapping_at(root, &["spec", "crd", "spec", "validation"])? else {
        return Ok(());
    };
    if draft.field(validation, "legacySchema")?.is_some() {
        return Ok(());
    }
    let chosen = draft.choose(Asking {
        id: "constraint-template-legacy-schema",
        node: validation,
        text: "no legacySchema is written: v1beta1 mends a schema that is not structural, v1 refuses it"
            .to_owned(),
        choices: vec![
            keep("legacy", "legacySchema: true", "the schema is mended, as now"),
            alter("structural", "nothing", "the schema has to be structural; unknown parameters are dropped"),
        ],
        own_text: None,
    });
    match chosen {
        Some("legacy") => draft.add(validation, Place::Last, "legacySchema", boolean(true)),
        _ => Ok(()),
    }
}
