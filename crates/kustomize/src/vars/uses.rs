//! Where the vars of a kustomization stand in what it gathers: what has to be known to say the same by `replacements`.
//!
//! Builds up to where vars would be resolved and reads the fields that may hold them; changes and resolves nothing.

use compact_str::CompactString;
use manifest::mutable::{Data, Graph, NodeIndex};
use text::Track;

use super::expand::{Piece, pieces};
use super::is_string;
use crate::accumulate::Accumulator;
use crate::field_spec::SpecTable;
use crate::load::Loader;
use crate::target::Target;
use crate::{Failure, Id, Work};

/// A field in which a var stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VarUse {
    /// The var's name.
    pub var: CompactString,
    /// The object, as it was before anything changed it.
    pub object: Id,
    /// The field, as the `fieldPaths` of a replacement name it.
    pub field_path: String,
    /// The field's text.
    pub text: String,
}

/// The uses of the vars that the kustomization of a folder declares, or that it includes, in the order of the objects.
///
/// # Errors
/// As [`crate::build()`], up to where vars are resolved.
pub fn var_uses<T: Track>(work: &mut Work<T>, folder: &str) -> Result<Vec<VarUse>, Failure> {
    let loader = Loader::at(&work.files, folder)?;
    let target = Target::load(work, loader)?;
    let mut gathered = target.accumulate(work, Accumulator::default())?;
    let mut table = SpecTable::new(&gathered.configuration.var_reference);
    let mut uses = Vec::new();
    for slot in gathered.map.slots() {
        let Some(resource) = gathered.map.get_mut(slot) else { continue };
        let object = resource.original_id(&work.schema);
        table.visit(resource, None, &mut |graph, node| {
            for text in texts(graph, node) {
                push_uses(graph, text, &object, &mut uses);
            }
            Ok(())
        })?;
    }
    Ok(uses)
}

/// The texts that a field holds: itself, or those of its entries or items.
fn texts<O: Copy>(graph: &Graph<O>, node: NodeIndex) -> Vec<NodeIndex> {
    let nodes = match &graph.node(node).data {
        Data::Scalar(_) => vec![node],
        Data::Mapping(entries) => entries.iter().map(|entry| entry.value).collect(),
        Data::Sequence(items) => items.clone(),
    };
    nodes.into_iter().filter(|node| graph.scalar(*node).is_some_and(is_string)).collect()
}

fn push_uses<O: Copy>(graph: &Graph<O>, text: NodeIndex, object: &Id, uses: &mut Vec<VarUse>) {
    let written = graph.text(text);
    for piece in pieces(written) {
        let Piece::Var(var, _) = piece else { continue };
        let Some(field_path) = path_of(graph, graph.root(), text) else { continue };
        let object = object.clone();
        uses.push(VarUse { var: var.into(), object, field_path, text: written.to_owned() });
    }
}

/// The steps from a node down to another one, as a replacement writes them.
fn path_of<O: Copy>(graph: &Graph<O>, from: NodeIndex, wanted: NodeIndex) -> Option<String> {
    let below = |step: String, node: NodeIndex| {
        if node == wanted {
            return Some(step);
        }
        path_of(graph, node, wanted).map(|rest| format!("{step}.{rest}"))
    };
    match &graph.node(from).data {
        Data::Scalar(_) => None,
        Data::Mapping(entries) => {
            entries.iter().find_map(|entry| below(key_step(&entry.key.text), entry.value))
        }
        Data::Sequence(items) => items
            .iter()
            .enumerate()
            .find_map(|(position, item)| below(item_step(graph, items, position), *item)),
    }
}

fn key_step(key: &str) -> String {
    if key.contains('.') { format!("[{key}]") } else { key.to_owned() }
}

/// By the item's name where no other has it, by its position otherwise.
fn item_step<O: Copy>(graph: &Graph<O>, items: &[NodeIndex], position: usize) -> String {
    let name = |item: &NodeIndex| graph.get(*item, "name").map(|name| graph.text(name));
    let mine =
        items.get(position).and_then(name).filter(|name| !name.is_empty() && !name.contains(['.', ']', '=']));
    match mine {
        Some(mine) if items.iter().filter(|item| name(item) == Some(mine)).count() == 1 => {
            format!("[name={mine}]")
        }
        _ => position.to_string(),
    }
}
