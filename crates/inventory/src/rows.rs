//! From one object to the row that checks across files need.
//!
//! Takes a document and an object of it; gives what it says about disruption budgets, workloads and autoscalers, in
//! owned form, so that the document can be dropped. Judges nothing: what cannot be read is left out.

use manifest::resolve::{Dialect, Meaning, resolve_node};
use manifest::{Document, NodeId, Object};
use resource::{Bound, LabelSelector, ObjectKey, Operator, Requirement};
use text::Span;

use crate::{BudgetRecord, ObjectRecord, ScalerRecord, WorkloadRecord};

/// Words of which one stands in every document that gives a workload or autoscaler row: what to look for in the
/// folders of disruption budgets.
pub const WORKLOAD_TRIGGERS: &[&str] = &[
    "Deployment",
    "StatefulSet",
    "DaemonSet",
    "ReplicaSet",
    "ReplicationController",
    "Rollout",
    "CronJob",
    // The scanner takes no word of three bytes, so these have what stands before a kind in YAML or JSON.
    " Job",
    "\"Job",
    "'Job",
    " Pod",
    "\"Pod",
    "'Pod",
    "HorizontalPodAutoscaler",
    "ScaledObject",
];

/// The row of one object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Row {
    /// A disruption budget.
    Budget(BudgetRecord),
    /// A workload.
    Workload(WorkloadRecord),
    /// An autoscaler.
    Scaler(ScalerRecord),
}

impl crate::Inventory {
    /// Adds the row of one object.
    pub fn add_row(&mut self, row: Row) {
        match row {
            Row::Budget(budget) => self.budgets.push(budget),
            Row::Workload(workload) => self.workloads.push(workload),
            Row::Scaler(scaler) => self.scalers.push(scaler),
        }
    }

    /// Adds the row of a workload or autoscaler, and leaves budgets alone.
    pub fn add_workload(&mut self, row: Row) {
        if !matches!(row, Row::Budget(_)) {
            self.add_row(row);
        }
    }
}

/// The row that `object` gives. None for a template: what is absent there may come from an alternative.
#[must_use]
pub fn row_of(document: &Document<'_>, object: &Object<'_>) -> Option<Row> {
    if document.is_masked() {
        return None;
    }
    let source = Source { document, object };
    match (object.gvk.group, object.gvk.kind) {
        ("policy", "PodDisruptionBudget") => Some(Row::Budget(source.budget())),
        ("autoscaling", "HorizontalPodAutoscaler") | ("keda.sh" | "keda.k8s.io", "ScaledObject") => {
            source.scaler().map(Row::Scaler)
        }
        ("apps" | "extensions", "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet")
        | ("", "ReplicationController" | "Pod")
        | ("batch", "Job" | "CronJob")
        | ("argoproj.io", "Rollout") => source.workload().map(Row::Workload),
        _ => None,
    }
}

#[derive(Clone, Copy)]
struct Source<'d, 't> {
    document: &'d Document<'t>,
    object: &'d Object<'d>,
}

impl Source<'_, '_> {
    fn record(self) -> ObjectRecord {
        let text = |key| self.document.text_at(self.object.node, &["metadata", key]).unwrap_or_default();
        ObjectRecord {
            span: self.document.span(self.object.node),
            api_version: self.object.gvk.group_version().to_string(),
            kind: self.object.gvk.kind.to_owned(),
            key: ObjectKey { namespace: text("namespace").to_owned(), name: text("name").to_owned() },
        }
    }

    fn at(self, path: &[&str]) -> Option<NodeId> {
        self.document.at(self.object.node, path)
    }

    fn budget(self) -> BudgetRecord {
        let selector = self.at(&["spec", "selector"]).and_then(|node| selector(self.document, node));
        let selects_none_if_empty = self.object.gvk.version == "v1beta1";
        BudgetRecord {
            object: self.record(),
            min_available: self.bound("minAvailable"),
            max_unavailable: self.bound("maxUnavailable"),
            selector: selector
                .filter(|selector| !(selects_none_if_empty && selector.requirements.is_empty())),
        }
    }

    fn bound(self, key: &str) -> Option<(Bound, Span)> {
        let node = self.at(&["spec", key])?;
        bound_of(self.document, node).map(|bound| (bound, self.document.span(node)))
    }

