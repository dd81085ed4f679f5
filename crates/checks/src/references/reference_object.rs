//! `reference-object`: reference to a version that is no longer served.

use super::typed::{Role, dead_references};
use crate::api::words;
use crate::{Check, Confidence, Context, Meta, Severity, Sink, Subject};

/// The check.
#[derive(Debug)]
pub(crate) struct ReferenceObject;

static META: Meta = Meta {
    id: "reference-object",
    title: "Reference to a version that is no longer served",
    severity: Severity::Breaks,
    confidence: Confidence::Medium,
    first: None,
    last: None,
    what: "Finds references and objects within an object (Flux `sourceRef`, `chartRef` and `healthChecks`, Kyverno targets, manifests in a Template) whose `apiVersion` is not served at the target.",
    why: "Whoever follows the reference asks the API server for a version that is gone: a health check never passes, a source is not found, a policy changes nothing.",
    remedy: "Name the version that is served.",
    example: "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata:\n  name: apps\nspec:\n  healthChecks:\n  - apiVersion: batch/v1beta1\n    kind: CronJob\n    name: report\n    namespace: shop\n",
    fixed: "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata:\n  name: apps\nspec:\n  healthChecks:\n  - apiVersion: batch/v1\n    kind: CronJob\n    name: report\n    namespace: shop\n",
    fix_safety: "Writes the version that is served. Safe where every cluster serves it already, else it asks.",
    rows: &[],
    links: &["https://fluxcd.io/flux/components/kustomize/kustomizations/#health-checks"],
    triggers: &[],
};

impl Check for ReferenceObject {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn triggers(&self) -> Vec<&'static str> {
        words::unsettled_apis_and_crds()
    }

    fn object(&self, context: &Context<'_>, subject: &Subject<'_>, sink: &mut Sink) {
        for reference in dead_references(context, subject, Role::Other) {
            sink.report(reference.finding(subject, &META));
        }
    }
}
