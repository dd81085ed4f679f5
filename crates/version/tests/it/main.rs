//! Versions beside what other programs make of them.
#![expect(clippy::unwrap_used, reason = "a test that meets the unexpected should stop")]

mod properties;
mod semver;
