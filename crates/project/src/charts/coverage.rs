//! Which templates of a chart rendering has judged, and what of them no values at hand reach.
//!
//! A template that was executed is judged by what it renders. What stands in a branch that nothing reaches is not, and
//! counts if a word of a check stands in it. Judges no object.

use std::collections::BTreeMap;

use helm::chart::{Chart, File};
use text::{LineIndex, Source};

use super::chart::Subject;
use super::switches::Conditions;
use crate::assess::Assessor;

/// Places named of one file: more nobody reads.
const PLACES_MAX: usize = 3;

/// Files that rendering has judged, by their paths, each with what no values at hand reach; empty if all is judged.
pub(super) type Coverage = BTreeMap<String, Vec<String>>;

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
        coverage.entry(path).or_default().extend(named);
    }
    coverage.values_mut().for_each(shorten);
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

fn shorten(places: &mut Vec<String>) {
    if let Some(more) = places.len().checked_sub(PLACES_MAX).filter(|more| *more > 0) {
        places.truncate(PLACES_MAX);
        places.push(format!("{more} more"));
    }
}
