//! The nodes of one document under work.

use compact_str::CompactString;

use super::Scalar;

/// For how many more nodes there is room at least, once there is none left: what a build remembers of an object.
const NODES_TO_GROW_BY: usize = 8;

/// Names a node of one graph. Stays valid whatever is changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeIndex(u32);

/// A key and its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry<O> {
    /// The key. Keys of any other kind than scalars do not come into a graph.
    pub key: Scalar,
    /// Where the key came from.
    pub key_origin: O,
    /// The value.
    pub value: NodeIndex,
}

/// What a node is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Data<O> {
    /// A scalar.
    Scalar(Scalar),
    /// Entries in their order; a key may stand twice until the graph is read.
    Mapping(Vec<Entry<O>>),
    /// Items in their order.
    Sequence(Vec<NodeIndex>),
}

/// A node and where it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node<O> {
    /// What it is.
    pub data: Data<O>,
    /// Where it came from.
    pub origin: O,
    /// Whether it is a collection in brackets, in which goyaml prints an empty value as an empty string.
    pub is_flow: bool,
    /// Whether it is a scalar whose tag is written, so that goyaml prints it whatever the text.
    pub is_tagged: bool,
}

/// A document under work. Nodes that nothing holds any more stay in it until it is copied.
#[derive(Debug, Clone)]
pub struct Graph<O> {
    nodes: Vec<Node<O>>,
    root: NodeIndex,
}

impl<O: Copy> Graph<O> {
    /// A graph of one node.
    #[must_use]
    pub fn new(data: Data<O>, origin: O) -> Self {
        Self { nodes: vec![Node { data, origin, is_flow: false, is_tagged: false }], root: NodeIndex(0) }
    }

    /// Makes room for so many nodes more.
    pub(super) fn reserve(&mut self, count: usize) {
        self.nodes.reserve_exact(count);
    }

    /// The node that all others hang on.
    #[must_use]
    pub fn root(&self) -> NodeIndex {
        self.root
    }

    /// Makes another node the root.
    pub fn set_root(&mut self, root: NodeIndex) {
        self.root = root;
    }

    /// How many nodes it holds, those without a holder included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Never: a graph has a root.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// All nodes, those without a holder included.
    pub fn node_indices(&self) -> impl Iterator<Item = NodeIndex> + use<O> {
        (0..u32::try_from(self.nodes.len()).unwrap_or(u32::MAX)).map(NodeIndex)
    }

    /// A node.
    ///
    /// # Panics
    /// Never for an index that this graph gave; another graph's is a fault of the caller.
    #[must_use]
    pub fn node(&self, index: NodeIndex) -> &Node<O> {
        &self.nodes[index.0 as usize]
    }

    /// A node to change.
    ///
    /// # Panics
    /// As [`Graph::node`].
    pub fn node_mut(&mut self, index: NodeIndex) -> &mut Node<O> {
        &mut self.nodes[index.0 as usize]
    }

    /// Where a node came from.
    #[must_use]
    pub fn origin(&self, index: NodeIndex) -> O {
        self.node(index).origin
    }

    /// Adds a node that nothing holds yet.
    pub fn add(&mut self, data: Data<O>, origin: O) -> NodeIndex {
        self.add_node(Node { data, origin, is_flow: false, is_tagged: false })
    }

    /// Adds a node as it is.
    fn add_node(&mut self, node: Node<O>) -> NodeIndex {
        let index = NodeIndex(u32::try_from(self.nodes.len()).unwrap_or(u32::MAX));
        if self.nodes.len() == self.nodes.capacity() {
            // An object gets a few nodes more than it was read with: to double its memory for them is too much.
            self.nodes.reserve_exact(NODES_TO_GROW_BY + self.nodes.len() / 4);
        }
        self.nodes.push(node);
        index
    }

    /// The scalar; none for collections.
    #[must_use]
    pub fn scalar(&self, index: NodeIndex) -> Option<&Scalar> {
        match &self.node(index).data {
            Data::Scalar(scalar) => Some(scalar),
            Data::Mapping(_) | Data::Sequence(_) => None,
        }
    }

    /// The content of a scalar; empty for collections, as the value of a Go node is.
    #[must_use]
    pub fn text(&self, index: NodeIndex) -> &str {
        self.scalar(index).map_or("", |scalar| &scalar.text)
    }

    /// The entries of a mapping; empty for other nodes.
    #[must_use]
    pub fn entries(&self, index: NodeIndex) -> &[Entry<O>] {
        match &self.node(index).data {
            Data::Mapping(entries) => entries,
            Data::Scalar(_) | Data::Sequence(_) => &[],
        }
    }

    /// The items of a sequence; empty for other nodes.
    #[must_use]
    pub fn items(&self, index: NodeIndex) -> &[NodeIndex] {
        match &self.node(index).data {
            Data::Sequence(items) => items,
            Data::Scalar(_) | Data::Mapping(_) => &[],
        }
    }

    /// Whether the node is a mapping.
    #[must_use]
    pub fn is_mapping(&self, index: NodeIndex) -> bool {
        matches!(self.node(index).data, Data::Mapping(_))
    }

    /// Whether the node is a sequence.
    #[must_use]
    pub fn is_sequence(&self, index: NodeIndex) -> bool {
        matches!(self.node(index).data, Data::Sequence(_))
    }

