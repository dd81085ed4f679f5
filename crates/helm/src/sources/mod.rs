//! Charts that are somewhere else: in repositories, in registries, behind addresses.
//!
//! Takes what somebody asked for, or what a chart says that it depends on; gives a [`WantedChart`], and by a [`ChartSource`]
//! the archive that is meant. Which version that is follows the rules of Helm. Opens no socket and no file: whoever
//! fetches asks here what to fetch, and whoever renders gets what was fetched.

mod choose;
mod complete;
mod found;
mod git;
mod index;
mod reference;
mod requirements;

use std::collections::BTreeMap;
use std::fmt;

use tree::Tree;

pub use choose::{ChooseVersion, DEVELOPMENT_RANGE, choose, is_exact, sort_newest_first, versions_of_tags};
pub use complete::{CompleteChart, Completed, complete};
pub use found::{FoundChart, LoadFound};
pub use git::{FindFolder, GIT_PREFIX, GitAddress};
pub use index::{Index, Offer, ReadIndex, resolve};
pub use reference::{Digest, OCI_SCHEME, OciReference, ReadOciReference, tag_of_version};
pub use requirements::{Place, ReadRequirements, Requirement, Requirements, requirements};

/// Repositories that have names of their own, as Helm's `repositories.yaml` gives them: a URL for each name.
pub type Aliases = BTreeMap<String, String>;

/// A chart that is somewhere else.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum WantedChart {
    /// A chart of a repository that has an `index.yaml`.
    Repository {
        /// The URL of the repository.
        url: String,
        /// The chart.
        name: String,
        /// A version or a range of them; empty for the newest release.
        range: String,
    },
    /// A chart of an OCI registry.
    Registry {
        /// Its repository there, whose tag is the version that is asked for.
        reference: OciReference,
        /// A range of versions, where the reference says none; empty for the newest release.
        range: String,
    },
    /// An archive behind a URL.
    Archive {
        /// The URL.
        url: String,
    },
    /// A chart in a Git repository.
    Git {
        /// Its folder, or that of several charts.
        address: GitAddress,
        /// The chart; empty if the folder holds only one.
        name: String,
        /// A version or a range of them; empty for what is there.
        range: String,
    },
}

/// Gives charts that are at hand. Asks no server.
pub trait ChartSource {
    /// The archive of a chart, or the checkout that it is in.
    ///
    /// # Errors
    /// If it is not at hand, or the version that is meant does not exist.
    fn archive(&self, wanted: &WantedChart) -> Result<FoundChart, FindChart>;

    /// The SHA-256 digest of the archive that [`ChartSource::archive`] gives, in hexadecimal digits, where that is known without
    /// reading it; none where it is not.
    ///
    /// # Errors
    /// As those of [`ChartSource::archive`].
    fn digest(&self, wanted: &WantedChart) -> Result<Option<String>, FindChart> {
        let _ = wanted;
        Ok(None)
    }
}

/// Why an archive is not to be had.
#[derive(Debug, thiserror::Error)]
pub enum FindChart {
    /// It is not there, or nobody knows which versions there are.
    #[error("'{}' is remote and not in the cache", .0.shown())]
    Offline(Box<WantedChart>),
    /// No version is the one that was asked for, as far as is known.
    #[error("{chart} not found in {place} repository")]
    Choose {
        /// The chart and what was asked for, in Helm's words.
        chart: String,
        /// The repository.
        place: String,
        /// Why.
        source: ChooseVersion,
    },
    /// There is no such chart.
    #[error("{chart} not found in {place} repository")]
    Absent {
        /// The chart and what was asked for, in Helm's words.
        chart: String,
        /// The repository.
        place: String,
    },
    /// The index names no archive for the version.
    #[error("{chart} has no downloadable URLs")]
    FindUrl {
        /// The chart and what was asked for, in Helm's words.
        chart: String,
    },
    /// The checkout does not hold the chart.
    #[error("{chart} not found in {place}")]
    FindFolder {
        /// The chart and what was asked for, in Helm's words.
        chart: String,
        /// The repository.
        place: String,
        /// Why.
        source: FindFolder,
    },
    /// What is at hand cannot be read.
    #[error("cannot read '{chart}' from the cache: {reason}")]
    Read {
        /// The chart.
        chart: String,
        /// Why.
        reason: String,
    },
}

