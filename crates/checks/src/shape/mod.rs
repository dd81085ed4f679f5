//! Checks of whether an object's body fits the version that its header names.
//!
//! Fields that only one of two versions has tell which one a body was written for. Never judged in a template, whose
//! alternatives may each fit their own header.

pub(crate) mod deprecated_kustomize_field;
pub(crate) mod fields;
pub(crate) mod new_header_old_body;
pub(crate) mod old_header_new_body;
pub(crate) mod required_field_missing;
