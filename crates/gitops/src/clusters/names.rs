//! What clusters are called: by the folder that says something.

use kustomize::load::join;

use crate::repository::Declared;

/// Names of folders that say what is in them, not which cluster it is for.
const GENERAL_NAMES: [&str; 10] = [
    "flux-system",
    "flux",
    "config",
    "bootstrap",
    "base",
    "system",
    "sync",
    "gitops",
    "kubernetes",
    "entrypoint",
];

/// The name of folders whose folders are clusters.
const CLUSTERS_NAME: &str = "clusters";

/// The name of the cluster that an entry is for: the folder below `clusters/`, or the last one that says something.
pub(super) fn name_of(entry: &Declared) -> String {
    let folder = entry.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let path = join("", &entry.spec.path);
    // An entry that renders itself says by its path which folder is the cluster's.
    let is_own = !path.is_empty() && (folder == path || folder.starts_with(&format!("{path}/")));
    let of_path = name_in(if is_own { &path } else { folder });
    of_path.unwrap_or_else(|| "cluster".to_owned())
}

/// The name of a cluster by its folder.
pub(super) fn name_in(folder: &str) -> Option<String> {
    let file = format!("{folder}/x");
    let of_cluster = cluster_folder(&file).and_then(|folder| folder.rsplit('/').next());
    let mut parts = folder.split('/').rev().filter(|part| !part.is_empty());
    let said = parts.find(|part| !GENERAL_NAMES.contains(part));
    of_cluster.or(said).map(str::to_owned)
}

/// The folder `…/clusters/NAME` that a file is in.
pub(super) fn cluster_folder(path: &str) -> Option<&str> {
    let mut start = 0;
    for part in path.split('/') {
        let after = start + part.len() + 1;
        if part == CLUSTERS_NAME {
            let rest = path.get(after..)?;
            let (name, _) = rest.split_once('/')?;
            return path.get(..after + name.len());
        }
        start = after;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cluster_is_called_by_the_folder_that_says_something() {
        for (folder, expected) in [
            ("clusters/production", Some("production")),
            ("clusters/base/apps", Some("base")),
            ("kubernetes/clusters/cluster-0/flux-system", Some("cluster-0")),
            ("kubernetes/main/flux/config", Some("main")),
            ("cluster/flux", Some("cluster")),
            ("gitops/clusters/cluster-demo", Some("cluster-demo")),
            ("flux-system", None),
            ("", None),
        ] {
            assert_eq!(name_in(folder).as_deref(), expected, "{folder}");
        }
    }

    #[test]
    fn the_folder_of_a_cluster_is_below_clusters() {
        assert_eq!(cluster_folder("gitops/clusters/demo/apps/a.yaml"), Some("gitops/clusters/demo"));
        assert_eq!(cluster_folder("clusters/a.yaml"), None);
        assert_eq!(cluster_folder("my-clusters/demo/a.yaml"), None);
    }
}
