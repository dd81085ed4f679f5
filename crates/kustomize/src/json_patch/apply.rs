//! Carrying operations out.

use manifest::mutable::{Data, Graph, NodeIndex, ReadGraph, Scalar};
use manifest::value::VALUE_DEPTH_MAX;
use text::{Step, Track};

use super::array::{self, FindPosition};
use super::compare::MeetNull;
use super::rebuild::rebuilt;
use super::{JsonPatch, Operation, Pointer, Verb};

/// Why a patch cannot be applied to an object.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApplyJsonPatch {
    /// The object could not be read once it was printed.
    #[error("cannot turn object into JSON")]
    ReadObject(#[source] ReadGraph),
    /// A number that JSON has not.
    #[error("json: unsupported value: an infinity or not-a-number")]
    HoldNumber,
    /// No `path` or `from`, or none that is a text.
    #[error("{operation} operation failed to decode {field}: missing value")]
    DecodePath {
        /// The operation.
        operation: &'static str,
        /// The field.
        field: &'static str,
    },
    /// Something on the way is not there, or is neither a map nor a list.
    #[error("{operation} operation does not apply: doc is missing {field}: \"{path}\": missing value")]
    FindParent {
        /// The operation.
        operation: &'static str,
        /// Which path.
        field: &'static str,
        /// The path.
        path: String,
    },
    /// No such field.
    #[error(
        "error in {operation} for path: '{path}': unable to remove nonexistent key: {key}: missing value"
    )]
    FindKey {
        /// The operation.
        operation: &'static str,
        /// The path.
        path: String,
        /// The field.
        key: String,
    },
    /// No such item.
    #[error("error in {operation} for path: '{path}'")]
    FindItem {
        /// The operation.
        operation: &'static str,
        /// The path.
        path: String,
        /// What is wrong.
        #[source]
        source: FindPosition,
    },
    /// A `test` that fails.
    #[error("testing value {path} failed: test failed")]
    Compare {
        /// The path.
        path: String,
    },
    /// A `test` of a list that holds a null.
    #[error("testing value {path} failed: lists with null in them cannot be compared")]
    CompareNull {
        /// The path.
        path: String,
    },
    /// An operation that there is not.
    #[error("unexpected kind: {operation}")]
    KnowOperation {
        /// Its name.
        operation: String,
    },
    /// A scalar in place of the whole object.
    #[error("replace operation value must be object or array")]
    ReplaceWhole,
    /// Something else than a map is left.
    #[error("a JSON patch left no map of the object")]
    LeaveNoMap,
    /// More nodes than [`MOVED_NODES_MAX`].
    #[error("a JSON patch copies or moves more than {MOVED_NODES_MAX} nodes")]
    MoveTooMuch,
    /// More nesting than a value may have.
    #[error("nested deeper than {VALUE_DEPTH_MAX} levels")]
    NestTooDeep,
}

/// Nodes that the operations of one patch may copy and move. Objects have thousands at most; a few operations that copy a
/// field into itself would double it each time.
const MOVED_NODES_MAX: usize = 1_000_000;

impl<O: Copy> JsonPatch<O> {
    /// A patched copy of an object.
    pub(crate) fn apply<T: Track<Origin = O>>(
        &self,
        tracker: &mut T,
        object: &Graph<O>,
    ) -> Result<Graph<O>, ApplyJsonPatch> {
        let mut patcher = Patcher { tracker, graph: rebuilt(object)?, moved_nodes_left: MOVED_NODES_MAX };
        for operation in &self.operations {
            patcher.carry_out(operation)?;
        }
        let mut graph = patcher.graph;
        if !graph.is_mapping(graph.root()) {
            return Err(ApplyJsonPatch::LeaveNoMap);
        }
        // Only what is empty is printed in brackets.
        for node in graph.node_indices() {
            graph.node_mut(node).is_flow = graph.scalar(node).is_none() && graph.is_null_or_empty(node);
        }
        Ok(graph)
    }
}

struct Patcher<'t, T: Track> {
    tracker: &'t mut T,
    graph: Graph<T::Origin>,
    moved_nodes_left: usize,
}

/// What an operation names: a field or item of a collection that is there.
struct Place<'p> {
    parent: NodeIndex,
    key: String,
    path: &'p str,
    operation: &'static str,
}

impl Place<'_> {
    fn refuse(&self, source: FindPosition) -> ApplyJsonPatch {
        ApplyJsonPatch::FindItem { operation: self.operation, path: self.path.to_owned(), source }
    }
}

