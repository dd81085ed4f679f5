//! Substitution beside what Flux makes of the same texts and objects.
#![expect(clippy::unwrap_used, reason = "a test that meets the unexpected should stop")]

mod corpus;
mod envsubst;
mod objects;
