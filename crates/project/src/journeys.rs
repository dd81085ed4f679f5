//! Which journeys reach which file.

use std::collections::BTreeMap;

use catalog::{Enabled, Overlay};
use checks::Journey;
use config::{Cluster, ClusterPaths, Config, Platform};
use resource::GroupVersion;
use version::Minor;

use crate::fleet::KnownClusters;

/// What was asked for on the command line; it wins over the configuration.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Asked {
    pub(crate) from: Option<Minor>,
    pub(crate) to: Option<Minor>,
}

/// A set of journeys that some files share, with what all their clusters serve beyond the defaults.
#[derive(Debug, Clone)]
pub(crate) struct Route {
    pub(crate) journeys: Vec<Journey>,
    pub(crate) overlay: Overlay,
}

impl Route {
    /// Takes in another route: every way of both, and what is on in both.
    pub(crate) fn join(&mut self, other: Self) {
        let Self { journeys, overlay } = other;
        self.journeys.extend(journeys);
        let way = |journey: &Journey| (journey.cluster.clone(), journey.from, journey.to);
        self.journeys.sort_by_key(way);
        self.journeys.dedup_by_key(|journey| way(journey));
        self.overlay.enabled.retain(|api| overlay.enabled.contains(api));
        if overlay.platform != self.overlay.platform {
            self.overlay.platform = catalog::Platform::Upstream;
        }
    }
}

/// The routes, and which of them each path is on.
#[derive(Debug)]
pub(crate) struct Routes {
    routes: Vec<Route>,
    by_path: Vec<usize>,
}

/// Whose route a path is on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Whose {
    /// That of the clusters of the configuration at these positions; of all of them if there is none.
    Configured(Vec<usize>),
    /// That of the clusters which are known to get it, by their names.
    Deployed(Vec<String>),
}

impl Routes {
    /// Sorts `paths` into routes: that of the clusters that get what stands there, if that is known, else that of those which
    /// name the path. A path that no cluster names is deployed to any of them for all we know, so it is on the route of all.
    pub(crate) fn new(
        config: &Config,
        asked: Asked,
        paths: &[String],
        known: Option<&KnownClusters>,
    ) -> Self {
        let named = ClusterPaths::new(&config.clusters);
        let mut index_of: BTreeMap<Whose, usize> = BTreeMap::new();
        let mut routes = Vec::new();
        let mut by_path = Vec::with_capacity(paths.len());
        for path in paths {
            let clusters = known.and_then(|known| known.deployment.clusters(path));
            let whose = match clusters {
                Some(clusters) => Whose::Deployed(clusters.map(str::to_owned).collect()),
                None => Whose::Configured(named.of(path)),
            };
            let index = *index_of.entry(whose).or_insert_with_key(|whose| {
                routes.push(match whose {
                    Whose::Deployed(names) => {
                        of_clusters((config, known.map(|known| &known.versions)), asked, names)
                    }
                    Whose::Configured(members) => of_members(config, asked, members),
                });
                routes.len() - 1
            });
            by_path.push(index);
        }
        Self { routes, by_path }
    }

    /// The route of the path at this position.
    pub(crate) fn of(&self, position: usize) -> Option<&Route> {
        self.routes.get(*self.by_path.get(position)?)
    }
}

/// The journeys of all clusters, in the order of the configuration.
pub(crate) fn all(config: &Config, asked: Asked) -> Route {
    let clusters: Vec<&Cluster> = config.clusters.iter().collect();
    route(&clusters, asked)
}

fn of_members(config: &Config, asked: Asked, members: &[usize]) -> Route {
    if members.is_empty() {
        return all(config, asked);
    }
    let clusters: Vec<&Cluster> = members.iter().filter_map(|index| config.clusters.get(*index)).collect();
    route(&clusters, asked)
}

