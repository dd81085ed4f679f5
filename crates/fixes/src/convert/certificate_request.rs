//! CertificateSigningRequest v1beta1 → v1: signer and usages must be said.

use manifest::NodeId;
use manifest::edit::{Fresh, Place};

use super::Refusal;
use super::draft::{Asking, Draft, string};
use crate::question::alter;

pub(super) fn to_v1(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    let root = draft.root();
    let Some(spec) = draft.mapping_at(root, &["spec"])? else { return Ok(()) };
    signer(draft, spec)?;
    if draft.field(spec, "usages")?.is_none() {
        // What v1beta1 takes where nothing is written.
        let usages = vec![string("digital signature"), string("key encipherment")];
        draft.add(spec, Place::Last, "usages", Fresh::Sequence(usages))?;
    }
    Ok(())
}

fn signer(draft: &mut Draft<'_>, spec: NodeId) -> Result<(), Refusal> {
    let written = draft.field(spec, "signerName")?;
    let text = written.and_then(|field| draft.document().text(field.value));
    if text.is_some_and(|name| name != "kubernetes.io/legacy-unknown") {
        return Ok(());
    }
    let signers = [
        ("kubernetes.io/kube-apiserver-client", "the certificate proves a client to the API server"),
        ("kubernetes.io/kube-apiserver-client-kubelet", "the certificate proves a kubelet to the API server"),
        ("kubernetes.io/kubelet-serving", "the certificate proves a kubelet to those who call it"),
    ];
    let chosen = draft.choose_text(Asking {
        id: "certificate-signer",
        node: written.map_or(spec, |field| field.value),
        text: "v1 wants a signer and refuses 'kubernetes.io/legacy-unknown', which v1beta1 took where it could not tell".to_owned(),
        choices: signers.map(|(name, effect)| alter(name, format!("signerName: {name}"), effect)).into(),
        own_text: Some("the name of another signer"),
    });
    let Some(name) = chosen else { return Ok(()) };
    match written {
        Some(field) => draft.set_text(field, &name),
        None => draft.add(spec, Place::Last, "signerName", string(&name))?,
    }
    Ok(())
}
