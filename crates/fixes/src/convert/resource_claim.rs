//! Dynamic resource allocation v1alpha3 and v1beta1 → v1beta2 and v1: requests say `exactly`, devices lose `basic`.

use manifest::edit::Fresh;
use manifest::{Entry, NodeId};

use super::Refusal;
use super::draft::{Draft, Field};

/// The fields of a request that belong to the one device class it asks for.
const EXACTLY: &[&str] =
    &["deviceClassName", "selectors", "allocationMode", "count", "adminAccess", "tolerations", "capacity"];

pub(super) fn claim(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    requests_at(draft, &["spec", "devices"])
}

pub(super) fn template(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    requests_at(draft, &["spec", "spec", "devices"])
}

fn requests_at(draft: &mut Draft<'_>, path: &[&str]) -> Result<(), Refusal> {
    let root = draft.root();
    let Some(devices) = draft.mapping_at(root, path)? else { return Ok(()) };
    for request in draft.mappings(devices, "requests")? {
        exactly(draft, request)?;
    }
    Ok(())
}

fn exactly(draft: &mut Draft<'_>, request: NodeId) -> Result<(), Refusal> {
    let mut fields: Vec<(&str, Field)> = Vec::new();
    for key in EXACTLY {
        if let Some(field) = draft.entry(request, key)? {
            fields.push((key, field));
        }
    }
    if fields.is_empty() {
        return Ok(());
    }
    for key in ["exactly", "firstAvailable"] {
        if let Some(other) = draft.field(request, key)? {
            return Err(
                draft.malformed(other.key, "stands beside the fields of a request for one device class")
            );
        }
    }
    fields.sort_by_key(|(_, field)| field.key);
    let body = fields.iter().map(|(key, field)| ((*key).to_owned(), field.moved())).collect();
    let old: Vec<Field> = fields.iter().map(|(_, field)| *field).collect();
    draft.gather(&old, "exactly", Fresh::Mapping(body))
}

pub(super) fn slice(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    let root = draft.root();
    let Some(spec) = draft.mapping_at(root, &["spec"])? else { return Ok(()) };
    if draft.from().version == "v1alpha3" {
        let reason = "the capacities of v1alpha3 have another shape, and slices are made by drivers: let the new driver publish them";
        return Err(Refusal::Manual { reason: reason.to_owned() });
    }
    for device in draft.mappings(spec, "devices")? {
        if draft.field(device, "basic")?.is_some() {
            without_basic(draft, device)?;
        }
    }
    Ok(())
}

/// One level less: the device is written anew from its own entries and those of `basic`.
fn without_basic(draft: &mut Draft<'_>, device: NodeId) -> Result<(), Refusal> {
    let document = draft.document();
    let mut body = Vec::new();
    for Entry { key, value } in document.entries(device) {
        match document.text(*key) {
            Some("basic") => {
                let basic = draft.follow(*value);
                for entry in document.entries(basic) {
                    let name = document.text(entry.key).filter(|_| !document.is_merge_key(entry.key));
                    let Some(name) = name else { return Err(draft.malformed(entry.key, "is no text")) };
                    body.push((name.to_owned(), Fresh::Moved(entry.value)));
                }
            }
            Some(name) if !document.is_merge_key(*key) => body.push((name.to_owned(), Fresh::Moved(*value))),
            _ => return Err(draft.malformed(*key, "is no text")),
        }
    }
    draft.change(manifest::edit::Change::ReplaceValue { node: device, value: Fresh::Mapping(body) });
    Ok(())
}
