//! Ingress of extensions/v1beta1 and networking.k8s.io/v1beta1 → v1.
//!
//! Backends get a `service` with a port that is a number or a name, the default backend another name, and each path
//! a type. Parts that have the new shape already stay as they are.

use manifest::NodeId;
use manifest::edit::{Fresh, FreshScalar, Place};
use manifest::resolve::Meaning;

use super::Refusal;
use super::draft::{Draft, Field, entries, mapping, string};

pub(super) fn to_v1(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    let root = draft.root();
    let Some(spec) = draft.mapping_at(root, &["spec"])? else { return Ok(()) };
    default_backend(draft, spec)?;
    for rule in draft.mappings(spec, "rules")? {
        let Some(http) = draft.mapping_at(rule, &["http"])? else { continue };
        for path in draft.mappings(http, "paths")? {
            path_type(draft, path)?;
            if let Some(found) = draft.field(path, "backend")? {
                backend(draft, found)?;
            }
        }
    }
    Ok(())
}

fn default_backend(draft: &mut Draft<'_>, spec: NodeId) -> Result<(), Refusal> {
    let new = draft.field(spec, "defaultBackend")?;
    match (draft.field(spec, "backend")?, new) {
        (Some(old), None) => {
            draft.rename(old, "defaultBackend");
            backend(draft, old)
        }
        (None, Some(new)) => backend(draft, new),
        (Some(old), Some(_)) => Err(draft.malformed(old.key, "stands beside 'defaultBackend'")),
        (None, None) => Ok(()),
    }
}

fn path_type(draft: &mut Draft<'_>, path: NodeId) -> Result<(), Refusal> {
    if draft.field(path, "pathType")?.is_some() {
        return Ok(());
    }
    let place = draft.entry(path, "path")?.map_or(Place::Last, |field| Place::After(field.key));
    // What the old versions mean by silence; v1 wants it said.
    draft.add(path, place, "pathType", string("ImplementationSpecific"))
}

fn backend(draft: &mut Draft<'_>, backend: Field) -> Result<(), Refusal> {
    let node = draft.mapping(backend.value)?;
    let name = draft.entry(node, "serviceName")?;
    let port = draft.entry(node, "servicePort")?;
    let old: Vec<Field> = name.into_iter().chain(port).collect();
    if old.is_empty() {
        return Ok(());
    }
    if let Some(new) = draft.entry(node, "service")? {
        return Err(draft.malformed(new.key, "stands beside 'serviceName' or 'servicePort'"));
    }
    let port = match port {
        Some(field) if !draft.is_null(field.value) => Some(service_port(draft, field)?),
        _ => None,
    };
    let service = entries([("name", name.map(Field::moved)), ("port", port)]);
    draft.gather(&old, "service", Fresh::Mapping(service))
}

fn service_port(draft: &mut Draft<'_>, port: Field) -> Result<Fresh, Refusal> {
    match draft.meaning(port.value) {
        Meaning::Int(_) => Ok(mapping([("number", port.moved())])),
        Meaning::String(text) => Ok(match text.parse::<u16>() {
            Ok(number) => {
                // No port can have a name of digits only, so the number was meant.
                let note = format!(
                    "the port '{text}' is a text; it becomes the number {number}, since no port has a name of digits only"
                );
                draft.note(port.value, note);
                let number = Fresh::Scalar(FreshScalar::Integer(i64::from(number)));
                mapping([("number", number)])
            }
            Err(_) => mapping([("name", port.moved())]),
        }),
        _ => Err(draft.malformed(port.value, "is neither a number nor a name")),
    }
}