/// Why something that was typed is no chart that is somewhere else.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadWanted {
    /// The reference to a registry is none.
    #[error(transparent)]
    Reference(#[from] ReadOciReference),
    /// A tag and a version that are not the same.
    #[error("chart reference and version mismatch: {version} is not {tag}")]
    Mismatch {
        /// The version.
        version: String,
        /// What the tag says.
        tag: String,
    },
    /// Neither an address nor a chart of a repository that has a name.
    #[error("non-absolute URLs should be in form of repo_name/path_to_chart, got: {0}")]
    Form(String),
    /// A repository that has no name here.
    #[error("repo {0} not found")]
    FindRepository(String),
    /// A repository at an address of a kind that nobody fetches.
    #[error("could not find protocol handler for: {0}")]
    RepositoryScheme(String),
    /// A registry where a repository is asked for; what names the chart.
    #[error("a registry is no repository with an index: name the chart '{0}' instead")]
    IsRegistry(String),
    /// An address of a chart in Git that is none.
    #[error("a chart in Git is git+https://HOST/REPOSITORY@PATH?ref=NAME, got: {0}")]
    GitAddress(String),
    /// An address of a kind that nobody fetches.
    #[error("scheme {0:?} not supported")]
    Scheme(String),
}

/// What was typed to name a chart.
#[derive(Debug, Clone, Copy, Default)]
pub struct Typed<'t> {
    /// The chart.
    pub chart: &'t str,
    /// The URL of a repository, if one was named.
    pub repository: Option<&'t str>,
    /// A version or a range; empty if none was said.
    pub version: &'t str,
    /// Whether pre-releases are meant as well where no version was said.
    pub is_development: bool,
}

impl WantedChart {
    /// What was typed, as Helm takes it.
    ///
    /// # Errors
    /// If it is nothing that can be fetched.
    pub fn of_typed(typed: Typed<'_>, aliases: &Aliases) -> Result<Self, ReadWanted> {
        let chart = typed.chart.trim();
        let range = match typed.version.trim() {
            "" if typed.is_development => DEVELOPMENT_RANGE,
            version => version,
        };
        if let Some(url) = typed.repository.filter(|url| url.starts_with(GIT_PREFIX)) {
            return Self::of_git(url, chart, range);
        }
        if chart.starts_with(GIT_PREFIX) {
            return Self::of_git(chart, "", range);
        }
        if let Some(url) = typed.repository {
            check_repository(url, chart)?;
            return Ok(Self::Repository {
                url: url.to_owned(),
                name: chart.to_owned(),
                range: range.to_owned(),
            });
        }
        if chart.starts_with(OCI_SCHEME) {
            return Self::of_registry(OciReference::parse(chart)?, range);
        }
        if let Some((scheme, rest)) = chart.split_once("://") {
            let is_web = ["http", "https"].contains(&scheme) && rest.contains('/');
            let url = chart.to_owned();
            return if is_web {
                Ok(Self::Archive { url })
            } else {
                Err(ReadWanted::Scheme(scheme.to_owned()))
            };
        }
        let (repository, name) = chart.split_once('/').ok_or_else(|| ReadWanted::Form(chart.to_owned()))?;
        let url = aliases.get(repository).ok_or_else(|| ReadWanted::FindRepository(repository.to_owned()))?;
        if url.starts_with(GIT_PREFIX) {
            return Self::of_git(url, name, range);
        }
        Ok(Self::Repository { url: url.clone(), name: name.to_owned(), range: range.to_owned() })
    }

