//! Compact rows of what was seen: enough for checks that look at several files, and nothing more.

use resource::{Bound, LabelSelector, ObjectKey};
use text::{Span, TextId, Texts};

use crate::{NotAssessed, Switch};

/// How a file came to be, which decides where its faults are mended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// Written here.
    Own,
    /// A copy of somebody else's chart or bundle: to be replaced by a newer version, not edited.
    Vendored,
    /// Made by a program, as its header says: its source is to be edited.
    Generated,
}

/// What a check may know about the file that a document stands in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileContext {
    /// The path relative to the root, with `/` between its parts.
    pub path: String,
    /// The file's text.
    pub text: TextId,
    /// How it came to be.
    pub origin: Origin,
    /// Whether it stands in a chart's `templates/`.
    pub in_chart_templates: bool,
}

impl FileContext {
    /// The folder that the file is in; empty for the root.
    #[must_use]
    pub fn directory(&self) -> &str {
        self.path.rsplit_once('/').map_or("", |(directory, _)| directory)
    }
}

/// An object that was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectRecord {
    /// Where it stands.
    pub span: Span,
    /// Its `apiVersion` as written.
    pub api_version: String,
    /// Its kind.
    pub kind: String,
    /// Its namespace and name.
    pub key: ObjectKey,
}

/// What a disruption budget asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BudgetRecord {
    /// The object.
    pub object: ObjectRecord,
    /// `spec.minAvailable`.
    pub min_available: Option<(Bound, Span)>,
    /// `spec.maxUnavailable`.
    pub max_unavailable: Option<(Bound, Span)>,
    /// The selector as its version means it: none, and in `policy/v1beta1` an empty one, selects nothing.
    pub selector: Option<LabelSelector>,
}

/// A workload that a budget may select.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkloadRecord {
    /// The object.
    pub object: ObjectRecord,
    /// `spec.replicas`; none if not written, which means 1, or for kinds that have none.
    pub replicas: Option<i64>,
    /// The labels of its pods.
    pub pod_labels: Vec<(String, String)>,
}

/// An autoscaler of a workload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScalerRecord {
    /// The object.
    pub object: ObjectRecord,
    /// The kind and name of the workload.
    pub target: (String, String),
    /// The fewest replicas that it goes down to.
    pub min_replicas: i64,
    /// The most replicas that it goes up to; none if not written.
    pub max_replicas: Option<i64>,
}

/// The snapshot. Its rows are in the order of the texts, whatever order threads finished in.
#[derive(Debug, Clone, Default)]
pub struct Inventory {
    /// All texts that spans point into.
    pub texts: Texts,
    /// Files that were read and judged, whole or in part.
    pub files_assessed: u64,
    /// Documents that were judged.
    pub documents_assessed: u64,
    /// Disruption budgets.
    pub budgets: Vec<BudgetRecord>,
    /// Workloads.
    pub workloads: Vec<WorkloadRecord>,
    /// Autoscalers.
    pub scalers: Vec<ScalerRecord>,
    /// What was not assessed.
    pub not_assessed: Vec<NotAssessed>,
    /// Conditions of charts that ask what a cluster serves, sorted by chart and place.
    pub switches: Vec<Switch>,
}
