//! References to repositories of OCI registries: `oci://registry/repository[:tag][@digest]`.
//!
//! Takes a text that somebody wrote; gives its parts by the grammar that Helm's client holds them to, so that nothing else
//! can stand in a path of a request. A version's `+` is no character of a tag: Helm writes `_` there.

use std::fmt;

/// What a reference to a registry begins with.
pub const OCI_SCHEME: &str = "oci://";

/// The longest tag: that of the OCI distribution specification.
const TAG_BYTES_MAX: usize = 128;

/// The longest name of a repository: `NameTotalLengthMax` of the reference implementation of the specification.
const REPOSITORY_BYTES_MAX: usize = 255;

/// A repository of a registry, and what of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct OciReference {
    /// The host, with its port where it has one.
    pub registry: String,
    /// The name of the repository, with `/` between its parts.
    pub repository: String,
    /// The version that the tag stands for; none where none is said.
    pub version: Option<String>,
    /// The digest of a manifest; none where none is said.
    pub digest: Option<Digest>,
}

/// A SHA-256 digest, in lower-case hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Digest(String);

/// Why a text is no reference.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadOciReference {
    /// There is no repository.
    #[error("invalid reference: missing registry or repository")]
    FindRepository,
    /// What stands before the first slash is no host.
    #[error("invalid reference: invalid registry {0:?}")]
    Registry(String),
    /// What stands behind it is no name of a repository.
    #[error("invalid reference: invalid repository {0:?}")]
    Repository(String),
    /// The tag is none.
    #[error("invalid reference: invalid tag {0:?}")]
    Tag(String),
    /// The digest is none, or of another kind.
    #[error("invalid reference: {0:?} is no SHA-256 digest")]
    Digest(String),
}

impl Digest {
    /// Reads `sha256:` and 64 digits; the algorithm may be left out, as it is in indexes of repositories.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix("sha256:").unwrap_or(text);
        let is_digest = digits.len() == 64 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_digest.then(|| Self(digits.to_ascii_lowercase()))
    }

    /// The digits.
    #[must_use]
    pub fn digits(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "sha256:{}", self.0)
    }
}

impl OciReference {
    /// Reads a reference; `oci://` may be left out.
    ///
    /// # Errors
    /// If a part of it is none.
    pub fn parse(text: &str) -> Result<Self, ReadOciReference> {
        let rest = text.strip_prefix(OCI_SCHEME).unwrap_or(text);
        let (rest, digest) = match rest.rsplit_once('@') {
            Some((before, digest)) => {
                let read = digest.strip_prefix("sha256:").and_then(Digest::parse);
                (before, Some(read.ok_or_else(|| ReadOciReference::Digest(digest.to_owned()))?))
            }
            None => (rest, None),
        };
        let (registry, path) = rest.split_once('/').ok_or(ReadOciReference::FindRepository)?;
        let (repository, version) = match path.rsplit_once(':') {
            Some((repository, tag)) => (repository, Some(version_of_tag(tag)?)),
            None => (path, None),
        };
        if !is_registry(registry) {
            return Err(ReadOciReference::Registry(registry.to_owned()));
        }
        if !is_repository(repository) {
            return Err(ReadOciReference::Repository(repository.to_owned()));
        }
        Ok(Self { registry: registry.to_owned(), repository: repository.to_owned(), version, digest })
    }

    /// The repository without tag and digest.
    #[must_use]
    pub fn bare(&self) -> Self {
        Self { version: None, digest: None, ..self.clone() }
    }

    /// The last part of the repository's name: that of the chart.
    #[must_use]
    pub fn name(&self) -> &str {
        self.repository.rsplit('/').next().unwrap_or_default()
    }
}

impl fmt::Display for OciReference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { registry, repository, version, digest } = self;
        write!(formatter, "{OCI_SCHEME}{registry}/{repository}")?;
        if let Some(version) = version {
            write!(formatter, ":{version}")?;
        }
        match digest {
            Some(digest) => write!(formatter, "@{digest}"),
            None => Ok(()),
        }
    }
}