    /// A chart of a Git repository.
    pub(crate) fn of_git(address: &str, name: &str, range: &str) -> Result<Self, ReadWanted> {
        let address = GitAddress::parse(address)?;
        Ok(Self::Git { address, name: name.to_owned(), range: range.to_owned() })
    }

    /// A chart of a registry: a version that is one becomes the tag.
    pub(crate) fn of_registry(mut reference: OciReference, range: &str) -> Result<Self, ReadWanted> {
        match &reference.version {
            Some(tag) if !range.is_empty() && tag != range => {
                return Err(ReadWanted::Mismatch { version: range.to_owned(), tag: tag.clone() });
            }
            None if is_exact(range) => reference.version = Some(range.to_owned()),
            _ => {}
        }
        let is_known = reference.version.is_some() || reference.digest.is_some();
        let range = if is_known { String::new() } else { range.to_owned() };
        Ok(Self::Registry { reference, range })
    }

    /// The folder of the chart in a checkout of its repository.
    ///
    /// # Errors
    /// If it is not there, or has another version.
    pub fn folder_in(&self, tree: &dyn Tree) -> Result<String, FindChart> {
        let Self::Git { address, name, range } = self else {
            return Err(FindChart::Absent { chart: self.named(), place: self.shown() });
        };
        git::find(tree, &address.folder, (name, range)).map_err(|source| FindChart::FindFolder {
            chart: self.named(),
            place: address.shown(),
            source,
        })
    }

    /// The chart for people, without credentials.
    #[must_use]
    pub fn shown(&self) -> String {
        let with_range = |name: &str, range: &str| match range {
            "" => name.to_owned(),
            range => format!("{name} {range}"),
        };
        match self {
            Self::Repository { url, name, range } => {
                format!("{} of {}", with_range(name, range), without_user(url))
            }
            Self::Registry { reference, range } => with_range(&reference.to_string(), range),
            Self::Archive { url } => without_user(url),
            Self::Git { address, name, range } if name.is_empty() => with_range(&address.shown(), range),
            Self::Git { address, name, range } => {
                format!("{} of {}", with_range(name, range), address.shown())
            }
        }
    }

    /// The chart and what was asked for, as Helm names them in errors.
    #[must_use]
    pub fn named(&self) -> String {
        match self {
            Self::Git { name, .. } if name.is_empty() => format!("chart {:?}", self.shown()),
            Self::Repository { name, range, .. } | Self::Git { name, range, .. } if range.is_empty() => {
                format!("chart {name:?}")
            }
            Self::Repository { name, range, .. } | Self::Git { name, range, .. } => {
                format!("chart {name:?} version {range:?}")
            }
            Self::Registry { .. } | Self::Archive { .. } => format!("chart {:?}", self.shown()),
        }
    }

    /// The arguments of `liftlock fetch` that fetch it.
    #[must_use]
    pub fn fetch_arguments(&self) -> String {
        let version = |range: &str| match range {
            "" => String::new(),
            range => format!(" --version {}", quoted(range)),
        };
        match self {
            Self::Repository { url, name, range } => {
                format!("{} --repo {}{}", quoted(name), quoted(&without_user(url)), version(range))
            }
            Self::Registry { reference, range } => {
                format!("{}{}", quoted(&reference.to_string()), version(range))
            }
            Self::Archive { url } => quoted(&without_user(url)),
            Self::Git { address, name, range } if name.is_empty() => {
                format!("{}{}", quoted(&address.shown()), version(range))
            }
            Self::Git { address, name, range } => {
                format!("{} --repo {}{}", quoted(name), quoted(&address.shown()), version(range))
            }
        }
    }
}

impl fmt::Display for WantedChart {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.shown())
    }
}

