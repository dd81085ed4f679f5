//! What must hold of edits of any text: they are made as meant or refused, and touch nothing else.

use manifest::edit::{Change, DocumentChanges, Fresh, FreshScalar, Place, Reason, apply_batch};
use manifest::limits::FILE_DOCUMENTS_MAX;
use manifest::scan::split;
use manifest::{Document, NodeId, parse};
use text::TextId;

/// Bytes at the beginning that choose the changes; the rest is the text.
const CHOICE_BYTES: usize = 8;

/// Makes up to four changes of nodes that the first bytes choose: each alone, and all together.
pub(crate) fn check(bytes: &[u8]) {
    let Some((choices, text)) = bytes.split_at_checked(CHOICE_BYTES) else { return };
    let Some(documents) = read(text) else { return };
    let changes: Vec<Vec<Change>> = documents.iter().map(|document| changes_of(document, choices)).collect();
    for (position, changes) in changes.iter().enumerate() {
        for change in changes {
            let mut single = vec![Vec::new(); documents.len()];
            single[position].push(change.clone());
            if let Some((change, why)) = missed(text, &documents, &single) {
                panic!("the editor missed what was meant by one change: {why}: {change:?}");
            }
        }
    }
    // Changes that meet at one place may be refused together, but only by name.
    let _ = missed(text, &documents, &changes);
}

/// The documents as the program reads them, each by itself.
fn read(text: &[u8]) -> Option<Vec<Document<'_>>> {
    let ranges = split(text, FILE_DOCUMENTS_MAX).ok()?;
    ranges.into_iter().map(|range| parse(TextId(0), text, range, None).ok()).collect()
}

/// Applies changes, checks what must always hold, and gives the first change that the proof stopped.
fn missed(text: &[u8], documents: &[Document<'_>], changes: &[Vec<Change>]) -> Option<(Change, String)> {
    let edited: Vec<DocumentChanges<'_, '_>> = documents
        .iter()
        .zip(changes)
        .map(|(document, changes)| DocumentChanges { document, changes })
        .collect();
    let batch = apply_batch(text, &edited);
    assert_eq!(
        text::apply(text, &batch.splices).unwrap(),
        batch.bytes,
        "bytes changed outside of the splices"
    );
    if !batch.splices.is_empty() {
        let Some(after) = read(&batch.bytes) else { panic!("an edited text no longer parses") };
        assert_eq!(after.len(), documents.len(), "documents were joined or split");
    }
    batch.refused.iter().find_map(|refused| match &refused.reason {
        Reason::MissIntent(why) => Some((changes[refused.document][refused.change].clone(), why.clone())),
        _ => None,
    })
}

fn changes_of(document: &Document<'_>, choices: &[u8]) -> Vec<Change> {
    let nodes: Vec<NodeId> = document.node_ids().collect();
    if nodes.is_empty() {
        return Vec::new();
    }
    choices
        .chunks_exact(2)
        .filter_map(|pair| change(document, nodes[usize::from(pair[1]) % nodes.len()], pair[0]))
        .collect()
}

fn change(document: &Document<'_>, node: NodeId, kind: u8) -> Option<Change> {
    let entry = document.entry_of(node);
    let string = || FreshScalar::String("new: value #1".to_owned());
    Some(match kind % 7 {
        0 => Change::SetScalar { node, value: string() },
        1 => Change::SetScalar { node, value: FreshScalar::Integer(80) },
        2 => Change::RenameKey { key: entry?.key, to: "renamed".to_owned() },
        3 => Change::RemoveEntry { key: entry?.key },
        4 => Change::RemoveItem { item: node },
        5 => Change::InsertEntry {
            mapping: node,
            place: Place::Last,
            key: "inserted".to_owned(),
            value: Fresh::Mapping(vec![("a".to_owned(), Fresh::Scalar(string()))]),
        },
        _ => Change::ReplaceValue {
            node,
            value: Fresh::Mapping(vec![("moved".to_owned(), Fresh::Moved(node))]),
        },
    })
}
