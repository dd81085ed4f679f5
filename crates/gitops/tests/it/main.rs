//! Substitution beside what Flux makes of the same texts.

mod envsubst;
