//! The scan for programs: one JSON document with a version of its own.

use checks::{ChartReach, Confidence, FixAction, Safety, Severity, UnitReach};
use inventory::Switch;
use schemars::JsonSchema;
use serde::Serialize;

use crate::scan::{Located, LocatedSwitch, Place, ScanReport, Waived};
use crate::summary::{ChartCounts, Counts, FleetCounts, Summary};
use crate::visible::visible_json;

/// The version of the form below. Fields may be added within it; none is removed or changes its meaning.
const FORM: &str = "liftlock.scan/v1";

/// A scan. What `liftlock scan -o json` prints.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(title = "liftlock scan")]
pub struct ScanDocument {
    /// `liftlock.scan/v1`.
    form: &'static str,
    /// The ways that were judged.
    journeys: Vec<JourneyDocument>,
    /// The counts.
    summary: SummaryDocument,
    /// The findings, sorted by path and place.
    findings: Vec<FindingDocument>,
    /// Findings that waivers accept.
    waived: Vec<WaivedDocument>,
    /// What was not assessed.
    not_assessed: Vec<NotAssessedDocument>,
    /// With `--helm`, the conditions of charts that ask what a cluster serves or which version it runs.
    switches: Vec<SwitchDocument>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct SwitchDocument {
    /// The folder of the chart; `.` is the repository's root.
    chart: String,
    condition: String,
    #[serde(flatten)]
    place: PlaceDocument,
    /// The minors at which it holds, and those at which it does not; with values at hand one may be in both.
    holds: Vec<String>,
    fails: Vec<String>,
    /// Whether values have a part in it, so that others may lead another way.
    depends_on_values: bool,
    /// Whether it goes one way at every minor of the journeys with all values at hand.
    dead: bool,
    /// The branch that is never reached; null if there is none.
    never_reached: Option<PlaceDocument>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct JourneyDocument {
    cluster: Option<String>,
    from: Option<String>,
    to: String,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct SummaryDocument {
    files_assessed: u64,
    documents_assessed: u64,
    files_with_findings: usize,
    total: CountsDocument,
    by_minor: Vec<MinorDocument>,
    waived: usize,
    not_assessed: Vec<ReasonDocument>,
    /// The kustomizations that nothing includes; null if they were not asked for.
    kustomizations: Option<RootsDocument>,
    /// The charts that are rendered by themselves; null if they were not asked for.
    charts: Option<ChartsDocument>,
    /// The clusters that the repository deploys to; null with `--files-only`.
    fleet: Option<FleetDocument>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct FleetDocument {
    clusters: usize,
    /// All units of all clusters. Those that lack something stand in `notAssessed` with the reason `unit-lacks`.
    units: usize,
    /// Those that could be rendered at each minor of their cluster's way.
    rendered: usize,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct ChartsDocument {
    /// All of them. Renders that failed stand in `notAssessed` with the reason `render-failed`.
    found: usize,
    /// Those that could be rendered in one way at least.
    rendered: usize,
    /// Renders: each chart with each set of values at each minor of its journeys.
    renders: usize,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct RootsDocument {
    /// All of them. Those that could not be rendered stand in `notAssessed` with the reason `render-failed`.
    found: usize,
    /// Those whose output was judged.
    rendered: usize,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct CountsDocument {
    breaks: usize,
    silent: usize,
    warning: usize,
    info: usize,
    /// Findings with a fix that may be made unattended.
    fixable: usize,
    /// Findings with a fix that is made after an answer.
    questions: usize,
    /// Findings with a fix that waits for something else.
    later: usize,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct MinorDocument {
    minor: Option<String>,
    counts: CountsDocument,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct ReasonDocument {
    reason: &'static str,
    count: usize,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct FindingDocument {
    check: &'static str,
    /// `breaks`, `silent`, `warning` or `info`.
    severity: &'static str,
    /// `high`, `medium` or `low`.
    confidence: &'static str,
    #[serde(flatten)]
    place: PlaceDocument,
    object: Option<ObjectDocument>,
    /// Where in the object: `spec.template.spec.containers[0].image`.
    field: String,
    message: String,
    remedy: String,
    /// The minor at which it bites.
    minor: Option<String>,
    clusters: Vec<String>,
    /// With `--kustomize`, the folders of the kustomizations in whose output it is, sorted; `.` is the repository's root.
    roots: Vec<String>,
    /// With `--helm`, the charts in whose output it is, each with the values and the minors at which it renders it.
    charts: Vec<ChartReachDocument>,
    /// The units of clusters in whose output it is, sorted by unit, cluster and object.
    units: Vec<UnitReachDocument>,
    /// Whether a cluster gets what the file is a part of; null where nobody asked, or nobody can tell.
    deployed: Option<bool>,
    fix: Option<FixDocument>,
    related: Vec<RelatedDocument>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct UnitReachDocument {
    /// Kind, namespace and name of the unit.
    unit: String,
    cluster: String,
    /// The object as it is called there; empty where the finding is about none.
    object: String,
    /// The minors at which it renders it.
    minors: Vec<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct ChartReachDocument {
    /// The folder of the chart; `.` is the repository's root.
    chart: String,
    /// The files of values beside the chart's own, with `, ` between them; empty for none.
    values: String,
    minors: Vec<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct PlaceDocument {
    path: String,
    line: u32,
    /// From 1, in Unicode code points.
    column: u32,
    end_line: u32,
    end_column: u32,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct ObjectDocument {
    api_version: String,
    kind: String,
    namespace: String,
    name: String,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct FixDocument {
    /// `convert`, `replace`, `rename`, `remove`, `rewrite`, `insert`, or `take` for another version of a chart.
    action: &'static str,
    /// For conversions, the API that it becomes.
    to: Option<String>,
    /// Whether it may be applied unattended.
    safe: bool,
    /// What must be answered first.
    question: Option<String>,
    /// What it waits for, if it cannot be made yet.
    later: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct RelatedDocument {
    what: String,
    #[serde(flatten)]
    place: PlaceDocument,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct WaivedDocument {
    check: &'static str,
    #[serde(flatten)]
    place: PlaceDocument,
    object: Option<ObjectDocument>,
    message: String,
    owner: String,
    reason: String,
    expires: String,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct NotAssessedDocument {
    path: String,
    reason: &'static str,
    detail: String,
}

/// The scan as JSON, pretty-printed, with a line end.
#[must_use]
pub fn to_json(report: &ScanReport<'_>) -> String {
    let mut text = serde_json::to_string_pretty(&document(report)).unwrap_or_default();
    text.push('\n');
    visible_json(text)
}

/// The JSON schema of what [`to_json`] gives.
#[must_use]
pub fn scan_schema() -> String {
    let mut text = serde_json::to_string_pretty(&schemars::schema_for!(ScanDocument)).unwrap_or_default();
    text.push('\n');
    text
}

fn document(report: &ScanReport<'_>) -> ScanDocument {
    ScanDocument {
        form: FORM,
        journeys: report
            .journeys
            .iter()
            .map(|journey| JourneyDocument {
                cluster: journey.cluster.clone(),
                from: journey.from.map(|from| from.to_string()),
                to: journey.to.to_string(),
            })
            .collect(),
        summary: summary(&report.summary),
        findings: report.findings.iter().map(finding).collect(),
        waived: report.waived.iter().map(waived).collect(),
        not_assessed: report
            .not_assessed
            .iter()
            .map(|item| NotAssessedDocument {
                path: item.path.clone(),
                reason: item.reason.id(),
                detail: item.detail.clone(),
            })
            .collect(),
        switches: report.switches.iter().map(switch).collect(),
    }
}

fn switch(located: &LocatedSwitch<'_>) -> SwitchDocument {
    let minors = |holds| located.minors(holds).iter().map(ToString::to_string).collect();
    let Switch { chart, condition, depends_on_values, .. } = located.switch;
    SwitchDocument {
        chart: chart.clone(),
        condition: condition.clone(),
        place: place(&located.place),
        holds: minors(true),
        fails: minors(false),
        depends_on_values: *depends_on_values,
        dead: located.switch.is_dead(),
        never_reached: located.never_reached.as_ref().map(place),
    }
}

fn waived(waived: &Waived<'_>) -> WaivedDocument {
    let found = &waived.located.finding;
    WaivedDocument {
        check: found.check,
        place: place(&waived.located.place),
        object: found.object.as_ref().map(object),
        message: found.message.clone(),
        owner: waived.owner.clone(),
        reason: waived.reason.clone(),
        expires: waived.expires.clone(),
    }
}

fn summary(summary: &Summary) -> SummaryDocument {
    SummaryDocument {
        files_assessed: summary.files_assessed,
        documents_assessed: summary.documents_assessed,
        files_with_findings: summary.files_with_findings,
        total: counts(&summary.total),
        by_minor: summary
            .by_minor
            .iter()
            .map(|row| MinorDocument {
                minor: row.minor.map(|minor| minor.to_string()),
                counts: counts(&row.counts),
            })
            .collect(),
        waived: summary.waived,
        not_assessed: summary
            .not_assessed
            .iter()
            .map(|(reason, count)| ReasonDocument { reason: reason.id(), count: *count })
            .collect(),
        kustomizations: summary.roots.map(|(found, rendered)| RootsDocument { found, rendered }),
        charts: summary.charts.map(|ChartCounts { found, rendered, renders }| ChartsDocument {
            found,
            rendered,
            renders,
        }),
        fleet: summary.fleet.map(|FleetCounts { clusters, units, rendered }| FleetDocument {
            clusters,
            units,
            rendered,
        }),
    }
}

fn counts(counts: &Counts) -> CountsDocument {
    let Counts { breaks, silent, warning, info, fixable, questions, later } = *counts;
    CountsDocument { breaks, silent, warning, info, fixable, questions, later }
}

fn finding(located: &Located<'_>) -> FindingDocument {
    let found = &located.finding;
    FindingDocument {
        check: found.check,
        severity: severity_id(found.severity),
        confidence: confidence_id(found.confidence),
        place: place(&located.place),
        object: found.object.as_ref().map(object),
        field: found.path.to_string(),
        message: found.message.clone(),
        remedy: found.remedy.clone(),
        minor: found.minor.map(|minor| minor.to_string()),
        clusters: found.clusters.clone(),
        roots: found.roots.clone(),
        charts: found.charts.iter().map(chart_reach).collect(),
        units: found.units.iter().map(unit_reach).collect(),
        deployed: found.is_deployed,
        fix: found.fix.as_ref().map(fix),
        related: located
            .related
            .iter()
            .map(|(at, what)| RelatedDocument { what: what.clone().into_owned(), place: place(at) })
            .collect(),
    }
}

fn unit_reach(reach: &UnitReach) -> UnitReachDocument {
    let UnitReach { unit, cluster, object, minors } = reach;
    UnitReachDocument {
        unit: unit.clone(),
        cluster: cluster.clone(),
        object: object.clone(),
        minors: minors.iter().map(ToString::to_string).collect(),
    }
}

fn chart_reach(reach: &ChartReach) -> ChartReachDocument {
    let ChartReach { chart, values, minors } = reach;
    let minors = minors.iter().map(ToString::to_string).collect();
    ChartReachDocument { chart: chart.clone(), values: values.clone(), minors }
}

fn place(place: &Place) -> PlaceDocument {
    PlaceDocument {
        path: place.path.clone(),
        line: place.start.line,
        column: place.start.column,
        end_line: place.end.line,
        end_column: place.end.column,
    }
}

fn object(object: &checks::ObjectName) -> ObjectDocument {
    ObjectDocument {
        api_version: object.api_version.clone(),
        kind: object.kind.clone(),
        namespace: object.key.namespace.clone(),
        name: object.key.name.clone(),
    }
}

fn fix(fix: &checks::Fix) -> FixDocument {
    let (action, to) = match &fix.action {
        FixAction::Convert { api_version, kind, .. } => ("convert", Some(format!("{api_version}/{kind}"))),
        FixAction::ReplaceScalar { text } | FixAction::ReplaceWithin { text, .. } => {
            ("replace", Some(text.clone()))
        }
        FixAction::TakeChart { to, .. } => ("take", Some(to.clone())),
        FixAction::RenameKey { to } => ("rename", Some(to.clone())),
        FixAction::RemoveEntry | FixAction::RemoveItem => ("remove", None),
        FixAction::InsertItems { texts } => ("insert", Some(texts.join(", "))),
        FixAction::Rewrite { .. } | FixAction::ReplaceVars { .. } | FixAction::RenameCharts { .. } => {
            ("rewrite", None)
        }
    };
    let later = match &fix.safety {
        Safety::Safe | Safety::Ask(_) => None,
        Safety::Later { reason, then: _ } => Some(reason.clone()),
    };
    let question = fix.safety.question().map(str::to_owned);
    FixDocument { action, to, safe: fix.safety == Safety::Safe, question, later }
}

/// The word for a severity in every format for machines.
pub(crate) fn severity_id(severity: Severity) -> &'static str {
    match severity {
        Severity::Breaks => "breaks",
        Severity::Silent => "silent",
        Severity::Warning => "warning",
        Severity::Info => "info",
    }
}

fn confidence_id(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::High => "high",
        Confidence::Medium => "medium",
        Confidence::Low => "low",
    }
}
