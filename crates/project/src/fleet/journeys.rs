//! The way of each cluster that a repository deploys to.
//!
//! What was asked wins, then what the configuration says, then what files of the repository say of the version that it runs.

use std::collections::{BTreeMap, BTreeSet};

use catalog::Overlay;
use checks::UnitReach;
use config::Config;
use version::Minor;

use crate::charts::minors::{self, judged_for};
use crate::journeys::{Asked, Route, of_clusters};

/// The route of each cluster, by its name.
#[derive(Default)]
pub(crate) struct ClusterRoutes(BTreeMap<String, (Route, BTreeSet<Minor>)>);

impl ClusterRoutes {
    /// Adds clusters: those that are found first, then those that turn out to get something, such as by another one's Argo CD.
    pub(crate) fn add<'n>(
        &mut self,
        (config, said): (&Config, &BTreeMap<String, Minor>),
        asked: Asked,
        names: impl Iterator<Item = &'n str>,
    ) {
        for name in names {
            self.0.entry(name.to_owned()).or_insert_with_key(|name| {
                let route = of_clusters((config, Some(said)), asked, std::slice::from_ref(name));
                let minors = minors::of_route(&route).into_iter().collect();
                (route, minors)
            });
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The ways of all clusters.
    pub(crate) fn of_all(&self) -> Route {
        let journeys = self.0.values().flat_map(|(route, _)| route.journeys.clone()).collect();
        Route { journeys, overlay: Overlay::default() }
    }

    /// The route of a cluster.
    pub(crate) fn of(&self, name: &str) -> Option<&Route> {
        self.0.get(name).map(|(route, _)| route)
    }

    /// The way of all clusters whose units share something, as far as these render it; what is on in all of them is on.
    pub(crate) fn of_units<'u>(&self, units: impl IntoIterator<Item = &'u UnitReach>) -> Route {
        let units = units.into_iter();
        let mut parts = units.filter_map(|reach| Some(judged_for(self.of(&reach.cluster)?, &reach.minors)));
        let first =
            parts.next().unwrap_or_else(|| Route { journeys: Vec::new(), overlay: Overlay::default() });
        parts.fold(first, |mut shared, part| {
            shared.join(part);
            shared
        })
    }

    /// The minors that any cluster passes, the oldest first.
    pub(crate) fn minors(&self) -> BTreeSet<Minor> {
        self.0.values().flat_map(|(_, minors)| minors).copied().collect()
    }

    /// Whether a cluster passes a minor. One that turns up on the way does if the one does that deploys to it.
    pub(crate) fn passes(&self, name: &str, minor: Minor) -> bool {
        self.0.get(name).is_none_or(|(_, minors)| minors.contains(&minor))
    }
}
