//! Disruption budget arithmetic: how many pods a budget lets go at once.
//!
//! Pure functions on numbers: takes the two bounds of a budget and a number of pods, gives how many may be evicted
//! and why none may. Knows no object, no file and no cluster.

mod budget;

pub use budget::{Blocked, Budget};
