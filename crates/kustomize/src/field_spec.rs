//! Walking to the fields that field specs name, with the rules of the original: sequences on the way are walked, missing
//! fields are made where the spec and the transformer say so, nulls become what is made.
//!
//! The specs of a transformer are looked up once for each group, version and kind; only those that apply to an object are
//! walked. What is done to a field is the transformer's own.

use std::collections::BTreeMap;
use std::rc::Rc;

use compact_str::CompactString;
use manifest::mutable::{Data, Graph, NodeIndex, Scalar, Tag};

use crate::failure::Cause;
use crate::fields::{self, Create, PathStep};
use crate::identity::{Gvk, Id};
use crate::kustomization::FieldSpec;
use crate::resource::Resource;

/// Why a field spec cannot be followed.
#[derive(Debug, thiserror::Error)]
pub enum FollowFieldSpec {
    /// Something is in the way, or the field refused.
    #[error("considering field '{path}' of object {id}")]
    Consider {
        /// The path of the spec.
        path: String,
        /// The object.
        id: Box<Id>,
        /// What went wrong.
        #[source]
        source: Box<Cause>,
    },
    /// A scalar where the path goes on.
    #[error("expected sequence or mapping node")]
    EndTooEarly,
    /// A path with nothing between two slashes.
    #[error("cannot set or create an empty field name")]
    NameNothing,
}

/// What a transformer makes where its fields are missing.
#[derive(Debug, Clone)]
pub(crate) struct Made<O> {
    pub(crate) create: Create,
    /// What a null becomes that stands in its place.
    pub(crate) tag: Tag,
    /// Who makes it.
    pub(crate) origin: O,
}

/// What is done to a field. Nothing is handed on but the graph and the node.
pub(crate) type Visit<'v, O> = dyn FnMut(&mut Graph<O>, NodeIndex) -> Result<(), Cause> + 'v;

/// One step of a field spec's path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    Key(CompactString),
    /// A number or something in brackets: what a path may hold and a mapping cannot have.
    Other(CompactString),
    /// Only spaces, which lead nowhere else.
    Stay,
    Nothing,
}

/// A spec that applies to a kind.
#[derive(Debug, Clone)]
pub(crate) struct Prepared {
    /// Which one of the transformer's specs.
    pub(crate) position: usize,
    /// The steps of its path, and whether each leads to a sequence.
    pub(crate) steps: Box<[(Step, bool)]>,
    /// Whether it makes its field.
    create: bool,
    /// Whether it may change what kind the object is.
    changes_kind: bool,
}

impl Prepared {
    pub(crate) fn new(position: usize, spec: &FieldSpec) -> Self {
        let steps: Box<[_]> = fields::split_path(&spec.path, '/').iter().map(|name| step(name)).collect();
        let changes_kind =
            matches!(&steps[..], [(Step::Key(key), _)] if key == "kind" || key == "apiVersion");
        Self { position, steps, create: spec.create, changes_kind }
    }
}

fn step(name: &str) -> (Step, bool) {
    let field = name.strip_suffix("[]").unwrap_or(name);
    let is_sequence = field.len() < name.len();
    let step = match field.trim() {
        _ if field.is_empty() => Step::Nothing,
        "" => Step::Stay,
        trimmed => match PathStep::parse(trimmed) {
            Ok(PathStep::Key(key)) => Step::Key(key.into()),
            _ => Step::Other(trimmed.into()),
        },
    };
    (step, is_sequence)
}

/// The field specs of one run of a transformer.
#[derive(Debug)]
pub(crate) struct SpecTable<'s> {
    specs: &'s [FieldSpec],
    by_kind: BTreeMap<Gvk, Rc<[Prepared]>>,
}

impl<'s> SpecTable<'s> {
    pub(crate) fn new(specs: &'s [FieldSpec]) -> Self {
        Self { specs, by_kind: BTreeMap::new() }
    }

    /// The specs that apply to a kind, in their order.
    pub(crate) fn applying_to(&mut self, gvk: &Gvk) -> Rc<[Prepared]> {
        if let Some(known) = self.by_kind.get(gvk) {
            return Rc::clone(known);
        }
        let applying = self.specs.iter().enumerate().filter(|(_, spec)| gvk.is_selected_by(&spec.gvk));
        let applying: Rc<[_]> = applying.map(|(position, spec)| Prepared::new(position, spec)).collect();
        self.by_kind.insert(gvk.clone(), Rc::clone(&applying));
        applying
    }

    /// Visits the fields that the specs name in an object. With `made`, specs that say so make theirs.
    pub(crate) fn visit<O: Copy>(
        &mut self,
        resource: &mut Resource<O>,
        made: Option<&Made<O>>,
        visit: &mut Visit<'_, O>,
    ) -> Result<(), FollowFieldSpec> {
        self.visit_some(resource, made, &|_| true, visit)
    }

