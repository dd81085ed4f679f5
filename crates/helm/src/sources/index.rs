//! `index.yaml` of a chart repository.
//!
//! Takes the bytes that a server sent; gives the versions of one chart, the newest first, with where their archives are.
//! Only the entries of the chart that is asked for are looked at closely: an index lists tens of thousands of others.
//! Entries that Helm passes over are passed over; unlike there, fields that nobody knows are overlooked.

use manifest::resolve::Dialect;
use manifest::value::{ReadValue, Value};
use manifest::{Document, ParseDocument};
use text::TextId;

use super::choose::sort_newest_first;
use super::reference::Digest;
use crate::chart::{Metadata, validate};
use crate::url;

/// What Helm lets pass in an index: registries are known that leave aliases out.
const SKIPPED_FAULT: &str = "validation: more than one dependency with name or alias";

/// Why an index is none.
#[derive(Debug, thiserror::Error)]
pub enum ReadIndex {
    /// It has no bytes.
    #[error("empty index.yaml file")]
    Empty,
    /// It is no YAML.
    #[error("index.yaml is no YAML")]
    Parse(#[source] ParseDocument),
    /// It says no version of its format.
    #[error("no API version specified")]
    FindApiVersion,
    /// An entry cannot be read.
    #[error("index.yaml has an entry that cannot be read")]
    ReadEntry(#[source] ReadValue),
}

/// A version of a chart that a repository has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// The version.
    pub version: String,
    /// Where its archive is, as the index says: an address, or one relative to the repository; none if it does not say.
    pub url: Option<String>,
    /// The digest of the archive, if the index says one that is readable.
    pub digest: Option<Digest>,
}

/// An index.
#[derive(Debug)]
pub struct Index<'b> {
    document: Document<'b>,
}

impl<'b> Index<'b> {
    /// Reads an index, in YAML or JSON.
    ///
    /// # Errors
    /// If Helm would take it for none.
    pub fn read(bytes: &'b [u8]) -> Result<Self, ReadIndex> {
        if bytes.is_empty() {
            return Err(ReadIndex::Empty);
        }
        let document =
            manifest::parse_first(TextId(u32::MAX), bytes, 0..bytes.len()).map_err(ReadIndex::Parse)?;
        let root = document.root().ok_or(ReadIndex::FindApiVersion)?;
        let api_version = document.text_at(root, &["apiVersion"]);
        if api_version.is_none_or(str::is_empty) {
            return Err(ReadIndex::FindApiVersion);
        }
        Ok(Self { document })
    }

    /// The versions of a chart, the newest first; none if the index does not name it.
    ///
    /// # Errors
    /// If an entry cannot be read.
    pub fn offers(&self, chart: &str) -> Result<Option<Vec<Offer>>, ReadIndex> {
        let document = &self.document;
        let Some(entries) = document.root().and_then(|root| document.get(root, "entries")) else {
            return Ok(None);
        };
        let Some(listed) = document.get(document.dereference(entries), chart) else { return Ok(None) };
        let mut offers = Vec::new();
        for item in document.items(document.dereference(listed)) {
            let value = Value::from_node(document, *item, Dialect::GoYaml2).map_err(ReadIndex::ReadEntry)?;
            offers.extend(offer(&value));
        }
        sort_newest_first(&mut offers, |offer| &offer.version);
        Ok(Some(offers))
    }
}

/// What an entry offers; none where Helm passes over it.
fn offer(entry: &Value) -> Option<Offer> {
    let mut metadata = Metadata::default();
    metadata.decode(entry).ok()?;
    if metadata.api_version.is_empty() {
        "v1".clone_into(&mut metadata.api_version);
    }
    let fault = validate(&mut metadata).err().map(|fault| fault.to_string());
    if fault.is_some_and(|fault| !fault.starts_with(SKIPPED_FAULT)) {
        return None;
    }
    let urls = entry.get("urls");
    let first = match urls {
        Some(Value::Sequence(urls)) => urls.first().and_then(Value::as_str),
        _ => None,
    };
    // Nothing that holds a space or a control character is a URL, and a list of versions is kept a line each.
    let is_plain = |url: &&str| !url.chars().any(|character| character.is_control() || character == ' ');
    let digest = entry.get("digest").and_then(Value::as_str).and_then(Digest::parse);
    Some(Offer { version: metadata.version, url: first.filter(is_plain).map(str::to_owned), digest })
}

