//! The newest of some tags in a range of versions, as Flux's source controller or Argo CD takes it.
//!
//! Takes names of tags and a range; gives a tag. Knows no server.

use version::semver::{Constraints, ParseConstraints, Version};

/// A range of versions in place of a name of a reference. No name of Git's and no tag has a colon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TagRange<'r> {
    range: &'r str,
    /// What tags have to match as well, as a regular expression of Go.
    filter: Option<&'r str>,
    spelling: Spelling,
}

/// Which tags are versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Spelling {
    /// Those with all three numbers, if with a `v` before them: Flux.
    Strict,
    /// Those that say less, too: Argo CD.
    Loose,
}

/// What a reference begins with that is a range.
const PREFIXES: [(&str, Spelling); 2] = [("semver:", Spelling::Strict), ("range:", Spelling::Loose)];

/// What stands before the filter of a range.
const FILTER_MARK: &str = " matching ";

impl<'r> TagRange<'r> {
    /// The range that a reference is; none if it is a name.
    pub(crate) fn of(reference: &'r str) -> Option<Self> {
        let of_prefix = |(prefix, spelling)| Some((reference.strip_prefix(prefix)?, spelling));
        let (rest, spelling) = PREFIXES.into_iter().find_map(of_prefix)?;
        let (range, filter) = match rest.split_once(FILTER_MARK) {
            Some((range, filter)) => (range, Some(filter)),
            None => (rest, None),
        };
        Some(Self { range, filter, spelling })
    }
}

/// Why there is no such tag.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChooseTag {
    /// What was asked for is no range.
    #[error(transparent)]
    ReadRange(#[from] ParseConstraints),
    /// What tags have to match is no regular expression.
    #[error("'{filter}' is no regular expression: {reason}")]
    ReadFilter {
        /// The filter.
        filter: String,
        /// Why.
        reason: String,
    },
    /// No tag is in it.
    #[error("no tag of {count} is in the range '{range}'")]
    Match {
        /// The range.
        range: String,
        /// How many tags there are.
        count: usize,
    },
}

/// The tag of the newest version in a range.
pub(crate) fn newest(tags: &[String], wanted: TagRange<'_>) -> Result<String, ChooseTag> {
    let TagRange { range, filter, spelling } = wanted;
    let constraints = Constraints::parse(range)?;
    let compile = |filter: &str| {
        let refused = |error: regexp::CompilePattern| {
            let reason = text::with_causes(&error);
            ChooseTag::ReadFilter { filter: filter.to_owned(), reason }
        };
        regexp::compile(filter).map_err(refused)
    };
    let filter = filter.map(compile).transpose()?;
    let matching =
        tags.iter().filter(|tag| filter.as_ref().is_none_or(|filter| filter.is_match(tag.as_bytes())));
    let versions = matching.filter_map(|tag| {
        let version = match spelling {
            Spelling::Strict => Version::parse_strict(tag.strip_prefix('v').unwrap_or(tag)),
            Spelling::Loose => Version::parse(tag),
        };
        let version = version.ok()?;
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
    fn the_newest_in_the_range_is_taken_by_the_rules_of_flux_or_argo_cd() {
        let tags =
            ["v1.9.0", "v1.10.0", "1.10.1", "v1.11", "v2.0.0-rc.1", "latest", "v1.10.1", "release-9.0.0"];
        let tags = tags.map(str::to_owned);
        for (reference, expected) in [
            ("semver:^1", "v1.10.1"),
            ("semver:>=1.0.0 <1.10.1", "v1.10.0"),
            ("semver:*", "v1.10.1"),
            ("semver:>=1.0.0-0", "v2.0.0-rc.1"),
            ("semver:1.9.x || 1.10.0", "v1.10.0"),
            ("semver:* matching ^v?[0-9.]+0$", "v1.10.0"),
            ("semver:>=1.0.0-0 matching rc", "v2.0.0-rc.1"),
            ("range:^1", "v1.11"),
            ("range:1.9.*", "v1.9.0"),
        ] {
            assert_eq!(
                newest(&tags, TagRange::of(reference).unwrap()).as_deref(),
                Ok(expected),
                "{reference}"
            );
        }
        let refused =
            |reference: &str| newest(&tags, TagRange::of(reference).unwrap()).unwrap_err().to_string();
        assert_eq!(refused("semver:^9"), "no tag of 8 is in the range '^9'");
        assert_eq!(refused("semver:main"), "improper constraint: \"main\"");
        assert!(refused("semver:* matching (").starts_with("'(' is no regular expression: "));
        assert_eq!(TagRange::of("main"), None);
    }
}
