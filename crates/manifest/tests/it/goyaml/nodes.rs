//! How a document comes back from a node, and which comments hang on which node, row by row as goyaml v3 has it.

use manifest::comments::Comments;
use manifest::emit::{Layout, print_document, print_document_with_pieces};
use manifest::resolve::Dialect;
use manifest::value::Value;
use manifest::{Document, NodeKind, ScalarStyle, parse_all};
use serde_json::{Value as Json, json};
use text::{Exactness, TextId};

use super::{report, rows, text};

fn each(mut check: impl FnMut(&Json, Document<'_>)) {
    let rows = rows(include_str!("../../data/nodes.jsonl"));
    assert!(rows.len() > 250);
    for row in rows.iter().filter(|row| row["error"] != true) {
        let bytes = text(row, "yaml").as_bytes();
        match parse_all(TextId(0), bytes) {
            Ok(documents) => {
                for document in documents.into_iter().take(1) {
                    check(row, document);
                }
            }
            Err(error) => unreachable!("{row}: {error}"),
        }
    }
}

#[test]
fn comments_hang_where_goyaml_hangs_them() {
    let mut differences = Vec::new();
    each(|row, document| {
        let comments = Comments::of(&document);
        let notes: Vec<Json> = comments
            .nodes()
            .map(|(node, comments)| {
                let mut note = json!({ "node": node.index() });
                let texts = [("head", &comments.head), ("line", &comments.line), ("foot", &comments.foot)];
                for (name, text) in texts.into_iter().filter(|(_, text)| !text.is_empty()) {
                    note[name] = json!(text);
                }
                note
            })
            .collect();
        let actual = (comments.head.as_str(), comments.foot.as_str(), json!(notes));
        let expected_notes = if row["notes"].is_null() { json!([]) } else { row["notes"].clone() };
        let expected = (text(row, "head"), text(row, "foot"), expected_notes);
        if actual != expected {
            differences.push(format!("{}\n  {actual:?}\n  {expected:?}", row["yaml"]));
        }
    });
    report(&differences);
}

#[test]
fn documents_come_back_as_goyaml_prints_their_nodes() {
    let mut differences = Vec::new();
    each(|row, document| {
        let comments = Comments::of(&document);
        let layouts =
            [("v3", Layout::GOYAML3), ("wide", Layout::KUSTOMIZE_WIDE), ("compact", Layout::KUSTOMIZE)];
        for (name, layout) in layouts {
            let expected = row[name].as_str().unwrap_or(text(row, "v3"));
            let actual = print_document(&document, Some(&comments), layout).expect("it prints");
            if actual != expected {
                differences.push(format!("{} {name}:\n  {actual:?}\n  {expected:?}", row["yaml"]));
            }
        }
    });
    report(&differences);
}

#[test]
fn every_byte_printed_has_an_origin_and_verbatim_ones_are_equal() {
    each(|row, document| {
        let comments = Comments::of(&document);
        let (printed, pieces) =
            print_document_with_pieces(&document, Some(&comments), Layout::KUSTOMIZE).expect("it prints");
        assert_eq!(pieces.len() as usize, printed.len(), "{row}");
        for at in 0..pieces.len() {
            let (origin, exactness) = pieces.resolve(at..at + 1).expect("no gaps");
            if exactness == Exactness::Verbatim {
                let source = &document.bytes()[origin.range()];
                assert_eq!(source, &printed.as_bytes()[at as usize..at as usize + 1], "{row} at {at}");
            }
        }
    });
}

#[test]
fn lines_of_a_block_that_is_only_indented_anew_stay_verbatim() {
    let source = "a:\n      b: |\n          one\n\n          two ${x}\n      c: plain\n";
    let documents = parse_all(TextId(0), source.as_bytes()).expect("it is YAML");
    let (printed, pieces) =
        print_document_with_pieces(&documents[0], None, Layout::KUSTOMIZE).expect("it prints");
    assert_eq!(printed, "a:\n  b: |\n    one\n\n    two ${x}\n  c: plain\n");
    for word in ["one", "two ${x}", "plain"] {
        let at = u32::try_from(printed.find(word).expect("it is printed")).expect("it is short");
        let end = at + u32::try_from(word.len()).expect("it is short");
        let (origin, exactness) = pieces.resolve(at..end).expect("no gaps");
        assert_eq!((&source[origin.range()], exactness), (word, Exactness::Verbatim));
    }
}

/// What goyaml itself does not print faithfully: an alias that is a key (as `*x:`, which only its own scanner takes for
/// one), a folded block with indented lines (an empty line too many before them), and nothing in brackets (as `''`).
fn is_printed_wrong(document: &Document<'_>) -> bool {
    let mut entries = document.node_ids().flat_map(|node| document.entries(node));
    let is_alias = |node| matches!(document.node(node).kind, NodeKind::Alias { .. });
    let is_indented_fold = |node| {
        document.scalar_style(node) == Some(ScalarStyle::Folded)
            && document.text(node).is_some_and(|text| text.contains("\n "))
    };
    let is_nothing = |node| {
        let in_brackets =
            document.node(node).parent.is_some_and(|parent| document.raw(parent).starts_with(b"{"));
        in_brackets && document.raw(node).is_empty()
    };
    entries.any(|entry| is_alias(entry.key))
        || document.node_ids().any(|node| is_indented_fold(node) || is_nothing(node))
}

/// With four columns goyaml itself breaks blocks that begin blank in a sequence, so the layout here is kustomize's.
#[test]
fn what_is_printed_means_what_was_read() {
    each(|row, document| {
        let Ok(before) = Value::from_document(&document, Dialect::GoYaml3) else { return };
        if is_printed_wrong(&document) {
            return;
        }
        let comments = Comments::of(&document);
        let printed = print_document(&document, Some(&comments), Layout::KUSTOMIZE).expect("it prints");
        let again = parse_all(TextId(0), printed.as_bytes()).expect("what is printed is YAML");
        let root = again.first().and_then(Document::root);
        // A comment at the end may be all that is printed for an empty value.
        let after = root.map_or(Ok(Value::Null), |root| Value::from_node(&again[0], root, Dialect::GoYaml3));
        let is_line_break = |text: &str| text.contains(['\u{2028}', '\u{2029}']);
        assert!(after == Ok(before) || is_line_break(&printed), "{row}: {printed}");
    });
}
