//! Compiled schemas: nodes that refer to one another by number.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use regex::bytes::Regex;

use super::draft::Draft;
use super::format::Format;
use super::instance::Instance;
use super::number::Number;

/// The number of a node.
pub(super) type NodeId = usize;

/// A schema and all that it refers to.
#[derive(Debug)]
pub(super) struct Compiled {
    pub(super) nodes: Vec<Node>,
    pub(super) root: NodeId,
    /// The address of the root.
    pub(super) address: String,
}

/// One schema.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) location: Location,
    pub(super) rule: Rule,
}

/// Where a schema stands.
#[derive(Debug, Clone)]
pub(super) struct Location {
    pub(super) address: Arc<str>,
    pub(super) pointer: Arc<Pointer>,
}

/// A JSON pointer whose beginning is shared.
#[derive(Debug, Default)]
pub(super) struct Pointer {
    pub(super) parent: Option<Arc<Self>>,
    pub(super) token: String,
    pub(super) depth: usize,
}

/// What a schema asks for.
#[derive(Debug)]
pub(super) enum Rule {
    /// Everything is good, or nothing.
    Always(bool),
    Keywords(Box<Keywords>),
}

/// What is asked of what no keyword names.
#[derive(Debug, Clone, Copy)]
pub(super) enum Additional {
    Allowed(bool),
    Schema(NodeId),
}

/// What an object with some member has to have as well.
#[derive(Debug)]
pub(super) enum Dependency {
    Members(Vec<String>),
    Schema(NodeId),
}

/// `items` before 2020-12.
#[derive(Debug)]
pub(super) enum Items {
    All(NodeId),
    Each(Vec<NodeId>),
}

/// What `$dynamicRef` says: where it leads by itself, and the anchor that may lead elsewhere.
#[derive(Debug)]
pub(super) struct DynamicReference {
    pub(super) target: NodeId,
    pub(super) anchor: Option<String>,
}

/// The keywords of a schema.
#[derive(Debug)]
pub(super) struct Keywords {
    pub(super) draft: Draft,
    /// The root of the resource that it stands in.
    pub(super) resource: NodeId,
    /// At the root of a resource: its dynamic anchors.
    pub(super) dynamic_anchors: BTreeMap<String, NodeId>,
    pub(super) dynamic_anchor: Option<String>,
    pub(super) recursive_anchor: bool,
    pub(super) reference: Option<NodeId>,
    pub(super) recursive_reference: Option<NodeId>,
    pub(super) dynamic_reference: Option<DynamicReference>,
    pub(super) general: General,
    pub(super) numbers: Numbers,
    pub(super) texts: Texts,
    pub(super) arrays: Arrays,
    pub(super) objects: Objects,
    pub(super) logic: Logic,
}

/// Keywords for values of any type.
#[derive(Debug, Default)]
pub(super) struct General {
    /// Bits of the types; none is asked for if zero.
    pub(super) types: u8,
    pub(super) constant: Option<Instance>,
    pub(super) choices: Option<Choices>,
    pub(super) format: Option<Format>,
}

/// `enum`, and how Helm lists it.
#[derive(Debug)]
pub(super) struct Choices {
    pub(super) values: BTreeSet<Instance>,
    pub(super) shown: String,
}

/// Keywords for numbers.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    pub(super) minimum: Option<Number>,
    pub(super) maximum: Option<Number>,
    pub(super) exclusive_minimum: Option<Number>,
    pub(super) exclusive_maximum: Option<Number>,
    pub(super) multiple_of: Option<Number>,
}

/// Keywords for texts.
#[derive(Debug, Default)]
pub(super) struct Texts {
    pub(super) characters_min: Option<u64>,
    pub(super) characters_max: Option<u64>,
    /// The pattern, and the text that it was written in.
    pub(super) pattern: Option<(Regex, String)>,
}

/// Keywords for arrays.
#[derive(Debug, Default)]
pub(super) struct Arrays {
    pub(super) items_min: Option<u64>,
    pub(super) items_max: Option<u64>,
    pub(super) unique: bool,
    pub(super) items: Option<Items>,
    pub(super) additional: Option<Additional>,
    pub(super) first: Vec<NodeId>,
    pub(super) rest: Option<NodeId>,
    pub(super) contains: Option<NodeId>,
    pub(super) contains_min: Option<u64>,
    pub(super) contains_max: Option<u64>,
    pub(super) unevaluated: Option<NodeId>,
}

/// Keywords for objects.
#[derive(Debug, Default)]
pub(super) struct Objects {
    pub(super) members_min: Option<u64>,
    pub(super) members_max: Option<u64>,
    pub(super) required: Vec<String>,
    pub(super) dependencies: Vec<(String, Dependency)>,
    pub(super) properties: BTreeMap<String, NodeId>,
    pub(super) patterns: Vec<(Regex, NodeId)>,
    pub(super) additional: Option<Additional>,
    pub(super) names: Option<NodeId>,
    pub(super) dependent_schemas: Vec<(String, NodeId)>,
    pub(super) dependent_required: Vec<(String, Vec<String>)>,
    pub(super) unevaluated: Option<NodeId>,
}

/// Keywords that combine schemas for the same value.
#[derive(Debug, Default)]
pub(super) struct Logic {
    pub(super) not: Option<NodeId>,
    pub(super) all_of: Vec<NodeId>,
    pub(super) any_of: Vec<NodeId>,
    pub(super) one_of: Vec<NodeId>,
    pub(super) condition: Option<NodeId>,
    pub(super) then: Option<NodeId>,
    pub(super) otherwise: Option<NodeId>,
}

impl Pointer {
    /// The pointer one token further.
    pub(super) fn child(self: &Arc<Self>, token: &str) -> Arc<Self> {
        Arc::new(Self { parent: Some(Arc::clone(self)), token: token.to_owned(), depth: self.depth + 1 })
    }

    /// The tokens behind the first `depth`, each behind a `/`.
    pub(super) fn behind(&self, depth: usize) -> String {
        let mut tokens = Vec::new();
        let mut at = Some(self);
        while let Some(pointer) = at.filter(|pointer| pointer.depth > depth) {
            tokens.push(super::failure::escape(&pointer.token));
            at = pointer.parent.as_deref();
        }
        tokens.iter().rev().map(|token| format!("/{token}")).collect()
    }
}

impl Location {
    /// Whether it is below `other`, or `other` itself.
    pub(super) fn depth_below(&self, other: &Self) -> usize {
        if self.address == other.address { other.pointer.depth } else { 0 }
    }
}

impl std::fmt::Display for Location {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}#{}", self.address, self.pointer.behind(0))
    }
}
