//! Every case below `tests/data`: what comes out, what is asked, what is refused.

use std::path::Path;

use fixes::{Conversion, Declared, DeclaredDocument, Refusal, Source, convert, verify};
use text::TextId;

use crate::case::{self, Directives};

fn conversions(bytes: &[u8], directives: &Directives) -> Vec<(usize, Result<Conversion, Refusal>)> {
    let documents = manifest::parse_all(TextId(0), bytes).unwrap();
    let answers = directives.answers();
    let mut found = Vec::new();
    for (index, document) in documents.iter().enumerate() {
        for object in manifest::objects(document) {
            found.push((index, convert(document, object, directives.target(object.gvk.kind), &answers)));
        }
    }
    found
}

fn check(input: &Path) {
    let bytes = case::read(input);
    let directives = Directives::of(std::str::from_utf8(&bytes).unwrap());
    let name = input.display();
    let mut declared = Declared::default();
    let mut notes = Vec::new();
    let mut asked = Vec::new();
    for (index, conversion) in conversions(&bytes, &directives) {
        match (conversion, &directives.refuses) {
            (Err(refusal), Some(expected)) => {
                assert!(refusal.to_string().contains(expected), "{name}: {refusal}");
                return;
            }
            (Err(refusal), None) => panic!("{name}: {refusal}"),
            (Ok(conversion), _) => {
                notes.extend(conversion.notes.into_iter().map(|note| note.text));
                asked.extend(conversion.questions.into_iter().map(|question| question.id.to_owned()));
                declared.documents.push(DeclaredDocument { index, changes: conversion.changes });
            }
        }
    }
    assert!(directives.refuses.is_none(), "{name}: nothing was refused");
    for expected in &directives.notes {
        assert!(
            notes.iter().any(|note| note.contains(expected)),
            "{name}: no note says '{expected}': {notes:?}"
        );
    }
    assert_eq!(asked, directives.asks, "{name}: what is asked");
    if asked.is_empty() {
        let after = case::read(&case::output_of(input));
        merge_documents(&mut declared);
        let outcome = verify(Source::plain(TextId(0), &bytes), Source::plain(TextId(1), &after), &declared);
        assert_eq!(outcome, Ok(()), "{name}");
    }
}

fn merge_documents(declared: &mut Declared) {
    let mut merged: Vec<DeclaredDocument> = Vec::new();
    for document in declared.documents.drain(..) {
        match merged.last_mut() {
            Some(last) if last.index == document.index => last.changes.extend(document.changes),
            _ => merged.push(document),
        }
    }
    declared.documents = merged;
}

#[test]
fn every_case_comes_out_as_written_beside_it() {
    let inputs = case::inputs();
    assert!(inputs.len() >= 4, "only {} cases were found", inputs.len());
    for input in inputs {
        check(&input);
    }
}
