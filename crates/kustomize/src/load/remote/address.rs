//! Addresses of folders in Git repositories, as kustomizations write them.
//!
//! Takes the text of an entry and says which repository to clone, what to check out of it and which of its folders is
//! meant, or why the text is no such address and so a path. Asks nobody whether there is such a repository.

use std::fmt;
use std::time::Duration;

use super::query::{self, Query};
use crate::load::path;

/// The address of a folder in a Git repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepositoryAddress {
    raw: String,
    host: String,
    repository: String,
    folder: String,
    query: Query,
    forces_git: bool,
}

/// Why a text is no address of a repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ParseAddress {
    /// It begins at the root of the machine.
    #[error("uri looks like abs path")]
    BeginAtRoot,
    /// No scheme, and not of a form that goes without.
    #[error("failed to parse scheme")]
    FindScheme,
    /// Nothing where the host should be.
    #[error("failed to parse host segment")]
    FindHost,
    /// Nothing where the repository should be.
    #[error("failed to parse repo path segment")]
    FindRepository,
    /// The folder leaves the repository.
    #[error("url path exits repo")]
    LeaveRepository,
}

const FILE: &str = "file://";
const SSH: &str = "ssh://";
const HTTP: &str = "http://";
const HTTPS: &str = "https://";

/// Parts of a path that name the repository where nothing else says so: owner and repository, as at GitHub.
const REPOSITORY_PARTS: usize = 2;

impl RepositoryAddress {
    /// Reads an address.
    ///
    /// # Errors
    /// If the text is none. A kustomization then means a path by it.
    pub fn parse(text: &str) -> Result<Self, ParseAddress> {
        if text.starts_with('/') {
            return Err(ParseAddress::BeginAtRoot);
        }
        let (address, query) = text.split_once('?').unwrap_or((text, ""));
        let (forces_git, address) = match without_prefix(address, "git::") {
            Some(rest) => (true, rest),
            None => (false, address),
        };
        let (host, path) = split_host(address)?;
        let (repository, folder) = split_path(path, host == FILE)?;
        Ok(Self {
            raw: text.to_owned(),
            repository: repository.to_owned(),
            folder: folder.to_owned(),
            host,
            query: Query::parse(query),
            forces_git,
        })
    }

    /// The text itself.
    #[must_use]
    pub fn raw(&self) -> &str {
        &self.raw
    }

    /// What is cloned. May hold credentials: show [`masked`] text to people.
    #[must_use]
    pub fn clone_url(&self) -> String {
        format!("{}{}", self.host, self.repository)
    }

    /// The folder in the repository; empty for its root.
    #[must_use]
    pub fn folder(&self) -> &str {
        &self.folder
    }

    /// The branch, tag or commit; none for the repository's own default.
    #[must_use]
    pub fn reference(&self) -> Option<&str> {
        self.query.reference.as_deref()
    }

    /// Whether repositories within the repository are checked out as well.
    #[must_use]
    pub fn has_submodules(&self) -> bool {
        self.query.submodules
    }

    /// How long fetching may take.
    #[must_use]
    pub fn timeout(&self) -> Duration {
        self.query.timeout
    }

    /// Whether it begins with `git::`, which says nothing and which the original warns of.
    #[must_use]
    pub fn forces_git(&self) -> bool {
        self.forces_git
    }

    /// What is asked for apart from the folder: addresses with the same key are answered by one checkout.
    #[must_use]
    pub fn key(&self) -> CheckoutKey {
        CheckoutKey {
            url: self.clone_url(),
            reference: self.query.reference.clone(),
            submodules: self.query.submodules,
        }
    }

    /// The address of the repository at its reference, for people.
    #[must_use]
    pub fn shown_without_folder(&self) -> String {
        self.shown_with("")
    }

    /// The address of another folder of the same checkout, for people.
    pub(crate) fn shown_with(&self, folder: &str) -> String {
        let reference =
            self.query.reference.as_ref().map(|reference| format!("?ref={reference}")).unwrap_or_default();
        let parted = if folder.is_empty() { "" } else { "//" };
        masked(&format!("{}{parted}{folder}{reference}", self.clone_url()))
    }
}

/// What a checkout is of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct CheckoutKey {
    /// What is cloned. May hold credentials.
    pub url: String,
    /// The branch, tag or commit; none for the repository's own default.
    pub reference: Option<String>,
    /// Whether repositories within the repository are part of it.
    pub submodules: bool,
}

impl fmt::Display for RepositoryAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&masked(&self.raw))
    }
}

/// A URL without what may be a secret in it: who asks, and of `ssh` and addresses like `git@host:path` only a password.
#[must_use]
pub fn masked(url: &str) -> String {
    let authority_start = url.find("://").map_or(0, |position| position + 3);
    let (scheme, rest) = url.split_at(authority_start);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let Some(at) = authority.rfind('@') else { return url.to_owned() };
    let user = rest.get(..at).unwrap_or_default();
    let behind = rest.get(at..).unwrap_or_default();
    let is_web = scheme.to_ascii_lowercase().contains("http");
    match user.split_once(':') {
        _ if is_web => format!("{scheme}***{behind}"),
        Some((name, _)) => format!("{scheme}{name}:***{behind}"),
        None => url.to_owned(),
    }
}

