//! Artifacts of registries that hold manifests, as `flux push artifact` and others make them.
//!
//! Takes an address and what of it is wanted; gives the files of one layer, in a folder, and the digest of the manifest.
//! Follows the source controller: the first layer, or the first of a kind; links are left out. Signatures are not verified.

use std::fs;
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

use flate2::read::MultiGzDecoder;
use helm::sources::{Digest, OCI_SCHEME, OciReference, ReadOciReference, without_user};
use kustomize::load::remote::CheckoutKey;
use store::{CheckoutName, UseStore};

use super::Charts;
use super::mirror::{UseMirror, address};
use super::refusal::AskRegistry;
use super::registry::Layer;
use crate::checkout::FetchedRepository;
use crate::locked;
use crate::tags::{ChooseTag, TagRange, newest};

/// What parts the address from the kind of the layer that is wanted of it. Layers of one manifest are different files.
const LAYER_MARK: char = '#';

/// Files of one artifact: the bound of checkouts, whose places they take.
const FILES_MAX: usize = 500_000;

/// Bytes of an unpacked artifact. The archive has a hundred MiB at most, and text shrinks to a tenth.
const BYTES_MAX: u64 = 1 << 30;

/// Why an artifact was not fetched.
#[derive(Debug, thiserror::Error)]
pub enum FetchArtifact {
    /// Its address is none.
    #[error("'{address}' is no artifact of a registry")]
    ReadAddress {
        /// The address, without credentials.
        address: String,
        /// Why.
        source: ReadOciReference,
    },
    /// Its mirror cannot be asked for it.
    #[error("cannot fetch '{address}' from a mirror")]
    UseMirror {
        /// The address, without credentials.
        address: String,
        /// Why.
        source: UseMirror,
    },
    /// No tag is in the range.
    #[error("cannot fetch '{address}'")]
    ChooseTag {
        /// The address, without credentials.
        address: String,
        /// Why.
        source: ChooseTag,
    },
    /// The registry does not give it.
    #[error("cannot fetch '{address}'")]
    AskRegistry {
        /// The address, without credentials.
        address: String,
        /// Why.
        source: AskRegistry,
    },
    /// The layer is no archive that can be unpacked.
    #[error("the layer of '{address}' cannot be unpacked: {reason}")]
    Unpack {
        /// The address, without credentials.
        address: String,
        /// Why.
        reason: String,
    },
    /// The store refuses.
    #[error("the cache cannot be used")]
    UseStore(#[from] UseStore),
}

/// Whether something that is checked out is an artifact and no repository of Git.
pub(crate) fn is_artifact(key: &CheckoutKey) -> bool {
    key.url.starts_with(OCI_SCHEME)
}

impl Charts {
    /// Fetches an artifact, and keeps its files as those of a checkout whose commit is the digest.
    pub(crate) fn fetch_artifact(&self, key: &CheckoutKey) -> Result<FetchedRepository, FetchArtifact> {
        let shown = without_user(&key.url);
        let name = CheckoutName { url: &key.url, reference: key.reference.as_deref(), submodules: false };
        let pinned = self.options.pinned();
        let locked = pinned.artifact(&locked::source_key(key));
        let locked = locked.and_then(|locked| locked.strip_prefix("sha256:"));
        if let Some(checkout) = locked.and_then(|digest| self.store.at_commit(&name, digest)) {
            return Ok(FetchedRepository { checkout, was_known: true });
        }
        let (url, media_type) = parts(&key.url);
        let wanted = key.reference.as_deref().unwrap_or("latest");
        let bare = self.bare(url)?;
        let asked = |source| FetchArtifact::AskRegistry { address: shown.clone(), source };
        let reference = match TagRange::of(wanted) {
            Some(range) => {
                let tags = self.registries().tags(&bare).map_err(asked)?;
                let tag = newest(&tags, range);
                tag.map_err(|source| FetchArtifact::ChooseTag { address: shown.clone(), source })?
            }
            None => wanted.to_owned(),
        };
        // What is locked is asked for by its digest: the tag may have gone on.
        let by = locked.map_or(reference, |digest| format!("sha256:{digest}"));
        let (digest, layer) = self.registries().artifact(&bare, &by, media_type).map_err(asked)?;
        if let Some(checkout) = self.store.at_commit(&name, digest.digits()) {
            self.store.point(&name, digest.digits())?;
            return Ok(FetchedRepository { checkout, was_known: true });
        }
        let bytes = self.registries().blob(&bare, &layer).map_err(asked)?;
        let scratch = self.store.scratch()?;
        let folder = scratch.path().join("tree");
        unpack(&bytes, &folder).map_err(|reason| FetchArtifact::Unpack { address: shown, reason })?;
        let checkout = self.store.keep_checkout(&name, digest.digits(), &folder)?;
        Ok(FetchedRepository { checkout, was_known: false })
    }

