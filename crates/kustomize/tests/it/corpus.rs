//! The fuzz targets' properties over their committed corpora, so that what a fuzzer once found stays found.
#![expect(clippy::disallowed_methods, reason = "the corpora are files of this repository")]

use std::path::Path;

#[path = "../../../../fuzz/properties/kustomization.rs"]
mod kustomization;
#[path = "../../../../fuzz/properties/merge.rs"]
mod merge;

#[test]
fn kustomizations_are_built_or_refused_and_alike_each_time() {
    for_each_input("kustomization", kustomization::check);
}

#[test]
fn strategic_merges_come_out_alike_and_are_stable() {
    for_each_input("merge", merge::check);
}

fn for_each_input(target: &str, check: fn(&[u8])) {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus").join(target);
    let mut count = 0;
    for entry in std::fs::read_dir(&directory).unwrap() {
        check(&std::fs::read(entry.unwrap().path()).unwrap());
        count += 1;
    }
    assert!(count > 0, "no corpus in {}", directory.display());
}
