//! How a document comes back from a node, and which comments hang on which node, row by row as goyaml v3 has it.

use manifest::comments::Comments;
use manifest::emit::{Layout, print_document, print_document_with_pieces};
use manifest::{Document, parse_all};
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
