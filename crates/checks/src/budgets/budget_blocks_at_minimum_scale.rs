//! `budget-blocks-at-minimum-scale`: a budget that a drain gets past only while an autoscaler runs more than its minimum.

use inventory::Inventory;

use super::selection::{self, Selection, selections};
use super::{TRIGGERS, bounds};
use crate::{Check, Confidence, Context, Meta, Severity, Sink};

/// The check.
#[derive(Debug)]
pub(crate) struct BudgetBlocksAtMinimumScale;

static META: Meta = Meta {
    id: "budget-blocks-at-minimum-scale",
    title: "Disruption budget that blocks when its autoscaler is at its minimum",
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    first: None,
    last: None,
    what: "Finds PodDisruptionBudgets whose `minAvailable` comes to as many pods as the autoscaler of the workload \
           goes down to, or more.",
    why: "Upgrades are done when there is little load, and then the autoscaler runs the fewest pods: exactly then no \
          eviction is allowed and the drain waits for load to come back.",
    remedy: "Use `maxUnavailable: 1`, or keep the autoscaler's minimum above the budget.",
    example: "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata:\n  name: web\nspec:\n  minAvailable: 2\n  selector:\n    matchLabels:\n      app: web\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  template:\n    metadata:\n      labels:\n        app: web\n---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata:\n  name: web\nspec:\n  minReplicas: 2\n  maxReplicas: 9\n  scaleTargetRef:\n    kind: Deployment\n    name: web\n",
    fixed: "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata:\n  name: web\nspec:\n  maxUnavailable: 1\n  selector:\n    matchLabels:\n      app: web\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  template:\n    metadata:\n      labels:\n        app: web\n---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata:\n  name: web\nspec:\n  minReplicas: 2\n  maxReplicas: 9\n  scaleTargetRef:\n    kind: Deployment\n    name: web\n",
    fix_safety: "",
    rows: &[],
    links: &["https://kubernetes.io/docs/concepts/workloads/pods/disruptions/"],
    triggers: TRIGGERS,
};

impl Check for BudgetBlocksAtMinimumScale {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn inventory(&self, _context: &Context<'_>, inventory: &Inventory, sink: &mut Sink) {
        // What is too much to compare is noted by the check that everybody runs.
        for selection in selections(inventory, &mut Sink::new()) {
            report(&selection, sink);
        }
    }
}

fn report(selection: &Selection<'_>, sink: &mut Sink) {
    let Some(pods) = selection.pods.filter(|pods| pods.is_scaled) else { return };
    let budget = bounds(selection.budget);
    // A scaler that goes down to none still passes one on the way.
    let fewest = pods.fewest.max(1);
    let blocks_at_most = pods.most.is_some_and(|most| budget.blocks(most).is_some());
    let (Some(blocked), false, None) = (budget.blocks(fewest), blocks_at_most, budget.blocks_always()) else {
        return;
    };
    let record = selection.budget;
    let span = record.min_available.map_or(record.object.span, |(_, span)| span);
    let message = format!(
        "{} allows no eviction while the autoscaler is at its minimum: {blocked}",
        selection::title(&record.object)
    );
    let mut finding = selection::finding(&META, &record.object, span, message);
    finding.remedy = match budget.pods_needed() {
        Some(needed) => format!("use maxUnavailable: 1, or raise the autoscaler's minimum to {needed}"),
        None => "use maxUnavailable: 1".to_owned(),
    };
    sink.report(finding);
}
