//! The outcome of a scan, with every finding at its place.

use std::borrow::Cow;

use ::text::Position;
use checks::{Finding, Journey};
use inventory::NotAssessed;

use crate::Summary;

/// Reads a file again for its excerpts.
pub trait Sources {
    /// The bytes of the file at `path`; none if they cannot be read any more.
    fn bytes(&self, path: &str) -> Option<Vec<u8>>;
}

/// A finding that a waiver accepts.
#[derive(Debug, Clone)]
pub struct Waived<'a> {
    /// The finding and its place.
    pub located: Located<'a>,
    /// Who answers for it.
    pub owner: String,
    /// Why it is acceptable.
    pub reason: String,
    /// The last day on which the waiver holds, `YYYY-MM-DD`.
    pub expires: String,
}

/// The outcome of a scan, as the formats take it.
#[derive(Debug)]
pub struct ScanReport<'a> {
    /// Each finding with its place, sorted by path, then by place, then by check.
    pub findings: Vec<Located<'a>>,
    /// Findings that waivers accept.
    pub waived: Vec<Waived<'a>>,
    /// What was not assessed, sorted by path, as [`crate::not_assessed`] gives it.
    pub not_assessed: Cow<'a, [NotAssessed]>,
    /// The ways that were judged.
    pub journeys: &'a [Journey],
    /// The counts.
    pub summary: Summary,
    /// The command that shows the fixes, to be named as the next one to type.
    pub fix_command: String,
}

/// A finding with its file, lines and columns, as it may be shown: whatever is secret is masked.
#[derive(Debug, Clone)]
pub struct Located<'a> {
    /// The finding.
    pub finding: Cow<'a, Finding>,
    /// Where it is.
    pub place: Place,
    /// Other places that it names, each with what it is.
    pub related: Vec<(Place, Cow<'a, str>)>,
}

/// Where something stands, in a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file's path; empty if the text is no file.
    pub path: String,
    /// The first character.
    pub start: Position,
    /// One past the last character.
    pub end: Position,
    /// The line that it begins in, without its line end.
    pub line: String,
    /// The bytes of the range within `line`.
    pub range_in_line: (usize, usize),
}
