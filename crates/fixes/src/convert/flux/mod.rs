//! Flux' own kinds: the betas → what its current release serves.

pub(super) mod helm_release;
pub(super) mod image;
pub(super) mod kustomization;
pub(super) mod notification;
pub(super) mod patches;
pub(super) mod source;
