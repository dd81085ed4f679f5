//! Other places for the same things: `--mirror FROM=TO`, and `mirrors` of the configuration.
//!
//! Takes a chart or an address and what somebody said of places; gives where to ask instead. The longest beginning counts,
//! once: what a mirror leads to is not looked up again. What is kept is kept under the name that charts give it, so that
//! builds know nothing of mirrors. Reads nothing.

use std::path::PathBuf;
use std::str::FromStr;

use helm::sources::{OCI_SCHEME, OciReference, ReadOciReference, WantedChart};
use kustomize::load::remote::masked;

/// One place for another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mirror {
    /// What addresses begin with.
    from: String,
    /// What they begin with instead: an address, or the path of a folder.
    to: String,
}

/// Why a text is no mirror.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadMirror {
    /// It is not of the form.
    #[error(
        "a mirror is FROM=TO, such as https://charts.example.com=https://mirror.example.com; '{0}' has no `=`"
    )]
    FindSign(String),
    /// What is mirrored is no address.
    #[error("'{0}' is no address to mirror: it begins with a scheme, as https://{0} or oci://{0} does")]
    FindScheme(String),
    /// What is mirrored has no host.
    #[error("'{0}' is no address to mirror: a host comes behind `://`, as in https://charts.example.com")]
    FindHost(String),
    /// Nothing stands for it.
    #[error("nothing stands for '{0}': behind the `=` comes an address, or the path of a folder")]
    FindTarget(String),
    /// The mirror is at an address of a kind that nobody fetches.
    #[error("'{0}' cannot be a mirror: that is an address of {KINDS}, or the path of a folder")]
    TargetScheme(String),
}

/// The schemes of what can be a mirror.
const SCHEMES: [&str; 5] = ["https", "http", "oci", "ssh", "file"];

/// The same for people.
const KINDS: &str = "https, http, oci, ssh or file";

/// Why a chart cannot be had from its mirror.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UseMirror {
    /// What comes out is no reference to a registry.
    #[error(transparent)]
    ReadReference(#[from] ReadOciReference),
    /// Only registries find a manifest by its digest.
    #[error("'{0}' names a digest, which only a registry can be asked for")]
    NeedRegistry(String),
    /// An archive behind an address is in no registry.
    #[error("the archive '{0}' cannot be had from a registry")]
    NeedArchive(String),
    /// A repository of Git is in no registry.
    #[error(
        "the Git repository '{0}' cannot be had from a registry of artifacts; its mirror is another Git repository"
    )]
    NeedRepository(String),
}

/// Where to ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    /// A server.
    Server(WantedChart),
    /// A folder of archives.
    Folder { path: PathBuf, name: String, range: String },
    /// An archive on this machine.
    File(PathBuf),
}

impl FromStr for Mirror {
    type Err = ReadMirror;

    fn from_str(text: &str) -> Result<Self, ReadMirror> {
        let (from, to) = text.split_once('=').ok_or_else(|| ReadMirror::FindSign(text.to_owned()))?;
        Self::new(from, to)
    }
}

impl Mirror {
    /// What begins with `from` is asked for at `to`: an address, or the path of a folder.
    ///
    /// # Errors
    /// If one is not what it has to be.
    pub fn new(from: &str, to: &str) -> Result<Self, ReadMirror> {
        let (_, host) = from.split_once("://").ok_or_else(|| ReadMirror::FindScheme(from.to_owned()))?;
        if host.trim_matches('/').is_empty() {
            return Err(ReadMirror::FindHost(from.to_owned()));
        }
        if to.is_empty() {
            return Err(ReadMirror::FindTarget(from.to_owned()));
        }
        if to.split_once("://").is_some_and(|(scheme, _)| !SCHEMES.contains(&scheme)) {
            return Err(ReadMirror::TargetScheme(to.to_owned()));
        }
        let to = to.strip_prefix("file://").unwrap_or(to);
        let trimmed = |text: &str| text.trim_end_matches('/').to_owned();
        Ok(Self {
            from: trimmed(from),
            to: if trimmed(to).is_empty() { "/".to_owned() } else { trimmed(to) },
        })
    }

    /// What an address becomes; none if it begins otherwise. The `.git` of a repository need not be said.
    fn apply(&self, address: &str) -> Option<String> {
        let rest = address.strip_prefix(&self.from)?;
        // Whoever names a folder does not mean what is beside it.
        let leads_out = rest.split('/').any(|part| part == "..");
        match rest {
            "" | ".git" => Some(self.to.clone()),
            rest => (rest.starts_with('/') && !leads_out).then(|| format!("{}{rest}", self.to)),
        }
    }
}

/// The mirror with the longest beginning that an address has; the first of several that say the same.
fn nearest<'m>(mirrors: &'m [Mirror], address: &str) -> Option<&'m Mirror> {
    let known = mirrors.iter().rev().filter(|mirror| mirror.apply(address).is_some());
    known.max_by_key(|mirror| mirror.from.len())
}

