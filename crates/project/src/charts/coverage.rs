//! Which templates of a chart rendering has judged, and what of them no values at hand reach.
//!
//! A template that was executed is judged by what it renders. What stands in a branch that nothing reaches is not, and
//! counts if a word of a check stands in it; nor is what may be another thing in a cluster, or the next time. Judges no
//! object.

use std::collections::BTreeMap;

use gotemplate::Marks;
use helm::chart::{Chart, File};
use text::{LineIndex, Source};

use super::chart::Subject;
use super::switches::Conditions;
use crate::assess::Assessor;

/// Places named of one file: more nobody reads.
const PLACES_MAX: usize = 3;

/// Files that rendering has judged, by their paths, each with what of it is not.
pub(super) type Coverage = BTreeMap<String, Rest>;

/// What of a file is not judged.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Rest {
    /// Branches that no values at hand reach.
    unreached: Vec<String>,
    /// What its text depends on beside versions and values.
    marks: Marks,
}

impl Rest {
    /// The rest in words; empty if all is judged.
    pub(super) fn told(&self) -> String {
        let mut told = Vec::new();
        let named = self.unreached.iter().take(PLACES_MAX).cloned();
        let mut places: Vec<String> = named.collect();
        if let Some(more) = self.unreached.len().checked_sub(PLACES_MAX).filter(|more| *more > 0) {
            places.push(format!("{more} more"));
        }
        if !places.is_empty() {
            told.push(format!("no values at hand reach {}", places.join(", ")));
        }
        let marks: Vec<&str> = self.marks.names().collect();
        if !marks.is_empty() {
            told.push(format!("what it renders depends on {}", marks.join(" and ")));
        }
        told.join("; ")
    }
}

/// What the renders of a chart have judged. Templates that only hold helpers are named if a branch of one that is used is
/// not reached.
pub(super) fn coverage(subject: &Subject<'_>, conditions: &Conditions, assessor: &Assessor<'_>) -> Coverage {
    let mut coverage = Coverage::new();
    for file in all_templates(&subject.loaded.chart) {
        let unreached = unreached(file, conditions, assessor);
        let is_executed = conditions.executed.contains(&file.text);
        if !is_executed && unreached.is_empty() {
            continue;
        }
        let (path, name) = match subject.loaded.texts.get(file.text).map(|text| &text.source) {
            Some(Source::File { path }) => (path.clone(), None),
            // Of an archive in `charts/`, which is one file of the repository.
            Some(Source::Fetched { address }) => match address.split_once('!') {
                Some((archive, name)) => (archive.to_owned(), Some(name)),
                None => continue,
            },
            _ => continue,
        };
        let named = unreached.into_iter().map(|place| match name {
            Some(name) => format!("{name} {place}"),
            None => place,
        });
        let rest: &mut Rest = coverage.entry(path).or_default();
        rest.unreached.extend(named);
        rest.marks |= conditions.marks.get(&file.text).copied().unwrap_or_default();
    }
    coverage
}

fn all_templates(chart: &Chart) -> Vec<&File> {
    let held = chart.dependencies.iter().flat_map(all_templates);
    chart.templates.iter().chain(held).collect()
}

fn unreached(file: &File, conditions: &Conditions, assessor: &Assessor<'_>) -> Vec<String> {
    let mut found = conditions.unreached(file.text, &file.bytes);
    found.retain(|(_, branch)| {
        let text = file.bytes.get(branch.clone()).unwrap_or_default();
        assessor.has_words(text)
    });
    if found.is_empty() {
        return Vec::new();
    }
    let lines = LineIndex::new(&file.bytes);
    let line = |at: usize| lines.position(&file.bytes, u32::try_from(at).unwrap_or(u32::MAX)).line;
    found.into_iter().map(|(_, branch)| format!("line {}", line(branch.start))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_judged_is_told_in_words_and_at_most_three_places() {
        let rest = |count: usize, marks| {
            let unreached = (1..=count).map(|line| format!("line {line}")).collect();
            Rest { unreached, marks }.told()
        };
        assert_eq!(rest(0, Marks::NONE), "");
        assert_eq!(rest(5, Marks::NONE), "no values at hand reach line 1, line 2, line 3, 2 more");
        assert_eq!(
            rest(1, Marks::LOOKUP | Marks::CLOCK),
            "no values at hand reach line 1; what it renders depends on lookup and clock"
        );
    }
}
