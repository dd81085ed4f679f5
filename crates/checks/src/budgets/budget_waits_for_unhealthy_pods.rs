//! `budget-waits-for-unhealthy-pods`: a budget that keeps pods in a crash loop where they are.

use version::Minor;

use super::{TRIGGERS, field, is_budget};
use crate::{Check, Confidence, Context, Meta, Severity, Sink, Subject};

/// The check.
#[derive(Debug)]
pub(crate) struct BudgetWaitsForUnhealthyPods;

/// The first minor at which the field is on by default.
const POLICY_SINCE: Minor = Minor::new(27);

static META: Meta = Meta {
    id: "budget-waits-for-unhealthy-pods",
    title: "Disruption budget that protects pods that do not run",
    severity: Severity::Info,
    confidence: Confidence::Medium,
    first: Some(POLICY_SINCE),
    last: None,
    what: "Finds PodDisruptionBudgets whose `unhealthyPodEvictionPolicy` is not `AlwaysAllow`.",
    why: "By default pods that are not ready count as disrupted already. A workload in a crash loop uses up its own \
          budget, and the drain waits for pods that will never be healthy.",
    remedy: "Set `unhealthyPodEvictionPolicy: AlwaysAllow` (on since 1.27) unless unready pods hold data to keep.",
    example: "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata:\n  name: web\nspec:\n  maxUnavailable: 1\n  selector:\n    matchLabels:\n      app: web\n",
    fixed: "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata:\n  name: web\nspec:\n  maxUnavailable: 1\n  unhealthyPodEvictionPolicy: AlwaysAllow\n  selector:\n    matchLabels:\n      app: web\n",
    fix_safety: "",
    rows: &[],
    links: &["https://kubernetes.io/docs/tasks/run-application/configure-pdb/#unhealthy-pod-eviction-policy"],
    triggers: TRIGGERS,
};

impl Check for BudgetWaitsForUnhealthyPods {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn object(&self, context: &Context<'_>, subject: &Subject<'_>, sink: &mut Sink) {
        let is_v1 = subject.object.is_some_and(|object| object.gvk.version == "v1");
        if !is_budget(subject) || !is_v1 || subject.document.is_masked() || !context.reaches(POLICY_SINCE) {
            return;
        }
        // Without a selector it is a patch, or protects nothing.
        let Some(selector) = field(subject, "selector") else { return };
        let policy = field(subject, "unhealthyPodEvictionPolicy");
        if policy.and_then(|node| subject.document.text(node)) == Some("AlwaysAllow") {
            return;
        }
        let message = format!(
            "{} counts pods in a crash loop as disrupted, so that they stop a drain",
            subject.title()
        );
        let mut finding = subject.finding(&META, policy.unwrap_or(selector), message);
        finding.remedy =
            "set unhealthyPodEvictionPolicy: AlwaysAllow unless unready pods hold data to keep".to_owned();
        sink.report(finding);
    }
}
