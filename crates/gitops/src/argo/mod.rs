//! What Argo CD makes of a repository: Applications, `ApplicationSet`s, and how their sources are built.
//!
//! Follows Argo CD 3.5. Everything here takes objects, settings and trees and gives objects; which unit is rendered when,
//! and where files come from, the walk decides. Signs nothing, tracks nothing: the labels that Argo CD puts on what it
//! applies are left out.

pub(crate) mod application;
pub(crate) mod application_set;
pub(crate) mod build;
pub(crate) mod cluster;
pub(crate) mod declared;
mod environment;
mod files;
pub(crate) mod own;
mod pattern;
pub(crate) mod settings;
pub(crate) mod source;

/// The group of Argo CD's kinds.
pub(crate) const ARGO_GROUP: &str = "argoproj.io";
