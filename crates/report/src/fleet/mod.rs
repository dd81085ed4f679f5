//! What a repository deploys: cluster, unit, source, objects.
//!
//! Takes a fleet, gives bytes in each form. What units could not be assessed is part of every form.

mod difference;
mod dot;
mod json;
mod svg;
mod text;

use gitops::{Cluster, Fleet, Outcome, Unit};

pub use difference::{DifferenceDocument, difference_json, difference_markdown, difference_text};
pub use dot::dot;
pub use json::{FleetDocument, json};
pub use svg::svg;
pub use text::text;

/// How many units there are, and how many were not assessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FleetCounts {
    /// The clusters.
    pub clusters: usize,
    /// The units of all of them.
    pub units: usize,
    /// Those that were rendered.
    pub rendered: usize,
    /// The objects that these rendered.
    pub objects: usize,
}

impl FleetCounts {
    /// Counts a fleet.
    #[must_use]
    pub fn of(fleet: &Fleet) -> Self {
        let units = || fleet.clusters.iter().flat_map(|cluster| &cluster.units);
        Self {
            clusters: fleet.clusters.len(),
            units: units().count(),
            rendered: units().filter(|unit| matches!(unit.outcome, Outcome::Rendered(_))).count(),
            objects: units().map(|unit| unit.objects().len()).sum(),
        }
    }

    /// The counts in one sentence.
    #[must_use]
    pub fn sentence(self) -> String {
        let Self { clusters, units, rendered, objects } = self;
        let not_assessed = units - rendered;
        let rest = if not_assessed == 0 { String::new() } else { format!("; {not_assessed} not assessed") };
        format!(
            "{} in {}: {rendered} rendered, {}{rest}",
            counted(units, "unit"),
            counted(clusters, "cluster"),
            counted(objects, "object")
        )
    }
}

fn counted(count: usize, word: &str) -> String {
    format!("{count} {word}{}", if count == 1 { "" } else { "s" })
}

/// The units that a unit renders, in the order in which they were found; of no unit, those that nothing renders.
fn below(cluster: &Cluster, parent: Option<usize>) -> impl Iterator<Item = (usize, &Unit)> {
    cluster.units.iter().enumerate().filter(move |(position, unit)| {
        // What bootstraps a cluster may render itself.
        unit.parent.filter(|parent| parent != position) == parent
    })
}
