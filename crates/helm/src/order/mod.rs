//! What was rendered, taken apart and put in order.
//!
//! Takes the text that the templates gave; gives the manifests in it, and sorts what a caller read of them as Helm does.
//! Parses no YAML and changes no text.

mod kinds;
mod split;

pub use kinds::{Direction, sort_by_kind};
pub use split::split_manifests;
