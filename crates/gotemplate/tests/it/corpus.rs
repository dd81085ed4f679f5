//! The fuzz target's property over its committed corpus, so that what a fuzzer once found stays found.
#![expect(clippy::disallowed_methods, reason = "the corpora are files of this repository")]

#[path = "../../../../fuzz/replay.rs"]
mod replay;
#[path = "../../../../fuzz/properties/template.rs"]
mod template;

#[test]
fn templates_are_executed_alike_with_and_without_origins() {
    replay::for_each_input("template", template::check);
}