    /// A workload whose pods have labels: patches that leave the template out select nothing.
    fn workload(self) -> Option<WorkloadRecord> {
        let path: &[&str] = match self.object.gvk.kind {
            "Pod" => &["metadata", "labels"],
            "CronJob" => &["spec", "jobTemplate", "spec", "template", "metadata", "labels"],
            _ => &["spec", "template", "metadata", "labels"],
        };
        let pod_labels = labels(self.document, self.at(path)?);
        (!pod_labels.is_empty()).then(|| WorkloadRecord {
            object: self.record(),
            replicas: self.integer(&["spec", "replicas"]),
            pod_labels,
        })
    }

    fn scaler(self) -> Option<ScalerRecord> {
        let is_keda = self.object.gvk.kind == "ScaledObject";
        let text = |key| self.document.text_at(self.object.node, &["spec", "scaleTargetRef", key]);
        let (minimum, maximum, fewest) = match is_keda {
            true => ("minReplicaCount", "maxReplicaCount", 0),
            false => ("minReplicas", "maxReplicas", 1),
        };
        Some(ScalerRecord {
            object: self.record(),
            target: (
                text("kind").or(is_keda.then_some("Deployment"))?.to_owned(),
                text("name").or_else(|| text("deploymentName"))?.to_owned(),
            ),
            min_replicas: self.integer(&["spec", minimum]).unwrap_or(fewest),
            max_replicas: self.integer(&["spec", maximum]),
        })
    }

    fn integer(self, path: &[&str]) -> Option<i64> {
        integer_of(self.document, self.at(path)?)
    }
}

/// What an int-or-string field says: a number as kubectl reads it, or a share; none for what Kubernetes refuses.
#[must_use]
pub fn bound_of(document: &Document<'_>, node: NodeId) -> Option<Bound> {
    match resolve_node(document, node, Dialect::GoYaml2).ok()?? {
        Meaning::Int(count) => Some(Bound::Count(count)),
        Meaning::String(text) => Bound::parse_percent(&text),
        _ => None,
    }
}

fn integer_of(document: &Document<'_>, node: NodeId) -> Option<i64> {
    match resolve_node(document, node, Dialect::GoYaml2).ok()?? {
        Meaning::Int(number) => Some(number),
        _ => None,
    }
}

fn labels(document: &Document<'_>, mapping: NodeId) -> Vec<(String, String)> {
    let text = |node| document.text(document.dereference(node)).map(str::to_owned);
    let pairs = document.entries(mapping).iter();
    pairs.filter_map(|entry| Some((text(entry.key)?, text(entry.value)?))).collect()
}

/// A label selector as written; none if the node is no mapping (`selector:` without a value is null) or holds
/// something that is no requirement, so that nobody takes a part of a selector for the whole.
fn selector(document: &Document<'_>, node: NodeId) -> Option<LabelSelector> {
    if !document.is_mapping(node) {
        return None;
    }
    let mut requirements = Vec::new();
    if let Some(pairs) = document.get(node, "matchLabels") {
        requirements.extend(labels(document, pairs).into_iter().map(|(key, value)| Requirement {
            key,
            operator: Operator::In,
            values: vec![value],
        }));
    }
    if let Some(expressions) = document.get(node, "matchExpressions") {
        for expression in document.items(expressions) {
            requirements.push(requirement(document, document.dereference(*expression))?);
        }
    }
    Some(LabelSelector { requirements })
}