/// Refuses what is no URL of a repository with an index.
fn check_repository(url: &str, chart: &str) -> Result<(), ReadWanted> {
    match url.split_once("://") {
        Some(("http" | "https", _)) => Ok(()),
        Some(("oci", _)) => Err(ReadWanted::IsRegistry(format!("{}/{chart}", url.trim_end_matches('/')))),
        Some((scheme, _)) => Err(ReadWanted::RepositoryScheme(scheme.to_owned())),
        None => Err(ReadWanted::RepositoryScheme(String::new())),
    }
}

/// A URL without who asks.
#[must_use]
pub fn without_user(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    match authority.rfind('@') {
        Some(at) => format!("{scheme}://{}", rest.get(at + 1..).unwrap_or_default()),
        None => url.to_owned(),
    }
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let is_plain = |character: char| character.is_ascii_alphanumeric() || "-_./:@+=,%".contains(character);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(chart: &str, repository: Option<&str>, version: &str) -> Result<WantedChart, String> {
        let aliases: Aliases = [("stable".to_owned(), "https://h/stable".to_owned())].into();
        let typed = Typed { chart, repository, version, is_development: false };
        WantedChart::of_typed(typed, &aliases).map_err(|error| error.to_string())
    }

    #[test]
    fn what_is_typed_names_a_chart_and_the_command_that_fetches_it() {
        for (chart, repository, version, expected) in [
            ("web", Some("https://h"), "^1", "web --repo https://h --version '^1'"),
            (" web ", Some("https://u:p@h"), "", "web --repo https://h"),
            ("stable/web", None, "1.0.0", "web --repo https://h/stable --version 1.0.0"),
            ("oci://h/web", None, " 1.0.0+a ", "oci://h/web:1.0.0+a"),
            ("oci://h/web", None, ">1 <2", "oci://h/web --version '>1 <2'"),
            ("oci://h/web:1.0.0", None, "1.0.0", "oci://h/web:1.0.0"),
            ("https://h/web.tgz", None, "^1", "https://h/web.tgz"),
            (
                "web",
                Some("git+https://u:p@h/r@c?ref=v1"),
                "^1",
                "web --repo 'git+https://h/r@c?ref=v1' --version '^1'",
            ),
            ("git+https://h/r@c/web?ref=v1&sparse=0", None, "", "'git+https://h/r@c/web?ref=v1'"),
            ("git+https://h/r", None, "", "git+https://h/r"),
        ] {
            let wanted = wanted(chart, repository, version).unwrap();
            assert_eq!(wanted.fetch_arguments(), expected, "{chart}");
        }
    }

    #[test]
    fn pre_releases_are_asked_for_where_no_version_is() {
        for (version, expected) in [("", " --version '>0.0.0-0'"), ("1.0.0", " --version 1.0.0")] {
            let typed = Typed { chart: "web", repository: Some("https://h"), version, is_development: true };
            let wanted = WantedChart::of_typed(typed, &Aliases::new()).unwrap();
            assert_eq!(wanted.fetch_arguments(), format!("web --repo https://h{expected}"));
        }
    }

    #[test]
    fn what_names_no_chart_is_told_in_helms_words() {
        let told = |chart, version| wanted(chart, None, version).unwrap_err();
        assert_eq!(
            told("web", ""),
            "non-absolute URLs should be in form of repo_name/path_to_chart, got: web"
        );
        assert_eq!(told("unknown/web", ""), "repo unknown not found");
        assert_eq!(told("ftp://h/web", ""), "scheme \"ftp\" not supported");
        let of = |repository| wanted("web", Some(repository), "").unwrap_err();
        assert_eq!(of("file:///x"), "could not find protocol handler for: file");
        assert_eq!(of("x"), "could not find protocol handler for: ");
        assert!(of("oci://h/c/").ends_with("name the chart 'oci://h/c/web' instead"));
        assert_eq!(told("oci://h/web:1", "2"), "chart reference and version mismatch: 2 is not 1");
    }

    #[test]
    fn words_with_signs_of_a_shell_are_quoted() {
        assert_eq!(quoted("a'b $(x)"), r"'a'\''b $(x)'");
        assert_eq!(quoted(""), "''");
    }
}
