//! Keys and certificates beside what Go makes of them.
#![expect(clippy::unwrap_used, reason = "a test that meets the unexpected should stop")]

mod certificates;
mod private_keys;
