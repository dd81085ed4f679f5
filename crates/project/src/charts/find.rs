//! Which charts of a tree are rendered by themselves, and which files of values are at hand for each.
//!
//! Takes the paths of a tree. A chart in the `charts/` of another one is rendered by that one. Reads nothing.

use std::collections::{BTreeMap, BTreeSet};

use crate::kind;

/// A chart that is rendered by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ChartFolder {
    /// The folder; empty for the tree's root.
    pub(crate) folder: String,
    /// The position of its `Chart.yaml` in the listing.
    pub(crate) position: usize,
    /// The paths of the files of values beside its own: `ci/*.yaml` and `examples/**/values.yaml`.
    pub(crate) values: Vec<String>,
}

impl ChartFolder {
    /// The folder as people are shown it.
    pub(crate) fn shown(&self) -> &str {
        if self.folder.is_empty() { "." } else { &self.folder }
    }

    /// The path of one of its files.
    pub(crate) fn path(&self, name: &str) -> String {
        join(&self.folder, name)
    }

    /// The path of a file below it, without the folder.
    pub(crate) fn name_of<'p>(&self, path: &'p str) -> Option<&'p str> {
        below(&self.folder, path)
    }
}

/// The charts among `files`, sorted by their folders.
pub(crate) fn charts(files: &[String]) -> Vec<ChartFolder> {
    let folders = kind::charts(files);
    let positions: BTreeMap<&str, usize> =
        files.iter().enumerate().map(|(position, path)| (path.as_str(), position)).collect();
    let own = folders.iter().filter(|folder| !is_held(folder, &folders));
    let found = own.filter_map(|folder| {
        let position = *positions.get(join(folder, "Chart.yaml").as_str())?;
        Some(ChartFolder { folder: folder.clone(), position, values: values_of(folder, files) })
    });
    found.collect()
}

/// Whether a chart stands in the `charts/` of another one.
fn is_held(folder: &str, folders: &BTreeSet<String>) -> bool {
    let around = folder.match_indices("charts/").map(|(at, _)| folder.get(..at).unwrap_or_default());
    around.map(|around| around.trim_end_matches('/')).any(|around| {
        let is_whole_name = below(around, folder).is_some_and(|rest| rest.starts_with("charts/"));
        is_whole_name && folders.contains(around)
    })
}

fn values_of(folder: &str, files: &[String]) -> Vec<String> {
    let is_of_values = |path: &&String| {
        below(folder, path).is_some_and(|name| {
            let of_tests = name.strip_prefix("ci/").is_some_and(|name| !name.contains('/'));
            (of_tests && (name.ends_with(".yaml") || name.ends_with(".yml")))
                || (name.starts_with("examples/") && name.ends_with("/values.yaml"))
        })
    };
    files.iter().filter(is_of_values).cloned().collect()
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

fn below<'p>(folder: &str, path: &'p str) -> Option<&'p str> {
    if folder.is_empty() { Some(path) } else { path.strip_prefix(folder)?.strip_prefix('/') }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(paths: &[&str]) -> Vec<(String, usize)> {
        let mut files: Vec<String> = paths.iter().map(|path| (*path).to_owned()).collect();
        files.sort_unstable();
        charts(&files).into_iter().map(|chart| (chart.folder, chart.values.len())).collect()
    }

    #[test]
    fn a_chart_in_the_charts_of_another_one_is_not_rendered_by_itself() {
        let paths = [
            "charts/web/Chart.yaml",
            "charts/web/charts/redis/Chart.yaml",
            "charts/web/charts/redis/charts/common/Chart.yaml",
            "charts/db/Chart.yaml",
            "mycharts/x/Chart.yaml",
        ];
        let expected = ["charts/db", "charts/web", "mycharts/x"].map(|folder| (folder.to_owned(), 0));
        assert_eq!(found(&paths), expected);
        assert_eq!(found(&["Chart.yaml", "charts/redis/Chart.yaml"]), [(String::new(), 0)]);
        assert_eq!(found(&["Chart.yaml", "mycharts/x/Chart.yaml"]).len(), 2);
    }

    #[test]
    fn values_are_those_of_tests_and_examples() {
        let paths = [
            "web/Chart.yaml",
            "web/values.yaml",
            "web/ci/a-values.yaml",
            "web/ci/deeper/b.yaml",
            "web/ci/notes.txt",
            "web/examples/one/values.yaml",
            "web/examples/values.yaml",
            "web/examples/one/other.yaml",
        ];
        assert_eq!(found(&paths), [("web".to_owned(), 3)]);
    }
}
