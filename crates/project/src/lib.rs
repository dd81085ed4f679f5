//! The use cases: observe a repository, check it, fix it, write files atomically.
//!
//! Takes a tree, a configuration and what was asked for; gives outcomes as data. The clock, the answers of
//! a person and the guard over uncommitted work come in as arguments. Never prints and never reads the
//! clock; [`mod@write`] is the only place of the program that writes into a working tree.

mod assess;
mod at_origin;
mod branches;
mod charts;
mod composition;
mod fix;
mod fleet;
mod generators;
mod journeys;
mod kind;
mod policy;
mod rendering;
mod scan;
mod secrets;
mod select;
mod trail;
mod workers;
mod workloads;
pub mod write;

pub use charts::{ChartCounts, ChartsRequest, EverythingIn, ValuesFile};
pub use fix::{Asking, FilePlan, FixPlan, FixRequest, Lines, Unfixed, WriteFix, plan_fixes, write_plan};
pub use fleet::{FleetCounts, FleetRequest, KnownClusters};
pub use policy::{Waived, checks_of};
pub use rendering::RootCounts;
pub use scan::{NoProgress, Progress, Rendered, Scan, ScanError, ScanRequest, scan, scan_rendered};
