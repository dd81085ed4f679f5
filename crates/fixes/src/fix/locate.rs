//! Which document each finding with a fix is in.

use std::collections::BTreeMap;

use checks::{Finding, FixAction};
use text::Span;

use super::{FileFix, NotFixed};
use crate::source::{Documents, Source};

/// The positions of the findings of this text that have a fix.
pub(super) fn fixable(source: Source<'_>, findings: &[Finding]) -> impl Iterator<Item = usize> {
    let has_fix = move |finding: &Finding| finding.fix.is_some() && finding.span.text == source.text;
    findings.iter().enumerate().filter(move |(_, finding)| has_fix(finding)).map(|(index, _)| index)
}

/// The findings with a fix by document, both in order.
pub(super) fn by_document(
    source: Source<'_>,
    documents: &Documents<'_>,
    findings: &[Finding],
    fix: &mut FileFix,
) -> BTreeMap<usize, Vec<usize>> {
    let mut found: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for index in fixable(source, findings) {
        let Some(place) = findings.get(index).and_then(place_of) else { continue };
        if place.text != source.text {
            fix.refused.push((index, NotFixed::Elsewhere));
            continue;
        }
        let start = place.range().start;
        let after = documents.ranges.partition_point(|range| range.start <= start);
        match after.checked_sub(1).filter(|document| {
            documents.ranges.get(*document).is_some_and(|range| place.range().end <= range.end)
        }) {
            Some(document) => found.entry(document).or_default().push(index),
            None => fix.refused.push((index, NotFixed::Gone)),
        }
    }
    found
}

/// Where a fix works.
pub(super) fn place_of(finding: &Finding) -> Option<Span> {
    match &finding.fix.as_ref()?.action {
        FixAction::Convert { object, .. }
        | FixAction::Rewrite { object }
        | FixAction::ReplaceVars { object }
        | FixAction::RenameCharts { object } => Some(*object),
        FixAction::ReplaceWithin { scalar, .. } => Some(*scalar),
        // Whoever renders the chart makes it, and proves it.
        FixAction::TakeChart { .. } => None,
        FixAction::ReplaceScalar { .. }
        | FixAction::RenameKey { .. }
        | FixAction::RemoveEntry
        | FixAction::RemoveItem
        | FixAction::InsertItems { .. } => Some(finding.span),
    }
}
