//! Kubernetes minors, add-on versions and semantic versions: parsing, ordering, the hops between two minors, ranges.
//!
//! Takes text, gives ordered types. Versions are never compared as floats or as text.
//! Knows no fact about any version: those are in `catalog`.

mod addon;
pub mod limits;
mod minor;
pub mod semver;

pub use addon::{AddonVersion, ParseAddonVersion};
pub use minor::{Minor, ParseMinor};
