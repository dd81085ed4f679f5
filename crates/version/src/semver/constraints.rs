//! Constraints: alternatives of comparisons that must all hold.

use std::fmt;

use super::Version;
use super::check::{Conflict, Reason, conflict};
use super::notation::{self, Written, is_blank};
use crate::limits::{ALTERNATIVES_MAX, CONSTRAINTS_BYTES_MAX};

/// What a version has to meet: one of several alternatives, each of which is a list of comparisons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Constraints {
    alternatives: Vec<Alternative>,
}

/// Comparisons that must all hold.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Alternative {
    comparisons: Vec<Comparison>,
    /// Whether one of them names a pre-release; only then does a pre-release meet any of them.
    takes_prereleases: bool,
}

/// One comparison with a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Comparison {
    pub(super) operator: Operator,
    /// The operator as it is written.
    spelled: &'static str,
    /// The version as it is written, wildcards and all.
    pub(super) written: String,
    /// The version with 0 for what is left open.
    pub(super) version: Version,
    pub(super) precision: Precision,
}

/// How a version is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Same,
    Other,
    Above,
    Below,
    AtLeast,
    AtMost,
    Tilde,
    Caret,
}

/// Which numbers of a comparison's version are given; the rest is left out or a wildcard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Precision {
    Nothing,
    Major,
    Minor,
    Patch,
}

/// Why a text is no constraint, in the words of the original.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseConstraints {
    /// Longer than [`CONSTRAINTS_BYTES_MAX`].
    #[error("constraint string is too long (max {CONSTRAINTS_BYTES_MAX} bytes)")]
    TooLong,
    /// More alternatives than [`ALTERNATIVES_MAX`].
    #[error("too many constraint groups (max {ALTERNATIVES_MAX})")]
    TooManyAlternatives,
    /// An alternative that is no list of comparisons, as it stands after ranges with a hyphen were written out. Go escapes
    /// what is not printable in another way; whoever needs its very words quotes the text himself.
    #[error("improper constraint: {0:?}")]
    Improper(String),
    /// A comparison with what is no version.
    #[error("constraint parser error")]
    MalformedVersion,
}

/// The operators by their spelling, those that begin with another one before it.
const OPERATORS: [(&str, Operator); 12] = [
    ("!=", Operator::Other),
    (">=", Operator::AtLeast),
    ("=>", Operator::AtLeast),
    ("<=", Operator::AtMost),
    ("=<", Operator::AtMost),
    ("~>", Operator::Tilde),
    ("=", Operator::Same),
    (">", Operator::Above),
    ("<", Operator::Below),
    ("~", Operator::Tilde),
    ("^", Operator::Caret),
    ("", Operator::Same),
];

impl Constraints {
    /// Reads constraints (`NewConstraint`): comparisons parted by blanks or commas, alternatives by `||`, ranges by ` - `.
    ///
    /// # Errors
    /// If it is not of that form; see [`ParseConstraints`].
    pub fn parse(text: &str) -> Result<Self, ParseConstraints> {
        if text.len() > CONSTRAINTS_BYTES_MAX {
            return Err(ParseConstraints::TooLong);
        }
        let text = written_out(text);
        if text.split("||").count() > ALTERNATIVES_MAX {
            return Err(ParseConstraints::TooManyAlternatives);
        }
        let alternatives = text.split("||").map(alternative).collect::<Result<_, _>>()?;
        Ok(Self { alternatives })
    }

    /// Whether a version meets them.
    #[must_use]
    pub fn check(&self, version: &Version) -> bool {
        self.alternatives.iter().any(|alternative| alternative.conflicts(version).next().is_none())
    }

    /// Why a version does not meet them (`Validate`): each comparison of each alternative that does not hold, in the order
    /// of the text. That it is a pre-release is told once.
    ///
    /// # Errors
    /// The reasons, at least one.
    pub fn validate(&self, version: &Version) -> Result<(), Vec<Reason>> {
        let mut reasons: Vec<Reason> = Vec::new();
        let mut is_prerelease_told = false;
        for alternative in &self.alternatives {
            let mut holds = true;
            for (comparison, conflict) in alternative.conflicts(version) {
                holds = false;
                let is_prerelease = conflict == Conflict::Prerelease;
                if !(is_prerelease && is_prerelease_told) {
                    reasons.push(Reason {
                        version: version.to_string(),
                        written: comparison.written.clone(),
                        conflict,
                    });
                }
                is_prerelease_told |= is_prerelease;
            }
            if holds {
                return Ok(());
            }
        }
        Err(reasons)
    }
}

