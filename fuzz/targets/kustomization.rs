//! Looks for input on which the property of `kustomization` does not hold.
#![no_main]

#[path = "../properties/kustomization.rs"]
mod property;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| property::check(bytes));