/// Where an archive is that an index names relative to its repository; none if that is no address.
///
/// What the repository's own address says behind a `?` stays, as Helm has it: tokens stand there.
#[must_use]
pub fn resolve(repository: &str, archive: &str) -> Option<String> {
    let (archive, _) = url::split(archive);
    let archive_url = url::parse(archive).ok()?;
    if archive_url.is_absolute() {
        return Some(archive.to_owned());
    }
    let (repository, _) = url::split(repository);
    let (path, query) =
        repository.split_once('?').map_or((repository, None), |(path, query)| (path, Some(query)));
    let base = url::parse(&format!("{}/", path.trim_end_matches('/'))).ok()?;
    let joined = base.join(&archive_url).to_string();
    let joined = joined.split('?').next().unwrap_or_default();
    Some(match query {
        Some(query) => format!("{joined}?{query}"),
        None => joined.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIGITS: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    fn index() -> String {
        format!(
            "apiVersion: v1\nentries:\n  web:\n  - {{name: web, version: 1.9.0, urls: [web-1.9.0.tgz]}}\n\
             \x20 - {{name: web, version: 1.10.0, urls: ['https://h/web.tgz', x], digest: {DIGITS}, new: 1}}\n\
             \x20 - null\n  - {{name: web, version: nonsense}}\n  - {{name: web, version: 1}}\n\
             \x20 - {{name: web, version: 0.1.0, dependencies: [{{name: a}}, {{name: a}}]}}\n\
             \x20 - {{name: ../web, version: 0.1.0}}\n  - {{name: web, version: 0.0.1, urls: ['a b']}}\n\
             \x20 - {{name: web, version: [1]}}\n  other: []\n"
        )
    }

    #[test]
    fn entries_are_sorted_and_those_that_are_none_passed_over() {
        let text = index();
        let index = Index::read(text.as_bytes()).unwrap();
        let offers = index.offers("web").unwrap().unwrap();
        let shown: Vec<_> = offers.iter().map(|offer| (&*offer.version, offer.url.as_deref())).collect();
        let expected = [
            ("1.10.0", Some("https://h/web.tgz")),
            ("1.9.0", Some("web-1.9.0.tgz")),
            ("1", None),
            ("0.1.0", None),
            ("0.0.1", None),
        ];
        assert_eq!(shown, expected);
        assert_eq!(offers[0].digest.as_ref().map(Digest::digits), Some(DIGITS));
        assert_eq!(index.offers("other").unwrap(), Some(Vec::new()));
        assert_eq!(index.offers("absent").unwrap(), None);
    }

    #[test]
    fn garbage_is_no_index() {
        let told = |bytes: &[u8]| Index::read(bytes).unwrap_err().to_string();
        assert_eq!(told(b""), "empty index.yaml file");
        assert_eq!(told(b"<html>"), "no API version specified");
        assert_eq!(told(b"entries: {}"), "no API version specified");
        assert_eq!(told(b"a: [\n"), "index.yaml is no YAML");
        for odd in ["apiVersion: v1\nentries: [1]", "apiVersion: v1\nentries: {web: 1}", "apiVersion: v1"] {
            let offers = Index::read(odd.as_bytes()).unwrap().offers("web").unwrap();
            assert!(offers.is_none_or(|offers| offers.is_empty()), "{odd}");
        }
    }

    #[test]
    fn an_index_may_be_json() {
        let text =
            r#"{"apiVersion":"v1","entries":{"web":[{"name":"web","version":"1.0.0","urls":["w.tgz"]}]}}"#;
        let offers = Index::read(text.as_bytes()).unwrap().offers("web").unwrap().unwrap();
        assert_eq!(offers[0].url.as_deref(), Some("w.tgz"));
    }

    #[test]
    fn addresses_of_archives_are_those_of_helm() {
        for (repository, archive, expected) in [
            ("https://h/charts", "web.tgz", "https://h/charts/web.tgz"),
            ("https://h/charts/", "web.tgz", "https://h/charts/web.tgz"),
            ("https://h/charts/", "a/../web.tgz", "https://h/charts/web.tgz"),
            ("https://h/charts?token=1", "web.tgz", "https://h/charts/web.tgz?token=1"),
            ("https://h/charts", "/web.tgz", "https://h/web.tgz"),
            ("https://h/charts", "https://other/web.tgz", "https://other/web.tgz"),
            ("https://h", "charts/web.tgz", "https://h/charts/web.tgz"),
        ] {
            assert_eq!(resolve(repository, archive).as_deref(), Some(expected), "{repository} {archive}");
        }
        assert_eq!(resolve("https://h", "%zz"), None);
    }
}
