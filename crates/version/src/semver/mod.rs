//! Semantic versions and constraints on them, as Helm reads them: by the rules and in the words of the Go library
//! Masterminds/semver 3.5.0, which Helm 3.21.4 and 4.2.4 both link.
//!
//! Takes text, gives versions, constraints and the reasons why a version does not meet them. Reads `1.2` and `v1` as
//! versions too, and its constraints differ from those of Cargo and npm in more than one place. Knows no release of
//! anything.

mod check;
mod constraints;
mod notation;
mod precedence;
mod version;

pub use check::{Conflict, Reason};
pub use constraints::{Constraints, ParseConstraints};
pub(crate) use notation::{Written, is_digit, read};
pub use version::{Increment, ParseNumber, ParseVersion, Version};
