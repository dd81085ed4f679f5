//! `kustomize build`: files in through a [`Tree`](tree::Tree), objects with origins out.
//!
//! Does what kustomize 5.8.1 does with a folder that holds a kustomization, byte for byte as `docs/kustomize-parity.md`
//! defines it, and knows of every value where it was written. Pure: runs no program, opens no socket, reads no clock;
//! what lies outside of the tree comes through ports. Never leaves the tree that it is given.

mod accumulate;
pub mod configuration;
mod failure;
mod fields;
mod identity;
pub mod kustomization;
pub mod load;
mod label_selector;
mod pattern;
mod res_map;
mod resource;
pub mod schema;
mod target;
mod transform;

pub use failure::{Cause, Failure};
pub use identity::{Gvk, Id};
pub use res_map::ResMap;
pub use resource::Resource;

use std::sync::Arc;

use text::Track;

/// What one build works with besides the objects: the records of origins, and what is known of the kinds.
#[derive(Debug)]
pub struct Work<T: Track> {
    /// The records of origins.
    pub tracker: T,
    /// What is known of the kinds.
    pub schema: Arc<schema::Schema>,
    /// The files that are read, and the texts that spans point into.
    pub files: load::Files<T::Origin>,
}
