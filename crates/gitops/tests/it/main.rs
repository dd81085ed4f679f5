//! Repositories as texts and what becomes of their clusters, and substitution beside what Flux makes of the same.
#![expect(clippy::unwrap_used, reason = "a test that meets the unexpected should stop")]

mod argo;
mod argo_fleet;
mod clusters;
mod compare;
mod corpus;
mod decryption;
mod elsewhere;
mod envsubst;
mod flux;
mod kept;
mod mutating;
mod objects;
mod releases;
mod repositories;
mod sources;
mod tracing;
