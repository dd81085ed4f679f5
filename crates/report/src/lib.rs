//! What was found, as bytes for people and machines.
//!
//! Takes findings, counts and diffs; gives text, JSON, SARIF, JUnit, Markdown or GitHub annotations.
//! Every format tells all three verdicts: findings, what is clean by count, and what was not assessed.
//! Never prints, and never shows a value of a Secret.

mod calendar;
mod diff;
mod explain;
pub mod fleet;
mod github;
mod json;
mod junit;
mod locate;
mod markdown;
mod sarif;
mod scan;
mod secret;
mod summary;
mod text;
mod visible;
mod xml;

pub use crate::calendar::{calendar_json, calendar_text};
pub use crate::diff::{DiffSide, unified};
pub use crate::explain::{explain_check, explain_facts, list_checks};
pub use crate::github::github;
pub use crate::json::{ScanDocument, scan_schema, to_json};
pub use crate::junit::junit;
pub use crate::locate::{locate, locate_in_order, locate_switches, not_assessed};
pub use crate::markdown::markdown;
pub use crate::sarif::sarif;
pub use crate::scan::{Located, LocatedSwitch, Place, ScanReport, Sources, Waived};
pub use crate::summary::{ChartCounts, Counts, FleetCounts, MinorRow, Summary};
pub use crate::text::{Style, text};
pub use crate::visible::visible;
