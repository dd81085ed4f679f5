//! The program as its users meet it: the built binary on folders made for the purpose.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that meets the unexpected should stop")]
#![expect(clippy::disallowed_methods, reason = "tests make files and run the program")]

mod arguments;
mod bad_input;
mod bad_names;
mod building;
mod charts;
mod configuration;
mod exit_codes;
mod fixing;
mod fleets;
mod formats;
mod guard;
mod killed;
mod locking;
mod output;
mod program;
mod remote;
mod scanning_charts;
mod secrets;
mod sources;
mod substituting;
mod telling;
mod writing;
