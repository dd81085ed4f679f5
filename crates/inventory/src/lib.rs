//! The snapshot that observing makes and everything after it judges.
//!
//! Holds the texts, compact rows of the objects that were seen, and what could not be assessed and why.
//! Knows nothing of how it was filled: from a working tree, from rendered units, from a live cluster.

mod not_assessed;
mod record;
mod rows;
mod switch;

pub use not_assessed::{NotAssessed, Reason};
pub use record::{BudgetRecord, FileContext, Inventory, ObjectRecord, Origin, ScalerRecord, WorkloadRecord};
pub use resource::Bound;
pub use rows::{Row, WORKLOAD_TRIGGERS, bound_of, row_of};
pub use switch::{Switch, Ways};
