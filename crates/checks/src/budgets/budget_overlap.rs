//! `budget-overlap`: pods that two budgets select.

use std::collections::BTreeMap;

use inventory::{BudgetRecord, Inventory};

use super::TRIGGERS;
use super::selection::{self, selections};
use crate::{Check, Confidence, Context, Meta, Severity, Sink};

/// The check.
#[derive(Debug)]
pub(crate) struct BudgetOverlap;

static META: Meta = Meta {
    id: "budget-overlap",
    title: "Pods that more than one disruption budget selects",
    severity: Severity::Breaks,
    confidence: Confidence::Medium,
    first: None,
    last: None,
    what: "Finds PodDisruptionBudgets of one folder and namespace that select the pods of the same workload.",
    why: "The eviction API refuses to evict a pod that has more than one budget, whatever the budgets allow (it \
          answers 500 and says so): the node that it runs on can never be drained.",
    remedy: "Keep one budget per pod: narrow a selector or delete a budget.",
    example: "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata:\n  name: web\nspec:\n  maxUnavailable: 1\n  selector:\n    matchLabels:\n      app: web\n---\napiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata:\n  name: all\nspec:\n  maxUnavailable: 1\n  selector: {}\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  replicas: 3\n  template:\n    metadata:\n      labels:\n        app: web\n",
    fixed: "",
    fix_safety: "",
    rows: &[],
    links: &["https://kubernetes.io/docs/tasks/run-application/configure-pdb/"],
    triggers: TRIGGERS,
};

impl Check for BudgetOverlap {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn inventory(&self, _context: &Context<'_>, inventory: &Inventory, sink: &mut Sink) {
        let mut first_of: BTreeMap<_, &BudgetRecord> = BTreeMap::new();
        // What is too much to compare is noted by the check that everybody runs.
        for selection in selections(inventory, &mut Sink::new()) {
            for workload in &selection.workloads {
                // Drains leave the pods of a DaemonSet where they are.
                if workload.object.kind == "DaemonSet" {
                    continue;
                }
                let first = *first_of.entry(workload.object.span).or_insert(selection.budget);
                // Two files with one budget are two versions of it: the later one applied replaces the other.
                if first.object.key == selection.budget.object.key {
                    continue;
                }
                let message = format!(
                    "{} selects the pods of {}, which '{}' selects too",
                    selection::title(&selection.budget.object),
                    selection::title(&workload.object),
                    first.object.key
                );
                let object = &selection.budget.object;
                let mut finding = selection::finding(&META, object, object.span, message);
                finding.remedy =
                    "keep one budget for these pods: narrow a selector or delete a budget".to_owned();
                finding.related = vec![
                    (first.object.span, "the other budget".to_owned()),
                    (workload.object.span, "the workload".to_owned()),
                ];
                sink.report(finding);
            }
        }
    }
}
