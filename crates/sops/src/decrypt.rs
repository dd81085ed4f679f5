//! A document decrypted: read, the data key opened, values opened, the MAC compared.

use text::{Span, TextId, Track};
use zeroize::Zeroizing;

use crate::cipher;
use crate::data_key::{self, GetDataKey};
use crate::graph;
use crate::key_service::KeyService;
use crate::metadata::{Metadata, ReadMetadata};
use crate::stores::{self, PrintStore, ReadStore};
use crate::tree::{Branch, Data};
use crate::walk::{self, WalkDocument};
use crate::{Clear, Format};

/// What is asked of the MAC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MacCheck {
    /// It must be that of what was decrypted, as SOPS has it.
    Required,
    /// Nobody compares it, as in Flux, which decrypts what kustomize has added to (`checkSopsMac` of kustomize-controller).
    Overlooked,
}

/// Why a document is not decrypted. No variant holds anything that was decrypted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The document is not encrypted.
    #[error("the document is not encrypted: it has no metadata of SOPS")]
    FindMetadata,
    /// The document cannot be read.
    #[error("the document cannot be read as {format}: {source}")]
    ReadStore {
        /// As what.
        format: &'static str,
        /// Why.
        source: ReadStore,
    },
    /// Its metadata cannot be used.
    #[error("the metadata of SOPS cannot be read: {0}")]
    ReadMetadata(#[from] ReadMetadata),
    /// The data key does not open.
    #[error("no key at hand opens the document: {0}")]
    GetDataKey(#[from] GetDataKey),
    /// A value does not open.
    #[error("a value cannot be decrypted: {0}")]
    Walk(#[from] WalkDocument),
    /// The MAC is missing or was itself changed.
    #[error("the MAC of the document does not open: {source}")]
    OpenMac {
        /// Why.
        source: cipher::OpenValue,
    },
    /// Something was changed after it was encrypted.
    #[error("the MAC of the document is not that of its values: something was changed after SOPS wrote it")]
    CompareMac,
    /// What was decrypted cannot be printed in the format.
    #[error("the decrypted document cannot be printed: {0}")]
    Print(#[from] PrintStore),
}

impl Fault {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::GetDataKey(_) => Some(
                "give an age identity by --age-key, SOPS_AGE_KEY or SOPS_AGE_KEY_FILE, or add a recipient with 'sops updatekeys'",
            ),
            Self::CompareMac | Self::OpenMac { .. } | Self::Walk(_) => Some(
                "change encrypted files with 'sops edit' only; 'git log -p FILE' shows what was changed by hand",
            ),
            Self::FindMetadata | Self::ReadStore { .. } | Self::ReadMetadata(_) | Self::Print(_) => None,
        }
    }
}

/// A decrypted document. Its values are overwritten when it is dropped, and `Debug` shows none.
pub struct Decrypted {
    text: TextId,
    format: Format,
    metadata: Metadata,
    branches: Vec<Branch>,
}

/// Decrypts a document.
///
/// `text` is the text that spans are ranges of. Nothing is written anywhere, and no value is in any fault.
///
/// # Errors
/// Where the document is not encrypted, cannot be read, no key opens it, or its MAC is not that of its values.
pub fn decrypt(
    (text, bytes): (TextId, &[u8]),
    format: Format,
    keys: &dyn KeyService,
    check: MacCheck,
) -> Result<Decrypted, Fault> {
    let mut branches = stores::read(format, text, bytes)
        .map_err(|source| Fault::ReadStore { format: format.name(), source })?;
    let metadata = stores::take_metadata(format, &mut branches)?.ok_or(Fault::FindMetadata)?;
    let metadata = Metadata::read(&metadata)?;
    let data_key = data_key::get(&metadata, keys)?;
    let mac = walk::open_values(&mut branches, &metadata, &data_key)?;
    if check == MacCheck::Required {
        compare_mac(&mac, &metadata, &data_key)?;
    }
    Ok(Decrypted { text, format, metadata, branches })
}

fn compare_mac(mac: &str, metadata: &Metadata, data_key: &Zeroizing<Vec<u8>>) -> Result<(), Fault> {
    let stored = cipher::open(&metadata.mac, data_key, &metadata.last_modified);
    match stored.map_err(|source| Fault::OpenMac { source })? {
        Data::Text(stored) if stored.expose() == mac.as_bytes() => Ok(()),
        _ => Err(Fault::CompareMac),
    }
}

impl Decrypted {
    /// The format that it was read as.
    #[must_use]
    pub fn format(&self) -> Format {
        self.format
    }

    /// What stood beside the values.
    #[must_use]
    pub fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    /// The document as SOPS prints it once it is decrypted, in the format that it was read as.
    ///
    /// # Errors
    /// Where the format cannot hold what was decrypted.
    pub fn print(&self) -> Result<Clear, Fault> {
        self.print_as(self.format)
    }

    /// The document as SOPS prints it in another format, as Flux does for entries of Secrets whose names end otherwise.
    ///
    /// # Errors
    /// Where the format cannot hold what was decrypted.
    pub fn print_as(&self, format: Format) -> Result<Clear, Fault> {
        Ok(stores::print(format, &self.branches)?)
    }

    /// The documents as engines change them, metadata left out. A decrypted value's origin is one that was made by
    /// [`text::DECRYPTED`] out of the span of its `ENC[…]`: it cannot be edited, and all that is made of it is
    /// [sensitive](text::Origins::is_sensitive). Comments are gone. From here on clear values are not overwritten any more.
    #[must_use]
    pub fn graphs<T: Track>(&self, track: &mut T) -> Vec<manifest::mutable::Graph<T::Origin>> {
        self.branches.iter().map(|branch| graph::of_branch(branch, self.text, track)).collect()
    }

    /// The spans of all values that were decrypted, in the order of the text.
    #[must_use]
    pub fn decrypted_spans(&self) -> Vec<Span> {
        let mut spans = Vec::new();
        self.branches.iter().for_each(|branch| graph::add_decrypted_spans(branch, &mut spans));
        spans
    }
}

impl std::fmt::Debug for Decrypted {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Decrypted({}, {} documents: ***)", self.format.name(), self.branches.len())
    }
}
