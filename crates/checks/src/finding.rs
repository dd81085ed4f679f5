//! What a check has to say about one place.

use std::ops::Range;

use resource::{FieldPath, ObjectKey};
use text::Span;
use version::Minor;

use crate::{Confidence, Severity};

/// The object that a finding is about, in owned form.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct ObjectName {
    /// `apiVersion` as written.
    pub api_version: String,
    /// The kind.
    pub kind: String,
    /// Namespace and name as written; empty where not.
    pub key: ObjectKey,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The id of the check.
    pub check: &'static str,
    /// How bad it is, after the configuration's changes.
    pub severity: Severity,
    /// How sure the check is.
    pub confidence: Confidence,
    /// The bytes to look at: the value or key at fault. In a file text wherever that is known.
    pub span: Span,
    /// The object; none in documents that are no object.
    pub object: Option<ObjectName>,
    /// Where in the object.
    pub path: FieldPath,
    /// One sentence that names the cause, lowercase, without a full stop.
    pub message: String,
    /// What to do, in particular; one sentence.
    pub remedy: String,
    /// The minor that it bites at: the first one where it goes wrong. None if it does not depend on one.
    pub minor: Option<Minor>,
    /// Other places that a reader needs, each with what it is.
    pub related: Vec<(Span, String)>,
    /// The clusters that it reaches, sorted; filled by the engine.
    pub clusters: Vec<String>,
    /// The folders of the kustomizations in whose output it is, sorted; filled by whoever builds them.
    pub roots: Vec<String>,
    /// The charts in whose output it is, sorted; filled by whoever renders them.
    pub charts: Vec<ChartReach>,
    /// The units of clusters in whose output it is, sorted; filled by whoever renders clusters.
    pub units: Vec<UnitReach>,
    /// Whether any cluster gets what its file is a part of; none where nobody asked, or nobody can tell.
    pub is_deployed: Option<bool>,
    /// Whether its fix is that of what is rendered, to be made where the bytes were written and proved by rendering.
    pub is_fixed_at_origin: bool,
    /// What can be done about it by program.
    pub fix: Option<Fix>,
}

/// A unit of a cluster that renders what a finding is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnitReach {
    /// The unit: kind, namespace and name.
    pub unit: String,
    /// The cluster.
    pub cluster: String,
    /// The object as it is called there; empty where the finding is about none.
    pub object: String,
    /// The minors at which it renders it, sorted.
    pub minors: Vec<Minor>,
}

/// A chart with a set of values that renders what a finding is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChartReach {
    /// The folder of the chart; `.` for the root of the repository.
    pub chart: String,
    /// The files of values that it is rendered with, beside its own; empty for none.
    pub values: String,
    /// The minors at which it renders it, sorted.
    pub minors: Vec<Minor>,
}

impl std::fmt::Display for ChartReach {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { chart, values, minors } = self;
        f.write_str(chart)?;
        if !values.is_empty() {
            write!(f, " with {values}")?;
        }
        match minors.as_slice() {
            [] => Ok(()),
            [only] => write!(f, " at {only}"),
            [first, .., last] => write!(f, " at {first} to {last}"),
        }
    }
}

/// How many names are listed in a sentence; a fleet has hundreds.
const LISTED_MAX: usize = 5;

/// Names in a sentence: the first few, and how many more there are.
#[must_use]
pub fn listed(names: &[&str]) -> String {
    match names.get(..LISTED_MAX) {
        Some(first) if names.len() > LISTED_MAX => {
            format!("{} and {} more", first.join(", "), names.len() - LISTED_MAX)
        }
        _ => names.join(", "),
    }
}

impl Finding {
    /// Every kustomization, chart and unit in whose output it is, in words.
    #[must_use]
    pub fn rendered_by(&self) -> Vec<String> {
        let charts = self.charts.iter().map(ToString::to_string);
        self.roots.iter().cloned().chain(charts).chain(self.units_in_words()).collect()
    }

    /// Each unit with its clusters.
    fn units_in_words(&self) -> Vec<String> {
        let of_one = |reaches: &[UnitReach]| {
            let mut clusters: Vec<&str> = reaches.iter().map(|reach| reach.cluster.as_str()).collect();
            clusters.dedup();
            let unit = reaches.first().map_or("", |reach| reach.unit.as_str());
            format!("{unit} of {}", listed(&clusters))
        };
        self.units.chunk_by(|one, other| one.unit == other.unit).map(of_one).collect()
    }
}

/// A change that mends a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What to do.
    pub action: FixAction,
    /// Whether it may be done without asking.
    pub safety: Safety,
}

/// What a fix does. Spans are spans of nodes in the file as parsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FixAction {
    /// Converts the object at this span to another API; `fixes` has the conversions.
    Convert {
        /// The object's node.
        object: Span,
        /// The `apiVersion` to convert to.
        api_version: String,
        /// The kind to convert to.
        kind: String,
    },
    /// Writes this string in place of the scalar at the finding's span.
    ReplaceScalar {
        /// The new text.
        text: String,
    },
    /// Writes this text in place of a part of the text of a scalar, such as a version in a patch held by a string.
    ReplaceWithin {
        /// The scalar.
        scalar: Span,
        /// The bytes of its text that go.
        part: Range<u32>,
        /// The new text.
        text: String,
    },
    /// Gives the entry whose key is at the finding's span another key.
    RenameKey {
        /// The new key.
        to: String,
    },
    /// Takes out the entry whose key is at the finding's span.
    RemoveEntry,
    /// Takes out the list item at the finding's span.
    RemoveItem,
    /// Puts list items with these texts after the item at the finding's span, in this order.
    InsertItems {
        /// The texts, each a plain string.
        texts: Vec<String>,
    },
    /// A rewrite that `fixes` has code for, by the id of the check, on the object at this span.
    Rewrite {
        /// The object's node.
        object: Span,
    },
    /// Says the `vars` of a kustomization by `replacements`.
    ReplaceVars {
        /// The kustomization's node.
        object: Span,
    },
    /// Takes another version of a chart that stands elsewhere, at the finding's span.
    TakeChart {
        /// The chart.
        chart: String,
        /// The version in use.
        from: String,
        /// Whether the chart is numbered like the program that it installs.
        is_of_program: bool,
        /// As what the version is said at the place.
        said: VersionSaid,
        /// The version or range to take; empty as long as nobody has looked for one.
        to: String,
    },
    /// Says the `helmChartInflationGenerator` of a kustomization by `helmCharts`.
    RenameCharts {
        /// The kustomization's node.
        object: Span,
    },
}

/// As what the version of a chart is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VersionSaid {
    /// As a version or a range of versions, as Helm reads them.
    Range,
    /// As a tag of a registry, which is always one version.
    Tag,
    /// Not at the place that stands for it, for this reason.
    Otherwise(String),
}

/// Whether a fix may be applied without a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Safety {
    /// The meaning stays, on every minor of the journeys that reach the file.
    Safe,
    /// Somebody must say yes: the text says what changes.
    Ask(String),
    /// A program can make it, but not yet.
    Later {
        /// What it waits for.
        reason: String,
        /// Whether it may be made without asking then.
        then: Box<Safety>,
    },
}

impl Safety {
    /// What somebody must say yes to, now or later.
    #[must_use]
    pub fn question(&self) -> Option<&str> {
        match self {
            Self::Safe => None,
            Self::Ask(question) => Some(question),
            Self::Later { reason: _, then } => then.question(),
        }
    }
}
