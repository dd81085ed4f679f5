//! CustomResourceDefinition v1beta1 → v1: everything that was said once is said per version.
//!
//! v1 prunes what no schema names and takes structural schemas only. A version without a schema gets one that keeps
//! everything, and says so; a schema that is not structural is pointed at, since only its author can mend it.

mod structural;

use manifest::NodeId;
use manifest::edit::{Fresh, FreshScalar, Place};

use super::Refusal;
use super::draft::{Asking, Draft, Field, boolean, entries, instead_of, instead_of_item, mapping, string};
use crate::question::{alter, keep};

const KEEPS_UNKNOWN: &str = "x-kubernetes-preserve-unknown-fields";

pub(super) fn to_v1(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    let root = draft.root();
    let Some(spec) = draft.mapping_at(root, &["spec"])? else { return Ok(()) };
    let shared = Shared::of(draft, spec)?;
    let unknown = unknown_fields(draft, spec)?;
    let versions = draft.mappings(spec, "versions")?;
    if versions.is_empty() {
        single_version(draft, spec, &shared, unknown)?;
    } else {
        if let Some(version) = shared.version {
            draft.remove(version);
        }
        for version in versions {
            let columns = shared_columns(draft, spec)?;
            one_of_many(draft, version, (&shared, columns), unknown)?;
        }
        for field in shared.fields() {
            draft.remove(field);
        }
    }
    if let Some(schema) = shared.schema(draft)? {
        structural::point_out(draft, schema.value);
    }
    conversion(draft, spec)?;
    scope(draft, spec)
}

/// A v1 header over a body of v1beta1: told by what v1 does not have.
pub(super) fn mend(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    let root = draft.root();
    let Some(spec) = draft.mapping_at(root, &["spec"])? else { return Ok(()) };
    let shared = Shared::of(draft, spec)?;
    if shared.version.is_none() && shared.fields().is_empty() {
        for version in draft.mappings(spec, "versions")? {
            printer_columns(draft, version)?;
        }
        return conversion(draft, spec);
    }
    to_v1(draft)
}

/// What v1beta1 says once for all versions.
struct Shared {
    version: Option<Field>,
    validation: Option<Field>,
    subresources: Option<Field>,
    columns: Option<Field>,
}

impl Shared {
    fn of(draft: &mut Draft<'_>, spec: NodeId) -> Result<Self, Refusal> {
        Ok(Self {
            version: draft.entry(spec, "version")?,
            validation: draft.entry(spec, "validation")?,
            subresources: draft.entry(spec, "subresources")?,
            columns: draft.entry(spec, "additionalPrinterColumns")?,
        })
    }

    fn fields(&self) -> Vec<Field> {
        [self.validation, self.subresources, self.columns].into_iter().flatten().collect()
    }

    fn schema(&self, draft: &mut Draft<'_>) -> Result<Option<Field>, Refusal> {
        match self.validation {
            Some(validation) => open_api(draft, validation),
            None => Ok(None),
        }
    }
}

/// What happens to fields that no schema names.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Unknown {
    Pruned,
    Kept,
}

fn unknown_fields(draft: &mut Draft<'_>, spec: NodeId) -> Result<Unknown, Refusal> {
    let written = draft.field(spec, "preserveUnknownFields")?;
    if written.is_some_and(|field| draft.document().text(field.value) == Some("false")) {
        return Ok(Unknown::Pruned);
    }
    // Written out, because a stored object still says true, and applying v1 without the field would be refused.
    match written {
        Some(field) => draft.set(field, FreshScalar::Boolean(false)),
        None => {
            let place = after_names(draft, spec)?;
            draft.add(spec, place, "preserveUnknownFields", boolean(false))?;
        }
    }
    let chosen = draft.choose(Asking {
        id: "crd-unknown-fields",
        node: written.map_or(spec, |field| field.value),
        text: "v1beta1 keeps fields that the schema does not name unless told otherwise; v1 drops them when an object is written".to_owned(),
        choices: vec![
            keep("keep", format!("'{KEEPS_UNKNOWN}: true' at the top of each schema"), "objects keep all their fields, as now"),
            alter("prune", "nothing", "fields that the schema does not name are dropped from objects when they are next written"),
        ],
        own_text: None,
    });
    Ok(if chosen == Some("keep") { Unknown::Kept } else { Unknown::Pruned })
}

