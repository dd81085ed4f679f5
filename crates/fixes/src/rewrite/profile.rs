//! Seccomp and AppArmor annotations → profiles in the security contexts of the pod and its containers.

use manifest::NodeId;
use manifest::edit::{Fresh, Place};

use super::annotation::{Annotations, Pod, pod_of};
use crate::convert::Refusal;
use crate::convert::draft::{Draft, Field, entries, instead_of, mapping, string};

const SECCOMP_POD: &str = "seccomp.security.alpha.kubernetes.io/pod";
const SECCOMP_CONTAINER: &str = "container.seccomp.security.alpha.kubernetes.io/";
const APPARMOR_CONTAINER: &str = "container.apparmor.security.beta.kubernetes.io/";

pub(super) fn seccomp(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    let Some(pod) = pod_of(draft)? else { return Ok(()) };
    let mut annotations = Annotations::of(draft, pod.metadata)?;
    for (name, value) in annotations.with_prefix(draft, SECCOMP_POD) {
        if name == SECCOMP_POD {
            let taken = annotations.take(draft, name)?;
            profile(draft, pod.spec, "seccompProfile", (value, taken))?;
        }
    }
    containers(draft, &pod, &mut annotations, (SECCOMP_CONTAINER, "seccompProfile"))?;
    annotations.remove(draft);
    Ok(())
}

pub(super) fn apparmor(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    let Some(pod) = pod_of(draft)? else { return Ok(()) };
    let mut annotations = Annotations::of(draft, pod.metadata)?;
    containers(draft, &pod, &mut annotations, (APPARMOR_CONTAINER, "appArmorProfile"))?;
    annotations.remove(draft);
    Ok(())
}

fn containers(
    draft: &mut Draft<'_>,
    pod: &Pod,
    annotations: &mut Annotations,
    (prefix, key): (&str, &str),
) -> Result<(), Refusal> {
    for (name, value) in annotations.with_prefix(draft, prefix) {
        let container = name.strip_prefix(prefix).unwrap_or_default();
        let taken = annotations.take(draft, name)?;
        match container_named(draft, pod.spec, container)? {
            Some(container) => profile(draft, container, key, (value, taken))?,
            None => draft.note(
                pod.metadata,
                format!("no container is called '{container}': its annotation said nothing"),
            ),
        }
    }
    Ok(())
}

fn container_named(draft: &mut Draft<'_>, spec: NodeId, name: &str) -> Result<Option<NodeId>, Refusal> {
    for list in ["containers", "initContainers", "ephemeralContainers"] {
        for container in draft.mappings(spec, list)? {
            if draft.text_of(container, "name")? == Some(name) {
                return Ok(Some(container));
            }
        }
    }
    Ok(None)
}

/// The profile that an annotation's value stands for.
fn fields_of(value: &str) -> Option<Vec<(String, Fresh)>> {
    let localhost = value.strip_prefix("localhost/");
    let kind = match value {
        "runtime/default" | "docker/default" => "RuntimeDefault",
        "unconfined" => "Unconfined",
        _ if localhost.is_some_and(|file| !file.is_empty()) => "Localhost",
        _ => return None,
    };
    Some(entries([("type", Some(string(kind))), ("localhostProfile", localhost.map(string))]))
}

fn profile(
    draft: &mut Draft<'_>,
    holder: NodeId,
    key: &str,
    (value, taken): (&str, Option<Field>),
) -> Result<(), Refusal> {
    let Some(fields) = fields_of(value) else {
        return Err(draft.malformed(holder, &format!("has an annotation with the unknown profile '{value}'")));
    };
    let fields = instead_of(taken.as_slice(), Fresh::Mapping(fields));
    let Some(context) = draft.field(holder, "securityContext")? else {
        let context = mapping([(key, fields)]);
        return draft.add(holder, Place::Last, "securityContext", context);
    };
    let context = draft.mapping(context.value)?;
    match draft.field(context, key)? {
        // A field that is there counts already, and the annotation was passed over.
        Some(_) => Ok(()),
        None => draft.add(context, Place::Last, key, fields),
    }
}
