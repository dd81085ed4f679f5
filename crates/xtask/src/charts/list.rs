//! The list of charts that `cargo xtask charts` lays out: where each was published, and which commit of which repository has it.
//!
//! Takes the text of `data/charts.toml`; gives its rows, checked against each other. Holds nothing of a chart but what leads to it.

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// Charts that one holds, and those that these hold. The deepest open chart has three.
const DEPTH_MAX: usize = 6;

/// The whole list.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct List {
    #[serde(rename = "chart")]
    pub(crate) charts: Vec<Listed>,
}

/// One version of a chart.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Listed {
    pub(crate) name: String,
    pub(crate) version: String,
    /// The chart repositories, and paths of registries, that it was published in; none where others only hold it.
    #[serde(default)]
    pub(crate) repositories: Vec<String>,
    /// The Git repository, as OWNER/NAME.
    pub(crate) git: String,
    pub(crate) commit: String,
    /// The folder of the chart at that commit, or an archive as it was published.
    pub(crate) path: String,
    /// SHA-256 of the archive as it was published; else of what is packed, before it is compressed.
    pub(crate) digest: String,
    /// Other rows whose charts are laid into `charts/`, as NAME VERSION.
    #[serde(default)]
    pub(crate) holds: Vec<String>,
    /// Files below `templates/` that its `.helmignore` leaves out of the archive.
    #[serde(default)]
    pub(crate) without: Vec<String>,
    /// Fields of `Chart.yaml` that the release writes when it packs.
    #[serde(default)]
    pub(crate) stamp: BTreeMap<String, String>,
    /// The file that becomes `Chart.yaml`, where that is another one.
    #[serde(default = "chart_file")]
    pub(crate) metadata: String,
    /// What is known to be different from what was published.
    pub(crate) lacks: Option<String>,
}

fn chart_file() -> String {
    "Chart.yaml".to_owned()
}

impl Listed {
    /// What rows call each other by.
    pub(crate) fn key(&self) -> String {
        format!("{} {}", self.name, self.version)
    }

    /// Whether it is there as it was published.
    pub(crate) fn is_published_archive(&self) -> bool {
        self.path.ends_with(".tgz")
    }
}

impl List {
    /// Reads a list.
    pub(crate) fn read(text: &str) -> Result<Self> {
        let list: Self = toml::from_str(text).context("cannot read the list of charts")?;
        list.check()?;
        Ok(list)
    }

    /// The row of a key.
    pub(crate) fn row(&self, key: &str) -> Option<&Listed> {
        self.charts.iter().find(|chart| chart.key() == key)
    }

    fn check(&self) -> Result<()> {
        let mut keys = BTreeSet::new();
        for chart in &self.charts {
            let key = chart.key();
            if !keys.insert(key.clone()) {
                bail!("'{key}' is in the list twice");
            }
            if chart.commit.len() != 40 || !chart.commit.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                bail!("'{key}' names no whole commit: '{}'", chart.commit);
            }
            let places = [&chart.name, &chart.version].into_iter().chain(&chart.repositories);
            if places.into_iter().any(|place| place.split('/').any(|part| part == "..")) {
                bail!("'{key}' leads out of the folder that it is laid into");
            }
            self.check_held(chart, 0)?;
        }
        Ok(())
    }

    fn check_held(&self, chart: &Listed, depth: usize) -> Result<()> {
        if depth > DEPTH_MAX {
            bail!("'{}' holds charts deeper than {DEPTH_MAX} levels", chart.key());
        }
        for held in &chart.holds {
            let Some(row) = self.row(held) else {
                bail!("'{}' holds '{held}', which is not in the list", chart.key())
            };
            self.check_held(row, depth + 1)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::List;

    const COMMIT: &str = "0123456789012345678901234567890123456789";

    fn row(name: &str, commit: &str, more: &str) -> String {
        format!(
            "[[chart]]\nname = '{name}'\nversion = '1.0.0'\ngit = 'o/r'\ncommit = '{commit}'\npath = 'charts/{name}'\ndigest = ''\n{more}\n"
        )
    }

    #[test]
    fn the_committed_list_is_whole() {
        let list = List::read(include_str!("../../data/charts.toml")).unwrap();
        assert!(list.charts.len() > 30);
        assert!(list.charts.iter().all(|chart| chart.digest.len() == 64));
    }

    #[test]
    fn rows_that_lead_nowhere_are_refused() {
        for (text, expected) in [
            (row("web", COMMIT, "") + &row("web", COMMIT, ""), "twice"),
            (row("web", "main", ""), "no whole commit"),
            (row("web", COMMIT, "holds = ['redis 1.0.0']"), "not in the list"),
            (row("web", COMMIT, "holds = ['web 1.0.0']"), "deeper than"),
            (row("web", COMMIT, "repositories = ['https://h/../..']"), "leads out"),
            (row("web", COMMIT, "unknown = 1"), "cannot read"),
        ] {
            let refused = format!("{:#}", List::read(&text).unwrap_err());
            assert!(refused.contains(expected), "{text}: {refused}");
        }
        assert!(List::read(&row("web", COMMIT, "")).is_ok());
    }
}
