//! `budget-protects-nothing`: a budget that selects no pod.

use inventory::Inventory;

use super::selection::{self, selections};
use super::{TRIGGERS, is_budget};
use crate::{Check, Confidence, Context, Meta, Severity, Sink, Subject};

/// The check.
#[derive(Debug)]
pub(crate) struct BudgetProtectsNothing;

static META: Meta = Meta {
    id: "budget-protects-nothing",
    title: "Disruption budget that selects no pods",
    severity: Severity::Info,
    confidence: Confidence::High,
    first: None,
    last: None,
    what: "Finds PodDisruptionBudgets without a selector, with an empty one in `policy/v1beta1`, where that selects \
           nothing, and budgets whose selector fits none of the workloads beside them.",
    why: "It does not stop a drain, and that is the trouble: whoever wrote it believes that the pods are protected \
          while nodes are replaced.",
    remedy: "Make the selector fit the labels of the pods, or delete the budget.",
    example: "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata:\n  name: web\nspec:\n  maxUnavailable: 1\n",
    fixed: "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata:\n  name: web\nspec:\n  maxUnavailable: 1\n  selector:\n    matchLabels:\n      app: web\n",
    fix_safety: "",
    rows: &["DEF-PDBEMPTY"],
    links: &["https://kubernetes.io/docs/reference/using-api/deprecation-guide/#poddisruptionbudget-v125"],
    triggers: TRIGGERS,
};

impl Check for BudgetProtectsNothing {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn object(&self, _context: &Context<'_>, subject: &Subject<'_>, sink: &mut Sink) {
        if !is_budget(subject) || subject.document.is_masked() {
            return;
        }
        let document = subject.document;
        let Some(spec) = document.get(subject.node, "spec").filter(|spec| document.is_mapping(*spec)) else {
            return;
        };
        let Some((node, cause)) = selects_nothing(subject, spec) else { return };
        let message = format!("{} protects nothing: {cause}", subject.title());
        let mut finding = subject.finding(&META, node, message);
        finding.remedy = "make the selector fit the labels of the pods, or delete the budget".to_owned();
        // A patch of the bounds leaves the selector out, and not every patch stands in a folder that says so.
        finding.confidence = if node == spec { Confidence::Medium } else { Confidence::High };
        sink.report(finding);
    }

    fn inventory(&self, _context: &Context<'_>, inventory: &Inventory, sink: &mut Sink) {
        // What is too much to compare is noted by the check that everybody runs.
        for selection in selections(inventory, &mut Sink::new()) {
            if selection.budget.selector.is_none()
                || !selection.workloads.is_empty()
                || !selection.has_neighbours
            {
                continue;
            }
            let object = &selection.budget.object;
            let message = format!("{} selects none of the workloads in its folder", selection::title(object));
            let mut finding = selection::finding(&META, object, object.span, message);
            finding.confidence = Confidence::Low;
            finding.remedy = "compare its selector with the labels of the pods that it is for".to_owned();
            sink.report(finding);
        }
    }
}

fn selects_nothing(
    subject: &Subject<'_>,
    spec: manifest::NodeId,
) -> Option<(manifest::NodeId, &'static str)> {
    let document = subject.document;
    let is_v1beta1 = subject.object.is_some_and(|object| object.gvk.version == "v1beta1");
    let has_bound = ["minAvailable", "maxUnavailable"].iter().any(|key| document.get(spec, key).is_some());
    match document.get(spec, "selector") {
        // A patch of the bounds leaves the selector out and changes nothing about it: it has no labels either.
        None if has_bound && !is_patch(subject) => Some((spec, "it has no selector")),
        None => None,
        Some(selector) if document.is_mapping(selector) => {
            let is_empty = document.entries(selector).is_empty();
            (is_empty && is_v1beta1).then_some((
                selector,
                "an empty selector selects nothing in policy/v1beta1, and every pod in policy/v1",
            ))
        }
        Some(selector) if document.text(selector).is_some_and(|text| matches!(text, "" | "null" | "~")) => {
            Some((selector, "its selector is null"))
        }
        Some(_) => None,
    }
}

/// Patches stand in files and folders that say so.
fn is_patch(subject: &Subject<'_>) -> bool {
    subject.file.path.contains("patch") || subject.file.path.contains("overlay")
}
