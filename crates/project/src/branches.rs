//! How sure a finding in a template can be: what stands in a branch may never be rendered.
//!
//! Takes the findings of one template and its bytes. A branch that asks what the cluster serves is a sign at best,
//! since charts keep old versions in it for old clusters; one of several branches depends on a value. Takes no
//! finding away.

use checks::{Confidence, Finding, Safety};
use manifest::Branch;

/// How much of a condition a message shows, in characters: a line of a report.
const CONDITION_SHOWN_MAX: usize = 60;

/// Lowers the confidence of findings that stand in branches, and says why.
pub(crate) fn doubt(template: &[u8], findings: &mut [Finding]) {
    if findings.is_empty() {
        return;
    }
    let branches = manifest::branches(template);
    for finding in findings {
        let around =
            || branches.iter().filter(|branch| branch.range.contains(&(finding.span.start as usize)));
        let asking = around().find(|branch| branch.asks_cluster);
        let one_of_several = around().find(|branch| branch.has_alternative);
        match (asking, one_of_several) {
            (Some(branch), _) => doubt_version(finding, branch),
            (None, Some(branch)) => doubt_value(finding, branch),
            (None, None) => {}
        }
    }
}

fn doubt_version(finding: &mut Finding, branch: &Branch) {
    finding.confidence = finding.confidence.min(Confidence::Low);
    let shown = shown(&branch.condition);
    finding.message =
        format!("{}; '{shown}' asks what the cluster serves, so it may never be rendered", finding.message);
    if let Some(fix) = &mut finding.fix
        && fix.safety == Safety::Safe
    {
        let question = format!("is what stands under '{shown}' not meant for clusters of an older version?");
        fix.safety = Safety::Ask(question);
    }
}

fn doubt_value(finding: &mut Finding, branch: &Branch) {
    finding.confidence = finding.confidence.min(Confidence::Medium);
    let shown = shown(&branch.condition);
    finding.message = format!("{}; only rendering tells which branch of '{shown}' is taken", finding.message);
}

fn shown(condition: &str) -> String {
    let words = condition.split_whitespace().collect::<Vec<_>>().join(" ");
    match words.char_indices().nth(CONDITION_SHOWN_MAX) {
        Some((end, _)) => format!("{}…", words.get(..end).unwrap_or_default()),
        None => words,
    }
}
