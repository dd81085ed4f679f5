//! Documents of which it can be told without reading them that a reader takes them.

use crate::{Document, NodeId, NodeKind, ScalarStyle};

/// Whether kubectl and Helm take every node of a document, whatever its scalars say: there is no tag, alias or merge key,
/// and every key is a text. Cheap; where it is `false`, reading the document tells.
#[must_use]
pub fn is_plain(document: &Document<'_>) -> bool {
    !document.has_tags()
        && document.node_ids().all(|node| match document.node(node).kind {
            NodeKind::Alias { .. } => false,
            NodeKind::Mapping { .. } => {
                document.entries(node).iter().all(|entry| is_plain_key(document, entry.key))
            }
            NodeKind::Scalar { .. } | NodeKind::Sequence { .. } => true,
        })
}

/// Whether a key has a text for certain: numbers, `~` and the merge key begin with no letter, and of words only null has none.
fn is_plain_key(document: &Document<'_>, key: NodeId) -> bool {
    match document.scalar_style(key) {
        None => false,
        Some(ScalarStyle::Plain) => {
            let word = document.raw(key);
            word.first().is_some_and(u8::is_ascii_alphabetic) && !word.eq_ignore_ascii_case(b"null")
        }
        Some(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resolve::Dialect;
    use crate::value::Value;

    #[test]
    fn what_is_plain_is_read_and_what_may_be_refused_is_not_plain() {
        for (text, expected) in [
            ("a: 1\nb: {c: [x, ~, .nan]}\n", true),
            ("'1': x\n\"\": y\n", true),
            ("- yes: 1\n", true),
            ("", true),
            ("1: x\n", false),
            ("~: x\n", false),
            ("null: x\n", false),
            ("name: x\n", true),
            ("99999999999999999999: x\n", false),
            ("? [a]\n: b\n", false),
            ("a: &x 1\nb: *x\n", false),
            ("<<: {a: 1}\n", false),
            ("a: !!int x\n", false),
            ("{: 1}\n", false),
        ] {
            let document = crate::parse_first(text::TextId(0), text.as_bytes(), 0..text.len()).unwrap();
            assert_eq!(is_plain(&document), expected, "{text}");
            assert!(!expected || Value::from_document(&document, Dialect::GoYaml2).is_ok(), "{text}");
        }
    }
}
