//! What a Kustomization says of decryption, and the keys in the Secret that it names.

use manifest::{Document, NodeId};

use crate::age::{AgeKeys, ReadIdentities};
use crate::metadata::RecipientKind;

/// `spec.decryption` of a Flux Kustomization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decryption {
    /// The provider; Flux knows `sops` alone.
    pub provider: String,
    /// The name of the Secret with the keys, in the Kustomization's own namespace.
    pub secret: Option<String>,
    /// The ServiceAccount by which KMS services in clouds are asked.
    pub service_account: Option<String>,
}

impl Decryption {
    /// Reads it of a Kustomization; none if it says nothing of decryption, and then nothing is decrypted.
    #[must_use]
    pub fn of(document: &Document<'_>, kustomization: NodeId) -> Option<Self> {
        let decryption = document.at(kustomization, &["spec", "decryption"])?;
        let text = |path: &[&str]| {
            document.text_at(decryption, path).filter(|text| !text.is_empty()).map(str::to_owned)
        };
        document.is_mapping(decryption).then(|| Self {
            provider: text(&["provider"]).unwrap_or_default(),
            secret: text(&["secretRef", "name"]),
            service_account: text(&["serviceAccountName"]),
        })
    }

    /// Whether anything is decrypted by it: Flux overlooks providers that it does not know.
    #[must_use]
    pub fn is_sops(&self) -> bool {
        self.provider == "sops"
    }
}

/// The keys in a Secret for decryption.
#[derive(Debug, Clone, Default)]
pub struct KeySecret {
    /// The identities in all entries that end in `.agekey`.
    pub age: AgeKeys,
    /// Entries with keys or credentials that nothing here uses, with what they are for.
    pub unused: Vec<(String, RecipientKind)>,
}

/// Why a Secret's keys cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadKeySecret {
    /// An entry that holds no age identities.
    #[error("entry '{key}' of the Secret for decryption: {source}")]
    ReadIdentities {
        /// Its key.
        key: String,
        /// Why.
        source: ReadIdentities,
    },
    /// An entry whose bytes are no text.
    #[error("entry '{key}' of the Secret for decryption is not UTF-8")]
    ReadText {
        /// Its key.
        key: String,
    },
}

impl KeySecret {
    /// Sorts the entries of a Secret, decoded from base64, by the ends of their keys (`ImportKeys`).
    ///
    /// # Errors
    /// Where an entry that ends in `.agekey` holds none, as Flux fails then.
    pub fn read<'e>(entries: impl Iterator<Item = (&'e str, &'e [u8])>) -> Result<Self, ReadKeySecret> {
        let mut keys = Self::default();
        for (key, bytes) in entries {
            if key.ends_with(".agekey") {
                let text = std::str::from_utf8(bytes);
                let text = text.map_err(|_| ReadKeySecret::ReadText { key: key.to_owned() })?;
                let read = keys.age.import(text);
                read.map_err(|source| ReadKeySecret::ReadIdentities { key: key.to_owned(), source })?;
            } else if let Some(kind) = other_kind(key) {
                keys.unused.push((key.to_owned(), kind));
            }
        }
        Ok(keys)
    }
}

/// What an entry is for that holds no age identities.
fn other_kind(key: &str) -> Option<RecipientKind> {
    match key {
        "sops.vault-token" => Some(RecipientKind::Vault),
        "sops.aws-kms" => Some(RecipientKind::Kms),
        "sops.azure-kv" => Some(RecipientKind::AzureKeyVault),
        "sops.gcp-kms" => Some(RecipientKind::GcpKms),
        _ => key.ends_with(".asc").then_some(RecipientKind::Pgp),
    }
}

#[cfg(test)]
mod tests {
    use text::TextId;

    use super::*;

    /// Made for these tests.
    const KEY: &str = "AGE-SECRET-KEY-19U5NXN5WS4MRXPLGYW3UUQNGZFZVG56R490KJZSW6C5Q8XEY5JQSS3JN2R";

    fn decryption(text: &str) -> Option<Decryption> {
        let document = manifest::parse_first(TextId(0), text.as_bytes(), 0..text.len()).ok()?;
        Decryption::of(&document, document.root()?)
    }

    #[test]
    fn decryption_is_read_of_a_kustomization() {
        let read = decryption("spec:\n  decryption: {provider: sops, secretRef: {name: keys}}\n").unwrap();
        assert_eq!(
            (read.is_sops(), read.secret.as_deref(), read.service_account),
            (true, Some("keys"), None)
        );
        let read = decryption("spec:\n  decryption: {provider: other, serviceAccountName: x}\n").unwrap();
        assert_eq!((read.is_sops(), read.secret, read.service_account.as_deref()), (false, None, Some("x")));
        assert_eq!(decryption("spec:\n  path: ./a\n"), None);
        assert_eq!(decryption("spec:\n  decryption: sops\n"), None);
    }

    #[test]
    fn entries_are_sorted_by_the_ends_of_their_keys() {
        let entries: [(&str, &[u8]); 6] = [
            ("a.agekey", KEY.as_bytes()),
            ("b.agekey", b"# none\n"),
            ("c.asc", b"x"),
            ("sops.aws-kms", b"x"),
            ("d.aws-kms", b"x"),
            ("agekey", b"x"),
        ];
        let keys = KeySecret::read(entries.into_iter()).unwrap();
        let unused: Vec<_> = keys.unused.iter().map(|(key, kind)| (key.as_str(), kind.name())).collect();
        assert_eq!((keys.age.len(), unused), (1, vec![("c.asc", "PGP"), ("sops.aws-kms", "AWS KMS")]));
    }

    #[test]
    fn an_entry_without_an_identity_is_refused_without_its_content() {
        let fault = KeySecret::read([("x.agekey", b"hunter2".as_slice())].into_iter()).unwrap_err();
        assert!(fault.to_string().contains("x.agekey") && !fault.to_string().contains("hunter2"), "{fault}");
    }
}
