//! Other places for the same things: `--mirror FROM=TO`.
//!
//! Takes a chart or an address and what somebody said of places; gives where to ask instead. What is kept is kept under
//! the name that charts give it, so that builds know nothing of mirrors. Reads nothing.

use std::path::PathBuf;
use std::str::FromStr;

use helm::sources::{OCI_SCHEME, OciReference, ReadOciReference, WantedChart};

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
    #[error("a mirror is FROM=TO, with an address before the first `=`")]
    Form,
}

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
        let (from, to) = text.split_once('=').ok_or(ReadMirror::Form)?;
        if !from.contains("://") || to.is_empty() {
            return Err(ReadMirror::Form);
        }
        let trimmed = |text: &str| text.trim_end_matches('/').to_owned();
        Ok(Self { from: trimmed(from), to: if to == "/" { to.to_owned() } else { trimmed(to) } })
    }
}

impl Mirror {
    /// What an address becomes; none if it begins otherwise.
    fn apply(&self, address: &str) -> Option<String> {
        let rest = address.strip_prefix(&self.from)?;
        // Whoever names a folder does not mean what is beside it.
        let leads_out = rest.split('/').any(|part| part == "..");
        ((rest.is_empty() || rest.starts_with('/')) && !leads_out).then(|| format!("{}{rest}", self.to))
    }
}

/// What an address becomes by the first mirror that knows it.
pub(crate) fn address(mirrors: &[Mirror], address: &str) -> Option<String> {
    mirrors.iter().find_map(|mirror| mirror.apply(address))
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
    let Some(to) = address(mirrors, &whole) else {
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
    let to = address(mirrors, parent).unwrap_or(to);
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
    fn a_mirror_names_an_address_first() {
        for text in ["", "a", "a=b", "https://h=", "=https://h"] {
            assert_eq!(text.parse::<Mirror>(), Err(ReadMirror::Form), "{text}");
        }
    }
}
