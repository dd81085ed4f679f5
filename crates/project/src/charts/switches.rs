//! Conditions that ask what a cluster serves or which version it runs, and the way that each goes at each minor.
//!
//! Takes the decisions of every render of a chart. One that goes the same way on every minor of the journeys, with whatever
//! values are at hand, decides nothing there: its other branch is dead. Conditions in charts of `charts/` are theirs, and left
//! out. Judges no object.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use gotemplate::Marks;
use helm::engine::CAPABILITIES;
use inventory::Ways;
use kustomize::places::FilePlace;
use manifest::Branch;
use text::{Decision, Span, TextId};
use version::Minor;

use super::places::Homes;
use super::render::{Loaded, Render};

/// How much of a condition is kept, in characters: a line of a report.
const CONDITION_CHARACTERS_MAX: usize = 120;

/// The conditions and loops of some renders, by their places, the templates that were executed, and what these depend on
/// beside versions and values.
#[derive(Debug, Default)]
pub(super) struct Conditions {
    by_place: BTreeMap<Span, Condition>,
    pub(super) executed: BTreeSet<TextId>,
    pub(super) marks: BTreeMap<TextId, Marks>,
}

#[derive(Debug, Default)]
pub(super) struct Condition {
    ways: BTreeMap<Minor, Ways>,
    /// Whether it asks the cluster, and then whether values have a part in it.
    asks: Option<bool>,
}

/// A condition with its place in a file.
#[derive(Debug)]
pub(super) struct Switch {
    pub(super) place: FilePlace,
    pub(super) condition: String,
    pub(super) ways: BTreeMap<Minor, Ways>,
    pub(super) depends_on_values: bool,
    pub(super) always: Option<bool>,
    pub(super) never_reached: Option<FilePlace>,
}

impl Conditions {
    /// Adds the decisions of a render at a minor.
    pub(super) fn add(&mut self, render: &Render, homes: &Homes, minor: Minor) {
        self.executed.extend(render.sources());
        self.mark(&render.marks);
        let mut known: BTreeMap<Span, Option<bool>> = BTreeMap::new();
        for decision in render.origins.decisions() {
            let Some(holds) = way_of(decision) else { continue };
            // A helper that is included a thousand times asks the same each time.
            let asks = *known.entry(decision.place).or_insert_with(|| asks_cluster(decision, render, homes));
            let condition = self.by_place.entry(decision.place).or_default();
            condition.asks = condition.asks.max(asks);
            let ways = condition.ways.entry(minor).or_default();
            ways.holds |= holds;
            ways.fails |= !holds;
        }
    }

    fn mark(&mut self, marks: &[(TextId, Marks)]) {
        for (template, marks) in marks {
            *self.marks.entry(*template).or_default() |= *marks;
        }
    }

    /// Adds the conditions of renders with other values.
    pub(super) fn merge(&mut self, others: Self) {
        self.executed.extend(others.executed);
        self.mark(&others.marks.into_iter().collect::<Vec<_>>());
        for (place, other) in others.by_place {
            let known = self.by_place.entry(place).or_default();
            known.asks = known.asks.max(other.asks);
            for (minor, ways) in other.ways {
                let known = known.ways.entry(minor).or_default();
                known.holds |= ways.holds;
                known.fails |= ways.fails;
            }
        }
    }

    /// The conditions with their places, and which of them decide nothing at any of `minors`.
    pub(super) fn switches(&self, loaded: &Loaded, homes: &Homes, minors: &[Minor]) -> Vec<Switch> {
        let mut branches: BTreeMap<TextId, Vec<Branch>> = BTreeMap::new();
        let mut switches = Vec::new();
        for (span, Condition { ways, asks }) in &self.by_place {
            let (span, Some(depends_on_values)) = (*span, *asks) else { continue };
            if !homes.is_own_template(span.text) {
                continue;
            }
            let Some(file) = loaded.chart.templates.iter().find(|file| file.text == span.text) else {
                continue;
            };
            let Some(place) = homes.file_place(&loaded.texts, span) else { continue };
            let always = always(ways, minors);
            let branches = branches.entry(span.text).or_insert_with(|| manifest::branches(&file.bytes));
            let never = always.and_then(|holds| branch_of((&file.bytes, branches), span.range().end, !holds));
            let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
            let never = never.map(|range| Span::new(span.text, offset(range.start)..offset(range.end)));
            let never_reached = never.and_then(|span| homes.file_place(&loaded.texts, span));
            let condition = on_one_line(file.bytes.get(span.range()).unwrap_or_default());
            let ways = ways.clone();
            switches.push(Switch { place, condition, ways, depends_on_values, always, never_reached });
        }
        switches
    }

