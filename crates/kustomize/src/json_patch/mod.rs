//! JSON patches (RFC 6902) as the library does them that the original uses.
//!
//! Takes the operations of a patch and an object's nodes; gives new nodes, rebuilt as if the object had gone through
//! JSON: nothing is shared, every number is a float, every scalar is tagged and styled as goyaml prints it. Values stay
//! nodes all the way, so those that no operation names keep their origins and those of the patch point into it.

mod apply;
mod array;
mod compare;
mod parse;
mod rebuild;

use compact_str::CompactString;
use manifest::mutable::Graph;

pub(crate) use apply::ApplyJsonPatch;
use compare::TestValue;
pub(crate) use parse::ParseJsonPatch;

/// Operations in their order.
#[derive(Debug, Clone)]
pub(crate) struct JsonPatch<O> {
    operations: Vec<Operation<O>>,
}

/// One operation. What is missing or of the wrong type is told when it is carried out.
#[derive(Debug, Clone)]
struct Operation<O> {
    verb: Verb,
    path: Option<Pointer<O>>,
    from: Option<Pointer<O>>,
    value: Option<Graph<O>>,
    /// Where the operation stands.
    origin: O,
}

#[derive(Debug, Clone)]
enum Verb {
    Add,
    Remove,
    Replace,
    Move,
    Copy,
    Test(Option<TestValue>),
    Other(CompactString),
}

/// Where in an object: `/spec/replicas`.
#[derive(Debug, Clone)]
struct Pointer<O> {
    text: CompactString,
    origin: O,
}

impl<O> JsonPatch<O> {
    /// How many operations there are.
    pub(crate) fn len(&self) -> usize {
        self.operations.len()
    }
}

#[cfg(test)]
mod tests;
