//! Which repository of those that Applications name is the one that is looked at.

use std::collections::{BTreeMap, BTreeSet};

/// A place that an Application, or a generator, names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Use {
    pub(crate) url: String,
    pub(crate) revision: String,
    pub(crate) evidence: Evidence,
}

/// What a path says of whose it is, from little to much.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Evidence {
    /// It is not here.
    Absent,
    /// Every repository has it: its root.
    Anywhere,
    /// It is here.
    Here,
}

/// The repository that is looked at, as Applications name it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct OwnRepository {
    /// Its URLs, without what differs between protocols.
    urls: BTreeSet<String>,
    /// As the first that names it writes it.
    pub(crate) shown: Option<String>,
    /// The revisions that are what is looked at.
    revisions: BTreeSet<String>,
}

/// What stands for the newest commit of the default branch.
const NEWEST: [&str; 2] = ["", "HEAD"];

/// What the default branch is called where nobody says it.
const DEFAULT_BRANCHES: [&str; 2] = ["main", "master"];

impl OwnRepository {
    /// Of all that are named, the one of which most paths are here; where no path says anything, the only one.
    pub(crate) fn of(uses: &[Use]) -> Self {
        let mut scores: BTreeMap<String, (usize, usize)> = BTreeMap::new();
        for one in uses {
            let (here, anywhere) = scores.entry(host_and_path(&one.url)).or_default();
            match one.evidence {
                Evidence::Here => *here += 1,
                Evidence::Anywhere => *anywhere += 1,
                Evidence::Absent => {}
            }
        }
        let only = scores.len() == 1;
        let best = scores.into_iter().max_by_key(|(_, score)| *score);
        match best {
            Some((url, (here, anywhere))) if here > 0 || (only && anywhere > 0) => Self::with(&url, uses),
            _ => Self::default(),
        }
    }

    /// Of an URL: the revision that most uses of it name is what is looked at, beside the newest commit.
    fn with(url: &str, uses: &[Use]) -> Self {
        let own: Vec<&Use> = uses.iter().filter(|one| host_and_path(&one.url) == url).collect();
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for one in own.iter().filter(|one| !NEWEST.contains(&one.revision.as_str())) {
            *counts.entry(&one.revision).or_default() += 1;
        }
        let named = counts.into_iter().max_by_key(|(revision, count)| (*count, std::cmp::Reverse(*revision)));
        let revisions: Vec<&str> = match named {
            Some((revision, _)) => vec![revision],
            None => DEFAULT_BRANCHES.to_vec(),
        };
        Self {
            urls: BTreeSet::from([url.to_owned()]),
            shown: own.first().map(|one| kustomize::load::remote::masked(&one.url)),
            revisions: revisions.into_iter().chain(NEWEST).map(str::to_owned).collect(),
        }
    }

    /// The same at the revisions that other uses of it name.
    pub(crate) fn at_revisions_of(&self, uses: &[Use]) -> Self {
        let first = self.urls.first().map(String::as_str).unwrap_or_default();
        let Self { revisions, .. } = Self::with(first, uses);
        Self { revisions, ..self.clone() }
    }

    /// Whether an URL is its.
    pub(crate) fn has_url(&self, url: &str) -> bool {
        self.urls.contains(&host_and_path(url))
    }

    /// Whether an URL and a revision are what is looked at.
    pub(crate) fn is(&self, url: &str, revision: &str) -> bool {
        self.has_url(url) && self.revisions.contains(revision)
    }

    /// Takes another URL in, at a revision.
    pub(crate) fn add(&mut self, url: &str, revision: Option<&str>) {
        self.urls.insert(host_and_path(url));
        self.revisions.extend(NEWEST.iter().copied().chain(revision).map(str::to_owned));
    }
}

/// An URL without its protocol, its user and its ending, in small letters: the same for all ways to one repository.
fn host_and_path(url: &str) -> String {
    let url = url.trim().to_lowercase();
    let (rest, is_short) = match url.split_once("://") {
        Some((_, rest)) => (rest, false),
        None => (url.as_str(), true),
    };
    let (host, path) = match rest.find(if is_short { [':', '/'].as_slice() } else { ['/'].as_slice() }) {
        Some(at) => (rest.get(..at).unwrap_or_default(), rest.get(at + 1..).unwrap_or_default()),
        None => (rest, ""),
    };
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    let host = host.split_once(':').map_or(host, |(host, _)| host);
    let path = path.trim_matches('/');
    format!("{host}/{}", path.strip_suffix(".git").unwrap_or(path))
}

#[cfg(test)]
mod tests {
    use super::Evidence::{Absent, Anywhere, Here};
    use super::*;

    fn own(uses: &[(&str, &str, Evidence)]) -> OwnRepository {
        let uses: Vec<Use> = uses
            .iter()
            .map(|(url, revision, evidence)| Use {
                url: (*url).to_owned(),
                revision: (*revision).to_owned(),
                evidence: *evidence,
            })
            .collect();
        OwnRepository::of(&uses)
    }

    #[test]
    fn all_ways_to_a_repository_are_one() {
        for url in [
            "https://github.com/Org/Repo",
            "https://github.com/org/repo.git",
            "https://user:secret@github.com/org/repo/",
            "git@github.com:org/repo.git",
            "ssh://git@github.com:22/org/repo",
        ] {
            assert_eq!(host_and_path(url), "github.com/org/repo", "{url}");
        }
    }

    #[test]
    fn the_own_repository_is_the_one_whose_paths_are_here() {
        let found = own(&[
            ("https://a/x", "", Absent),
            ("https://a/x", "", Absent),
            ("https://a/own", "prod", Here),
            ("git@a:own.git", "prod", Here),
            ("https://a/own", "v1", Here),
        ]);
        assert!(found.is("https://a/own", "prod") && found.is("https://a/own", "HEAD"));
        assert!(!found.is("https://a/own", "v1") && !found.is("https://a/own", "main"));
        assert!(!found.has_url("https://a/x"));
        assert!(own(&[("https://a/own", "", Here)]).is("https://a/own", "main"));
    }

    #[test]
    fn a_root_says_something_only_where_nothing_else_is_named() {
        assert!(own(&[("https://a/own", "", Anywhere)]).has_url("https://a/own"));
        let two = own(&[("https://a/own", "", Anywhere), ("https://a/x", "", Absent)]);
        assert_eq!(two, OwnRepository::default());
        assert_eq!(own(&[("https://a/x", "", Absent)]), OwnRepository::default());
        assert_eq!(own(&[]), OwnRepository::default());
    }
}
