//! The fuzz target's property over its committed corpus, so that what a fuzzer once found stays found.
#![expect(clippy::disallowed_methods, reason = "the corpora are files of this repository")]

#[path = "../../../../fuzz/replay.rs"]
mod replay;
#[path = "../../../../fuzz/properties/substitute.rs"]
mod substitute;

#[test]
fn any_text_is_substituted_or_refused() {
    replay::for_each_input("substitute", substitute::check);
}
