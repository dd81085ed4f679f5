//! Kubernetes minors and add-on versions: parsing, ordering, the hops between two minors.
//!
//! Takes text, gives ordered types. Versions are never compared as floats or as text.
//! Knows no fact about any version: those are in `catalog`.

mod addon;
mod minor;

pub use addon::{AddonVersion, ParseAddonVersion};
pub use minor::{Minor, ParseMinor};
