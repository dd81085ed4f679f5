//! Checks of disruption budgets: whether a drain can ever get past them.
//!
//! What a budget says by itself is judged on its object; what depends on the pods that it selects on the rows of its
//! folder and namespace. Pods whose number no file tells (of DaemonSets, Jobs, other controllers) are left alone: drains
//! skip those of a DaemonSet and wait for those of a Job.

pub(crate) mod budget_blocks_at_minimum_scale;
pub(crate) mod budget_never_allows_eviction;
pub(crate) mod budget_overlap;
pub(crate) mod budget_protects_nothing;
pub(crate) mod budget_waits_for_unhealthy_pods;
pub(crate) mod selection;

use inventory::BudgetRecord;
use manifest::NodeId;
use nodes::Budget;

use crate::Subject;

/// A word of every document that holds a budget. `PodDisruptionBudgetList` has it too.
pub(crate) const TRIGGERS: &[&str] = &["PodDisruptionBudget"];

/// Whether the subject is a budget.
pub(crate) fn is_budget(subject: &Subject<'_>) -> bool {
    subject
        .object
        .is_some_and(|object| object.gvk.group == "policy" && object.gvk.kind == "PodDisruptionBudget")
}

/// The node of a field of the budget's `spec`, unless a template has a hand in it.
pub(crate) fn field(subject: &Subject<'_>, key: &str) -> Option<NodeId> {
    let node = subject.document.at(subject.node, &["spec", key])?;
    (!subject.document.is_opaque(node)).then_some(node)
}

/// The bounds of a row.
pub(crate) fn bounds(record: &BudgetRecord) -> Budget {
    Budget {
        min_available: record.min_available.map(|(bound, _)| bound),
        max_unavailable: record.max_unavailable.map(|(bound, _)| bound),
    }
}
