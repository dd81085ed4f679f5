//! The port through which a document's data key is opened.
//!
//! Each recipient of a document holds the data key, or a share of it, in a form that one service can open: age identities at
//! hand ([`crate::AgeKeys`]), an agent of PGP, a KMS in a cloud. This crate has the first; the others are their owner's, who
//! may talk to the network. Nothing here does.

use zeroize::Zeroizing;

use crate::age::OpenFile;
use crate::metadata::Recipient;

/// Opens what documents hold for their recipients.
pub trait KeyService {
    /// Gives the data key, or the share of it, that is encrypted for a recipient.
    ///
    /// # Errors
    /// Where the service does not serve recipients of this kind, or has no key of this one.
    fn open(&self, recipient: &Recipient) -> Result<Zeroizing<Vec<u8>>, OpenDataKey>;
}

/// Why a key service does not open a data key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenDataKey {
    /// Nobody here serves recipients of this kind.
    #[error("no such key service here")]
    FindService,
    /// A kind of age recipient that needs something else than an X25519 identity.
    #[error("{what} are not supported")]
    Support {
        /// What it is, in the plural.
        what: &'static str,
    },
    /// No identity was given at all.
    #[error("no age identity was given")]
    HaveIdentity,
    /// The age file does not open.
    #[error(transparent)]
    OpenAgeFile(#[from] OpenFile),
    /// What another service says.
    #[error("{0}")]
    Other(String),
}

/// The service of those who have no key.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoKeys;

impl KeyService for NoKeys {
    fn open(&self, recipient: &Recipient) -> Result<Zeroizing<Vec<u8>>, OpenDataKey> {
        match recipient.kind {
            crate::RecipientKind::Age => Err(OpenDataKey::HaveIdentity),
            _ => Err(OpenDataKey::FindService),
        }
    }
}