impl<T: Track> Patcher<'_, T> {
    fn carry_out(&mut self, operation: &Operation<T::Origin>) -> Result<(), ApplyJsonPatch> {
        match &operation.verb {
            Verb::Add => {
                let place = self.place(operation.path.as_ref(), ["add", "path"])?;
                let value = self.value(operation);
                self.add(operation, &place, value)
            }
            Verb::Remove => {
                let place = self.place(operation.path.as_ref(), ["remove", "path"])?;
                self.remove(operation, &place).map(|_| ())
            }
            Verb::Replace => self.replace(operation),
            Verb::Move => {
                let from = self.place(operation.from.as_ref(), ["move", "from path"])?;
                let value = self.remove(operation, &from)?;
                self.measure(value)?;
                let to = self.place(operation.path.as_ref(), ["move", "destination path"])?;
                self.add(operation, &to, value)
            }
            Verb::Copy => {
                let from = self.place(operation.from.as_ref(), ["copy", "from path"])?;
                let value = self.get(&from)?;
                let to = self.place(operation.path.as_ref(), ["copy", "destination path"])?;
                let value = match value {
                    Some(value) => {
                        self.measure(value)?;
                        self.graph.duplicate(value)
                    }
                    None => self.graph.add(Data::Scalar(Scalar::null()), operation.origin),
                };
                self.add(operation, &to, value)
            }
            Verb::Test(expected) => {
                let path = operation.path.as_ref();
                let path = path.ok_or(ApplyJsonPatch::DecodePath { operation: "test", field: "path" })?;
                let node = if path.text.is_empty() {
                    Some(self.graph.root())
                } else {
                    let place = self.place(Some(path), ["test", "path"])?;
                    self.get(&place)?
                };
                let node = node.filter(|node| !self.graph.is_null(*node));
                let is_met = match (node, expected) {
                    (None, None | Some(super::TestValue::Null)) => Ok(true),
                    (Some(node), Some(expected)) => expected.is_of(&self.graph, node),
                    (None, Some(_)) | (Some(_), None) => Ok(false),
                };
                let path = path.text.to_string();
                match is_met {
                    Ok(true) => Ok(()),
                    Ok(false) => Err(ApplyJsonPatch::Compare { path }),
                    Err(MeetNull) => Err(ApplyJsonPatch::CompareNull { path }),
                }
            }
            Verb::Other(operation) => Err(ApplyJsonPatch::KnowOperation { operation: operation.to_string() }),
        }
    }

    /// What a pointer names. Whatever stands before its first slash is overlooked.
    fn place<'p>(
        &self,
        pointer: Option<&'p Pointer<T::Origin>>,
        [operation, field]: [&'static str; 2],
    ) -> Result<Place<'p>, ApplyJsonPatch> {
        let decoded = if field == "from path" { "from" } else { "path" };
        let pointer = pointer.ok_or(ApplyJsonPatch::DecodePath { operation, field: decoded })?;
        let path = pointer.text.as_str();
        let missing = || ApplyJsonPatch::FindParent { operation, field, path: path.to_owned() };
        let (_, parts) = path.split_once('/').ok_or_else(missing)?;
        let (parents, key) =
            parts.rsplit_once('/').map_or((None, parts), |(parents, key)| (Some(parents), key));
        let parents: Vec<&str> = parents.map(|parents| parents.split('/').collect()).unwrap_or_default();
        if parents.len() > POINTER_PARTS_MAX {
            return Err(ApplyJsonPatch::NestTooDeep);
        }
        let mut parent = self.graph.root();
        for part in parents {
            parent = self.child(parent, &decode(part)).ok_or_else(missing)?;
            if self.graph.scalar(parent).is_some() {
                return Err(missing());
            }
        }
        Ok(Place { parent, key: decode(key), path, operation })
    }

    fn child(&self, parent: NodeIndex, key: &str) -> Option<NodeIndex> {
        if self.graph.is_mapping(parent) {
            return self.graph.get(parent, key);
        }
        let items = self.graph.items(parent);
        items.get(array::existing(key, items.len()).ok()?).copied()
    }

    /// The value of a place; none for a field that is not there.
    fn get(&self, place: &Place<'_>) -> Result<Option<NodeIndex>, ApplyJsonPatch> {
        if self.graph.is_mapping(place.parent) {
            return Ok(self.graph.get(place.parent, &place.key));
        }
        let items = self.graph.items(place.parent);
        let position = array::existing(&place.key, items.len()).map_err(|source| place.refuse(source))?;
        Ok(items.get(position).copied())
    }

    /// The value that an operation brings; null if it brings none.
    fn value(&mut self, operation: &Operation<T::Origin>) -> NodeIndex {
        match &operation.value {
            Some(value) => self.graph.graft(value, value.root()),
            None => self.graph.add(Data::Scalar(Scalar::null()), operation.origin),
        }
    }

    fn add(
        &mut self,
        operation: &Operation<T::Origin>,
        place: &Place<'_>,
        value: NodeIndex,
    ) -> Result<(), ApplyJsonPatch> {
        if self.graph.is_mapping(place.parent) {
            self.put(operation, place, value);
            return Ok(());
        }
        let length = self.graph.items(place.parent).len();
        let position = array::inserted(&place.key, length).map_err(|source| place.refuse(source))?;
        self.patch(operation, value, None);
        self.touch(operation, place.parent);
        if let Data::Sequence(items) = &mut self.graph.node_mut(place.parent).data {
            items.insert(position, value);
        }
        Ok(())
    }

    /// Sets a field of a map.
    fn put(&mut self, operation: &Operation<T::Origin>, place: &Place<'_>, value: NodeIndex) {
        let position = self.graph.position(place.parent, &place.key);
        let over = position.map(|position| self.graph.entries(place.parent)[position].value);
        self.patch(operation, value, over);
        self.touch(operation, place.parent);
        let key_origin = operation.path.as_ref().map_or(operation.origin, |path| path.origin);
        match (position, &mut self.graph.node_mut(place.parent).data) {
            (Some(position), Data::Mapping(entries)) => entries[position].value = value,
            _ => {
                self.graph.push_entry(place.parent, Scalar::string(place.key.as_str()), key_origin, value);
            }
        }
    }

    fn remove(
        &mut self,
        operation: &Operation<T::Origin>,
        place: &Place<'_>,
    ) -> Result<NodeIndex, ApplyJsonPatch> {
        let (value, step) = if self.graph.is_mapping(place.parent) {
            let entry = self.graph.remove_entry(place.parent, &place.key);
            let entry = entry.ok_or_else(|| ApplyJsonPatch::FindKey {
                operation: place.operation,
                path: place.path.to_owned(),
                key: place.key.clone(),
            })?;
            (entry.value, Step::Key(place.key.as_str().into()))
        } else {
            let length = self.graph.items(place.parent).len();
            let position = array::existing(&place.key, length).map_err(|source| place.refuse(source))?;
            let Data::Sequence(items) = &mut self.graph.node_mut(place.parent).data else {
                return Err(ApplyJsonPatch::LeaveNoMap);
            };
            (items.remove(position), Step::Index(u32::try_from(position).unwrap_or(u32::MAX)))
        };
        let was = self.graph.origin(value);
        let parent = self.graph.node_mut(place.parent);
        parent.origin = self.tracker.removed(parent.origin, step, operation.origin, was);
        Ok(value)
    }

    /// A field of a map need not be there to be replaced.
    fn replace(&mut self, operation: &Operation<T::Origin>) -> Result<(), ApplyJsonPatch> {
        if operation.path.as_ref().is_some_and(|path| path.text.is_empty()) {
            let value = self.value(operation);
            if self.graph.scalar(value).is_some() {
                return Err(ApplyJsonPatch::ReplaceWhole);
            }
            self.patch(operation, value, Some(self.graph.root()));
            self.graph.set_root(value);
            return Ok(());
        }
        let place = self.place(operation.path.as_ref(), ["replace", "path"])?;
        let over = self.get(&place)?;
        let value = self.value(operation);
        if self.graph.is_mapping(place.parent) {
            self.put(operation, &place, value);
            return Ok(());
        }
        self.patch(operation, value, over);
        self.touch(operation, place.parent);
        if let Data::Sequence(items) = &mut self.graph.node_mut(place.parent).data {
            for item in items.iter_mut().filter(|item| Some(**item) == over) {
                *item = value;
            }
        }
        Ok(())
    }

    /// Says that a value stands where it stands by an operation. What was only moved or copied is still what it was.
    fn patch(&mut self, operation: &Operation<T::Origin>, value: NodeIndex, over: Option<NodeIndex>) {
        if matches!(operation.verb, Verb::Move | Verb::Copy) {
            return;
        }
        let over = over.map(|over| self.graph.origin(over));
        let node = self.graph.node_mut(value);
        node.origin = self.tracker.patched(node.origin, over);
    }

    fn touch(&mut self, operation: &Operation<T::Origin>, parent: NodeIndex) {
        let node = self.graph.node_mut(parent);
        node.origin = self.tracker.touched(node.origin, operation.origin);
    }

    /// Counts what is copied or moved, and how deep it is, without going down the stack.
    fn measure(&mut self, node: NodeIndex) -> Result<(), ApplyJsonPatch> {
        let mut open = vec![(node, 0)];
        while let Some((node, depth)) = open.pop() {
            self.moved_nodes_left =
                self.moved_nodes_left.checked_sub(1).ok_or(ApplyJsonPatch::MoveTooMuch)?;
            if depth >= VALUE_DEPTH_MAX - POINTER_PARTS_MAX {
                return Err(ApplyJsonPatch::NestTooDeep);
            }
            let below = self.graph.entries(node).iter().map(|entry| entry.value);
            open.extend(below.chain(self.graph.items(node).iter().copied()).map(|node| (node, depth + 1)));
        }
        Ok(())
    }
}

/// Parts of a pointer. What a value may nest, less what one document may: so deep may a value still be put.
const POINTER_PARTS_MAX: usize = VALUE_DEPTH_MAX - manifest::limits::DEPTH_MAX - 1;

/// `~1` is a slash and `~0` a tilde.
fn decode(part: &str) -> String {
    let mut decoded = String::with_capacity(part.len());
    let mut rest = part;
    while let Some(at) = rest.find('~') {
        let (before, escape) = rest.split_at(at);
        decoded.push_str(before);
        let (character, length) = match escape.as_bytes().get(1) {
            Some(b'1') => ('/', 2),
            Some(b'0') => ('~', 2),
            _ => ('~', 1),
        };
        decoded.push(character);
        rest = &escape[length..];
    }
    decoded.push_str(rest);
    decoded
}
