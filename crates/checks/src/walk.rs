//! Finding entries of a document by a path with wildcards.

use manifest::{Document, Entry, NodeId};

/// Entries that one path may lead to in one object. A bundle of thousands of rules is still looked at; what lies beyond
/// would only repeat what was said before.
const ENTRIES_MAX: usize = 10_000;

/// The entries at the end of `path` below `node`, in the order of the text. A step is a key, or `*` for every item of a
/// sequence; what is not there, or of another shape, leads nowhere.
pub(crate) fn entries_at(document: &Document<'_>, node: NodeId, path: &[&str]) -> Vec<Entry> {
    let mut found = Vec::new();
    collect(document, node, path, &mut found);
    found
}

fn collect(document: &Document<'_>, node: NodeId, path: &[&str], found: &mut Vec<Entry>) {
    let node = document.dereference(node);
    match path {
        [] => {}
        ["*", rest @ ..] => {
            for item in document.items(node) {
                collect(document, *item, rest, found);
            }
        }
        [key] if found.len() < ENTRIES_MAX => found.extend(document.entry(node, key)),
        [_] => {}
        [key, rest @ ..] => {
            if let Some(next) = document.get(node, key) {
                collect(document, next, rest, found);
            }
        }
    }
}

/// The nodes at the end of a path that ends in `*` or in a key, aliases followed.
pub(crate) fn nodes_at(document: &Document<'_>, node: NodeId, path: &[&str]) -> Vec<NodeId> {
    match path.split_last() {
        None => vec![document.dereference(node)],
        Some((&"*", rest)) => {
            let lists = nodes_at(document, node, rest);
            let items = lists.iter().flat_map(|list| document.items(*list));
            items.take(ENTRIES_MAX).map(|item| document.dereference(*item)).collect()
        }
        Some(_) => {
            entries_at(document, node, path).iter().map(|entry| document.dereference(entry.value)).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use text::TextId;

    #[test]
    fn follows_keys_items_and_aliases_and_stops_where_the_shape_is_another() {
        let yaml = b"base: &b {c: 1}\nlist: [{a: *b}, {a: {c: 2}}, {a: [3]}, 4]\n";
        let documents = manifest::parse_all(TextId(0), yaml).unwrap();
        let document = &documents[0];
        let root = document.root().unwrap();
        let texts = |path: &[&str]| {
            let entries = entries_at(document, root, path);
            entries
                .iter()
                .map(|entry| document.text(entry.value).unwrap_or("-").to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(texts(&["list", "*", "a", "c"]), ["1", "2"]);
        assert_eq!(texts(&["list", "a"]), [""; 0]);
        assert_eq!(texts(&["base", "*"]), [""; 0]);
        assert_eq!(nodes_at(document, root, &["list", "*"]).len(), 4);
    }
}
