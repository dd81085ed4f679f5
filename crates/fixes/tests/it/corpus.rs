//! The fuzz target's property over its committed corpus, and over that corpus with lines missing or doubled.
#![expect(clippy::disallowed_methods, reason = "the corpus is files of this repository")]

use std::path::Path;

#[path = "../../../../fuzz/properties/convert.rs"]
mod convert;

fn corpus() -> Vec<Vec<u8>> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/convert");
    let files = std::fs::read_dir(&directory).unwrap().map(|entry| entry.unwrap().path());
    let inputs: Vec<Vec<u8>> = files.map(|path| std::fs::read(path).unwrap()).collect();
    assert!(inputs.len() >= 90, "only {} inputs in {}", inputs.len(), directory.display());
    inputs
}

#[test]
fn what_is_converted_is_what_was_declared() {
    corpus().iter().for_each(|input| convert::check(input));
}

#[test]
fn a_missing_or_doubled_line_breaks_nothing() {
    for input in corpus() {
        let lines: Vec<&[u8]> = input.split_inclusive(|byte| *byte == b'\n').collect();
        for index in 0..lines.len() {
            let without: Vec<&[u8]> = [&lines[..index], &lines[index + 1..]].concat();
            convert::check(&without.concat());
            let doubled: Vec<&[u8]> = [&lines[..=index], &lines[index..]].concat();
            convert::check(&doubled.concat());
        }
    }
}
