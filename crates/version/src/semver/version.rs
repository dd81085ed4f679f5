//! One version: read, compared, counted up, printed.

use std::cmp::Ordering;
use std::fmt;

use super::notation::{self, Written};
use super::precedence::compare_prereleases;
use crate::limits::VERSION_BYTES_MAX;

/// A version and the text that it was read from.
///
/// Equality is that of all parts, the text included; what comes first is told by [`Version::compare`], to which metadata
/// do not count.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Version {
    numbers: [u64; 3],
    prerelease: String,
    metadata: String,
    original: String,
}

/// Why a text is no version, in the words of the original.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseVersion {
    /// There is nothing.
    #[error("version string empty")]
    Empty,
    /// Longer than [`VERSION_BYTES_MAX`].
    #[error("version string is too long (max {VERSION_BYTES_MAX} bytes)")]
    TooLong,
    /// Not of the form.
    #[error("invalid semantic version")]
    Malformed,
    /// A number has something else than digits.
    #[error("invalid characters in version")]
    InvalidCharacters,
    /// A number is written with a leading zero.
    #[error("version segment starts with 0")]
    LeadingZero,
    /// The part after the plus.
    #[error("invalid metadata string")]
    InvalidMetadata,
    /// The part after the dash.
    #[error("invalid prerelease string")]
    InvalidPrerelease,
    /// A number does not fit, where any spelling is read.
    #[error("error parsing version segment: {0}")]
    ParseSegment(ParseNumber),
    /// A number does not fit or is empty, where only the strict spelling is read.
    #[error("{0}")]
    ParseNumber(ParseNumber),
}

/// Why digits are no number, in Go's words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseNumber {
    /// There are none.
    #[error("strconv.ParseUint: parsing \"\": invalid syntax")]
    Empty,
    /// It is no number of 64 bits.
    #[error("strconv.ParseUint: parsing \"{0}\": value out of range")]
    OutOfRange(String),
}

/// A number is the largest there is, so that no other follows; the text is that of the original's panic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{segment} version increment would overflow uint64")]
pub struct Increment {
    /// Which number: `major`, `minor` or `patch`.
    pub segment: &'static str,
}

impl Version {
    /// Reads any spelling (`NewVersion`): a leading `v`, missing numbers, leading zeros in numbers.
    ///
    /// # Errors
    /// If it is not of that form; see [`ParseVersion`].
    pub fn parse(text: &str) -> Result<Self, ParseVersion> {
        if text.len() > VERSION_BYTES_MAX {
            return Err(ParseVersion::TooLong);
        }
        match notation::read(text, notation::is_digit) {
            Some((Written { whole, segments: [major, minor, patch], prerelease, metadata }, "")) => {
                let number = |segment: &str| match segment {
                    "" => Ok(0),
                    digits => number(digits).map_err(ParseVersion::ParseSegment),
                };
                let numbers = [number(major)?, number(minor)?, number(patch)?];
                check_prerelease(prerelease)?;
                Ok(Self::of(numbers, (prerelease, metadata), whole))
            }
            _ => Err(ParseVersion::Malformed),
        }
    }

    /// Reads the strict spelling only (`StrictNewVersion`): `major.minor.patch[-prerelease][+metadata]`.
    ///
    /// # Errors
    /// The first thing that is wrong, metadata before the pre-release and that before the numbers.
    pub fn parse_strict(text: &str) -> Result<Self, ParseVersion> {
        if text.is_empty() {
            return Err(ParseVersion::Empty);
        }
        if text.len() > VERSION_BYTES_MAX {
            return Err(ParseVersion::TooLong);
        }
        let mut parts = text.splitn(3, '.');
        let (Some(major), Some(minor), Some(rest)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(ParseVersion::Malformed);
        };
        let (rest, metadata) = cut(rest, '+');
        metadata.map_or(Ok(()), check_metadata)?;
        let (patch, prerelease) = cut(rest, '-');
        prerelease.map_or(Ok(()), check_strict_prerelease)?;
        for segment in [major, minor, patch] {
            if !segment.bytes().all(notation::is_digit) {
                return Err(ParseVersion::InvalidCharacters);
            }
            if has_leading_zero(segment) {
                return Err(ParseVersion::LeadingZero);
            }
        }
        let number = |segment: &str| number(segment).map_err(ParseVersion::ParseNumber);
        let numbers = [number(major)?, number(minor)?, number(patch)?];
        Ok(Self::of(numbers, (prerelease.unwrap_or_default(), metadata.unwrap_or_default()), text))
    }

    /// A version that nobody wrote, whose pre-release may be any text.
    pub(crate) const fn bare(numbers: [u64; 3], prerelease: String) -> Self {
        Self { numbers, prerelease, metadata: String::new(), original: String::new() }
    }

    fn of(numbers: [u64; 3], (prerelease, metadata): (&str, &str), original: &str) -> Self {
        let [prerelease, metadata, original] = [prerelease, metadata, original].map(str::to_owned);
        Self { numbers, prerelease, metadata, original }
    }

