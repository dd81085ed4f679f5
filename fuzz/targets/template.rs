//! Looks for input on which the property of `template` does not hold.
#![no_main]

#[path = "../properties/template.rs"]
mod property;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| property::check(bytes));