    /// The branches of a template that nothing at hand reaches, outermost ones: the condition's place, and the branch. What
    /// depends on the cluster alone is left out, since every minor of the way was asked.
    pub(super) fn unreached(&self, text: TextId, template: &[u8]) -> Vec<(Span, Range<usize>)> {
        let branches = manifest::branches(template);
        let mut unreached = Vec::new();
        for (span, condition) in self.by_place.iter().filter(|(span, _)| span.text == text) {
            let goes = |way: fn(&Ways) -> bool| condition.ways.values().any(way);
            let way = match (goes(|ways| ways.holds), goes(|ways| ways.fails)) {
                (true, false) => false,
                (false, true) => true,
                _ => continue,
            };
            let branch = branch_of((template, &branches), span.range().end, way);
            unreached.extend(branch.filter(|_| condition.asks != Some(false)).map(|branch| (*span, branch)));
        }
        unreached
    }
}

/// Whether a condition held or a loop was entered; none for what is neither.
fn way_of(decision: &Decision) -> Option<bool> {
    match decision.rule {
        "if" | "with" | "range" => Some(true),
        "else" => Some(false),
        _ => None,
    }
}

/// Whether values have a part in a condition that asks the cluster; none for one that does not ask it.
fn asks_cluster(decision: &Decision, render: &Render, homes: &Homes) -> Option<bool> {
    let behind: BTreeSet<TextId> = render.origins.texts_behind(&decision.read)?;
    behind.contains(&CAPABILITIES).then(|| {
        let is_known = |text: &TextId| render.texts.get(*text).is_some();
        behind.iter().filter(|text| is_known(text)).any(|text| homes.is_of_values(*text))
    })
}

/// The way that a condition goes at every one of `minors`; none if it goes another way once, or is not met at one.
fn always(ways: &BTreeMap<Minor, Ways>, minors: &[Minor]) -> Option<bool> {
    let only = |minor: &Minor| match ways.get(minor)? {
        Ways { holds: true, fails: false } => Some(true),
        Ways { holds: false, fails: true } => Some(false),
        Ways { .. } => None,
    };
    let first = only(minors.first()?)?;
    minors.iter().all(|minor| only(minor) == Some(first)).then_some(first)
}

/// The branch that is taken if the condition which ends at `end` holds, or the next one of its block, from what is written
/// in it on.
fn branch_of((template, branches): (&[u8], &[Branch]), end: usize, holds: bool) -> Option<Range<usize>> {
    let from_text = |range: &Range<usize>| {
        let text = template.get(range.clone()).unwrap_or_default();
        range.start + (text.len() - text.trim_ascii_start().len())..range.end
    };
    let taken =
        branches.iter().filter(|branch| branch.range.start >= end).min_by_key(|branch| branch.range.start)?;
    if holds {
        return Some(from_text(&taken.range));
    }
    // Between a branch and its alternative stands one action, the `else`.
    let is_alternative = |branch: &&Branch| {
        let between = template.get(taken.range.end..branch.range.start).unwrap_or_default();
        between.starts_with(b"{{") && memchr::memmem::find_iter(between, b"{{").count() == 1
    };
    let behind = branches.iter().filter(|branch| branch.range.start > taken.range.end);
    let next = behind.filter(|branch| branch.condition == taken.condition).find(is_alternative)?;
    Some(from_text(&next.range))
}

fn on_one_line(condition: &[u8]) -> String {
    let text = String::from_utf8_lossy(condition);
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    // The mark that trims the text behind an action is no part of it.
    let line = line.strip_suffix(" -").unwrap_or(&line);
    match line.char_indices().nth(CONDITION_CHARACTERS_MAX) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_switch_is_dead_only_if_it_is_met_at_every_minor_and_goes_one_way() {
        let minors = [25, 26].map(Minor::new);
        let ways = |first: (bool, bool), second: Option<(bool, bool)>| {
            let ways = |(holds, fails)| Ways { holds, fails };
            let met = [Some(ways(first)), second.map(ways)];
            always(
                &minors.into_iter().zip(met).filter_map(|(minor, ways)| Some((minor, ways?))).collect(),
                &minors,
            )
        };
        assert_eq!(ways((true, false), Some((true, false))), Some(true));
        assert_eq!(ways((false, true), Some((false, true))), Some(false));
        assert_eq!(ways((true, false), Some((false, true))), None);
        assert_eq!(ways((true, true), Some((true, false))), None);
        assert_eq!(ways((true, false), None), None);
    }

    #[test]
    fn branches_are_found_behind_their_condition() {
        let text = "{{ if a }}1{{ if x }}in{{ end }}{{ else if b }}2{{ else }}3{{ end }}{{ if c }}4{{ end }}";
        let branches = manifest::branches(text.as_bytes());
        let found = |condition: &str, holds| {
            let end = text.find(condition).unwrap() + condition.len();
            branch_of((text.as_bytes(), &branches), end, holds).map(|range| &text[range])
        };
        assert_eq!(found("if a", true), Some("1{{ if x }}in{{ end }}"));
        assert_eq!(found("if a", false), Some("2"));
        assert_eq!(found("else if b", true), Some("2"));
        assert_eq!(found("else if b", false), Some("3"));
        assert_eq!((found("if c", true), found("if c", false)), (Some("4"), None));
        assert_eq!(found("if x", false), None);
    }
}