    /// The same for the specs that are wanted.
    pub(crate) fn visit_some<O: Copy>(
        &mut self,
        resource: &mut Resource<O>,
        made: Option<&Made<O>>,
        is_wanted: &dyn Fn(&FieldSpec) -> bool,
        visit: &mut Visit<'_, O>,
    ) -> Result<(), FollowFieldSpec> {
        let specs = self.specs;
        let mut applying = self.applying_to(&resource.gvk());
        let mut next = 0;
        while let Some(prepared) = applying.get(next) {
            next += 1;
            let spec = &specs[prepared.position];
            if !is_wanted(spec) {
                continue;
            }
            prepared.follow(spec, resource, made, visit)?;
            if prepared.changes_kind {
                let done = prepared.position;
                applying = self.applying_to(&resource.gvk());
                next = applying.partition_point(|prepared| prepared.position <= done);
            }
        }
        Ok(())
    }
}

impl Prepared {
    /// Visits the fields that it names in an object.
    pub(crate) fn follow<O: Copy>(
        &self,
        spec: &FieldSpec,
        resource: &mut Resource<O>,
        made: Option<&Made<O>>,
        visit: &mut Visit<'_, O>,
    ) -> Result<(), FollowFieldSpec> {
        // Most specs lead nowhere in most objects: that is found out without a copy of what others hold as well.
        let graph = resource.graph();
        let may_create = self.create && made.is_some();
        if !may_create && !leads_somewhere(graph, graph.root(), &self.steps) {
            return Ok(());
        }
        let graph = resource.graph_mut();
        let root = graph.root();
        let made = made.filter(|_| self.create);
        walk(graph, root, &self.steps, made, visit).map_err(|cause| {
            let id = Id {
                gvk: resource.gvk(),
                name: resource.name().into(),
                namespace: resource.namespace().into(),
                is_cluster_scoped: false,
            };
            FollowFieldSpec::Consider {
                path: spec.path.to_string(),
                id: Box::new(id),
                source: Box::new(cause),
            }
        })
    }
}

/// Whether a path does not end at a missing key before its first sequence; walking it has no effect otherwise.
fn leads_somewhere<O: Copy>(graph: &Graph<O>, node: NodeIndex, steps: &[(Step, bool)]) -> bool {
    let mut node = node;
    for (step, is_sequence) in steps {
        let Step::Key(key) = step else { return true };
        if !graph.is_mapping(node) {
            return !graph.is_null(node);
        }
        match graph.get(node, key) {
            Some(next) if *is_sequence && graph.is_null(next) => return true,
            Some(next) => node = next,
            None => return false,
        }
    }
    true
}

fn walk<O: Copy>(
    graph: &mut Graph<O>,
    node: NodeIndex,
    steps: &[(Step, bool)],
    made: Option<&Made<O>>,
    visit: &mut Visit<'_, O>,
) -> Result<(), Cause> {
    let Some(((step, is_sequence), rest)) = steps.split_first() else {
        return visit(graph, node);
    };
    if graph.is_null(node) {
        return Ok(());
    }
    match &graph.node(node).data {
        Data::Scalar(_) => Err(FollowFieldSpec::EndTooEarly.into()),
        Data::Sequence(_) => {
            let mut position = 0;
            while let Some(item) = graph.items(node).get(position) {
                walk(graph, *item, steps, made, visit)?;
                position += 1;
            }
            Ok(())
        }
        Data::Mapping(_) => {
            let making = made.filter(|_| !is_sequence);
            let create = making.map(|made| match rest {
                [] => (made.create, made.tag.clone(), made.origin),
                _ => (Create::Mapping, Tag::Unset, made.origin),
            });
            let Some(field) = reach(graph, node, step, create.as_ref())? else { return Ok(()) };
            if graph.is_null(field) {
                let sequence = (*is_sequence).then_some((Create::Sequence, Tag::Unset));
                let becoming = sequence.or(create.map(|(create, tag, _)| (create, tag)));
                if let Some((create, tag)) = becoming {
                    become_made(graph, field, create, tag);
                }
            }
            walk(graph, field, rest, made, visit)
        }
    }
}

fn reach<O: Copy>(
    graph: &mut Graph<O>,
    node: NodeIndex,
    step: &Step,
    create: Option<&(Create, Tag, O)>,
) -> Result<Option<NodeIndex>, Cause> {
    let name = match step {
        Step::Nothing => return Err(FollowFieldSpec::NameNothing.into()),
        Step::Stay => return Ok(Some(node)),
        Step::Key(key) => match graph.get(node, key) {
            Some(field) => return Ok(Some(field)),
            None => key,
        },
        Step::Other(name) => name,
    };
    match create {
        Some((create, _, origin)) => Ok(fields::lookup_create(graph, node, &[name], (*create, *origin))?),
        None => Ok(fields::lookup(graph, node, &[name])?),
    }
}

/// Turns a null into what is made. A scalar keeps the text in which the null was written.
fn become_made<O: Copy>(graph: &mut Graph<O>, node: NodeIndex, create: Create, tag: Tag) {
    let text = graph.scalar(node).cloned();
    graph.node_mut(node).data = match create {
        Create::Mapping => Data::Mapping(Vec::new()),
        Create::Sequence => Data::Sequence(Vec::new()),
        Create::Scalar => Data::Scalar(Scalar { tag, ..text.unwrap_or_else(Scalar::null) }),
    };
}