/// What an address becomes by the mirror that knows most of it.
pub(crate) fn address(mirrors: &[Mirror], address: &str) -> Option<String> {
    nearest(mirrors, address)?.apply(address)
}

/// What the address of a Git repository becomes. `user@host:path` is `ssh://user@host/path` here.
pub(crate) fn git_address(mirrors: &[Mirror], url: &str) -> Result<Option<String>, UseMirror> {
    let short =
        || url.split_once(':').map(|(host, path)| format!("ssh://{host}/{}", path.trim_start_matches('/')));
    let seen = if url.contains("://") { Some(url.to_owned()) } else { short() };
    match seen.and_then(|seen| address(mirrors, &seen)) {
        Some(to) if to.starts_with(OCI_SCHEME) => Err(UseMirror::NeedRepository(masked(url))),
        to => Ok(to),
    }
}

/// Where an archive is asked for that the index of a repository names. One that stands below a mirror already was led
/// there by it.
pub(crate) fn of_archive(mirrors: &[Mirror], archive: &str) -> Option<String> {
    let is_below = |mirror: &Mirror| {
        let rest = archive.strip_prefix(&mirror.to);
        mirror.to.contains("://") && rest.is_some_and(|rest| rest.starts_with('/'))
    };
    if mirrors.iter().any(is_below) { None } else { address(mirrors, archive) }
}

/// Whether an address is one of a server.
pub(crate) fn is_server(address: &str) -> bool {
    address.starts_with("http://") || address.starts_with("https://")
}

/// Where to ask for a chart.
pub(crate) fn source(mirrors: &[Mirror], wanted: &WantedChart) -> Result<Source, UseMirror> {
    match wanted {
        WantedChart::Repository { url, name, range } => {
            let Some(to) = address(mirrors, url.trim_end_matches('/')) else {
                return Ok(Source::Server(wanted.clone()));
            };
            if to.starts_with(OCI_SCHEME) {
                let reference = OciReference::parse(&format!("{to}/{name}"))?;
                return Ok(Source::Server(WantedChart::Registry { reference, range: range.clone() }));
            }
            Ok(of_repository(to, name, range))
        }
        WantedChart::Registry { reference, range } => of_registry(mirrors, reference, range),
        WantedChart::Archive { url } => match address(mirrors, url) {
            None => Ok(Source::Server(wanted.clone())),
            Some(to) if to.starts_with(OCI_SCHEME) => Err(UseMirror::NeedArchive(wanted.shown())),
            Some(url) if is_server(&url) => Ok(Source::Server(WantedChart::Archive { url })),
            Some(path) => Ok(Source::File(path.into())),
        },
        WantedChart::Git { .. } => Ok(Source::Server(wanted.clone())),
    }
}

fn of_registry(mirrors: &[Mirror], reference: &OciReference, range: &str) -> Result<Source, UseMirror> {
    let whole = reference.bare().to_string();
    let name = reference.name();
    let parent = whole.strip_suffix(name).unwrap_or(&whole).trim_end_matches('/');
    let Some((mirror, to)) =
        nearest(mirrors, &whole).and_then(|mirror| Some((mirror, mirror.apply(&whole)?)))
    else {
        let (reference, range) = (reference.clone(), range.to_owned());
        return Ok(Source::Server(WantedChart::Registry { reference, range }));
    };
    if to.starts_with(OCI_SCHEME) {
        let OciReference { version, digest, .. } = reference.clone();
        let reference = OciReference { version, digest, ..OciReference::parse(&to)? };
        return Ok(Source::Server(WantedChart::Registry { reference, range: range.to_owned() }));
    }
    if reference.digest.is_some() {
        return Err(UseMirror::NeedRegistry(reference.to_string()));
    }
    // A mirror of one chart alone stands for the repository that has it.
    let to = mirror.apply(parent).unwrap_or(to);
    Ok(of_repository(to, name, reference.version.as_deref().unwrap_or(range)))
}

