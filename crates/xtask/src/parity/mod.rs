//! Comparisons with other programs that are made by running both: no engine crate is linked here.

mod beside;
pub(crate) mod charts;
pub(crate) mod goldens;
pub(crate) mod kustomize;
pub(crate) mod random;
pub(crate) mod templates;
mod verdict;
