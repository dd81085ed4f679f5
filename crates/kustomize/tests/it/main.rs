//! Whole builds, beside what the original makes of the same files.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that meets the unexpected should stop")]

mod corpus;
mod goldens;
mod large;
mod limits;
mod origins;
mod sections;
mod truth;
