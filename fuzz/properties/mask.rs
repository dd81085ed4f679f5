//! What must hold of the mask of any template.

use manifest::{Document, mask_template, parse};
use text::TextId;

/// The mask is as long as the template, keeps its line ends and everything outside of the actions, and whatever
/// parses behind it has spans within the template.
pub(crate) fn check(bytes: &[u8]) {
    let Some(mask) = mask_template(bytes) else { return };
    assert_eq!(mask.bytes().len(), bytes.len());
    let mut end_of_last = 0;
    for range in mask.ranges() {
        assert!(end_of_last <= range.start && range.start < range.end && range.end as usize <= bytes.len());
        end_of_last = range.end;
    }
    for (offset, (masked, written)) in mask.bytes().iter().zip(bytes).enumerate() {
        let offset = u32::try_from(offset).unwrap();
        assert!(
            masked == written || mask.touches(offset..offset + 1),
            "byte {offset} changed outside of an action"
        );
        assert_eq!(*masked == b'\n', *written == b'\n', "line end at {offset}");
    }
    if let Ok(document) = parse(TextId(0), bytes, 0..bytes.len(), Some(&mask)) {
        check_opaque(&document, &mask);
    }
}

/// No node that anybody may read shares a byte with an action.
fn check_opaque(document: &Document<'_>, mask: &manifest::Mask) {
    for node in document.node_ids().filter(|node| !document.is_opaque(*node)) {
        let span = document.span(node);
        if document.text(node).is_some() {
            assert!(
                span.is_empty() || !mask.touches(span.start..span.end),
                "a readable scalar holds an action"
            );
        }
    }
}
