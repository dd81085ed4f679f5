//! `vars`: values of fields, put where `$(NAME)` stands.
//!
//! Reads the value of each var from the object that was marked for it, then expands the fields of the configuration in
//! every object. Every text that is looked at becomes a plain string, whether anything was expanded in it or not, as in
//! the original. Says which vars nobody used; never prints.

mod expand;
#[cfg(test)]
mod tests;
mod uses;

use std::collections::BTreeMap;

use compact_str::CompactString;
use manifest::ScalarStyle;
use manifest::mutable::{Data, Graph, NodeIndex, Scalar, Tag};
use text::Track;

use crate::accumulate::Accumulator;
use crate::failure::Cause;
use crate::field_spec::SpecTable;
use crate::fields;
use crate::kustomization::Var;
use crate::resource::Resource;
use crate::{Failure, Work};
use expand::{Piece, float_in_text, pieces};

pub use uses::{VarUse, var_uses};

/// Why vars cannot be resolved.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ResolveVar {
    /// The object has no such field, or its text is none of its type.
    #[error("field specified in var '{name}' not found in corresponding resource")]
    FindField {
        /// The var.
        name: CompactString,
    },
    /// No object to read from.
    #[error("var '{name}' cannot be mapped to a field in the set of known resources")]
    FindObject {
        /// The var.
        name: CompactString,
    },
    /// A map with other keys than texts, where vars are looked for.
    #[error("invalid map key: value='{key}', tag='{tag}'")]
    ReadKey {
        /// The key.
        key: String,
        /// What it is.
        tag: String,
    },
    /// A sequence of something else than texts, where vars are looked for.
    #[error("invalid value type expect a string")]
    ReadItem,
}

/// What a var stands for.
#[derive(Debug, Clone, PartialEq)]
enum VarValue {
    Text(CompactString),
    Int(i64),
    Float(f64),
    Bool(bool),
    /// A collection, which cannot be put into a text.
    Collection,
}

#[derive(Debug)]
struct KnownVar<O> {
    value: VarValue,
    origin: O,
    is_used: bool,
}

type KnownVars<O> = BTreeMap<CompactString, KnownVar<O>>;

/// Expands all vars and gives the names of those that nobody used, sorted.
pub(crate) fn resolve<T: Track>(
    work: &mut Work<T>,
    gathered: &mut Accumulator<T::Origin>,
) -> Result<Vec<CompactString>, Failure> {
    let mut vars = known_vars(work, gathered)?;
    if vars.is_empty() {
        return Ok(Vec::new());
    }
    let mut table = SpecTable::new(&gathered.configuration.var_reference);
    for slot in gathered.map.slots() {
        let Some(resource) = gathered.map.get_mut(slot) else { continue };
        table.visit(resource, None, &mut |graph, node| {
            expand_field(graph, node, &mut vars, &mut work.tracker)
        })?;
    }
    Ok(vars.into_iter().filter(|(_, var)| !var.is_used).map(|(name, _)| name).collect())
}

fn known_vars<T: Track>(
    work: &Work<T>,
    gathered: &Accumulator<T::Origin>,
) -> Result<KnownVars<T::Origin>, Failure> {
    let mut vars = KnownVars::new();
    if gathered.vars.is_empty() {
        return Ok(vars);
    }
    let mut sources: BTreeMap<&str, &Resource<T::Origin>> = BTreeMap::new();
    for resource in gathered.map.resources() {
        for name in &resource.var_names {
            sources.entry(name).or_insert(resource);
        }
    }
    for var in &gathered.vars {
        let name = || var.name.clone();
        let source = sources.get(var.name.as_str());
        let placed = |cause| Failure::new(cause).at_origin(&work.tracker, var.origin);
        let source = *source.ok_or_else(|| placed(ResolveVar::FindObject { name: name() }))?;
        let known = read_field(source, var).ok_or_else(|| placed(ResolveVar::FindField { name: name() }))?;
        vars.insert(name(), known);
    }
    Ok(vars)
}

fn read_field<O: Copy>(resource: &Resource<O>, var: &Var<O>) -> Option<KnownVar<O>> {
    let steps = field_steps(&var.field_path);
    let steps: Vec<&str> = steps.iter().map(CompactString::as_str).collect();
    let graph = resource.graph();
    let node = fields::lookup(graph, graph.root(), &steps).ok()??;
    let value = match &graph.node(node).data {
        Data::Mapping(_) | Data::Sequence(_) => VarValue::Collection,
        Data::Scalar(scalar) => scalar_value(scalar)?,
    };
    Some(KnownVar { value, origin: graph.origin(node), is_used: false })
}

fn scalar_value(scalar: &Scalar) -> Option<VarValue> {
    let text = scalar.text.as_str();
    match scalar.tag {
        Tag::Int => text.parse().ok().map(VarValue::Int),
        Tag::Float => text.parse().ok().filter(|float: &f64| !float.is_infinite()).map(VarValue::Float),
        Tag::Bool => match text {
            "1" | "t" | "T" | "TRUE" | "true" | "True" => Some(VarValue::Bool(true)),
            "0" | "f" | "F" | "FALSE" | "false" | "False" => Some(VarValue::Bool(false)),
            _ => None,
        },
        _ => Some(VarValue::Text(scalar.text.clone())),
    }
}

