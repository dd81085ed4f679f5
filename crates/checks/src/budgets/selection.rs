//! Which workloads each budget selects, and how many pods they have.

use std::collections::BTreeMap;

use inventory::{BudgetRecord, Inventory, NotAssessed, ObjectRecord, Reason, ScalerRecord, WorkloadRecord};
use resource::Operator;
use text::Span;

use crate::{Finding, Meta, ObjectName, Sink};

/// Comparisons of a budget with a workload in one run. Real folders hold tens of each; 10,000,000 take about a second
/// and are only reached by thousands of budgets beside thousands of workloads with one and the same label.
const COMPARISONS_MAX: usize = 10_000_000;

/// A budget and what it selects in its folder and namespace.
pub(crate) struct Selection<'a> {
    /// The budget.
    pub(crate) budget: &'a BudgetRecord,
    /// The workloads, in the order of the rows.
    pub(crate) workloads: Vec<&'a WorkloadRecord>,
    /// How many pods they have; none if no file tells.
    pub(crate) pods: Option<Pods>,
    /// Whether the folder has workloads in the budget's namespace at all.
    pub(crate) has_neighbours: bool,
}

/// A number of pods, or the range that autoscalers keep it in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pods {
    /// The fewest.
    pub(crate) fewest: i64,
    /// The most; none if an autoscaler does not say.
    pub(crate) most: Option<i64>,
    /// Whether an autoscaler decides.
    pub(crate) is_scaled: bool,
    /// Whether every number is written, and none a default.
    pub(crate) is_written: bool,
}

/// Folder and namespace.
type Place<'a> = (&'a str, &'a str);

/// The selections of all budgets. What would take too many comparisons is noted as not assessed.
pub(crate) fn selections<'a>(inventory: &'a Inventory, sink: &mut Sink) -> Vec<Selection<'a>> {
    let index = Index::new(inventory);
    let mut comparisons_left = COMPARISONS_MAX;
    let mut selections = Vec::new();
    for budget in &inventory.budgets {
        let candidates = index.candidates(inventory, budget);
        let Some(left) = comparisons_left.checked_sub(candidates.len()) else {
            note_too_many(inventory, budget, sink);
            continue;
        };
        comparisons_left = left;
        let workloads: Vec<_> = candidates.into_iter().filter(|workload| selects(budget, workload)).collect();
        selections.push(Selection {
            budget,
            pods: pods_of(inventory, &index, &workloads),
            has_neighbours: index.by_place.contains_key(&place(inventory, &budget.object)),
            workloads,
        });
    }
    selections
}

/// A finding about a row, which no document is at hand for any more.
pub(crate) fn finding(check: &'static Meta, object: &ObjectRecord, span: Span, message: String) -> Finding {
    Finding {
        check: check.id,
        severity: check.severity,
        confidence: check.confidence,
        span,
        object: Some(ObjectName {
            api_version: object.api_version.clone(),
            kind: object.kind.clone(),
            key: object.key.clone(),
        }),
        path: resource::FieldPath::default(),
        message,
        remedy: check.remedy.to_owned(),
        minor: None,
        related: Vec::new(),
        clusters: Vec::new(),
        roots: Vec::new(),
        charts: Vec::new(),
        units: Vec::new(),
        is_deployed: None,
        is_fixed_at_origin: false,
        fix: None,
    }
}

/// An object as a message names it.
pub(crate) fn title(object: &ObjectRecord) -> String {
    if object.key.name.is_empty() { object.kind.clone() } else { format!("{} '{}'", object.kind, object.key) }
}

/// The workloads by where they are, and by where they are and each of their labels.
struct Index<'a> {
    by_place: BTreeMap<Place<'a>, Vec<&'a WorkloadRecord>>,
    by_label: BTreeMap<(Place<'a>, &'a str, &'a str), Vec<&'a WorkloadRecord>>,
    scalers: BTreeMap<(Place<'a>, &'a str, &'a str), &'a ScalerRecord>,
}

impl<'a> Index<'a> {
    fn new(inventory: &'a Inventory) -> Self {
        let mut index =
            Self { by_place: BTreeMap::new(), by_label: BTreeMap::new(), scalers: BTreeMap::new() };
        for workload in &inventory.workloads {
            let place = place(inventory, &workload.object);
            index.by_place.entry(place).or_default().push(workload);
            for (key, value) in &workload.pod_labels {
                index.by_label.entry((place, key, value)).or_default().push(workload);
            }
        }
        for scaler in &inventory.scalers {
            let (kind, name) = &scaler.target;
            index.scalers.insert((place(inventory, &scaler.object), kind, name), scaler);
        }
        index
    }

    /// Workloads that the budget may select: those with one of the values of its first `In`, else all that are there.
    fn candidates(&self, inventory: &'a Inventory, budget: &'a BudgetRecord) -> Vec<&'a WorkloadRecord> {
        let place = place(inventory, &budget.object);
        let Some(selector) = &budget.selector else { return Vec::new() };
        let wanted = selector.requirements.iter().find(|requirement| requirement.operator == Operator::In);
        match wanted {
            Some(wanted) => {
                let of_value =
                    |value: &'a String| self.by_label.get(&(place, wanted.key.as_str(), value.as_str()));
                wanted.values.iter().filter_map(of_value).flatten().copied().collect()
            }
            None => self.by_place.get(&place).cloned().unwrap_or_default(),
        }
    }
}

fn place<'a>(inventory: &'a Inventory, object: &'a ObjectRecord) -> Place<'a> {
    let path = inventory.texts.path(object.span.text).unwrap_or_default();
    (path.rsplit_once('/').map_or("", |(folder, _)| folder), &object.key.namespace)
}

fn selects(budget: &BudgetRecord, workload: &WorkloadRecord) -> bool {
    budget.selector.as_ref().is_some_and(|selector| selector.matches(&workload.pod_labels))
}

/// The pods of the workloads together; none if there are no workloads or the number of one's pods is not told.
fn pods_of(inventory: &Inventory, index: &Index<'_>, workloads: &[&WorkloadRecord]) -> Option<Pods> {
    if workloads.is_empty() {
        return None;
    }
    let mut total = Pods { fewest: 0, most: Some(0), is_scaled: false, is_written: true };
    for workload in workloads {
        let kind = workload.object.kind.as_str();
        if !matches!(kind, "Deployment" | "StatefulSet" | "ReplicaSet" | "ReplicationController" | "Rollout")
        {
            return None;
        }
        let key = (place(inventory, &workload.object), kind, workload.object.key.name.as_str());
        match index.scalers.get(&key) {
            Some(scaler) => {
                total.fewest = total.fewest.saturating_add(scaler.min_replicas);
                total.most = total.most.zip(scaler.max_replicas).map(|(sum, most)| sum.saturating_add(most));
                total.is_scaled = true;
            }
            None => {
                // Kubernetes' default is one replica.
                let replicas = workload.replicas.unwrap_or(1);
                total.fewest = total.fewest.saturating_add(replicas);
                total.most = total.most.map(|sum| sum.saturating_add(replicas));
                total.is_written &= workload.replicas.is_some();
            }
        }
    }
    Some(total)
}

fn note_too_many(inventory: &Inventory, budget: &BudgetRecord, sink: &mut Sink) {
    sink.note(NotAssessed {
        path: inventory.texts.path(budget.object.span.text).unwrap_or_default().to_owned(),
        span: Some(budget.object.span),
        reason: Reason::TooLarge,
        detail: format!("more than {COMPARISONS_MAX} comparisons of budgets with workloads"),
    });
}
