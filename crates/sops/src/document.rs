//! Whether a parsed document is encrypted, and for whom: what can be said without any key.

use manifest::Document;

use crate::metadata::{Metadata, ReadMetadata};
use crate::stores::{METADATA_KEY, branch_of_node};

/// Whether a document is encrypted, as Flux decides it: it has a mapping `sops` with a `mac` that is not empty
/// (`isSOPSEncryptedResource` of kustomize-controller).
#[must_use]
pub fn is_encrypted(document: &Document<'_>) -> bool {
    let mac = document.root().and_then(|root| document.text_at(root, &[METADATA_KEY, "mac"]));
    mac.is_some_and(|mac| !mac.is_empty())
}

/// The metadata of an encrypted document; none if it is not encrypted. Its recipients can be named where no key is at hand.
///
/// # Errors
/// Where there is metadata, and it cannot be used.
pub fn metadata_of(document: &Document<'_>) -> Result<Option<Metadata>, ReadMetadata> {
    let Some(root) = document.root().filter(|_| is_encrypted(document)) else { return Ok(None) };
    let Some(node) = document.get(root, METADATA_KEY) else { return Ok(None) };
    let branch = branch_of_node(document, node).map_err(|source| ReadMetadata::ReadValues { source })?;
    Metadata::read(&branch).map(Some)
}

#[cfg(test)]
mod tests {
    use text::TextId;

    use super::*;
    use crate::RecipientKind;

    fn recipients(text: &str) -> Option<Vec<String>> {
        let document = manifest::parse_first(TextId(0), text.as_bytes(), 0..text.len()).unwrap();
        let metadata = metadata_of(&document).unwrap()?;
        Some(metadata.recipients().map(ToString::to_string).collect())
    }

    #[test]
    fn recipients_of_all_kinds_are_named_in_the_order_in_which_they_are_tried() {
        let text = "\
sops:
    kms: [{arn: 'arn:aws:kms:eu-west-1:1:key/2', role: r, enc: x}]
    gcp_kms: [{resource_id: projects/p/locations/l, enc: x}]
    hckms: [{key_id: 'eu:1', enc: x}]
    azure_kv: [{vault_url: 'https://v', name: k, version: '1', enc: x}]
    hc_vault: [{vault_address: 'https://v', engine_path: sops, key_name: k, enc: x}]
    pgp: [{fp: 85D77543B3D624B63CEA9E6DBC17301B491B3F21, enc: x}]
    age: [{recipient: age1x, enc: x}]
    lastmodified: '2020-01-01T00:00:00Z'
    mac: ENC[x]
    version: 3.5.0
";
        let expected = [
            "age age1x",
            "PGP 85D77543B3D624B63CEA9E6DBC17301B491B3F21",
            "AWS KMS arn:aws:kms:eu-west-1:1:key/2",
            "Google Cloud KMS projects/p/locations/l",
            "Huawei Cloud KMS eu:1",
            "Azure Key Vault https://v/keys/k/1",
            "Vault https://v/v1/sops/keys/k",
        ];
        assert_eq!(recipients(text).unwrap(), expected);
        let document = manifest::parse_first(TextId(0), text.as_bytes(), 0..text.len()).unwrap();
        let metadata = metadata_of(&document).unwrap().unwrap();
        let kms = metadata.recipients().find(|recipient| recipient.kind == RecipientKind::Kms).unwrap();
        assert_eq!(kms.details.first(), Some(&("role", "r".to_owned())));
    }

    #[test]
    fn a_document_without_a_mac_is_not_encrypted() {
        assert_eq!(recipients("sops: {mac: ''}\n"), None);
        assert_eq!(recipients("sops: text\n"), None);
        assert_eq!(recipients("spec: {sops: {mac: x}}\n"), None);
        assert_eq!(recipients(""), None);
    }
}
