//! Whether a version meets one comparison, and if not, why.

use std::cmp::Ordering;

use super::Version;
use super::constraints::{Comparison, Operator, Precision};

/// Why a version does not meet a comparison; prints the original's words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.words())]
pub struct Reason {
    /// The version, as it prints.
    pub version: String,
    /// The version of the comparison, as it was written.
    pub written: String,
    /// What does not fit.
    pub conflict: Conflict,
}

/// What does not fit between a version and a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conflict {
    /// It is a pre-release, and no comparison beside it names one.
    Prerelease,
    /// It is to be another one.
    Equal,
    /// It is to be the same.
    NotEqual,
    /// It is to be that or newer.
    Less,
    /// It is to be newer.
    LessOrEqual,
    /// It is to be that or older.
    Greater,
    /// It is to be older.
    GreaterOrEqual,
    /// The majors must be equal.
    Major,
    /// Majors and minors must be equal.
    MajorAndMinor,
    /// The minors must be equal, because the major is 0 and only it is looked at.
    Minor,
    /// The minors must be equal, because the major is 0 and a minor is given.
    MinorOfZero,
    /// All must be equal, because major and minor are 0.
    PatchOfZero,
}

impl Reason {
    fn words(&self) -> String {
        let Self { version, written, conflict } = self;
        let (relation, after) = match conflict {
            Conflict::Prerelease => {
                return format!(
                    "\"{version}\" is a prerelease version and the constraint is only looking for release versions"
                );
            }
            Conflict::Equal => ("is equal to", ""),
            Conflict::NotEqual => ("is not equal to", ""),
            Conflict::Less => ("is less than", ""),
            Conflict::LessOrEqual => ("is less than or equal to", ""),
            Conflict::Greater => ("is greater than", ""),
            Conflict::GreaterOrEqual => ("is greater than or equal to", ""),
            Conflict::Major => ("does not have same major version as", ""),
            Conflict::MajorAndMinor => ("does not have same major and minor version as", ""),
            Conflict::Minor => ("does not have same minor version as", ""),
            Conflict::MinorOfZero => (
                "does not have same minor version as",
                ". Expected minor versions to match when constraint major version is 0",
            ),
            Conflict::PatchOfZero => (
                "does not equal",
                ". Expect version and constraint to equal when major and minor versions are 0",
            ),
        };
        format!("\"{version}\" {relation} \"{written}\"{after}")
    }
}

/// What keeps a version from meeting a comparison. That pre-releases are welcome is settled before.
pub(super) fn conflict(comparison: &Comparison, version: &Version) -> Option<Conflict> {
    let order = version.compare(&comparison.version);
    let unless = |holds: bool, conflict| (!holds).then_some(conflict);
    match (comparison.operator, comparison.precision) {
        (Operator::Same, Precision::Patch) => unless(order.is_eq(), Conflict::NotEqual),
        (Operator::Same | Operator::Tilde, _) => tilde(comparison, version, order),
        (Operator::Other, _) => unless(is_other(comparison, version, order), Conflict::Equal),
        (Operator::Above, _) => unless(above(comparison, version, order).is_gt(), Conflict::LessOrEqual),
        (Operator::Below, _) => unless(order.is_lt(), Conflict::GreaterOrEqual),
        (Operator::AtLeast, _) => unless(order.is_ge(), Conflict::Less),
        (Operator::AtMost, _) => unless(at_most(comparison, version, order).is_le(), Conflict::Greater),
        (Operator::Caret, _) => caret(comparison, version, order),
    }
}

/// The order of two versions by so many of their numbers.
fn by_numbers(version: &Version, other: &Version, count: usize) -> Ordering {
    version.numbers().iter().take(count).cmp(other.numbers().iter().take(count))
}

/// `!=`: of a version that is given in part none may have the given numbers; a wildcard alone stands for 0.0.0.
fn is_other(comparison: &Comparison, version: &Version, order: Ordering) -> bool {
    let given = &comparison.version;
    match comparison.precision {
        Precision::Nothing | Precision::Patch => order.is_ne(),
        Precision::Major => by_numbers(version, given, 1).is_ne(),
        Precision::Minor => {
            by_numbers(version, given, 2).is_ne() || version.prerelease() != given.prerelease()
        }
    }
}

/// `>`: 11.1 is not newer than 11, only 12 is.
fn above(comparison: &Comparison, version: &Version, order: Ordering) -> Ordering {
    match comparison.precision {
        Precision::Nothing | Precision::Patch => order,
        Precision::Major => by_numbers(version, &comparison.version, 1),
        Precision::Minor => by_numbers(version, &comparison.version, 2),
    }
}

/// `<=`: 11.1 is still 11. A wildcard alone stands for 0.0.
fn at_most(comparison: &Comparison, version: &Version, order: Ordering) -> Ordering {
    match comparison.precision {
        Precision::Patch => order,
        Precision::Major => by_numbers(version, &comparison.version, 1),
        Precision::Nothing | Precision::Minor => by_numbers(version, &comparison.version, 2),
    }
}

/// `~`: patches may be newer, and minors where none is given. From 0.0.0 on everything may.
fn tilde(comparison: &Comparison, version: &Version, order: Ordering) -> Option<Conflict> {
    let given = &comparison.version;
    let is_open = matches!(comparison.precision, Precision::Nothing | Precision::Patch);
    if order.is_lt() {
        Some(Conflict::Less)
    } else if is_open && given.numbers() == [0; 3] {
        None
    } else if by_numbers(version, given, 1).is_ne() {
        Some(Conflict::Major)
    } else if comparison.precision != Precision::Major && by_numbers(version, given, 2).is_ne() {
        Some(Conflict::MajorAndMinor)
    } else {
        None
    }
}

/// `^`: what stands right of the first number that is not 0 may be newer.
fn caret(comparison: &Comparison, version: &Version, order: Ordering) -> Option<Conflict> {
    let [given_major, given_minor, given_patch] = comparison.version.numbers();
    let [major, minor, patch] = version.numbers();
    let is_minor_given = given_minor > 0 || comparison.precision == Precision::Minor;
    if order.is_lt() {
        Some(Conflict::Less)
    } else if major != given_major {
        Some(Conflict::Major)
    } else if given_major > 0 || comparison.precision == Precision::Major {
        None
    } else if is_minor_given {
        (minor != given_minor).then_some(Conflict::MinorOfZero)
    } else if minor > 0 {
        Some(Conflict::Minor)
    } else {
        (patch != given_patch).then_some(Conflict::PatchOfZero)
    }
}
