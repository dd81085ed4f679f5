//! Repositories as texts, and what becomes of their clusters.

mod clusters;
mod envsubst;
mod flux;
mod releases;
mod repositories;
