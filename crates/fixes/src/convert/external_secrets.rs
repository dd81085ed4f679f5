//! ExternalSecret v1alpha1 → v1beta1 and v1: `dataFrom` says how it gets what it gets.

use manifest::NodeId;
use manifest::edit::{Fresh, Place};

use super::Refusal;
use super::draft::{Asking, Draft, Field, string};
use crate::question::{alter, keep};

pub(super) fn external_secret(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    let root = draft.root();
    let Some(spec) = draft.mapping_at(root, &["spec"])? else { return Ok(()) };
    for source in draft.mappings(spec, "dataFrom")? {
        extract(draft, source)?;
    }
    match draft.mapping_at(spec, &["target", "template"])? {
        Some(template) => engine_version(draft, template),
        None => Ok(()),
    }
}

fn extract(draft: &mut Draft<'_>, source: NodeId) -> Result<(), Refusal> {
    let mut fields: Vec<(&str, Field)> = Vec::new();
    for key in ["key", "property", "version", "conversionStrategy"] {
        if let Some(field) = draft.entry(source, key)? {
            fields.push((key, field));
        }
    }
    if fields.is_empty() {
        return Ok(());
    }
    fields.sort_by_key(|(_, field)| field.key);
    let body = fields.iter().map(|(key, field)| ((*key).to_owned(), field.moved())).collect();
    let old: Vec<Field> = fields.iter().map(|(_, field)| *field).collect();
    draft.gather(&old, "extract", Fresh::Mapping(body))
}

fn engine_version(draft: &mut Draft<'_>, template: NodeId) -> Result<(), Refusal> {
    if draft.field(template, "engineVersion")?.is_some() {
        return Ok(());
    }
    let chosen = draft.choose(Asking {
        id: "external-secret-template-engine",
        node: template,
        text: "no template engine is written: v1alpha1 takes engine v1, later versions take v2, whose functions differ".to_owned(),
        choices: vec![
            keep("engine-v1", "engineVersion: v1", "the templates give what they give now; engine v1 is gone in later releases of the operator"),
            alter("engine-v2", "nothing", "the templates are read by engine v2: functions of v1 such as 'toString' on bytes have to be rewritten first"),
        ],
        own_text: None,
    });
    match chosen {
        Some("engine-v1") => draft.add(template, Place::Last, "engineVersion", string("v1")),
        _ => Ok(()),
    }
}
