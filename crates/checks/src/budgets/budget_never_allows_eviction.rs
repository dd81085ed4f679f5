//! `budget-never-allows-eviction`: a budget that no drain gets past, even if every pod is healthy.

use inventory::{Inventory, bound_of};
use manifest::NodeId;
use nodes::{Blocked, Budget};

use super::selection::{self, Selection, selections};
use super::{TRIGGERS, bounds, field, is_budget};
use crate::{Check, Confidence, Context, Meta, Severity, Sink, Subject};

/// The check.
#[derive(Debug)]
pub(crate) struct BudgetNeverAllowsEviction;

static META: Meta = Meta {
    id: "budget-never-allows-eviction",
    title: "Disruption budget that never allows an eviction",
    severity: Severity::Breaks,
    confidence: Confidence::High,
    first: None,
    last: None,
    what: "Finds PodDisruptionBudgets that allow no eviction although every pod is healthy: `maxUnavailable` of 0 or \
           0%, `minAvailable` of 100%, neither of them, and a `minAvailable` that comes to as many pods as the \
           workloads in the same folder and namespace have. Shares are rounded up, as Kubernetes does.",
    why: "Nodes are upgraded by draining them. Each eviction is refused with 429 until somebody changes the budget: a \
          managed node group gives up after 15 minutes, Karpenter and cluster-api wait without end.",
    remedy: "Allow at least one pod to be away: `maxUnavailable: 1` with two replicas or more.",
    example: "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata:\n  name: web\nspec:\n  maxUnavailable: 0\n  selector:\n    matchLabels:\n      app: web\n",
    fixed: "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata:\n  name: web\nspec:\n  maxUnavailable: 1\n  selector:\n    matchLabels:\n      app: web\n",
    fix_safety: "",
    rows: &[],
    links: &["https://kubernetes.io/docs/tasks/run-application/configure-pdb/"],
    triggers: TRIGGERS,
};

impl Check for BudgetNeverAllowsEviction {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn object(&self, _context: &Context<'_>, subject: &Subject<'_>, sink: &mut Sink) {
        if !is_budget(subject) {
            return;
        }
        let Some((blocked, node)) = blocks_by_itself(subject) else { return };
        let message = format!("{} never allows an eviction: {blocked}", subject.title());
        let mut finding = subject.finding(&META, node, message);
        finding.remedy = remedy(blocked);
        sink.report(finding);
    }

    fn inventory(&self, _context: &Context<'_>, inventory: &Inventory, sink: &mut Sink) {
        for selection in selections(inventory, sink) {
            if let Some(blocked) = blocks_at_every_size(&selection) {
                report(&selection, blocked, sink);
            }
        }
    }
}

fn blocks_by_itself(subject: &Subject<'_>) -> Option<(Blocked, NodeId)> {
    let bound = |key| field(subject, key).map(|node| (bound_of(subject.document, node), node));
    let (minimum, maximum) = (bound("minAvailable"), bound("maxUnavailable"));
    let is_unreadable = [minimum, maximum].into_iter().flatten().any(|(bound, _)| bound.is_none());
    let is_absent = minimum.is_none() && maximum.is_none();
    // What is absent from a template may come from an alternative, and a patch that says neither changes neither.
    let may_be_elsewhere = subject.document.is_masked() || field(subject, "selector").is_none();
    if is_unreadable || is_absent && may_be_elsewhere {
        return None;
    }
    let budget = Budget {
        min_available: minimum.and_then(|(bound, _)| bound),
        max_unavailable: maximum.and_then(|(bound, _)| bound),
    };
    let node = maximum.or(minimum).map_or(subject.node, |(_, node)| node);
    budget.blocks_always().map(|blocked| (blocked, node))
}

/// Why a budget that allows evictions with enough pods allows none with those that there are.
fn blocks_at_every_size(selection: &Selection<'_>) -> Option<Blocked> {
    let budget = bounds(selection.budget);
    if budget.blocks_always().is_some() {
        return None;
    }
    budget.blocks(selection.pods?.most?)
}

fn report(selection: &Selection<'_>, blocked: Blocked, sink: &mut Sink) {
    let record = selection.budget;
    let bound = record.max_unavailable.or(record.min_available);
    let span = bound.map_or(record.object.span, |(_, span)| span);
    let message = format!("{} never allows an eviction: {blocked}", selection::title(&record.object));
    let mut finding = selection::finding(&META, &record.object, span, message);
    let is_written = selection.pods.is_some_and(|pods| pods.is_written);
    // An overlay or an autoscaler in another folder may change the number.
    finding.confidence = if is_written { Confidence::Medium } else { Confidence::Low };
    finding.remedy = remedy(blocked);
    finding.related = selection
        .workloads
        .iter()
        .map(|workload| (workload.object.span, selected(&workload.object)))
        .collect();
    sink.report(finding);
}

fn selected(object: &inventory::ObjectRecord) -> String {
    format!("selects the pods of {}", selection::title(object))
}

fn remedy(blocked: Blocked) -> String {
    match blocked {
        Blocked::NoneMayGo(_) => "set maxUnavailable to 1 or more".to_owned(),
        Blocked::AllMustStay(_) => "use maxUnavailable: 1, or a minAvailable below 100%".to_owned(),
        Blocked::NoBound => "set maxUnavailable: 1".to_owned(),
        Blocked::TooFewPods { pods: 1, .. } => {
            "run two replicas or more, or delete the budget: a single pod cannot be both moved and available"
                .to_owned()
        }
        Blocked::TooFewPods { pods, .. } => {
            format!("require at most {} of the {pods} pods, or use maxUnavailable: 1", pods - 1)
        }
    }
}
