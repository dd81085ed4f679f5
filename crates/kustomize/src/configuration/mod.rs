//! Which fields a transformer changes: the built-in field specs, and what `configurations` and `crds` add to them.
//!
//! As long as no file adds any, a configuration borrows the built-in tables, and taking one in into another costs
//! nothing. Knows nothing of objects.

mod builtin;
mod crds;
mod merge;
mod order;
mod read;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use crate::identity::Gvk;
use crate::kustomization::FieldSpec;

pub use crds::ReadDefinitions;
pub use merge::MergeConfiguration;
pub(crate) use merge::{add_spec, add_specs};
pub use read::ReadConfiguration;

/// Where the name of objects of one kind stands in others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameBackReference {
    /// The kind whose names they are.
    pub gvk: Gvk,
    /// The places.
    pub referrers: FieldSpecs,
}

/// Field specs, built in or from files.
pub type FieldSpecs = Cow<'static, [FieldSpec]>;

/// The fields that each transformer changes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Configuration {
    /// `namePrefix`.
    pub name_prefix: FieldSpecs,
    /// `nameSuffix`.
    pub name_suffix: FieldSpecs,
    /// `namespace`.
    pub namespace: FieldSpecs,
    /// `commonLabels`.
    pub common_labels: FieldSpecs,
    /// `labels`.
    pub labels: FieldSpecs,
    /// `templateLabels`.
    pub template_labels: FieldSpecs,
    /// `volumeClaimTemplateLabels`, since 5.8.2.
    pub volume_claim_template_labels: FieldSpecs,
    /// `commonAnnotations`.
    pub common_annotations: FieldSpecs,
    /// `nameReference`.
    pub name_reference: Cow<'static, [NameBackReference]>,
    /// `varReference`.
    pub var_reference: FieldSpecs,
    /// `images`.
    pub images: FieldSpecs,
    /// `replicas`.
    pub replicas: FieldSpecs,
}

impl Configuration {
    /// What holds without any file.
    #[must_use]
    pub fn builtin() -> Self {
        builtin::configuration()
    }

    /// The same in kustomize 5.8.3.
    pub(crate) fn builtin_of_5_8_3() -> Self {
        builtin::configuration_of_5_8_3()
    }
}
