//! Looks for input on which the property of `sops` does not hold.
#![no_main]

#[path = "../properties/sops.rs"]
mod property;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| property::check(bytes));
