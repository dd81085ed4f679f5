//! Files that are decrypted before kustomize builds, because it would hash or merge them otherwise.

use text::TextId;

use super::{format_of_path, has_marker};
use crate::{Clear, Fault, Format, KeyService, MacCheck, decrypt};

/// A file that a kustomization names and that Flux decrypts first (`decryptKustomizationSources`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Its path as it is written, relative to the kustomization.
    pub path: String,
    /// How it is read, and printed again.
    pub format: Format,
}

impl Source {
    /// One of `secretGenerator`'s `files`: a path, or `KEY=PATH`. The key tells the format, not the path.
    #[must_use]
    pub fn of_file(written: &str) -> Self {
        let (key, path) = written.split_once('=').unwrap_or((written, written));
        Self { path: path.to_owned(), format: format_of_path(key) }
    }

    /// One of `secretGenerator`'s `envs`: dotenv unless its name ends otherwise.
    #[must_use]
    pub fn of_env(path: &str) -> Self {
        let format = match format_of_path(path) {
            Format::Binary => Format::Dotenv,
            other => other,
        };
        Self { path: path.to_owned(), format }
    }

    /// The file of one of `patches`; none for an inline patch and for what is elsewhere.
    #[must_use]
    pub fn of_patch(path: &str) -> Option<Self> {
        let is_elsewhere = path.split_once("://").is_some_and(|(_, rest)| !rest.is_empty());
        (!path.is_empty() && !is_elsewhere)
            .then(|| Self { path: path.to_owned(), format: format_of_path(path) })
    }

    /// Decrypts the file's bytes; none if it is not encrypted in this format, which Flux tells by a marker alone and leaves
    /// the file as it is then.
    ///
    /// # Errors
    /// Where it is encrypted and cannot be decrypted.
    pub fn decrypt(
        &self,
        (text, bytes): (TextId, &[u8]),
        keys: &dyn KeyService,
    ) -> Result<Option<Clear>, Fault> {
        if !has_marker(bytes, self.format) {
            return Ok(None);
        }
        decrypt((text, bytes), self.format, keys, MacCheck::Overlooked)?.print().map(Some)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::NoKeys;

    #[test]
    fn keys_and_names_tell_the_format_of_a_source() {
        let source = |path: &str, format| Source { path: path.to_owned(), format };
        assert_eq!(Source::of_file("a.yaml"), source("a.yaml", Format::Yaml));
        assert_eq!(Source::of_file("token=a.yaml"), source("a.yaml", Format::Binary));
        assert_eq!(Source::of_file("a.env=b=c"), source("b=c", Format::Dotenv));
        assert_eq!(Source::of_env("secrets"), source("secrets", Format::Dotenv));
        assert_eq!(Source::of_env("secrets.ini"), source("secrets.ini", Format::Ini));
        assert_eq!(Source::of_patch("p.yaml"), Some(source("p.yaml", Format::Yaml)));
        assert_eq!(Source::of_patch("https://example.com/p.yaml"), None);
        assert_eq!(Source::of_patch(""), None);
    }

    #[test]
    fn a_file_without_the_marker_of_its_format_stays_as_it_is() {
        let source = Source::of_file("a.env");
        assert_eq!(source.decrypt((TextId(0), b"sops:\n  mac: ENC[x]\n"), &NoKeys), Ok(None));
        assert!(source.decrypt((TextId(0), b"sops_mac=ENC[x]\n"), &NoKeys).is_err());
    }
}
