//! The newest of some tags in a range of versions, as Flux's source controller takes it.
//!
//! Takes names of tags and a range; gives a tag. Knows no server.

use version::semver::{Constraints, ParseConstraints, Version};

/// What a reference begins with that is a range of versions and no name. No name of Git's and no tag has a colon.
pub(crate) const RANGE_PREFIX: &str = "semver:";

/// Why there is no such tag.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChooseTag {
    /// What was asked for is no range.
    #[error(transparent)]
    ReadRange(#[from] ParseConstraints),
    /// No tag is in it.
    #[error("no tag of {count} is in the range '{range}'")]
    Match {
        /// The range.
        range: String,
        /// How many tags there are.
        count: usize,
    },
}

/// The tag of the newest version in a range. A version may have a `v` before it, and is written whole.
pub(crate) fn newest(tags: &[String], range: &str) -> Result<String, ChooseTag> {
    let constraints = Constraints::parse(range)?;
    let versions = tags.iter().filter_map(|tag| {
        let version = Version::parse_strict(tag.strip_prefix('v').unwrap_or(tag)).ok()?;
        constraints.check(&version).then_some((version, tag))
    });
    // Of the same version under two names the later name counts, whatever the order of the server.
    let newest =
        versions.max_by(|(left, one), (right, other)| left.compare(right).then_with(|| one.cmp(other)));
    let absent = || ChooseTag::Match { range: range.to_owned(), count: tags.len() };
    newest.map(|(_, tag)| tag.clone()).ok_or_else(absent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_in_the_range_is_taken_by_the_rules_of_flux() {
        let tags =
            ["v1.9.0", "v1.10.0", "1.10.1", "v1.11", "v2.0.0-rc.1", "latest", "v1.10.1", "release-9.0.0"];
        let tags = tags.map(str::to_owned);
        for (range, expected) in [
            ("^1", "v1.10.1"),
            (">=1.0.0 <1.10.1", "v1.10.0"),
            ("*", "v1.10.1"),
            (">=1.0.0-0", "v2.0.0-rc.1"),
            ("1.9.x || 1.10.0", "v1.10.0"),
        ] {
            assert_eq!(newest(&tags, range).as_deref(), Ok(expected), "{range}");
        }
        let refused = |range: &str| newest(&tags, range).unwrap_err().to_string();
        assert_eq!(refused("^9"), "no tag of 8 is in the range '^9'");
        assert_eq!(refused("main"), "improper constraint: \"main\"");
    }
}