/// Parts an address into the host, with all that git needs to reach it, and the path behind it.
fn split_host(address: &str) -> Result<(String, &str), ParseAddress> {
    let (scheme, rest) = split_scheme(address);
    let user_length = user_length(rest);
    let (user, behind) = rest.split_at(user_length);
    let lower = behind.get(..GITHUB_LENGTH).unwrap_or_default().to_ascii_lowercase();
    let is_github = matches!(lower.as_str(), "github.com/" | "github.com:");
    // Without a scheme only `user@host:path` is an address, and GitHub.
    let is_short = scheme.is_empty() && (!user.is_empty() || is_github);
    if scheme.is_empty() && !is_short {
        return Err(ParseAddress::FindScheme);
    }
    if scheme == FILE {
        return Ok((FILE.to_owned(), rest));
    }
    let (host, path) = match separator(behind, is_short) {
        Some(position) => behind.split_at(position + 1),
        None => (behind, ""),
    };
    let host = match (is_github, scheme == SSH || !user.is_empty()) {
        (true, true) => format!("{user}github.com:"),
        (true, false) => format!("{HTTPS}github.com/"),
        (false, _) if host.is_empty() => return Err(ParseAddress::FindHost),
        (false, _) => format!("{scheme}{user}{host}"),
    };
    Ok((host, path))
}

/// `github.com` and what parts it from the path.
const GITHUB_LENGTH: usize = 11;

fn split_scheme(address: &str) -> (&'static str, &str) {
    let mut known = [SSH, HTTPS, HTTP, FILE].into_iter();
    known
        .find_map(|scheme| without_prefix(address, scheme).map(|rest| (scheme, rest)))
        .unwrap_or(("", address))
}

fn without_prefix<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let (beginning, rest) = text.split_at_checked(prefix.len())?;
    beginning.eq_ignore_ascii_case(prefix).then_some(rest)
}

/// The length of `user@`; a name has letters, digits and dashes, and begins with a letter.
fn user_length(text: &str) -> usize {
    let Some((user, _)) = text.split_once('@') else { return 0 };
    let is_name = user.starts_with(|first: char| first.is_ascii_alphabetic())
        && user.chars().all(|part| part.is_ascii_alphanumeric() || part == '-');
    if is_name { user.len() + 1 } else { 0 }
}

/// Where the host ends. In short addresses that may be a colon, unless a slash comes before it.
fn separator(text: &str, is_short: bool) -> Option<usize> {
    let slash = text.find('/');
    let colon = text.find(':').filter(|_| is_short);
    match (slash, colon) {
        (Some(slash), Some(colon)) if colon > 0 && colon < slash => Some(colon),
        (Some(slash), _) => Some(slash),
        (None, colon) => colon,
    }
}

/// Parts a path into that of the repository and that of a folder in it.
fn split_path(path: &str, takes_all: bool) -> Result<(&str, &str), ParseAddress> {
    let (repository, folder) = split_at_mark(path)
        .or_else(|| if takes_all { Some((path, "")) } else { split_after_parts(path) })
        .filter(|(repository, _)| !repository.is_empty())
        .ok_or(ParseAddress::FindRepository)?;
    let folder = folder.strip_prefix('/').unwrap_or(folder);
    if !folder.starts_with('/') && path::leaves_root(folder) {
        return Err(ParseAddress::LeaveRepository);
    }
    Ok((repository, folder))
}

/// A repository stands behind `_git/`, or ends before `//`, or ends with `.git`: whichever of them, in this order, is there.
fn split_at_mark(path: &str) -> Option<(&str, &str)> {
    if let Some(mark) = path.find("_git/") {
        let start = mark + "_git/".len();
        let length = path.get(start..)?.find('/');
        return Some(match length {
            Some(length) => (path.get(..start + length)?, path.get(start + length + 1..)?),
            None => (path, ""),
        });
    }
    if let Some(mark) = path.find("//") {
        return Some((path.get(..mark)?, path.get(mark + 2..)?));
    }
    let end = path.find(".git")? + ".git".len();
    Some(path.split_at(end))
}

fn split_after_parts(path: &str) -> Option<(&str, &str)> {
    let mut slashes = path.match_indices('/').map(|(position, _)| position);
    let end = slashes.nth(REPOSITORY_PARTS - 1);
    match end {
        Some(end) => Some((path.get(..end)?, path.get(end + 1..)?)),
        None => (path.split('/').count() == REPOSITORY_PARTS).then_some((path, "")),
    }
}

/// Whether a path is the URL of a file.
#[must_use]
pub fn is_remote_file(path: &str) -> bool {
    let scheme = [HTTPS, HTTP].into_iter().find_map(|scheme| without_prefix(path, scheme));
    scheme.is_some() && query::is_url(path)
}
