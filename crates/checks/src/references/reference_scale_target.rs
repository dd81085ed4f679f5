//! `reference-scale-target`: scale target in a version that is no longer served.

use super::typed::{Role, dead_references};
use crate::api::words;
use crate::{Check, Confidence, Context, Meta, Severity, Sink, Subject};

/// The check.
#[derive(Debug)]
pub(crate) struct ReferenceScaleTarget;

static META: Meta = Meta {
    id: "reference-scale-target",
    title: "Scale target in a version that is no longer served",
    severity: Severity::Breaks,
    confidence: Confidence::High,
    first: None,
    last: None,
    what: "Finds `scaleTargetRef`, `targetRef` and the like, of autoscalers (HPA, KEDA, VPA) and roll-outs (Flagger, Argo), whose `apiVersion` is not served at the target.",
    why: "The controller looks the target up by the version that is written. When that is gone the lookup fails and the workload stays at the size it has: nothing is refused and no event says so on the workload.",
    remedy: "Name the version that is served.",
    example: "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata:\n  name: web\nspec:\n  scaleTargetRef:\n    apiVersion: extensions/v1beta1\n    kind: Deployment\n    name: web\n",
    fixed: "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata:\n  name: web\nspec:\n  scaleTargetRef:\n    apiVersion: apps/v1\n    kind: Deployment\n    name: web\n",
    fix_safety: "Writes the version that is served. Safe where every cluster serves it already, else it asks.",
    rows: &[],
    links: &["https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/"],
    triggers: &[],
};

impl Check for ReferenceScaleTarget {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn triggers(&self) -> Vec<&'static str> {
        words::unsettled_apis_and_crds()
    }

    fn object(&self, context: &Context<'_>, subject: &Subject<'_>, sink: &mut Sink) {
        for reference in dead_references(context, subject, Role::ScaleTarget) {
            sink.report(reference.finding(subject, &META));
        }
    }
}