/// The tag that stands for a version; none if nothing can be a tag of it.
#[must_use]
pub fn tag_of_version(version: &str) -> Option<String> {
    let tag = version.replace('+', "_");
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let is_first = tag.bytes().next().is_some_and(is_word);
    let is_tag = is_first && tag.bytes().all(|byte| is_word(byte) || matches!(byte, b'.' | b'-'));
    (is_tag && tag.len() <= TAG_BYTES_MAX).then_some(tag)
}

fn version_of_tag(tag: &str) -> Result<String, ReadOciReference> {
    match tag_of_version(tag) {
        Some(tag) => Ok(tag.replace('_', "+")),
        None => Err(ReadOciReference::Tag(tag.to_owned())),
    }
}

/// A host of letters, digits, `.` and `-`, or an address in brackets, and a port.
fn is_registry(text: &str) -> bool {
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (text, None),
    };
    let is_port = port.is_none_or(|port| port.parse::<u16>().is_ok());
    let is_address = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'))
        .is_some_and(|host| host.parse::<std::net::Ipv6Addr>().is_ok());
    let is_name = !host.is_empty()
        && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'));
    is_port && (is_address || is_name)
}

/// Parts of lower-case letters and digits, with `.`, `_`, `__` or dashes between those.
fn is_repository(text: &str) -> bool {
    let is_word = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let is_part = |part: &str| {
        let ends = part.bytes().next().is_some_and(is_word) && part.bytes().next_back().is_some_and(is_word);
        let separators =
            part.split(|character: char| character.is_ascii_lowercase() || character.is_ascii_digit());
        let is_separator =
            |text: &str| matches!(text, "" | "." | "_" | "__") || text.bytes().all(|byte| byte == b'-');
        ends && separators.into_iter().all(is_separator)
    };
    text.len() <= REPOSITORY_BYTES_MAX && text.split('/').all(is_part)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIGITS: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    #[test]
    fn references_are_read_and_written() {
        for text in [
            "oci://ghcr.io/org/charts/web",
            "oci://localhost:5000/web:1.2.3",
            "oci://[::1]:5000/a/b:1.2.3+build.1",
            &format!("oci://ghcr.io/o/web@sha256:{DIGITS}"),
            &format!("oci://ghcr.io/o/web:1.0.0@sha256:{DIGITS}"),
        ] {
            assert_eq!(OciReference::parse(text).unwrap().to_string(), *text);
        }
        let reference = OciReference::parse("ghcr.io/o/web:1.0.0_a").unwrap();
        assert_eq!((reference.version.as_deref(), reference.name()), (Some("1.0.0+a"), "web"));
        assert_eq!(reference.bare().to_string(), "oci://ghcr.io/o/web");
    }

    #[test]
    fn what_could_lead_elsewhere_is_no_reference() {
        for text in [
            "oci://",
            "oci://ghcr.io",
            "oci://ghcr.io/",
            "oci://ghcr.io/../x",
            "oci://ghcr.io/a//b",
            "oci://ghcr.io/A",
            "oci://ghcr.io/a?b",
            "oci://user:word@ghcr.io/a",
            "oci://gh cr/a",
            "oci://ghcr.io:x/a",
            "oci://ghcr.io/a:",
            "oci://ghcr.io/a:-x",
            "oci://ghcr.io/a@sha256:12",
            "oci://ghcr.io/a@md5:12",
        ] {
            assert!(OciReference::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_plus_of_a_version_is_an_underscore_of_a_tag() {
        assert_eq!(tag_of_version("1.0.0+a.b").as_deref(), Some("1.0.0_a.b"));
        assert_eq!(tag_of_version("1.0.0/../x"), None);
        assert_eq!(tag_of_version(""), None);
    }
}
