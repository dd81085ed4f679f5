//! The fuzz target's property over its committed corpus, so that what a fuzzer once found stays found.
#![expect(clippy::disallowed_methods, reason = "the corpus is files of this repository")]

#[path = "../../../../fuzz/properties/sops.rs"]
mod property;
#[path = "../../../../fuzz/replay.rs"]
mod replay;

#[test]
fn documents_are_decrypted_or_refused_alike_each_time() {
    replay::for_each_input("sops", property::check);
}
