//! A short way to say an edit: paths in place of node ids.

use manifest::edit::{Batch, Change, DocumentChanges, Fresh, FreshScalar, Place, Reason, apply_batch};
use manifest::{Document, Entry, NodeId, parse_all};
use text::TextId;

/// The node at a path such as `spec.list[1].key`; a leading `k:` names the key, `a:` does not follow aliases.
pub(crate) fn node(document: &Document<'_>, path: &str) -> NodeId {
    let (wants_key, path) = match path.strip_prefix("k:") {
        Some(path) => (true, path),
        None => (false, path),
    };
    let mut at = document.root().unwrap();
    let mut key = None;
    for step in path.replace('[', ".[").split('.').filter(|step| !step.is_empty()) {
        if let Some(index) = step.strip_prefix('[') {
            let index: usize = index.trim_end_matches(']').parse().unwrap();
            at = document.items(at)[index];
        } else {
            let entry = own_entry(document, at, step).unwrap_or_else(|| panic!("no {step} of {path}"));
            key = Some(entry.key);
            at = entry.value;
        }
    }
    if wants_key { key.unwrap() } else { at }
}

fn own_entry(document: &Document<'_>, mapping: NodeId, key: &str) -> Option<Entry> {
    document.entries(mapping).iter().find(|entry| document.text(entry.key) == Some(key)).copied()
}

pub(crate) fn string(text: &str) -> FreshScalar {
    FreshScalar::String(text.to_owned())
}

pub(crate) fn fresh(text: &str) -> Fresh {
    Fresh::Scalar(string(text))
}

pub(crate) fn mapping<const N: usize>(entries: [(&str, Fresh); N]) -> Fresh {
    Fresh::Mapping(entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}

pub(crate) fn moved(document: &Document<'_>, path: &str) -> Fresh {
    Fresh::Moved(node(document, path))
}

pub(crate) fn set(document: &Document<'_>, path: &str, value: FreshScalar) -> Change {
    Change::SetScalar { node: node(document, path), value }
}

pub(crate) fn rename(document: &Document<'_>, path: &str, to: &str) -> Change {
    Change::RenameKey { key: node(document, &format!("k:{path}")), to: to.to_owned() }
}

pub(crate) fn remove(document: &Document<'_>, path: &str) -> Change {
    if path.ends_with(']') {
        return Change::RemoveItem { item: node(document, path) };
    }
    Change::RemoveEntry { key: node(document, &format!("k:{path}")) }
}

pub(crate) fn insert(
    document: &Document<'_>,
    mapping: &str,
    place: Place,
    key: &str,
    value: Fresh,
) -> Change {
    Change::InsertEntry { mapping: node(document, mapping), place, key: key.to_owned(), value }
}

pub(crate) fn append(document: &Document<'_>, sequence: &str, value: Fresh) -> Change {
    Change::AppendItem { sequence: node(document, sequence), value }
}

pub(crate) fn replace(document: &Document<'_>, path: &str, value: Fresh) -> Change {
    Change::ReplaceValue { node: node(document, path), value }
}

pub(crate) fn merge(document: &Document<'_>, paths: &[&str], key: &str, value: Fresh) -> Change {
    let keys = paths.iter().map(|path| node(document, &format!("k:{path}"))).collect();
    Change::ReplaceEntries { keys, key: key.to_owned(), value }
}

/// Applies changes to the only document of `source`.
pub(crate) fn batch(source: &str, changes: impl FnOnce(&Document<'_>) -> Vec<Change>) -> Batch {
    let documents = parse_all(TextId(0), source.as_bytes()).unwrap();
    assert_eq!(documents.len(), 1, "{source:?}");
    let changes = changes(&documents[0]);
    apply_batch(source.as_bytes(), &[DocumentChanges { document: &documents[0], changes: &changes }])
}

/// The text after changes none of which may be refused.
pub(crate) fn edited(source: &str, changes: impl FnOnce(&Document<'_>) -> Vec<Change>) -> String {
    let batch = batch(source, changes);
    let text = String::from_utf8(batch.bytes).unwrap();
    assert!(batch.refused.is_empty(), "{source}\n---\n{:?}", batch.refused);
    text
}

/// The reason for which the only change is refused; the text must be as it was.
pub(crate) fn refused(source: &str, change: impl FnOnce(&Document<'_>) -> Change) -> Reason {
    let batch = batch(source, |document| vec![change(document)]);
    assert_eq!(String::from_utf8(batch.bytes).unwrap(), source);
    assert!(batch.splices.is_empty());
    batch.refused.into_iter().next().unwrap_or_else(|| panic!("not refused: {source:?}")).reason
}
