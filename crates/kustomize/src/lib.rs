//! `kustomize build`: files in through a [`Tree`](tree::Tree), objects with origins out.
//!
//! Does what kustomize 5.8.1 does with a folder that holds a kustomization, byte for byte as `docs/kustomize-parity.md`
//! defines it, and knows of every value where it was written. Pure: runs no program, opens no socket, reads no clock;
//! what lies outside of the tree comes through ports. Never leaves the tree that it is given.

mod accumulate;
mod annotated;
mod build;
mod built;
pub mod configuration;
mod failure;
mod field_spec;
mod fields;
pub mod flux;
pub mod generate;
mod identity;
mod json_patch;
pub mod kustomization;
mod label_selector;
pub mod load;
mod lookup;
mod merge;
mod name_reference;
mod node_text;
mod order;
mod pattern;
pub mod places;
mod plugin;
mod provenance;
mod references;
mod replacement;
mod res_map;
mod resource;
pub mod schema;
mod select;
mod steps;
mod target;
#[cfg(test)]
mod testing;
mod transform;
mod vars;

pub use build::{Compatibility, Options, Order, Program, Work, build, build_repository};
pub use built::{Built, PrintObject};
pub use failure::{Cause, Failure};
pub use identity::{Gvk, Id};
pub use references::{Reference, holds_objects, references};
pub use res_map::ResMap;
pub use resource::Resource;
pub use vars::{VarUse, var_uses};
