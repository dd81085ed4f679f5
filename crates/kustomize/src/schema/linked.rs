//! Types of several documents, brought together: of types and kinds of one name the last document's count.
//!
//! References are followed when they are asked for, by name, as what a name stands for is known only at the end.

use std::collections::BTreeMap;

use crate::lookup::Lookup;

use super::document::{Definitions, KindName, TypeSchema};
use super::{ListMerge, table};

/// References that follow one another. Real ones are followed by none; past this they go round in a circle.
const REFERENCES_MAX: usize = 64;

/// Where all types stand in a document.
const DEFINITIONS: &str = "#/definitions/";

/// What brings types.
pub(super) enum Layer<'d> {
    /// The built-in document of Kubernetes.
    Kubernetes,
    /// The built-in document of the kustomization API.
    Kustomization,
    /// A document of the user.
    Custom(&'d Definitions),
}

/// What hangs below a node.
#[derive(Debug, Clone)]
enum Place {
    Node(u32),
    /// What stands there in the documents: `#/definitions/…`.
    Reference(Box<str>),
}

#[derive(Debug, Default)]
struct Node {
    /// What stands for this one.
    reference: Option<Place>,
    fields: BTreeMap<Box<str>, Place>,
    values: Option<Place>,
    items: Option<Place>,
    merge: Option<Vec<Box<str>>>,
}

/// All types of a build.
#[derive(Debug, Default)]
pub(super) struct Linked {
    nodes: Vec<Node>,
    types: Lookup<Box<str>, u32>,
    kinds: Lookup<KindName, u32>,
    scopes: Lookup<KindName, bool>,
}

impl Linked {
    pub(super) fn new(layers: &[Layer<'_>]) -> Self {
        let mut linked = Self::default();
        for layer in layers {
            match layer {
                Layer::Kubernetes => linked.add_built_in(0..table::first_of_kustomization()),
                Layer::Kustomization => {
                    linked.add_built_in(table::first_of_kustomization()..table::type_count());
                }
                Layer::Custom(definitions) => linked.add_definitions(definitions),
            }
        }
        linked
    }

    /// Whether objects of the kind have a namespace, if a document of the user says so.
    pub(super) fn is_namespaced(&self, group: &str, version: &str, kind: &str) -> Option<bool> {
        self.scopes.get(&(group.into(), version.into(), kind.into())).copied()
    }

    pub(super) fn kind(&self, group: &str, version: &str, kind: &str) -> Option<u32> {
        self.kinds.get(&(group.into(), version.into(), kind.into())).copied()
    }

    pub(super) fn field(&self, node: u32, name: &str) -> Option<u32> {
        let node = self.node(node)?;
        self.follow(node.fields.get(name).or(node.values.as_ref())?)
    }

    pub(super) fn items(&self, node: u32) -> Option<u32> {
        self.follow(self.node(node)?.items.as_ref()?)
    }

    pub(super) fn merge(&self, node: u32) -> ListMerge<'_> {
        match self.node(node).and_then(|node| node.merge.as_deref()) {
            None => ListMerge::Replace,
            Some([]) => ListMerge::Scalars,
            Some(keys) => ListMerge::Keys(keys.iter().map(|key| &**key).collect()),
        }
    }

    fn node(&self, node: u32) -> Option<&Node> {
        self.nodes.get(node as usize)
    }

    /// The node that a place leads to. A reference to nothing, and one that leads back to itself, lead to none.
    fn follow(&self, place: &Place) -> Option<u32> {
        let mut place = place;
        for _ in 0..REFERENCES_MAX {
            let node = match place {
                Place::Node(node) => *node,
                Place::Reference(pointer) => self.referred(pointer)?,
            };
            match &self.node(node)?.reference {
                None => return Some(node),
                Some(next) => place = next,
            }
        }
        None
    }

    /// A type, or one of the fields that are written within it.
    fn referred(&self, pointer: &str) -> Option<u32> {
        let mut steps = pointer.strip_prefix(DEFINITIONS)?.split('/').map(unescape);
        let mut node = *self.types.get(&*steps.next()?)?;
        while let Some(step) = steps.next() {
            if step != "properties" {
                return None;
            }
            match self.node(node)?.fields.get(&*steps.next()?)? {
                Place::Node(field) => node = *field,
                Place::Reference(_) => return None,
            }
        }
        Some(node)
    }

    fn add_definitions(&mut self, definitions: &Definitions) {
        for (name, schema) in &definitions.types {
            let node = self.add_schema(schema);
            self.types.insert(name.as_str().into(), node);
            for kind in &schema.kinds {
                self.kinds.insert(kind.clone(), node);
            }
        }
        for (kind, is_namespaced) in &definitions.scopes {
            *self.scopes.entry(kind.clone()).or_insert(false) |= *is_namespaced;
        }
    }

    fn add_schema(&mut self, schema: &TypeSchema) -> u32 {
        let fields = schema.properties.iter();
        let node = Node {
            reference: schema.reference.as_deref().map(|pointer| Place::Reference(pointer.into())),
            fields: fields.map(|(name, field)| (name.as_str().into(), self.add_below(field))).collect(),
            values: schema.values.as_ref().map(|values| self.add_below(values)),
            items: schema.items.as_ref().map(|items| self.add_below(items)),
            merge: schema.merge.as_ref().map(|keys| keys.iter().map(|key| key.as_str().into()).collect()),
        };
        self.push(node)
    }

    fn add_below(&mut self, schema: &TypeSchema) -> Place {
        Place::Node(self.add_schema(schema))
    }

    fn push(&mut self, node: Node) -> u32 {
        self.nodes.push(node);
        number(self.nodes.len() - 1)
    }

    /// Adds some of the built-in types. The nodes between them are added with them.
    fn add_built_in(&mut self, types: std::ops::Range<u16>) {
        let first = number(self.nodes.len());
        let place = |node: u16| {
            if node < table::type_count() {
                Place::Reference(format!("{DEFINITIONS}{}", table::type_name(node)).into())
            } else {
                Place::Node(first + u32::from(node))
            }
        };
        for node in 0..table::node_count() {
            let (what, merge, child) = table::node(node);
            let child = child.map(place);
            let (values, items) = match what {
                table::What::Fields => (None, None),
                table::What::List => (None, child),
                table::What::Map => (child, None),
            };
            let merge = match merge {
                table::Merge::No => None,
                table::Merge::Scalars => Some(Vec::new()),
                table::Merge::Keys(keys) => Some(table::merge_keys(keys).map(Box::from).collect()),
            };
            let fields = table::fields(node).map(|(name, field)| (name.into(), place(field))).collect();
            self.push(Node { reference: None, fields, values, items, merge });
        }
        for node in types.clone() {
            self.types.insert(table::type_name(node).into(), first + u32::from(node));
        }
        for ([group, version, kind], known) in table::kinds() {
            if let Some(node) = known.node.filter(|node| types.contains(node)) {
                let name = (group.into(), version.into(), kind.into());
                self.kinds.insert(name, first + u32::from(node));
            }
        }
    }
}

/// A document is at most 64 MiB long, each node of it at least two bytes.
fn number(position: usize) -> u32 {
    u32::try_from(position).unwrap_or(u32::MAX)
}

/// One step of a JSON pointer.
fn unescape(step: &str) -> String {
    step.replace("~1", "/").replace("~0", "~")
}
