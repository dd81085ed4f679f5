//! One kustomization, carried out in the order of the original.
