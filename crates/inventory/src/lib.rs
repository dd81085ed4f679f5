//! The snapshot that observing makes and everything after it judges.
//!
//! Holds the texts, compact rows of the objects that were seen, and what could not be assessed and why.
//! Knows nothing of how it was filled: from a working tree, from rendered units, from a live cluster.

mod not_assessed;
mod record;

pub use not_assessed::{NotAssessed, Reason};
pub use record::{
    Bound, BudgetRecord, FileContext, Inventory, ObjectRecord, Origin, ScalerRecord, WorkloadRecord,
};