fn of_repository(to: String, name: &str, range: &str) -> Source {
    let (name, range) = (name.to_owned(), range.to_owned());
    if is_server(&to) {
        return Source::Server(WantedChart::Repository { url: to, name, range });
    }
    Source::Folder { path: to.into(), name, range }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source_of(mirror: &str, wanted: &WantedChart) -> String {
        match source(&[mirror.parse().unwrap()], wanted) {
            Ok(Source::Server(wanted)) => wanted.fetch_arguments(),
            Ok(Source::Folder { path, name, range }) => format!("{} {name} {range}", path.display()),
            Ok(Source::File(path)) => path.display().to_string(),
            Err(error) => format!("refused: {error}"),
        }
    }

    #[test]
    fn a_repository_may_be_served_by_anything() {
        let wanted = WantedChart::Repository {
            url: "https://h/charts/".into(),
            name: "web".into(),
            range: "^1".into(),
        };
        for (mirror, expected) in [
            ("https://h=https://m/x", "web --repo https://m/x/charts --version '^1'"),
            ("https://h/charts=oci://m/c", "oci://m/c/web --version '^1'"),
            ("https://h/charts/=./vendor", "./vendor web ^1"),
            ("https://h/char=https://m", "web --repo https://h/charts/ --version '^1'"),
            ("https://other=https://m", "web --repo https://h/charts/ --version '^1'"),
        ] {
            assert_eq!(source_of(mirror, &wanted), expected, "{mirror}");
        }
    }

    #[test]
    fn a_registry_may_be_served_by_anything_that_knows_versions() {
        let of = |text: &str, range: &str| WantedChart::Registry {
            reference: OciReference::parse(text).unwrap(),
            range: range.into(),
        };
        let tagged = of("oci://h/charts/web:1.0.0", "");
        assert_eq!(source_of("oci://h=oci://m:5000/h", &tagged), "oci://m:5000/h/charts/web:1.0.0");
        assert_eq!(
            source_of("oci://h/charts=https://m/c", &tagged),
            "web --repo https://m/c --version 1.0.0"
        );
        assert_eq!(source_of("oci://h/charts=/srv", &tagged), "/srv web 1.0.0");
        assert_eq!(source_of("oci://h/charts/web=/srv", &of("oci://h/charts/web", "^1")), "/srv web ^1");
        let digest = format!("oci://h/web@sha256:{}", "0".repeat(64));
        assert!(source_of("oci://h=/srv", &of(&digest, "")).starts_with("refused: "), "{digest}");
        assert_eq!(source_of("oci://h=oci://m", &of(&digest, "")), digest.replace("oci://h", "oci://m"));
    }

    #[test]
    fn an_archive_may_be_a_file() {
        let wanted = WantedChart::Archive { url: "https://h/a/web.tgz".into() };
        assert_eq!(source_of("https://h=/srv", &wanted), "/srv/a/web.tgz");
        assert_eq!(source_of("https://h=http://m", &wanted), "http://m/a/web.tgz");
        assert!(source_of("https://h=oci://m", &wanted).starts_with("refused: "));
        let wanted = WantedChart::Archive { url: "https://h/a/../../web.tgz".into() };
        assert_eq!(source_of("https://h=/srv", &wanted), "https://h/a/../../web.tgz");
    }

    #[test]
    fn a_malformed_mirror_is_refused_with_what_would_be_right() {
        for (text, expected) in [
            ("", "'' has no `=`"),
            ("https://h", "'https://h' has no `=`"),
            ("h=https://m", "as https://h or oci://h does"),
            ("=https://h", "is no address to mirror"),
            ("https://=https://m", "a host comes behind `://`"),
            ("https://h=", "nothing stands for 'https://h'"),
            (
                "https://h=ftp://m",
                "'ftp://m' cannot be a mirror: that is an address of https, http, oci, ssh or file",
            ),
        ] {
            let refused = text.parse::<Mirror>().unwrap_err().to_string();
            assert!(refused.contains(expected), "{text}: {refused}");
        }
    }

    #[test]
    fn the_longest_beginning_counts_once() {
        let mirrors: Vec<Mirror> = [
            "https://h=https://m",
            "https://h/charts=https://n/c",
            "https://h/charts=https://second",
            "https://n=https://never",
        ]
        .map(|text| text.parse().unwrap())
        .into();
        for (asked, expected) in [
            ("https://h/charts/a", Some("https://n/c/a")),
            ("https://h/chartsmuseum", Some("https://m/chartsmuseum")),
            ("https://h", Some("https://m")),
            ("https://n/x", Some("https://never/x")),
            ("https://h.example", None),
        ] {
            assert_eq!(address(&mirrors, asked).as_deref(), expected, "{asked}");
        }
        // An index at a mirror names archives there, and archives where the repository itself is.
        assert_eq!(of_archive(&mirrors, "https://n/c/a.tgz"), None);
        assert_eq!(of_archive(&mirrors, "https://h/charts/a.tgz").as_deref(), Some("https://n/c/a.tgz"));
    }

    #[test]
    fn a_git_repository_is_known_by_any_of_its_spellings() {
        for (mirror, url, expected) in [
            ("https://h/o=https://m/p", "https://h/o/r.git", Ok(Some("https://m/p/r.git"))),
            ("https://h/o/r=https://m/s.git", "https://h/o/r.git", Ok(Some("https://m/s.git"))),
            ("https://h/o/r=https://m/s.git", "https://h/o/rest", Ok(None)),
            ("ssh://git@h=https://m", "git@h:o/r.git", Ok(Some("https://m/o/r.git"))),
            ("https://h=file:///srv/git", "https://h/o/r", Ok(Some("/srv/git/o/r"))),
            ("https://h=oci://m", "https://h/o/r", Err(())),
        ] {
            let found = git_address(&[mirror.parse().unwrap()], url).map_err(|_| ());
            assert_eq!(found, expected.map(|to| to.map(str::to_owned)), "{mirror} {url}");
        }
    }
}