    /// The repository of a registry to ask.
    fn bare(&self, url: &str) -> Result<OciReference, FetchArtifact> {
        let shown = || without_user(url);
        let to = address(&self.options.mirrors, url).unwrap_or_else(|| url.to_owned());
        if !to.starts_with(OCI_SCHEME) {
            let source = UseMirror::NeedRegistry(shown());
            return Err(FetchArtifact::UseMirror { address: shown(), source });
        }
        let read = OciReference::parse(&to).map(|reference| reference.bare());
        read.map_err(|source| FetchArtifact::ReadAddress { address: shown(), source })
    }
}

/// The address of an artifact, and the kind of the layer that is wanted of it.
fn parts(url: &str) -> (&str, Option<&str>) {
    match url.split_once(LAYER_MARK) {
        Some((url, media_type)) => (url, Some(media_type)),
        None => (url, None),
    }
}

/// Writes the files of a packed archive into a folder that is not there yet. Links are left out, as the controller does.
fn unpack(bytes: &[u8], folder: &Path) -> Result<(), String> {
    let words = |error: io::Error| error.to_string();
    make(folder).map_err(words)?;
    // One byte more than may be: reading the archive tells that it broke off.
    let mut archive = tar::Archive::new(MultiGzDecoder::new(bytes).take(BYTES_MAX + 1));
    for (index, entry) in archive.entries().map_err(words)?.enumerate() {
        if index >= FILES_MAX {
            return Err(format!("more than {FILES_MAX} files"));
        }
        let mut entry = entry.map_err(words)?;
        let kind = entry.header().entry_type();
        let path = below(&entry.path().map_err(words)?)?;
        if kind.is_file() {
            let target = folder.join(path);
            make(target.parent().unwrap_or(folder)).map_err(words)?;
            write(&target, &mut entry).map_err(words)?;
        } else if kind.is_dir() {
            make(&folder.join(path)).map_err(words)?;
        }
    }
    Ok(())
}

fn make(folder: &Path) -> io::Result<()> {
    fs::DirBuilder::new().recursive(true).create(folder)
}

#[expect(clippy::disallowed_methods, reason = "a folder of the store's is no working tree of somebody's")]
fn write(target: &Path, entry: &mut impl Read) -> io::Result<()> {
    io::copy(entry, &mut fs::File::create(target)?).map(|_| ())
}

/// A path of an archive that stays below its root.
fn below(path: &Path) -> Result<PathBuf, String> {
    let mut below = PathBuf::new();
    for part in path.components() {
        match part {
            Component::Normal(name) => below.push(name),
            Component::CurDir => {}
            Component::RootDir | Component::ParentDir | Component::Prefix(_) => {
                return Err(format!("'{}' leads out of the archive", path.display()));
            }
        }
    }
    Ok(below)
}

impl super::registry::Registries<'_> {
    /// The digest of the manifest that a tag or a digest leads to, and the layer of a kind, or its first one.
    fn artifact(
        &self,
        reference: &OciReference,
        by: &str,
        media_type: Option<&str>,
    ) -> Result<(Digest, Layer), AskRegistry> {
        let (digest, layers, url) = self.layers(reference, by)?;
        let is_wanted = |kind: &str| media_type.is_none_or(|wanted| wanted == kind);
        let found = layers.iter().find(|(kind, _)| is_wanted(kind)).and_then(|(_, digest)| digest.clone());
        let absent = || {
            let wanted = media_type.map_or("none".to_owned(), |kind| format!("none of the kind {kind}"));
            AskRegistry::FindLayer { url, wanted }
        };
        Ok((digest, Layer { digest: found.ok_or_else(absent)? }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_stays_in_the_archive() {
        assert_eq!(below(Path::new("./a/./b.yaml")), Ok(PathBuf::from("a/b.yaml")));
        for path in ["../a", "a/../../b", "/etc/passwd"] {
            assert!(below(Path::new(path)).is_err(), "{path}");
        }
    }

    #[test]
    fn an_address_says_the_layer_as_well() {
        assert_eq!(parts("oci://h/a"), ("oci://h/a", None));
        assert_eq!(parts("oci://h/a#application/x"), ("oci://h/a", Some("application/x")));
    }
}