    /// Whether the node is a scalar tagged as null.
    #[must_use]
    pub fn is_null(&self, index: NodeIndex) -> bool {
        self.scalar(index).is_some_and(Scalar::is_null)
    }

    /// Whether the node is null or a collection of nothing.
    #[must_use]
    pub fn is_null_or_empty(&self, index: NodeIndex) -> bool {
        match &self.node(index).data {
            Data::Scalar(scalar) => scalar.is_null(),
            Data::Mapping(entries) => entries.is_empty(),
            Data::Sequence(items) => items.is_empty(),
        }
    }

    /// The position of the first entry of `key` in a mapping; none if it has none or the node is no mapping.
    #[must_use]
    pub fn position(&self, mapping: NodeIndex, key: &str) -> Option<usize> {
        self.entries(mapping).iter().position(|entry| entry.key.text == key)
    }

    /// The value of the first entry of `key`.
    #[must_use]
    pub fn get(&self, mapping: NodeIndex, key: &str) -> Option<NodeIndex> {
        self.entries(mapping).iter().find(|entry| entry.key.text == key).map(|entry| entry.value)
    }

    /// The value at a path of keys below a node.
    #[must_use]
    pub fn at(&self, node: NodeIndex, path: &[&str]) -> Option<NodeIndex> {
        path.iter().try_fold(node, |node, key| self.get(node, key))
    }

    /// Adds an entry behind the others. Does nothing for other nodes than mappings.
    pub fn push_entry(&mut self, mapping: NodeIndex, key: Scalar, key_origin: O, value: NodeIndex) {
        if let Data::Mapping(entries) = &mut self.node_mut(mapping).data {
            entries.push(Entry { key, key_origin, value });
        }
    }

    /// Adds an item behind the others. Does nothing for other nodes than sequences.
    pub fn push_item(&mut self, sequence: NodeIndex, item: NodeIndex) {
        if let Data::Sequence(items) = &mut self.node_mut(sequence).data {
            items.push(item);
        }
    }

    /// Takes the first entry of `key` out of a mapping and gives it.
    pub fn remove_entry(&mut self, mapping: NodeIndex, key: &str) -> Option<Entry<O>> {
        let position = self.position(mapping, key)?;
        match &mut self.node_mut(mapping).data {
            Data::Mapping(entries) => Some(entries.remove(position)),
            Data::Scalar(_) | Data::Sequence(_) => None,
        }
    }

    /// Makes `target` hold what `source` holds, wherever `target` is held. What is below is shared by both from then on.
    pub fn assign(&mut self, target: NodeIndex, source: NodeIndex) {
        let node = self.node(source).clone();
        *self.node_mut(target) = node;
    }

    /// Copies a node and all below it from another graph. What is shared there is not shared here.
    pub fn graft(&mut self, from: &Self, node: NodeIndex) -> NodeIndex {
        let Node { data, origin, is_flow, is_tagged } = from.node(node);
        let data = match data {
            Data::Scalar(scalar) => Data::Scalar(scalar.clone()),
            Data::Mapping(entries) => Data::Mapping(
                entries
                    .iter()
                    .map(|entry| Entry {
                        key: entry.key.clone(),
                        key_origin: entry.key_origin,
                        value: self.graft(from, entry.value),
                    })
                    .collect(),
            ),
            Data::Sequence(items) => {
                Data::Sequence(items.iter().map(|item| self.graft(from, *item)).collect())
            }
        };
        self.add_node(Node { data, origin: *origin, is_flow: *is_flow, is_tagged: *is_tagged })
    }

    /// Copies a node and all below it within the graph. What is shared below is not shared in the copy.
    pub fn duplicate(&mut self, node: NodeIndex) -> NodeIndex {
        let Node { data, origin, is_flow, is_tagged } = self.node(node).clone();
        let data = match data {
            Data::Scalar(scalar) => Data::Scalar(scalar),
            Data::Mapping(mut entries) => {
                for entry in &mut entries {
                    entry.value = self.duplicate(entry.value);
                }
                Data::Mapping(entries)
            }
            Data::Sequence(mut items) => {
                for item in &mut items {
                    *item = self.duplicate(*item);
                }
                Data::Sequence(items)
            }
        };
        self.add_node(Node { data, origin, is_flow, is_tagged })
    }

    /// A copy without what nothing holds, in which nothing is shared.
    #[must_use]
    pub fn unshared(&self) -> Self {
        self.below(self.root)
    }

    /// A node and all below it as a graph of its own.
    #[must_use]
    pub fn below(&self, node: NodeIndex) -> Self {
        let mut copy = Self { nodes: Vec::with_capacity(self.nodes.len()), root: NodeIndex(0) };
        copy.root = copy.graft(self, node);
        copy
    }
}

impl<O: Copy> Graph<O> {
    /// Adds a mapping of text keys to texts, in the order given, all of one origin.
    pub fn add_texts<'a>(
        &mut self,
        entries: impl Iterator<Item = (&'a str, &'a str)>,
        origin: O,
    ) -> NodeIndex {
        let mapping = self.add(Data::Mapping(Vec::new()), origin);
        for (key, text) in entries {
            let value = self.add(Data::Scalar(Scalar::string(text)), origin);
            self.push_entry(mapping, Scalar::untagged(CompactString::from(key)), origin, value);
        }
        mapping
    }
}
