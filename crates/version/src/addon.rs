//! Versions of add-ons, ordered by semantic versioning. Unlike [`crate::semver`] it reads what tags of images say, too.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use crate::semver::{Version, Written, is_digit, read};

/// An add-on's version: up to three numbers and an optional pre-release, as in `v1.14.2` or
/// `0.9.0-rc.1`. Missing numbers count as 0; build metadata is dropped. A pre-release is any text.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct AddonVersion(Version);

/// The text is not of the form `N[.N[.N]][-pre][+build]`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not a version: expected a form like 'v1.14.2' or '0.9.0-rc.1'")]
pub struct ParseAddonVersion(pub String);

impl AddonVersion {
    /// The release `major.minor.patch`.
    #[must_use]
    pub const fn new(major: u64, minor: u64, patch: u64) -> Self {
        Self(Version::bare([major, minor, patch], String::new()))
    }

    /// The three numbers: major, minor, patch.
    #[must_use]
    pub fn numbers(&self) -> [u64; 3] {
        self.0.numbers()
    }

    /// The pre-release part without its dash; empty for a release.
    #[must_use]
    pub fn prerelease(&self) -> &str {
        self.0.prerelease()
    }
}

impl FromStr for AddonVersion {
    type Err = ParseAddonVersion;

    fn from_str(text: &str) -> Result<Self, ParseAddonVersion> {
        let refuse = || ParseAddonVersion(text.to_owned());
        let trimmed = text.trim();
        let without_build = trimmed.split('+').next().unwrap_or(trimmed);
        let (core, prerelease) = match without_build.split_once('-') {
            Some((_, "")) => return Err(refuse()),
            Some((core, prerelease)) => (core, prerelease),
            None => (without_build, ""),
        };
        let Some((Written { segments: [major, minor, patch], .. }, "")) = read(core, is_digit) else {
            return Err(refuse());
        };
        let number = |segment: &str| match segment {
            "" => Ok(0),
            digits => digits.parse().map_err(|_| refuse()),
        };
        let numbers = [number(major)?, number(minor)?, number(patch)?];
        Ok(Self(Version::bare(numbers, prerelease.to_owned())))
    }
}

impl Ord for AddonVersion {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.compare(&other.0)
    }
}

impl PartialOrd for AddonVersion {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for AddonVersion {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> AddonVersion {
        text.parse().unwrap()
    }

    #[test]
    fn orders_as_semantic_versioning_does() {
        let ascending = [
            "0.9",
            "v0.10.0",
            "1.0.0-alpha",
            "1.0.0-alpha.1",
            "1.0.0-beta.2",
            "1.0.0-beta.11",
            "1.0.0-rc.1",
            "1",
            "1.0.1",
            "v2.0.0",
        ];
        for pair in ascending.windows(2) {
            assert!(version(pair[0]) < version(pair[1]), "{pair:?}");
        }
        assert_eq!(version("1.2"), version("v1.2.0+build.7"));
        assert!(version("1.0.0-01") != version("1.0.0-1") && version("1.0.0-01") < version("1.0.0-1"));
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig { failure_persistence: None, ..Default::default() })]

        #[test]
        fn the_order_is_total_and_agrees_with_equality(
            texts in proptest::collection::vec("v?[0-2]{1,2}(\\.[0-2]{1,2}){0,2}(-[0-2a-b]{1,2}(\\.[0-2a-b]{1,2}){0,2})?", 3),
        ) {
            let [one, two, three] = [0, 1, 2].map(|index| version(&texts[index]));
            proptest::prop_assert_eq!(one.cmp(&two) == Ordering::Equal, one == two);
            proptest::prop_assert_eq!(one.cmp(&two), two.cmp(&one).reverse());
            proptest::prop_assert!(!(one < two && two < three) || one < three);
            proptest::prop_assert_eq!(one.to_string().parse(), Ok(one));
        }
    }

    #[test]
    fn refuses_what_is_no_version() {
        for text in ["", "v", "latest", "1.2.3.4", "1..2", "1.2-", "1.x"] {
            assert!(text.parse::<AddonVersion>().is_err(), "{text:?}");
        }
    }
}
