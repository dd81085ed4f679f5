//! Charts and values, as Helm has them.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that meets the unexpected should stop")]

mod capabilities;
mod corpus;
mod counts;
mod functions;
mod loading;
mod marks;
mod on_demand;
mod ordering;
mod origins;
mod random;
mod reading;
mod records;
mod schemas;
mod setting;
mod show;
mod truth;
