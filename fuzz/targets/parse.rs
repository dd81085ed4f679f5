//! Looks for bytes that the parser panics on or gives wrong addresses for.
#![no_main]

#[path = "../properties/parse.rs"]
mod property;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| property::check(bytes));
