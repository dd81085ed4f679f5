//! Tests of the crate from outside.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that meets the unexpected should stop")]

mod corpus;
mod flux;
mod goldens;
mod robustness;
