//! The fuzz targets' properties over their committed corpora, so that what a fuzzer once found stays found.
#![expect(clippy::disallowed_methods, reason = "the corpora are files of this repository")]

#[path = "../../../../fuzz/properties/kustomization.rs"]
mod kustomization;
#[path = "../../../../fuzz/properties/merge.rs"]
mod merge;
#[path = "../../../../fuzz/replay.rs"]
mod replay;

#[test]
fn kustomizations_are_built_or_refused_and_alike_each_time() {
    replay::for_each_input("kustomization", kustomization::check);
}

#[test]
fn strategic_merges_come_out_alike_and_are_stable() {
    replay::for_each_input("merge", merge::check);
}
