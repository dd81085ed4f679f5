//! Karpenter's kinds: v1alpha5 and v1alpha1 → v1beta1 and v1, v1beta1 → v1.

pub(super) mod node_class;
pub(super) mod node_pool;
pub(super) mod node_template;
pub(super) mod provisioner;

use super::Refusal;
use super::draft::{Asking, Draft};
use crate::question::alter;
use manifest::NodeId;

/// Objects that Karpenter makes for itself.
pub(super) fn made_by_controller(_: &mut Draft<'_>) -> Result<(), Refusal> {
    let reason = "the controller makes these objects: take them out of the repository";
    Err(Refusal::Manual { reason: reason.to_owned() })
}

/// Asks whether the kubelet's settings are in the node class by now; gives whether they may go from here.
fn kubelet_is_moved(draft: &mut Draft<'_>, kubelet: NodeId) -> bool {
    let chosen = draft.choose(Asking {
        id: "karpenter-kubelet",
        node: kubelet,
        text: "in v1 the kubelet's settings stand in the EC2NodeClass, which is another object and may serve several pools".to_owned(),
        choices: vec![alter(
            "moved",
            "nothing: the settings are taken out here",
            "you have written the same settings under 'spec.kubelet' of the EC2NodeClass; pools that need different ones need a class each",
        )],
        own_text: None,
    });
    chosen == Some("moved")
}
