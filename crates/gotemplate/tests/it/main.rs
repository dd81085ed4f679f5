//! Templates, beside what Go makes of them.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that meets the unexpected should stop")]

mod corpus;
mod dates;
mod functions;
mod json;
mod language;
mod origins;
mod randomness;
mod robustness;
mod urls;
