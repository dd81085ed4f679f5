//! Strategic merge of a patch into an object, as kyaml does it.
//!
//! Works on nodes: whatever the patch does not speak of keeps its node, its place and its origin. The whole object is
//! gone through, not only what the patch names, as the original does: empty values go away everywhere, and lists that
//! merge lose what stands twice in them. Knows nothing of ids, files or kustomizations.

mod directive;
mod items;
mod list;
mod map;
mod tuple;

use compact_str::CompactString;
use manifest::mutable::{Data, Graph, NodeIndex};
use text::Track;

use crate::fields::kind_of;
use crate::schema::{ListMerge, Schema, Type};

/// Why a patch cannot be merged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MergePatch {
    /// The keys that lead to the place, outermost first.
    pub path: Vec<CompactString>,
    /// What is wrong there.
    pub reason: RefuseMerge,
}

/// What is wrong with a patch at one place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RefuseMerge {
    /// The object and the patch hold nodes of different kinds.
    #[error("wrong node kind: expected {expected} but got {found}")]
    MeetKind {
        /// What is needed.
        expected: &'static str,
        /// What is there.
        found: &'static str,
    },
    /// A `$patch` of a meaning that there is not.
    #[error("unknown patch strategy '{strategy}'")]
    ReadStrategy {
        /// What was written.
        strategy: String,
    },
    /// Lists too long to be gone through item by item.
    #[error(
        "lists whose items lack their merge keys take more than {} steps to merge",
        items::SCAN_STEPS_MAX
    )]
    ScanTooMuch,
}

impl std::fmt::Display for MergePatch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.reason)?;
        if !self.path.is_empty() {
            write!(f, " at '{}'", self.path.join("."))?;
        }
        Ok(())
    }
}

impl std::error::Error for MergePatch {}

impl From<RefuseMerge> for MergePatch {
    fn from(reason: RefuseMerge) -> Self {
        Self { path: Vec::new(), reason }
    }
}

impl MergePatch {
    fn below(mut self, key: &str) -> Self {
        self.path.insert(0, key.into());
        self
    }
}

/// What became of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Merged {
    /// It is still there.
    Kept,
    /// The patch deleted it.
    Deleted,
}

/// Merges the patch at `patch`, which stands in the same graph below nothing, into the object at the root.
pub(crate) fn merge<T: Track>(
    graph: &mut Graph<T::Origin>,
    patch: NodeIndex,
    (tracker, schema): (&mut T, &Schema),
) -> Result<Merged, MergePatch> {
    let root = graph.root();
    let mut merge = Merge { graph, tracker, schema, scan_steps_left: items::SCAN_STEPS_MAX };
    match merge.walk(Some(root), Some(patch), None)? {
        Walked::Gone => Ok(Merged::Deleted),
        // A patch that wants to replace the whole object gives another node than the object's, which the original
        // then forgets.
        Walked::Node(..) => Ok(Merged::Kept),
    }
}

/// The state of one merge.
struct Merge<'m, T: Track> {
    graph: &'m mut Graph<T::Origin>,
    tracker: &'m mut T,
    schema: &'m Schema,
    scan_steps_left: usize,
}

/// What the walk over two nodes leaves.
#[derive(Debug, Clone, Copy)]
enum Walked {
    Gone,
    Node(NodeIndex, Source),
}

/// Whose value a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    /// The object's.
    Base,
    /// The patch's.
    Patch,
    /// The object's null, which is kept as it is written.
    Null,
}

impl<'m, T: Track> Merge<'m, T> {
    /// Merges what stands at one place in the object and in the patch. Both may be one node: then it is new in the
    /// object, and what the patch says within it is carried out.
    fn walk(
        &mut self,
        base: Option<NodeIndex>,
        patch: Option<NodeIndex>,
        known: Option<Type<'m>>,
    ) -> Result<Walked, MergePatch> {
        let known = known.or_else(|| self.own_type(base)).or_else(|| self.own_type(patch));
        let there = |node: &NodeIndex| !self.graph.is_null(*node);
        let Some(first) = base.filter(there).or_else(|| patch.filter(there)) else {
            return self.walk_map(base, patch, known);
        };
        for other in [base, patch].into_iter().flatten() {
            if !self.graph.is_null(other) {
                self.expect_same_kind(first, other)?;
            }
        }
        match &self.graph.node(first).data {
            Data::Mapping(_) => self.walk_map(base, patch, known),
            Data::Scalar(_) => Ok(replace(base, patch)),
            Data::Sequence(_) => match known.map_or(ListMerge::Replace, Type::merge) {
                ListMerge::Replace => {
                    if let Some(base) = base {
                        self.take_brackets(base, patch);
                    }
                    Ok(replace(base, patch))
                }
                ListMerge::Scalars => self.walk_list(base, patch, (&[""], known)),
                ListMerge::Keys(keys) => self.walk_list(base, patch, (&keys, known)),
            },
        }
    }

    /// The type that an object anywhere within another one says itself.
    fn own_type(&self, node: Option<NodeIndex>) -> Option<Type<'m>> {
        let text = |key: &str| {
            let value = self.graph.get(node?, key)?;
            (!self.graph.is_null(value)).then(|| self.graph.text(value)).filter(|text| !text.is_empty())
        };
        self.schema.of_kind(text("apiVersion")?, text("kind")?)
    }

    fn expect_same_kind(&self, expected: NodeIndex, found: NodeIndex) -> Result<(), RefuseMerge> {
        let (expected, found) = (kind_of(self.graph, expected), kind_of(self.graph, found));
        if expected == found { Ok(()) } else { Err(RefuseMerge::MeetKind { expected, found }) }
    }
}

/// What the patch says in place of what the object says, even if that is null.
fn replace(base: Option<NodeIndex>, patch: Option<NodeIndex>) -> Walked {
    match (base, patch) {
        (_, Some(patch)) => Walked::Node(patch, Source::Patch),
        (Some(base), None) => Walked::Node(base, Source::Base),
        (None, None) => Walked::Gone,
    }
}

#[cfg(test)]
mod tests;
