//! Which clusters a path is deployed to, asked of all clusters at once.
//!
//! Takes the clusters once; gives their positions for each path, in a time that does not grow with the number of
//! clusters that do not deploy it. Says what [`Cluster::deploys`] says of each.

use globset::{GlobSet, GlobSetBuilder};

use crate::glob_tree::GlobTree;
use crate::{Cluster, PathPattern};

/// The paths of all clusters.
#[derive(Debug, Clone, Default)]
pub struct ClusterPaths {
    /// Clusters to which everything is deployed.
    everywhere: Vec<usize>,
    /// Files, folders, and patterns of names and wildcards.
    tree: GlobTree,
    /// All other patterns: one matcher, and whose each is. None if they do not fit one.
    others: (Option<GlobSet>, Vec<(usize, PathPattern)>),
}

impl ClusterPaths {
    /// Takes what `clusters` name.
    #[must_use]
    pub fn new(clusters: &[Cluster]) -> Self {
        let mut paths = Self::default();
        for (index, cluster) in clusters.iter().enumerate() {
            if cluster.paths.is_empty() {
                paths.everywhere.push(index);
            }
            for pattern in &cluster.paths {
                paths.add(index, pattern);
            }
        }
        paths.others.0 = set(&paths.others.1);
        paths
    }

    fn add(&mut self, cluster: usize, pattern: &PathPattern) {
        if pattern.is_everything() {
            self.everywhere.push(cluster);
            return;
        }
        self.tree.add_name(pattern.as_str(), cluster);
        if pattern.is_glob() && !self.tree.add_glob(pattern.as_str(), cluster) {
            self.others.1.push((cluster, pattern.clone()));
        }
    }

    /// The positions of the clusters to which what stands at `path` is deployed, ascending.
    #[must_use]
    pub fn of(&self, path: &str) -> Vec<usize> {
        let mut clusters = self.everywhere.clone();
        self.tree.matches(path, &mut clusters);
        self.match_others(path, &mut clusters);
        clusters.sort_unstable();
        clusters.dedup();
        clusters
    }

    fn match_others(&self, path: &str, clusters: &mut Vec<usize>) {
        let (set, patterns) = &self.others;
        match set {
            Some(set) => {
                let matching = set.matches(path).into_iter().filter_map(|index| patterns.get(index));
                clusters.extend(matching.map(|(cluster, _)| *cluster));
            }
            None => {
                let matching = patterns.iter().filter(|(_, pattern)| pattern.matches(path));
                clusters.extend(matching.map(|(cluster, _)| *cluster));
            }
        }
    }
}

fn set(patterns: &[(usize, PathPattern)]) -> Option<GlobSet> {
    let mut builder = GlobSetBuilder::new();
    for (_, pattern) in patterns {
        builder.add(pattern.glob().clone());
    }
    builder.build().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Platform;

    fn cluster(paths: &[&str]) -> Cluster {
        Cluster {
            name: paths.join(" "),
            paths: paths.iter().map(|path| PathPattern::new(path).unwrap()).collect(),
            version: None,
            target: None,
            platform: Platform::Upstream,
            apis: Vec::new(),
        }
    }

    #[test]
    fn says_of_all_clusters_what_each_says_by_itself() {
        let clusters: Vec<Cluster> = [
            &[][..],
            &["apps"],
            &["apps/a", "base/x.yaml"],
            &["apps/*/prod", "apps/a"],
            &["**/prod/*.yaml"],
            &["."],
            &["clusters/{one,two}/**"],
            &["./apps/b/"],
            &["apps2/[ab].yaml"],
            &[""],
        ]
        .map(cluster)
        .into();
        let all = ClusterPaths::new(&clusters);
        for path in [
            "a.yaml",
            "apps",
            "apps/a",
            "apps/a/x.yaml",
            "apps/a/prod",
            "apps/a/prod/x.yaml",
            "apps/b/prod/x.yml",
            "apps2/a.yaml",
            "apps2/c.yaml",
            "base/x.yaml",
            "base/x.yaml2",
            "clusters/one/a/b.yaml",
            "clusters/three/b.yaml",
            "x/prod/y.yaml",
        ] {
            let each: Vec<usize> =
                (0..clusters.len()).filter(|index| clusters[*index].deploys(path)).collect();
            assert_eq!(all.of(path), each, "{path}");
        }
    }
}