/// The journeys of clusters by their names, whether the configuration knows them or not. Where nobody else says which version
/// a cluster runs, it is the one that files of the repository say.
pub(crate) fn of_clusters(
    (config, said): (&Config, Option<&BTreeMap<String, Minor>>),
    asked: Asked,
    names: &[String],
) -> Route {
    let configured = |name: &String| config.cluster(name);
    let journeys = names.iter().map(|name| {
        let cluster = configured(name);
        let said = said.and_then(|said| said.get(name)).copied();
        let from = asked.from.or(cluster.and_then(|cluster| cluster.version)).or(said);
        let to = asked.to.or(cluster.and_then(|cluster| cluster.target));
        Journey { cluster: Some(name.clone()), from, to: target(to, from) }
    });
    let clusters = names.iter().map(configured).collect::<Option<Vec<&Cluster>>>();
    Route { journeys: journeys.collect(), overlay: clusters.map(|all| overlay(&all)).unwrap_or_default() }
}

fn route(clusters: &[&Cluster], asked: Asked) -> Route {
    if clusters.is_empty() {
        let journey = Journey { cluster: None, from: asked.from, to: target(asked.to, asked.from) };
        return Route { journeys: vec![journey], overlay: Overlay::default() };
    }
    let journeys = clusters.iter().map(|cluster| journey(cluster, asked)).collect();
    Route { journeys, overlay: overlay(clusters) }
}

fn journey(cluster: &Cluster, asked: Asked) -> Journey {
    let from = asked.from.or(cluster.version);
    Journey { cluster: Some(cluster.name.clone()), from, to: target(asked.to.or(cluster.target), from) }
}

/// Without a target: the next minor, or all that is known.
fn target(to: Option<Minor>, from: Option<Minor>) -> Minor {
    to.or(from.map(Minor::next)).unwrap_or(catalog::HORIZON)
}

/// What every one of the clusters serves: an API that one of them lacks cannot be relied on.
fn overlay(clusters: &[&Cluster]) -> Overlay {
    let is_eks = clusters.iter().all(|cluster| cluster.platform == Platform::Eks);
    let platform = if is_eks { catalog::Platform::Eks } else { catalog::Platform::Upstream };
    let mut apis = clusters.first().map(|cluster| cluster.apis.clone()).unwrap_or_default();
    apis.retain(|api| clusters.iter().all(|cluster| cluster.apis.contains(api)));
    let enabled =
        apis.iter().filter_map(|api| GroupVersion::parse(api)).map(Enabled::group_version).collect();
    Overlay { platform, enabled }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(text: &str) -> Config {
        config::read(text::TextId(0), text.as_bytes(), &[]).unwrap()
    }

    #[test]
    fn paths_are_on_the_routes_of_the_clusters_that_name_them() {
        let config = config(
            "clusters:\n- {name: a, paths: [a], version: '1.29', target: '1.31'}\n- {name: b, paths: [b], version: '1.27', target: '1.31'}\n",
        );
        let paths =
            ["a/x.yaml".to_owned(), "b/x.yaml".to_owned(), "base/x.yaml".to_owned(), "a/y.yaml".to_owned()];
        let routes = Routes::new(&config, Asked::default(), &paths, None);
        let names = |position| -> Vec<String> {
            routes
                .of(position)
                .unwrap()
                .journeys
                .iter()
                .filter_map(|journey| journey.cluster.clone())
                .collect()
        };
        assert_eq!(
            (names(0), names(1), names(3)),
            (vec!["a".into()], vec!["b".into()], vec!["a".to_owned()])
        );
        assert_eq!(names(2), ["a", "b"]);
        assert_eq!(routes.routes.len(), 3);
    }

    #[test]
    fn what_is_asked_wins_and_without_a_target_the_next_minor_is_meant() {
        let config = config("clusters:\n- {name: a, version: '1.29'}\n");
        let to = |asked| all(&config, asked).journeys[0].to;
        assert_eq!(to(Asked::default()), Minor::new(30));
        assert_eq!(to(Asked { from: None, to: Some(Minor::new(33)) }), Minor::new(33));
        assert_eq!(all(&Config::default(), Asked::default()).journeys[0].to, catalog::HORIZON);
    }
}
