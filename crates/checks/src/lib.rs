//! One file per check: from what was observed and the minors on the way to findings.
//!
//! A check is a unit struct with a [`Meta`] and one line in the [`registry()`]. It looks at one object or
//! document at a time, or at the compact rows of the whole [`inventory::Inventory`]. Never reads a file
//! or a clock; knows nothing of Git, Helm or a cluster.

mod api;
mod behaviour;
mod budgets;
mod check;
mod decoded;
mod embedded;
mod engine;
mod finding;
mod journey;
mod mime;
mod references;
mod registry;
mod secret;
mod shape;
mod waiver;
mod walk;

pub use api::shared::{NeededVersion, versions_needed};
pub use behaviour::UNSEEN_ROWS;
pub use check::{Check, Confidence, Context, Meta, Severity, Sink, Subject};
pub use decoded::{DECODED_TRIGGERS, Decoded, Undecoded, decoded};
pub use embedded::{Embedded, embedded_in};
pub use engine::{Outcome, run_document, run_inventory};
pub use finding::{ChartReach, Finding, Fix, FixAction, ObjectName, Safety, UnitReach, VersionSaid, listed};
pub use journey::Journey;
pub use registry::{find, registry};
pub use secret::is_hidden_in_secret;
pub use waiver::EXPIRED_WAIVER;
