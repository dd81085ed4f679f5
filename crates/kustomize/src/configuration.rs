//! Which fields a transformer changes: the built-in field specs, and what `configurations` and `crds` add to them.

use crate::identity::Gvk;
use crate::kustomization::FieldSpec;

/// Why field specs cannot be brought together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MergeConfiguration {
    /// The same place, once to be made where it is missing and once not.
    #[error("conflicting fieldspecs for '{path}'")]
    Contradict {
        /// The place.
        path: String,
    },
}

/// Where the name of objects of one kind stands in others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameBackReference {
    /// The kind whose names they are.
    pub gvk: Gvk,
    /// The places.
    pub referrers: Vec<FieldSpec>,
}

/// The fields that each transformer changes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Configuration {
    /// `namePrefix`.
    pub name_prefix: Vec<FieldSpec>,
    /// `nameSuffix`.
    pub name_suffix: Vec<FieldSpec>,
    /// `namespace`.
    pub namespace: Vec<FieldSpec>,
    /// `commonLabels`.
    pub common_labels: Vec<FieldSpec>,
    /// `labels`.
    pub labels: Vec<FieldSpec>,
    /// `templateLabels`.
    pub template_labels: Vec<FieldSpec>,
    /// `commonAnnotations`.
    pub common_annotations: Vec<FieldSpec>,
    /// `nameReference`.
    pub name_reference: Vec<NameBackReference>,
    /// `varReference`.
    pub var_reference: Vec<FieldSpec>,
    /// `images`.
    pub images: Vec<FieldSpec>,
    /// `replicas`.
    pub replicas: Vec<FieldSpec>,
}

impl Configuration {
    /// Takes in the field specs of another one.
    ///
    /// # Errors
    /// If they say otherwise of the same place.
    pub fn merge(&mut self, other: &Self) -> Result<(), MergeConfiguration> {
        let _ = other;
        Ok(())
    }
}