fn printer_columns(draft: &mut Draft<'_>, holder: NodeId) -> Result<(), Refusal> {
    for column in draft.mappings(holder, "additionalPrinterColumns")? {
        if let Some(path) = draft.entry(column, "JSONPath")? {
            draft.rename(path, "jsonPath");
        }
    }
    Ok(())
}

/// The columns that all versions share, renamed on the way to their new place.
fn shared_columns(draft: &mut Draft<'_>, spec: NodeId) -> Result<Option<Fresh>, Refusal> {
    let mut columns = Vec::new();
    for column in draft.mappings(spec, "additionalPrinterColumns")? {
        if draft.entry(column, "JSONPath")?.is_none() {
            columns.push(Fresh::Moved(column));
            continue;
        }
        let mut fields = moved_entries(draft, column)?;
        fields
            .iter_mut()
            .filter(|(key, _)| key == "JSONPath")
            .for_each(|(key, _)| "jsonPath".clone_into(key));
        columns.push(instead_of_item(column, Fresh::Mapping(fields)));
    }
    let field = draft.entry(spec, "additionalPrinterColumns")?.filter(|_| !columns.is_empty());
    Ok(field.map(|field| instead_of(&[field], Fresh::Sequence(columns))))
}

fn single_version(
    draft: &mut Draft<'_>,
    spec: NodeId,
    shared: &Shared,
    unknown: Unknown,
) -> Result<(), Refusal> {
    let Some(version) = shared.version else {
        return Err(draft.malformed(spec, "has neither 'version' nor 'versions'"));
    };
    let schema = shared_schema(draft, shared, version.key, unknown)?;
    let body = entries([
        ("name", Some(version.moved())),
        ("served", Some(boolean(true))),
        ("storage", Some(boolean(true))),
        ("schema", Some(schema)),
        ("subresources", moved(draft, shared.subresources)),
        ("additionalPrinterColumns", shared_columns(draft, spec)?),
    ]);
    let mut old = shared.fields();
    old.push(version);
    if let Some(empty) = draft.entry(spec, "versions")? {
        old.push(empty);
    }
    draft.gather(&old, "versions", Fresh::Sequence(vec![Fresh::Mapping(body)]))
}

fn moved(draft: &Draft<'_>, field: Option<Field>) -> Option<Fresh> {
    field.filter(|field| !draft.is_null(field.value)).map(Field::carried)
}

fn one_of_many(
    draft: &mut Draft<'_>,
    version: NodeId,
    (shared, columns): (&Shared, Option<Fresh>),
    unknown: Unknown,
) -> Result<(), Refusal> {
    printer_columns(draft, version)?;
    match draft.field(version, "schema")? {
        Some(own) => match open_api(draft, own)? {
            Some(schema) => {
                structural::point_out(draft, schema.value);
                keep_unknown(draft, schema.value, unknown)?;
            }
            None => {
                let invented = invented_schema(draft, own.key);
                draft.change(manifest::edit::Change::ReplaceValue { node: own.written, value: invented });
            }
        },
        None => {
            let schema = shared_schema(draft, shared, version, unknown)?;
            draft.add(version, Place::Last, "schema", schema)?;
        }
    }
    let subresources = moved(draft, shared.subresources);
    for (key, value) in [("subresources", subresources), ("additionalPrinterColumns", columns)] {
        if let Some(value) = value
            && draft.field(version, key)?.is_none()
        {
            draft.add(version, Place::Last, key, value)?;
        }
    }
    Ok(())
}

