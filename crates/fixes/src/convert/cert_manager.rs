//! cert-manager's alphas and beta → v1: names that were settled on the way.
//!
//! From the group certmanager.k8s.io there is more: challenge solvers moved from the Certificate to the Issuer, which
//! is another object, so a Certificate with `acme` is left to a person.

use manifest::edit::Fresh;
use manifest::{Document, NodeId};

use super::Refusal;
use super::draft::{Draft, Field, entries, instead_of, mapping, string};

pub(super) fn certificate(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    old_annotations(draft)?;
    let root = draft.root();
    let Some(spec) = draft.mapping_at(root, &["spec"])? else { return Ok(()) };
    if draft.field(spec, "acme")?.is_some() {
        let reason = "the solvers under 'acme' belong into the Issuer's 'acme.solvers' now";
        return Err(Refusal::Manual { reason: reason.to_owned() });
    }
    organizations(draft, spec)?;
    private_key(draft, spec)?;
    for (old, new) in [("uriSANs", "uris"), ("emailSANs", "emailAddresses")] {
        if let Some(field) = draft.entry(spec, old)? {
            draft.rename(field, new);
        }
    }
    Ok(())
}

fn organizations(draft: &mut Draft<'_>, spec: NodeId) -> Result<(), Refusal> {
    let Some(old) = draft.entry(spec, "organization")? else { return Ok(()) };
    match draft.field(spec, "subject")? {
        Some(subject) => {
            let node = draft.mapping(subject.value)?;
            if draft.field(node, "organizations")?.is_some() {
                return Err(draft.malformed(old.key, "stands beside 'subject.organizations'"));
            }
            draft.add(node, manifest::edit::Place::Last, "organizations", old.carried())?;
            draft.remove(old);
            Ok(())
        }
        None => draft.gather(&[old], "subject", mapping([("organizations", old.moved())])),
    }
}

fn private_key(draft: &mut Draft<'_>, spec: NodeId) -> Result<(), Refusal> {
    let algorithm = draft.entry(spec, "keyAlgorithm")?;
    let size = draft.entry(spec, "keySize")?;
    let encoding = draft.entry(spec, "keyEncoding")?;
    let old: Vec<Field> = [algorithm, size, encoding].into_iter().flatten().collect();
    if old.is_empty() {
        return Ok(());
    }
    let fields = entries([
        ("algorithm", algorithm.map(|field| respelled(draft, field, &[("rsa", "RSA"), ("ecdsa", "ECDSA")]))),
        (
            "encoding",
            encoding.map(|field| respelled(draft, field, &[("pkcs1", "PKCS1"), ("pkcs8", "PKCS8")])),
        ),
        ("size", size.map(Field::carried)),
    ]);
    match draft.field(spec, "privateKey")? {
        Some(new) => {
            let node = draft.mapping(new.value)?;
            for (key, value) in fields {
                draft.add(node, manifest::edit::Place::Last, &key, value)?;
            }
            for field in old {
                draft.remove(field);
            }
            Ok(())
        }
        None => draft.gather(&old, "privateKey", Fresh::Mapping(fields)),
    }
}

fn respelled(draft: &Draft<'_>, field: Field, words: &[(&str, &str)]) -> Fresh {
    let text = draft.document().text(field.value);
    match words.iter().find(|(old, _)| Some(*old) == text) {
        Some((_, new)) => instead_of(&[field], string(new)),
        None => field.carried(),
    }
}

/// Issuer and `ClusterIssuer`.
pub(super) fn issuer(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    old_annotations(draft)?;
    let root = draft.root();
    let Some(acme) = draft.mapping_at(root, &["spec", "acme"])? else { return Ok(()) };
    for key in ["http01", "dns01"] {
        if let Some(field) = draft.field(acme, key)?
            && draft.from().group == "certmanager.k8s.io"
        {
            return Err(draft.malformed(
                field.key,
                "was given up for 'solvers' before this group was: write 'acme.solvers'",
            ));
        }
    }
    for solver in draft.mappings(acme, "solvers")? {
        let Some(dns) = draft.mapping_at(solver, &["dns01"])? else { continue };
        for (old, new) in [("acmedns", "acmeDNS"), ("azuredns", "azureDNS"), ("clouddns", "cloudDNS")] {
            if let Some(field) = draft.entry(dns, old)? {
                draft.rename(field, new);
            }
        }
    }
    Ok(())
}

/// `CertificateRequest`: `csr` is called `request`.
pub(super) fn certificate_request(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    old_annotations(draft)?;
    let root = draft.root();
    let Some(spec) = draft.mapping_at(root, &["spec"])? else { return Ok(()) };
    if let Some(csr) = draft.entry(spec, "csr")? {
        draft.rename(csr, "request");
    }
    Ok(())
}

/// The prefix of annotations and labels changed with the group.
fn old_annotations(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    let root = draft.root();
    for holder in ["annotations", "labels"] {
        let Some(map) = draft.mapping_at(root, &["metadata", holder])? else { continue };
        for (key, name) in old_keys(draft.document(), map) {
            let Some(field) = draft.entry(map, &key)? else { continue };
            draft.rename(field, &format!("cert-manager.io/{name}"));
        }
    }
    Ok(())
}

fn old_keys(document: &Document<'_>, map: NodeId) -> Vec<(String, String)> {
    let keys = document.entries(map).iter().filter_map(|entry| document.text(entry.key));
    keys.filter_map(|key| Some((key.to_owned(), key.strip_prefix("certmanager.k8s.io/")?.to_owned())))
        .collect()
}