/// The steps of a path with dots. What is in brackets stays together, and a position behind a key is a step of its own.
fn field_steps(path: &str) -> Vec<CompactString> {
    let mut steps = Vec::new();
    for step in fields::split_path_with_brackets(path, '.') {
        let position = step.strip_suffix(']').and_then(|step| step.rsplit_once('['));
        match position
            .filter(|(_, number)| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
        {
            Some((key, number)) => steps.extend([key.into(), number.into()]),
            None => steps.push(step),
        }
    }
    steps.iter().map(|step| CompactString::from(step.trim())).filter(|step| !step.is_empty()).collect()
}

/// Expands a text, the texts of a map, or those of a sequence.
fn expand_field<T: Track>(
    graph: &mut Graph<T::Origin>,
    node: NodeIndex,
    vars: &mut KnownVars<T::Origin>,
    tracker: &mut T,
) -> Result<(), Cause> {
    match &graph.node(node).data {
        Data::Scalar(scalar) => {
            if is_string(scalar) {
                expand_text(graph, node, vars, tracker);
            }
        }
        Data::Mapping(entries) => {
            for position in 0..entries.len() {
                let entry = &graph.entries(node)[position];
                if !is_string(&entry.key) {
                    let (key, tag) = (entry.key.text.to_string(), entry.key.tag.as_str().to_owned());
                    return Err(ResolveVar::ReadKey { key, tag }.into());
                }
                let value = entry.value;
                if graph.scalar(value).is_some_and(is_string) {
                    expand_text(graph, value, vars, tracker);
                }
            }
        }
        Data::Sequence(items) => {
            for position in 0..items.len() {
                let item = graph.items(node)[position];
                if !graph.scalar(item).is_some_and(is_string) {
                    return Err(ResolveVar::ReadItem.into());
                }
                expand_text(graph, item, vars, tracker);
            }
        }
    }
    Ok(())
}

fn is_string(scalar: &Scalar) -> bool {
    matches!(scalar.tag, Tag::Str | Tag::Unset)
}

fn expand_text<T: Track>(
    graph: &mut Graph<T::Origin>,
    node: NodeIndex,
    vars: &mut KnownVars<T::Origin>,
    tracker: &mut T,
) {
    let there = CompactString::from(graph.text(node));
    let written = graph.origin(node);
    let pieces = pieces(&there);
    if let [Piece::Var(name, _)] = &pieces[..]
        && name.len() + "$()".len() == there.len()
    {
        let (scalar, origin) = match vars.get_mut(*name) {
            Some(var) => match typed(&var.value) {
                Some(scalar) => {
                    var.is_used = true;
                    (scalar, tracker.patched(var.origin, Some(written)))
                }
                None => (Scalar::string(there.clone()), written),
            },
            None => (Scalar::string(there.clone()), written),
        };
        let place = graph.node_mut(node);
        (place.data, place.origin) = (Data::Scalar(scalar), origin);
        return;
    }
    let mut bytes = Vec::with_capacity(there.len());
    let mut parts = Vec::with_capacity(pieces.len());
    for piece in &pieces {
        let (added, range) = match piece {
            Piece::Bytes(added, range) => (added.as_ref(), range),
            Piece::Var(name, range) => {
                if let Some((text, var)) =
                    vars.get_mut(*name).and_then(|var| Some((in_text(&var.value)?, var)))
                {
                    var.is_used = true;
                    parts.push((text.len(), var.origin));
                    bytes.extend_from_slice(text.as_bytes());
                    continue;
                }
                (&there.as_bytes()[range.clone()], range)
            }
        };
        parts.push((added.len(), tracker.part(written, &there, range.clone())));
        bytes.extend_from_slice(added);
    }
    let (text, origin) = match String::from_utf8(bytes) {
        Ok(text) if text == there => (text.into(), written),
        Ok(text) => (text.into(), tracker.composed(&parts)),
        // The original encodes what is no UTF-8, and then says that it is a string.
        Err(broken) => (in_base64(broken.as_bytes()), written),
    };
    let place = graph.node_mut(node);
    (place.data, place.origin) = (Data::Scalar(Scalar::string(text)), origin);
}

/// Base64 as goyaml v3 writes it: in lines of 70 characters, if it does not fit into one.
fn in_base64(bytes: &[u8]) -> CompactString {
    let encoded = manifest::resolve::base64::encode(bytes);
    if encoded.len() < BASE64_LINE {
        return encoded.into();
    }
    let mut lines = CompactString::default();
    for line in encoded.as_bytes().chunks(BASE64_LINE) {
        lines.extend(line.iter().map(|byte| char::from(*byte)));
        lines.push('\n');
    }
    lines
}

const BASE64_LINE: usize = 70;

/// A value in place of a whole text: it keeps its type.
fn typed(value: &VarValue) -> Option<Scalar> {
    let (text, tag) = match value {
        VarValue::Text(text) => (text.clone(), Tag::Str),
        VarValue::Int(int) => (int.to_string().into(), Tag::Int),
        VarValue::Float(float) => (float.to_string().into(), Tag::Float),
        VarValue::Bool(bool) => (bool.to_string().into(), Tag::Bool),
        VarValue::Collection => return None,
    };
    Some(Scalar { text, style: ScalarStyle::Plain, tag })
}

/// A value in the middle of a text.
fn in_text(value: &VarValue) -> Option<CompactString> {
    match value {
        VarValue::Text(text) => Some(text.clone()),
        VarValue::Int(int) => Some(int.to_string().into()),
        VarValue::Float(float) => Some(float_in_text(*float).into()),
        VarValue::Bool(bool) => Some(bool.to_string().into()),
        VarValue::Collection => None,
    }
}
