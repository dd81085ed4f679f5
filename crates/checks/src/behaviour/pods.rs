//! Where pods are described: the one place that knows which kinds hold a pod template and where.

use manifest::{Document, NodeId};

use super::walk::items_at;
use crate::Subject;

/// A pod's description: a template's, or a pod's own.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PodTemplate {
    /// Its `metadata`, if written.
    pub(crate) metadata: Option<NodeId>,
    /// Its `spec`, if written.
    pub(crate) spec: Option<NodeId>,
}

/// What a container is to its pod.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// Runs with the others.
    Main,
    /// Runs before the others, or beside them from the beginning.
    Init,
    /// Was put into a running pod.
    Ephemeral,
}

const CONTAINER_LISTS: [(&str, Role); 3] =
    [("containers", Role::Main), ("initContainers", Role::Init), ("ephemeralContainers", Role::Ephemeral)];

/// The pod that the subject describes; none for kinds of which it is not certain that they hold one.
pub(crate) fn pod_template(subject: &Subject<'_>) -> Option<PodTemplate> {
    let object = subject.object?;
    let template: &[&str] = match (object.gvk.group, object.gvk.kind) {
        ("", "Pod") => &[],
        ("", "PodTemplate") => &["template"],
        ("", "ReplicationController")
        | ("apps" | "extensions", "Deployment" | "DaemonSet" | "ReplicaSet")
        | ("apps", "StatefulSet")
        | ("batch" | "extensions", "Job")
        | ("argoproj.io", "Rollout")
        | ("serving.knative.dev", "Service" | "Configuration") => &["spec", "template"],
        ("serving.knative.dev", "Revision") => &[],
        ("batch", "CronJob" | "ScheduledJob") => &["spec", "jobTemplate", "spec", "template"],
        _ => return None,
    };
    let node = subject.document.at(subject.node, template)?;
    Some(PodTemplate {
        metadata: subject.document.get(node, "metadata"),
        spec: subject.document.get(node, "spec"),
    })
}

/// The containers of a pod, in the order main, init, ephemeral.
pub(crate) fn containers(document: &Document<'_>, template: PodTemplate) -> Vec<(NodeId, Role)> {
    let Some(spec) = template.spec else { return Vec::new() };
    let list = |(key, role): &(&str, Role)| {
        items_at(document, spec, &[key]).into_iter().map(|node| (node, *role)).collect::<Vec<_>>()
    };
    CONTAINER_LISTS.iter().flat_map(list).collect()
}

/// The volumes of a pod.
pub(crate) fn volumes(document: &Document<'_>, template: PodTemplate) -> Vec<NodeId> {
    template.spec.map(|spec| items_at(document, spec, &["volumes"])).unwrap_or_default()
}