fn shared_schema(
    draft: &mut Draft<'_>,
    shared: &Shared,
    near: NodeId,
    unknown: Unknown,
) -> Result<Fresh, Refusal> {
    match (shared.validation, shared.schema(draft)?) {
        (Some(validation), Some(schema)) => match unknown {
            Unknown::Kept if draft.field(schema.value, KEEPS_UNKNOWN)?.is_none() => {
                let body = moved_entries(draft, schema.value)?;
                let keeps = (KEEPS_UNKNOWN.to_owned(), boolean(true));
                let body = Fresh::Mapping(body.into_iter().chain([keeps]).collect());
                let schema = mapping([("openAPIV3Schema", instead_of(&[schema], body))]);
                Ok(instead_of(&[validation], schema))
            }
            _ => Ok(validation.carried()),
        },
        _ => Ok(invented_schema(draft, near)),
    }
}

/// The entries of a mapping, to be written elsewhere with something more.
fn moved_entries(draft: &Draft<'_>, node: NodeId) -> Result<Vec<(String, Fresh)>, Refusal> {
    let document = draft.document();
    let entries = document.entries(node).iter().map(|entry| {
        match document.text(entry.key).filter(|_| !document.is_merge_key(entry.key)) {
            Some(key) => Ok((key.to_owned(), Fresh::Moved(entry.value))),
            None => Err(draft.malformed(entry.key, "is no plain key")),
        }
    });
    entries.collect()
}

fn open_api(draft: &mut Draft<'_>, holder: Field) -> Result<Option<Field>, Refusal> {
    if draft.is_null(holder.value) {
        return Ok(None);
    }
    let holder = draft.mapping(holder.value)?;
    let schema = draft.field(holder, "openAPIV3Schema")?;
    if let Some(schema) = schema {
        draft.mapping(schema.value)?;
    }
    Ok(schema)
}

fn keep_unknown(draft: &mut Draft<'_>, schema: NodeId, unknown: Unknown) -> Result<(), Refusal> {
    if unknown == Unknown::Kept && draft.field(schema, KEEPS_UNKNOWN)?.is_none() {
        draft.add(schema, Place::Last, KEEPS_UNKNOWN, boolean(true))?;
    }
    Ok(())
}

fn invented_schema(draft: &mut Draft<'_>, near: NodeId) -> Fresh {
    draft.note(
        near,
        "v1 wants a schema and there is none: one that keeps every field was made up; write a real one",
    );
    let schema = mapping([("type", string("object")), (KEEPS_UNKNOWN, boolean(true))]);
    mapping([("openAPIV3Schema", schema)])
}

fn conversion(draft: &mut Draft<'_>, spec: NodeId) -> Result<(), Refusal> {
    let Some(conversion) = draft.mapping_at(spec, &["conversion"])? else { return Ok(()) };
    if draft.text_of(conversion, "strategy")? != Some("Webhook")
        || draft.field(conversion, "webhook")?.is_some()
    {
        return Ok(());
    }
    let client = draft.entry(conversion, "webhookClientConfig")?;
    let versions = draft.entry(conversion, "conversionReviewVersions")?;
    let old: Vec<Field> = client.into_iter().chain(versions).collect();
    if old.is_empty() {
        return Ok(());
    }
    // v1beta1 takes this list where none is written; v1 takes none.
    let reviewed = moved(draft, versions).unwrap_or_else(|| Fresh::Sequence(vec![string("v1beta1")]));
    let webhook =
        entries([("clientConfig", moved(draft, client)), ("conversionReviewVersions", Some(reviewed))]);
    draft.gather(&old, "webhook", Fresh::Mapping(webhook))
}

fn scope(draft: &mut Draft<'_>, spec: NodeId) -> Result<(), Refusal> {
    if draft.field(spec, "scope")?.is_some() {
        return Ok(());
    }
    let place = after_names(draft, spec)?;
    draft.add(spec, place, "scope", string("Namespaced"))
}

/// A place among the entries that stay.
fn after_names(draft: &mut Draft<'_>, spec: NodeId) -> Result<Place, Refusal> {
    for key in ["names", "group", "scope"] {
        if let Some(field) = draft.entry(spec, key)? {
            return Ok(Place::After(field.key));
        }
    }
    Ok(Place::Last)
}
