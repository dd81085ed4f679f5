//! Repositories as texts, and what becomes of their clusters.
#![expect(clippy::unwrap_used, reason = "a test that meets the unexpected should stop")]

mod clusters;
mod compare;
mod envsubst;
mod flux;
mod releases;
mod repositories;
