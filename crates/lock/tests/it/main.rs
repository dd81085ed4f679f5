//! The fuzz target's property over its committed corpus, so that what a fuzzer once found stays found.

#![expect(clippy::unwrap_used, reason = "a test that meets the unexpected should stop")]
#![expect(clippy::disallowed_methods, reason = "the corpora are files of this repository")]

#[path = "../../../../fuzz/properties/lock.rs"]
mod property;
#[path = "../../../../fuzz/replay.rs"]
mod replay;

#[test]
fn any_bytes_are_read_or_refused_at_a_place() {
    replay::for_each_input("lock", property::check);
}
