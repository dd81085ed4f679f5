//! `reference-owner`: owner in a version that is no longer served.

use super::typed::{Role, dead_references};
use crate::api::words;
use crate::{Check, Confidence, Context, Meta, Severity, Sink, Subject};

/// The check.
#[derive(Debug)]
pub(crate) struct ReferenceOwner;

static META: Meta = Meta {
    id: "reference-owner",
    title: "Owner in a version that is no longer served",
    severity: Severity::Silent,
    confidence: Confidence::High,
    first: None,
    last: None,
    what: "Finds `metadata.ownerReferences` whose `apiVersion` is not served at the target.",
    why: "The garbage collector cannot find an owner of a version that is gone: it may neither delete what the owner leaves behind nor keep what it still has.",
    remedy: "Name the version that is served, or leave owner references to controllers.",
    example: "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: web\n  ownerReferences:\n  - apiVersion: extensions/v1beta1\n    kind: Deployment\n    name: web\n    uid: 7e4b0c8a-0000-0000-0000-000000000000\n",
    fixed: "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: web\n  ownerReferences:\n  - apiVersion: apps/v1\n    kind: Deployment\n    name: web\n    uid: 7e4b0c8a-0000-0000-0000-000000000000\n",
    fix_safety: "Writes the version that is served. Safe where every cluster serves it already, else it asks.",
    rows: &[],
    links: &["https://kubernetes.io/docs/concepts/overview/working-with-objects/owners-dependents/"],
    triggers: &[],
};

impl Check for ReferenceOwner {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn triggers(&self) -> Vec<&'static str> {
        words::unsettled_apis_and_crds()
    }

    fn object(&self, context: &Context<'_>, subject: &Subject<'_>, sink: &mut Sink) {
        for reference in dead_references(context, subject, Role::Owner) {
            sink.report(reference.finding(subject, &META));
        }
    }
}
