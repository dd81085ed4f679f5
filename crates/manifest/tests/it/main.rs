//! What the arena says about text: spans, texts, objects, content maps; what scalars mean and how values are printed.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that meets the unexpected should stop")]

mod arena;
mod corpus;
mod edit;
mod goyaml;
mod mutable;
mod template;
