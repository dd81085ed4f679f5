//! Whatever the parser accepts has addresses that make sense: every node lies in its document and in its
//! parent, and everything that can be asked about it has an answer.

use manifest::{Document, NodeId};
use text::TextId;

pub(crate) fn check(bytes: &[u8]) {
    let Ok(documents) = manifest::parse_all(TextId(0), bytes) else { return };
    let mut end = 0;
    for document in &documents {
        let range = document.range();
        assert!(end <= range.start && range.start <= range.end && range.end <= bytes.len());
        end = range.end;
        for id in document.node_ids() {
            check_node(document, id);
        }
    }
}

fn check_node(document: &Document<'_>, id: NodeId) {
    let range = document.range();
    let span = document.full_span(id).range();
    assert!(range.start <= span.start && span.end <= range.end, "{span:?} lies outside of {range:?}");
    if let Some(parent) = document.node(id).parent {
        let outer = document.span(parent).range();
        assert!(
            outer.start <= span.start && span.end <= outer.end,
            "{span:?} lies outside of its parent {outer:?}"
        );
    }
    assert_eq!(document.text(id).is_some(), document.scalar_style(id).is_some());
    assert_eq!(document.raw(id).len(), document.span(id).range().len());
    for entry in document.entries(id) {
        assert!(document.full_span(entry.key).start <= document.full_span(entry.value).start);
    }
}
