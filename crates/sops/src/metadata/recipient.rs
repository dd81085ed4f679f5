//! Whom a data key is encrypted for.

use super::{ReadMetadata, list_field, text_field};
use crate::tree::Branch;

/// Who can open a data key. They are tried in this order, which is that of SOPS: keys at hand come first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RecipientKind {
    /// A key of age.
    Age,
    /// A key of PGP.
    Pgp,
    /// A key in AWS KMS.
    Kms,
    /// A key in Google Cloud KMS.
    GcpKms,
    /// A key in Huawei Cloud KMS.
    HuaweiKms,
    /// A key in Azure Key Vault.
    AzureKeyVault,
    /// A key in the transit engine of HashiCorp Vault or OpenBao.
    Vault,
}

impl RecipientKind {
    /// Its name for people.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Age => "age",
            Self::Pgp => "PGP",
            Self::Kms => "AWS KMS",
            Self::GcpKms => "Google Cloud KMS",
            Self::HuaweiKms => "Huawei Cloud KMS",
            Self::AzureKeyVault => "Azure Key Vault",
            Self::Vault => "Vault",
        }
    }
}

/// A recipient and what is encrypted for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    /// Which kind.
    pub kind: RecipientKind,
    /// Its name as SOPS shows it: a public key, fingerprint, ARN, resource or address.
    pub name: String,
    /// The data key, or a share of it, in the text form of the kind.
    pub encrypted_data_key: String,
    /// What else its service has to know, by the names of the fields, such as `role` of AWS KMS.
    pub details: Vec<(&'static str, String)>,
}

impl std::fmt::Display for Recipient {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} {}", self.kind.name(), self.name)
    }
}

/// How a kind is written: the field of its list, and the fields of a recipient of which its name is made.
struct Written {
    kind: RecipientKind,
    list: &'static str,
    names: &'static [&'static str],
    details: &'static [&'static str],
}

const WRITTEN: [Written; 7] = [
    Written { kind: RecipientKind::Age, list: "age", names: &["recipient"], details: &[] },
    Written { kind: RecipientKind::Pgp, list: "pgp", names: &["fp"], details: &[] },
    Written { kind: RecipientKind::Kms, list: "kms", names: &["arn"], details: &["role", "aws_profile"] },
    Written { kind: RecipientKind::GcpKms, list: "gcp_kms", names: &["resource_id"], details: &[] },
    Written { kind: RecipientKind::HuaweiKms, list: "hckms", names: &["key_id"], details: &[] },
    Written {
        kind: RecipientKind::AzureKeyVault,
        list: "azure_kv",
        names: &["vault_url", "name", "version"],
        details: &[],
    },
    Written {
        kind: RecipientKind::Vault,
        list: "hc_vault",
        names: &["vault_address", "engine_path", "key_name"],
        details: &[],
    },
];

/// The recipients of one group, in the order in which they are tried.
pub(super) fn group(branch: &Branch) -> Result<Vec<Recipient>, ReadMetadata> {
    let mut group = Vec::new();
    for written in &WRITTEN {
        for fields in list_field(branch, written.list)? {
            group.push(written.recipient(fields)?);
        }
    }
    Ok(group)
}

impl Written {
    fn recipient(&self, fields: &Branch) -> Result<Recipient, ReadMetadata> {
        let texts = |names: &[&'static str]| -> Result<Vec<(&'static str, String)>, ReadMetadata> {
            names.iter().map(|name| Ok((*name, text_field(fields, name)?))).collect()
        };
        let named = texts(self.names)?;
        let name = named.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>();
        let mut details = texts(self.details)?;
        if self.names.len() > 1 {
            details.extend(named.iter().cloned());
        }
        Ok(Recipient {
            kind: self.kind,
            name: full_name(self.kind, &name),
            encrypted_data_key: text_field(fields, "enc")?,
            details,
        })
    }
}

/// The name as `ToString` of SOPS' master keys gives it.
fn full_name(kind: RecipientKind, parts: &[&str]) -> String {
    match (kind, parts) {
        (RecipientKind::AzureKeyVault, [address, name, version]) => {
            format!("{address}/keys/{name}/{version}")
        }
        (RecipientKind::Vault, [address, engine, name]) => format!("{address}/v1/{engine}/keys/{name}"),
        (_, parts) => parts.concat(),
    }
}
