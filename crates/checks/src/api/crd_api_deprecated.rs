//! `crd-api-deprecated`: a custom resource in a version that its add-on still serves and warns about.

use super::crd::{self, CrdStanding, crd_standing};
use super::words;
use crate::{Check, Confidence, Context, Meta, Severity, Sink, Subject};

/// The check.
#[derive(Debug)]
pub(crate) struct CrdApiDeprecated;

static META: Meta = Meta {
    id: "crd-api-deprecated",
    title: "Deprecated custom resource version",
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    first: None,
    last: None,
    what: "Finds custom resources in versions that their add-on deprecates and that its newest examined version still \
           serves.",
    why: "Nothing breaks yet. A later version of the add-on drops the version, and add-ons are upgraded with the \
          cluster.",
    remedy: "Move to the replacement while the add-on serves both.",
    example: "apiVersion: kyverno.io/v2beta1\nkind: CleanupPolicy\nmetadata:\n  name: old-pods\n",
    fixed: "apiVersion: kyverno.io/v2\nkind: CleanupPolicy\nmetadata:\n  name: old-pods\n",
    fix_safety: "Asks whether every cluster runs a version of the add-on that serves the replacement.",
    rows: &[],
    links: &[
        "https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definition-versioning/",
    ],
    triggers: &[],
};

impl Check for CrdApiDeprecated {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn triggers(&self) -> Vec<&'static str> {
        words::unsettled_crds().to_vec()
    }

    fn object(&self, _context: &Context<'_>, subject: &Subject<'_>, sink: &mut Sink) {
        let Some(object) = subject.object else { return };
        let Some(CrdStanding::Deprecated { since, replacement }) = crd_standing(object.gvk) else { return };
        if let Some(finding) = crd::finding(subject, &META, &since, replacement) {
            sink.report(finding);
        }
    }
}
