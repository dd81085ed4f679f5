//! Charts in Git repositories: `git+https://host/org/repository@path/to/charts?ref=v1.2.3`.
//!
//! The syntax is that of the plugin helm-git (`README.md` of aslafy-z/helm-git, 1.5), without which Helm refuses such an
//! address. The path leads to a chart or to a folder whose folders are charts. Takes an address, and the files of a checkout;
//! gives which folder is the chart that is meant. Knows nothing of Git.

use tree::{Place, Tree};
use version::semver::Version;

use super::{ReadWanted, choose};
use crate::chart::Chart;

/// What an address of a chart in Git begins with.
pub const GIT_PREFIX: &str = "git+";

/// How Git is spoken to: what the plugin allows.
const PROTOCOLS: [&str; 4] = ["https", "http", "ssh", "file"];

/// Charts of one repository that are looked at. The largest collections have some hundred.
const CHARTS_MAX: usize = 10_000;

/// A folder of a Git repository.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct GitAddress {
    /// What is cloned. May hold credentials.
    pub url: String,
    /// The folder in it, with `/` between its parts; empty for the root.
    pub folder: String,
    /// The branch, tag or commit; none for the repository's own default.
    pub reference: Option<String>,
}

impl GitAddress {
    /// Reads an address. `sparse`, `depupdate` and `package` say how the plugin works, and change nothing here.
    ///
    /// # Errors
    /// If it is none.
    pub fn parse(text: &str) -> Result<Self, ReadWanted> {
        let refused = || ReadWanted::GitAddress(super::without_user(text));
        let address = text.strip_prefix(GIT_PREFIX).ok_or_else(refused)?;
        let (address, query) = address.split_once('?').unwrap_or((address, ""));
        let (protocol, rest) = address.split_once("://").ok_or_else(refused)?;
        if !PROTOCOLS.contains(&protocol) {
            return Err(ReadWanted::Scheme(format!("{GIT_PREFIX}{protocol}")));
        }
        // Before the first slash an `@` ends the name of who asks.
        let path_start = rest.find('/').ok_or_else(refused)?;
        let mark = rest.rfind('@').filter(|at| *at > path_start);
        let (repository, folder) = mark.map_or((rest, ""), |at| (&rest[..at], &rest[at + 1..]));
        let folder = folder.trim_matches('/');
        let leads_out = folder.split('/').any(|part| part == ".." || part == ".");
        if leads_out || repository.len() <= path_start + 1 {
            return Err(refused());
        }
        let reference = query.split('&').find_map(|field| field.strip_prefix("ref="));
        Ok(Self {
            url: format!("{protocol}://{repository}"),
            folder: folder.to_owned(),
            reference: reference.filter(|reference| !reference.is_empty()).map(str::to_owned),
        })
    }

    /// The address as it is written, without credentials.
    #[must_use]
    pub fn shown(&self) -> String {
        let folder = if self.folder.is_empty() { String::new() } else { format!("@{}", self.folder) };
        let reference = self.reference.as_ref().map(|name| format!("?ref={name}")).unwrap_or_default();
        format!("{GIT_PREFIX}{}{folder}{reference}", super::without_user(&self.url))
    }
}

/// Why there is no chart in a checkout.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FindFolder {
    /// No chart has the name.
    #[error("no chart of that name at '{folder}'")]
    Absent {
        /// Where it was looked for.
        folder: String,
    },
    /// Several charts, and nobody said which.
    #[error("'{folder}' holds several charts; name one")]
    Several {
        /// Where it was looked for.
        folder: String,
    },
    /// More charts than anybody has.
    #[error("'{folder}' holds more than {CHARTS_MAX} charts")]
    TooMany {
        /// Where it was looked for.
        folder: String,
    },
    /// No chart of the name has a version in the range.
    #[error(transparent)]
    Choose(#[from] super::ChooseVersion),
}

/// The folder of the chart that is meant: the one of that name whose version is in the range, or with an empty name the only
/// one. Looks where the plugin looks, in the folder and in the folders in it.
pub(super) fn find(tree: &dyn Tree, folder: &str, (name, range): (&str, &str)) -> Result<String, FindFolder> {
    let shown = || folder.to_owned();
    let mut offered: Vec<(String, String)> = Vec::new();
    for folder in folders(tree, folder)? {
        let Ok(chart) = Chart::outline_of_folder(tree, &folder) else { continue };
        if name.is_empty() || chart.name() == name {
            offered.push((chart.metadata.version, folder));
        }
    }
    super::sort_newest_first(&mut offered, |(version, _)| version);
    match offered.as_slice() {
        [] => Err(FindFolder::Absent { folder: shown() }),
        [_, _, ..] if name.is_empty() => Err(FindFolder::Several { folder: shown() }),
        // Whoever names no version takes what is there, a pre-release as well.
        [(version, folder), ..] if range.is_empty() && Version::parse(version).is_ok() => Ok(folder.clone()),
        offered => Ok(choose(offered, range, |(version, _)| version)?.1.clone()),
    }
}

