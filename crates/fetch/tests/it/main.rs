//! Fetching from repositories that the tests make, and from a server of their own on this machine.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    reason = "tests break what is fetched, and stop where they meet the unexpected"
)]

mod artifacts;
mod beside;
mod charts;
mod fetching;
mod repository;
mod server;
mod smart_http;
mod tls;
