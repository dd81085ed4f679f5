//! Repositories as texts, and what becomes of their clusters.

mod clusters;
mod flux;
mod releases;
mod repositories;