/// The folders of charts in a folder of a checkout, sorted. If the folder is a chart, those in it are its own affair.
fn folders(tree: &dyn Tree, folder: &str) -> Result<Vec<String>, FindFolder> {
    let below = |name: &str| if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
    if matches!(tree.locate(&below("Chart.yaml")), Ok(Place::File(_))) {
        return Ok(vec![folder.to_owned()]);
    }
    let prefix = below("");
    let is_chart = |path: &str| {
        let inner = path.strip_prefix(&prefix).and_then(|below| below.strip_suffix("/Chart.yaml"));
        inner.is_some_and(|inner| !inner.is_empty() && !inner.contains('/'))
    };
    let files = tree.list(&is_chart).files;
    if files.len() > CHARTS_MAX {
        return Err(FindFolder::TooMany { folder: folder.to_owned() });
    }
    let folders = files.iter().filter_map(|path| path.strip_suffix("/Chart.yaml")).map(str::to_owned);
    Ok(folders.collect())
}

#[cfg(test)]
mod tests {
    use tree::Memory;

    use super::*;

    #[test]
    fn addresses_are_read_as_the_plugin_reads_them() {
        for (text, url, folder, reference) in [
            (
                "git+https://github.com/jetstack/cert-manager@deploy/charts?ref=v0.6.2&sparse=0",
                "https://github.com/jetstack/cert-manager",
                "deploy/charts",
                Some("v0.6.2"),
            ),
            ("git+ssh://git@h/o/r@a?sparse=1&ref=main", "ssh://git@h/o/r", "a", Some("main")),
            ("git+https://u:p@h/o/r.git", "https://u:p@h/o/r.git", "", None),
            ("git+file:///srv/r@/a/?ref=", "file:///srv/r", "a", None),
        ] {
            let reference = reference.map(str::to_owned);
            let expected = GitAddress { url: url.to_owned(), folder: folder.to_owned(), reference };
            assert_eq!(GitAddress::parse(text), Ok(expected), "{text}");
        }
        for text in
            ["https://h/r", "git+https://h", "git+https://h/", "git+https://h/r@../a", "git+ftp://h/r"]
        {
            assert!(GitAddress::parse(text).is_err(), "{text}");
        }
        let shown = GitAddress::parse("git+https://u:p@h/r@a?ref=v1").map(|address| address.shown());
        assert_eq!(shown.as_deref(), Ok("git+https://h/r@a?ref=v1"));
    }

    #[test]
    fn a_chart_is_looked_for_in_the_folder_and_in_those_in_it() {
        let chart = |name: &str, version: &str| format!("apiVersion: v2\nname: {name}\nversion: {version}\n");
        let tree: Memory = [
            ("charts/web/Chart.yaml", chart("web", "1.2.0")),
            ("charts/old/Chart.yaml", chart("web", "0.9.0")),
            ("charts/db/Chart.yaml", chart("db", "2.0.0-rc.1")),
            ("charts/db/charts/far/Chart.yaml", chart("far", "1.0.0")),
            ("charts/bad/Chart.yaml", "name: [".to_owned()),
        ]
        .into_iter()
        .collect();
        let found =
            |folder, name, range| find(&tree, folder, (name, range)).map_err(|error| error.to_string());
        for (folder, name, range, expected) in [
            ("charts", "web", "", "charts/web"),
            ("charts", "web", "<1", "charts/old"),
            ("charts", "db", "", "charts/db"),
            ("charts/db", "", "", "charts/db"),
            ("charts/db", "db", ">0.0.0-0", "charts/db"),
        ] {
            assert_eq!(found(folder, name, range).as_deref(), Ok(expected), "{folder} {name} {range}");
        }
        for (folder, name, range, told) in [
            ("charts", "far", "", "no chart of that name at 'charts'"),
            ("charts", "", "", "'charts' holds several charts; name one"),
            ("charts", "web", "^3", "no version matches '^3'"),
            ("", "web", "", "no chart of that name at ''"),
        ] {
            assert_eq!(found(folder, name, range).unwrap_err(), told, "{folder} {name} {range}");
        }
    }
}
