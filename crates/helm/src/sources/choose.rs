//! Which of several versions is meant.
//!
//! Takes versions in the order of a repository and what was asked for; gives one as Helm chooses it. Versions that are
//! none are passed over. Knows no repository.

use std::cmp::Ordering;

use version::semver::{Constraints, ParseConstraints, Version};

/// What `--devel` asks for where no version is said: pre-releases as well.
pub const DEVELOPMENT_RANGE: &str = ">0.0.0-0";

/// What is asked for where no version is said: the newest release.
const ANY_RELEASE: &str = "*";

/// Why no version is chosen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChooseVersion {
    /// What was asked for is no range.
    #[error(transparent)]
    ReadRange(#[from] ParseConstraints),
    /// There is none in it.
    #[error("no version matches '{range}'")]
    Match {
        /// What was asked for.
        range: String,
    },
}

/// The version that is asked for to the letter, else the first that is in the range.
///
/// # Errors
/// If the range is none, or no version is in it.
pub fn choose<'v, V>(
    offered: &'v [V],
    wanted: &str,
    version: impl Fn(&V) -> &str,
) -> Result<&'v V, ChooseVersion> {
    let range = Constraints::parse(if wanted.is_empty() { ANY_RELEASE } else { wanted })?;
    if let Some(exact) = offered.iter().find(|one| !wanted.is_empty() && version(one) == wanted) {
        return Ok(exact);
    }
    let fits = |one: &&V| Version::parse(version(one)).is_ok_and(|found| range.check(&found));
    offered.iter().find(fits).ok_or_else(|| ChooseVersion::Match { range: wanted.to_owned() })
}

/// Whether somebody asks for one version of a registry and no range, so that its tag is known without a list.
#[must_use]
pub fn is_exact(wanted: &str) -> bool {
    Version::parse(wanted).is_ok()
}

/// Sorts the newest first, as Helm sorts an index; what is no version comes last.
pub fn sort_newest_first<V>(offered: &mut Vec<V>, version: impl Fn(&V) -> &str) {
    let mut keyed: Vec<(Option<Version>, V)> =
        std::mem::take(offered).into_iter().map(|one| (Version::parse(version(&one)).ok(), one)).collect();
    keyed.sort_by(|(left, _), (right, _)| match (left, right) {
        (Some(left), Some(right)) => right.compare(left),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    });
    offered.extend(keyed.into_iter().map(|(_, one)| one));
}

/// The versions that tags of a registry stand for, the newest first: those that are written strictly, as Helm takes them.
#[must_use]
pub fn versions_of_tags(tags: impl IntoIterator<Item = String>) -> Vec<String> {
    let versions = tags.into_iter().map(|tag| tag.replace('_', "+"));
    let mut versions: Vec<String> = versions.filter(|tag| Version::parse_strict(tag).is_ok()).collect();
    sort_newest_first(&mut versions, |version| version);
    versions
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(wanted: &str) -> Result<&'static str, String> {
        const OFFERED: [&str; 6] = ["2.1.0-rc.1", "2.0.0", "1.5.0+b", "1.5.0+a", "1.4.9", "latest"];
        choose(&OFFERED, wanted, |version| version).copied().map_err(|error| error.to_string())
    }

    #[test]
    fn ranges_take_the_first_that_fits_and_letters_the_exact_one() {
        for (wanted, expected) in [
            ("", "2.0.0"),
            (DEVELOPMENT_RANGE, "2.1.0-rc.1"),
            ("^1", "1.5.0+b"),
            ("1.5.0+a", "1.5.0+a"),
            ("1.4", "1.4.9"),
            ("~1.4.0", "1.4.9"),
            ("2.1.0-rc.1", "2.1.0-rc.1"),
            ("<2 || >2", "1.5.0+b"),
        ] {
            assert_eq!(chosen(wanted).as_deref(), Ok(expected), "{wanted}");
        }
        assert_eq!(chosen("^3").unwrap_err(), "no version matches '^3'");
        assert_eq!(chosen("latest").unwrap_err(), "improper constraint: \"latest\"");
    }

    #[test]
    fn tags_are_versions_newest_first() {
        let tags = ["1.9.0", "latest", "1.10.0", "v1.11.0", "1.10.0-rc.1", "1.10.1_build.5", "1.2"];
        let versions = versions_of_tags(tags.map(str::to_owned));
        assert_eq!(versions, ["1.10.1+build.5", "1.10.0", "1.10.0-rc.1", "1.9.0"]);
    }
}
