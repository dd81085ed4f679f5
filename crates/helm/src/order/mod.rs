//! What was rendered, taken apart and put in order.
//!
//! Takes what the templates gave; gives the manifests in it, sorted as Helm sorts them, and the hooks apart. Reads of a
//! manifest what Helm reads, and changes no text.

mod heads;
mod kinds;
mod manifests;
mod split;

pub use heads::{Head, ReadHead};
pub use kinds::{Direction, sort_by_kind};
pub use manifests::{Hook, Manifest, SortManifests, Sorted, sort_manifests};
pub use split::split_manifests;
