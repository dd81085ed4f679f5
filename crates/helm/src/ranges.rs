//! Versions in ranges, where Helm asks yes or no.

use version::semver::{Constraints, Version};

/// Whether a version is in a range; no where either is malformed.
pub(crate) fn is_compatible(range: &str, version: &str) -> bool {
    let (Ok(range), Ok(version)) = (Constraints::parse(range), Version::parse(version)) else { return false };
    range.check(&version)
}
