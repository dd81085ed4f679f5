//! Points at what makes a schema non-structural, so that v1 would refuse it or drop what it describes.

use manifest::NodeId;

use crate::convert::draft::Draft;

/// Places pointed at in one schema: enough to see the pattern, and a bound on the output.
const PLACES_MAX: usize = 20;

pub(super) fn point_out(draft: &mut Draft<'_>, schema: NodeId) {
    let mut places = Vec::new();
    look_at(draft, schema, &mut places);
    for (node, problem) in places {
        let path = draft.path(node);
        draft.note(node, format!("the schema is not structural: '{path}' {problem}"));
    }
}

/// Depth is bounded by the parser's own limit on nesting.
fn look_at(draft: &Draft<'_>, schema: NodeId, places: &mut Vec<(NodeId, &'static str)>) {
    let document = draft.document();
    let schema = document.dereference(schema);
    if !document.is_mapping(schema) || places.len() >= PLACES_MAX {
        return;
    }
    let has = |key: &str| document.get(schema, key).is_some();
    let is_true = |key: &str| document.text_at(schema, &[key]) == Some("true");
    let is_free = is_true("x-kubernetes-int-or-string") || is_true("x-kubernetes-preserve-unknown-fields");
    if !has("type") && !is_free {
        places.push((schema, "has no type"));
    }
    if has("$ref") {
        places.push((schema, "has a '$ref'"));
    }
    if document.text_at(schema, &["additionalProperties"]) == Some("false") {
        places.push((schema, "forbids additional properties"));
    }
    for entry in document.get(schema, "properties").map_or(&[][..], |properties| document.entries(properties))
    {
        look_at(draft, entry.value, places);
    }
    for key in ["items", "additionalProperties"] {
        if let Some(below) = document.get(schema, key) {
            look_at(draft, below, places);
        }
    }
}