impl Alternative {
    fn conflicts<'a>(&'a self, version: &'a Version) -> impl Iterator<Item = (&'a Comparison, Conflict)> {
        let is_refused = !version.prerelease().is_empty() && !self.takes_prereleases;
        self.comparisons.iter().filter_map(move |comparison| {
            let found = if is_refused { Some(Conflict::Prerelease) } else { conflict(comparison, version) };
            found.map(|conflict| (comparison, conflict))
        })
    }
}

impl fmt::Display for Constraints {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, alternative) in self.alternatives.iter().enumerate() {
            if position > 0 {
                formatter.write_str(" || ")?;
            }
            for (position, comparison) in alternative.comparisons.iter().enumerate() {
                if position > 0 {
                    formatter.write_str(" ")?;
                }
                write!(formatter, "{}{}", comparison.spelled, comparison.written)?;
            }
        }
        Ok(())
    }
}

/// The text with each `A - B` written as `>= A, <= B `. As in the original the first place that reads like the range is
/// the one that is written out, and a bar belongs to a version, so that `1 - 2||3` is a range to `2||3`.
fn written_out(text: &str) -> String {
    let mut out = text.to_owned();
    let mut rest = text;
    while !rest.is_empty() {
        if let Some((low, high, after)) = range(rest) {
            let found = rest.get(..rest.len() - after.len()).unwrap_or_default();
            out = out.replacen(found, &format!(">= {low}, <= {high} "), 1);
            rest = after;
        } else {
            let mut characters = rest.chars();
            characters.next();
            rest = characters.as_str();
        }
    }
    out
}

/// A range at the beginning of a text, with the blanks around it; gives its two versions and what follows.
fn range(text: &str) -> Option<(&str, &str, &str)> {
    let (low, rest) = notation::read(text.trim_start_matches(is_blank), notation::is_digit_or_wildcard)?;
    let rest = blanks(rest)?.strip_prefix('-')?;
    let (high, rest) = notation::read(blanks(rest)?, notation::is_digit_or_wildcard)?;
    Some((low.whole, high.whole, rest.trim_start_matches(is_blank)))
}

/// What follows one or more blanks.
fn blanks(text: &str) -> Option<&str> {
    let rest = text.trim_start_matches(is_blank);
    (rest.len() < text.len()).then_some(rest)
}

/// Comparisons with a blank or a comma between each two of them.
fn alternative(text: &str) -> Result<Alternative, ParseConstraints> {
    let improper = || ParseConstraints::Improper(text.to_owned());
    let mut written = Vec::new();
    let mut rest = text.trim_start_matches(is_blank);
    loop {
        let (operator, after) = operator(rest).ok_or_else(improper)?;
        let operand = after.trim_start_matches(is_blank);
        let (version, after) =
            notation::read(operand, notation::is_digit_or_wildcard).ok_or_else(improper)?;
        written.push((operator, version));
        let next = after.trim_start_matches(is_blank);
        if next.is_empty() {
            break;
        }
        rest = match next.strip_prefix(',') {
            Some(next) => next.trim_start_matches(is_blank),
            None if next.len() < after.len() => next,
            None => return Err(improper()),
        };
    }
    let comparisons = written
        .into_iter()
        .map(|(operator, version)| comparison(operator, &version))
        .collect::<Result<Vec<_>, _>>()?;
    let takes_prereleases = comparisons.iter().any(|comparison| !comparison.version.prerelease().is_empty());
    Ok(Alternative { comparisons, takes_prereleases })
}

fn operator(text: &str) -> Option<((&'static str, Operator), &str)> {
    OPERATORS.iter().find_map(|found| text.strip_prefix(found.0).map(|rest| (*found, rest)))
}

/// A comparison, its version with zeros from the first number on that is left open.
fn comparison(
    (spelled, operator): (&'static str, Operator),
    written: &Written<'_>,
) -> Result<Comparison, ParseConstraints> {
    let [major, minor, patch] = written.segments;
    let is_open = |segment: &str| matches!(segment, "" | "x" | "X" | "*");
    let dash = if written.prerelease.is_empty() { "" } else { "-" };
    let prerelease = written.prerelease;
    let (precision, full) = if is_open(major) {
        (Precision::Nothing, format!("0.0.0{dash}{prerelease}"))
    } else if is_open(minor) {
        (Precision::Major, format!("{major}.0.0{dash}{prerelease}"))
    } else if is_open(patch) {
        (Precision::Minor, format!("{major}.{minor}.0{dash}{prerelease}"))
    } else {
        (Precision::Patch, written.whole.to_owned())
    };
    let version = Version::parse(&full).map_err(|_| ParseConstraints::MalformedVersion)?;
    Ok(Comparison { operator, spelled, written: written.whole.to_owned(), version, precision })
}
