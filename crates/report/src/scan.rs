//! The outcome of a scan, with every finding at its place.

use std::borrow::Cow;

use ::text::Position;
use checks::{Finding, Journey};
use inventory::{NotAssessed, Switch, Ways};
use version::Minor;

use crate::{Counts, MinorRow, Summary};

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
    /// Conditions of charts that ask what a cluster serves, as [`crate::locate_switches`] gives them; none without charts.
    pub switches: Vec<LocatedSwitch<'a>>,
    /// The ways that were judged.
    pub journeys: &'a [Journey],
    /// The counts.
    pub summary: Summary,
    /// The command that shows the fixes, to be named as the next one to type.
    pub fix_command: String,
}

impl ScanReport<'_> {
    /// The minor that every cluster has reached already; none if the start of one is unknown.
    pub(crate) fn reached(&self) -> Option<Minor> {
        let starts: Option<Vec<Minor>> = self.journeys.iter().map(|journey| journey.from).collect();
        starts?.into_iter().min()
    }

    /// The counts by when they bite, each with its name. What bites no later than where all clusters are is one row.
    pub(crate) fn rows(&self) -> Vec<(String, Counts)> {
        let reached = self.reached();
        let mut past: Option<(Minor, Counts)> = None;
        let mut rows = Vec::new();
        for MinorRow { minor, counts } in &self.summary.by_minor {
            match (*minor, reached) {
                (Some(minor), Some(reached)) if minor <= reached => {
                    let before = past.map(|(_, counts)| counts).unwrap_or_default();
                    past = Some((reached, before.plus(*counts)));
                }
                (Some(minor), _) => rows.push((minor.to_string(), *counts)),
                (None, _) => rows.push(("any version".to_owned(), *counts)),
            }
        }
        let past = past.map(|(reached, counts)| (format!("up to {reached}"), counts));
        past.into_iter().chain(rows).collect()
    }
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

/// A condition of a chart with its place.
#[derive(Debug, Clone)]
pub struct LocatedSwitch<'a> {
    /// The condition.
    pub switch: &'a Switch,
    /// Where it is.
    pub place: Place,
    /// Where the branch that no minor reaches begins.
    pub never_reached: Option<Place>,
}

impl LocatedSwitch<'_> {
    /// The minors at which it goes one way, oldest first; with values at hand it may go both.
    pub(crate) fn minors(&self, holds: bool) -> Vec<Minor> {
        let ways = self.switch.ways.iter();
        let goes = |ways: &Ways| if holds { ways.holds } else { ways.fails };
        ways.filter(|(_, ways)| goes(ways)).map(|(minor, _)| *minor).collect()
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(starts: &[Option<u16>], minors: &[u16]) -> Vec<(String, usize)> {
        let start =
            |from: &Option<u16>| Journey { cluster: None, from: from.map(Minor::new), to: Minor::new(30) };
        let row = |minor: &u16| MinorRow {
            minor: Some(Minor::new(*minor)),
            counts: Counts { breaks: 1, ..Counts::default() },
        };
        let report = ScanReport {
            findings: Vec::new(),
            waived: Vec::new(),
            not_assessed: Cow::Borrowed(&[]),
            switches: Vec::new(),
            journeys: &starts.iter().map(start).collect::<Vec<_>>(),
            summary: Summary { by_minor: minors.iter().map(row).collect(), ..Summary::default() },
            fix_command: String::new(),
        };
        report.rows().into_iter().map(|(name, counts)| (name, counts.breaks)).collect()
    }

    #[test]
    fn what_all_clusters_have_behind_them_is_one_row() {
        let rows = |starts: &[Option<u16>]| rows(starts, &[14, 25, 26]);
        assert_eq!(rows(&[Some(25)]), [("up to 1.25".to_owned(), 2), ("1.26".to_owned(), 1)]);
        let each = ["1.14", "1.25", "1.26"].map(|name| (name.to_owned(), 1));
        assert_eq!(rows(&[None]), each);
        assert_eq!(rows(&[Some(26), None]), each);
        assert_eq!(rows(&[Some(26), Some(14)])[0].0, "up to 1.14");
    }
}
