//! Versions of add-ons, ordered by semantic versioning. Unlike [`crate::semver`] it reads what tags of images say, too.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use crate::semver::compare_prereleases;

/// An add-on's version: up to three numbers and an optional pre-release, as in `v1.14.2` or
/// `0.9.0-rc.1`. Missing numbers count as 0; build metadata is dropped.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct AddonVersion {
    numbers: [u64; 3],
    prerelease: String,
}

/// The text is not of the form `N[.N[.N]][-pre][+build]`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not a version: expected a form like 'v1.14.2' or '0.9.0-rc.1'")]
pub struct ParseAddonVersion(pub String);

impl AddonVersion {
    /// The release `major.minor.patch`.
    #[must_use]
    pub const fn new(major: u64, minor: u64, patch: u64) -> Self {
        Self { numbers: [major, minor, patch], prerelease: String::new() }
    }

    /// The three numbers: major, minor, patch.
    #[must_use]
    pub fn numbers(&self) -> [u64; 3] {
        self.numbers
    }

    /// The pre-release part without its dash; empty for a release.
    #[must_use]
    pub fn prerelease(&self) -> &str {
        &self.prerelease
    }
}

impl FromStr for AddonVersion {
    type Err = ParseAddonVersion;

    fn from_str(text: &str) -> Result<Self, ParseAddonVersion> {
        let refuse = || ParseAddonVersion(text.to_owned());
        let bare = text.trim();
        let bare = bare.strip_prefix('v').unwrap_or(bare);
        let without_build = bare.split('+').next().unwrap_or(bare);
        let (core, prerelease) = match without_build.split_once('-') {
            Some((_, "")) => return Err(refuse()),
            Some((core, prerelease)) => (core, prerelease),
            None => (without_build, ""),
        };
        let mut numbers = [0; 3];
        let mut parts = core.split('.');
        for (index, slot) in numbers.iter_mut().enumerate() {
            match parts.next() {
                Some(part) if !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()) => {
                    *slot = part.parse().map_err(|_| refuse())?;
                }
                None if index > 0 => break,
                _ => return Err(refuse()),
            }
        }
        if parts.next().is_some() {
            return Err(refuse());
        }
        Ok(Self { numbers, prerelease: prerelease.to_owned() })
    }
}

impl Ord for AddonVersion {
    fn cmp(&self, other: &Self) -> Ordering {
        self.numbers
            .cmp(&other.numbers)
            .then_with(|| compare_prereleases(&self.prerelease, &other.prerelease))
    }
}

impl PartialOrd for AddonVersion {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for AddonVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [major, minor, patch] = self.numbers;
        write!(f, "{major}.{minor}.{patch}")?;
        if !self.prerelease.is_empty() {
            write!(f, "-{}", self.prerelease)?;
        }
        Ok(())
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
