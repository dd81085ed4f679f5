//! Walks over the nodes of a subject.

use manifest::{Document, Entry, NodeId};

/// All nodes under `root`, itself included, in the order of the text. Aliases are given, not followed:
/// what they stand for is met where it is written.
pub(crate) fn nodes(document: &Document<'_>, root: NodeId) -> Vec<NodeId> {
    let mut found = Vec::new();
    let mut open = vec![root];
    while let Some(node) = open.pop() {
        found.push(node);
        for entry in document.entries(node).iter().rev() {
            open.push(entry.value);
            open.push(entry.key);
        }
        open.extend(document.items(node).iter().rev());
    }
    found
}

/// All entries of all mappings under `root`, in the order of the text, duplicates included.
pub(crate) fn entries(document: &Document<'_>, root: NodeId) -> Vec<Entry> {
    nodes(document, root).into_iter().flat_map(|node| document.entries(node).to_vec()).collect()
}

/// The entries of all mappings under `root` whose key is `key`, values followed through aliases.
pub(crate) fn entries_named(document: &Document<'_>, root: NodeId, key: &str) -> Vec<Entry> {
    entries(document, root).into_iter().filter(|entry| document.text(entry.key) == Some(key)).collect()
}

/// The key of the entry that the node's mapping or sequence is the value of: for a key in a
/// `nodeSelector` that is `nodeSelector`, for an item of `args` it is `args`.
pub(crate) fn container_key<'d>(document: &'d Document<'_>, node: NodeId) -> Option<&'d str> {
    let parent = document.node(node).parent?;
    let entry = document.entry_of(parent)?;
    document.text(entry.key)
}

/// The key whose value the node is.
pub(crate) fn own_key<'d>(document: &'d Document<'_>, node: NodeId) -> Option<&'d str> {
    document.text(document.entry_of(node)?.key)
}

/// The items of the sequence at `path`, aliases followed.
pub(crate) fn items_at(document: &Document<'_>, node: NodeId, path: &[&str]) -> Vec<NodeId> {
    let Some(sequence) = document.at(node, path) else { return Vec::new() };
    document.items(sequence).iter().map(|item| document.dereference(*item)).collect()
}

/// Whether the subject's own bytes hold any of the words: cheaper than walking when they do not.
pub(crate) fn holds_any(document: &Document<'_>, node: NodeId, words: &[&str]) -> bool {
    let bytes = document.raw(node);
    words.iter().any(|word| memchr::memmem::find(bytes, word.as_bytes()).is_some())
}
