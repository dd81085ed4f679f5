//! The checks from outside: smallest-possible manifests and what is found in them.
//!
//! `tests/data/<check>/` holds the cases of one check: `hit*.yaml` gives findings, `near-miss*.yaml` and `fixed*.yaml` give
//! none, `broken*.yaml` is input that must not stop anybody. What is found in the first and the last stands beside it.

#![expect(clippy::unwrap_used, reason = "a test that meets the unexpected should stop")]

mod cases;
mod hard_cases;
mod hard_cases_behaviour;
mod harness;
