//! The way of each cluster that a repository deploys to.
//!
//! What was asked wins, then what the configuration says, then what files of the repository say of the version that it runs.

use std::collections::{BTreeMap, BTreeSet};

use catalog::Overlay;
use config::Config;
use version::Minor;

use crate::charts::minors;
use crate::journeys::{Asked, Route, of_clusters};

/// The route of each cluster, by its name.
pub(crate) struct ClusterRoutes(BTreeMap<String, (Route, BTreeSet<Minor>)>);

impl ClusterRoutes {
    pub(crate) fn new(
        (config, said): (&Config, &BTreeMap<String, Minor>),
        asked: Asked,
        names: Vec<String>,
    ) -> Self {
        let routes = names.into_iter().map(|name| {
            let route = of_clusters((config, Some(said)), asked, std::slice::from_ref(&name));
            let minors = minors::of_route(&route).into_iter().collect();
            (name, (route, minors))
        });
        Self(routes.collect())
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

    /// The minors that any cluster passes, the oldest first.
    pub(crate) fn minors(&self) -> BTreeSet<Minor> {
        self.0.values().flat_map(|(_, minors)| minors).copied().collect()
    }

    /// Whether a cluster passes a minor.
    pub(crate) fn passes(&self, name: &str, minor: Minor) -> bool {
        self.0.get(name).is_some_and(|(_, minors)| minors.contains(&minor))
    }
}
