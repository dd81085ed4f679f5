//! Conversions on files a person can read: input, directives, and the bytes that must come out.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that meets the unexpected should stop")]

mod case;
mod comments;
mod conversions;
mod corpus;
mod file;
mod kubectl_convert;
mod whole;
