//! The fuzz targets' properties over their committed corpora, so that what a fuzzer once found stays found.
#![expect(clippy::disallowed_methods, reason = "the corpora are files of this repository")]

#[path = "../../../../fuzz/properties/edit.rs"]
mod edit;
#[path = "../../../../fuzz/properties/mask.rs"]
mod mask;
#[path = "../../../../fuzz/properties/parse.rs"]
mod parse;
#[path = "../../../../fuzz/replay.rs"]
mod replay;
#[path = "../../../../fuzz/properties/resolve.rs"]
mod resolve;
#[path = "../../../../fuzz/properties/scan.rs"]
mod scan;

#[test]
fn edits_are_made_as_meant_or_refused() {
    replay::for_each_input("edit", edit::check);
}

#[test]
fn masks_hide_actions_and_nothing_else() {
    replay::for_each_input("mask", mask::check);
}

#[test]
fn parsed_documents_have_sound_addresses() {
    replay::for_each_input("parse", parse::check);
}

#[test]
fn what_is_read_and_printed_and_read_again_means_the_same() {
    replay::for_each_input("resolve", resolve::check);
}

#[test]
fn the_fast_front_never_contradicts_the_parser() {
    replay::for_each_input("scan", scan::check);
}