fn requirement(document: &Document<'_>, node: NodeId) -> Option<Requirement> {
    let operator = match document.text_at(node, &["operator"])? {
        "In" => Operator::In,
        "NotIn" => Operator::NotIn,
        "Exists" => Operator::Exists,
        "DoesNotExist" => Operator::DoesNotExist,
        _ => return None,
    };
    let values = document.get(node, "values").map(|values| document.items(values)).unwrap_or_default();
    let text = |value: &NodeId| document.text(document.dereference(*value)).map(str::to_owned);
    Some(Requirement {
        key: document.text_at(node, &["key"])?.to_owned(),
        operator,
        values: values.iter().filter_map(text).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use text::TextId;

    fn row(yaml: &str) -> Option<Row> {
        let documents = manifest::parse_all(TextId(0), yaml.as_bytes()).unwrap();
        let objects = manifest::objects(&documents[0]);
        row_of(&documents[0], &objects[0])
    }

    fn budget(spec: &str, version: &str) -> BudgetRecord {
        let yaml = format!(
            "apiVersion: policy/{version}\nkind: PodDisruptionBudget\nmetadata: {{name: b, namespace: n}}\nspec: {spec}\n"
        );
        match row(&yaml) {
            Some(Row::Budget(budget)) => budget,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_bound_is_a_number_or_a_share_and_a_quoted_number_is_neither() {
        let bound =
            |value: &str| budget(&format!("{{minAvailable: {value}}}"), "v1").min_available.map(|b| b.0);
        assert_eq!(bound("2"), Some(Bound::Count(2)));
        assert_eq!(bound("0x2"), Some(Bound::Count(2)));
        assert_eq!(bound("50%"), Some(Bound::Percent(50)));
        assert_eq!(bound("'100%'"), Some(Bound::Percent(100)));
        for value in ["'2'", "2.5", "true", "[1]", "", "half"] {
            assert_eq!(bound(value), None, "{value}");
        }
    }

    #[test]
    fn an_empty_selector_selects_nothing_in_v1beta1_and_everything_in_v1() {
        assert_eq!(budget("{selector: {}}", "v1beta1").selector, None);
        assert_eq!(budget("{selector: {}}", "v1").selector, Some(LabelSelector::default()));
        for absent in ["{}", "{selector: null}", "{selector: }"] {
            assert_eq!(budget(absent, "v1").selector, None, "{absent}");
        }
    }

    #[test]
    fn a_selector_that_cannot_be_read_whole_selects_nothing() {
        let with = |operator: &str| {
            budget(&format!("{{selector: {{matchExpressions: [{{key: a, operator: {operator}}}]}}}}"), "v1")
                .selector
        };
        assert!(with("Exists").is_some());
        assert!(with("Gt").is_none());
    }

    #[test]
    fn workloads_are_told_by_group_and_kind_and_need_pod_labels() {
        let workload = |api: &str, kind: &str, spec: &str| match row(&format!(
            "apiVersion: {api}\nkind: {kind}\nmetadata: {{name: w}}\nspec: {spec}\n"
        )) {
            Some(Row::Workload(workload)) => Some(workload),
            _ => None,
        };
        let template = "{replicas: 3, template: {metadata: {labels: {app: web}}}}";
        assert_eq!(workload("apps/v1", "Deployment", template).unwrap().replicas, Some(3));
        assert_eq!(workload("apps/v1", "Deployment", "{replicas: 3}"), None, "a patch of the replicas");
        assert_eq!(workload("example.org/v1", "Deployment", template), None);
        let cron = "{jobTemplate: {spec: {template: {metadata: {labels: {app: web}}}}}}";
        assert!(workload("batch/v1", "CronJob", cron).is_some());
    }

    #[test]
    fn autoscalers_know_what_their_kind_leaves_out() {
        let scaler = |yaml| match row(yaml) {
            Some(Row::Scaler(scaler)) => scaler,
            other => panic!("{other:?}"),
        };
        let hpa = "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nspec: {maxReplicas: 9, scaleTargetRef: {kind: Deployment, name: web}}\n";
        let found = scaler(hpa);
        assert_eq!((found.min_replicas, found.max_replicas), (1, Some(9)));
        let keda = "apiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nspec: {scaleTargetRef: {name: web}}\n";
        let found = scaler(keda);
        assert_eq!((found.min_replicas, found.target), (0, ("Deployment".into(), "web".into())));
    }

    #[test]
    fn every_kind_that_gives_a_row_is_found_by_a_trigger() {
        for kind in [
            "Deployment",
            "StatefulSet",
            "DaemonSet",
            "ReplicaSet",
            "ReplicationController",
            "Pod",
            "Job",
            "CronJob",
            "Rollout",
            "HorizontalPodAutoscaler",
            "ScaledObject",
        ] {
            for written in
                [format!("kind: {kind}"), format!("{{\"kind\":\"{kind}\"}}"), format!("kind: '{kind}'")]
            {
                assert!(WORKLOAD_TRIGGERS.iter().any(|word| written.contains(word)), "{written}");
            }
        }
    }

    #[test]
    fn the_triggers_fit_the_scanner() {
        assert!(manifest::scan::Triggers::new(WORKLOAD_TRIGGERS).is_ok());
    }

    #[test]
    fn a_template_gives_no_rows() {
        let source = b"apiVersion: policy/v1\nkind: PodDisruptionBudget\nspec: {minAvailable: {{ 1 }}}\n";
        let start = source.windows(2).position(|pair| pair == b"{{").unwrap();
        let mut masked = source.to_vec();
        masked[start..start + 7].fill(b'x');
        let range = u32::try_from(start).unwrap()..u32::try_from(start + 7).unwrap();
        let mask = manifest::Mask::new(masked, vec![range]);
        let document = manifest::parse(TextId(0), source, 0..source.len(), Some(&mask)).unwrap();
        let objects = manifest::objects(&document);
        assert_eq!(row_of(&document, &objects[0]), None);
    }
}
