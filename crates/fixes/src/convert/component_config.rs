//! Configuration files of Kubernetes' own programs: a new header where nothing else changed, else a person.
//!
//! The programs migrate their files themselves (`kubeadm config migrate`); here only files that use nothing of what
//! changed are moved on.

use manifest::NodeId;

use super::Refusal;
use super::draft::Draft;

fn manual(reason: String) -> Refusal {
    Refusal::Manual { reason }
}

/// Scheduler plugins that are gone by v1.
const PLUGINS_GONE: &[&str] = &[
    "SelectorSpread",
    "NodeLabel",
    "ServiceAffinity",
    "NodePreferAvoidPods",
    "NodeResourcesLeastAllocated",
    "NodeResourcesMostAllocated",
    "RequestedToCapacityRatio",
];

pub(super) fn scheduler(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    let root = draft.root();
    for key in
        ["healthzBindAddress", "metricsBindAddress", "algorithmSource", "policy", "schedulerName", "plugins"]
    {
        if draft.field(root, key)?.is_some() {
            return Err(manual(format!(
                "'{key}' does not exist at this place in kubescheduler.config.k8s.io/v1"
            )));
        }
    }
    let document = draft.document();
    for node in nodes_below(draft, root) {
        let text = document.text(node).unwrap_or_default();
        if PLUGINS_GONE.contains(&text) {
            return Err(manual(format!(
                "the plugin '{text}' does not exist in kubescheduler.config.k8s.io/v1"
            )));
        }
    }
    Ok(())
}

fn nodes_below(draft: &Draft<'_>, root: NodeId) -> Vec<NodeId> {
    let document = draft.document();
    let span = document.span(root);
    document.node_ids().filter(|node| span.contains(document.span(*node))).collect()
}

/// Keys whose shape or meaning changed somewhere between v1beta1 and v1beta4.
const KUBEADM_CHANGED: &[&str] = &[
    "extraArgs",
    "kubeletExtraArgs",
    "timeoutForControlPlane",
    "timeout",
    "useHyperKubeImage",
    "type",
    "dns",
    "discovery",
    "ignorePreflightErrors",
];

pub(super) fn kubeadm(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    let root = draft.root();
    let document = draft.document();
    for node in nodes_below(draft, root) {
        let key = document.text(node).unwrap_or_default();
        let is_key = document.node(node).parent.is_some_and(|parent| {
            document.entries(parent).binary_search_by_key(&node, |entry| entry.key).is_ok()
        });
        if is_key && KUBEADM_CHANGED.contains(&key) {
            return Err(manual(format!("'{key}' changed; run 'kubeadm config migrate' on the file")));
        }
    }
    Ok(())
}

/// The kubelet's credential provider configuration: the plugins have a version of their own.
pub(super) fn credential_provider(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    let root = draft.root();
    for provider in draft.mappings(root, "providers")? {
        if let Some(version) = draft.field(provider, "apiVersion")?
            && draft.document().text(version.value) != Some("credentialprovider.kubelet.k8s.io/v1")
        {
            draft.note(
                version.value,
                "the version that the plugin speaks is left as it is: change it together with the plugin",
            );
        }
    }
    Ok(())
}

/// The scheduler's old `Policy` file has no successor of its shape.
pub(super) fn scheduler_policy(_: &mut Draft<'_>) -> Result<(), Refusal> {
    Err(manual(
        "write the predicates and priorities as plugins of a KubeSchedulerConfiguration profile".to_owned(),
    ))
}
