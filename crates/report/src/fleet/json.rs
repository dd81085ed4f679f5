//! The fleet for programs: one JSON document with a version of its own.

use gitops::{Cluster, Fleet, Outcome, RenderedObject, Undeployed, Unit};
use schemars::JsonSchema;
use serde::Serialize;

use super::FleetCounts;
use crate::visible::visible_json;

/// The version of the form below. Fields may be added within it; none is removed or changes its meaning.
const FORM: &str = "liftlock.tree/v1";

/// A fleet. What `liftlock tree -o json` prints.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(title = "liftlock tree")]
pub struct FleetDocument {
    /// `liftlock.tree/v1`.
    form: &'static str,
    summary: SummaryDocument,
    clusters: Vec<ClusterDocument>,
    /// What nobody wrote down and was taken for granted.
    assumptions: Vec<String>,
    /// Kustomizations that nothing deploys.
    undeployed: Vec<UndeployedDocument>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct UndeployedDocument {
    path: String,
    namespace: String,
    name: String,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct SummaryDocument {
    clusters: usize,
    units: usize,
    rendered: usize,
    not_assessed: usize,
    objects: usize,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct ClusterDocument {
    name: String,
    version: Option<String>,
    /// The files in which the units stand that nothing renders.
    entries: Vec<String>,
    units: Vec<UnitDocument>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct UnitDocument {
    kind: &'static str,
    namespace: String,
    name: String,
    /// The unit that renders it, as `KIND NAMESPACE/NAME`.
    parent: Option<String>,
    source: String,
    depends_on: Vec<String>,
    suspended: bool,
    /// Why it is not assessed; null if it was rendered.
    not_assessed: Option<String>,
    notes: Vec<String>,
    objects: Vec<ObjectDocument>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct ObjectDocument {
    api_version: String,
    kind: String,
    namespace: String,
    name: String,
}

/// The fleet as JSON.
///
/// # Errors
/// Never in practice: all keys are texts.
pub fn json(fleet: &Fleet) -> Result<String, serde_json::Error> {
    let counts = FleetCounts::of(fleet);
    let document = FleetDocument {
        form: FORM,
        summary: SummaryDocument {
            clusters: counts.clusters,
            units: counts.units,
            rendered: counts.rendered,
            not_assessed: counts.units - counts.rendered,
            objects: counts.objects,
        },
        clusters: fleet.clusters.iter().map(cluster).collect(),
        assumptions: fleet.assumptions.iter().map(ToString::to_string).collect(),
        undeployed: fleet.undeployed.iter().map(undeployed).collect(),
    };
    let mut text = visible_json(serde_json::to_string_pretty(&document)?);
    text.push('\n');
    Ok(text)
}

fn undeployed(undeployed: &Undeployed) -> UndeployedDocument {
    let (namespace, name) = undeployed.name.clone();
    UndeployedDocument { path: undeployed.path.clone(), namespace, name }
}

fn cluster(cluster: &Cluster) -> ClusterDocument {
    ClusterDocument {
        name: cluster.name.clone(),
        version: cluster.version.map(|version| version.to_string()),
        entries: cluster.entries.iter().map(|entry| entry.path.clone()).collect(),
        units: cluster.units.iter().map(|one| unit(cluster, one)).collect(),
    }
}

fn unit(cluster: &Cluster, unit: &Unit) -> UnitDocument {
    let parent = unit.parent.and_then(|parent| cluster.units.get(parent));
    UnitDocument {
        kind: unit.key.kind.as_str(),
        namespace: unit.key.namespace.clone(),
        name: unit.key.name.clone(),
        parent: parent.map(|parent| parent.key.to_string()),
        source: unit.source.clone(),
        depends_on: unit.depends_on.iter().map(ToString::to_string).collect(),
        suspended: unit.is_suspended,
        not_assessed: match &unit.outcome {
            Outcome::NotAssessed(missing) => Some(missing.to_string()),
            Outcome::Rendered(_) => None,
        },
        notes: unit.notes.clone(),
        objects: unit.objects().iter().map(object).collect(),
    }
}

fn object(object: &RenderedObject) -> ObjectDocument {
    ObjectDocument {
        api_version: object.api_version.clone(),
        kind: object.id.kind.clone(),
        namespace: object.id.namespace.clone(),
        name: object.id.name.clone(),
    }
}
