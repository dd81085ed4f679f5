//! Deprecated fields of a kustomization, said by those that replace them.
//!
//! All fields of one file at once, since several become one. Where the replacement is there already, the order is that in
//! which kustomize takes them: bases after resources, strategic merge patches before the others, JSON patches after.

use manifest::edit::{Change, Fresh};
use manifest::{Document, NodeId, Object};
use resource::GroupVersionKind;

use crate::convert::Refusal;
use crate::convert::draft::{Draft, Field, boolean, instead_of_item, mapping};

/// The check whose findings this mends.
pub const CHECK: &str = "deprecated-kustomize-field";

/// A kustomization as an object: its header may be left out.
pub(crate) fn object(document: &Document<'_>, node: NodeId) -> Object<'static> {
    let entry = |key| document.get(node, key).unwrap_or(node);
    let gvk =
        GroupVersionKind { group: "kustomize.config.k8s.io", version: "v1beta1", kind: "Kustomization" };
    Object { node, gvk, api_version: entry("apiVersion"), kind: entry("kind") }
}

pub(super) fn deprecated_fields(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    bases(draft)?;
    common_labels(draft)?;
    patches(draft)?;
    image_tags(draft)?;
    for generators in ["configMapGenerator", "secretGenerator"] {
        for generator in draft.mappings(draft.root(), generators)? {
            env(draft, generator)?;
        }
    }
    Ok(())
}

fn bases(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    let root = draft.root();
    let Some(bases) = draft.field(root, "bases")? else { return Ok(()) };
    match draft.field(root, "resources")? {
        None => draft.rename(bases, "resources"),
        Some(resources) => move_items(draft, bases, resources)?,
    }
    Ok(())
}

/// Moves the items of a list to the end of another one.
fn move_items(draft: &mut Draft<'_>, from: Field, to: Field) -> Result<(), Refusal> {
    for item in list(draft, from)? {
        let value = instead_of_item(item, Fresh::Moved(item));
        draft.change(Change::AppendItem { sequence: to.value, value });
    }
    draft.remove(from);
    list(draft, to).map(|_| ())
}

fn list(draft: &Draft<'_>, field: Field) -> Result<Vec<NodeId>, Refusal> {
    if !draft.document().is_sequence(field.value) {
        return Err(draft.malformed(field.value, "is not a list"));
    }
    Ok(draft.document().items(field.value).to_vec())
}

fn common_labels(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    let root = draft.root();
    let Some(common) = draft.field(root, "commonLabels")? else { return Ok(()) };
    match draft.field(root, "labels")? {
        None => {
            let label = mapping([("includeSelectors", boolean(true)), ("pairs", common.moved())]);
            draft.gather(&[common], "labels", Fresh::Sequence(vec![label]))?;
        }
        Some(labels) => {
            let label = mapping([("includeSelectors", boolean(true)), ("pairs", common.carried())]);
            list(draft, labels)?;
            draft.change(Change::AppendItem { sequence: labels.value, value: label });
            draft.remove(common);
        }
    }
    Ok(())
}

/// All three fields as one list.
fn patches(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    let root = draft.root();
    let merges = draft.field(root, "patchesStrategicMerge")?;
    let json = draft.field(root, "patchesJson6902")?;
    if merges.is_none() && json.is_none() {
        return Ok(());
    }
    let patches = draft.field(root, "patches")?;
    if let (None, Some(json), None) = (merges, json, patches) {
        list(draft, json)?;
        draft.rename(json, "patches");
        return Ok(());
    }
    if let (None, Some(json), Some(patches)) = (merges, json, patches) {
        return move_items(draft, json, patches);
    }
    let mut items = Vec::new();
    for item in merges.map(|merges| list(draft, merges)).transpose()?.unwrap_or_default() {
        let key = if is_inline(draft, item)? { "patch" } else { "path" };
        items.push(instead_of_item(item, mapping([(key, Fresh::Moved(item))])));
    }
    for others in [patches, json].into_iter().flatten() {
        let moved = list(draft, others)?.into_iter();
        items.extend(moved.map(|item| instead_of_item(item, Fresh::Moved(item))));
    }
    let fields: Vec<Field> = [merges, patches, json].into_iter().flatten().collect();
    draft.gather(&fields, "patches", Fresh::Sequence(items))
}

/// Whether an item is a patch itself and no path of one: no path has a line end or a key.
fn is_inline(draft: &Draft<'_>, item: NodeId) -> Result<bool, Refusal> {
    let document = draft.document();
    match document.text(document.dereference(item)) {
        Some(text) => Ok(text.contains('\n') || text.contains(": ") || text.trim_start().starts_with('{')),
        None => Err(draft.malformed(item, "is no text")),
    }
}

fn image_tags(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    let root = draft.root();
    let Some(tags) = draft.field(root, "imageTags")? else { return Ok(()) };
    match draft.field(root, "images")? {
        None => draft.rename(tags, "images"),
        Some(images) => move_items(draft, tags, images)?,
    }
    Ok(())
}

fn env(draft: &mut Draft<'_>, generator: NodeId) -> Result<(), Refusal> {
    let Some(env) = draft.field(generator, "env")? else { return Ok(()) };
    match draft.field(generator, "envs")? {
        None => draft.gather(&[env], "envs", Fresh::Sequence(vec![env.moved()]))?,
        Some(envs) => {
            list(draft, envs)?;
            draft.change(Change::AppendItem { sequence: envs.value, value: env.carried() });
            draft.remove(env);
        }
    }
    Ok(())
}
