//! `crd-api-removed`: a custom resource in a version that current versions of its add-on do not serve.

use super::crd::{self, CrdStanding, crd_standing};
use super::words;
use crate::{Check, Confidence, Context, Meta, Severity, Sink, Subject};

/// The check.
#[derive(Debug)]
pub(crate) struct CrdApiRemoved;

static META: Meta = Meta {
    id: "crd-api-removed",
    title: "Custom resource version that its add-on no longer serves",
    severity: Severity::Breaks,
    confidence: Confidence::Medium,
    first: None,
    last: None,
    what: "Finds custom resources (Flux, Karpenter, cert-manager, external-secrets, Traefik, Gateway API, Istio, \
           Kyverno and others) in versions that newer versions of the add-on have dropped or do not serve. Names the \
           version of the add-on from which that is so, since a file does not say which one is installed.",
    why: "A cluster upgrade brings add-on upgrades with it: few add-ons support a range of many Kubernetes minors. \
          Once the add-on is upgraded its CRD no longer has the version, applying the file fails, and objects that \
          are stored in it only may be lost.",
    remedy: "Upgrade the add-on to a version that serves both, convert the files and the stored objects, then go on.",
    example: "apiVersion: source.toolkit.fluxcd.io/v1beta1\nkind: GitRepository\nmetadata:\n  name: fleet\n",
    fixed: "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata:\n  name: fleet\n",
    fix_safety: "Asks whether every cluster runs a version of the add-on that serves the replacement.",
    rows: &[],
    links: &[
        "https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definition-versioning/",
    ],
    triggers: &[],
};

impl Check for CrdApiRemoved {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn triggers(&self) -> Vec<&'static str> {
        words::unsettled_crds().to_vec()
    }

    fn object(&self, _context: &Context<'_>, subject: &Subject<'_>, sink: &mut Sink) {
        let Some(object) = subject.object else { return };
        let Some(CrdStanding::Gone { since, replacement }) = crd_standing(object.gvk) else { return };
        if let Some(finding) = crd::finding(subject, &META, &since, replacement) {
            sink.report(finding);
        }
    }
}