    /// The three numbers: major, minor, patch.
    #[must_use]
    pub fn numbers(&self) -> [u64; 3] {
        self.numbers
    }

    /// The pre-release without its dash; empty for a release.
    #[must_use]
    pub fn prerelease(&self) -> &str {
        &self.prerelease
    }

    /// The metadata without their plus; empty if there are none.
    #[must_use]
    pub fn metadata(&self) -> &str {
        &self.metadata
    }

    /// The text that it was read from; of one that was made of another, that one's `v` and its own text.
    #[must_use]
    pub fn original(&self) -> &str {
        &self.original
    }

    /// Which comes first: by numbers, then by pre-release. Metadata do not count.
    #[must_use]
    pub fn compare(&self, other: &Self) -> Ordering {
        self.numbers
            .cmp(&other.numbers)
            .then_with(|| compare_prereleases(&self.prerelease, &other.prerelease))
    }

    /// The next patch: of a pre-release its own release, otherwise one patch on.
    ///
    /// # Errors
    /// If the patch is the largest number.
    pub fn next_patch(&self) -> Result<Self, Increment> {
        let [major, minor, patch] = self.numbers;
        let next = if self.prerelease.is_empty() { next(patch, "patch")? } else { patch };
        Ok(self.remade([major, minor, next], ("", "")))
    }

    /// The next minor, whose patch is 0.
    ///
    /// # Errors
    /// If the minor is the largest number.
    pub fn next_minor(&self) -> Result<Self, Increment> {
        let [major, minor, _] = self.numbers;
        Ok(self.remade([major, next(minor, "minor")?, 0], ("", "")))
    }

    /// The next major, whose minor and patch are 0.
    ///
    /// # Errors
    /// If the major is the largest number.
    pub fn next_major(&self) -> Result<Self, Increment> {
        let [major, ..] = self.numbers;
        Ok(self.remade([next(major, "major")?, 0, 0], ("", "")))
    }

    /// The same with another pre-release, or without.
    ///
    /// # Errors
    /// If `prerelease` is none.
    pub fn with_prerelease(&self, prerelease: &str) -> Result<Self, ParseVersion> {
        if !prerelease.is_empty() {
            check_strict_prerelease(prerelease)?;
        }
        Ok(self.remade(self.numbers, (prerelease, &self.metadata)))
    }

    /// The same with other metadata, or without.
    ///
    /// # Errors
    /// If `metadata` are none.
    pub fn with_metadata(&self, metadata: &str) -> Result<Self, ParseVersion> {
        if !metadata.is_empty() {
            check_metadata(metadata)?;
        }
        Ok(self.remade(self.numbers, (&self.prerelease, metadata)))
    }

    fn remade(&self, numbers: [u64; 3], parts: (&str, &str)) -> Self {
        let made = Self::of(numbers, parts, "");
        let mark = if self.original.starts_with('v') { "v" } else { "" };
        Self { original: format!("{mark}{made}"), ..made }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [major, minor, patch] = self.numbers;
        write!(formatter, "{major}.{minor}.{patch}")?;
        if !self.prerelease.is_empty() {
            write!(formatter, "-{}", self.prerelease)?;
        }
        if !self.metadata.is_empty() {
            write!(formatter, "+{}", self.metadata)?;
        }
        Ok(())
    }
}

fn next(number: u64, segment: &'static str) -> Result<u64, Increment> {
    number.checked_add(1).ok_or(Increment { segment })
}

/// A text before and after the first `mark`.
fn cut(text: &str, mark: char) -> (&str, Option<&str>) {
    text.split_once(mark).map_or((text, None), |(before, after)| (before, Some(after)))
}

fn number(digits: &str) -> Result<u64, ParseNumber> {
    if digits.is_empty() {
        return Err(ParseNumber::Empty);
    }
    digits.parse().map_err(|_| ParseNumber::OutOfRange(digits.to_owned()))
}

fn has_leading_zero(digits: &str) -> bool {
    digits.len() > 1 && digits.starts_with('0')
}

/// A pre-release of which only the form was looked at; an empty one is none at all.
fn check_prerelease(prerelease: &str) -> Result<(), ParseVersion> {
    if prerelease.is_empty() { Ok(()) } else { check_strict_prerelease(prerelease) }
}

fn check_strict_prerelease(prerelease: &str) -> Result<(), ParseVersion> {
    for part in prerelease.split('.') {
        if part.is_empty() || !part.bytes().all(notation::is_identifier) {
            return Err(ParseVersion::InvalidPrerelease);
        }
        if part.bytes().all(notation::is_digit) && has_leading_zero(part) {
            return Err(ParseVersion::LeadingZero);
        }
    }
    Ok(())
}

fn check_metadata(metadata: &str) -> Result<(), ParseVersion> {
    let is_valid = |part: &str| !part.is_empty() && part.bytes().all(notation::is_identifier);
    if metadata.split('.').all(is_valid) { Ok(()) } else { Err(ParseVersion::InvalidMetadata) }
}
